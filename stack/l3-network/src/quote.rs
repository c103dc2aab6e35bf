//! What an error message says of the packet that died: its first octets, and perhaps where and with
//! which labels it came in.
//!
//! ```text
//! +-----------------------------------+---------------------------------------------+
//! | the packet, as much as fits       |                                             |
//! +-----------------------------------+---------------------------------------------+
//! | the packet, padded to 128 octets and to whole units     | extension structure   |
//! +---------------------------------------------------------+-----------------------+
//! ```
//! Spec: RFC 1812 §4.3.2.3 and RFC 4443 §2.4 (c) (as much as fits); RFC 4884 §4 (padding, Length:
//! in units of 4 octets for IPv4 and 8 for IPv6), RFC 5837 §3 (the incoming interface: its number,
//! address and MTU) and RFC 4950 §3 (the labels that the packet came with).

use core::net::IpAddr;

use crate::icmp::extensions::{
    Extensions, InterfaceInformation, LabelStackEntry, Object, Role, SHORTEST_QUOTE,
};

/// Labels of a stack that are told; what is below them is left out.
const LABELS: usize = 6;
/// Octets of an extension structure with one interface and one stack of labels.
const MOST: usize = 4 + (4 + InterfaceInformation::MOST) + (4 + 4 * LABELS);

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

    /// The structure that tells by which interface a packet came in, and with which labels, top
    /// first; [`Extension::NONE`] where there is nothing to tell.
    pub(crate) fn telling(
        interface: Option<InterfaceInformation<'_>>,
        (labels, time_to_live): (&[u32], u8),
    ) -> Extension {
        let mut place = [0; InterfaceInformation::MOST];
        let encoded = interface.and_then(|own| own.encode(&mut place).ok());
        let interface = encoded.and_then(|(c_type, end)| {
            Some(Object {
                class: InterfaceInformation::CLASS,
                c_type,
                data: place.get(..end)?,
            })
        });
        let mut entries = [0; 4 * LABELS];
        let data = stack(labels, time_to_live, &mut entries);
        let stack = (!data.is_empty()).then_some(Object {
            class: LabelStackEntry::CLASS,
            c_type: LabelStackEntry::C_TYPE,
            data,
        });
        let mut octets = [0; MOST];
        let encoded = match (stack, interface) {
            (Some(stack), Some(own)) => Extensions::encode(&mut octets, &[stack, own]),
            (Some(only), None) | (None, Some(only)) => {
                Extensions::encode(&mut octets, &[only])
            }
            (None, None) => return Extension::NONE,
        };
        encoded.map_or(Extension::NONE, |len| Extension { octets, len })
    }
}

/// What is told about the interface by which a packet came in.
pub(crate) fn incoming(
    port: u16,
    address: Option<IpAddr>,
    mtu: u32,
) -> InterfaceInformation<'static> {
    InterfaceInformation {
        role: Role::Incoming,
        index: Some(u32::from(port) + 1), // 0 is no number: RFC 2863 §3.1.5
        address,
        name: None,
        mtu: Some(mtu),
    }
}

/// The entries of a label stack, top first, written into `place`. RFC 4950 §3.
fn stack<'a>(
    labels: &[u32],
    time_to_live: u8,
    place: &'a mut [u8; 4 * LABELS],
) -> &'a [u8] {
    let count = labels.len().min(LABELS);
    let (entries, _) = place.as_chunks_mut::<4>();
    for (n, (entry, label)) in entries.iter_mut().zip(labels).enumerate() {
        let top = LabelStackEntry {
            label: *label,
            traffic_class: 0,
            bottom: n + 1 == count,
            time_to_live,
        };
        *entry = top.encode();
    }
    place.get(..4 * count).unwrap_or_default()
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
