//! Why a PDU went no further: data, not failure.

use core::fmt;

use crate::Found;

/// Why a layer refuses a PDU: the field, the value found, and the value or rule expected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// The PDU ends before the field does. Lengths in octets.
    #[error("{field} needs {need} octets, have {have}")]
    TooShort {
        /// The header or field that does not fit.
        field: &'static str,
        /// Octets that it needs.
        need: usize,
        /// Octets that are there.
        have: usize,
    },
    /// The PDU is larger than the layer carries. Lengths in octets.
    #[error("{field} is {have} octets, at most {most} fit")]
    TooLong {
        /// What is too long.
        field: &'static str,
        /// Its length.
        have: usize,
        /// The largest that fits: a path's MTU, a frame's body.
        most: usize,
    },
    /// A check value does not agree with the octets that it covers.
    #[error("{field} is {found:#x}, computed {computed:#x}")]
    Mismatch {
        /// The field that holds the check value.
        field: &'static str,
        /// What the wire said.
        found: u64,
        /// What it should have said.
        computed: u64,
    },
    /// A field holds a value that the rule forbids.
    #[error("{field} = {value} {rule}")]
    Illegal {
        /// The field.
        field: &'static str,
        /// Its value.
        value: Found,
        /// The rule, worded to follow the value: "must be 4".
        rule: &'static str,
    },
    /// Symbols on the medium that are no code word.
    #[error("{code} violation in cell {cell}: {found:#b}")]
    Violation {
        /// The line code.
        code: &'static str,
        /// Cell (one bit, or one group of a block code), counted from the start of the
        /// transmission.
        cell: usize,
        /// The symbols found there, the first in the most significant place.
        found: u16,
    },
    /// Something that must stand in the PDU is nowhere in it: a delimiter, a flag, idle.
    #[error("no {field} in {searched} octets")]
    Absent {
        /// What was looked for.
        field: &'static str,
        /// Octets that were searched.
        searched: usize,
    },
    /// Nobody above or below wants this.
    #[error("{field} = {value} is not handled here")]
    Unhandled {
        /// The field that selects the handler.
        field: &'static str,
        /// Its value.
        value: Found,
    },
    /// A queue, table or outbox is full.
    #[error("{queue} is full at {limit}")]
    Full {
        /// The queue.
        queue: &'static str,
        /// How many it holds.
        limit: usize,
    },
    /// The composer gave less room than the layer's header or trailer needs.
    #[error(transparent)]
    NoRoom(#[from] NoRoom),
    /// The layer has what it needs but no way on, and a field says why: no route to it, no
    /// answer from it, not for us. Nobody broke a rule.
    #[error("{field} = {value} {why}")]
    DeadEnd {
        /// The field that leads no further.
        field: &'static str,
        /// Its value.
        value: Found,
        /// Why, worded to follow the value: "is not this station's".
        why: &'static str,
    },
    /// The layer has no way on, and there is no value to name.
    #[error("{0}")]
    NoWay(&'static str),
    /// The hop limit ran out here.
    #[error("time to live ran out")]
    HopsExhausted,
}

impl Reason {
    /// `Ok` when a check value found on the wire is the one computed.
    ///
    /// # Errors
    /// [`Reason::Mismatch`] that names the field and both values.
    pub fn check(
        field: &'static str,
        found: impl Into<u64>,
        computed: impl Into<u64>,
    ) -> Result<(), Reason> {
        let (found, computed) = (found.into(), computed.into());
        if found == computed {
            Ok(())
        } else {
            Err(Reason::Mismatch {
                field,
                found,
                computed,
            })
        }
    }

    /// `Ok` when `holds`; else the field breaks the rule.
    ///
    /// # Errors
    /// [`Reason::Illegal`] that names field, value and rule.
    pub fn require(
        holds: bool,
        field: &'static str,
        value: impl Into<Found>,
        rule: &'static str,
    ) -> Result<(), Reason> {
        if holds {
            Ok(())
        } else {
            Err(Reason::Illegal {
                field,
                value: value.into(),
                rule,
            })
        }
    }

    /// A [`Reason::DeadEnd`]: nobody broke a rule, but `field` leads no further.
    pub fn dead_end(
        field: &'static str,
        value: impl Into<Found>,
        why: &'static str,
    ) -> Reason {
        let value = value.into();
        Reason::DeadEnd { field, value, why }
    }

    /// The kind of reason as one word, for counters that must stay few.
    pub const fn kind(&self) -> &'static str {
        match self {
            Reason::TooShort { .. } => "too-short",
            Reason::TooLong { .. } => "too-long",
            Reason::Mismatch { .. } => "mismatch",
            Reason::Illegal { .. } => "illegal",
            Reason::Violation { .. } => "violation",
            Reason::Absent { .. } => "absent",
            Reason::Unhandled { .. } => "unhandled",
            Reason::Full { .. } => "full",
            Reason::NoRoom(_) => "no-room",
            Reason::DeadEnd { .. } | Reason::NoWay(_) => "no-way",
            Reason::HopsExhausted => "hops-exhausted",
        }
    }
}

/// There is no room for the octets that a layer wants to add.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no room for {need} more octets, {have} are free")]
pub struct NoRoom {
    /// Octets wanted.
    pub need: usize,
    /// Octets free on that side.
    pub have: usize,
}

/// There are fewer octets than a layer wants to strip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("need {need} octets, have {have}")]
pub struct Short {
    /// Octets wanted.
    pub need: usize,
    /// Octets there.
    pub have: usize,
}

impl From<Short> for Reason {
    fn from(Short { need, have }: Short) -> Self {
        Reason::TooShort {
            field: "header or trailer",
            need,
            have,
        }
    }
}

/// A [`Reason`] with its place: which layer gave it, and where its octets begin in the frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The layer's name, as in its `Spec`.
    pub layer: &'static str,
    /// Octets between the start of the captured frame and the start of this layer's header.
    pub offset: usize,
    /// What is wrong.
    pub reason: Reason,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} at octet {}: {}",
            self.layer, self.offset, self.reason
        )
    }
}

impl core::error::Error for Fault {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        Some(&self.reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_says_layer_place_field_found_and_expected() {
        let reason = Reason::check("fcs", 0x1234_u16, 0xabcd_u16).unwrap_err();
        let fault = Fault {
            layer: "ethernet",
            offset: 14,
            reason,
        };
        let text = "ethernet at octet 14: fcs is 0x1234, computed 0xabcd";
        assert_eq!(fault.to_string(), text);
    }

    #[test]
    fn equal_check_values_pass() {
        assert_eq!(Reason::check("fcs", 7_u8, 7_u8), Ok(()));
        assert!(Reason::require(false, "version", 5_u8, "must be 4").is_err());
    }

    #[test]
    fn a_value_is_named_as_what_it_is() {
        let rule = Reason::require(false, "Version", 5_u8, "must be 4").unwrap_err();
        assert_eq!(rule.to_string(), "Version = 5 must be 4");
        let station = crate::Mac::local(9);
        let end =
            Reason::dead_end("Destination Address", station, "is not this station's");
        let text = "Destination Address = 02:00:00:00:00:09 is not this station's";
        assert_eq!((end.to_string().as_str(), end.kind()), (text, "no-way"));
    }

    /// Two texts are 32 octets, an IPv6 address and what it is another 24.
    #[test]
    fn a_refusal_fits_into_a_cache_line() {
        assert!(size_of::<Reason>() <= 64, "{}", size_of::<Reason>());
    }
}
