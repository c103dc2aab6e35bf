//! From the keys of a file to a [`Plan`]: every text becomes a number or an error.

mod bridges;
mod buses;
mod filter;
mod nat;
mod recipe;
mod routing;
mod wires;

use core::net::IpAddr;
use core::ops::RangeInclusive;
use std::collections::BTreeSet;

use layercake_network::route::{Prefix, Route};
use toml::Spanned;

use super::error::{Places, TopologyError};
use super::file::{self, File, Kind, Text};
use super::plan::{Name, Node, Plan, Port};
use super::units;

/// Tables of each kind that a file may have: more than anybody draws, few enough to compare.
const MOST_TABLES: usize = 10_000;

/// Names that an error lists before it becomes unreadable.
const MOST_NAMES_TOLD: usize = 20;

/// Reads a whole file, without comparing its parts with each other.
pub(super) fn read(text: &str) -> Result<Plan, TopologyError> {
    let places = Places(text);
    let file: File = toml::from_str(text).map_err(|error| places.not_toml(&error))?;
    let reader = Reader { places };
    reader.count("[[node]]", file.node.len())?;
    reader.count("[[wire]]", file.wire.len())?;
    reader.count("[[bus]]", file.bus.len())?;
    reader.count("[[name]]", file.name.len())?;
    let mut nodes = reader.nodes(&file)?;
    let mut wires = reader.wires(&file, &mut nodes)?;
    reader.buses(&file, &mut nodes, &mut wires)?;
    for (node, own) in nodes.iter_mut().zip(&file.node) {
        node.routes = reader.routes(own.get_ref(), node)?;
        node.filter = reader.filter(own.get_ref(), node)?;
        node.nat = reader.nat(own.get_ref(), node)?;
    }
    Ok(Plan {
        local: reader.local(&file, &nodes)?,
        names: reader.names(&file)?,
        nodes,
        wires,
    })
}

#[derive(Clone, Copy)]
struct Reader<'a> {
    places: Places<'a>,
}

impl Reader<'_> {
    fn nodes(self, file: &File) -> Result<Vec<Node>, TopologyError> {
        let mut nodes: Vec<Node> = Vec::new();
        let mut names = BTreeSet::new();
        for own in &file.node {
            let node = self.node(own.get_ref())?;
            if !names.insert(node.name.clone()) {
                let expected = "a name that no other node has";
                return Err(self.bad("name", &own.get_ref().name, expected));
            }
            nodes.push(node);
        }
        Ok(nodes)
    }

    fn count(self, table: &str, count: usize) -> Result<(), TopologyError> {
        if count <= MOST_TABLES {
            return Ok(());
        }
        let expected = format!("at most {MOST_TABLES} of them");
        Err(self.places.error(0, table, count, expected))
    }

    fn node(self, own: &file::Node) -> Result<Node, TopologyError> {
        Ok(Node {
            name: self.host_name("name", &own.name)?,
            at: own.name.span().start,
            kind: *own.kind.get_ref(),
            silent: own.silent,
            icmp_rate: self.optional(
                "icmp_rate",
                own.icmp_rate.as_ref(),
                units::frequency,
                units::FREQUENCY,
            )?,
            advertises: self.advertises(own)?,
            interface_information: own.interface_information,
            labels: self.labels(own)?,
            balance: own.balance,
            time_to_live: self.time_to_live(own)?,
            routing: self.routing(own)?,
            spanning_tree: self.spanning_tree(own)?,
            flood_limit: self.flood_limit(own)?,
            filter: Vec::new(),
            nat: None,
            ports: Vec::new(),
            routes: None,
        })
    }

    /// 20 bits each, of which the first sixteen values are reserved: RFC 3032 §2.1.
    fn labels(self, own: &file::Node) -> Result<Vec<u32>, TopologyError> {
        let Some(labels) = &own.mpls else {
            return Ok(Vec::new());
        };
        let right = |labels: &[u32]| {
            let each = labels.iter().all(|label| (16..1 << 20).contains(label));
            each && (1..=6).contains(&labels.len())
        };
        if *own.kind.get_ref() == Kind::Router && right(labels.get_ref()) {
            return Ok(labels.get_ref().clone());
        }
        let (at, found) = (labels.span().start, format!("{:?}", labels.get_ref()));
        let expected = "one to six labels from 16 to 1048575, at a router";
        Err(self.places.error(at, "mpls", found, expected))
    }

    fn advertises(self, own: &file::Node) -> Result<bool, TopologyError> {
        let Some(advertise) = &own.advertise else {
            return Ok(false);
        };
        if *own.kind.get_ref() == Kind::Router {
            return Ok(*advertise.get_ref());
        }
        let found = format!("something for {:?}", own.name.get_ref());
        let expected = "it at a node of kind \"router\" only";
        let at = advertise.span().start;
        Err(self.places.error(at, "advertise", found, expected))
    }

    /// A packet may not leave with zero: RFC 1122 §3.2.1.7.
    fn time_to_live(self, own: &file::Node) -> Result<u8, TopologyError> {
        let number = own.time_to_live.as_ref();
        let time_to_live = self.number("time_to_live", number, 1..=255, 64)?;
        Ok(u8::try_from(time_to_live).unwrap_or(u8::MAX))
    }

    fn host_name(self, key: &str, text: &Text) -> Result<String, TopologyError> {
        let name = text.get_ref();
        let letter = |c: char| c.is_ascii_alphanumeric() && !c.is_ascii_uppercase();
        let label = |label: &str| {
            (1..=63).contains(&label.len())
                && label.chars().all(|c| letter(c) || c == '-')
        };
        if name.len() <= 253 && name.split('.').all(label) {
            return Ok(name.clone());
        }
        Err(self.bad(
            key,
            text,
            "small letters, digits and hyphens, with dots between",
        ))
    }

    fn local(self, file: &File, nodes: &[Node]) -> Result<usize, TopologyError> {
        let host = |node: &Node| node.kind == Kind::Host;
        let Some(local) = &file.local else {
            let expected = "the name of the host that the tools run on";
            let first = nodes.iter().position(host);
            return first
                .ok_or_else(|| self.places.error(0, "local", "nothing", expected));
        };
        let named = |node: &Node| node.name == *local.get_ref() && host(node);
        let found = nodes.iter().position(named);
        found.ok_or_else(|| self.bad("local", local, "the name of one of the hosts"))
    }

    fn names(self, file: &File) -> Result<Vec<Name>, TopologyError> {
        let node = |node: &Spanned<file::Node>| node.get_ref().name.get_ref().clone();
        let nodes: BTreeSet<String> = file.node.iter().map(node).collect();
        let mut in_use = BTreeSet::new();
        let mut names = Vec::new();
        for own in &file.name {
            let name = self.host_name("name", &own.name)?;
            let address: Result<IpAddr, _> = own.address.get_ref().parse();
            let expected = "an IPv4 or IPv6 address";
            let bad = |_| self.bad("address", &own.address, expected);
            let (address, at) = (address.map_err(bad)?, own.address.span().start);
            let new = in_use.insert((name.clone(), address.is_ipv4()));
            if nodes.contains(&name) || !new {
                let expected = "a name that is not yet in use in its family";
                return Err(self.bad("name", &own.name, expected));
            }
            names.push(Name { name, address, at });
        }
        Ok(names)
    }

    /// Routes as the file gives them: "PREFIX/LENGTH via ADDRESS".
    fn routes(
        self,
        own: &file::Node,
        node: &Node,
    ) -> Result<Option<Vec<Route>>, TopologyError> {
        let Some(texts) = &own.routes else {
            // A routing protocol will find them.
            return Ok(node.routing.map(|_| Vec::new()));
        };
        let route = |text: &Text| {
            let expected =
                r#""PREFIX/LENGTH via ADDRESS", the address on a wire of the node"#;
            route(text.get_ref(), node).ok_or_else(|| self.bad("routes", text, expected))
        };
        texts.iter().map(route).collect::<Result<_, _>>().map(Some)
    }

    fn value<T>(
        self,
        key: &str,
        text: &Text,
        read: impl Fn(&str) -> Option<T>,
        expected: &str,
    ) -> Result<T, TopologyError> {
        read(text.get_ref()).ok_or_else(|| self.bad(key, text, expected))
    }

    fn optional<T>(
        self,
        key: &str,
        text: Option<&Text>,
        read: impl Fn(&str) -> Option<T>,
        expected: &str,
    ) -> Result<Option<T>, TopologyError> {
        text.map(|text| self.value(key, text, read, expected))
            .transpose()
    }

    fn number(
        self,
        key: &str,
        number: Option<&Spanned<u32>>,
        range: RangeInclusive<u32>,
        usual: u32,
    ) -> Result<u32, TopologyError> {
        let Some(number) = number else {
            return Ok(usual);
        };
        if range.contains(number.get_ref()) {
            return Ok(*number.get_ref());
        }
        let expected = format!("{} to {}", range.start(), range.end());
        let (at, found) = (number.span().start, number.get_ref());
        Err(self.places.error(at, key, found, expected))
    }

    fn bad(
        self,
        key: &str,
        text: &Text,
        expected: impl core::fmt::Display,
    ) -> TopologyError {
        let found = format!("{:?}", text.get_ref());
        self.places.error(text.span().start, key, found, expected)
    }
}

fn route(text: &str, node: &Node) -> Option<Route> {
    let (prefix, via) = text.split_once(" via ")?;
    let prefix: Prefix = prefix.trim().parse().ok()?;
    let next_hop: IpAddr = via.trim().parse().ok()?;
    let on = |port: &Port| {
        let mut networks = port.addresses.iter().map(|own| own.prefix);
        networks.any(|network| network.contains(next_hop))
    };
    let one_family = prefix.address().is_ipv4() == next_hop.is_ipv4();
    one_family.then_some(())?;
    Some(Route {
        prefix,
        next_hop: Some(next_hop),
        port: u16::try_from(node.ports.iter().position(on)?).ok()?,
        metric: 1,
    })
}
