//! How much a router prefers to be taken among several.
//!
//! Spec: RFC 4191 §2.1.  Units: a signed number of two bits: 01 high, 00 medium, 11 low.

/// How much a router, or a route by it, is preferred.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Preference {
    /// Only when there is nothing better.
    Low = -1,
    /// As routers without a preference.
    #[default]
    Medium = 0,
    /// Before all others.
    High = 1,
}

/// Values by name, for a `Layout`.
pub(super) const NAMES: &[(u64, &str)] =
    &[(0, "medium"), (1, "high"), (2, "reserved"), (3, "low")];

impl Preference {
    /// The preference in bits 3 and 4 of an octet; `None` for the value that is reserved.
    pub(super) const fn in_flags(octet: u8) -> Option<Self> {
        match octet >> 3 & 0b11 {
            0b01 => Some(Preference::High),
            0b00 => Some(Preference::Medium),
            0b11 => Some(Preference::Low),
            _ => None,
        }
    }

    /// The octet with these bits.
    pub(super) const fn in_octet(self) -> u8 {
        match self {
            Preference::High => 0b01 << 3,
            Preference::Medium => 0,
            Preference::Low => 0b11 << 3,
        }
    }

    /// 1, 0 or -1.
    pub const fn number(self) -> i8 {
        self as i8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4191 §2.1: as a signed number of two bits.
    #[test]
    fn the_bits_are_the_number_in_twos_complement() {
        for preference in [Preference::Low, Preference::Medium, Preference::High] {
            let octet = preference.in_octet();
            assert_eq!(octet, (preference.number().cast_unsigned() & 0b11) << 3);
            assert_eq!(Preference::in_flags(octet | 0b1110_0111), Some(preference));
        }
        assert_eq!(Preference::in_flags(0b10 << 3), None);
    }
}
