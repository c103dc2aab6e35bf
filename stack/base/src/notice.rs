//! What neighbouring layers tell each other besides PDUs.

use core::net::IpAddr;

use crate::{Mac, Signal};

/// What neighbouring layers tell each other besides PDUs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// Attachment `port` can carry frames.
    LinkUp {
        /// Which attachment of the node.
        port: u16,
    },
    /// Attachment `port` cannot carry frames.
    LinkDown {
        /// Which attachment of the node.
        port: u16,
    },
    /// A queue below has room again: for layers that hold PDUs back until there is.
    ///
    /// Told only when a layer has asked for it, see [`wait_for_room`](crate::Context::wait_for_room).
    Room,
    /// Packets to `destination` larger than `mtu` octets do not get through.
    PathMtu {
        /// The host concerned.
        destination: IpAddr,
        /// The largest packet, header included, that does.
        mtu: usize,
    },
    /// A packet of this node was too large for a link on its way, says a router. Goes down to the
    /// network layer, which judges whether that may be, and then tells [`Notice::PathMtu`].
    TooLarge {
        /// The quoted packet's sender: an address of this node.
        source: IpAddr,
        /// Where it was going.
        destination: IpAddr,
        /// The protocol of its data.
        protocol: u8,
        /// Its identification, where its header has one.
        identification: Option<u16>,
        /// Its length, header included.
        length: usize,
        /// What the link takes.
        mtu: usize,
    },
    /// A packet of this node did not reach its goal, says a router or the goal itself.
    Undelivered {
        /// The packet's sender: an address of this node.
        source: IpAddr,
        /// Where it was going.
        destination: IpAddr,
        /// The protocol of its data, as its header says.
        protocol: u8,
        /// The first octets of its data, where transports have their ports; zero where they
        /// were not quoted.
        data: [u8; 8],
        /// Who says so.
        reporter: IpAddr,
        /// Why.
        why: Undelivered,
    },
    /// Packets to `destination` should go to another neighbour, says a router.
    Redirect {
        /// The host concerned.
        destination: IpAddr,
        /// The neighbour.
        gateway: IpAddr,
        /// Who says so.
        reporter: IpAddr,
        /// The attachment that it came in at: a neighbour's address may mean another elsewhere.
        port: u16,
    },
    /// From below: an address is this node's on a link, or no longer. Neighbour discovery says
    /// so when it has made sure that nobody else has it.
    Address {
        /// The attachment.
        port: u16,
        /// The address.
        address: IpAddr,
        /// How many bits the addresses of its network share.
        prefix_len: u8,
        /// What may be done with it now.
        state: AddressState,
    },
    /// From below: the hosts of a network are on a link, or no longer known to be.
    OnLink {
        /// The attachment.
        port: u16,
        /// The address of the network.
        network: IpAddr,
        /// How many bits its addresses share.
        prefix_len: u8,
        /// They are.
        present: bool,
    },
    /// From below: a router on a link forwards for others, or no longer.
    Router {
        /// The attachment.
        port: u16,
        /// The router.
        address: IpAddr,
        /// The higher of several is taken first (RFC 4191: high 1, medium 0, low -1); `None` when
        /// it is not a router any more.
        preference: Option<i8>,
    },
    /// From below: what routers say about a link. `None` where they say nothing.
    LinkParameters {
        /// The attachment.
        port: u16,
        /// The largest packet that all its stations take.
        mtu: Option<usize>,
        /// The hop limit that its hosts should use.
        hop_limit: Option<u8>,
    },
    /// From above: a neighbour has answered a layer above, so it is reachable.
    /// RFC 4861 §7.3.1.
    Reachable {
        /// The attachment.
        port: u16,
        /// The neighbour.
        neighbour: IpAddr,
    },
    /// The network asks for less.
    Congestion,
    /// Another station on the link uses our network address, or wants it too.
    AddressConflict {
        /// The address.
        address: IpAddr,
        /// The link address of the other station.
        holder: Mac,
        /// The address is no longer used here; otherwise it is defended.
        lost: bool,
    },
    /// A medium that many stations share, or a station on it, says something.
    Medium {
        /// Which attachment of the node.
        port: u16,
        /// What.
        signal: Signal,
    },
}

impl Notice {
    /// The attachment that it is about, if it is about one, to be read or changed.
    pub fn port_mut(&mut self) -> Option<&mut u16> {
        match self {
            Notice::LinkUp { port }
            | Notice::LinkDown { port }
            | Notice::Redirect { port, .. }
            | Notice::Address { port, .. }
            | Notice::OnLink { port, .. }
            | Notice::Router { port, .. }
            | Notice::LinkParameters { port, .. }
            | Notice::Reachable { port, .. }
            | Notice::Medium { port, .. } => Some(port),
            _ => None,
        }
    }

    /// The attachment that it is about, if it is about one.
    pub fn port(&self) -> Option<u16> {
        self.clone().port_mut().copied()
    }
}

/// What may be done with an address of this node. RFC 4862 §5.5.4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressState {
    /// Everything.
    Preferred,
    /// It is still this node's, but not for anything new.
    Deprecated,
    /// It is not this node's any more.
    Gone,
}

/// Why a packet did not reach its goal. What is told may be forged, and most of it is passing:
/// RFC 1122 §4.2.3.9 says what a transport may conclude.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Undelivered {
    /// No way leads to its network.
    Network,
    /// The host is not there.
    Host,
    /// The host does not handle the protocol.
    Protocol,
    /// Nobody listens at the port.
    Port,
    /// It is larger than a link on the way takes, and must not be fragmented.
    TooLarge,
    /// Somebody forbids it.
    Prohibited,
    /// It was on its way over too many routers.
    HopLimit,
    /// Its fragments did not all come in time.
    Fragments,
    /// Its header was not understood, or something in it refused.
    Header,
}
