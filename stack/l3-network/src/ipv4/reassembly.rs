//! Reassembly: fragments for this node become the packet again that they were cut from.
//!
//! | a fragment | what happens |
//! |---|---|
//! | carries nothing; is not the last and no multiple of 8; ends beyond 65 535 octets | discard it alone |
//! | fits or does not fit to those before it | as [`reassembly`] says |
//! | closes the last hole | put together, up |
//! | the packet's time is over | discard all; tell the sender if the first fragment is there |
//!
//! Spec: RFC 791 §3.2; RFC 1122 §3.3.2 (time, message); RFC 3168 §5.3 (congestion marks).
//! Units: octets.
//! Not here: what is kept of packets and how much (`reassembly.rs` of the crate), cutting
//! (`fragment`).

use core::net::{IpAddr, Ipv4Addr};

use layercake_base::{Context, Pdu, Reason};

use super::fragment::STEP;
use super::{Header, Ipv4};
use crate::Protocol;
use crate::icmp::TimeExceeded;
use crate::reassembly::{self, Face, Fragment, Packet};

/// What all fragments of a packet have in common. RFC 791 §3.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key {
    source: Ipv4Addr,
    destination: Ipv4Addr,
    protocol: Protocol,
    identification: u16,
}

impl Key {
    fn of(header: &Header) -> Self {
        Key {
            source: header.source,
            destination: header.destination,
            protocol: header.protocol,
            identification: header.identification,
        }
    }
}

impl reassembly::Key for Key {
    fn sender(&self) -> IpAddr {
        self.source.into()
    }

    fn identification(&self) -> u32 {
        self.identification.into()
    }
}

/// The packets of which some fragments have come and some have not.
pub(super) type Waiting = reassembly::Waiting<Key, Header>;

impl Ipv4 {
    /// Takes in a fragment for this node. When it is the last that was missing, the packet goes
    /// the way of all packets for this node.
    pub(super) fn gather(
        &mut self,
        packet: Pdu,
        header: &Header,
        cx: &mut Context<'_>,
    ) -> Result<(), Reason> {
        let (key, last) = (Key::of(header), packet.id());
        let fragment = Fragment {
            key,
            header: *header,
            front: header.octets(),
            start: start(header)?,
            more: header.more_fragments,
            class: header.type_of_service,
        };
        let taken = self.waiting.take(packet, fragment, cx)?;
        let Some(made) = self.waiting.whole(&key).map(|whole| build(whole, cx)) else {
            return Ok(());
        };
        let face = self.waiting.done(&key);
        let delivered = made.and_then(|(whole, header)| self.deliver(whole, &header, cx));
        // What becomes of the whole is told of the last fragment, so that one ends as the last.
        let earlier = face.filter(|face| face.id() != last);
        earlier.into_iter().for_each(|face| cx.consume(face));
        drop(taken);
        delivered
    }

    /// Gives up the packets whose time is over. Who sent one is told, if its first fragment is
    /// here. RFC 1122 §3.3.2.
    pub(super) fn give_up(&mut self, cx: &mut Context<'_>) {
        while let Some(packet) = self.waiting.expired(cx.now()) {
            let Some(face) = packet.face else {
                continue; // its end was told when it was discarded
            };
            let Face { packet, header, .. } = face;
            if face.first {
                self.report(&packet, &header, TimeExceeded::REASSEMBLY.into(), cx);
            }
            let (field, why) = ("Identification", "was not put together in time");
            cx.discard(packet, Reason::dead_end(field, header.identification, why));
        }
    }
}

/// The whole packet and its header.
fn build(
    whole: &Packet<Key, Header>,
    cx: &mut Context<'_>,
) -> Result<(Pdu, Header), Reason> {
    let no_face = Reason::NoWay("a packet without a fragment");
    let face = whole.face.as_ref().ok_or(no_face)?;
    let header = header(&face.header, whole)?;
    let mut packet = cx.allocate_from(&face.packet, header.total_length.into())?;
    let octets = packet.octets_mut();
    header.encode(octets)?;
    whole.write(octets.get_mut(header.octets()..).unwrap_or_default());
    Ok((packet, header))
}

/// The header of the packet whose first fragment had this one.
fn header(first: &Header, whole: &Packet<Key, Header>) -> Result<Header, Reason> {
    let have = first.octets() + whole.octets();
    Ok(Header {
        total_length: u16::try_from(have).map_err(|_| too_long(have))?,
        more_fragments: false,
        type_of_service: first.type_of_service & !0b11 | whole.mark()?,
        ..*first
    })
}

/// Where the data of a fragment begins in the packet's, in octets.
fn start(header: &Header) -> Result<u16, Reason> {
    let have = usize::from(header.total_length).saturating_sub(header.octets());
    let (field, need) = ("data of a fragment", 1);
    if have < need {
        return Err(Reason::TooShort { field, need, have });
    }
    let whole_steps = !header.more_fragments || have.is_multiple_of(STEP);
    let rule = "must leave a fragment that is not the last a multiple of 8 octets";
    Reason::require(whole_steps, "Total Length", header.total_length, rule)?;
    let start = usize::from(header.fragment_offset) * STEP;
    let end = header.octets() + start + have;
    let fits = end <= usize::from(u16::MAX);
    let start = u16::try_from(start).ok().filter(|_| fits);
    start.ok_or_else(|| too_long(end))
}

/// The packet would be longer than any can be.
fn too_long(have: usize) -> Reason {
    Reason::TooLong {
        field: "IPv4 packet in fragments",
        have,
        most: usize::from(u16::MAX),
    }
}

#[cfg(test)]
mod model;
#[cfg(test)]
mod tests;
