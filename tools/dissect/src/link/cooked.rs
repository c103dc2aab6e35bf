//! Linux cooked captures: what the kernel told of a packet in place of its link header.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +-------------------------------+-------------------------------+
//! |          Packet Type          |          ARPHRD Type          |
//! +-------------------------------+-------------------------------+
//! |   Link-Layer Address Length   |                               |
//! +-------------------------------+                               +
//! |                      Link-Layer Address                       |
//! +                               +-------------------------------+
//! |                               |         Protocol Type         |
//! +-------------------------------+-------------------------------+
//! ```
//! Spec: LINKTYPE_LINUX_SLL of tcpdump.org (the picture); LINKTYPE_LINUX_SLL2 has the same fields
//! and an interface index, in another order.  Units: octets, big-endian.
//! Checks: none.  Not here: the link header itself, which nobody kept.

use layercake_base::layout::{Field, Kind};
use layercake_base::{Layout, Reason};

use crate::span::Span;
use crate::walk::{Onward, Walk};

use super::{llc, payload_of};

/// Linux's own number for frames that begin with LLC. ETH_P_802_2 of linux/if_ether.h.
const LLC: u64 = 4;

const V1: &str = "LINKTYPE_LINUX_SLL, tcpdump.org";
const V2: &str = "LINKTYPE_LINUX_SLL2, tcpdump.org";

const PACKET_TYPES: Kind = Kind::Enum(&[
    (0, "to us"),
    (1, "broadcast"),
    (2, "multicast"),
    (3, "to another host"),
    (4, "sent by us"),
]);

const PROTOCOLS: Kind = Kind::Enum(&[
    (0x0001, "802.3 without LLC"),
    (0x0004, "802.2 LLC"),
    (0x0800, "IPv4"),
    (0x0806, "ARP"),
    (0x8035, "RARP"),
    (0x8100, "VLAN tag"),
    (0x86dd, "IPv6"),
    (0x88a8, "service VLAN tag"),
]);

/// Version 1.
static SLL: Layout = Layout {
    protocol: "Linux cooked",
    spec: V1,
    fields: &[
        packet_type(0, 16, V1),
        device_type(16, V1),
        address_length(32, 16, V1),
        address(48, V1),
        protocol(112, V1),
    ],
};

/// Version 2.
static SLL2: Layout = Layout {
    protocol: "Linux cooked v2",
    spec: V2,
    fields: &[
        protocol(0, V2),
        Layout::field(16, 16, "Reserved", Kind::Reserved, "zero", V2),
        Layout::field(
            32,
            32,
            "Interface Index",
            Kind::Number(""),
            "which interface of the capturing host, as it numbered them",
            V2,
        ),
        device_type(64, V2),
        packet_type(80, 8, V2),
        address_length(88, 8, V2).labelled("Address Length"),
        address(96, V2),
    ],
};

const fn packet_type(at: usize, width: usize, clause: &'static str) -> Field {
    let meaning = "which way the packet went";
    Layout::field(at, width, "Packet Type", PACKET_TYPES, meaning, clause)
}

const fn device_type(at: usize, clause: &'static str) -> Field {
    let kinds = Kind::Enum(&[
        (1, "Ethernet"),
        (512, "PPP"),
        (768, "IP in IP"),
        (772, "loopback"),
        (778, "GRE"),
        (65534, "no link header"),
    ]);
    let meaning = "kind of the device";
    Layout::field(at, 16, "ARPHRD Type", kinds, meaning, clause)
}

const fn address_length(at: usize, width: usize, clause: &'static str) -> Field {
    let meaning = "octets of the address that count; more than 8 are cut";
    let kind = Kind::Number("octets");
    Layout::field(
        at,
        width,
        "Link-Layer Address Length",
        kind,
        meaning,
        clause,
    )
}

const fn address(at: usize, clause: &'static str) -> Field {
    let meaning = "who sent it, filled up with octets that mean nothing";
    Layout::field(at, 64, "Link-Layer Address", Kind::Octets, meaning, clause)
}

const fn protocol(at: usize, clause: &'static str) -> Field {
    let meaning = "what follows, mostly an EtherType";
    Layout::field(at, 16, "Protocol Type", PROTOCOLS, meaning, clause)
}

pub(super) fn v1(walk: &mut Walk<'_>, span: Span) -> Result<Onward, Reason> {
    decode(&SLL, walk, span)
}

pub(super) fn v2(walk: &mut Walk<'_>, span: Span) -> Result<Onward, Reason> {
    decode(&SLL2, walk, span)
}

fn decode(
    layout: &'static Layout,
    walk: &mut Walk<'_>,
    span: Span,
) -> Result<Onward, Reason> {
    let header = walk.open(layout, span)?;
    let body = span.after(header.octets.len());
    Ok(match header.number("Protocol Type") {
        LLC => Onward::Next(llc::decode, body),
        0..=0x05ff => Onward::Payload(body), // Linux's own numbers, not lengths
        ether_type => payload_of(ether_type, body, walk),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use layercake_base::layout::picture_in;

    #[test]
    fn the_picture_is_that_of_version_1() {
        let picture = picture_in(include_str!("cooked.rs")).unwrap();
        assert_eq!(picture, SLL.diagram(), "\n{}", SLL.diagram());
        assert_eq!((SLL.flaw(), SLL2.flaw()), (None, None));
        assert_eq!((SLL.octets(), SLL2.octets()), (16, 20));
    }
}
