//! One element of an LLDPDU: type, length, information string.

use layercake_base::Reason;

use super::{Management, TLV_OCTETS};

/// One element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tlv<'a> {
    /// 0: nothing follows.
    End,
    /// 1: which system sent this, 1 to 255 octets.
    ChassisId {
        /// What the identifier is.
        subtype: u8,
        /// The identifier.
        id: &'a [u8],
    },
    /// 2: by which of its ports, 1 to 255 octets.
    PortId {
        /// What the identifier is.
        subtype: u8,
        /// The identifier.
        id: &'a [u8],
    },
    /// 3: how many seconds this holds.
    TimeToLive(u16),
    /// 4: text of up to 255 octets, UTF-8 if the sender keeps to the standard.
    PortDescription(&'a [u8]),
    /// 5: likewise.
    SystemName(&'a [u8]),
    /// 6: likewise.
    SystemDescription(&'a [u8]),
    /// 7: what the system can be, and what it is; bits of [`CAPABILITIES_LAYOUT`].
    ///
    /// [`CAPABILITIES_LAYOUT`]: super::CAPABILITIES_LAYOUT
    SystemCapabilities {
        /// What it can be.
        capable: u16,
        /// What it is.
        enabled: u16,
    },
    /// 8: where it is managed.
    ManagementAddress(Management<'a>),
    /// 127: something that an organisation has defined.
    Organisation {
        /// Whose.
        oui: [u8; 3],
        /// Its number there.
        subtype: u8,
        /// Up to 507 octets that are not read here.
        information: &'a [u8],
    },
    /// 9 to 126, without a meaning yet.
    Reserved {
        /// The type.
        kind: u8,
        /// Up to 511 octets.
        information: &'a [u8],
    },
}

/// Longest identifier and text.
const TEXT: usize = 255;
/// Longest information string: nine bits tell its length.
const LONGEST: usize = 511;

impl<'a> Tlv<'a> {
    /// Reads the first element of `octets`, and gives what follows it.
    ///
    /// # Errors
    /// [`Reason::TooShort`] when its length is beyond the end, or less than its type needs;
    /// [`Reason::TooLong`] or [`Reason::Illegal`] when it is more than its type allows.
    pub fn decode(octets: &'a [u8]) -> Result<(Self, &'a [u8]), Reason> {
        let (&[first, second], rest) = octets
            .split_first_chunk::<TLV_OCTETS>()
            .ok_or_else(|| short("LLDP TLV", TLV_OCTETS, octets.len()))?;
        let kind = first >> 1;
        let length = usize::from(u16::from_be_bytes([first & 1, second]));
        let (information, after) = rest
            .split_at_checked(length)
            .ok_or_else(|| short(name(kind), length, rest.len()))?;
        Ok((Self::of(kind, information)?, after))
    }

    fn of(kind: u8, octets: &'a [u8]) -> Result<Self, Reason> {
        let (least, most) = lengths(kind);
        let (field, have) = (name(kind), octets.len());
        if have < least {
            return Err(short(field, least, have));
        }
        if have > most {
            return Err(Reason::TooLong { field, have, most });
        }
        Ok(match (kind, octets) {
            (0, _) => Tlv::End,
            (1, &[subtype, ref id @ ..]) => Tlv::ChassisId { subtype, id },
            (2, &[subtype, ref id @ ..]) => Tlv::PortId { subtype, id },
            (3, &[high, low]) => Tlv::TimeToLive(u16::from_be_bytes([high, low])),
            (4, text) => Tlv::PortDescription(text),
            (5, text) => Tlv::SystemName(text),
            (6, text) => Tlv::SystemDescription(text),
            (7, &[a, b, c, d]) => Tlv::SystemCapabilities {
                capable: u16::from_be_bytes([a, b]),
                enabled: u16::from_be_bytes([c, d]),
            },
            (8, octets) => Tlv::ManagementAddress(Management::decode(octets)?),
            (127, &[a, b, c, subtype, ref information @ ..]) => Tlv::Organisation {
                oui: [a, b, c],
                subtype,
                information,
            },
            (_, information) => Tlv::Reserved { kind, information },
        })
    }

    /// Writes the element behind what is in `octets`.
    ///
    /// # Errors
    /// [`Reason::TooShort`], [`Reason::TooLong`] or [`Reason::Illegal`] when its type does not
    /// allow such a length or it has no type of its own; nothing is written then.
    pub fn encode(&self, octets: &mut Vec<u8>) -> Result<(), Reason> {
        let start = octets.len();
        let result = self.write(octets, start);
        if result.is_err() {
            octets.truncate(start);
        }
        result
    }

    fn write(&self, octets: &mut Vec<u8>, start: usize) -> Result<(), Reason> {
        octets.extend([0; TLV_OCTETS]);
        self.write_information(octets);
        let (head, information) = octets
            .get_mut(start..)
            .and_then(|tlv| tlv.split_first_chunk_mut::<TLV_OCTETS>())
            .ok_or_else(|| short("LLDP TLV", TLV_OCTETS, 0))?;
        let kind = self.kind();
        if Tlv::of(kind, information)? != *self {
            let (field, rule) = ("TLV Type", "must be 9 to 126, a reserved one");
            return Err(Reason::Illegal {
                field,
                value: kind.into(),
                rule,
            });
        }
        let length = u16::try_from(information.len()).unwrap_or(u16::MAX);
        let [high, low] = length.to_be_bytes();
        *head = [kind << 1 | high, low];
        Ok(())
    }

    fn write_information(&self, octets: &mut Vec<u8>) {
        match self {
            Tlv::End => {}
            Tlv::ChassisId { subtype, id } | Tlv::PortId { subtype, id } => {
                octets.push(*subtype);
                octets.extend_from_slice(id);
            }
            Tlv::TimeToLive(seconds) => octets.extend(seconds.to_be_bytes()),
            Tlv::PortDescription(text)
            | Tlv::SystemName(text)
            | Tlv::SystemDescription(text)
            | Tlv::Reserved {
                information: text, ..
            } => octets.extend_from_slice(text),
            Tlv::SystemCapabilities { capable, enabled } => {
                octets.extend(capable.to_be_bytes());
                octets.extend(enabled.to_be_bytes());
            }
            Tlv::ManagementAddress(management) => management.write(octets),
            Tlv::Organisation {
                oui,
                subtype,
                information,
            } => {
                octets.extend(oui);
                octets.push(*subtype);
                octets.extend_from_slice(information);
            }
        }
    }

    /// TLV Type.
    pub const fn kind(&self) -> u8 {
        match self {
            Tlv::End => 0,
            Tlv::ChassisId { .. } => 1,
            Tlv::PortId { .. } => 2,
            Tlv::TimeToLive(_) => 3,
            Tlv::PortDescription(_) => 4,
            Tlv::SystemName(_) => 5,
            Tlv::SystemDescription(_) => 6,
            Tlv::SystemCapabilities { .. } => 7,
            Tlv::ManagementAddress(_) => 8,
            Tlv::Organisation { .. } => 127,
            Tlv::Reserved { kind, .. } => *kind,
        }
    }
}

/// How long an information string may be, at least and at most.
const fn lengths(kind: u8) -> (usize, usize) {
    match kind {
        0 => (0, 0),
        1 | 2 => (2, TEXT + 1),
        3 => (2, 2),
        4..=6 => (0, TEXT),
        7 => (4, 4),
        8 => (9, 167),
        127 => (4, LONGEST),
        _ => (0, LONGEST),
    }
}

/// The name of a type, for errors.
const fn name(kind: u8) -> &'static str {
    match kind {
        0 => "End Of LLDPDU",
        1 => "Chassis ID",
        2 => "Port ID",
        3 => "Time To Live",
        4 => "Port Description",
        5 => "System Name",
        6 => "System Description",
        7 => "System Capabilities",
        8 => "Management Address",
        127 => "organisationally specific TLV",
        _ => "reserved TLV",
    }
}

pub(super) const fn short(field: &'static str, need: usize, have: usize) -> Reason {
    Reason::TooShort { field, need, have }
}
