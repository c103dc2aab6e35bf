//! Nodes and wires in virtual time: the clock jumps to the next thing that happens.
//!
//! ```text
//!         send                        receive
//!           |                            ^
//!      +----v----+                  +----|----+
//!      |  tower  |                  |  tower  |      one thing at a time, in the order
//!      +----|----+                  +----^----+      of (time, entry): the same seed
//!           v          agenda            |           gives the same run, octet for octet
//!          wire ---> (time, number) --> port
//! ```

mod agenda;
mod bus;
mod crowd;
mod inject;
mod link;
mod node;
mod outside;
mod routing;
mod run;
#[cfg(test)]
mod tests;

use core::cell::RefCell;
use core::net::{IpAddr, Ipv4Addr};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use layercake_base::{Instant, Layer, Reason, Tally, World};
use layercake_datalink::stp;
use layercake_network::ipv4;
use layercake_network::link_state;
use layercake_network::route::SharedTable;

use crate::bus::Cable;
use crate::fit::{self, Misfit};
use crate::recipe::Recipe;
use crate::topology::{Attachment, Configs};
use crate::wire::{End, Medium, Wire};
use agenda::Agenda;
use crowd::Crowd;
pub use node::Arrival;
use node::Node;
pub use outside::OutsideId;
use run::Limits;

/// A node of a [`Network`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(crate) usize);

/// An emulated network.
pub struct Network {
    world: World,
    nodes: Vec<Node>,
    lines: Vec<Line>,
    buses: Vec<Cable>,
    /// For each node, by port: what is there.
    attachments: Vec<Vec<Joint>>,
    agenda: Agenda,
    /// Things that happened at this instant, one after the other.
    at_once: usize,
    limits: Limits,
    crowd: Option<Rc<RefCell<Crowd>>>,
    names: BTreeMap<String, Vec<IpAddr>>,
    owners: BTreeMap<IpAddr, usize>,
    local: usize,
    /// For each node of a topology, what it was built from.
    attached: BTreeMap<usize, Vec<Attachment>>,
    /// For each attachment of those, the layers of its wire.
    recipes: BTreeMap<usize, Vec<Recipe>>,
    configs: BTreeMap<usize, Configs>,
    /// The routes of the hosts and routers of a topology.
    tables: BTreeMap<usize, Vec<SharedTable>>,
    /// The routers of a topology that speak link state.
    links: BTreeMap<usize, link_state::Watch>,
    /// The bridges of a topology that speak a spanning tree protocol.
    watches: BTreeMap<usize, stp::Watch>,
    /// The nodes that lead out of the emulated world.
    outsides: BTreeSet<usize>,
}

/// What is at an attachment of a node.
#[derive(Clone, Copy, Debug)]
enum Joint {
    /// One end of a wire.
    Wire { line: usize, end: End },
    /// A tap of a bus.
    Bus { bus: usize, tap: usize },
}

/// A wire with what hangs on its ends.
struct Line {
    wire: Wire,
    /// Somebody has cut it.
    cut: bool,
    a: (usize, u16),
    b: (usize, u16),
}

/// Putting one together.
impl Network {
    /// PDUs in towers and on wires at a time; what is beyond is discarded.
    const PDUS: usize = 16 * 1024;

    /// A network without nodes.
    pub fn new(seed: u64) -> Self {
        Network {
            world: World::new(seed, Self::PDUS),
            nodes: Vec::new(),
            lines: Vec::new(),
            buses: Vec::new(),
            attachments: Vec::new(),
            agenda: Agenda::default(),
            at_once: 0,
            limits: Limits::USUAL,
            crowd: None,
            names: BTreeMap::new(),
            owners: BTreeMap::new(),
            local: 0,
            attached: BTreeMap::new(),
            recipes: BTreeMap::new(),
            configs: BTreeMap::new(),
            tables: BTreeMap::new(),
            links: BTreeMap::new(),
            watches: BTreeMap::new(),
            outsides: BTreeSet::new(),
        }
    }

    /// Adds a node. The first one is the one that the tools run on, unless
    /// [`Network::set_local`] says otherwise.
    ///
    /// # Errors
    /// [`Misfit`] when the tower does not stand on a wire.
    pub fn add_node(
        &mut self,
        name: &str,
        tower: impl Layer + 'static,
    ) -> Result<NodeId, Misfit> {
        stands_on_a_wire(&tower)?;
        let node = Node::new(name, Box::new(tower), &self.world.rng);
        self.nodes.push(node);
        self.attachments.push(Vec::new());
        let index = self.nodes.len() - 1;
        self.settle(index); // a layer may want the time before anything comes in
        Ok(NodeId(index))
    }

    /// Joins two nodes by a wire. Each gets its next port for it: 0, then 1, and so on.
    pub fn add_wire(&mut self, name: &str, medium: Medium, a: NodeId, b: NodeId) {
        let line = self.lines.len();
        let wire = Wire::new(name, medium, &self.world.rng);
        let mut attach = |node, end| self.attach(node, Joint::Wire { line, end });
        let (a, b) = (attach(a, End::A), attach(b, End::B));
        let cut = false;
        self.lines.push(Line { wire, cut, a, b });
    }

    /// Gives a node its next port; the node and the number of the port.
    fn attach(&mut self, node: NodeId, joint: Joint) -> (usize, u16) {
        let Some(ports) = self.attachments.get_mut(node.0) else {
            return (node.0, u16::MAX);
        };
        ports.push(joint);
        (node.0, u16::try_from(ports.len() - 1).unwrap_or(u16::MAX))
    }

    /// Puts another tower into a node.
    ///
    /// # Errors
    /// [`Misfit`] when the tower does not stand on a wire.
    pub fn install(
        &mut self,
        node: NodeId,
        tower: impl Layer + 'static,
    ) -> Result<(), Misfit> {
        stands_on_a_wire(&tower)?;
        if let Some(node) = self.nodes.get_mut(node.0) {
            node.install(Box::new(tower));
        }
        self.settle(node.0);
        Ok(())
    }

    /// Gives an address to a node.
    pub fn set_owner(&mut self, address: IpAddr, node: NodeId) {
        self.owners.insert(address, node.0);
    }

    /// Lets a name stand for an address, behind those that it stands for already.
    pub fn add_name(&mut self, name: &str, address: IpAddr) {
        self.names.entry(name.to_owned()).or_default().push(address);
    }

    pub(crate) fn set_configs(&mut self, node: NodeId, configs: Configs) {
        self.configs.insert(node.0, configs);
    }

    pub(crate) fn set_watch(&mut self, node: NodeId, watch: Option<stp::Watch>) {
        self.watches.extend(watch.map(|watch| (node.0, watch)));
    }

    pub(crate) fn set_attachments(
        &mut self,
        node: NodeId,
        all: Vec<Attachment>,
        recipes: Vec<Recipe>,
    ) {
        self.attached.insert(node.0, all);
        self.recipes.insert(node.0, recipes);
    }

    /// Chooses the node that the tools run on.
    pub fn set_local(&mut self, node: NodeId) {
        self.local = node.0;
    }
}

fn stands_on_a_wire(tower: &impl Layer) -> Result<(), Misfit> {
    fit::join(&tower.spec(), &Wire::SPEC).map(|_| ())
}

/// Asking about it.
impl Network {
    /// The time.
    pub fn now(&self) -> Instant {
        self.world.now
    }

    /// The node that the tools run on.
    pub fn local(&self) -> NodeId {
        NodeId(self.local)
    }

    /// The node with this name.
    pub fn node(&self, name: &str) -> Option<NodeId> {
        self.nodes
            .iter()
            .position(|node| &*node.name == name)
            .map(NodeId)
    }

    /// All nodes with their names.
    pub fn nodes(&self) -> impl Iterator<Item = (NodeId, &str)> + '_ {
        self.nodes
            .iter()
            .enumerate()
            .map(|(i, node)| (NodeId(i), &*node.name))
    }

    /// The first address of a node; `0.0.0.0` for one without, like a bridge.
    pub fn address(&self, node: NodeId) -> IpAddr {
        let name = self.nodes.get(node.0).map(|node| &*node.name);
        name.and_then(|name| self.resolve(name))
            .unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))
    }

    /// The first address that a name stands for: that of IPv4, if there is one.
    pub fn resolve(&self, name: &str) -> Option<IpAddr> {
        self.addresses(name).first().copied()
    }

    /// All addresses that a name stands for.
    pub fn addresses(&self, name: &str) -> &[IpAddr] {
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        self.names.get(&name).map_or(&[], Vec::as_slice)
    }

    /// The name of the node that has this address, or else one that stands for it.
    pub fn name_of(&self, address: IpAddr) -> Option<&str> {
        let owner = self
            .owners
            .get(&address)
            .and_then(|node| self.nodes.get(*node));
        let alias = || self.names.iter().find(|(_, own)| own.contains(&address));
        owner
            .map(|node| &*node.name)
            .or_else(|| alias().map(|(name, _)| name.as_str()))
    }

    /// What the wire at this attachment does, and whose attachment is at its other end; `None`
    /// on a bus, which has many.
    pub fn wire(&self, node: NodeId, port: u16) -> Option<(&Medium, NodeId, u16)> {
        let (line, end) = self.attachment(node.0, port)?;
        let line = self.lines.get(line)?;
        let (far, far_port) = line.far(end);
        Some((line.wire.medium(), NodeId(far), far_port))
    }

    /// The attachments of a node that a topology describes, by port.
    pub fn attachments(&self, node: NodeId) -> &[Attachment] {
        self.attached.get(&node.0).map_or(&[], Vec::as_slice)
    }

    /// The layers below the network layer at an attachment of a node that a topology describes.
    pub fn recipe(&self, node: NodeId, port: u16) -> Option<Recipe> {
        let recipes = self.recipes.get(&node.0)?;
        recipes.get(usize::from(port)).copied()
    }

    /// What the network layers of a node were told that a topology describes; `None` for a
    /// bridge.
    pub fn configs(&self, node: NodeId) -> Option<&Configs> {
        self.configs.get(&node.0)
    }

    /// Of these, what IPv4 was told.
    pub fn config(&self, node: NodeId) -> Option<&ipv4::Config> {
        self.configs(node).map(|configs| &configs.v4)
    }

    /// What the spanning tree has come to at a bridge of a topology; `None` for a node without
    /// one.
    pub fn spanning_tree(&self, node: NodeId) -> Option<stp::Status> {
        self.watches.get(&node.0).map(stp::Watch::status)
    }

    /// What was thrown away so far, and why.
    pub fn discards(&self) -> &Tally {
        &self.world.discards
    }

    fn joint(&self, node: usize, port: u16) -> Option<Joint> {
        self.attachments.get(node)?.get(usize::from(port)).copied()
    }

    /// The wire at an attachment; `None` on a bus.
    fn attachment(&self, node: usize, port: u16) -> Option<(usize, End)> {
        match self.joint(node, port)? {
            Joint::Wire { line, end } => Some((line, end)),
            Joint::Bus { .. } => None,
        }
    }
}

const NO_NODE: Reason = Reason::NoWay("no such attachment in this network");

impl Line {
    /// The node and port at the other end.
    fn far(&self, end: End) -> (usize, u16) {
        match end {
            End::A => self.b,
            End::B => self.a,
        }
    }
}
