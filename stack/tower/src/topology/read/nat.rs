//! A router's network address translation, from the keys of a file.

use core::net::{Ipv4Addr, SocketAddrV4};
use std::collections::BTreeSet;

use layercake_network::nat::{Config, Endpoint, Forward, Outside, Transport};
use layercake_network::rip::Version;

use super::Reader;
use crate::topology::error::TopologyError;
use crate::topology::file::{self, Kind, Text};
use crate::topology::plan::{Node, Routing};

/// A port outside, and where its server is.
type Server = (Transport, u16, Endpoint);

impl Reader<'_> {
    /// When the node's attachments are known.
    pub(super) fn nat(
        self,
        own: &file::Node,
        node: &Node,
    ) -> Result<Option<Config>, TopologyError> {
        let Some(nat) = &own.nat else {
            return Ok(None);
        };
        if node.kind != Kind::Router {
            let found = format!("something for {:?}", node.name);
            let expected = "it at a node of kind \"router\" only";
            let at = nat.span().start;
            return Err(self.places.error(at, "nat", found, expected));
        }
        let nat = nat.get_ref();
        let outside = self.outside(nat, node)?;
        let mut forwards = self.forwards(nat, &outside)?;
        forwards.extend(
            outside
                .iter()
                .filter_map(|outside| rip(node, outside.address)),
        );
        let mappings = self.number("nat.mappings", nat.mappings.as_ref(), MAPPINGS, 4096);
        let mappings = usize::try_from(mappings?).unwrap_or(usize::MAX);
        Ok(Some(Config {
            outside,
            forwards,
            mappings,
            connections: 2 * mappings,
        }))
    }

    fn outside(
        self,
        nat: &file::Nat,
        node: &Node,
    ) -> Result<Vec<Outside>, TopologyError> {
        let own = || {
            (0..)
                .zip(&node.ports)
                .filter_map(|(n, p)| Some((n, p.v4()?.0)))
        };
        let all: Vec<_> = own().map(|(_, address)| address.to_string()).collect();
        let expected = format!("some of the router's addresses: {}", all.join(", "));
        let (key, texts) = ("nat.outside", nat.outside.get_ref());
        if texts.is_empty() {
            let at = nat.outside.span().start;
            return Err(self.places.error(at, key, "nothing", expected));
        }
        let mut seen = BTreeSet::new();
        let outside = |text: &Text| {
            let address = text.get_ref().parse::<Ipv4Addr>().ok();
            let found = own().find(|(_, own)| Some(*own) == address);
            match found.filter(|(port, _)| seen.insert(*port)) {
                Some((port, address)) => Ok(Outside { port, address }),
                None => Err(self.bad(key, text, &expected)),
            }
        };
        texts.iter().map(outside).collect()
    }

    /// Each at every outside address.
    fn forwards(
        self,
        nat: &file::Nat,
        outside: &[Outside],
    ) -> Result<Vec<Forward>, TopologyError> {
        let (mut doors, mut servers) = (BTreeSet::new(), BTreeSet::new());
        let mut forwards = Vec::new();
        for text in &nat.forward {
            let bad = |expected: &str| self.bad("nat.forward", text, expected);
            let (transport, port, inside) =
                server(text.get_ref()).ok_or_else(|| bad(FORWARD))?;
            if !doors.insert((transport, port)) {
                return Err(bad("a port that no other has"));
            }
            if !servers.insert((transport, inside)) {
                return Err(bad("a server that no other leads to"));
            }
            forwards.extend(outside.iter().map(|outside| Forward {
                transport,
                outside: Endpoint::new(outside.address, port),
                inside,
            }));
        }
        Ok(forwards)
    }
}

const FORWARD: &str = r#"a forward such as "tcp 8080 to 10.0.0.2:80" (tcp, udp)"#;

/// One address has no more ports.
const MAPPINGS: core::ops::RangeInclusive<u32> = 1..=60_000;

/// "tcp 8080 to 10.0.0.2:80"
fn server(text: &str) -> Option<Server> {
    let (front, server) = text.split_once(" to ")?;
    let (transport, port) = front.trim().split_once(' ')?;
    let transport = match transport {
        "tcp" => Transport::Tcp,
        "udp" => Transport::Udp,
        _ => return None,
    };
    let server: SocketAddrV4 = server.trim().parse().ok()?;
    let port = port.trim().parse().ok().filter(|port| *port != 0)?;
    let inside = Endpoint::new(*server.ip(), server.port());
    (inside.port != 0).then_some((transport, port, inside))
}

/// A router that speaks RIP hears it outside too, whoever inside wants its port.
fn rip(node: &Node, address: Ipv4Addr) -> Option<Forward> {
    let own = Endpoint::new(address, Version::V2.port());
    matches!(node.routing, Some(Routing::Rip { .. })).then_some(Forward {
        transport: Transport::Udp,
        outside: own,
        inside: own,
    })
}
