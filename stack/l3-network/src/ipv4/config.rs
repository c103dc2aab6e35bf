//! What a host or router is told about itself.

use core::net::Ipv4Addr;
use core::time::Duration;

use super::{Rate, Reassembly};
use crate::route::{Prefix, Route};

/// What a host or router is told about itself.
#[derive(Clone, Debug)]
pub struct Config {
    /// The attachments to networks. Each brings the route to its own network along.
    pub interfaces: Vec<Interface>,
    /// Routes to other networks.
    pub routes: Vec<Route>,
    /// Hand on packets for others: be a router.
    pub forward: bool,
    /// Never say anything by itself: no error message, no echo reply. Some routers are like
    /// that.
    pub silent: bool,
    /// How many error messages to send; `None` for as many as there are errors.
    /// RFC 1812 §4.3.2.8.
    pub icmp_rate: Option<Rate>,
    /// Time to live of packets whose sender does not say. 0, with which no packet may be sent
    /// (RFC 1122 §3.2.1.7), stands for [`Config::TIME_TO_LIVE`].
    pub default_ttl: u8,
    /// Spread packets over equally good routes one by one, and not flow by flow.
    pub per_packet: bool,
    /// How much to keep of packets that are not whole yet, and for how long.
    pub reassembly: Reassembly,
    /// Time since midnight UT at the beginning of the world, for timestamp options and messages;
    /// `None` when nobody knows, and the timestamps say so.
    pub time_of_day: Option<Duration>,
    /// As a router, tell neighbours of nearer ways (RFC 1812 §5.2.7.2).
    pub redirects: bool,
    /// Say in error messages by which interface the packet came (RFC 5837).
    pub interface_information: bool,
    /// MPLS labels that error messages say a packet came with, top first, as those of a router
    /// inside a label switched path do (RFC 4950); nothing here switches by them. Six are told.
    pub labels: Vec<u32>,
}

/// An attachment to a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interface {
    /// The attachment's number, as in `Ici::port`.
    pub port: u16,
    /// This node's address there.
    pub address: Ipv4Addr,
    /// How many bits the addresses of that network share; more than 32 count as 32.
    pub prefix_len: u8,
    /// The largest packet that the network takes, in octets with the IP header.
    pub mtu: u16,
}

impl Interface {
    /// The addresses of the network.
    pub fn network(&self) -> Prefix {
        Prefix::clamped(self.address.into(), self.prefix_len)
    }

    /// The route to the neighbours on that network.
    pub(super) fn route(&self) -> Route {
        Route {
            prefix: self.network(),
            next_hop: None,
            port: self.port,
            metric: 0,
        }
    }
}

impl Config {
    /// The time to live that is recommended. RFC 1700, IP Time to Live Parameter.
    pub const TIME_TO_LIVE: u8 = 64;
}

impl Default for Config {
    /// A host without any interface, with the time to live that is recommended.
    fn default() -> Self {
        Config {
            interfaces: Vec::new(),
            routes: Vec::new(),
            forward: false,
            silent: false,
            icmp_rate: None,
            default_ttl: Config::TIME_TO_LIVE,
            per_packet: false,
            reassembly: Reassembly::default(),
            time_of_day: None,
            redirects: true,
            interface_information: false,
            labels: Vec::new(),
        }
    }
}
