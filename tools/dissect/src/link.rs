//! Link types, and the headers that stand in front of every frame of a capture.
//!
//! Ethernet, LLC, SNAP, VLAN tags, LLDP, BPDUs, ARQ and PPP are described by the layer that speaks them
//! (`l2-datalink`). The headers of a cooked or loopback capture were never on a wire: only a capture has them, so
//! they are described here.

mod arq;
mod cooked;
mod ether_type;
mod ethernet;
mod llc;
mod lldp;
mod loopback;
mod ppp;
mod stp;

use layercake_capfile::LinkType;

use crate::network;
use crate::walk::Decoder;

pub(crate) use ether_type::payload_of;
pub(crate) use lldp::is_element as is_lldp;
pub(crate) use stp::is_bpdu;

/// Who reads the first header of frames of that type; `None` for those shown as octets.
pub(crate) fn decoder(link_type: LinkType) -> Option<Decoder> {
    Some(match link_type {
        LinkType::ETHERNET => ethernet::decode,
        LinkType::RAW | LinkType::RAW_BSD | LinkType::RAW_OPENBSD => network::raw,
        LinkType::IPV4 => network::ipv4,
        LinkType::IPV6 => network::ipv6,
        LinkType::NULL => loopback::null,
        LinkType::LOOP => loopback::r#loop,
        LinkType::LINUX_SLL => cooked::v1,
        LinkType::LINUX_SLL2 => cooked::v2,
        LinkType::PPP | LinkType::PPP_HDLC => ppp::decode,
        LinkType::USER0 => arq::decode,
        _ => return None,
    })
}
