//! The three BPDUs, bit by bit.

use layercake_base::Layout;
use layercake_base::layout::{Field, Kind};

const TYPES: &[(u64, &str)] = &[
    (0x00, "Configuration"),
    (0x02, "Rapid Spanning Tree"),
    (0x80, "Topology Change Notification"),
];

const VERSIONS: &[(u64, &str)] = &[(0, "STP"), (2, "RSTP"), (3, "MSTP")];

const ROLES: &[(u64, &str)] = &[
    (0, "unknown"),
    (1, "alternate or backup"),
    (2, "root"),
    (3, "designated"),
];

/// A time on the wire.
const TICKS: Kind = Kind::Number("/256 s");

const PROTOCOL: Field = Layout::field(
    0,
    16,
    "Protocol Identifier",
    Kind::Enum(&[(0, "spanning tree")]),
    "the protocol that bridges speak here",
    "IEEE 802.1D-2004 §9.2.1",
);
const VERSION: Field = Layout::field(
    16,
    8,
    "Protocol Version Identifier",
    Kind::Enum(VERSIONS),
    "the newest version that the octets are of; an older reader reads what it knows",
    "IEEE 802.1D-2004 §9.2.2",
)
.labelled("Version");
const TYPE: Field = Layout::field(
    24,
    8,
    "BPDU Type",
    Kind::Enum(TYPES),
    "which of the three it is",
    "IEEE 802.1D-2004 §9.2.3",
);
const ACKNOWLEDGMENT: Field = Layout::field(
    32,
    1,
    "Topology Change Acknowledgment",
    Kind::Flags(&["TCA"]),
    "the notification has been heard, it need not be repeated",
    "IEEE 802.1D-2004 §9.3.1",
)
.labelled("K");
const CHANGE: Field = Layout::field(
    39,
    1,
    "Topology Change",
    Kind::Flags(&["TC"]),
    "stations may have moved, so forget soon where they were",
    "IEEE 802.1D-2004 §9.3.1",
)
.labelled("T");
const ROOT: Field = Layout::field(
    40,
    64,
    "Root Identifier",
    Kind::Hex,
    "priority and address of the bridge that is taken to be the root",
    "IEEE 802.1D-2004 §9.2.5",
);
const COST: Field = Layout::field(
    104,
    32,
    "Root Path Cost",
    Kind::Number(""),
    "what the path from the sender to the root costs",
    "IEEE 802.1D-2004 §9.2.6",
);
const BRIDGE: Field = Layout::field(
    136,
    64,
    "Bridge Identifier",
    Kind::Hex,
    "priority and address of the bridge that sends this",
    "IEEE 802.1D-2004 §9.2.5",
);
const PORT: Field = Layout::field(
    200,
    16,
    "Port Identifier",
    Kind::Hex,
    "priority and number of the port that sends this",
    "IEEE 802.1D-2004 §9.2.7",
);
const MESSAGE_AGE: Field = Layout::field(
    216,
    16,
    "Message Age",
    TICKS,
    "the time since the root said so, at least",
    "IEEE 802.1D-2004 §9.2.8",
);
const MAX_AGE: Field = Layout::field(
    232,
    16,
    "Max Age",
    TICKS,
    "the age at which this is void",
    "IEEE 802.1D-2004 §9.2.8",
);
const HELLO: Field = Layout::field(
    248,
    16,
    "Hello Time",
    TICKS,
    "the time between two of these",
    "IEEE 802.1D-2004 §9.2.8",
);
const DELAY: Field = Layout::field(
    264,
    16,
    "Forward Delay",
    TICKS,
    "the time in each state on the way to forwarding",
    "IEEE 802.1D-2004 §9.2.8",
);

/// A Configuration BPDU.
pub static CONFIGURATION: Layout = Layout {
    protocol: "STP",
    spec: "IEEE 802.1D-2004 §9.3.1",
    fields: &[
        PROTOCOL,
        VERSION,
        TYPE,
        ACKNOWLEDGMENT,
        Layout::field(
            33,
            6,
            "Reserved",
            Kind::Reserved,
            "ignored",
            "IEEE 802.1D-2004 §9.3.1",
        ),
        CHANGE,
        ROOT,
        COST,
        BRIDGE,
        PORT,
        MESSAGE_AGE,
        MAX_AGE,
        HELLO,
        DELAY,
    ],
};

/// A Topology Change Notification BPDU.
pub static TOPOLOGY_CHANGE: Layout = Layout {
    protocol: "STP",
    spec: "IEEE 802.1D-2004 §9.3.2",
    fields: &[PROTOCOL, VERSION, TYPE],
};

/// A flag of rapid BPDUs.
const fn flag(
    at: usize,
    name: &'static str,
    flags: &'static [&'static str],
    meaning: &'static str,
) -> Field {
    let kind = Kind::Flags(flags);
    Layout::field(at, 1, name, kind, meaning, "IEEE 802.1D-2004 §9.3.3")
}

/// A Rapid Spanning Tree BPDU.
pub static RAPID: Layout = Layout {
    protocol: "RSTP",
    spec: "IEEE 802.1D-2004 §9.3.3",
    fields: &[
        PROTOCOL,
        VERSION,
        TYPE,
        ACKNOWLEDGMENT,
        flag(
            33,
            "Agreement",
            &["Agreement"],
            "the receiver may forward at once",
        )
        .labelled("A"),
        flag(
            34,
            "Forwarding",
            &["Forwarding"],
            "the sender's port forwards",
        )
        .labelled("F"),
        flag(35, "Learning", &["Learning"], "the sender's port learns").labelled("L"),
        Layout::field(
            36,
            2,
            "Port Role",
            Kind::Enum(ROLES),
            "the role of the sender's port",
            "IEEE 802.1D-2004 §9.2.9",
        )
        .labelled("Rol"),
        flag(
            38,
            "Proposal",
            &["Proposal"],
            "the sender asks whether it may forward at once",
        )
        .labelled("P"),
        CHANGE,
        ROOT,
        COST,
        BRIDGE,
        PORT,
        MESSAGE_AGE,
        MAX_AGE,
        HELLO,
        DELAY,
        Layout::field(
            280,
            8,
            "Version 1 Length",
            Kind::Number("octets"),
            "nothing of version 1 follows",
            "IEEE 802.1D-2004 §9.3.3",
        )
        .labelled("V1 Length"),
    ],
};
