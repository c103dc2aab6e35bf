//! Bridges in rings and meshes find one tree, and another one when a wire is cut, in virtual
//! time; compared with a naive model of what they should find.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a panic is a failed test"
)]

mod mesh;

use core::time::Duration;

use layercake_datalink::stp::{PortState, Role, Times, Version};
use mesh::{Drawing, Mesh};
use proptest::prelude::*;

/// Listening and learning, 15 s each, and what BPDUs take. IEEE 802.1D-1998 table 8-3.
const STP_STARTS: u64 = 31;
/// Max Age until a failure is noticed by silence, then listening and learning.
const STP_HEALS: u64 = 20 + 2 * 15 + 2;
/// Until an RSTP bridge takes the port of a station for an edge, and a Hello Time.
const EDGES_OPEN: u64 = 5;

/// Every port of the tree forwards, and no other one.
fn is_open(mesh: &Mesh, bridge: usize) -> bool {
    mesh.status(bridge).ports.iter().all(|port| {
        let open = matches!(port.role, Role::Root | Role::Designated);
        port.state.forwards() == open
    })
}

#[test]
fn a_ring_of_stp_bridges_opens_all_wires_but_one() {
    let mut mesh = Drawing::ring(Version::Stp, 4).build();
    mesh.seconds(STP_STARTS);
    mesh.assert_as_model(&[true; 4]);
    mesh.assert_one_tree();
    let blocked = |bridge| mesh.port(bridge, 2).state == PortState::Blocking;
    let count = (0..4).filter(|bridge| {
        blocked(*bridge) || mesh.port(*bridge, 1).state == PortState::Blocking
    });
    assert_eq!(count.count(), 1);
}

#[test]
fn stp_waits_twice_the_forward_delay_and_rstp_milliseconds() {
    let opens = |version| {
        let mut mesh = Drawing::ring(version, 6).build();
        // Between bridges only: the ports of stations take a while to know that they are edges.
        let between = |mesh: &Mesh, bridge| {
            let ports = mesh.status(bridge).ports;
            ports[1..].iter().all(|port| {
                let open = matches!(port.role, Role::Root | Role::Designated);
                port.state.forwards() == open
            })
        };
        let step = Duration::from_millis(1);
        mesh.run(step);
        let mut waited = step;
        while !(0..6).all(|bridge| between(&mesh, bridge)) {
            mesh.run(step);
            waited += step;
        }
        mesh.assert_as_model(&[true; 6]);
        waited
    };
    assert!(opens(Version::Rstp) <= Duration::from_millis(5));
    let stp = opens(Version::Stp);
    assert!((30_000..=33_000).contains(&stp.as_millis()), "{stp:?}");
}

/// The wire that the root loses is noticed at once, and the other side of the ring takes over.
#[test]
fn a_cut_ring_of_stp_bridges_heals_within_max_age_and_twice_the_forward_delay() {
    for wire in 0..5 {
        let mut mesh = Drawing::ring(Version::Stp, 5).build();
        mesh.seconds(STP_STARTS);
        let mut up = [true; 5];
        up[wire] = false;
        mesh.set_wire(wire, false);
        mesh.seconds(STP_HEALS);
        mesh.assert_as_model(&up);
        mesh.assert_one_tree();
        mesh.set_wire(wire, true);
        mesh.seconds(STP_HEALS);
        mesh.assert_as_model(&[true; 5]);
        mesh.assert_one_tree();
    }
}

#[test]
fn a_cut_ring_of_rstp_bridges_heals_in_milliseconds() {
    for wire in 0..6 {
        let mut mesh = Drawing::ring(Version::Rstp, 6).build();
        mesh.seconds(EDGES_OPEN);
        let mut up = [true; 6];
        up[wire] = false;
        mesh.set_wire(wire, false);
        mesh.run(Duration::from_millis(5));
        mesh.assert_as_model(&up);
        assert!((0..6).all(|bridge| is_open(&mesh, bridge)), "wire {wire}");
        mesh.assert_one_tree();
        mesh.set_wire(wire, true);
        mesh.seconds(EDGES_OPEN);
        mesh.assert_as_model(&[true; 6]);
        mesh.assert_one_tree();
    }
}

/// What was learnt on the old way is forgotten, or the answer would go astray for 300 s.
#[test]
fn stations_are_found_again_after_a_change() {
    for (version, starts, heals) in [
        (Version::Stp, STP_STARTS, STP_HEALS),
        (Version::Rstp, EDGES_OPEN, 1),
    ] {
        let mut mesh = Drawing::ring(version, 4).build();
        mesh.seconds(starts);
        mesh.unicast(1, 0);
        assert_eq!(mesh.unicast(0, 1), [1]);
        mesh.set_wire(0, false);
        mesh.seconds(heals);
        // Stations talk while the topology changes: STP forgets after the Forward Delay.
        for _ in 0..16 {
            mesh.unicast(1, 0);
        }
        assert!(mesh.unicast(0, 1).contains(&1), "{version:?}");
        assert_eq!(mesh.unicast(1, 0), [0], "learnt anew");
    }
}

/// Each bridge begins with a Forward Delay of its own, 15 s, and goes on with that of the root.
#[test]
fn the_root_sets_the_times_of_all() {
    let mut drawing = Drawing::ring(Version::Stp, 3);
    drawing.bridges[0].times = Times::seconds(1, 6, 4).unwrap();
    let mut mesh = drawing.build();
    mesh.seconds(15 + 4 + 1);
    mesh.assert_as_model(&[true; 3]);
    mesh.assert_one_tree();
}

#[test]
fn an_rstp_bridge_speaks_stp_where_it_hears_it_and_rapidly_elsewhere() {
    // 0 and 1 speak RSTP, 2 speaks STP.
    let mut drawing = Drawing::ring(Version::Rstp, 3);
    drawing.bridges[2].version = Version::Stp;
    for settings in &mut drawing.bridges {
        for port in &mut settings.ports {
            port.path_cost = 10;
        }
    }
    let mut mesh = drawing.build();
    mesh.run(Duration::from_millis(5));
    assert!(mesh.port(0, 1).state.forwards(), "between 0 and 1");
    mesh.seconds(20 + 2 * 15 + 2);
    mesh.assert_as_model(&[true; 3]);
    mesh.assert_one_tree();
    mesh.set_wire(2, false);
    mesh.seconds(STP_HEALS);
    mesh.assert_as_model(&[true, true, false]);
    mesh.assert_one_tree();
}

/// Bridges and wires at random: wires beside each other and from a bridge to itself too.
fn drawing(versions: Vec<Version>) -> impl Strategy<Value = (Drawing, Vec<bool>)> {
    let bridges = 2..=6_usize;
    bridges
        .prop_flat_map(move |count| {
            let wires = proptest::collection::vec((0..count, 0..count), 1..10);
            let version = prop::sample::select(versions.clone());
            let priority = prop::sample::select(vec![0_u16, 0x1000, 0x8000]);
            let bridges = proptest::collection::vec((version, priority), count);
            let cost = prop::sample::select(vec![1_u32, 4, 4, 19]);
            let priority = prop::sample::select(vec![0_u8, 128, 128]);
            let ports = proptest::collection::vec((cost, priority), 30);
            let up = proptest::collection::vec(any::<bool>(), 10);
            (wires, bridges, ports, up)
        })
        .prop_map(|(wires, bridges, ports, mut up)| {
            let count = u16::try_from(bridges.len()).unwrap();
            let mut drawing = Drawing::new(Version::Stp, count, &wires);
            let mut ports = ports.into_iter().cycle();
            for (settings, (version, priority)) in drawing.bridges.iter_mut().zip(bridges)
            {
                (settings.version, settings.priority) = (version, priority);
                for port in &mut settings.ports {
                    (port.path_cost, port.priority) = ports.next().unwrap();
                }
            }
            up.truncate(wires.len());
            (drawing, up)
        })
}

/// Starts, compares, cuts some wires, compares, joins them again, compares.
fn finds_the_trees_of_the_model(drawing: &Drawing, up: &[bool], patience: u64) {
    let mut mesh = drawing.build();
    let all = vec![true; up.len()];
    for wires in [&all[..], up, &all[..]] {
        for (wire, up) in wires.iter().enumerate() {
            mesh.set_wire(wire, *up);
        }
        mesh.seconds(patience);
        mesh.assert_as_model(wires);
        assert!((0..drawing.bridges.len()).all(|bridge| is_open(&mesh, bridge)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn stp_finds_the_tree_of_the_model((drawing, up) in drawing(vec![Version::Stp])) {
        finds_the_trees_of_the_model(&drawing, &up, STP_HEALS + 20);
    }

    #[test]
    fn rstp_finds_the_tree_of_the_model((drawing, up) in drawing(vec![Version::Rstp])) {
        finds_the_trees_of_the_model(&drawing, &up, 60);
    }

    #[test]
    fn both_together_find_the_tree_of_the_model(
        (drawing, up) in drawing(vec![Version::Stp, Version::Rstp])
    ) {
        finds_the_trees_of_the_model(&drawing, &up, 90);
    }
}
