//! What an error message says of the packet that died: its first octets, and perhaps where it
//! came in.
//!
//! ```text
//! +-----------------------------------+---------------------------------------------+
//! | the packet, as much as fits       |                                             |
//! +-----------------------------------+---------------------------------------------+
//! | the packet, padded to 128 octets and to whole units     | extension structure   |
//! +---------------------------------------------------------+-----------------------+
//! ```
//! Spec: RFC 1812 §4.3.2.3 and RFC 4443 §2.4 (c) (as much as fits); RFC 4884 §4 (padding, Length:
//! in units of 4 octets for IPv4 and 8 for IPv6) and RFC 5837 §3 (the incoming interface: its
//! number, address and MTU).

use core::net::IpAddr;

use crate::icmp::extensions::{
    Extensions, InterfaceInformation, Object, Role, SHORTEST_QUOTE,
};

/// Octets of an extension structure with one interface.
const MOST: usize = 8 + InterfaceInformation::MOST;

/// An extension structure, or nothing.
pub(crate) struct Extension {
    octets: [u8; MOST],
    len: usize,
}

impl Extension {
    pub(crate) const NONE: Extension = Extension {
        octets: [0; MOST],
        len: 0,
    };

    fn octets(&self) -> &[u8] {
        self.octets.get(..self.len).unwrap_or_default()
    }

    /// The structure that tells by which interface a packet came in; [`Extension::NONE`] where
    /// that cannot be.
    pub(crate) fn incoming(port: u16, address: Option<IpAddr>, mtu: u32) -> Extension {
        let telling = Self::telling(&InterfaceInformation {
            role: Role::Incoming,
            index: Some(u32::from(port) + 1), // 0 is no number: RFC 2863 §3.1.5
            address,
            name: None,
            mtu: Some(mtu),
        });
        telling.unwrap_or(Extension::NONE)
    }

    /// The structure that tells this.
    fn telling(information: &InterfaceInformation<'_>) -> Option<Extension> {
        let mut data = [0; InterfaceInformation::MOST];
        let (c_type, end) = information.encode(&mut data).ok()?;
        let object = Object {
            class: InterfaceInformation::CLASS,
            c_type,
            data: data.get(..end)?,
        };
        let mut octets = [0; MOST];
        let len = Extensions::encode(&mut octets, &[object]).ok()?;
        Some(Extension { octets, len })
    }
}

/// The octets behind the header of an error message.
pub(crate) struct Quote<'a> {
    packet: &'a [u8],
    /// Octets of the quote with its padding.
    len: usize,
    /// Octets in which Length counts.
    unit: usize,
    extension: &'a [u8],
}

impl<'a> Quote<'a> {
    /// As much of the packet as goes into `most` octets with the extension; without it where
    /// there is no room for both. Length counts in `unit` octets.
    pub(crate) fn of(
        packet: &'a [u8],
        most: usize,
        unit: usize,
        extension: &'a Extension,
    ) -> Self {
        let extension = extension.octets();
        let room = most.saturating_sub(extension.len());
        let room = room - room % unit;
        if extension.is_empty() || room < SHORTEST_QUOTE {
            let packet = packet.get(..most).unwrap_or(packet);
            return Quote {
                packet,
                len: packet.len(),
                unit,
                extension: &[],
            };
        }
        let packet = packet.get(..room).unwrap_or(packet);
        let len = packet.len().next_multiple_of(unit).max(SHORTEST_QUOTE);
        Quote {
            packet,
            len,
            unit,
            extension,
        }
    }

    /// Octets of all of it.
    pub(crate) fn octets(&self) -> usize {
        self.len + self.extension.len()
    }

    /// The Length field, in units; 0 where no extension follows.
    pub(crate) fn units(&self) -> u8 {
        match self.extension {
            [] => 0,
            _ => u8::try_from(self.len / self.unit).unwrap_or(0),
        }
    }

    /// Writes it into zeros.
    pub(crate) fn write(&self, place: &mut [u8]) {
        let parts = [(0, self.packet), (self.len, self.extension)];
        for (at, part) in parts {
            if let Some(place) = place.get_mut(at..at + part.len()) {
                place.copy_from_slice(part);
            }
        }
    }
}
