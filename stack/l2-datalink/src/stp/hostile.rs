//! Whatever bridges say, and whenever links come and go, a machine stays sound: it does not
//! panic, what it says is bounded, and its ports hold no role that contradicts another.

use layercake_base::Mac;
use proptest::prelude::*;

use super::bench::Bench;
use super::bpdu::Bpdu;
use super::*;

#[derive(Clone, Debug)]
enum Event {
    Wait(u64),
    Link(u16, bool),
    Hear(u16, Vec<u8>),
}

/// Octets that are often a BPDU: of few bridges, so that they say related things.
fn octets() -> impl Strategy<Value = Vec<u8>> {
    let kind = prop::sample::select(vec![0_u8, 2, 0x80]);
    let vector = (0..10_u8, 0..3_u8, 0..10_u8, 0..4_u8);
    let times = (0..6_u8, 0..22_u8, 0..4_u8, 0..20_u8);
    (kind, any::<u8>(), vector, times).prop_map(|(kind, flags, vector, times)| {
        let (root, cost, from, port) = vector;
        let mut octets = vec![0, 0, kind, kind, flags];
        octets.extend([root << 4, 0, 2, 0, 0, 0, 0, root]);
        octets.extend([0, 0, 0, cost]);
        octets.extend([from << 4, 0, 2, 0, 0, 0, 0, from]);
        octets.extend([0x80, port]);
        octets.extend([times.0, 0, times.1, 0, times.2, 0, times.3, 0, 0]);
        octets
    })
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        1 => (0..8000_u64).prop_map(Event::Wait),
        1 => (0..3_u16, any::<bool>()).prop_map(|(port, up)| Event::Link(port, up)),
        4 => (0..3_u16, octets()).prop_map(|(port, octets)| Event::Hear(port, octets)),
    ]
}

/// At most one root port, and it is the one that is told; no root port at a root.
fn assert_sound(status: &Status) {
    let roots: Vec<u16> = (0..)
        .zip(&status.ports)
        .filter(|(_, port)| port.role == Role::Root)
        .map(|(number, _)| number)
        .collect();
    assert_eq!(roots, Vec::from_iter(status.root_port), "{status}");
    assert_eq!(roots.is_empty(), status.root == status.bridge, "{status}");
    for port in &status.ports {
        let held_back = matches!(port.role, Role::Alternate | Role::Backup);
        assert!(!held_back || !port.state.learns(), "{status}");
        let off = port.role == Role::Disabled;
        assert_eq!(off, port.state == PortState::Disabled, "{status}");
    }
}

fn survives(version: Version, events: Vec<Event>) {
    let mut bench = Bench::new(version);
    bench.machine = machine(&Settings::new(version, Mac::local(5), 2));
    bench.machine.tick(bench.now);
    for event in events {
        match event {
            Event::Wait(millis) => bench.wait(millis),
            Event::Link(port, up) => bench.link(port, up),
            Event::Hear(port, octets) => {
                if let Ok(bpdu) = Bpdu::decode(&octets) {
                    bench.hear(port, bpdu);
                }
            }
        }
        assert_sound(&bench.status());
        let said = bench.orders().len();
        assert!(said <= 100, "{said} orders at once");
    }
    // Left alone it becomes the root, says so, and opens every port that has a link.
    bench.wait(60_000);
    bench.orders();
    bench.wait(4_000);
    let status = bench.status();
    assert_eq!(status.root, status.bridge);
    let up = status.ports.iter().any(|port| port.role != Role::Disabled);
    assert_eq!(!bench.orders().is_empty(), up);
    for port in &status.ports {
        let open = port.state == PortState::Forwarding;
        assert_eq!(open, port.role != Role::Disabled, "{status}");
    }
}

proptest! {
    #[test]
    fn stp_survives_whatever_is_said(events in proptest::collection::vec(event(), 1..60)) {
        survives(Version::Stp, events);
    }

    #[test]
    fn rstp_survives_whatever_is_said(events in proptest::collection::vec(event(), 1..60)) {
        survives(Version::Rstp, events);
    }
}
