//! Where packets were captured: sections and their interfaces.

use crate::{ByteOrder, LinkType, Resolution};

/// An interface: the link type and the clock of its packets, and what else the file tells.
///
/// A classic pcap file has exactly one, without a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// Number within its section, from 0.
    pub id: u32,
    /// What its packets begin with.
    pub link_type: LinkType,
    /// Most octets kept of a packet; 0 means no limit. Files do not always keep to it.
    pub snaplen: u32,
    /// Length in bits of the frame check sequence at the end of each packet, when told.
    pub fcs_bits: Option<u8>,
    /// `if_name`, such as `eth0`.
    pub name: Option<String>,
    /// `if_description`.
    pub description: Option<String>,
    /// `if_filter`, when it is text.
    pub filter: Option<String>,
    /// `if_os`.
    pub operating_system: Option<String>,
    /// `if_hardware`.
    pub hardware: Option<String>,
    /// `opt_comment`, as often as it comes, 256 times at the most.
    pub comments: Vec<String>,
    /// Unit of the timestamps, `if_tsresol`.
    pub resolution: Resolution,
    /// Seconds to add to each timestamp, `if_tsoffset`.
    pub offset_seconds: i64,
}

impl Interface {
    /// An interface about which nothing but the required fields is known.
    pub(crate) fn new(id: u32, link_type: LinkType, snaplen: u32) -> Self {
        Self {
            id,
            link_type,
            snaplen,
            fcs_bits: None,
            name: None,
            description: None,
            filter: None,
            operating_system: None,
            hardware: None,
            comments: Vec::new(),
            resolution: Resolution::MICROSECONDS,
            offset_seconds: 0,
        }
    }

    /// The snap length, unless it says "no limit" (0).
    pub(crate) fn limit(&self) -> Option<u32> {
        (self.snaplen != 0).then_some(self.snaplen)
    }
}

/// A section of a pcapng file: one run of one program on one machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Number within the file, from 0.
    pub number: u32,
    /// Octet at which the section begins.
    pub offset: u64,
    /// Byte order of its blocks; each section has its own.
    pub order: ByteOrder,
    /// Major and minor version.
    pub version: (u16, u16),
    /// `shb_hardware`.
    pub hardware: Option<String>,
    /// `shb_os`.
    pub operating_system: Option<String>,
    /// `shb_userappl`.
    pub application: Option<String>,
    /// `opt_comment`, as often as it comes, 256 times at the most.
    pub comments: Vec<String>,
}
