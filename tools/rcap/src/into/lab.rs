//! The emulated network with one host of it that is watched.

use std::cell::RefCell;
use std::net::IpAddr;
use std::rc::Rc;

use layercake_base::{self as base, Instant, Reason};
use layercake_capfile::{Direction, Interface, Kind, LinkType, Resolution, Timestamp};
use layercake_tower::topology::Attachment;
use layercake_tower::{CaptureTap, Frame, Network, NodeId};

use crate::Failure;
use crate::cli::Replay;
use crate::output::{Output, Stop};
use crate::packet::Packet;

use super::adapt::{Adapted, Station};

/// A host's network card, watched.
pub(super) struct Lab {
    network: Network,
    node: NodeId,
    port: u16,
    station: Station,
    tap: Rc<RefCell<CaptureTap>>,
    /// How the card appears in what is shown and written.
    interface: Interface,
    shown: u64,
    sent: u64,
}

impl Lab {
    /// The network that the arguments ask for, and the first LAN card of the host.
    pub(super) fn open(arguments: &Replay, host: &str) -> Result<Self, Failure> {
        let mut network = network(arguments)?;
        let unknown = || unknown(&network, host);
        let address = network
            .resolve(host)
            .or_else(|| host.parse::<IpAddr>().ok());
        let name = address.and_then(|address| network.name_of(address));
        let node = network.node(host).or_else(|| network.node(name?));
        let node = node.ok_or_else(unknown)?;
        let name = network.nodes().find(|(id, _)| *id == node);
        let name = name.map_or(host, |(_, name)| name).to_owned();
        let (port, station) = lan(&network, node).ok_or_else(|| {
            let asked = format!("{host} has no LAN: frames cannot be handed to it");
            Failure::Asked(asked)
        })?;
        let tap = Rc::new(RefCell::new(CaptureTap::at(&[&name])));
        network.observe(Box::new(Rc::clone(&tap)));
        let interface = interface(&name);
        Ok(Lab {
            network,
            node,
            port,
            station,
            tap,
            interface,
            shown: 0,
            sent: 0,
        })
    }

    pub(super) fn station(&self) -> &Station {
        &self.station
    }

    pub(super) fn now(&self) -> Instant {
        self.network.now()
    }

    /// Frames that the host sent so far.
    pub(super) fn sent(&self) -> u64 {
        self.sent
    }

    /// Layer, kind of reason and count.
    pub(super) fn discards(
        &self,
    ) -> impl Iterator<Item = (&'static str, &'static str, u64)> {
        self.network.discards().iter()
    }

    /// A frame arrives at the card now.
    pub(super) fn inject(&mut self, frame: &[u8]) -> Result<(), Reason> {
        self.network.inject(self.node, self.port, frame)
    }

    /// Lets time pass and shows what crosses the card. `adapted` is the frame that arrives now,
    /// so that it can be told what was changed in it.
    pub(super) fn run_until(
        &mut self,
        then: Instant,
        adapted: Option<&Adapted>,
        output: &mut Output,
    ) -> Result<(), Stop> {
        self.network.run_until(then);
        let mut adapted = adapted;
        while let Some(frame) = self.take() {
            let arrives = frame.direction == base::Direction::Up;
            let ours = adapted
                .filter(|adapted| arrives && frame.octets.starts_with(&adapted.frame));
            if ours.is_some() {
                adapted = None;
            }
            let comments = ours
                .map(|adapted| adapted.changes.clone())
                .unwrap_or_default();
            self.show(&frame, comments, output)?;
        }
        Ok(())
    }

    fn take(&self) -> Option<Frame> {
        let mut tap = self.tap.borrow_mut();
        std::iter::from_fn(|| tap.take()).find(|frame| frame.port == self.port)
    }

    fn show(
        &mut self,
        frame: &Frame,
        comments: Vec<String>,
        output: &mut Output,
    ) -> Result<(), Stop> {
        self.shown += 1;
        let direction = match frame.direction {
            base::Direction::Up => Direction::Inbound,
            base::Direction::Down => Direction::Outbound,
        };
        self.sent += u64::from(direction == Direction::Outbound);
        output.packet(&Packet {
            number: self.shown,
            kind: Kind::Packet,
            interface: Some(&self.interface),
            time: Some(Timestamp::from_nanoseconds(frame.at.as_nanos())),
            octets: &frame.octets,
            original_len: u32::try_from(frame.octets.len()).unwrap_or(u32::MAX),
            comments,
            direction: Some(direction),
            offset: None,
            oddities: Vec::new(),
        })
    }
}

fn network(arguments: &Replay) -> Result<Network, Failure> {
    let Some(path) = &arguments.net else {
        let built_in = Network::builtin(arguments.seed);
        let name = "the built-in network".to_owned();
        return built_in.map_err(|source| Failure::Topology { name, source });
    };
    let failed = |source| Failure::Open {
        path: path.clone(),
        source,
    };
    let text = std::fs::read_to_string(path).map_err(failed)?;
    let name = path.display().to_string();
    Network::from_toml(&text, arguments.seed)
        .map_err(|source| Failure::Topology { name, source })
}

fn unknown(network: &Network, host: &str) -> Failure {
    let names: Vec<_> = network.nodes().map(|(_, name)| name).collect();
    Failure::Asked(format!(
        "no host is named {host}; there are: {}",
        names.join(", ")
    ))
}

/// The first attachment of a node to a LAN.
fn lan(network: &Network, node: NodeId) -> Option<(u16, Station)> {
    let attachments = network.attachments(node).iter().zip(0_u16..);
    attachments
        .into_iter()
        .find_map(|(attachment, port)| match attachment {
            Attachment::Station(own) => {
                let (mac, address) = (own.mac, own.v4?);
                Some((port, Station { mac, address }))
            }
            Attachment::Serial | Attachment::Bridge | Attachment::Outside => None,
        })
}

fn interface(name: &str) -> Interface {
    Interface {
        id: 0,
        link_type: LinkType::ETHERNET,
        snaplen: 0,
        fcs_bits: None,
        name: Some(name.to_owned()),
        description: None,
        filter: None,
        operating_system: None,
        hardware: None,
        comments: Vec::new(),
        resolution: Resolution::NANOSECONDS,
        offset_seconds: 0,
    }
}
