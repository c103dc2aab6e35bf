//! What a host or router is told about itself.

use core::net::Ipv6Addr;

use super::{Rate, Reassembly};
use crate::route::Route;

/// What a host or router is told about itself.
#[derive(Clone, Debug)]
pub struct Config {
    /// The attachments to links. Each brings the routes to its own networks along.
    pub interfaces: Vec<Interface>,
    /// Routes to other networks.
    pub routes: Vec<Route>,
    /// Hand on packets for others: be a router.
    pub forward: bool,
    /// Never say anything by itself: no error message, no echo reply.
    pub silent: bool,
    /// How many error messages to send, and as many redirects; `None` for as many as there are
    /// reasons, which is for networks that nobody attacks: a node must limit errors (RFC 4443 §2.4
    /// (f)) and redirects (RFC 4861 §8.2). [`Config::ICMP_RATE`] unless told otherwise.
    pub icmp_rate: Option<Rate>,
    /// Hop limit of packets whose sender does not say, where routers on the link say nothing
    /// either. 0, with which no packet may be sent, stands for [`Config::HOP_LIMIT`].
    pub default_hop_limit: u8,
    /// Spread packets over equally good routes one by one, and not flow by flow.
    pub per_packet: bool,
    /// How much to keep of packets that are not whole yet, and for how long.
    pub reassembly: Reassembly,
    /// As a router, tell neighbours of nearer ways (RFC 4861 §8.2).
    pub redirects: bool,
    /// Say in error messages by which interface the packet came (RFC 5837).
    pub interface_information: bool,
    /// MPLS labels that error messages say a packet came with, top first, as those of a router
    /// inside a label switched path do (RFC 4950); nothing here switches by them. Six are told.
    pub labels: Vec<u32>,
}

/// An attachment to a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// The attachment's number, as in `Ici::port`.
    pub port: u16,
    /// This node's addresses there, each with how many bits the addresses of its network share;
    /// more than 128 count as 128. They are used at once: whoever writes them down knows that
    /// they are unique. More may come from neighbour discovery below.
    pub addresses: Vec<(Ipv6Addr, u8)>,
    /// The largest packet that the link takes, in octets with the IPv6 header. Less than
    /// [`Interface::LEAST_MTU`] counts as that.
    pub mtu: u32,
    /// The link has two ends: what comes by it for its own network does not go back there.
    /// RFC 4443 §3.1, code 3.
    pub point_to_point: bool,
}

impl Interface {
    /// What every link takes. RFC 8200 §5.
    pub const LEAST_MTU: u32 = 1280;
}

impl Config {
    /// The hop limit that is recommended. RFC 1700, IP Time to Live Parameter.
    pub const HOP_LIMIT: u8 = 64;

    /// How many errors a node sends if nothing else is said: what Linux sends in all
    /// (`net.ipv4.icmp_msgs_per_sec`, `icmp_msgs_burst`, which hold for ICMPv6 too).
    pub const ICMP_RATE: Rate = Rate {
        per_second: 1000,
        burst: 50,
    };
}

impl Default for Config {
    /// A host without any interface, with the hop limit that is recommended.
    fn default() -> Self {
        Config {
            interfaces: Vec::new(),
            routes: Vec::new(),
            forward: false,
            silent: false,
            icmp_rate: Some(Config::ICMP_RATE),
            default_hop_limit: Config::HOP_LIMIT,
            per_packet: false,
            reassembly: Reassembly::default(),
            redirects: true,
            interface_information: false,
            labels: Vec::new(),
        }
    }
}
