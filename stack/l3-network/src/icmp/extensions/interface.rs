//! Which interface a packet came in by when it died.
//!
//! ```text
//! C-Type   +------+------+---------+--------+------+-----+
//!          | role | 0  0 | ifIndex | IPAddr | name | MTU |     2, 2, 1, 1, 1, 1 bits
//!          +------+------+---------+--------+------+-----+
//! data     what the bits say is there, in this order:
//!          ifIndex (4) · AFI (2), reserved (2), address (4 or 16) · name (up to 64) · MTU (4)
//! ```
//! Spec: RFC 5837 §4.1 (C-Type), §4.2 (address), §4.3 (name: its first octet is its length, and
//! the whole is a multiple of 4).  Units: octets, big-endian.
//! Checks: class 2; all that the bits announce is there; AFI 1 or 2; the name's length a multiple
//! of 4 up to 64.

use core::net::IpAddr;

use layercake_base::Reason;

use super::Object;
use crate::octets::{chunk, too_short};

/// What the interface did to the packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The packet came in by it.
    Incoming,
    /// A part of the one that it came in by.
    Component,
    /// The packet would have gone out by it.
    Outgoing,
    /// The next hop that it would have gone to.
    NextHop,
}

/// What is told about an interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InterfaceInformation<'a> {
    /// What the interface did.
    pub role: Role,
    /// Its number, as in the MIB.
    pub index: Option<u32>,
    /// Its address.
    pub address: Option<IpAddr>,
    /// Its name, without the length in front, padding included.
    pub name: Option<&'a [u8]>,
    /// The largest packet that it takes, in octets.
    pub mtu: Option<u32>,
}

const INDEX: u8 = 0b1000;
const ADDRESS: u8 = 0b0100;
const NAME: u8 = 0b0010;
const MTU: u8 = 0b0001;

impl<'a> InterfaceInformation<'a> {
    /// The class of the object.
    pub const CLASS: u8 = 2;
    /// The most octets of data that one of this node has: no name.
    pub const MOST: usize = 4 + 20 + 4;

    /// What an object says.
    ///
    /// # Errors
    /// See Checks in the [module](self).
    pub fn decode(object: &Object<'a>) -> Result<Self, Reason> {
        let (class, bits) = (object.class, object.c_type);
        Reason::require(class == Self::CLASS, "Class-Num", class, "must be 2")?;
        let role = match bits >> 6 {
            0 => Role::Incoming,
            1 => Role::Component,
            2 => Role::Outgoing,
            _ => Role::NextHop,
        };
        let mut rest = object.data;
        let mut number = |bit| match bits & bit != 0 {
            true => take(&mut rest, 4)
                .map(|octets| Some(u32::from_be_bytes(chunk(octets, 0)))),
            false => Ok(None),
        };
        let index = number(INDEX)?;
        let address = (bits & ADDRESS != 0).then(|| address(&mut rest));
        let address = address.transpose()?;
        let name = (bits & NAME != 0).then(|| name(&mut rest)).transpose()?;
        let mtu = (bits & MTU != 0).then(|| take(&mut rest, 4)).transpose()?;
        Ok(InterfaceInformation {
            role,
            index,
            address,
            name,
            mtu: mtu.map(|octets| u32::from_be_bytes(chunk(octets, 0))),
        })
    }

    /// Writes the object's data to the start of `place`; gives its C-Type and its octets. A name
    /// is not written.
    ///
    /// # Errors
    /// `place` is shorter than [`InterfaceInformation::MOST`].
    pub fn encode(&self, place: &mut [u8]) -> Result<(u8, usize), Reason> {
        let have = place.len();
        let short = || too_short("room for interface information", Self::MOST, have);
        let mut bits = match self.role {
            Role::Incoming => 0,
            Role::Component => 1 << 6,
            Role::Outgoing => 2 << 6,
            Role::NextHop => 3 << 6,
        };
        let mut end = 0;
        let mut put = |octets: &[u8]| -> Result<(), Reason> {
            let room = place.get_mut(end..end + octets.len()).ok_or_else(short)?;
            room.copy_from_slice(octets);
            end += octets.len();
            Ok(())
        };
        if let Some(index) = self.index {
            bits |= INDEX;
            put(&index.to_be_bytes())?;
        }
        if let Some(address) = self.address {
            bits |= ADDRESS;
            match address {
                IpAddr::V4(address) => {
                    put(&[0, 1, 0, 0])?;
                    put(&address.octets())?;
                }
                IpAddr::V6(address) => {
                    put(&[0, 2, 0, 0])?;
                    put(&address.octets())?;
                }
            }
        }
        if let Some(mtu) = self.mtu {
            bits |= MTU;
            put(&mtu.to_be_bytes())?;
        }
        Ok((bits, end))
    }
}

fn take<'a>(octets: &mut &'a [u8], need: usize) -> Result<&'a [u8], Reason> {
    let have = octets.len();
    let (front, rest) = octets.split_at_checked(need).ok_or(too_short(
        "interface information",
        need,
        have,
    ))?;
    *octets = rest;
    Ok(front)
}

fn address(octets: &mut &[u8]) -> Result<IpAddr, Reason> {
    let family = u16::from_be_bytes(chunk(take(octets, 4)?, 0));
    match family {
        1 => Ok(chunk::<4>(take(octets, 4)?, 0).into()),
        2 => Ok(chunk::<16>(take(octets, 16)?, 0).into()),
        _ => Err(Reason::Illegal {
            field: "AFI",
            value: family.into(),
            rule: "must be 1 or 2",
        }),
    }
}

fn name<'a>(octets: &mut &'a [u8]) -> Result<&'a [u8], Reason> {
    let length = octets.first().copied().unwrap_or(0);
    let right = (4..=64).contains(&length) && length.is_multiple_of(4);
    let rule = "must be a multiple of 4 from 4 to 64";
    Reason::require(right, "length of an interface's name", length, rule)?;
    Ok(take(octets, length.into())?.get(1..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use hex_literal::hex;
    use proptest::prelude::*;

    /// By hand after RFC 5837 §4: ifIndex 5, address 10.0.0.1, name "eth1" padded, MTU 1500.
    #[test]
    fn all_that_can_be_told_is_read_in_its_order() {
        let data = hex!("0000 0005 0001 0000 0a00 0001 08 65746831 000000 0000 05dc");
        let object = Object {
            class: 2,
            c_type: 0x0f,
            data: &data,
        };
        let expected = InterfaceInformation {
            role: Role::Incoming,
            index: Some(5),
            address: Some([10, 0, 0, 1].into()),
            name: Some(b"eth1\0\0\0"),
            mtu: Some(1500),
        };
        assert_eq!(InterfaceInformation::decode(&object), Ok(expected));
        for (c_type, data, text) in [
            (
                0x08,
                &data[..3],
                "interface information needs 4 octets, have 3",
            ),
            (0x04, &data[..4], "AFI = 0 must be 1 or 2"),
            (
                0x02,
                &data[..8],
                "length of an interface's name = 0 must be a multiple of 4 from 4 to 64",
            ),
        ] {
            let class = 2;
            let object = Object {
                class,
                c_type,
                data,
            };
            let reason = InterfaceInformation::decode(&object).unwrap_err();
            assert_eq!(reason.to_string(), text);
        }
    }

    proptest! {
        #[test]
        fn decode_after_encode_is_identity(
            role in 0..4_usize, index: Option<u32>, mtu: Option<u32>,
            address: Option<([u8; 16], bool)>,
        ) {
            let roles = [Role::Incoming, Role::Component, Role::Outgoing, Role::NextHop];
            let address = address.map(|(octets, short)| match short {
                true => IpAddr::from(chunk::<4>(&octets, 0)),
                false => IpAddr::from(octets),
            });
            let information = InterfaceInformation { role: roles[role], index, address, name: None, mtu };
            let mut place = [0; InterfaceInformation::MOST];
            let (c_type, end) = information.encode(&mut place).unwrap();
            let object = Object { class: 2, c_type, data: &place[..end] };
            prop_assert_eq!(InterfaceInformation::decode(&object), Ok(information));
        }
    }
}
