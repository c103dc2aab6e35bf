use super::*;
use crate::Protocol;
use crate::icmp::Unreachable;
use crate::icmp::unreachable::Code;
use crate::ipv4::lab::{FAR, NEAR, ROUTER, host, only, packet, router, to};
use crate::ipv4::tests::any_header;
use layercake_base::{Bounce, Ici};

#[test]
fn what_the_user_leaves_open_is_chosen() {
    let mut host = host();
    let mut read = |ici| {
        let out = host.send(b"data", ici);
        Header::decode(only(&out.down).octets()).unwrap()
    };
    let (first, second) = (read(to(FAR)), read(to(FAR)));
    assert_eq!((first.source, first.destination), (NEAR, FAR));
    assert_eq!((first.time_to_live, first.total_length), (64, 24));
    assert!(!first.dont_fragment);
    assert_eq!(second.identification, first.identification + 1);
}

#[test]
fn what_the_user_says_is_written() {
    let ici = Ici {
        source: Some([10, 9, 1, 77].into()),
        hops: Some(3),
        class: 0xb8,
        dont_fragment: true,
        identification: Some(0xbeef),
        ..to(FAR)
    };
    let out = host().send(b"data", ici);
    let header = Header::decode(only(&out.down).octets()).unwrap();
    let expected = Header {
        time_to_live: 3,
        type_of_service: 0xb8,
        dont_fragment: true,
        identification: 0xbeef,
        ..Header::new([10, 9, 1, 77].into(), FAR, Protocol::UDP, 4)
    };
    assert_eq!(header, expected);
}

#[test]
fn the_layer_below_hears_next_hop_protocol_and_attachment() {
    let mut router = router(|_| ());
    let out = router.send(b"data", to(FAR));
    let ici = only(&out.down).ici();
    assert_eq!((ici.next_hop, ici.port), (Some(FAR.into()), 1));
    assert_eq!(ici.next, 0x0800);
    let out = host().send(b"data", to(FAR));
    assert_eq!(only(&out.down).ici().next_hop, Some(ROUTER.into()));
}

#[test]
fn a_packet_to_oneself_comes_up_again() {
    for address in [NEAR, Ipv4Addr::LOCALHOST] {
        let out = host().send(b"data", to(address));
        let pdu = only(&out.up);
        assert_eq!(pdu.octets(), b"data");
        assert_eq!(pdu.ici().source, Some(address.into()));
        assert!(out.down.is_empty());
    }
}

/// RFC 1122 §3.2.1.3 (a), (c), (d), (g); a group can be no source either.
#[test]
fn a_source_that_is_no_host_does_not_leave_the_node() {
    for source in [
        [127, 0, 0, 1],
        [127, 9, 9, 9],
        [0; 4],
        [0, 0, 0, 7],
        [255; 4],
        [10, 9, 1, 255],
        [224, 0, 0, 1],
    ] {
        let ici = |destination| Ici {
            source: Some(source.into()),
            ..to(destination)
        };
        let out = host().send(b"data", ici(FAR));
        let [a, b, c, d] = source;
        let text = format!("Source Address = {a}.{b}.{c}.{d} must not leave this node");
        assert_eq!((out.told, out.up.len(), out.down.len()), (vec![text], 0, 0));
        assert_eq!(out.notices, []);
        let out = host().send(b"data", ici(NEAR));
        assert_eq!(only(&out.up).octets(), b"data", "within the node");
    }
    let ici = Ici {
        source: Some(core::net::Ipv6Addr::LOCALHOST.into()),
        ..to(FAR)
    };
    let text = "Source Address = ::1 is not an IPv4 address";
    assert_eq!(host().send(b"data", ici).told, [text]);
}

/// A packet to 127.0.0.1 under another host's name, which nobody wants: the error about it
/// would leave with the source 127.0.0.1.
#[test]
fn no_error_leaves_the_node_from_loopback() {
    let ici = Ici {
        source: Some(FAR.into()),
        ..to(Ipv4Addr::LOCALHOST)
    };
    let mut host = host();
    let mut pdu = host.send(b"data", ici).up.remove(0);
    pdu.set_ici(|ici| ici.bounce = Some(Bounce::NoPort));
    let out = host.deliver(layercake_base::Direction::Down, pdu);
    assert_eq!((out.up.len(), out.down.len()), (0, 0));
    let text = "Source Address = 127.0.0.1 must not leave this node";
    assert_eq!(out.told.first().map(String::as_str), Some(text));
}

#[test]
fn a_time_to_live_of_zero_stands_for_the_recommended_one() {
    for (default_ttl, sent) in [(0, 64), (1, 1), (255, 255)] {
        let mut router = router(|config| config.default_ttl = default_ttl);
        let out = router.send(b"data", to(FAR));
        let header = Header::decode(only(&out.down).octets()).unwrap();
        assert_eq!(header.time_to_live, sent);
    }
}

#[test]
fn a_broadcast_goes_to_all_stations_of_a_network() {
    let all = Some(Ipv4Addr::BROADCAST.into());
    for (address, port) in [([10, 9, 2, 255], 1), ([255; 4], 0)] {
        let out = router(|_| ()).send(b"data", to(address.into()));
        let ici = only(&out.down).ici();
        assert_eq!((ici.next_hop, ici.port), (all, port));
    }
}

#[test]
fn what_does_not_fit_is_refused_and_the_path_mtu_told() {
    let mut router = router(|_| ());
    let ici = Ici {
        dont_fragment: true,
        ..to(FAR)
    };
    assert_eq!(router.send(&[7; 1380], ici).down.len(), 1);
    let out = router.send(&[7; 1381], ici);
    assert_eq!(out.discards, ["too-long"]);
    let (destination, mtu) = (FAR.into(), 1400);
    assert_eq!(out.notices, [Notice::PathMtu { destination, mtu }]);
    let error = Unreachable::decode(only(&out.up).octets()).unwrap();
    let told = (error.code, error.next_hop_mtu);
    assert_eq!(told, (Code::FRAGMENTATION_NEEDED, 1400));
    let out = router.send(&[7; 1381], to(FAR));
    assert_eq!((out.down.len(), out.notices), (2, vec![]), "cut in two");
    let out = router.send(&[7; 65_516], to(FAR));
    assert_eq!(out.discards, ["too-long"]);
}

/// What is larger than the largest MTU is refused here, so the link need not carry it.
#[test]
fn the_largest_mtu_is_what_the_link_must_carry() {
    let spec = router(|_| ()).layer.spec();
    assert_eq!((spec.largest_body, spec.largest_pdu), (65_515, 1500));
}

#[test]
fn a_request_that_makes_no_sense_is_refused() {
    for (ici, reason) in [
        (Ici::NONE, "no-way"),
        (to(Ipv4Addr::UNSPECIFIED), "illegal"),
        (
            Ici {
                destination: Some([0_u16; 8].into()),
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
                next: 0x0800,
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
    octets.resize(46, 0);
    let out = router(|_| ()).receive(&octets, Ici::NONE);
    let pdu = only(&out.up);
    assert_eq!(pdu.octets(), b"data");
    assert_eq!(pdu.ici().network_header, 20);
}

#[test]
fn a_broken_header_is_discarded() {
    let mut octets = packet(Protocol::UDP, b"data", |h| h.destination = ROUTER);
    octets[8] -= 1;
    let out = router(|_| ()).receive(&octets, Ici::NONE);
    assert_eq!((out.up.len(), out.discards), (0, vec!["mismatch"]));
}

proptest::proptest! {
    /// Forwarded, delivered, answered or dropped, whatever the header says: one packet in,
    /// at most one out, and no discard without a reason; a fragment may wait for others.
    #[test]
    fn no_packet_is_multiplied(
        header in any_header(), near: bool, to in 0..4_usize, group: bool,
        data in proptest::collection::vec(proptest::num::u8::ANY, 0..60),
    ) {
        let mut header = header;
        if near {
            header.source = NEAR;
        }
        let known = [FAR, ROUTER, Ipv4Addr::BROADCAST, header.destination];
        header.destination = known[to];
        let length = header.octets() + data.len();
        header.total_length = u16::try_from(length).unwrap();
        let mut octets = [vec![0; header.octets()], data].concat();
        header.encode(&mut octets).unwrap();
        let out = router(|_| ()).receive(&octets, Ici { group, ..Ici::NONE });
        let many = out.up.len() + out.down.len();
        proptest::prop_assert!(many <= 1, "{out:?}");
        let waits = header.more_fragments || header.is_later_fragment();
        let fate = many == 1 || waits || out.discards.len() == 1;
        proptest::prop_assert!(fate, "{out:?}");
    }

    #[test]
    fn no_octets_from_the_link_can_harm(
        mut octets in proptest::collection::vec(proptest::num::u8::ANY, 0..80),
        bounce: bool,
    ) {
        if let Some(first) = octets.first_mut() {
            *first = 0x40 | *first & 0x0f;
        }
        let bounce = bounce.then_some(Bounce::NoNeighbour);
        let out = router(|_| ()).receive(&octets, Ici { bounce, ..Ici::NONE });
        proptest::prop_assert!(out.up.len() + out.down.len() <= 1);
    }
}

/// A packet of 1500 octets goes out that must not be cut, and a router says that it takes less;
/// `change` may make it say something else.
fn told(
    rig: &mut crate::rig::Rig<Ipv4>,
    mtu: usize,
    change: impl FnOnce(&mut u16, &mut usize),
) -> Vec<Notice> {
    let probe = Ici {
        dont_fragment: true,
        mtu_probe: true,
        ..to(FAR)
    };
    let out = rig.send(&[7; 1480], probe);
    let sent = Header::decode(only(&out.down).octets()).unwrap();
    let (mut identification, mut length) = (sent.identification, 1500);
    change(&mut identification, &mut length);
    let notice = Notice::TooLarge {
        source: NEAR.into(),
        destination: FAR.into(),
        protocol: 17,
        identification: Some(identification),
        length,
        mtu,
    };
    rig.tell(Direction::Down, notice).notices
}

/// Each rule that a claim can break: nothing is told upwards, and packets stay as large.
#[test]
fn a_path_mtu_is_believed_of_what_was_sent_only() {
    let strict = Ici {
        dont_fragment: true,
        ..to(FAR)
    };
    let ours = |_: &mut u16, _: &mut usize| ();
    let mut known = host();
    assert_eq!(told(&mut known, 1000, ours).len(), 1);
    assert_eq!(known.send(&[7; 1480], strict).discards, ["too-long"]);
    let mut host = host();
    assert_eq!(told(&mut host, 1000, |number, _| *number = 4711), []);
    assert_eq!(told(&mut host, 1000, |_, length| *length = 1501), []);
    assert_eq!(told(&mut host, 1000, |_, length| *length = 1000), []);
    assert_eq!(told(&mut host, 67, ours), [], "RFC 791 §3.2: at least 68");
    let elsewhere = Notice::TooLarge {
        source: NEAR.into(),
        destination: ROUTER.into(),
        protocol: 17,
        identification: Some(1),
        length: 1500,
        mtu: 1000,
    };
    assert_eq!(host.tell(Direction::Down, elsewhere).notices, []);
    assert_eq!(host.send(&[7; 1480], strict).down.len(), 1);
}

/// What a Linux router said of a packet of 1408 octets, recorded: it is believed when we send one.
#[test]
fn a_path_mtu_that_a_kernel_tells_is_believed() {
    let mut host = host();
    let ici = Ici {
        dont_fragment: true,
        identification: Some(0),
        next: 1,
        ..to(FAR)
    };
    assert_eq!(host.send(&[0; 1388], ici).down.len(), 1);
    let mut message = crate::samples::FRAGMENTATION_NEEDED[20..].to_vec();
    let error = Unreachable {
        next_hop_mtu: 1400,
        ..Unreachable::new(Code::FRAGMENTATION_NEEDED)
    };
    error.encode(&mut message).unwrap(); // the recording is cut: another checksum
    let from_router = Ici {
        source: Some(ROUTER.into()),
        destination: Some(NEAR.into()),
        next: 1,
        ..Ici::NONE
    };
    let mut icmp = crate::rig::Rig::new(crate::Icmp::new());
    let told = icmp.receive(&message, from_router).notices;
    let out = host.tell(Direction::Down, told[0].clone());
    let destination = FAR.into();
    assert_eq!(
        out.notices,
        [Notice::PathMtu {
            destination,
            mtu: 1400
        }]
    );
}

/// RFC 6864 §4.3, from the other side: what has no number of its own must not be cut, so that no
/// two packets' fragments can be mixed. One that has to be cut waits for its number in vain.
#[test]
fn while_all_numbers_are_on_their_way_packets_must_not_be_cut() {
    let mut host = host();
    let numbers = &mut host.layer.identifications;
    let mut given = || numbers.unique((NEAR, FAR), Protocol::UDP, Instant::ZERO);
    assert_eq!(core::iter::from_fn(&mut given).count(), 65_535);
    let may_be_cut = |out: &crate::rig::Out| {
        !Header::decode(only(&out.down).octets())
            .unwrap()
            .dont_fragment
    };
    let out = host.send(b"data", to(FAR));
    assert!(!may_be_cut(&out));
    assert_eq!(host.send(&[7; 1481], to(FAR)).discards, ["too-long"]);
    assert!(may_be_cut(&host.send(b"data", to(ROUTER))), "another class");
    host.at_millis(120_000);
    assert!(may_be_cut(&host.send(b"data", to(FAR))));
    assert_eq!(host.send(&[7; 1481], to(FAR)).down.len(), 2);
}

/// What could have been cut is no packet that a router refuses (RFC 1191 §3).
#[test]
fn a_path_mtu_of_packets_that_may_be_cut_is_not_believed() {
    let mut host = host();
    let out = host.send(&[7; 1480], to(FAR));
    let sent = Header::decode(only(&out.down).octets()).unwrap();
    let notice = Notice::TooLarge {
        source: NEAR.into(),
        destination: FAR.into(),
        protocol: 17,
        identification: Some(sent.identification),
        length: 1500,
        mtu: 1000,
    };
    assert_eq!(host.tell(Direction::Down, notice).notices, []);
}

/// RFC 1191 §3: told once, kept to from then on, for ten minutes.
#[test]
fn a_path_mtu_is_kept_to_until_it_is_old() {
    let mut host = host();
    let destination = FAR.into();
    let mtu = 1000;
    let news = Notice::PathMtu { destination, mtu };
    assert_eq!(told(&mut host, mtu, |_, _| ()), vec![news.clone()]);
    assert_eq!(told(&mut host, mtu, |_, _| ()), []);
    let strict = Ici {
        dont_fragment: true,
        ..to(FAR)
    };
    assert_eq!(host.send(&[7; 980], strict).down.len(), 1);
    let out = host.send(&[7; 981], strict);
    assert_eq!((out.notices, out.discards), (vec![news], vec!["too-long"]));
    assert_eq!(host.send(&[7; 981], to(FAR)).down.len(), 2, "in fragments");
    let probe = Ici {
        mtu_probe: true,
        ..strict
    };
    assert_eq!(host.send(&[7; 1480], probe).down.len(), 1, "RFC 8899 §3");
    assert_eq!(
        host.send(&[7; 1481], probe).discards,
        ["too-long"],
        "beyond the link"
    );
    assert_eq!(host.send(&[7; 1400], to(ROUTER)).down.len(), 1, "elsewhere");
    host.at_millis(600_000);
    assert_eq!(host.send(&[7; 1400], strict).down.len(), 1, "tried again");
}

#[test]
fn what_icmp_was_told_of_a_packet_is_told_to_all_above() {
    let notice = Notice::Undelivered {
        source: NEAR.into(),
        destination: FAR.into(),
        protocol: 17,
        data: [1; 8],
        reporter: ROUTER.into(),
        why: layercake_base::Undelivered::Port,
    };
    let out = host().tell(Direction::Down, notice.clone());
    assert_eq!(out.notices, [notice]);
}
