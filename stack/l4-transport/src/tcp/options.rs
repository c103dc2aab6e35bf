//! TCP options, one after another.
//!
//! ```text
//! +------+        +------+--------+------------------+
//! | kind |   or   | kind | length |  length - 2      |
//! +------+        +------+--------+------------------+
//! ```
//! Spec: RFC 9293 §3.1, Specific Option Definitions; RFC 1122 §4.2.2.5: kinds that are not
//! known are passed over by their length.
//! Checks: a length of at least 2, and all of it there.

use layercake_base::Reason;

/// Kinds by IANA's names, those that are met often.
pub const KINDS: &[(u64, &str)] = &[
    (0, "End of Option List"),
    (1, "No-Operation"),
    (2, "Maximum Segment Size"),
    (3, "Window Scale"),
    (4, "SACK Permitted"),
    (5, "SACK"),
    (8, "Timestamps"),
    (19, "MD5 Signature"),
    (28, "User Timeout"),
    (29, "TCP-AO"),
    (30, "Multipath TCP"),
    (34, "TCP Fast Open Cookie"),
];

/// One option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item<'a> {
    /// What it is.
    pub kind: u8,
    /// Its octets behind kind and length; none for kinds 0 and 1.
    pub data: &'a [u8],
}

/// Walks over options. Ends behind End of Option List, or behind the first error.
#[derive(Clone, Debug)]
pub struct Options<'a> {
    rest: &'a [u8],
}

impl<'a> Options<'a> {
    /// The options in these octets.
    pub fn new(octets: &'a [u8]) -> Self {
        Options { rest: octets }
    }
}

impl<'a> Iterator for Options<'a> {
    type Item = Result<Item<'a>, Reason>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = core::mem::take(&mut self.rest);
        let (&kind, behind) = rest.split_first()?;
        if kind == 0 {
            return Some(Ok(Item { kind, data: &[] }));
        }
        if kind == 1 {
            self.rest = behind;
            return Some(Ok(Item { kind, data: &[] }));
        }
        Some(cut(kind, rest).map(|(item, rest)| {
            self.rest = rest;
            item
        }))
    }
}

/// The option at the start of `octets`, and what is behind it.
fn cut(kind: u8, octets: &[u8]) -> Result<(Item<'_>, &[u8]), Reason> {
    let have = octets.len();
    let too_short = |need| Reason::TooShort {
        field: "TCP option",
        need,
        have,
    };
    let &length = octets.get(1).ok_or(too_short(2))?;
    Reason::require(
        length >= 2,
        "length of TCP option",
        length,
        "must be at least 2",
    )?;
    let need = usize::from(length);
    let (option, rest) = octets.split_at_checked(need).ok_or(too_short(need))?;
    let data = option.get(2..).unwrap_or_default();
    Ok((Item { kind, data }, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;
    use proptest::prelude::*;

    #[test]
    fn the_options_of_a_kernel_are_told_apart() {
        let options: Result<Vec<_>, _> = Options::new(&samples::SYN[20..]).collect();
        let kinds: Vec<_> = options
            .unwrap()
            .iter()
            .map(|o| (o.kind, o.data.len()))
            .collect();
        assert_eq!(kinds, [(2, 2), (4, 0), (8, 8), (1, 0), (3, 1)]);
    }

    /// RFC 1122 §4.2.2.5.
    #[test]
    fn a_kind_that_nobody_knows_is_passed_over() {
        let walked: Vec<_> = Options::new(&[254, 4, 7, 7, 1])
            .map(Result::unwrap)
            .collect();
        let unknown = Item {
            kind: 254,
            data: &[7, 7],
        };
        assert_eq!(walked, [unknown, Item { kind: 1, data: &[] }]);
    }

    #[test]
    fn nothing_is_read_behind_the_end_of_the_list() {
        let walked: Vec<_> = Options::new(&[1, 0, 9, 0]).map(Result::unwrap).collect();
        assert_eq!(walked.len(), 2);
    }

    #[test]
    fn a_wrong_length_is_an_error_and_the_end() {
        for (octets, text) in [
            (
                &[5_u8, 1, 1, 1][..],
                "length of TCP option = 1 must be at least 2",
            ),
            (&[5, 0, 1, 1], "length of TCP option = 0 must be at least 2"),
            (&[8, 10, 0], "TCP option needs 10 octets, have 3"),
            (&[8], "TCP option needs 2 octets, have 1"),
        ] {
            let mut options = Options::new(octets);
            assert_eq!(options.next().unwrap().unwrap_err().to_string(), text);
            assert_eq!(options.next(), None);
        }
    }

    proptest! {
        #[test]
        fn a_walk_never_panics_and_always_ends(
            octets in proptest::collection::vec(any::<u8>(), 0..60)
        ) {
            prop_assert!(Options::new(&octets).count() <= octets.len());
        }
    }
}
