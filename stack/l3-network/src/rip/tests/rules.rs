//! What a router believes, from whom, and how much.

use core::net::IpAddr;

use layercake_base::{Ici, Rng};
use proptest::prelude::*;

use super::lab::{Lab, Manners, USUAL};
use crate::rip::routes::Routes;
use crate::rip::*;

/// One router with port 0 on 10.0.0.1/16 and port 1 on 10.1.0.1/16.
fn router(version: Version) -> Lab {
    let mut lab = Lab::new(Manners { version, ..USUAL }, 1, &[(0, 0), (0, 0)]);
    lab.run(10);
    lab
}

fn route(prefix: &str, metric: u8) -> Entry {
    Entry::Route(Route {
        prefix: prefix.parse().unwrap(),
        tag: 0,
        next_hop: None,
        metric,
    })
}

fn message(version: Version, entries: &[Entry]) -> Vec<u8> {
    let mut octets = vec![0; HEADER + ENTRY * entries.len()];
    encode(version, Command::Response, entries, &mut octets).unwrap();
    octets
}

fn from(source: &str, source_port: u16) -> Ici {
    let version = match source.contains(':') {
        true => Version::Ng,
        false => Version::V2,
    };
    Ici {
        source: source.parse().ok(),
        destination: Some(version.group()),
        source_port,
        destination_port: version.port(),
        hops: Some(255),
        ..Ici::NONE
    }
}

fn discards(lab: &Lab) -> Vec<(&'static str, &'static str, u64)> {
    lab.worlds[0].discards.iter().collect()
}

#[test]
fn only_a_neighbours_routing_process_is_believed() {
    let octets = message(Version::V2, &[route("192.0.2.0/24", 1)]);
    let (good, port) = (from("10.0.0.7", 520), 9);
    for bad in [
        from("10.0.0.7", 521),
        from("10.1.0.7", 520),
        from("10.0.0.1", 520),
        Ici { port, ..good },
    ] {
        let mut lab = router(Version::V2);
        lab.hear(0, &octets, bad);
        assert_eq!(
            (lab.learned(0).len(), discards(&lab).len()),
            (0, 1),
            "{bad:?}"
        );
    }
    let mut lab = router(Version::V2);
    lab.hear(0, &octets, good);
    assert_eq!(lab.learned(0), ["192.0.2.0/24 via 10.0.0.7 metric 2"]);
}

/// RFC 2080 §2.4.2: link-local, and from this link.
#[test]
fn ripng_believes_only_what_comes_from_the_link() {
    let octets = message(Version::Ng, &[route("2001:db8::/32", 1)]);
    for (source, hops, learned) in [
        ("fe80::7", 255, 1),
        ("fe80::7", 254, 0),
        ("fd00::7", 255, 0),
    ] {
        let mut lab = router(Version::Ng);
        let ici = Ici {
            hops: Some(hops),
            ..from(source, 521)
        };
        lab.hear(0, &octets, ici);
        assert_eq!(lab.learned(0).len(), learned, "{source} {hops}");
    }
}

/// RFC 2453 §4.4; a next hop beyond the link would be a way into nowhere.
#[test]
fn a_next_hop_counts_when_it_is_a_neighbour() {
    for (next_hop, via) in [([10, 0, 0, 9], "10.0.0.9"), ([10, 7, 0, 9], "10.0.0.7")] {
        let Entry::Route(plain) = route("192.0.2.0/24", 3) else {
            unreachable!()
        };
        let next_hop = Some(IpAddr::from(next_hop));
        let octets = message(Version::V2, &[Entry::Route(Route { next_hop, ..plain })]);
        let mut lab = router(Version::V2);
        lab.hear(0, &octets, from("10.0.0.7", 520));
        assert_eq!(lab.learned(0), [format!("192.0.2.0/24 via {via} metric 4")]);
    }
}

/// RFC 2453 §3.9.2, case by case: `(neighbour, metric)` told one after the other, and the route
/// then.
#[test]
fn entries_are_taken_by_the_rules() {
    let none: Option<(u8, u8)> = None;
    for (told, then) in [
        (&[(7, 16)][..], none),
        (&[(7, 1)], Some((7, 2))),
        (&[(7, 1), (8, 1)], Some((7, 2))),
        (&[(7, 2), (8, 1)], Some((8, 2))),
        (&[(7, 1), (7, 5)], Some((7, 6))),
        (&[(7, 1), (8, 16)], Some((7, 2))),
        (&[(7, 1), (7, 16)], None),
        (&[(7, 1), (7, 15)], None),
        (&[(7, 1), (7, 16), (8, 9)], Some((8, 10))),
        (&[(7, 1), (7, 16), (7, 3)], Some((7, 4))),
    ] {
        let mut lab = router(Version::V2);
        for (neighbour, metric) in told {
            let octets = message(Version::V2, &[route("192.0.2.0/24", *metric)]);
            lab.hear(0, &octets, from(&format!("10.0.0.{neighbour}"), 520));
        }
        let expected: Vec<_> = then
            .map(|(via, metric)| format!("192.0.2.0/24 via 10.0.0.{via} metric {metric}"))
            .into_iter()
            .collect();
        assert_eq!(lab.learned(0), expected, "{told:?}");
    }
}

/// The heuristic at the end of RFC 2453 §3.9.2.
#[test]
fn a_route_as_short_is_taken_when_the_old_one_is_doubtful() {
    let mut lab = router(Version::V2);
    let octets = message(Version::V2, &[route("192.0.2.0/24", 1)]);
    lab.hear(0, &octets, from("10.0.0.7", 520));
    lab.run(80);
    lab.hear(0, &octets, from("10.0.0.8", 520));
    assert_eq!(lab.learned(0), ["192.0.2.0/24 via 10.0.0.7 metric 2"]);
    lab.run(20);
    lab.hear(0, &octets, from("10.0.0.8", 520));
    assert_eq!(lab.learned(0), ["192.0.2.0/24 via 10.0.0.8 metric 2"]);
}

#[test]
fn a_network_of_our_own_is_nobodys_to_tell() {
    let mut lab = router(Version::V2);
    let octets = message(Version::V2, &[route("10.1.0.0/16", 1)]);
    lab.hear(0, &octets, from("10.0.0.7", 520));
    assert_eq!((lab.metric(0, 1), lab.learned(0).len()), (1, 0));
}

#[test]
fn other_ports_belong_to_other_users() {
    let mut lab = router(Version::V2);
    let ici = Ici {
        destination_port: 7,
        ..from("10.0.0.7", 520)
    };
    assert_eq!(lab.hear(0, b"hello", ici), 1);
}

#[test]
fn the_table_does_not_grow_beyond_its_bound() {
    let mut lab = router(Version::V2);
    let mut rng = Rng::seeded(1);
    for _ in 0..Routes::MOST / 25 + 200 {
        let entries: Vec<_> = (0..25)
            .map(|_| {
                let [_, _, _, _, _, b, c, d] = rng.next_u64().to_be_bytes();
                route(&format!("20.{b}.{c}.{d}/32"), 3)
            })
            .collect();
        lab.hear(0, &message(Version::V2, &entries), from("10.0.0.7", 520));
    }
    assert_eq!(lab.routers[0].routes.after(None).count(), Routes::MOST);
    assert!(discards(&lab).iter().any(|(_, kind, _)| *kind == "full"));
}

proptest! {
    #[test]
    fn hostile_messages_never_panic(
        version in prop_oneof![Just(Version::V2), Just(Version::Ng)],
        messages in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..200), 1..8),
        command in 1..=2_u8,
    ) {
        let mut lab = router(version);
        let source = if version == Version::V2 { "10.0.0.7" } else { "fe80::7" };
        for mut octets in messages {
            if let [first, second, ..] = &mut octets[..] {
                (*first, *second) = (command, version.number());
            }
            octets.resize(4 + octets.len().saturating_sub(4).next_multiple_of(20), 0);
            lab.hear(0, &octets, from(source, version.port()));
            lab.run(7);
        }
        lab.run(400);
        prop_assert_eq!(lab.learned(0).len(), 0);
        prop_assert_eq!(lab.worlds[0].pool.in_use(), 0);
    }
}
