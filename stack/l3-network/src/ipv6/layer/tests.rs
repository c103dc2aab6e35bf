use super::*;
use crate::icmpv6::PacketTooBig;
use crate::ipv6::Scope;
use crate::ipv6::lab::{
    BEYOND, FAR, NEAR, NOWHERE, ROUTER, address, host, only, packet, router, to,
};
use crate::rig::Rig;
use core::net::IpAddr;
use layercake_base::{AddressState, Bounce, ChecksumState, Ici};

fn header_of(pdu: &Pdu) -> Header {
    Header::decode(pdu.octets()).unwrap()
}

#[test]
fn what_the_user_leaves_open_is_chosen() {
    let mut host = host();
    let mut read = |ici| header_of(only(&host.send(b"data", ici).down));
    let (first, second) = (read(to(FAR)), read(to(FAR)));
    assert_eq!((first.source, first.destination), (NEAR, FAR));
    assert_eq!((first.hop_limit, first.payload_length), (64, 4));
    assert_eq!(first, second);
}

#[test]
fn what_the_user_says_is_written() {
    let ici = Ici {
        source: Some(address("fd09:1::77").into()),
        hops: Some(3),
        class: 0xb8,
        flow_label: 0x12345,
        ..to(FAR)
    };
    let out = host().send(b"data", ici);
    let expected = Header {
        traffic_class: 0xb8,
        flow_label: 0x12345,
        payload_length: 4,
        next_header: Protocol::UDP,
        hop_limit: 3,
        source: address("fd09:1::77"),
        destination: FAR,
    };
    assert_eq!(header_of(only(&out.down)), expected);
}

/// RFC 6437 §3: the same for a flow, another for another, and not to be foreseen.
#[test]
fn a_flow_has_a_label_of_its_own() {
    let mut host = host();
    let mut label = |ports: [u8; 4], next| {
        let data = [&ports[..], &[0; 8]].concat();
        let out = host.send(&data, Ici { next, ..to(FAR) });
        header_of(only(&out.down)).flow_label
    };
    let mut all: Vec<_> = (0..100).map(|n| label([1, n, 0, 53], 17)).collect();
    assert_eq!(label([1, 0, 0, 53], 17), all[0]);
    all.push(label([1, 0, 0, 53], 6));
    all.sort_unstable();
    all.dedup();
    assert!(all.len() >= 99 && !all.contains(&0), "{}", all.len());
    let mut other = crate::ipv6::lab::host();
    other.world.rng = layercake_base::Rng::seeded(7);
    let out = other.send(&[1, 0, 0, 53, 0, 0, 0, 0, 0, 0, 0, 0], to(FAR));
    assert!(
        !all.contains(&header_of(only(&out.down)).flow_label),
        "1 in 10000"
    );
}

#[test]
fn the_layer_below_hears_next_hop_protocol_attachment_and_ends() {
    let mut router = router(|_| ());
    let out = router.send(b"data", to(FAR));
    let ici = only(&out.down).ici();
    assert_eq!((ici.next_hop, ici.port), (Some(FAR.into()), 1));
    assert_eq!(
        (ici.source, ici.destination),
        (Some(BEYOND.into()), Some(FAR.into()))
    );
    assert_eq!(ici.next, 0x86dd);
    let out = host().send(b"data", to(FAR));
    assert_eq!(only(&out.down).ici().next_hop, Some(ROUTER.into()));
}

/// RFC 4007 §6: the attachment says which link is meant.
#[test]
fn a_link_local_address_and_a_group_are_where_the_user_says() {
    for destination in ["fe80::9", "ff02::9", "ff0e::9"].map(address) {
        for port in [0, 1] {
            let ici = Ici {
                port,
                ..to(destination)
            };
            let out = router(|_| ()).send(b"data", ici);
            let ici = only(&out.down).ici();
            assert_eq!((ici.next_hop, ici.port), (Some(destination.into()), port));
            let source = header_of(&out.down[0]).source;
            match Scope::of(destination) {
                Scope::LINK => assert_eq!(source, address("fe80::1")),
                _ => assert_eq!(source, [ROUTER, BEYOND][usize::from(port)]),
            }
        }
    }
}

#[test]
fn a_packet_to_oneself_comes_up_again() {
    for destination in [NEAR, Ipv6Addr::LOCALHOST, address("fe80::2")] {
        let out = host().send(b"data", to(destination));
        let pdu = only(&out.up);
        assert_eq!(pdu.octets(), b"data");
        assert_eq!(pdu.ici().source, Some(destination.into()));
        assert!(out.down.is_empty());
    }
}

/// RFC 4291 §2.5.2, §2.5.3, §2.7.
#[test]
fn a_source_that_is_no_host_does_not_leave_the_node() {
    for source in ["::1", "::", "ff02::1", "::ffff:10.9.1.2"] {
        let ici = |destination| Ici {
            source: Some(address(source).into()),
            ..to(destination)
        };
        let out = host().send(b"data", ici(FAR));
        let text = format!("Source Address = {source} must not leave this node");
        assert_eq!((out.told, out.up.len(), out.down.len()), (vec![text], 0, 0));
        let out = host().send(b"data", ici(NEAR));
        assert_eq!(only(&out.up).octets(), b"data", "within the node");
    }
    let nobody = Ici {
        source: Some(Ipv6Addr::UNSPECIFIED.into()),
        ..to(address("ff02::1"))
    };
    assert_eq!(host().send(b"data", nobody).down.len(), 1);
}

#[test]
fn a_group_within_the_node_does_not_leave_it() {
    let out = host().send(b"data", to(address("ff01::1")));
    assert_eq!((out.up.len(), out.down.len()), (1, 0));
    let out = host().send(b"data", to(address("ff01::9")));
    let text = "Destination Address = ff01::9 must not leave this node";
    assert_eq!(out.told, [text]);
}

#[test]
fn a_checksum_that_is_owed_is_settled_with_the_source_that_was_chosen() {
    let data = [0, 7, 0, 9, 0, 8, 0, 0];
    let sum = layercake_base::checksum::Sum::default()
        .word(8)
        .word(17)
        .octets(&data);
    let mut owed = data;
    owed[6..].copy_from_slice(&sum.owed());
    let ici = Ici {
        checksum: ChecksumState::Owed { at: 6 },
        ..to(FAR)
    };
    let out = host().send(&owed, ici);
    let packet = only(&out.down).octets();
    let header = etherparse::UdpHeader::from_slice(&packet[40..]).unwrap().0;
    let [source, destination] = [NEAR, FAR].map(|end| end.octets());
    let right = header.calc_checksum_ipv6_raw(source, destination, &[]);
    assert_eq!(header.checksum, right.unwrap());
}

#[test]
fn a_hop_limit_of_zero_stands_for_the_recommended_one() {
    for (own, sent) in [(0, 64), (1, 1), (255, 255)] {
        let mut router = router(|config| config.default_hop_limit = own);
        let out = router.send(b"data", to(FAR));
        assert_eq!(header_of(only(&out.down)).hop_limit, sent);
    }
}

#[test]
fn what_does_not_fit_and_must_not_be_cut_is_refused_and_the_path_mtu_told() {
    let mut router = router(|_| ());
    let ici = Ici {
        dont_fragment: true,
        ..to(FAR)
    };
    assert_eq!(router.send(&[7; 1360], ici).down.len(), 1);
    let out = router.send(&[7; 1361], ici);
    assert_eq!(out.discards, ["too-long"]);
    let (destination, mtu) = (FAR.into(), 1400);
    assert_eq!(out.notices, [Notice::PathMtu { destination, mtu }]);
    let ends = (BEYOND, BEYOND);
    let error = PacketTooBig::decode(only(&out.up).octets(), ends).unwrap();
    assert_eq!(error.mtu, 1400);
    let out = router.send(&[7; 1361], to(FAR));
    assert_eq!((out.down.len(), out.notices), (2, vec![]), "cut in two");
}

#[test]
fn a_request_that_makes_no_sense_is_refused() {
    for (ici, reason) in [
        (Ici::NONE, "no-way"),
        (to(Ipv6Addr::UNSPECIFIED), "illegal"),
        (to(address("::ffff:10.0.0.1")), "illegal"),
        (
            Ici {
                destination: Some([10, 9, 1, 1].into()),
                ..Ici::NONE
            },
            "no-way",
        ),
        (
            Ici {
                hops: Some(0),
                ..to(FAR)
            },
            "illegal",
        ),
        (
            Ici {
                next: 0x86dd,
                ..to(FAR)
            },
            "unhandled",
        ),
    ] {
        assert_eq!(host().send(b"data", ici).discards, [reason]);
    }
}

#[test]
fn padding_of_the_link_does_not_come_up() {
    let mut octets = packet(Protocol::UDP, b"data", |h| h.destination = ROUTER);
    octets.resize(60, 0);
    let out = router(|_| ()).receive(&octets, Ici::NONE);
    let pdu = only(&out.up);
    assert_eq!(pdu.octets(), b"data");
    assert_eq!(pdu.ici().network_header, 40);
}

fn tell(rig: &mut Rig<Ipv6>, notice: Notice) {
    let out = rig.tell(Direction::Up, notice.clone());
    assert_eq!(out.notices, [notice], "transports hear it too");
}

/// A host that knows nothing but what neighbour discovery tells it.
#[test]
fn addresses_networks_and_routers_come_from_below() {
    let mut host = Rig::new(Ipv6::new(Config {
        interfaces: vec![crate::ipv6::lab::interface(0, &[], 1500)],
        ..Config::default()
    }));
    let sent = |host: &mut Rig<Ipv6>, destination| {
        let out = host.send(b"data", to(destination));
        let pdu = out.down.first()?;
        let header = Header::decode(pdu.octets()).unwrap();
        Some((header.source, pdu.ici().next_hop?, header.hop_limit))
    };
    assert_eq!(sent(&mut host, FAR), None);
    let own: IpAddr = NEAR.into();
    let neighbour = address("fd09:1::9");
    let (port, router) = (0, address("fe80::1"));
    let address = |state| Notice::Address {
        port,
        address: own,
        prefix_len: 64,
        state,
    };
    tell(&mut host, address(AddressState::Preferred));
    let router = |preference| Notice::Router {
        port,
        address: router.into(),
        preference,
    };
    tell(&mut host, router(Some(0)));
    let by_router = Some((NEAR, crate::ipv6::lab::address("fe80::1").into(), 64));
    assert_eq!(sent(&mut host, FAR), by_router);
    // RFC 5942 §4: an address does not say that its network is on the link.
    assert_eq!(sent(&mut host, neighbour), by_router);
    let on_link = |present| Notice::OnLink {
        port,
        network: crate::ipv6::lab::address("fd09:1::").into(),
        prefix_len: 64,
        present,
    };
    tell(&mut host, on_link(true));
    let direct = Some((NEAR, neighbour.into(), 64));
    assert_eq!(sent(&mut host, neighbour), direct);
    tell(
        &mut host,
        Notice::LinkParameters {
            port,
            mtu: Some(1300),
            hop_limit: Some(9),
        },
    );
    assert_eq!(sent(&mut host, neighbour).unwrap().2, 9);
    assert_eq!(host.layer.interfaces()[0].mtu, 1300);
    assert_eq!(host.layer.interfaces()[0].addresses, [(NEAR, 64)]);
    tell(&mut host, on_link(false));
    tell(&mut host, router(None));
    assert_eq!(sent(&mut host, neighbour), None);
    tell(&mut host, address(AddressState::Gone));
    assert!(host.layer.interfaces()[0].addresses.is_empty());
}

#[test]
fn a_router_that_does_not_answer_is_passed_over() {
    let mut host = host();
    host.layer.table().remove(&Route {
        prefix: "::/0".parse().unwrap(),
        next_hop: Some(ROUTER.into()),
        port: 0,
        metric: 0,
    });
    for last in ["fe80::a", "fe80::b"] {
        let notice = Notice::Router {
            port: 0,
            address: address(last).into(),
            preference: Some(0),
        };
        tell(&mut host, notice);
    }
    let mut pdu = host.send(b"data", to(NOWHERE)).down.remove(0);
    assert_eq!(pdu.ici().next_hop, Some(address("fe80::a").into()));
    pdu.set_ici(|ici| ici.bounce = Some(Bounce::NoNeighbour));
    host.deliver(Direction::Up, pdu);
    let out = host.send(b"data", to(NOWHERE));
    assert_eq!(
        only(&out.down).ici().next_hop,
        Some(address("fe80::b").into())
    );
}

/// RFC 4443 §4.2: an answer to a question to a group comes from the attachment where it came in,
/// even where the way back leads out by another.
#[test]
fn an_answer_to_a_question_to_a_group_comes_from_where_it_came_in() {
    for (port, source) in [(0, ROUTER), (1, BEYOND)] {
        let ici = Ici {
            group: true,
            port,
            ..to(FAR)
        };
        let out = router(|_| ()).send(b"data", ici);
        let pdu = only(&out.down);
        assert_eq!(header_of(pdu).source, source);
        assert_eq!((pdu.ici().port, pdu.ici().group), (1, false));
    }
}

/// What is larger than the largest MTU is refused here, so the link need not carry it.
#[test]
fn the_largest_mtu_is_what_the_link_must_carry() {
    let spec = router(|_| ()).layer.spec();
    assert_eq!((spec.largest_body, spec.largest_pdu), (65_535, 1500));
}

proptest::proptest! {
    /// Forwarded, delivered, answered or dropped, whatever the header says: one packet in, at
    /// most one out, and no discard without a reason.
    #[test]
    fn no_packet_is_multiplied(
        next_header: u8, hop_limit: u8, ends: [[u8; 16]; 2], from in 0..4_usize, to in 0..6_usize,
        group: bool, data in proptest::collection::vec(proptest::num::u8::ANY, 0..60),
    ) {
        let [source, destination] = ends.map(Ipv6Addr::from);
        let octets = packet(Protocol(next_header), &data, |h| {
            h.hop_limit = hop_limit;
            h.source = [NEAR, source, address("fe80::2"), Ipv6Addr::UNSPECIFIED][from];
            let all = address("ff02::1");
            h.destination = [FAR, ROUTER, all, destination, NOWHERE, address("fe80::1")][to];
        });
        let out = router(|_| ()).receive(&octets, Ici { group, ..Ici::NONE });
        let many = out.up.len() + out.down.len();
        proptest::prop_assert!(many <= 1, "{out:?}");
        let waits = next_header == 44;
        // The message about it may find no way back, which is another discard.
        let gone = (1..=2).contains(&out.discards.len());
        proptest::prop_assert!(many == 1 || waits || gone, "{out:?}");
    }

    #[test]
    fn no_octets_from_the_link_can_harm(
        mut octets in proptest::collection::vec(proptest::num::u8::ANY, 0..120),
        bounce: bool,
    ) {
        if let Some(first) = octets.first_mut() {
            *first = 0x60 | *first & 0x0f;
        }
        let bounce = bounce.then_some(Bounce::NoNeighbour);
        let out = router(|_| ()).receive(&octets, Ici { bounce, ..Ici::NONE });
        proptest::prop_assert!(out.up.len() + out.down.len() <= 1);
    }
}
