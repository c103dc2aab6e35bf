//! Bridges joined by wires, a station at each, and a model of the tree that they should find.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test file uses a part, and tests have no outside"
)]

pub mod model;

use core::time::Duration;

use layercake_base::{Instant, Layer, Mac};
use layercake_datalink::Bridge;
use layercake_datalink::stp::{PortStatus, Role, Settings, Status, Version, Watch};
use layercake_tower::topology::lan_column;
use layercake_tower::{Medium, Network, NodeId, OutsideId, Ports, Stack};

/// How long a wire takes: so a step of an agreement takes some of it.
const DELAY: Duration = Duration::from_micros(10);

/// What is drawn on paper.
#[derive(Clone, Debug)]
pub struct Drawing {
    /// For each bridge, its settings; port 0 leads to its station.
    pub bridges: Vec<Settings>,
    /// Wires between bridges, by number.
    pub wires: Vec<(usize, usize)>,
}

/// What is built from it.
pub struct Mesh {
    pub net: Network,
    pub drawing: Drawing,
    pub nodes: Vec<NodeId>,
    watches: Vec<Watch>,
    stations: Vec<OutsideId>,
    /// For each wire, the ports at its ends.
    pub ends: Vec<[(usize, u16); 2]>,
}

impl Drawing {
    /// Bridges that all speak the same version, with usual settings and the lowest address
    /// first, and wires between them.
    pub fn new(version: Version, bridges: u16, wires: &[(usize, usize)]) -> Self {
        let mut drawing = Drawing {
            bridges: Vec::new(),
            wires: wires.to_vec(),
        };
        for number in 0..bridges {
            let wires = drawing.wires.iter();
            let ends = wires.flat_map(|wire| [wire.0, wire.1]);
            let ports = ends.filter(|end| *end == usize::from(number)).count() + 1;
            let address = Mac::local(0x100 + number);
            let settings = Settings::new(version, address, u16::try_from(ports).unwrap());
            drawing.bridges.push(settings);
        }
        drawing
    }

    /// As many bridges in a ring.
    pub fn ring(version: Version, bridges: u16) -> Self {
        let count = usize::from(bridges);
        let wires: Vec<_> = (0..count).map(|one| (one, (one + 1) % count)).collect();
        Drawing::new(version, bridges, &wires)
    }

    pub fn build(&self) -> Mesh {
        let mut mesh = Mesh {
            net: Network::new(1),
            drawing: self.clone(),
            nodes: Vec::new(),
            watches: Vec::new(),
            stations: Vec::new(),
            ends: Vec::new(),
        };
        for (number, settings) in self.bridges.iter().enumerate() {
            let bridge = Bridge::with_spanning_tree(settings).unwrap();
            mesh.watches.push(bridge.watch().unwrap());
            let tower = on_lans(bridge, settings.ports.len());
            let node = mesh.net.add_node(&format!("bridge {number}"), tower);
            mesh.nodes.push(node.unwrap());
        }
        for (number, node) in mesh.nodes.iter().enumerate() {
            let (name, column) = (format!("station {number}"), lan_column().unwrap());
            let station = mesh.net.add_outside(&name, column).unwrap();
            mesh.net.set_attached(station, true);
            mesh.net.add_wire(&name, wire(), *node, station.node());
            mesh.stations.push(station);
        }
        let mut next = vec![1; self.bridges.len()];
        for (number, &(a, b)) in self.wires.iter().enumerate() {
            let name = format!("wire {number}");
            mesh.net
                .add_wire(&name, wire(), mesh.nodes[a], mesh.nodes[b]);
            let ends = [a, b].map(|bridge| {
                next[bridge] += 1;
                (bridge, next[bridge] - 1)
            });
            mesh.ends.push(ends);
        }
        mesh
    }
}

/// A layer on as many attachments to LANs.
pub fn on_lans(layer: impl Layer + 'static, ports: usize) -> impl Layer + 'static {
    let column = |_| Box::new(lan_column().unwrap()) as Box<dyn Layer>;
    let ports = Ports::new((0..ports).map(column).collect()).unwrap();
    Stack::new(layer, ports).unwrap()
}

pub fn wire() -> Medium {
    Medium {
        delay: DELAY,
        ..Medium::default()
    }
}

impl Mesh {
    pub fn run(&mut self, span: Duration) {
        self.net.run_until(self.net.now() + span);
    }

    pub fn seconds(&mut self, seconds: u64) {
        self.run(Duration::from_secs(seconds));
    }

    pub fn status(&self, bridge: usize) -> Status {
        self.watches[bridge].status()
    }

    pub fn port(&self, bridge: usize, port: u16) -> PortStatus {
        self.status(bridge).ports[usize::from(port)]
    }

    /// When anything in any bridge changed last.
    pub fn changed(&self) -> Instant {
        let all = self.watches.iter().map(|watch| watch.status().changed);
        all.max().unwrap()
    }

    /// Cuts a wire or joins it.
    pub fn set_wire(&mut self, wire: usize, up: bool) {
        let [(bridge, port), _] = self.ends[wire];
        self.net.set_link(self.nodes[bridge], port, up).unwrap();
    }

    /// A broadcast of one station, and how many frames reach each of all stations within a
    /// second. (The sender's bridge never sends it back.)
    pub fn broadcast(&mut self, from: usize) -> Vec<usize> {
        let mut frame = [0; 60];
        frame[..6].fill(0xff);
        frame[6..12].copy_from_slice(&station(from).0);
        frame[12] = 0x08;
        let marker = self.net.now().as_nanos().to_be_bytes();
        frame[14..22].copy_from_slice(&marker);
        self.net.enter(self.stations[from], &frame).unwrap();
        self.seconds(1);
        let counts = self.stations.iter().map(|station| {
            let left = core::iter::from_fn(|| self.net.leave(*station));
            left.filter(|own| own.octets == frame).count()
        });
        counts.collect()
    }

    /// A frame from one station to another, and who gets it within a second.
    pub fn unicast(&mut self, from: usize, to: usize) -> Vec<usize> {
        let mut frame = [0; 60];
        frame[..6].copy_from_slice(&station(to).0);
        frame[6..12].copy_from_slice(&station(from).0);
        frame[12] = 0x08;
        self.net.enter(self.stations[from], &frame).unwrap();
        self.seconds(1);
        let got = self.stations.iter().map(|station| {
            let left = core::iter::from_fn(|| self.net.leave(*station));
            left.filter(|own| own.octets == frame).count()
        });
        let got: Vec<usize> = got.collect();
        (0..got.len()).filter(|own| got[*own] > 0).collect()
    }

    /// That a broadcast of each station reaches all others once, and dies out.
    pub fn assert_one_tree(&mut self) {
        for from in 0..self.stations.len() {
            let counts = self.broadcast(from);
            let expected: Vec<_> = (0..counts.len())
                .map(|station| usize::from(station != from))
                .collect();
            assert_eq!(counts, expected, "from station {from}");
        }
        let full = self.net.discards().iter().filter(|own| own.1 == "full");
        assert_eq!(full.count(), 0, "nothing overflowed");
    }

    /// That every bridge has come to what the model says, over the wires that are up.
    pub fn assert_as_model(&self, up: &[bool]) {
        let model = model::Model::of(&self.drawing, &self.ends, up);
        for (bridge, settings) in self.drawing.bridges.iter().enumerate() {
            let status = self.status(bridge);
            let found: Vec<Role> = status.ports.iter().map(|own| own.role).collect();
            let expected = &model.bridges[bridge];
            assert_eq!(status.root, expected.root, "root of {bridge}");
            let cost = (status.root_path_cost, found);
            let wanted = (expected.cost, expected.roles.clone());
            assert_eq!(
                cost,
                wanted,
                "cost and roles of {bridge} ({})",
                settings.id()
            );
        }
    }
}

/// The address of a station.
fn station(number: usize) -> Mac {
    Mac::local(u16::try_from(number).unwrap() + 1)
}
