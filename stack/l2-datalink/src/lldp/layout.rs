//! The TLVs of LLDP, bit by bit: type and length, and what of the information string has a
//! fixed place.

use layercake_base::Layout;
use layercake_base::layout::{Field, Kind};

const FORMAT: &str = "IEEE 802.1AB-2016 §8.4";

const TYPE: Field = Layout::field(
    0,
    7,
    "TLV Type",
    Kind::Enum(&[
        (0, "End Of LLDPDU"),
        (1, "Chassis ID"),
        (2, "Port ID"),
        (3, "Time To Live"),
        (4, "Port Description"),
        (5, "System Name"),
        (6, "System Description"),
        (7, "System Capabilities"),
        (8, "Management Address"),
        (127, "organisationally specific"),
    ]),
    "what the information string is",
    FORMAT,
);

const LENGTH: Field = Layout::field(
    7,
    9,
    "TLV Length",
    Kind::Number("octets"),
    "length of the information string, up to 511",
    FORMAT,
);

const CAPABILITIES: Kind = Kind::Flags(&[
    "",
    "",
    "",
    "",
    "",
    "relay",
    "S-VLAN",
    "C-VLAN",
    "station",
    "DOCSIS",
    "telephone",
    "router",
    "access point",
    "bridge",
    "repeater",
    "other",
]);

const fn element(
    protocol: &'static str,
    spec: &'static str,
    fields: &'static [Field],
) -> Layout {
    Layout {
        protocol,
        spec,
        fields,
    }
}

/// Type and length, which every TLV begins with.
pub static LAYOUT: Layout = element("LLDP", FORMAT, &[TYPE, LENGTH]);

/// Chassis ID; the identifier follows.
pub static CHASSIS_LAYOUT: Layout = element(
    "LLDP Chassis ID",
    "IEEE 802.1AB-2016 §8.5.2",
    &[
        TYPE,
        LENGTH,
        Layout::field(
            16,
            8,
            "Chassis ID Subtype",
            Kind::Enum(&[
                (1, "chassis component"),
                (2, "interface alias"),
                (3, "port component"),
                (4, "MAC address"),
                (5, "network address"),
                (6, "interface name"),
                (7, "locally assigned"),
            ]),
            "what the identifier of the sending system is",
            "IEEE 802.1AB-2016 table 8-2",
        )
        .labelled("Subtype"),
    ],
);

/// Port ID; the identifier follows.
pub static PORT_LAYOUT: Layout = element(
    "LLDP Port ID",
    "IEEE 802.1AB-2016 §8.5.3",
    &[
        TYPE,
        LENGTH,
        Layout::field(
            16,
            8,
            "Port ID Subtype",
            Kind::Enum(&[
                (1, "interface alias"),
                (2, "port component"),
                (3, "MAC address"),
                (4, "network address"),
                (5, "interface name"),
                (6, "agent circuit ID"),
                (7, "locally assigned"),
            ]),
            "what the identifier of the sending port is",
            "IEEE 802.1AB-2016 table 8-3",
        ),
    ],
);

/// Time To Live.
pub static TIME_TO_LIVE_LAYOUT: Layout = element(
    "LLDP Time To Live",
    "IEEE 802.1AB-2016 §8.5.4",
    &[
        TYPE,
        LENGTH,
        Layout::field(
            16,
            16,
            "TTL",
            Kind::Number("seconds"),
            "how long to remember this; 0 says that the sender goes",
            "IEEE 802.1AB-2016 §8.5.4",
        ),
    ],
);

/// The three TLVs whose information string is text, by type: 4, 5 and 6.
pub static TEXT_LAYOUTS: [Layout; 3] = [
    element(
        "LLDP Port Description",
        "IEEE 802.1AB-2016 §8.5.5",
        &[TYPE, LENGTH],
    ),
    element(
        "LLDP System Name",
        "IEEE 802.1AB-2016 §8.5.6",
        &[TYPE, LENGTH],
    ),
    element(
        "LLDP System Description",
        "IEEE 802.1AB-2016 §8.5.7",
        &[TYPE, LENGTH],
    ),
];

/// System Capabilities.
pub static CAPABILITIES_LAYOUT: Layout = element(
    "LLDP System Capabilities",
    "IEEE 802.1AB-2016 §8.5.8",
    &[
        TYPE,
        LENGTH,
        Layout::field(
            16,
            16,
            "System Capabilities",
            CAPABILITIES,
            "what the sender can be",
            "IEEE 802.1AB-2016 table 8-4",
        ),
        Layout::field(
            32,
            16,
            "Enabled Capabilities",
            CAPABILITIES,
            "what it is at the moment",
            "IEEE 802.1AB-2016 table 8-4",
        ),
    ],
);

/// Management Address up to where the address begins.
pub static MANAGEMENT_LAYOUT: Layout = element(
    "LLDP Management Address",
    "IEEE 802.1AB-2016 §8.5.9",
    &[
        TYPE,
        LENGTH,
        Layout::field(
            16,
            8,
            "Management Address String Length",
            Kind::Number("octets"),
            "length of the subtype and the address",
            "IEEE 802.1AB-2016 §8.5.9.2",
        )
        .labelled("String Length"),
        Layout::field(
            24,
            8,
            "Management Address Subtype",
            Kind::Enum(&[(1, "IPv4"), (2, "IPv6"), (6, "802")]),
            "kind of the address that follows, by IANA's number of its family",
            "IEEE 802.1AB-2016 §8.5.9.3",
        )
        .labelled("Subtype"),
    ],
);

/// An organisationally specific TLV; its information follows.
pub static ORGANISATION_LAYOUT: Layout = element(
    "LLDP organisationally specific",
    "IEEE 802.1AB-2016 §8.6",
    &[
        TYPE,
        LENGTH,
        Layout::field(
            16,
            24,
            "OUI",
            Kind::Enum(&[
                (0x00_120f, "IEEE 802.3"),
                (0x00_12bb, "TIA, LLDP-MED"),
                (0x00_80c2, "IEEE 802.1"),
            ]),
            "organisation that says what the information is",
            "IEEE 802.1AB-2016 §8.6",
        ),
        Layout::field(
            40,
            8,
            "Subtype",
            Kind::Number(""),
            "number that the organisation gave to it",
            "IEEE 802.1AB-2016 §8.6",
        ),
    ],
);

/// End Of LLDPDU.
pub static END_LAYOUT: Layout =
    element("LLDP End", "IEEE 802.1AB-2016 §8.5.1", &[TYPE, LENGTH]);
