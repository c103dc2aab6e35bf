use super::*;
use crate::icmpv6::PacketTooBig;
use crate::ipv6::lab::{FAR, NEAR, NOWHERE, ROUTER, address, host, only, router, to};
use crate::ipv6::{Config, Header};
use crate::rig::Rig;
use layercake_base::{Bounce, Direction, Ici};

fn claim(destination: Ipv6Addr, length: usize, mtu: usize) -> Notice {
    Notice::TooLarge {
        source: NEAR.into(),
        destination: destination.into(),
        protocol: 17,
        identification: None,
        length,
        mtu,
    }
}

fn tell(rig: &mut Rig<Ipv6>, notice: Notice) -> Vec<Notice> {
    rig.tell(Direction::Down, notice).notices
}

/// RFC 8201 §4: told once, kept to from then on, for ten minutes.
#[test]
fn a_path_mtu_is_kept_to_until_it_is_old() {
    let mut host = host();
    let (destination, mtu) = (FAR.into(), 1300);
    let news = Notice::PathMtu { destination, mtu };
    let strict = Ici {
        dont_fragment: true,
        ..to(FAR)
    };
    assert_eq!(host.send(&[7; 1460], strict).down.len(), 1);
    let claimed = claim(FAR, 1500, mtu);
    assert_eq!(
        tell(&mut host, claimed.clone()),
        std::slice::from_ref(&news)
    );
    assert_eq!(tell(&mut host, claimed), [], "no news");
    assert_eq!(host.send(&[7; 1260], strict).down.len(), 1);
    let out = host.send(&[7; 1261], strict);
    assert_eq!((out.notices, out.discards), (vec![news], vec!["too-long"]));
    assert_eq!(host.send(&[7; 1261], to(FAR)).down.len(), 2, "in fragments");
    let probe = Ici {
        mtu_probe: true,
        ..strict
    };
    assert_eq!(host.send(&[7; 1460], probe).down.len(), 1, "RFC 8899 §3");
    assert_eq!(host.send(&[7; 1460], to(ROUTER)).down.len(), 1, "elsewhere");
    host.at_millis(600_000);
    assert_eq!(host.send(&[7; 1460], strict).down.len(), 1, "tried again");
}

/// Each rule that a claim can break: nothing is told upwards, and packets stay as large.
#[test]
fn a_path_mtu_is_believed_of_what_was_sent_only() {
    let mut host = host();
    assert_eq!(
        tell(&mut host, claim(FAR, 1500, 1300)),
        [],
        "nothing went out"
    );
    host.send(&[7; 1460], to(FAR));
    assert_eq!(tell(&mut host, claim(FAR, 1501, 1300)), [], "none as long");
    assert_eq!(
        tell(&mut host, claim(FAR, 1300, 1300)),
        [],
        "it would have fitted"
    );
    assert_eq!(tell(&mut host, claim(FAR, 1500, 1279)), [], "RFC 8201 §4");
    assert_eq!(tell(&mut host, claim(NOWHERE, 1500, 1300)), [], "elsewhere");
    host.at_millis(60_001);
    assert_eq!(tell(&mut host, claim(FAR, 1500, 1300)), [], "long ago");
    let strict = Ici {
        dont_fragment: true,
        ..to(FAR)
    };
    assert_eq!(host.send(&[7; 1460], strict).down.len(), 1);
}

/// All of it, through both layers: a router of ours cannot hand a packet on, and its sender
/// keeps to what it says.
#[test]
fn what_a_router_says_of_a_path_is_kept_to_by_the_sender() {
    let (mut host, mut icmp) = (host(), Rig::new(crate::Icmpv6::new()));
    let sent = host.send(&[7; 1460], to(FAR));
    let out = router(|_| ()).receive(only(&sent.down).octets(), Ici::NONE);
    let error = only(&out.down).octets();
    let header = Header::decode(error).unwrap();
    let ends = (header.source, header.destination);
    assert_eq!(PacketTooBig::decode(&error[40..], ends).unwrap().mtu, 1400);
    let up = host.receive(error, Ici::NONE).up.remove(0);
    let told = icmp.deliver(Direction::Up, up).notices;
    let heard: Vec<_> = told.into_iter().flat_map(|n| tell(&mut host, n)).collect();
    let (destination, mtu) = (FAR.into(), 1400);
    assert_eq!(heard[0], Notice::PathMtu { destination, mtu });
    assert!(matches!(heard[1], Notice::Undelivered { .. }));
    assert_eq!(host.send(&[7; 1460], to(FAR)).down.len(), 2);
}

#[test]
fn the_neighbour_on_the_way_to_a_host_that_answers_is_reachable() {
    let reachable = |neighbour: Ipv6Addr| Notice::Reachable {
        port: 0,
        neighbour: neighbour.into(),
    };
    let mut host = host();
    assert_eq!(tell(&mut host, reachable(FAR)), [reachable(ROUTER)]);
    let neighbour = address("fd09:1::9");
    assert_eq!(
        tell(&mut host, reachable(neighbour)),
        [reachable(neighbour)]
    );
}

/// A host whose router has said that it is there.
fn redirectable() -> Rig<Ipv6> {
    let mut host = Rig::new(Ipv6::new(Config {
        interfaces: vec![crate::ipv6::lab::interface(
            0,
            &["fd09:1::2", "fe80::2"],
            1500,
        )],
        ..Config::default()
    }));
    let notice = Notice::Router {
        port: 0,
        address: address("fe80::1").into(),
        preference: Some(0),
    };
    host.tell(Direction::Up, notice);
    host
}

fn redirect(rig: &mut Rig<Ipv6>, gateway: Ipv6Addr, reporter: &str, port: u16) {
    let notice = Notice::Redirect {
        destination: FAR.into(),
        gateway: gateway.into(),
        reporter: address(reporter).into(),
        port,
    };
    rig.tell(Direction::Up, notice);
}

fn next_hop(rig: &mut Rig<Ipv6>) -> Ipv6Addr {
    let out = rig.send(b"data", to(FAR));
    match only(&out.down).ici().next_hop {
        Some(IpAddr::V6(next_hop)) => next_hop,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_host_follows_a_redirect_of_its_first_hop() {
    let mut host = redirectable();
    let (other, third) = (address("fe80::7"), address("fe80::8"));
    redirect(&mut host, other, "fe80::1", 0);
    assert_eq!(next_hop(&mut host), other);
    // Now it is the other that may redirect: RFC 4861 §8.1.
    redirect(&mut host, third, "fe80::1", 0);
    assert_eq!(next_hop(&mut host), other);
    redirect(&mut host, third, "fe80::7", 0);
    assert_eq!(next_hop(&mut host), third);
    // RFC 4861 §8.3: the destination itself is a neighbour.
    redirect(&mut host, FAR, "fe80::8", 0);
    assert_eq!(next_hop(&mut host), FAR);
}

#[test]
fn a_host_believes_not_everybody() {
    let mut host = redirectable();
    let router = address("fe80::1");
    for (gateway, reporter, port) in [
        ("fe80::7", "fe80::7", 0),
        ("fe80::7", "fe80::1", 1),
        ("fe80::2", "fe80::1", 0),
        ("ff02::2", "fe80::1", 0),
    ] {
        redirect(&mut host, address(gateway), reporter, port);
        assert_eq!(
            next_hop(&mut host),
            router,
            "{gateway} by {reporter} at {port}"
        );
    }
}

#[test]
fn a_redirect_to_one_that_does_not_answer_is_forgotten() {
    let mut host = redirectable();
    redirect(&mut host, address("fe80::7"), "fe80::1", 0);
    let mut pdu = host.send(b"data", to(FAR)).down.remove(0);
    pdu.set_ici(|ici| ici.bounce = Some(Bounce::NoNeighbour));
    host.deliver(Direction::Up, pdu);
    assert_eq!(next_hop(&mut host), address("fe80::1"));
}

fn router_at(rig: &mut Rig<Ipv6>, port: u16, router: &str, preference: Option<i8>) {
    let notice = Notice::Router {
        port,
        address: address(router).into(),
        preference,
    };
    rig.tell(Direction::Up, notice);
}

/// RFC 4861 §6.3.5 and §7.2.5: what went by a router that is none any more looks for a way anew.
#[test]
fn a_redirect_ends_with_its_router() {
    let mut host = redirectable();
    redirect(&mut host, address("fe80::7"), "fe80::1", 0);
    router_at(&mut host, 0, "fe80::7", Some(-1));
    assert_eq!(next_hop(&mut host), address("fe80::7"));
    router_at(&mut host, 0, "fe80::7", None);
    assert_eq!(next_hop(&mut host), address("fe80::1"));
}

/// RFC 4007 §6: the same link-local address is another neighbour's on another link.
#[test]
fn a_redirect_counts_on_the_link_where_it_was_heard() {
    let interfaces = [(0, "fd09:1::2"), (1, "fd09:2::9")]
        .map(|(port, own)| crate::ipv6::lab::interface(port, &[own], 1500));
    let mut host = Rig::new(Ipv6::new(Config {
        interfaces: interfaces.to_vec(),
        ..Config::default()
    }));
    let way = |host: &mut Rig<Ipv6>| {
        let out = host.send(b"data", to(NOWHERE));
        let ici = *only(&out.down).ici();
        (ici.port, ici.next_hop)
    };
    router_at(&mut host, 0, "fe80::1", Some(1));
    router_at(&mut host, 1, "fe80::2", Some(0));
    let notice = Notice::Redirect {
        destination: NOWHERE.into(),
        gateway: address("fe80::7").into(),
        reporter: address("fe80::1").into(),
        port: 0,
    };
    host.tell(Direction::Up, notice);
    assert_eq!(way(&mut host), (0, Some(address("fe80::7").into())));
    router_at(&mut host, 0, "fe80::1", None);
    assert_eq!(way(&mut host), (1, Some(address("fe80::2").into())));
}

/// RFC 4861 §6.3.4: prefixes that routers advertise come and go; what was written down by hand is no
/// router's to take away.
#[test]
fn a_network_of_the_configuration_outlives_its_advertisement() {
    let mut host = redirectable();
    for (network, stays) in [("fd09:1::", true), ("fd09:7::", false)] {
        let mut is_near = |present| {
            let notice = Notice::OnLink {
                port: 0,
                network: address(network).into(),
                prefix_len: 64,
                present,
            };
            host.tell(Direction::Up, notice);
            let there = address(network).into();
            host.layer.table.choose(there, || 0).is_some()
        };
        assert_eq!([true, true].map(&mut is_near), [true; 2]);
        assert_eq!([false, false].map(&mut is_near), [stays; 2], "{network}");
    }
}
