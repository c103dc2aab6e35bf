//! Wires and their ends, from the keys of a file.

use core::net::IpAddr;
use core::ops::RangeInclusive;
use core::time::Duration;

use layercake_base::Mac;
use layercake_network::route::Prefix;
use toml::Spanned;

use super::{MOST_NAMES_TOLD, Reader};
use crate::topology::error::TopologyError;
use crate::topology::file::{self, File, Kind, Text};
use crate::topology::plan::{Interface, Node, Port, Wire};
use crate::topology::units;
use crate::wire::{Bursts, Expansion, Medium, Reordering};

/// What an IPv4 link must carry at least, RFC 791 §3.2, and what an Ethernet frame can.
const MTU: RangeInclusive<u32> = 68..=1500;

/// Stands for the IPv6 addresses that a host makes itself.
const AUTO: &str = "auto";

/// Addresses of one station on one wire.
const MOST_ADDRESSES: usize = 8;

impl Reader<'_> {
    pub(super) fn wires(
        self,
        file: &File,
        nodes: &mut [Node],
    ) -> Result<Vec<Wire>, TopologyError> {
        let mut wires: Vec<Wire> = Vec::new();
        for own in &file.wire {
            let own = own.get_ref();
            let [a, b] = &own.between;
            let mut end = |text| self.end(text, wires.len(), nodes);
            let ends = [end(a)?, end(b)?];
            let name = |(node, port): (usize, usize)| {
                let node = nodes.get(node).map_or("", |node| node.name.as_str());
                format!("{node}:{port}")
            };
            let [from, to] = ends.map(name);
            let recipe = self.recipe(own)?;
            wires.push(Wire {
                name: format!("{from} {to}"),
                medium: Medium {
                    expansion: recipe.expansion(),
                    ..self.medium(own)?
                },
                link: *own.link.get_ref(),
                recipe,
                ends: ends.to_vec(),
                shared: false,
                mtu: self.mtu(own.mtu.as_ref())?,
                cost: self.number("cost", own.cost.as_ref(), 1..=65_535, 1)?,
            });
        }
        Ok(wires)
    }

    /// One end of a wire: "NODE ADDRESS/LENGTH …", or "NODE" for a bridge or outside.
    pub(super) fn end(
        self,
        text: &Text,
        wire: usize,
        nodes: &mut [Node],
    ) -> Result<(usize, usize), TopologyError> {
        let (name, address) = match text.get_ref().split_once(' ') {
            Some((name, address)) => (name, Some(address.trim())),
            None => (text.get_ref().as_str(), None),
        };
        let index = nodes.iter().position(|node| node.name == name);
        let known = || {
            let all: Vec<_> = nodes.iter().map(|node| node.name.as_str()).collect();
            match all.len() {
                0 => "a node, and there is no [[node]]".to_owned(),
                1..=MOST_NAMES_TOLD => format!("one of the nodes {}", all.join(", ")),
                count => format!("the name of one of the {count} nodes"),
            }
        };
        let index = index.ok_or_else(|| self.bad("between", text, known()))?;
        let stations: usize = nodes.iter().map(|node| node.ports.len()).sum();
        let Some(node) = nodes.get_mut(index) else {
            return Err(self.bad("between", text, "a node"));
        };
        let addresses = match (node.kind, address) {
            (Kind::Bridge | Kind::Outside, None) => Vec::new(),
            (Kind::Outside, Some(_)) => {
                let expected = "no address at an outside node";
                return Err(self.bad("between", text, expected));
            }
            (Kind::Bridge, Some(_)) => {
                return Err(self.bad("between", text, "no address at a bridge"));
            }
            (_, None) => {
                let expected = format!("{} behind the name", units::INTERFACE);
                return Err(self.bad("between", text, expected));
            }
            (_, Some(addresses)) => self.addresses(text, addresses)?,
        };
        let autoconfigured =
            address.is_some_and(|all| all.split_whitespace().any(|own| own == AUTO));
        node.ports.push(Port {
            wire,
            at: text.span().start,
            text: text.get_ref().clone(),
            addresses,
            autoconfigured,
            mac: Mac::local(u16::try_from(stations + 1).unwrap_or(u16::MAX)),
        });
        Ok((index, node.ports.len() - 1))
    }

    /// "192.0.2.1/24 2001:db8::1/64", at most one of IPv4; or "auto", at a host.
    fn addresses(
        self,
        text: &Text,
        addresses: &str,
    ) -> Result<Vec<Interface>, TopologyError> {
        let all = addresses.split_whitespace().filter(|own| *own != AUTO);
        let mut all: Vec<_> = all
            .map(|address| self.interface(text, address))
            .collect::<Result<_, _>>()?;
        all.sort_by_key(|own| own.address.is_ipv6());
        if all.get(1).is_some_and(|second| second.address.is_ipv4()) {
            return Err(self.bad("between", text, "one IPv4 address for each wire"));
        }
        if all.len() > MOST_ADDRESSES {
            let expected = format!("at most {MOST_ADDRESSES} addresses for each wire");
            return Err(self.bad("between", text, expected));
        }
        Ok(all)
    }

    fn interface(self, text: &Text, address: &str) -> Result<Interface, TopologyError> {
        let bad = || self.bad("between", text, units::INTERFACE);
        let (address, length) = units::interface(address).ok_or_else(bad)?;
        let prefix = Prefix::new(address, length).map_err(|_| bad())?;
        if let IpAddr::V6(own) = address
            && own.is_unicast_link_local()
        {
            let expected = "no link-local address: every station has one by itself";
            return Err(self.bad("between", text, expected));
        }
        if !is_one_station(address, prefix) {
            let expected = format!("an address of one station in {prefix}");
            return Err(self.bad("between", text, expected));
        }
        Ok(Interface { address, prefix })
    }

    fn medium(self, own: &file::Wire) -> Result<Medium, TopologyError> {
        let time = |key, text: &Option<Text>| {
            let time = self.optional(key, text.as_ref(), units::time, units::TIME)?;
            Ok(time.unwrap_or(Duration::ZERO))
        };
        let share = |key, text: &Option<Text>| {
            let share = self.optional(key, text.as_ref(), units::share, units::SHARE)?;
            Ok(share.unwrap_or(0.0))
        };
        let rate = self.optional("rate", own.rate.as_ref(), units::rate, units::RATE)?;
        let queue = self.number("queue", own.queue.as_ref(), 1..=10_000, 100)?;
        Ok(Medium {
            rate: rate.unwrap_or(0),
            expansion: Expansion::default(), // known from the recipe
            delay: time("delay", &own.delay)?,
            jitter: time("jitter", &own.jitter)?,
            loss: share("loss", &own.loss)?,
            bursts: own.bursts.as_ref().map(|b| self.bursts(b)).transpose()?,
            duplication: share("duplication", &own.duplication)?,
            reordering: self.reordering(own.reordering.as_ref())?,
            bit_errors: share("bit_errors", &own.bit_errors)?,
            queue: usize::try_from(queue).unwrap_or(100),
        })
    }

    fn bursts(self, own: &file::Bursts) -> Result<Bursts, TopologyError> {
        let share = |key, text: &Text| self.value(key, text, units::share, units::SHARE);
        Ok(Bursts {
            enter: share("bursts.enter", &own.enter)?,
            leave: share("bursts.leave", &own.leave)?,
            loss: share("bursts.loss", &own.loss)?,
        })
    }

    fn reordering(
        self,
        own: Option<&file::Reordering>,
    ) -> Result<Option<Reordering>, TopologyError> {
        let Some(file::Reordering { chance, by }) = own else {
            return Ok(None);
        };
        let chance =
            self.value("reordering.chance", chance, units::share, units::SHARE)?;
        let by = self.value("reordering.by", by, units::time, units::TIME)?;
        Ok(Some(Reordering { chance, by }))
    }

    pub(super) fn mtu(self, own: Option<&Spanned<u32>>) -> Result<u16, TopologyError> {
        let mtu = self.number("mtu", own, MTU, *MTU.end())?;
        Ok(u16::try_from(mtu).unwrap_or(u16::MAX))
    }
}

/// Not the first or last of an IPv4 network with more than two (RFC 1122 §3.2.1.3, RFC 3021), nor
/// a group, nor the address that all routers of an IPv6 network share (RFC 4291 §2.6.1, RFC 6164).
fn is_one_station(address: IpAddr, prefix: Prefix) -> bool {
    let first = prefix.address() == address;
    match address {
        IpAddr::V4(own) => {
            !(first && prefix.length() < 31) && prefix.broadcast() != Some(own)
        }
        IpAddr::V6(own) => {
            let none = own.is_multicast() || own.is_unspecified() || own.is_loopback();
            !(none || first && prefix.length() < 127)
        }
    }
}
