//! What travels beside the octets between neighbouring layers.

use core::net::IpAddr;

use crate::Mac;

/// Interface control information (the OSI word, ISO 7498-1 §5.6): what neighbouring layers tell
/// each other beside the octets. Never on the wire by itself.
///
/// Going down, the upper layer fills in what it knows and the lower reads it; coming up, the
/// lower fills in what its header said. A field that nobody set keeps its default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ici {
    /// Network address of the sender.
    pub source: Option<IpAddr>,
    /// Network address of the receiver.
    pub destination: Option<IpAddr>,
    /// Network address of the next station on the way, for the link to resolve.
    pub next_hop: Option<IpAddr>,
    /// Link address of the sending station.
    pub link_source: Option<Mac>,
    /// Link address of the receiving station.
    pub link_destination: Option<Mac>,
    /// The protocol of the octets: EtherType below a network layer, IP protocol number above it.
    pub next: u16,
    /// Hops left (IPv4 time to live, IPv6 hop limit); `None` lets the layer choose.
    pub hops: Option<u8>,
    /// Class of service: the octet that IPv4 calls Type of Service and IPv6 Traffic Class.
    pub class: u8,
    /// The same in all packets of one flow, 20 bits (IPv6 Flow Label, RFC 6437); 0 for none.
    pub flow_label: u32,
    /// The network layer must not fragment this on the way.
    pub dont_fragment: bool,
    /// It is to find out what the path takes: only the first link's MTU counts, and none that
    /// was told of the path.
    pub mtu_probe: bool,
    /// Identification that the sender chose for an IPv4 packet; `None` lets the layer choose.
    pub identification: Option<u16>,
    /// Transport port of the sender.
    pub source_port: u16,
    /// Transport port of the receiver.
    pub destination_port: u16,
    /// Which attachment of this node the PDU came in at or goes out by, counted from 0.
    pub port: u16,
    /// It came to a whole group of stations, not to this one alone.
    pub group: bool,
    /// What is known about the transport checksum.
    pub checksum: ChecksumState,
    /// Octets of the network header that was stripped and is still readable in front; see
    /// [`Pdu::unstrip_front`](crate::Pdu::unstrip_front).
    pub network_header: usize,
    /// Set by a layer that has no use for a packet and sends it back to the network layer, from
    /// above or from below, so that this can tell the sender.
    pub bounce: Option<Bounce>,
}

impl Ici {
    /// Nothing is known.
    pub const NONE: Ici = Ici {
        source: None,
        destination: None,
        next_hop: None,
        link_source: None,
        link_destination: None,
        next: 0,
        hops: None,
        class: 0,
        flow_label: 0,
        dont_fragment: false,
        mtu_probe: false,
        identification: None,
        source_port: 0,
        destination_port: 0,
        port: 0,
        group: false,
        checksum: ChecksumState::Unknown,
        network_header: 0,
        bounce: None,
    };

    /// What the answer to a PDU with this information starts from: ends swapped, same protocol,
    /// class and attachment, everything else default.
    pub fn reply(&self) -> Ici {
        Ici {
            source: self.destination,
            destination: self.source,
            source_port: self.destination_port,
            destination_port: self.source_port,
            next: self.next,
            class: self.class,
            port: self.port,
            ..Ici::default()
        }
    }
}

impl Default for Ici {
    fn default() -> Self {
        Ici::NONE
    }
}

/// Why a packet comes back to the network layer, which may tell its sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bounce {
    /// Nobody handles its protocol here.
    NoProtocol,
    /// Nobody listens at its port here.
    NoPort,
    /// The next hop does not answer on its link. Comes from below.
    NoNeighbour,
    /// A filter does not let it pass. Comes from below: with `next_hop` set when it was on its
    /// way out, without when it came in.
    Prohibited,
}

/// What is known about a checksum that a lower layer or a device may have handled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChecksumState {
    /// Nobody looked.
    #[default]
    Unknown,
    /// Computed and found right.
    Good,
    /// The sender left it out where the protocol allows that.
    Absent,
    /// Going down: it covers the network addresses, of which the network layer chooses one. The
    /// field holds the sum of all else that it covers, and the network layer
    /// [settles](crate::checksum::settle) it.
    Owed {
        /// Octets between the start of the SDU and the field.
        at: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_goes_back_where_the_question_came_from() {
        let [here, there] = [[10, 0, 0, 1], [10, 0, 0, 2]].map(|a| Some(IpAddr::from(a)));
        let question = Ici {
            source: there,
            destination: here,
            next: 1,
            ..Ici::default()
        };
        let answer = question.reply();
        assert_eq!((answer.source, answer.destination), (here, there));
        assert_eq!(answer.next, 1);
    }
}
