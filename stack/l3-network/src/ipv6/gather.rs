//! Reassembly: fragments for this node become the packet again that they were cut from.
//!
//! | a fragment | what happens |
//! |---|---|
//! | is the first and does not hold all headers | discard it alone; parameter problem, code 3 |
//! | is not the last and no multiple of 8 octets | discard it alone; parameter problem at the payload length |
//! | ends beyond 65 535 octets | discard it alone; parameter problem at the fragment offset |
//! | carries nothing | discard it alone |
//! | fits or does not fit to those before it | as [`reassembly`] says, without a word |
//! | closes the last hole | put together, and its other headers looked at |
//! | the packet's time is over | discard all; tell the sender if the first fragment is there |
//!
//! What stands in front of the fragment header of the first fragment is the front of the whole.
//!
//! Spec: RFC 8200 §4.5; RFC 5722 §3; RFC 7112 §5; RFC 3168 §5.3 (congestion marks).
//! Units: octets.
//! Not here: what is kept of packets and how much (`reassembly.rs` of the crate), cutting
//! (`cut`). A fragment within a packet that was put together is refused.

use core::net::{IpAddr, Ipv6Addr};

use layercake_base::{Context, Pdu, Reason};

use super::extension::{Chain, FragmentHeader};
use super::open::{Content, Part, Refusal, open, problem_at};
use super::scope::is_link_local;
use super::{Header, Ipv6};
use crate::Protocol;
use crate::icmpv6::{ParameterProblem, TimeExceeded};
use crate::octets::too_short;
use crate::reassembly::{self, Face, Fragment, Packet};

/// What all fragments of a packet have in common. RFC 8200 §4.5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key {
    source: Ipv6Addr,
    destination: Ipv6Addr,
    identification: u32,
    /// Where a link-local sender is.
    zone: Option<u16>,
}

impl reassembly::Key for Key {
    fn sender(&self) -> IpAddr {
        self.source.into()
    }

    fn identification(&self) -> u32 {
        self.identification
    }
}

/// The packets of which some fragments have come and some have not.
pub(super) type Waiting = reassembly::Waiting<Key, (Header, Part)>;

/// A packet of which all fragments have come.
type Whole = Packet<Key, (Header, Part)>;

impl Ipv6 {
    /// Takes in a fragment for this node. When it is the last that was missing, the packet goes
    /// the way of all packets for this node.
    pub(super) fn gather(
        &mut self,
        packet: Pdu,
        header: &Header,
        part: &Part,
        cx: &mut Context<'_>,
    ) -> Result<(), Reason> {
        let last = packet.id();
        let start = match start(&packet, part) {
            Ok(start) => start,
            Err(refusal) => return self.refuse(&packet, header, refusal, cx),
        };
        let key = Key {
            source: header.source,
            destination: header.destination,
            identification: part.header.identification,
            zone: is_link_local(header.source).then_some(packet.ici().port),
        };
        let fragment = Fragment {
            key,
            header: (*header, *part),
            front: part.at + FragmentHeader::OCTETS,
            start,
            more: part.header.more_fragments,
            class: header.traffic_class,
        };
        let taken = self.waiting.take(packet, fragment, cx)?;
        let Some(made) = self.waiting.whole(&key).map(|whole| build(whole, cx)) else {
            return Ok(());
        };
        let face = self.waiting.done(&key);
        let opened = made.and_then(|(whole, header)| self.open_whole(whole, &header, cx));
        // What becomes of the whole is told of the last fragment, so that one ends as the last.
        let earlier = face.filter(|face| face.id() != last);
        earlier.into_iter().for_each(|face| cx.consume(face));
        drop(taken);
        opened
    }

    /// Takes in a packet that was put together, with the headers that had been cut.
    fn open_whole(
        &mut self,
        packet: Pdu,
        header: &Header,
        cx: &mut Context<'_>,
    ) -> Result<(), Reason> {
        match open(&packet, header) {
            Ok(Content::Upper { protocol, at }) => {
                self.take_in(packet, header, (protocol, at), cx)
            }
            Ok(Content::Fragment(_)) => Err(Reason::NoWay("a fragment within fragments")),
            Err(refusal) => self.refuse(&packet, header, refusal, cx),
        }
    }

    /// Gives up the packets whose time is over. Who sent one is told, if its first fragment is
    /// here.
    pub(super) fn give_up(&mut self, cx: &mut Context<'_>) {
        while let Some(packet) = self.waiting.expired(cx.now()) {
            let Some(face) = packet.face else {
                continue; // its end was told when it was discarded
            };
            let Face { packet, header, .. } = face;
            let (header, part) = header;
            if face.first {
                self.report(&packet, &header, TimeExceeded::REASSEMBLY.into(), cx);
            }
            let (field, why) = ("Identification", "was not put together in time");
            let number = part.header.identification;
            cx.discard(packet, Reason::dead_end(field, number, why));
        }
    }
}

/// The whole packet and its header.
fn build(whole: &Whole, cx: &mut Context<'_>) -> Result<(Pdu, Header), Reason> {
    let no_face = Reason::NoWay("a packet without a fragment");
    let face = whole.face.as_ref().ok_or(no_face)?;
    let (first, part) = &face.header;
    let length = part.at + whole.octets();
    let payload = length - Header::OCTETS;
    let header = Header {
        payload_length: u16::try_from(payload).map_err(|_| too_long(payload))?,
        traffic_class: first.traffic_class & !0b11 | whole.mark()?,
        ..*first
    };
    let mut packet = cx.allocate_from(&face.packet, length)?;
    let (front, data) = packet.octets_mut().split_at_mut(part.at);
    front.copy_from_slice(face.packet.octets().get(..part.at).unwrap_or_default());
    if let Some(place) = front.first_chunk_mut() {
        *place = header.encode();
    }
    if let Some(place) = front.get_mut(part.named_at) {
        *place = part.header.next_header.0;
    }
    whole.write(data);
    let header = Header::decode(packet.octets())?;
    Ok((packet, header))
}

/// Where the data of a fragment begins in the packet's, in octets.
fn start(packet: &Pdu, part: &Part) -> Result<u16, Refusal> {
    let data = part.at + FragmentHeader::OCTETS;
    let have = packet.len().saturating_sub(data);
    if have == 0 {
        return Err((None, too_short("data of a fragment", 1, have)));
    }
    if part.header.more_fragments && !have.is_multiple_of(8) {
        let (field, value) = ("Payload Length", packet.len() - Header::OCTETS);
        let rule = "must leave a fragment that is not the last a multiple of 8 octets";
        let value = u64::try_from(value).unwrap_or(u64::MAX).into();
        let reason = Reason::Illegal { field, value, rule };
        return Err((Some(problem_at(PAYLOAD_LENGTH)), reason));
    }
    let start = usize::from(part.header.fragment_offset) * 8;
    let whole = part.at - Header::OCTETS + start + have;
    let start = u16::try_from(start).ok();
    let fits = start.filter(|_| whole <= usize::from(u16::MAX));
    let offset_at = part.at + FragmentHeader::OFFSET_AT;
    let start = fits.ok_or((Some(problem_at(offset_at)), too_long(whole)))?;
    if start == 0 {
        holds_all_headers(packet)?;
    }
    Ok(start)
}

/// Where the IPv6 header has its payload length.
const PAYLOAD_LENGTH: usize = 4;

/// RFC 7112 §5: all headers up to that of the upper layer are in the first fragment, so that a
/// filter can see them.
fn holds_all_headers(packet: &Pdu) -> Result<(), Refusal> {
    let mut chain = Chain::of(packet.octets());
    let incomplete = Some(ParameterProblem::INCOMPLETE_CHAIN.into());
    if let Some(Err(reason)) = chain.by_ref().last() {
        let short = matches!(reason, Reason::TooShort { .. });
        return Err((incomplete.filter(|_| short), reason));
    }
    let need = match chain.next_header() {
        Protocol::TCP => 20,
        Protocol::UDP | Protocol::ICMPV6 => 8,
        Protocol::SCTP => 12,
        _ => 0,
    };
    let have = packet.len().saturating_sub(chain.at());
    let short = too_short("upper layer's header in the first fragment", need, have);
    (have >= need).then_some(()).ok_or((incomplete, short))
}

/// The packet would be longer than any can be.
fn too_long(have: usize) -> Reason {
    Reason::TooLong {
        field: "IPv6 packet in fragments",
        have,
        most: usize::from(u16::MAX),
    }
}

#[cfg(test)]
mod tests;
