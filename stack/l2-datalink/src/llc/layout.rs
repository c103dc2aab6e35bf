//! The three formats of the LLC header, bit by bit.

use layercake_base::Layout;
use layercake_base::layout::{Field, Kind};

const PDU: &str = "ISO/IEC 8802-2:1998 §3.2";
const CONTROL: &str = "ISO/IEC 8802-2:1998 §5.2";

/// Numbers that are in use. IEEE, "Standard Group MAC and LLC addresses".
const SAPS: Kind = Kind::Enum(&[
    (0x00, "null"),
    (0x02, "LLC sublayer management"),
    (0x04, "SNA path control"),
    (0x06, "IP"),
    (0x42, "spanning tree"),
    (0xaa, "SNAP"),
    (0xab, "SNAP response"),
    (0xe0, "IPX"),
    (0xf0, "NetBIOS"),
    (0xfe, "OSI network layer"),
    (0xff, "global"),
]);

/// The octet as a whole, with and without P/F.
const UNNUMBERED: Kind = Kind::Enum(&[
    (0x03, "UI"),
    (0x0f, "DM"),
    (0x1f, "DM final"),
    (0x13, "UI poll"),
    (0x43, "DISC"),
    (0x53, "DISC poll"),
    (0x63, "UA"),
    (0x73, "UA final"),
    (0x6f, "SABME"),
    (0x7f, "SABME poll"),
    (0x87, "FRMR"),
    (0x97, "FRMR final"),
    (0xaf, "XID"),
    (0xbf, "XID poll"),
    (0xe3, "TEST"),
    (0xf3, "TEST poll"),
]);

const DSAP: Field = Layout::field(
    0,
    8,
    "DSAP",
    SAPS,
    "destination service access point; its lowest bit marks a group",
    PDU,
);

const SSAP: Field = Layout::field(
    8,
    8,
    "SSAP",
    SAPS,
    "source service access point; its lowest bit marks a response",
    PDU,
);

const EXPECTED: Field = Layout::field(
    24,
    7,
    "N(R)",
    Kind::Number(""),
    "the number that the sender expects next",
    CONTROL,
);

const POLL: Field = Layout::field(
    31,
    1,
    "P/F",
    Kind::Flags(&["P/F"]),
    "poll or final: an answer is wanted, or this is it",
    CONTROL,
)
.labelled("P");

/// An unnumbered PDU.
pub static LAYOUT: Layout = Layout {
    protocol: "LLC",
    spec: PDU,
    fields: &[
        DSAP,
        SSAP,
        Layout::field(
            16,
            8,
            "Control",
            UNNUMBERED,
            "what kind of PDU it is; without sequence numbers its lowest bits are 11",
            CONTROL,
        ),
    ],
};

/// An information PDU: the lowest bit of its control field is 0.
pub static INFORMATION_LAYOUT: Layout = Layout {
    protocol: "LLC",
    spec: PDU,
    fields: &[
        DSAP,
        SSAP,
        Layout::field(
            16,
            7,
            "N(S)",
            Kind::Number(""),
            "the number of this PDU",
            CONTROL,
        ),
        Layout::field(23, 1, "Format", Kind::Number(""), "0: information", CONTROL)
            .labelled("0"),
        EXPECTED,
        POLL,
    ],
};

/// A supervisory PDU: the lowest bits of the first octet of its control field are 01.
pub static SUPERVISORY_LAYOUT: Layout = Layout {
    protocol: "LLC",
    spec: PDU,
    fields: &[
        DSAP,
        SSAP,
        Layout::field(16, 4, "Reserved", Kind::Reserved, "zero", CONTROL).labelled("Res"),
        Layout::field(
            20,
            2,
            "SS",
            Kind::Enum(&[(0, "RR"), (1, "RNR"), (2, "REJ")]),
            "what is said of the connection: go on, wait, or again from N(R) on",
            CONTROL,
        ),
        Layout::field(22, 2, "Format", Kind::Number(""), "1: supervisory", CONTROL)
            .labelled("01"),
        EXPECTED,
        POLL,
    ],
};
