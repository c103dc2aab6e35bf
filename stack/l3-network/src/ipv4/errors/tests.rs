use super::*;
use crate::icmp::Quoted;
use crate::ipv4::lab::{FAR, NEAR, ROUTER, host, only, packet, router, to};
use crate::ipv4::{Config, Rate};
use crate::rig::{Out, Rig};
use crate::samples;
use layercake_base::{Direction, Ici};

/// Everything but identification and header checksum, which differ from node to node.
#[track_caller]
fn assert_same_but_for_identification(ours: &[u8], kernel: &[u8]) {
    let mut ours = ours.to_vec();
    ours[4..6].copy_from_slice(&kernel[4..6]);
    ours[10..12].copy_from_slice(&kernel[10..12]);
    assert_eq!(ours, kernel, "\n{ours:02x?}\n{kernel:02x?}");
}

#[test]
fn a_packet_that_died_of_age_is_answered_as_the_kernel_does() {
    let out = router(|_| ()).receive(&samples::ECHO_TTL_1, Ici::NONE);
    let pdu = only(&out.down);
    assert_same_but_for_identification(pdu.octets(), &samples::TIME_EXCEEDED);
    assert_eq!((pdu.ici().next_hop, pdu.ici().port), (Some(NEAR.into()), 0));
}

#[test]
fn a_packet_to_nowhere_is_answered_as_the_kernel_does() {
    let asked = &samples::NET_UNREACHABLE[28..];
    let out = router(|_| ()).receive(asked, Ici::NONE);
    let ours = only(&out.down).octets();
    assert_same_but_for_identification(ours, &samples::NET_UNREACHABLE);
}

#[test]
fn a_packet_that_does_not_fit_is_answered_as_the_kernel_does() {
    let mut asked = samples::FRAGMENTATION_NEEDED[28..].to_vec();
    asked.resize(1408, 0);
    let out = router(|_| ()).receive(&asked, Ici::NONE);
    let ours = only(&out.down).octets();
    assert_eq!(ours.len(), 576);
    assert!(Unreachable::decode(&ours[20..]).is_ok());
    let mut kernel = samples::FRAGMENTATION_NEEDED;
    // The ICMP checksum covers what the sample leaves out.
    kernel[22..24].copy_from_slice(&ours[22..24]);
    assert_same_but_for_identification(&ours[..64], &kernel);
}

/// Up, and back down with a bounce, as a layer above does it.
fn bounce(rig: &mut Rig<Ipv4>, octets: &[u8], why: Bounce) -> Out {
    let mut pdu = rig.receive(octets, Ici::NONE).up.remove(0);
    pdu.set_ici(|ici| ici.bounce = Some(why));
    rig.deliver(Direction::Down, pdu)
}

#[test]
fn a_port_where_nobody_listens_is_answered_as_the_kernel_does() {
    let mut host = router(|config| config.interfaces[1].address = FAR);
    let asked = &samples::PORT_UNREACHABLE[28..];
    let out = bounce(&mut host, asked, Bounce::NoPort);
    let mut ours = only(&out.down).octets().to_vec();
    // The sample was recorded one router further on.
    ours[8] -= 1;
    assert_same_but_for_identification(&ours, &samples::PORT_UNREACHABLE);
    assert_eq!(out.discards, ["no-way"]);
}

#[test]
fn a_protocol_that_nobody_handles_is_answered_with_code_2() {
    let asked = packet(Protocol(200), b"12345678", |h| h.destination = ROUTER);
    let out = bounce(&mut router(|_| ()), &asked, Bounce::NoProtocol);
    let message = &only(&out.down).octets()[20..];
    assert_eq!(Unreachable::decode(message).unwrap().code, Code::PROTOCOL);
    assert_eq!(message[8..], asked);
    assert_eq!(out.told, ["Protocol = 200 is not handled here"]);
}

/// A packet that went down comes up again because the link finds no such neighbour.
fn no_neighbour(rig: &mut Rig<Ipv4>, mut out: Out) -> Out {
    let mut pdu = out.down.remove(0);
    pdu.set_ici(|ici| ici.bounce = Some(Bounce::NoNeighbour));
    rig.deliver(Direction::Up, pdu)
}

#[test]
fn the_sender_hears_that_the_last_hop_does_not_answer() {
    let mut router = router(|_| ());
    let out = router.receive(&samples::ECHO, Ici::NONE);
    let out = no_neighbour(&mut router, out);
    let pdu = only(&out.down);
    assert_eq!(pdu.ici().destination, Some(NEAR.into()));
    let message = &pdu.octets()[20..];
    assert_eq!(Unreachable::decode(message).unwrap().code, Code::HOST);
    let quoted = Quoted::in_message(message).unwrap();
    assert_eq!(quoted.data, &samples::ECHO[20..]);
    assert_eq!(out.told, ["next hop = 10.9.2.2 does not answer"]);
}

/// RFC 1812 §5.2.7.1: code 13. It comes from this router's address on the sender's side.
#[test]
fn the_sender_hears_that_a_filter_forbids_what_it_sent() {
    let mut router = router(|_| ());
    let ici = Ici {
        bounce: Some(Bounce::Prohibited),
        ..Ici::NONE
    };
    let out = router.receive(&samples::ECHO, ici);
    let pdu = only(&out.down);
    assert_eq!(pdu.ici().source, Some(ROUTER.into()));
    let message = &pdu.octets()[20..];
    assert_eq!(Unreachable::decode(message).unwrap().code, Code::PROHIBITED);
    assert_eq!(message[8..], samples::ECHO);
    let why = "Destination Address = 10.9.2.2 is forbidden by a filter";
    assert_eq!(out.told, [why]);
    let mut out = router.receive(&samples::ECHO, Ici::NONE);
    let mut pdu = out.down.remove(0);
    pdu.set_ici(|ici| ici.bounce = Some(Bounce::Prohibited));
    let out = router.deliver(Direction::Up, pdu);
    let message = &only(&out.down).octets()[20..];
    assert_eq!(Unreachable::decode(message).unwrap().code, Code::PROHIBITED);
}

/// Else a forged packet would make this node tell its own transports an error.
#[test]
fn a_forbidden_packet_with_our_own_source_is_not_spoken_about() {
    let forged = packet(Protocol::UDP, b"12345678", |h| h.source = ROUTER);
    let ici = Ici {
        bounce: Some(Bounce::Prohibited),
        ..Ici::NONE
    };
    let out = router(|_| ()).receive(&forged, ici);
    assert!(out.up.is_empty() && out.down.is_empty());
    assert_eq!(
        out.told,
        ["Source Address = 10.9.1.1 is not another host's"]
    );
}

/// "From 10.9.1.2 icmp_seq=1 Destination Host Unreachable".
#[test]
fn this_node_hears_from_itself_what_it_could_not_send() {
    let mut host = host();
    let out = host.send(&samples::ECHO[20..], Ici { next: 1, ..to(FAR) });
    let out = no_neighbour(&mut host, out);
    assert!(out.down.is_empty());
    let pdu = only(&out.up);
    assert_eq!((pdu.ici().source, pdu.ici().next), (Some(NEAR.into()), 1));
    let message = pdu.octets();
    assert_eq!(Unreachable::decode(message).unwrap().code, Code::HOST);
    assert_eq!(
        Quoted::in_message(message)
            .unwrap()
            .echo()
            .unwrap()
            .identifier,
        30531
    );
}

#[test]
fn this_node_hears_from_itself_that_there_is_no_route() {
    let mut router = router(|config| config.silent = true);
    let out = router.send(b"12345678", to([192, 0, 2, 1].into()));
    let message = only(&out.up).octets();
    assert_eq!(Unreachable::decode(message).unwrap().code, Code::NET);
    assert_eq!(out.discards, ["no-way"]);
    assert_eq!(
        out.told,
        ["Destination Address = 192.0.2.1 has no route here"]
    );
}

/// A packet that dies of age, with something about it that forbids an answer.
#[test]
fn some_packets_die_without_a_word() {
    let dying = |data: &[u8], protocol, change: fn(&mut Header)| {
        packet(protocol, data, |h| {
            h.time_to_live = 1;
            change(h);
        })
    };
    let answers = |octets: &[u8], group| {
        router(|_| ())
            .receive(octets, Ici { group, ..Ici::NONE })
            .down
            .len()
    };
    let echo = &samples::ECHO[20..];
    assert_eq!(answers(&dying(echo, Protocol::ICMP, |_| ()), false), 1);
    let first: fn(&mut Header) = |h| h.more_fragments = true;
    assert_eq!(answers(&dying(echo, Protocol::ICMP, first), false), 1);

    let error = &samples::TIME_EXCEEDED[20..];
    assert_eq!(answers(&dying(error, Protocol::ICMP, |_| ()), false), 0);
    assert_eq!(answers(&dying(&[], Protocol::ICMP, |_| ()), false), 0);
    let later: fn(&mut Header) = |h| h.fragment_offset = 1;
    assert_eq!(answers(&dying(echo, Protocol::ICMP, later), false), 0);
    let unknown: fn(&mut Header) = |h| h.source = [0; 4].into();
    assert_eq!(answers(&dying(echo, Protocol::ICMP, unknown), false), 0);
    assert_eq!(answers(&dying(echo, Protocol::ICMP, |_| ()), true), 0);
}

#[test]
fn a_datagram_to_a_group_is_never_bounced_to_its_sender() {
    let asked = packet(Protocol::UDP, b"12345678", |h| {
        h.destination = [255; 4].into()
    });
    let out = bounce(&mut router(|_| ()), &asked, Bounce::NoPort);
    assert!(out.down.is_empty());
}

#[test]
fn a_silent_router_forwards_and_says_nothing() {
    let mut router = router(|config| config.silent = true);
    assert_eq!(router.receive(&samples::ECHO, Ici::NONE).down.len(), 1);
    let out = router.receive(&samples::ECHO_TTL_1, Ici::NONE);
    assert!(out.down.is_empty());
    assert_eq!(out.discards, ["hops-exhausted"]);
}

#[test]
fn errors_stay_within_the_rate() {
    let rate = Rate {
        per_second: 10,
        burst: 2,
    };
    let limited = |config: &mut Config| config.icmp_rate = Some(rate);
    let mut router = router(limited);
    let mut errors_at = |millis| {
        router.at_millis(millis);
        router.receive(&samples::ECHO_TTL_1, Ici::NONE).down.len()
    };
    let story = [0, 0, 0, 50, 100, 101, 1000, 1000, 1000].map(&mut errors_at);
    assert_eq!(story, [1, 1, 0, 0, 1, 0, 1, 1, 0]);
}

#[test]
fn a_closed_port_of_this_node_is_told_to_itself() {
    for address in [NEAR, Ipv4Addr::LOCALHOST] {
        let mut host = host();
        let mut pdu = host.send(b"12345678", to(address)).up.remove(0);
        pdu.set_ici(|ici| ici.bounce = Some(Bounce::NoPort));
        let out = host.deliver(Direction::Down, pdu);
        let pdu = only(&out.up);
        assert_eq!(pdu.ici().source, Some(address.into()));
        assert_eq!(Unreachable::decode(pdu.octets()).unwrap().code, Code::PORT);
    }
}

#[test]
fn a_message_fits_the_way_back() {
    let mut router = router(|config| config.interfaces[0].mtu = 296);
    let asked = packet(Protocol::UDP, &[7; 1000], |h| h.time_to_live = 1);
    let out = router.receive(&asked, Ici::NONE);
    assert_eq!(only(&out.down).octets().len(), 296);
}

#[test]
fn a_message_without_a_way_back_is_a_discard_of_its_own() {
    let mut router = router(|_| ());
    let asked = packet(Protocol::UDP, b"12345678", |h| {
        (h.source, h.time_to_live) = ([192, 0, 2, 1].into(), 1);
    });
    let out = router.receive(&asked, Ici::NONE);
    assert!(out.down.is_empty());
    assert_eq!(out.discards, ["no-way", "hops-exhausted"]);
}

#[test]
fn without_memory_nobody_is_told_and_nothing_breaks() {
    let mut router = router(|_| ());
    router.world.pool = layercake_base::Pool::new(1);
    let out = router.receive(&samples::ECHO_TTL_1, Ici::NONE);
    assert!(out.down.is_empty());
    assert_eq!(out.discards, ["hops-exhausted"]);
}

/// RFC 4884 §4 and RFC 5837: a quote of at least 128 octets, then who got the packet and where.
#[test]
fn a_router_may_say_by_which_interface_the_packet_came() {
    use crate::icmp::extensions::{Extensions, InterfaceInformation, Role};
    let expected = InterfaceInformation {
        role: Role::Incoming,
        index: Some(1),
        address: Some([10, 9, 1, 1].into()),
        name: None,
        mtu: Some(1500),
    };
    for (data, words) in [(8, 32), (300, 80), (1000, 131)] {
        let mut router = router(|config| config.interface_information = true);
        let asked = packet(Protocol::UDP, &vec![7; data], |h| h.time_to_live = 1);
        let out = router.receive(&asked, Ici::NONE);
        let octets = only(&out.down).octets();
        assert!(octets.len() <= 576, "{}", octets.len());
        let message = &octets[20..];
        let error = crate::icmp::TimeExceeded::decode(message).unwrap();
        assert_eq!((error.code, error.length), (0, words));
        let quoted = Quoted::in_message(message).unwrap();
        assert!(asked[20..].starts_with(&quoted.data[..data.min(80)]));
        let extensions = Extensions::in_message(message).unwrap().unwrap();
        let objects: Vec<_> = extensions.objects().map(Result::unwrap).collect();
        let [object] = objects[..] else {
            panic!("{objects:?}")
        };
        assert_eq!(InterfaceInformation::decode(&object), Ok(expected));
    }
    let mut narrow = router(|config| {
        config.interface_information = true;
        config.interfaces[0].mtu = 100;
    });
    let asked = packet(Protocol::UDP, &[7; 1000], |h| h.time_to_live = 1);
    let out = narrow.receive(&asked, Ici::NONE);
    let message = &only(&out.down).octets()[20..];
    assert_eq!((message.len(), message[5]), (80, 0), "no room for them");
}

/// RFC 5837 §3: the interface by which a packet came is not that by which it was to go on.
#[test]
fn what_comes_back_from_below_says_nothing_of_an_interface() {
    use crate::icmp::extensions::Extensions;
    let mut router = router(|config| config.interface_information = true);
    let out = router.receive(&packet(Protocol::UDP, &[7; 8], |_| ()), Ici::NONE);
    let out = no_neighbour(&mut router, out);
    let message = &only(&out.down).octets()[20..];
    assert_eq!((message[0], message[1], message[5]), (3, 1, 0));
    assert!(Extensions::in_message(message).is_none_or(|found| found.is_err()));
}

/// RFC 4950 §3: the stack as it came, top first, the last entry marked; six are told.
#[test]
fn a_router_may_say_with_which_labels_the_packet_came() {
    use crate::icmp::extensions::{Extensions, LabelStackEntry};
    for labels in [vec![24_001], vec![24_001, 17], (100..120).collect()] {
        let told = labels.len().min(6);
        let mut router = router(|config| {
            config.labels.clone_from(&labels);
            config.interface_information = true;
        });
        let asked = packet(Protocol::UDP, &[7; 300], |h| h.time_to_live = 1);
        let out = router.receive(&asked, Ici::NONE);
        let message = &only(&out.down).octets()[20..];
        let extensions = Extensions::in_message(message).unwrap().unwrap();
        let objects: Vec<_> = extensions.objects().map(Result::unwrap).collect();
        assert_eq!(objects.len(), 2, "labels and interface");
        let entries: Vec<_> = LabelStackEntry::in_object(&objects[0]).collect();
        let read: Vec<u32> = entries.iter().map(|entry| entry.label).collect();
        assert_eq!(read, labels[..told]);
        let bottoms: Vec<_> = entries.iter().map(|entry| entry.bottom).collect();
        assert!(bottoms[told - 1] && !bottoms[..told - 1].contains(&true));
        assert!(entries.iter().all(|entry| entry.time_to_live == 1));
    }
}
