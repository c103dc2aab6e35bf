//! The fields of the IPv4 header, one by one; the picture of them is in `ipv4.rs`.
//!
//! Spec: RFC 791 §3.1.

use layercake_base::Layout;
use layercake_base::layout::{Field, Kind};

/// The header without options, which follow it.
pub static LAYOUT: Layout = Layout {
    protocol: "IPv4",
    spec: "RFC 791 §3.1",
    fields: FIELDS,
};

const FIELDS: &[Field] = &[
    field(0, 4, "Version", Kind::Number(""), "format of the header: 4"),
    field(
        4,
        4,
        "IHL",
        Kind::Scaled(4, "octets"),
        "length of the header with its options",
    ),
    Layout::field(
        8,
        8,
        "Type of Service",
        Kind::Hex,
        "which treatment the packet asks for: six bits DSCP, two bits ECN",
        "RFC 2474 §3, RFC 3168 §5",
    ),
    field(
        16,
        16,
        "Total Length",
        Kind::Number("octets"),
        "length of header and data",
    ),
    Layout::field(
        32,
        16,
        "Identification",
        Kind::Hex,
        "the same in all fragments of one packet",
        "RFC 791 §3.1, RFC 6864 §4",
    ),
    field(
        48,
        3,
        "Flags",
        Kind::Flags(&["", "DF", "MF"]),
        "DF: must not be fragmented; MF: more fragments follow",
    ),
    field(
        51,
        13,
        "Fragment Offset",
        Kind::Scaled(8, "octets"),
        "where in the whole packet this fragment belongs",
    ),
    Layout::field(
        64,
        8,
        "Time to Live",
        Kind::Number("hops"),
        "how many more routers may forward the packet",
        "RFC 791 §3.1, RFC 1812 §5.3.1",
    ),
    field(
        72,
        8,
        "Protocol",
        Kind::Enum(crate::protocol::NAMES),
        "what the data is",
    ),
    field(
        80,
        16,
        "Header Checksum",
        Kind::Checksum,
        "one's complement sum over the header; every router computes it anew",
    ),
    field(96, 32, "Source Address", Kind::Ipv4, "who sent the packet"),
    field(
        128,
        32,
        "Destination Address",
        Kind::Ipv4,
        "who shall get the packet",
    ),
];

const fn field(
    at: usize,
    width: usize,
    name: &'static str,
    kind: Kind,
    meaning: &'static str,
) -> Field {
    Layout::field(at, width, name, kind, meaning, "RFC 791 §3.1")
}
