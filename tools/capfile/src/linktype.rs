//! Link types: what the first octets of a captured packet are.
//!
//! Spec: the link-layer header types of <https://www.tcpdump.org/linktypes.html>, and
//! `pcap-common.c` of libpcap for the record sizes.

use std::fmt;

/// Number of a link type, as in a pcap file header or a pcapng interface description.
///
/// Any number is allowed; those with a constant also have a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkType(pub u16);

macro_rules! link_types {
    ($($name:ident = $number:literal, $meaning:literal;)*) => {
        impl LinkType {
            $(#[doc = concat!("LINKTYPE_", stringify!($name), ": ", $meaning, ".")]
            pub const $name: Self = Self($number);)*

            /// Name in the list of tcpdump.org, without its `LINKTYPE_`; `None` when not known.
            #[must_use]
            pub fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($number => Some(stringify!($name)),)*
                    _ => None,
                }
            }

            /// What a packet of this type begins with, in a few words; `None` when not known.
            #[must_use]
            pub fn meaning(self) -> Option<&'static str> {
                match self.0 {
                    $($number => Some($meaning),)*
                    _ => None,
                }
            }
        }
    };
}

link_types! {
    NULL = 0, "BSD loopback: 4 octets of address family in host order";
    ETHERNET = 1, "Ethernet";
    AX25 = 3, "AX.25";
    IEEE802_5 = 6, "Token Ring";
    ARCNET_BSD = 7, "ARCNET as on BSD";
    SLIP = 8, "SLIP with a header of 16 octets";
    PPP = 9, "PPP";
    FDDI = 10, "FDDI";
    RAW_BSD = 12, "raw IP, the number used by most systems before LINKTYPE_RAW";
    RAW_OPENBSD = 14, "raw IP, the number used by OpenBSD before LINKTYPE_RAW";
    PPP_HDLC = 50, "PPP in HDLC-like framing";
    PPP_ETHER = 51, "PPP over Ethernet session";
    ATM_RFC1483 = 100, "LLC/SNAP over ATM";
    RAW = 101, "raw IPv4 or IPv6";
    C_HDLC = 104, "Cisco HDLC";
    IEEE802_11 = 105, "IEEE 802.11";
    ATM_CLIP = 106, "classical IP over ATM";
    FRELAY = 107, "Frame Relay";
    LOOP = 108, "OpenBSD loopback: 4 octets of address family, big-endian";
    LINUX_SLL = 113, "Linux cooked capture v1";
    LTALK = 114, "LocalTalk";
    PFLOG = 117, "OpenBSD pf log";
    IEEE802_11_PRISM = 119, "IEEE 802.11 after a Prism header";
    IP_OVER_FC = 122, "IP over Fibre Channel";
    SUNATM = 123, "ATM as in SunATM";
    IEEE802_11_RADIOTAP = 127, "IEEE 802.11 after a radiotap header";
    ARCNET_LINUX = 129, "ARCNET as on Linux";
    APPLE_IP_OVER_IEEE1394 = 138, "IP over FireWire, Apple";
    MTP2_WITH_PHDR = 139, "SS7 MTP2 after a pseudo-header";
    MTP2 = 140, "SS7 MTP2";
    MTP3 = 141, "SS7 MTP3";
    SCCP = 142, "SS7 SCCP";
    DOCSIS = 143, "DOCSIS MAC";
    LINUX_IRDA = 144, "Linux IrDA";
    USER0 = 147, "private use 0";
    USER1 = 148, "private use 1";
    USER2 = 149, "private use 2";
    USER3 = 150, "private use 3";
    USER4 = 151, "private use 4";
    USER5 = 152, "private use 5";
    USER6 = 153, "private use 6";
    USER7 = 154, "private use 7";
    USER8 = 155, "private use 8";
    USER9 = 156, "private use 9";
    USER10 = 157, "private use 10";
    USER11 = 158, "private use 11";
    USER12 = 159, "private use 12";
    USER13 = 160, "private use 13";
    USER14 = 161, "private use 14";
    USER15 = 162, "private use 15";
    IEEE802_11_AVS = 163, "IEEE 802.11 after an AVS header";
    BACNET_MS_TP = 165, "BACnet MS/TP";
    PPP_PPPD = 166, "PPP as in pppd, with a direction octet";
    JUNIPER_ETHER = 178, "Juniper: Ethernet after a Juniper header";
    BLUETOOTH_HCI_H4 = 187, "Bluetooth HCI UART";
    USB_LINUX = 189, "USB, Linux header";
    PPI = 192, "Per-Packet Information";
    IEEE802_15_4_WITHFCS = 195, "IEEE 802.15.4 with FCS";
    BLUETOOTH_HCI_H4_WITH_PHDR = 201, "Bluetooth HCI UART after a direction word";
    PPP_WITH_DIR = 204, "PPP after a direction octet";
    IEEE802_15_4_NONASK_PHY = 215, "IEEE 802.15.4 with PHY header";
    USB_LINUX_MMAPPED = 220, "USB, Linux header of 64 octets";
    CAN_SOCKETCAN = 227, "CAN, SocketCAN header";
    IPV4 = 228, "raw IPv4";
    IPV6 = 229, "raw IPv6";
    IEEE802_15_4_NOFCS = 230, "IEEE 802.15.4 without FCS";
    DBUS = 231, "D-Bus";
    NFLOG = 239, "Linux netfilter log";
    USBPCAP = 249, "USB, USBPcap header";
    WIRESHARK_UPPER_PDU = 252, "PDU exported by Wireshark";
    NETLINK = 253, "Linux netlink";
    BLUETOOTH_LE_LL_WITH_PHDR = 256, "Bluetooth Low Energy after a pseudo-header";
    PKTAP = 258, "Apple PKTAP";
    LINUX_SLL2 = 276, "Linux cooked capture v2";
    EBHSCR = 279, "Elektrobit High Speed Capture and Replay";
    DSA_TAG_BRCM = 281, "Ethernet with a Broadcom switch tag";
    DSA_TAG_BRCM_PREPEND = 282, "Ethernet after a Broadcom switch tag";
    IEEE802_15_4_TAP = 283, "IEEE 802.15.4 after a TAP header";
    DSA_TAG_DSA = 284, "Ethernet with a Marvell DSA tag";
    DSA_TAG_EDSA = 285, "Ethernet with a Marvell EDSA tag";
}

const KIB: u32 = 1024;
const MIB: u32 = 1024 * KIB;

impl LinkType {
    /// Most octets that a record of this type may hold; more means that the file is damaged.
    ///
    /// libpcap's bounds: 256 KiB, and more where the link really has such messages. The two Linux
    /// USB types are given the same 128 MiB as D-Bus, because a transfer may be that long.
    #[must_use]
    pub fn largest_record(self) -> u32 {
        match self {
            Self::DBUS | Self::USB_LINUX | Self::USB_LINUX_MMAPPED | Self::USBPCAP => {
                128 * MIB
            }
            Self::EBHSCR => 8 * MIB,
            _ => 256 * KIB,
        }
    }
}

impl fmt::Display for LinkType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "link type {}", self.0),
        }
    }
}
