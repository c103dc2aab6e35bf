//! IPv4 options: what may follow the 20 octets that are always there.
//!
//! Spec: RFC 791 §3.1, Options.
//! Checks: at most 40 octets, a multiple of 4; [`Options::walk`] holds the lengths of the single
//! options against that.

mod visit;
mod walk;

use core::fmt;

use layercake_base::Reason;

pub use visit::Visit;
pub use walk::{Flaw, Item, Kind, Walk};

/// Up to 40 octets of options with their padding, a multiple of 4.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Octets beyond `len` are zero.
    octets: [u8; Self::LONGEST],
    len: u8,
}

impl Options {
    /// The largest number of octets: a header of 15 words less the 5 that are always there.
    pub const LONGEST: usize = 40;

    /// No options.
    pub const NONE: Options = Options {
        octets: [0; Self::LONGEST],
        len: 0,
    };

    /// These octets as options.
    ///
    /// # Errors
    /// More than 40 octets, or not a multiple of 4.
    pub fn new(octets: &[u8]) -> Result<Self, Reason> {
        let have = octets.len();
        if have == 0 {
            return Ok(Options::NONE); // nearly every packet
        }
        let too_long = Reason::TooLong {
            field: "IPv4 options",
            have,
            most: Self::LONGEST,
        };
        let mut options = Options::NONE;
        let place = options.octets.get_mut(..have).ok_or(too_long.clone())?;
        place.copy_from_slice(octets);
        options.len = u8::try_from(have).map_err(|_| too_long)?;
        let rule = "must be a multiple of 4";
        Reason::require(
            have.is_multiple_of(4),
            "length of options",
            options.len,
            rule,
        )?;
        Ok(options)
    }

    /// The octets with their padding.
    pub fn octets(&self) -> &[u8] {
        self.octets.get(..usize::from(self.len)).unwrap_or_default()
    }

    /// One option after another.
    pub fn walk(&self) -> Walk<'_> {
        Walk::new(self.octets())
    }

    /// The options that go into a fragment other than the first: those with the copied flag.
    #[must_use]
    pub fn copied(&self) -> Options {
        self.only(Kind::is_copied)
    }

    /// The options whose kind is `wanted`. What stands behind a malformed one is left out.
    #[must_use]
    pub fn only(&self, wanted: impl Fn(Kind) -> bool) -> Options {
        let (mut octets, mut len) = ([0; Self::LONGEST], 0);
        for item in self.walk().map_while(Result::ok) {
            let end = len + item.octets.len();
            if wanted(item.kind)
                && let Some(place) = octets.get_mut(len..end)
            {
                place.copy_from_slice(item.octets);
                len = end;
            }
        }
        // The rest is zero, which is "end of list".
        let padded = octets.get(..len.next_multiple_of(4)).unwrap_or_default();
        Options::new(padded).unwrap_or_default()
    }
}

impl Default for Options {
    fn default() -> Self {
        Options::NONE
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Options({:02x?})", self.octets())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_that_a_header_cannot_have_is_refused() {
        assert!(matches!(
            Options::new(&[0; 44]),
            Err(Reason::TooLong {
                have: 44,
                most: 40,
                ..
            })
        ));
        assert!(matches!(
            Options::new(&[0; 3]),
            Err(Reason::Illegal { value, .. }) if value == 3_u8.into()
        ));
        assert_eq!(Options::new(&[1; 8]).unwrap().octets(), [1; 8]);
        assert_eq!(Options::new(&[]), Ok(Options::NONE));
    }

    /// RFC 791 §3.1: security and source routes are copied, record route and timestamp are not.
    #[test]
    fn only_what_has_the_copied_flag_goes_into_later_fragments() {
        let all = [7, 3, 4, 148, 4, 0, 0, 1, 68, 4, 5, 0, 131, 3, 4, 0];
        let later = [148, 4, 0, 0, 131, 3, 4, 0];
        let options = Options::new(&all).unwrap();
        assert_eq!(options.copied(), Options::new(&later).unwrap());
        assert_eq!(Options::new(&[7, 3, 4, 0]).unwrap().copied(), Options::NONE);
    }
}
