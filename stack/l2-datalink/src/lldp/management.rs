//! Where a system is managed: the information string of a Management Address.

use layercake_base::Reason;

use super::tlv::short;

/// An address by which a system can be managed, and the interface that has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Management<'a> {
    /// Family of the address, as IANA numbers them.
    pub subtype: u8,
    /// The address, 1 to 31 octets.
    pub address: &'a [u8],
    /// How interfaces are numbered: 1 unknown, 2 ifIndex, 3 system port number.
    pub numbering: u8,
    /// Number of the interface.
    pub interface: u32,
    /// An object identifier, up to 128 octets.
    pub object: &'a [u8],
}

impl<'a> Management<'a> {
    /// Octets of the address with its subtype in front, of the interface's numbering and
    /// number, and the length of the object identifier.
    pub(super) fn decode(octets: &'a [u8]) -> Result<Self, Reason> {
        let field = "Management Address";
        let cut = |octets: &'a [u8], need: usize| {
            let have = octets.len();
            octets
                .split_at_checked(need)
                .ok_or_else(|| short(field, need, have))
        };
        let (length, rest) = cut(octets, 1)?;
        let length = length.first().copied().unwrap_or_default();
        let rule = "must be 2 to 32";
        let legal = (2..=32).contains(&length);
        Reason::require(legal, "Management Address String Length", length, rule)?;
        let (address, rest) = cut(rest, length.into())?;
        let (fixed, object) = cut(rest, 6)?;
        let (&[subtype, ref address @ ..], &[numbering, a, b, c, d, length]) =
            (address, fixed)
        else {
            return Err(short(field, 9, octets.len()));
        };
        let (rule, fits) = ("must be what is left, up to 128", object.len() <= 128);
        let fits = fits && usize::from(length) == object.len();
        Reason::require(fits, "OID String Length", length, rule)?;
        Ok(Management {
            subtype,
            address,
            numbering,
            interface: u32::from_be_bytes([a, b, c, d]),
            object,
        })
    }

    pub(super) fn write(&self, octets: &mut Vec<u8>) {
        let length = |octets: usize| u8::try_from(octets).unwrap_or(u8::MAX);
        octets.extend([length(self.address.len() + 1), self.subtype]);
        octets.extend_from_slice(self.address);
        octets.push(self.numbering);
        octets.extend(self.interface.to_be_bytes());
        octets.push(length(self.object.len()));
        octets.extend_from_slice(self.object);
    }
}
