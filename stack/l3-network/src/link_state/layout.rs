//! The header, an advertisement and a link, bit by bit.

use layercake_base::Layout;
use layercake_base::layout::Kind;

const SPEC: &str = "layercake, after RFC 2328";

/// The header of all messages.
pub static HEADER_LAYOUT: Layout = Layout {
    protocol: "link state",
    spec: SPEC,
    fields: &[
        Layout::field(
            0,
            8,
            "Type",
            Kind::Enum(&[
                (1, "hello"),
                (2, "update"),
                (3, "acknowledgement"),
                (4, "probe"),
                (5, "echo"),
            ]),
            "what the message is for",
            SPEC,
        ),
        Layout::field(8, 8, "Version", Kind::Number(""), "must be 1", SPEC),
        Layout::field(
            16,
            16,
            "Checksum",
            Kind::Checksum,
            "one's complement sum over the whole message",
            SPEC,
        ),
        Layout::field(32, 32, "Router ID", Kind::Ipv4, "who sends it", SPEC),
    ],
};

/// An advertisement without its links.
pub static ADVERTISEMENT_LAYOUT: Layout = Layout {
    protocol: "link state advertisement",
    spec: SPEC,
    fields: &[
        Layout::field(0, 32, "Origin", Kind::Ipv4, "whose links these are", SPEC),
        Layout::field(
            32,
            32,
            "Sequence Number",
            Kind::Number(""),
            "the higher the newer",
            SPEC,
        ),
        Layout::field(
            64,
            16,
            "Age",
            Kind::Number("seconds"),
            "how long ago it was said; void after an hour",
            SPEC,
        ),
        Layout::field(80, 16, "Links", Kind::Number(""), "how many follow", SPEC),
    ],
};

/// A link.
pub static LINK_LAYOUT: Layout = Layout {
    protocol: "link state link",
    spec: SPEC,
    fields: &[
        Layout::field(
            0,
            32,
            "Address",
            Kind::Ipv4,
            "a network, or the ID of a router",
            SPEC,
        ),
        Layout::field(
            32,
            8,
            "Length",
            Kind::Number("bits"),
            "of the network's prefix; 255 for a router",
            SPEC,
        ),
        Layout::field(40, 8, "zero", Kind::Reserved, "nothing", SPEC),
        Layout::field(48, 16, "Cost", Kind::Number(""), "of going there", SPEC),
    ],
};
