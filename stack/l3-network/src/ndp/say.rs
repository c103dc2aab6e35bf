//! What a station says by neighbour discovery: each message in a packet of its own.

use core::net::Ipv6Addr;

use layercake_base::{Context, Ici, Mac, Pdu, Reason};

use super::message::{NeighborAdvertisement, NeighborSolicitation};
use super::option::Opt;
use crate::Protocol;
use crate::icmpv6::Ends;
use crate::ipv6::{ETHER_TYPE, Header};

/// The hop limit of all these messages: no router forwards them. RFC 4861 §3.1.
const HOPS: u8 = 255;

/// A question for an address with one option: who asks, or a nonce.
pub(super) fn solicitation(
    target: Ipv6Addr,
    ends: Ends,
    option: Opt<'_>,
    cx: &mut Context<'_>,
) -> Result<Pdu, Reason> {
    let options = [option];
    let message = NeighborSolicitation {
        target_address: target,
    };
    let len = NeighborSolicitation::OCTETS + Opt::octets_of(&options);
    packet(ends, len, cx, |place, ends| {
        message.encode(&options, place, ends)
    })
}

/// The news that an address is here.
pub(super) fn advertisement(
    message: NeighborAdvertisement,
    destination: Ipv6Addr,
    mac: Mac,
    cx: &mut Context<'_>,
) -> Result<Pdu, Reason> {
    let options = [Opt::TargetLinkLayerAddress(mac)];
    let len = NeighborAdvertisement::OCTETS + Opt::octets_of(&options);
    let ends = (message.target_address, destination);
    packet(ends, len, cx, |place, ends| {
        message.encode(&options, place, ends)
    })
}

/// A packet with a message of `len` octets, which `write` writes.
pub(super) fn packet(
    ends: Ends,
    len: usize,
    cx: &mut Context<'_>,
    write: impl FnOnce(&mut [u8], Ends) -> Result<(), Reason>,
) -> Result<Pdu, Reason> {
    let no_pdu = Reason::NoWay("no free PDU for a neighbour discovery message");
    let mut pdu = cx.allocate(Header::OCTETS + len).ok_or(no_pdu)?;
    let (source, destination) = ends;
    let header = Header {
        traffic_class: 0,
        flow_label: 0,
        payload_length: u16::try_from(len).unwrap_or(u16::MAX),
        next_header: Protocol::ICMPV6,
        hop_limit: HOPS,
        source,
        destination,
    };
    let octets = pdu.octets_mut();
    if let Some((place, message)) = octets.split_first_chunk_mut() {
        *place = header.encode();
        write(message, ends)?;
    }
    pdu.set_ici(|ici| {
        *ici = Ici {
            next: ETHER_TYPE,
            next_hop: Some(destination.into()),
            ..Ici::NONE
        }
    });
    Ok(pdu)
}

/// Hands a packet down to the station with this link address.
pub(super) fn deliver(mut pdu: Pdu, link: Mac, cx: &mut Context<'_>) {
    pdu.set_ici(|ici| ici.link_destination = Some(link));
    cx.send_down(pdu);
}
