//! The tree that a spanning tree protocol must come to, found the naive way: shortest paths to
//! the lowest identifier by Bellman and Ford, then each port by comparing numbers. It shares
//! nothing with the protocols but the words in which the answer is told.

use layercake_datalink::stp::{BridgeId, PortId, Role};

use super::Drawing;

pub struct Model {
    pub bridges: Vec<Expected>,
}

#[derive(Clone, Debug)]
pub struct Expected {
    pub root: BridgeId,
    pub cost: u32,
    pub roles: Vec<Role>,
}

/// One direction of a wire: from a port of a bridge to the port at the other end.
#[derive(Clone, Copy)]
struct Way {
    from: (usize, u16),
    to: (usize, u16),
}

impl Model {
    pub fn of(drawing: &Drawing, ends: &[[(usize, u16); 2]], up: &[bool]) -> Self {
        let ways: Vec<Way> = ends
            .iter()
            .zip(up)
            .filter(|(_, up)| **up)
            .flat_map(|(&[a, b], _)| [Way { from: a, to: b }, Way { from: b, to: a }])
            .collect();
        let count = drawing.bridges.len();
        let bridges = (0..count).map(|bridge| expected(bridge, drawing, &ways));
        Model {
            bridges: bridges.collect(),
        }
    }
}

fn expected(bridge: usize, drawing: &Drawing, ways: &[Way]) -> Expected {
    let id = |bridge: usize| drawing.bridges[bridge].id();
    let part = part_of(bridge, drawing.bridges.len(), ways);
    let root = part.iter().copied().min_by_key(|own| id(*own)).unwrap();
    let costs = costs_to(root, drawing, ways);
    let own_ways = || ways.iter().filter(|way| way.from.0 == bridge);
    let by_port = |port: u16| own_ways().find(move |way| way.from.1 == port);
    let path_cost = |way: &Way| {
        let port = usize::from(way.from.1);
        drawing.bridges[bridge].ports[port].path_cost
    };
    let to_root = |way: &&Way| {
        let far = way.to.0;
        let cost = costs[far].unwrap() + path_cost(way);
        (
            cost,
            id(far),
            port_id(drawing, way.to),
            port_id(drawing, way.from),
        )
    };
    let others = own_ways().filter(|way| way.to.0 != bridge);
    let best = others.min_by_key(to_root).filter(|_| bridge != root);
    let role = |port: u16| {
        if port == 0 {
            return Role::Designated; // only the station is there
        }
        let Some(way) = by_port(port) else {
            return Role::Disabled;
        };
        if best.is_some_and(|best| best.from == way.from) {
            return Role::Root;
        }
        let says = |(bridge, port): (usize, u16)| {
            let port = port_id(drawing, (bridge, port));
            (costs[bridge].unwrap(), id(bridge), port)
        };
        match says(way.from) < says(way.to) {
            true => Role::Designated,
            false if way.to.0 == bridge => Role::Backup,
            false => Role::Alternate,
        }
    };
    let ports = u16::try_from(drawing.bridges[bridge].ports.len()).unwrap();
    Expected {
        root: id(root),
        cost: costs[bridge].unwrap(),
        roles: (0..ports).map(role).collect(),
    }
}

fn port_id(drawing: &Drawing, (bridge, port): (usize, u16)) -> PortId {
    let priority = drawing.bridges[bridge].ports[usize::from(port)].priority;
    PortId(u16::from(priority) << 8 | (port + 1))
}

/// The bridges that can be reached.
fn part_of(bridge: usize, count: usize, ways: &[Way]) -> Vec<usize> {
    let mut part = vec![bridge];
    for _ in 0..count {
        for way in ways {
            if part.contains(&way.from.0) && !part.contains(&way.to.0) {
                part.push(way.to.0);
            }
        }
    }
    part
}

/// The cheapest way to the root: what each port on the way out costs.
fn costs_to(root: usize, drawing: &Drawing, ways: &[Way]) -> Vec<Option<u32>> {
    let mut costs = vec![None; drawing.bridges.len()];
    costs[root] = Some(0);
    for _ in 0..costs.len() {
        for way in ways {
            let port = usize::from(way.from.1);
            let cost = drawing.bridges[way.from.0].ports[port].path_cost;
            if let Some(far) = costs[way.to.0] {
                let own: &mut Option<u32> = &mut costs[way.from.0];
                *own = Some(own.map_or(far + cost, |own| own.min(far + cost)));
            }
        }
    }
    costs
}
