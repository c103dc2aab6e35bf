//! Topologies: networks written down as TOML.
//!
//! ```toml
//! # A comment that tells the story.
//! local = "here.lab"                 # the host that the tools run on; else the first host
//!
//! [[node]]
//! name = "here.lab"
//! kind = "host"                      # host, router, bridge or outside
//! silent = false                     # true: never sends an ICMP message of its own
//! icmp_rate = "2/s, burst 6"         # at most so many ICMP errors, and ICMPv6 redirects; else any number
//! balance = "flow"                   # or "packet": how to choose among equal routes
//! interface_information = true       # its ICMP errors say where the packet came in (RFC 5837)
//! time_to_live = 64                  # of packets that it sends
//! routes = ["0.0.0.0/0 via 192.0.2.1", "::/0 via 2001:db8::2"]   # else: the cheapest, all equal ones
//!
//! [[node]]
//! name = "switch.lab"
//! kind = "bridge"
//! spanning_tree = "rstp"             # or "stp"; else none: a loop of bridges storms
//! priority = 4096                    # of the bridge: the lowest one becomes the root
//! hello_time = 2                     # s, from one BPDU of the root to the next
//! max_age = 20                       # s, after which its news is void
//! forward_delay = 15                 # s, in each state on the way to forwarding
//! flood_limit = "100/s, burst 20"    # frames that come in at a port and go out everywhere
//!
//! [[node]]
//! name = "far.lab"
//! kind = "router"
//! routing = "rip"                    # a protocol finds its routes
//! mpls = [24001, 17]                 # its ICMP errors say that packets came with these labels (RFC 4950)
//! advertise = true                   # tells IPv6 hosts on its LANs of itself and of their networks
//! rip = { split_horizon = "poison", triggered = true } # cures of counting to infinity
//!
//! [[node]]
//! name = "farther.lab"
//! kind = "router"
//! routing = "link-state"
//! metric = "cost"                    # or "hops", "delay", "average-delay": what makes a way short
//!
//! [[node]]
//! name = "gate.lab"
//! kind = "router"                    # below: hosts inside share the address outside
//! nat = { outside = ["203.0.113.5"], forward = ["tcp 8080 to 10.0.0.2:80"], mappings = 4096 }
//! filter = ["accept in on 203.0.113.5 tcp established", "reject in tcp to 10.0.0.2 port 22"]
//!
//! [[node]]
//! name = "inside.lab"
//! kind = "host"
//!
//! [[node]]
//! name = "desk.lab"
//! kind = "host"
//!
//! [[node]]
//! name = "door.lab"
//! kind = "host"
//!
//! [[node]]
//! name = "wan"                       # a TAP device or a card may be attached to it
//! kind = "outside"
//!
//! [[wire]]
//! between = ["here.lab 192.0.2.10/24", "switch.lab"]   # no address at a bridge
//! link = "lan"                       # lan: Ethernet and ARP; serial: PPP
//! code = "manchester"                # the line code
//! check = "CRC-32/ISO-HDLC"          # the value behind each frame
//! rate = "10 Mbit/s"                 # else: no time on the line
//! delay = "10 us"
//! jitter = "2 ms"                    # up to so much more; never reorders
//! loss = "2%"
//! bursts = { enter = "1%", leave = "20%", loss = "80%" }
//! duplication = "1%"
//! reordering = { chance = "1%", by = "5 ms" }
//! bit_errors = "1e-6"                # of the symbols
//! queue = 100                        # transmissions
//! mtu = 576                          # 68 to 1500
//! cost = 1                           # for computed routes
//!
//! [[wire]]
//! between = ["here.lab 198.51.100.1/30 2001:db8::1/64", "far.lab 198.51.100.2/30 2001:db8::2/64"]
//! link = "serial"
//! framing = "cobs"                   # where frames begin and end; serial lines only
//! correct = "reed-solomon"           # mends errors; with a code that lets them through
//! arq = { scheme = "selective-repeat", window = 8, sequence_bits = 4, timeout = "50 ms" }
//!
//! [[wire]]
//! between = ["switch.lab", "wan"]    # nor outside: what is attached there has its own
//! link = "lan"
//!
//! [[wire]]
//! between = ["gate.lab 10.0.0.1/24", "inside.lab 10.0.0.2/24"]
//! link = "lan"
//!
//! [[bus]]                            # a LAN that many stations share; what overlaps is lost
//! between = ["here.lab 203.0.113.1/24", "desk.lab 203.0.113.2/24", "door.lab 203.0.113.3/24",
//!            "farther.lab 203.0.113.4/24", "gate.lab 203.0.113.5/24"]
//! access = "csma-cd"                 # how each finds its turn
//! code = "manchester"
//! check = "CRC-32/ISO-HDLC"
//! rate = "10 Mbit/s"
//! delay = "5 us"                     # from the first to the last; the others lie between
//! mtu = 1500
//! cost = 1
//!
//! [[name]]                           # a name without a node
//! name = "gone.lab"
//! address = "192.0.2.99"
//! ```
//!
//! Only `name`, `kind`, `between` and `link` must be there, and the `address` of a `[[name]]`.
//! On a bus only `between` must be there, with two stations or more: `access` is "csma-cd" (else
//! one of those in `access` of l2-datalink), `rate` "10 Mbit/s". CSMA/CD wants a delay below half a
//! slot, 25 us at this rate: where it is longer, frames collide late and are lost.
//! Left out, `code` is "manchester", `framing` "hdlc", `check` "CRC-32/ISO-HDLC", and nothing is
//! corrected or repeated; of ARQ `sequence_bits` is 8, `window` 64 or the largest, and the
//! time-out follows the link; a rate, delay, jitter or chance is none, `queue` is 100, `mtu` 1500, `cost` 1,
//! `time_to_live` 64, `balance` "flow", routes are computed, and neither ICMP errors nor flooded frames are limited.
//! With `routing = "rip"` a router speaks RIPv2 on all its wires and counts `cost` for each, at most
//! 15. Of what helps against counting to infinity, `rip` can switch off `split_horizon` ("off", "on"
//! or "poison", which is what it is when left out) and `triggered` updates. With "link-state" it speaks
//! the protocol of `layercake_network::link_state`. By `metric` a wire counts 1, its `cost` (when left
//! out), the delay that the protocol has measured in the last 10 s, or a long-term average of it within
//! limits; all routers should have the same. A router has routes to its own networks and those written down at first, and to all others after
//! some seconds. Routers that speak different protocols do not hear each other.
//! With `nat` a router translates what goes out by the attachments whose addresses `outside` names, so that
//! those inside have the router's address there; each `forward` leads from a port of TCP or UDP at those
//! addresses to a server inside. Left out, `mappings` is 4096, at most 60000; twice as many TCP connections go
//! through. The port of RIP stays the router's own. IPv6 is not translated. `layercake_network::nat` says more.
//! With `filter` a host or router asks these rules, from the first to the last, about every packet that comes from
//! an attachment or goes to one; `layercake_network::filter` has their words. Behind `on` stands an attachment's
//! number or the node's address there. What no rule holds for passes, so "drop" alone may be the last rule.
//! Inside addresses are what rules see where there is a `nat` too.
//! With a spanning tree `priority` is 32768, a multiple of 4096, and the times are those above;
//! a port's path cost follows from the rate of its wire. Hosts behind it are cut off at first, 3 s with RSTP, 30 s with STP.
//!
//! With `advertise` a router sends router advertisements (RFC 4861), and a host whose end of a wire
//! says "auto", beside an IPv4 address or alone, makes itself addresses from them (RFC 4862); no
//! name stands for these.
//! A station has at most one IPv4 address on a wire, and up to eight of IPv6; with one of IPv6 it
//! has a link-local one too, which follows from its link address, and wants an `mtu` of 1280. `silent`,
//! `icmp_rate`, `balance` and `time_to_live` hold for both families. With "rip" a router that speaks
//! IPv6 speaks RIPng beside RIPv2; "link-state" finds routes of IPv4, those of IPv6 are computed.
//!
//! Texts, in quotes: times in ns, us, ms or s, up to an hour; rates in bit/s, kbit/s, Mbit/s or
//! Gbit/s, each 1000 times the one before; chances as "2%" or "0.02". Whole numbers: `queue`,
//! `mtu` (octets of an IP packet), `cost`, `time_to_live`, and those of a spanning tree. Names have small letters, digits,
//! hyphens and dots.
//!
//! The attachments of a node are the ends of its wires, numbered from 0 in the order of the file.

mod build;
mod check;
mod error;
mod file;
mod internet;
mod plan;
mod read;
mod routes;
mod station;
mod units;

pub use build::{Attachment, host, host_with, lan_column, serial_column};
pub use error::TopologyError;
pub use internet::Configs;
pub use station::{Part, Station, neighbours, with_link_local};

use crate::network::Network;

/// The file of the built-in network: [`Network::builtin`].
pub const LAB: &str = include_str!("lab.toml");

/// From a file.
impl Network {
    /// The network that a topology file describes.
    ///
    /// # Errors
    /// The first fault of the file: line, key, what was found and what was expected.
    pub fn from_toml(text: &str, seed: u64) -> Result<Network, TopologyError> {
        let mut plan = read::read(text)?;
        check::check(&plan, error::Places(text))?;
        routes::complete(&mut plan, error::Places(text))?;
        build::build(&plan, error::Places(text), seed)
    }

    /// The built-in network, whose file is `stack/tower/src/lab.toml`.
    ///
    /// # Errors
    /// None, as long as that file is right; a test holds it.
    pub fn builtin(seed: u64) -> Result<Network, TopologyError> {
        Network::from_toml(LAB, seed)
    }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::*;

    /// The example on top of this file, which shows every key once.
    fn example() -> String {
        let lines = include_str!("topology.rs").lines();
        let block = lines.skip_while(|line| !line.ends_with("```toml")).skip(1);
        block
            .take_while(|line| !line.ends_with("```"))
            .map(|line| line.trim_start_matches("//!").to_owned() + "\n")
            .collect()
    }

    #[test]
    fn the_example_in_the_documentation_is_read_as_it_says() {
        let net = Network::from_toml(&example(), 1).unwrap();
        let (medium, far, _) = net.wire(net.local(), 0).unwrap();
        assert_eq!(
            net.nodes().nth(far.0).map(|(_, name)| name),
            Some("switch.lab")
        );
        let tree = net.spanning_tree(far).unwrap();
        assert_eq!(tree.bridge.to_string(), "1000.020000000002");
        assert_eq!((medium.rate, medium.queue), (10_000_000, 100));
        assert_eq!(medium.jitter, Duration::from_millis(2));
        assert_eq!(medium.bursts.map(|bursts| bursts.leave), Some(0.2));
        let config = net.config(net.local()).unwrap();
        assert_eq!(config.interfaces.first().map(|own| own.mtu), Some(576));
        let rate = config.icmp_rate.unwrap();
        assert_eq!((rate.per_second, rate.burst), (2, 6));
        assert!(!config.per_packet && !config.silent && !config.forward);
        assert!(config.interface_information);
        assert_eq!(net.resolve("gone.lab"), Some([192, 0, 2, 99].into()));
        let outside: Vec<_> = net.outsides().map(|(_, name)| name).collect();
        assert_eq!(outside, ["wan"]);
        assert!(net.outside("wan").is_some() && net.outside("switch.lab").is_none());
    }

    #[test]
    fn the_built_in_network_is_right() {
        let net = Network::builtin(1).unwrap();
        assert_eq!(net.nodes().count(), 18);
        assert!(net.nodes().all(|(_, name)| name.ends_with(".lab")));
    }
}
