//! RIP's header and entries, bit by bit.

use layercake_base::Layout;
use layercake_base::layout::Kind;

/// The header of both versions.
pub static HEADER_LAYOUT: Layout = Layout {
    protocol: "RIP",
    spec: "RFC 2453 §4",
    fields: &[
        Layout::field(
            0,
            8,
            "Command",
            Kind::Enum(&[(1, "request"), (2, "response")]),
            "asks for routes or tells them",
            "RFC 2453 §4",
        ),
        Layout::field(
            8,
            8,
            "Version",
            Kind::Number(""),
            "2 for RIPv2, 1 for RIPng",
            "RFC 2453 §4, RFC 2080 §2",
        ),
        Layout::field(
            16,
            16,
            "must be zero",
            Kind::Reserved,
            "nothing",
            "RFC 2453 §4",
        ),
    ],
};

/// An entry of RIPv2.
pub static V2_ENTRY_LAYOUT: Layout = Layout {
    protocol: "RIPv2 entry",
    spec: "RFC 2453 §4",
    fields: &[
        Layout::field(
            0,
            16,
            "Address Family Identifier",
            Kind::Enum(&[(0, "whole table"), (2, "IP"), (0xffff, "authentication")]),
            "what kind of address follows",
            "RFC 2453 §4",
        ),
        Layout::field(
            16,
            16,
            "Route Tag",
            Kind::Hex,
            "carried along for other routing protocols",
            "RFC 2453 §4.2",
        ),
        Layout::field(
            32,
            32,
            "IP Address",
            Kind::Ipv4,
            "where the route leads to",
            "RFC 2453 §4",
        ),
        Layout::field(
            64,
            32,
            "Subnet Mask",
            Kind::Ipv4,
            "how many bits of the address count",
            "RFC 2453 §4.3",
        ),
        Layout::field(
            96,
            32,
            "Next Hop",
            Kind::Ipv4,
            "who shall get the packets; 0.0.0.0 is the sender of the message",
            "RFC 2453 §4.4",
        ),
        Layout::field(
            128,
            32,
            "Metric",
            Kind::Number("hops"),
            "how far it is; 16 cannot be reached",
            "RFC 2453 §3.6",
        ),
    ],
};

/// An entry of RIPng.
pub static NG_ENTRY_LAYOUT: Layout = Layout {
    protocol: "RIPng entry",
    spec: "RFC 2080 §2.1",
    fields: &[
        Layout::field(
            0,
            128,
            "IPv6 Prefix",
            Kind::Ipv6,
            "where the route leads to, or the next hop when the metric is 255",
            "RFC 2080 §2.1",
        ),
        Layout::field(
            128,
            16,
            "Route Tag",
            Kind::Hex,
            "carried along for other routing protocols",
            "RFC 2080 §2.1",
        ),
        Layout::field(
            144,
            8,
            "Prefix Len",
            Kind::Number("bits"),
            "how many bits of the prefix count",
            "RFC 2080 §2.1",
        ),
        Layout::field(
            152,
            8,
            "Metric",
            Kind::Number("hops"),
            "how far it is; 16 cannot be reached, 255 tells a next hop",
            "RFC 2080 §2.1",
        ),
    ],
};
