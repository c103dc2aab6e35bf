//! A whole LLDPDU: three elements that must be there, and those that may.

use layercake_base::Reason;

use super::Tlv;

/// Who sent an LLDPDU, or by which port: what the identifier is, and the identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Id<'a> {
    /// What the identifier is; the numbers differ between chassis and port.
    pub subtype: u8,
    /// The identifier, 1 to 255 octets.
    pub id: &'a [u8],
}

/// An LLDPDU that keeps to the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lldpdu<'a> {
    /// Chassis ID: the system.
    pub chassis: Id<'a>,
    /// Port ID: its port.
    pub port: Id<'a>,
    /// Time To Live in seconds: how long this holds; 0 when the sender goes.
    pub time_to_live: u16,
    /// Octets of the other elements, without the End.
    optional: &'a [u8],
    /// Octets of Chassis ID and Port ID, which tell senders apart.
    identity: &'a [u8],
}

impl<'a> Lldpdu<'a> {
    /// Reads the LLDPDU at the start of `octets`; behind its End padding may follow. Without an
    /// End it ends where the octets do.
    ///
    /// # Errors
    /// What is wrong with an element; [`Reason::Illegal`] when the first three are not Chassis
    /// ID, Port ID and Time To Live, or when one of them comes again.
    pub fn decode(octets: &'a [u8]) -> Result<Self, Reason> {
        let (first, rest) = Tlv::decode(octets)?;
        let Tlv::ChassisId { subtype, id } = first else {
            return Err(misplaced(first, "must be 1, Chassis ID, in the first TLV"));
        };
        let chassis = Id { subtype, id };
        let (second, rest) = Tlv::decode(rest)?;
        let Tlv::PortId { subtype, id } = second else {
            return Err(misplaced(second, "must be 2, Port ID, in the second TLV"));
        };
        let port = Id { subtype, id };
        let identity = before(octets, rest);
        let (third, rest) = Tlv::decode(rest)?;
        let Tlv::TimeToLive(time_to_live) = third else {
            return Err(misplaced(
                third,
                "must be 3, Time To Live, in the third TLV",
            ));
        };
        Ok(Lldpdu {
            chassis,
            port,
            time_to_live,
            optional: optional(rest)?,
            identity,
        })
    }

    /// The other elements, in their order.
    pub fn optional(&self) -> impl Iterator<Item = Tlv<'a>> + use<'a> {
        let mut rest = self.optional;
        core::iter::from_fn(move || {
            let (tlv, after) = Tlv::decode(rest).ok()?;
            rest = after;
            Some(tlv)
        })
    }

    /// The octets of Chassis ID and Port ID: the same for the same sender.
    pub(super) fn identity(&self) -> &'a [u8] {
        self.identity
    }

    /// An LLDPDU with these elements, as it goes on the wire.
    ///
    /// # Errors
    /// What is wrong with an element; [`Reason::Illegal`] for one of the mandatory ones, or an
    /// End, among `optional`.
    pub fn encode(
        chassis: Id<'_>,
        port: Id<'_>,
        time_to_live: u16,
        optional: &[Tlv<'_>],
    ) -> Result<Vec<u8>, Reason> {
        let mut octets = Vec::new();
        let Id { subtype, id } = chassis;
        Tlv::ChassisId { subtype, id }.encode(&mut octets)?;
        let Id { subtype, id } = port;
        Tlv::PortId { subtype, id }.encode(&mut octets)?;
        Tlv::TimeToLive(time_to_live).encode(&mut octets)?;
        for tlv in optional {
            require_optional(tlv)?;
            tlv.encode(&mut octets)?;
        }
        Tlv::End.encode(&mut octets)?;
        Ok(octets)
    }
}

/// The octets of the optional elements; each was looked at.
fn optional(octets: &[u8]) -> Result<&[u8], Reason> {
    let mut rest = octets;
    while !rest.is_empty() {
        let (tlv, after) = Tlv::decode(rest)?;
        if tlv == Tlv::End {
            break;
        }
        require_optional(&tlv)?;
        rest = after;
    }
    Ok(before(octets, rest))
}

fn require_optional(tlv: &Tlv<'_>) -> Result<(), Reason> {
    let rule = "must not be 0 to 3 behind the first three TLVs";
    Reason::require(tlv.kind() > 3, "TLV Type", tlv.kind(), rule)
}

fn misplaced(tlv: Tlv<'_>, rule: &'static str) -> Reason {
    let (field, value) = ("TLV Type", tlv.kind().into());
    Reason::Illegal { field, value, rule }
}

/// What of `octets` stands in front of their end `rest`.
fn before<'a>(octets: &'a [u8], rest: &[u8]) -> &'a [u8] {
    let len = octets.len().saturating_sub(rest.len());
    octets.get(..len).unwrap_or_default()
}
