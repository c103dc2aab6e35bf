//! What is known of a path, and which size to try next.
//!
//! A probe that arrives costs one round trip, one that does not costs MAX_PROBES timers. So as
//! few sizes as possible are tried that are too large:
//!
//! | what is known | the next probe | why |
//! |---|---|---|
//! | a router told a size | that size, then one octet more | if it is right, the search is over |
//! | nothing is refused yet | the largest | most paths take what their first link takes |
//! | a common size lies between | the smallest such | MTUs are common sizes; from below, only one of them fails |
//! | what gets through is a common size | one octet more | if that fails, the search is over |
//! | else | the middle | half of what is left each time |
//!
//! A silent path whose MTU is a common size so costs three sizes that fail.
//!
//! Spec: RFC 8899 §5.3.2; RFC 4821 §7.3; the plateaus of RFC 1191 §7.1.

/// The MTUs of common links and tunnels.
const COMMON: [u16; 22] = [
    68, 296, 508, 576, 1006, 1280, 1380, 1400, 1420, 1450, 1454, 1476, 1480, 1492, 1500,
    2002, 4352, 8166, 9000, 17_914, 32_000, 65_535,
];

/// What is known of a path.
#[derive(Clone, Copy, Debug)]
pub(super) struct Range {
    /// MAX_PLPMTU.
    most: u16,
    /// The largest size that got through, or is taken to (PLPMTU).
    passes: u16,
    /// The smallest that was given up.
    refused: Option<u16>,
    /// What a router told last.
    told: Option<u16>,
}

impl Range {
    pub(super) fn new(passes: u16, most: u16) -> Self {
        Range {
            most,
            passes,
            refused: None,
            told: None,
        }
    }

    pub(super) fn passes(&self) -> u16 {
        self.passes
    }

    /// This size got through. What was refused or told before, and is not more, was wrong.
    pub(super) fn accept(&mut self, size: u16) {
        self.passes = self.passes.max(size);
        self.refused = self.refused.filter(|&refused| refused > self.passes);
        self.told = self.told.filter(|&told| told >= self.passes);
    }

    /// This size did not get through.
    pub(super) fn refuse(&mut self, size: u16) {
        self.refused = Some(self.refused.map_or(size, |refused| refused.min(size)));
    }

    /// A router told this size.
    pub(super) fn hear(&mut self, size: u16) {
        self.told = Some(size);
    }

    /// Begins again from a smaller size.
    pub(super) fn fall_to(&mut self, size: u16) {
        self.passes = size;
    }

    /// What did not get through may do so now.
    pub(super) fn forget(&mut self) {
        (self.refused, self.told) = (None, None);
    }

    /// The next size to try; `None` when no size is left.
    pub(super) fn next(&self) -> Option<u16> {
        let refused = self.refused.map(|refused| refused.saturating_sub(1));
        let (passes, top) = (self.passes, refused.unwrap_or(self.most));
        if passes >= top {
            return None;
        }
        let told = self.told.filter(|told| (passes..=top).contains(told));
        let common = COMMON.iter().find(|&&size| size > passes && size <= top);
        Some(match (told, common) {
            (Some(told), _) => told.max(passes + 1),
            _ if refused.is_none() => top,
            (None, Some(&common)) => common,
            (None, None) if COMMON.contains(&passes) => passes + 1,
            (None, None) => passes + (top - passes).div_ceil(2),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sizes that are tried on a silent path, and how many of them fail.
    fn tried(path: u16, most: u16) -> (Vec<u16>, usize) {
        let (mut range, mut sizes) = (Range::new(1200, most), Vec::new());
        while let Some(size) = range.next() {
            sizes.push(size);
            match size <= path {
                true => range.accept(size),
                false => range.refuse(size),
            }
        }
        assert_eq!(range.passes(), path);
        let failed = sizes.iter().filter(|&&size| size > path).count();
        (sizes, failed)
    }

    #[test]
    fn a_path_that_takes_what_its_first_link_takes_is_found_at_once() {
        assert_eq!(tried(1500, 1500), (vec![1500], 0));
        assert_eq!(tried(9000, 9000), (vec![9000], 0));
    }

    #[test]
    fn a_common_size_on_a_silent_path_costs_three_that_fail() {
        let (sizes, failed) = tried(1400, 1500);
        assert_eq!(sizes, [1500, 1280, 1380, 1400, 1420, 1401]);
        assert_eq!(failed, 3);
        for path in COMMON
            .into_iter()
            .filter(|path| (1201..9000).contains(path))
        {
            assert!(tried(path, 9000).1 <= 3, "{path}");
        }
    }

    /// The largest and one common size may fail, and each of 7 halvings of a gap of 100 octets.
    #[test]
    fn any_size_takes_few_probes() {
        for path in 1201..=1500 {
            assert!(tried(path, 1500).1 <= 9, "{path}");
        }
        assert_eq!(
            tried(1234, 1500).0,
            [1500, 1280, 1240, 1220, 1230, 1235, 1232, 1233, 1234]
        );
    }

    #[test]
    fn what_a_router_tells_is_tried_and_then_one_octet_more() {
        let mut range = Range::new(1200, 1500);
        range.hear(1333);
        assert_eq!(range.next(), Some(1333));
        range.accept(1333);
        assert_eq!(range.next(), Some(1334));
        range.accept(1334);
        assert_eq!(range.next(), Some(1500), "it was wrong");
        range.hear(1400);
        range.refuse(1400);
        assert_eq!(range.next(), Some(1380), "wrong in the other direction");
    }
}
