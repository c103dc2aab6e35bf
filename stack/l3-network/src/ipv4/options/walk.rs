//! From option to option.
//!
//! Spec: RFC 791 §3.1: an option is one octet (end of list, no operation), or type, length and
//! data, where the length counts all three.

use layercake_base::Reason;

/// An option's type octet: a copied flag, two bits of class, five of number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Kind(pub u8);

impl Kind {
    /// Nothing follows but padding.
    pub const END: Kind = Kind(0);
    /// Aligns what follows.
    pub const NO_OPERATION: Kind = Kind(1);
    /// Routers write down their addresses.
    pub const RECORD_ROUTE: Kind = Kind(7);
    /// Routers write down the time, and perhaps their addresses.
    pub const TIMESTAMP: Kind = Kind(68);
    /// Stations to be visited, others in between allowed.
    pub const LOOSE_SOURCE_ROUTE: Kind = Kind(131);
    /// Stations to be visited, no others in between.
    pub const STRICT_SOURCE_ROUTE: Kind = Kind(137);
    /// Routers on the way should look into the packet. RFC 2113.
    pub const ROUTER_ALERT: Kind = Kind(148);

    /// The option goes into every fragment, not into the first alone.
    pub const fn is_copied(self) -> bool {
        self.0 & 0x80 != 0
    }

    /// One of the two options that say which stations to visit.
    pub const fn is_source_route(self) -> bool {
        matches!(self, Kind::LOOSE_SOURCE_ROUTE | Kind::STRICT_SOURCE_ROUTE)
    }

    /// The two options that are one octet long.
    const fn is_single(self) -> bool {
        matches!(self, Kind::END | Kind::NO_OPERATION)
    }
}

/// One option as it stands among the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item<'a> {
    /// What it is.
    pub kind: Kind,
    /// Octets of options in front of it.
    pub at: usize,
    /// All of it: type, length and data.
    pub octets: &'a [u8],
}

/// What is wrong with an option, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// Octets between the start of the options and the octet that is wrong.
    pub at: usize,
    /// What is wrong.
    pub reason: Reason,
}

/// The options one after another, up to the end of the list or the first that is malformed.
#[derive(Clone, Debug)]
pub struct Walk<'a> {
    octets: &'a [u8],
    at: usize,
}

impl<'a> Walk<'a> {
    pub(super) fn new(octets: &'a [u8]) -> Self {
        Walk { octets, at: 0 }
    }

    /// Octets of the option of this kind that begins here.
    fn length(&self, kind: Kind) -> Result<usize, Flaw> {
        if kind.is_single() {
            return Ok(1);
        }
        let (at, left) = (self.at + 1, self.octets.len() - self.at);
        let length = self.octets.get(at).copied().unwrap_or(0);
        let rule = "must be at least 2 and end within the header";
        let fits = (2..=left).contains(&usize::from(length));
        Reason::require(fits, "Option Length", length, rule)
            .map_err(|reason| Flaw { at, reason })?;
        Ok(length.into())
    }
}

impl<'a> Iterator for Walk<'a> {
    type Item = Result<Item<'a>, Flaw>;

    fn next(&mut self) -> Option<Self::Item> {
        let at = self.at;
        let kind = Kind(*self.octets.get(at)?);
        if kind == Kind::END {
            self.at = self.octets.len();
            return None;
        }
        let length = match self.length(kind) {
            Ok(length) => length,
            Err(flaw) => {
                self.at = self.octets.len();
                return Some(Err(flaw));
            }
        };
        self.at += length;
        let octets = self.octets.get(at..self.at)?;
        Some(Ok(Item { kind, at, octets }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ipv4::Options;
    use proptest::prelude::*;

    #[test]
    fn options_come_one_after_another_up_to_the_end_of_the_list() {
        let octets = [1, 7, 3, 4, 148, 4, 0, 0, 0, 9, 9, 9];
        let options = Options::new(&octets).unwrap();
        let walked: Vec<_> = options.walk().map(Result::unwrap).collect();
        let item = |at: usize, length| Item {
            kind: Kind(octets[at]),
            at,
            octets: &octets[at..at + length],
        };
        assert_eq!(walked, [item(0, 1), item(1, 3), item(4, 4)]);
    }

    #[test]
    fn a_length_that_cannot_be_is_named_with_its_place() {
        for (octets, at, length) in [
            ([1, 7, 1, 0], 2, 1),
            ([1, 7, 4, 0], 2, 4),
            ([7, 0, 4, 0], 1, 0),
            ([1, 1, 1, 7], 4, 0),
        ] {
            let options = Options::new(&octets).unwrap();
            let Some(Err(flaw)) = options.walk().last() else {
                panic!("{octets:?}")
            };
            let rule = "must be at least 2 and end within the header";
            let text = format!("Option Length = {length} {rule}");
            assert_eq!((flaw.at, flaw.reason.to_string()), (at, text));
        }
    }

    proptest! {
        #[test]
        fn a_walk_ends_and_stays_inside(words in proptest::collection::vec(any::<[u8; 4]>(), 0..=10)) {
            let octets = words.concat();
            let options = Options::new(&octets).unwrap();
            let mut behind = 0;
            for item in options.walk().flatten() {
                prop_assert_eq!(item.at, behind);
                behind += item.octets.len();
                prop_assert_eq!(&octets[item.at..behind], item.octets);
            }
            prop_assert!(behind <= octets.len());
        }
    }
}
