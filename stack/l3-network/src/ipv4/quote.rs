//! What an error message says of the packet that died: its first octets, and perhaps where it
//! came in.
//!
//! ```text
//! +-----------------------------------+---------------------------------------------+
//! | the packet, as much as fits       |                                             |
//! +-----------------------------------+---------------------------------------------+
//! | the packet, padded to 128 octets and to a multiple of 4 | extension structure   |
//! +---------------------------------------------------------+-----------------------+
//! ```
//! Spec: RFC 1812 §4.3.2.3 (as much as fits); RFC 4884 §4 (padding, Length) and RFC 5837 §3
//! (the incoming interface: its number, address and MTU).

use layercake_base::Pdu;

use super::Ipv4;
use crate::icmp::extensions::{
    Extensions, InterfaceInformation, Object, Role, SHORTEST_QUOTE,
};

/// Octets of an extension structure with one interface.
const MOST: usize = 8 + InterfaceInformation::MOST;

/// An extension structure, or nothing.
pub(super) struct Extension {
    octets: [u8; MOST],
    len: usize,
}

impl Extension {
    pub(super) const NONE: Extension = Extension {
        octets: [0; MOST],
        len: 0,
    };

    fn octets(&self) -> &[u8] {
        self.octets.get(..self.len).unwrap_or_default()
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

impl Ipv4 {
    /// What is told about the interface by which a packet came, if this node tells such things.
    pub(super) fn extension(&self, packet: &Pdu) -> Extension {
        let port = packet.ici().port;
        let own = self.interfaces.iter().find(|own| own.port == port);
        let own = own.filter(|_| self.interface_information);
        let telling = own.and_then(|own| {
            Extension::telling(&InterfaceInformation {
                role: Role::Incoming,
                index: Some(u32::from(port) + 1), // 0 is no number: RFC 2863 §3.1.5
                address: Some(own.address.into()),
                name: None,
                mtu: Some(own.mtu.into()),
            })
        });
        telling.unwrap_or(Extension::NONE)
    }
}

/// The octets behind the header of an error message.
pub(super) struct Quote<'a> {
    packet: &'a [u8],
    /// Octets of the quote with its padding.
    len: usize,
    extension: &'a [u8],
}

impl<'a> Quote<'a> {
    /// As much of the packet as goes into `most` octets with the extension; without it where
    /// there is no room for both.
    pub(super) fn of(packet: &'a [u8], most: usize, extension: &'a Extension) -> Self {
        let extension = extension.octets();
        let room = most.saturating_sub(extension.len());
        let room = room - room % 4;
        if extension.is_empty() || room < SHORTEST_QUOTE {
            let packet = packet.get(..most).unwrap_or(packet);
            return Quote {
                packet,
                len: packet.len(),
                extension: &[],
            };
        }
        let packet = packet.get(..room).unwrap_or(packet);
        let len = packet.len().next_multiple_of(4).max(SHORTEST_QUOTE);
        Quote {
            packet,
            len,
            extension,
        }
    }

    /// Octets of all of it.
    pub(super) fn octets(&self) -> usize {
        self.len + self.extension.len()
    }

    /// The Length field: in 4 octets; 0 where no extension follows.
    pub(super) fn words(&self) -> u8 {
        match self.extension {
            [] => 0,
            _ => u8::try_from(self.len / 4).unwrap_or(0),
        }
    }

    /// Writes it into zeros.
    pub(super) fn write(&self, place: &mut [u8]) {
        let parts = [(0, self.packet), (self.len, self.extension)];
        for (at, part) in parts {
            if let Some(place) = place.get_mut(at..at + part.len()) {
                place.copy_from_slice(part);
            }
        }
    }
}
