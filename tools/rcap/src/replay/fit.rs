//! Which frames fit the interface, and why the others were not sent.

use layercake_capfile::{LinkType, Record};
use layercake_host::link::Interface;

/// Octets of an Ethernet header, and of a VLAN tag, which MTUs do not count.
const HEADER: usize = 14;
const TAG: usize = 4;
/// EtherTypes that announce a tag.
const TAGS: [[u8; 2]; 2] = [[0x81, 0x00], [0x88, 0xa8]];

/// Frames that were not sent, by reason, and those that were sent although not whole.
#[derive(Clone, Debug, Default)]
pub(super) struct Misfits {
    /// Longer than the MTU allows.
    pub(super) too_long: u64,
    /// Octets of the longest of those.
    pub(super) longest: usize,
    /// Shorter than an Ethernet header.
    pub(super) too_short: u64,
    /// Of another link type, or no packets at all.
    pub(super) other_link: u64,
    /// Sent as far as they were captured.
    pub(super) cut: u64,
}

impl Misfits {
    /// True when the frame can be sent on the interface; else it is counted.
    pub(super) fn allow(&mut self, record: &Record<'_>, interface: &Interface) -> bool {
        let link = record.interface.map(|interface| interface.link_type);
        let len = record.octets.len();
        if link != Some(LinkType::ETHERNET) {
            self.other_link += 1;
        } else if len < HEADER {
            self.too_short += 1;
        } else if len > most(record.octets, interface) {
            self.too_long += 1;
            self.longest = self.longest.max(len);
        } else {
            self.cut += u64::from(u64::from(record.original_len) > len as u64);
            return true;
        }
        false
    }

    /// How many frames were not sent.
    pub(super) fn unsent(&self) -> u64 {
        self.too_long + self.too_short + self.other_link
    }
}

/// Octets of the longest frame: an interface takes one VLAN tag beyond its MTU.
fn most(frame: &[u8], interface: &Interface) -> usize {
    let tagged = frame
        .get(12..14)
        .is_some_and(|kind| TAGS.iter().any(|tag| tag == kind));
    let mtu = usize::try_from(interface.mtu).unwrap_or(usize::MAX);
    mtu.saturating_add(HEADER + if tagged { TAG } else { 0 })
}
