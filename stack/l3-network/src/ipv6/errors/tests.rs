use super::*;
use crate::ipv6::Rate;
use crate::ipv6::lab::{
    FAR, NEAR, NOWHERE, ROUTER, address, host, only, packet, router, to,
};
use crate::rig::{Out, Rig};
use crate::samples;
use layercake_base::{Direction, Ici};

/// Everything but the flow label, which differs from node to node.
#[track_caller]
fn assert_same_but_for_flow_label(ours: &[u8], kernel: &[u8]) {
    let mut ours = ours.to_vec();
    assert_ne!(ours[1..4], [0; 3]);
    ours[1..4].copy_from_slice(&kernel[1..4]);
    assert_eq!(ours, kernel, "\n{ours:02x?}\n{kernel:02x?}");
}

#[test]
fn a_packet_that_died_of_age_is_answered_as_the_kernel_does() {
    let out = router(|_| ()).receive(&samples::TIME_EXCEEDED_V6[48..], Ici::NONE);
    let pdu = only(&out.down);
    assert_same_but_for_flow_label(pdu.octets(), &samples::TIME_EXCEEDED_V6);
    assert_eq!((pdu.ici().next_hop, pdu.ici().port), (Some(NEAR.into()), 0));
}

/// Up, and back down with a bounce, as a layer above does it.
fn bounce(rig: &mut Rig<Ipv6>, octets: &[u8], why: Bounce) -> Out {
    let mut pdu = rig.receive(octets, Ici::NONE).up.remove(0);
    pdu.set_ici(|ici| ici.bounce = Some(why));
    rig.deliver(Direction::Down, pdu)
}

#[test]
fn a_port_where_nobody_listens_is_answered_as_the_kernel_does() {
    let mut host = router(|config| config.interfaces[1].addresses[0].0 = FAR);
    let asked = &samples::PORT_UNREACHABLE_V6[48..];
    let out = bounce(&mut host, asked, Bounce::NoPort);
    let mut ours = only(&out.down).octets().to_vec();
    // The sample was recorded one router further on.
    ours[7] -= 1;
    assert_same_but_for_flow_label(&ours, &samples::PORT_UNREACHABLE_V6);
    assert_eq!(out.discards, ["no-way"]);
}

fn ends(packet: &[u8]) -> (Ends, &[u8]) {
    let header = Header::decode(packet).unwrap();
    ((header.source, header.destination), &packet[40..])
}

/// RFC 4443 §3.4, code 1; RFC 8200 §4: the pointer is at the field that names the header.
#[test]
fn a_protocol_that_nobody_handles_is_a_parameter_problem() {
    let asked = packet(Protocol(200), b"12345678", |h| h.destination = ROUTER);
    let out = bounce(&mut router(|_| ()), &asked, Bounce::NoProtocol);
    let (ends, message) = ends(only(&out.down).octets());
    let error = ParameterProblem::decode(message, ends).unwrap();
    assert_eq!((error.code, error.pointer), (1, 6));
    assert_eq!(message[8..], asked);
    assert_eq!(out.told, ["Next Header = 200 is not handled here"]);
}

/// RFC 4443 §3.2 and §2.4 (c).
#[test]
fn a_packet_that_does_not_fit_is_quoted_as_far_as_1280_octets_go() {
    let asked = packet(Protocol::UDP, &[7; 1361], |_| ());
    let out = router(|_| ()).receive(&asked, Ici::NONE);
    let packet = only(&out.down).octets();
    assert_eq!(packet.len(), 1280);
    let (ends, message) = ends(packet);
    assert_eq!(PacketTooBig::decode(message, ends).unwrap().mtu, 1400);
    assert_eq!(message[8..], asked[..1232]);
}

/// A packet that went down comes up again because the link finds no such neighbour.
fn no_neighbour(rig: &mut Rig<Ipv6>, mut out: Out) -> Out {
    let mut pdu = out.down.remove(0);
    pdu.set_ici(|ici| ici.bounce = Some(Bounce::NoNeighbour));
    rig.deliver(Direction::Up, pdu)
}

#[test]
fn the_sender_hears_that_the_last_hop_does_not_answer() {
    let mut router = router(|_| ());
    let out = router.receive(&samples::ECHO_V6, Ici::NONE);
    let out = no_neighbour(&mut router, out);
    let pdu = only(&out.down);
    assert_eq!(
        (pdu.ici().destination, pdu.ici().port),
        (Some(NEAR.into()), 0)
    );
    let (ends, message) = ends(pdu.octets());
    assert_eq!(Unreachable::decode(message, ends), Ok(Unreachable::ADDRESS));
    assert_eq!(out.told, ["next hop = fd09:2::2 does not answer"]);
}

/// RFC 4443 §3.1, code 1: a filter below, on the way in or out.
#[test]
fn the_sender_hears_that_a_filter_forbids_it() {
    for next_hop in [None, Some(FAR.into())] {
        let ici = Ici {
            bounce: Some(Bounce::Prohibited),
            next_hop,
            ..Ici::NONE
        };
        let out = router(|_| ()).receive(&samples::ECHO_V6, ici);
        let (ends, message) = ends(only(&out.down).octets());
        assert_eq!(
            Unreachable::decode(message, ends),
            Ok(Unreachable::PROHIBITED)
        );
        let text = "Destination Address = fd09:2::2 is forbidden by a filter";
        assert_eq!(out.told, [text]);
    }
}

#[test]
fn this_node_hears_from_itself_what_it_could_not_send() {
    let mut host = host();
    let out = host.send(
        &samples::ECHO_V6[40..],
        Ici {
            next: 58,
            ..to(FAR)
        },
    );
    let out = no_neighbour(&mut host, out);
    assert!(out.down.is_empty());
    let pdu = only(&out.up);
    assert_eq!((pdu.ici().source, pdu.ici().next), (Some(NEAR.into()), 58));
    let error = Unreachable::decode(pdu.octets(), (NEAR, NEAR));
    assert_eq!(error, Ok(Unreachable::ADDRESS));
}

#[test]
fn this_node_hears_from_itself_that_there_is_no_route() {
    let mut router = router(|config| config.silent = true);
    let out = router.send(b"12345678", to(NOWHERE));
    let pdu = only(&out.up);
    let source = pdu.ici().source;
    assert_eq!(source, Some(ROUTER.into()));
    let error = Unreachable::decode(pdu.octets(), (ROUTER, ROUTER));
    assert_eq!(error, Ok(Unreachable::NO_ROUTE));
}

/// RFC 4443 §3.1, code 0: a host that has but a link-local address, and hears no router.
#[test]
fn a_host_without_a_source_hears_that_there_is_no_route() {
    let mut host = Rig::new(Ipv6::new(crate::ipv6::Config {
        interfaces: vec![crate::ipv6::lab::interface(0, &["fe80::2"], 1500)],
        ..crate::ipv6::Config::default()
    }));
    let out = host.send(b"12345678", to(NOWHERE));
    assert!(out.down.is_empty());
    assert_eq!(
        out.told,
        ["Destination Address = 2001:db8::1 has no route here"]
    );
    let own = Ipv6Addr::LOCALHOST;
    let error = Unreachable::decode(only(&out.up).octets(), (own, own));
    assert_eq!(error, Ok(Unreachable::NO_ROUTE));
}

/// RFC 4443 §2.4 (e.1): what is behind more headers than are looked at may be an error, and so may
/// what is behind one that is cut.
#[test]
fn what_may_be_an_error_is_not_answered() {
    let header = hex_literal::hex!("3c 00 01 04 00000000");
    for (headers, answered) in [(7, 1), (8, 0)] {
        let data = [
            &header.repeat(headers)[..],
            &[17, 0, 1, 4, 0, 0, 0, 0],
            b"data",
        ];
        let octets = packet(Protocol::IPV6_OPTS, &data.concat(), |h| h.hop_limit = 1);
        let out = router(|_| ()).receive(&octets, Ici::NONE);
        assert_eq!(out.down.len(), answered, "{headers}");
    }
    let octets = packet(Protocol::IPV6_OPTS, &header[..7], |h| h.hop_limit = 1);
    assert!(router(|_| ()).receive(&octets, Ici::NONE).down.is_empty());
}

/// RFC 4443 §2.4 (e), one line for each case.
#[test]
fn these_are_never_answered_with_an_error() {
    let error = &samples::TIME_EXCEEDED_V6[40..];
    let redirect = [137, 0, 0, 0, 0, 0, 0, 0];
    let all = address("ff0e::1");
    let quiet = |protocol, data: &[u8], source, group, destination| {
        let octets = packet(protocol, data, |h| {
            (h.hop_limit, h.source, h.destination) = (1, source, destination);
        });
        let mut rig = router(|_| ());
        let out = rig.receive(&octets, Ici { group, ..Ici::NONE });
        out.down.is_empty() && out.up.is_empty()
    };
    let (udp, icmp) = (Protocol::UDP, Protocol::ICMPV6);
    assert!(quiet(icmp, error, NEAR, false, FAR), "an error");
    assert!(quiet(icmp, &redirect, NEAR, false, FAR), "a redirect");
    assert!(quiet(udp, b"data", NEAR, true, FAR), "a frame to a group");
    assert!(quiet(udp, b"data", NEAR, false, all), "a group");
    for source in ["::", "ff02::1", "::1", "fd09:1::1"].map(address) {
        assert!(quiet(udp, b"data", source, false, FAR), "{source}");
    }
    assert!(!quiet(udp, b"data", NEAR, false, FAR));
    assert!(!quiet(icmp, &samples::ECHO_V6[40..], NEAR, false, FAR));
}

/// RFC 4007 §6: a link-local sender is where its packet came in.
#[test]
fn a_link_local_sender_is_answered_on_its_link() {
    for port in [0, 1] {
        let octets = packet(Protocol::UDP, b"data", |h| {
            (h.source, h.destination) = (address("fe80::9"), NOWHERE);
        });
        let out = router(|_| ()).receive(&octets, Ici { port, ..Ici::NONE });
        let pdu = only(&out.down);
        assert_eq!(pdu.ici().port, port);
        assert_eq!(pdu.ici().next_hop, Some(address("fe80::9").into()));
        let source = Header::decode(pdu.octets()).unwrap().source;
        assert_eq!(source, address("fe80::1"));
    }
}

#[test]
fn a_silent_node_sends_no_error() {
    let mut silent = router(|config| config.silent = true);
    let octets = packet(Protocol::UDP, b"data", |h| h.hop_limit = 1);
    assert!(silent.receive(&octets, Ici::NONE).down.is_empty());
}

/// RFC 4443 §2.4 (f).
#[test]
fn no_more_errors_are_sent_than_the_rate_allows() {
    let rate = Rate {
        per_second: 1,
        burst: 2,
    };
    let mut router = router(|config| config.icmp_rate = Some(rate));
    let octets = packet(Protocol::UDP, b"data", |h| h.hop_limit = 1);
    let mut sent = |millis| {
        router.at_millis(millis);
        router.receive(&octets, Ici::NONE).down.len()
    };
    let story = [0, 0, 0, 999, 1000, 1000].map(&mut sent);
    assert_eq!(story, [1, 1, 0, 0, 1, 0]);
}

/// RFC 4443 §2.4 (f): a node must limit them, whether or not somebody has thought of it.
#[test]
fn a_node_that_nobody_told_of_a_rate_has_one() {
    let mut router = router(|_| ());
    let octets = packet(Protocol::UDP, b"data", |h| h.hop_limit = 1);
    let mut sent = |many: usize| {
        let all = (0..many).map(|_| router.receive(&octets, Ici::NONE).down.len());
        all.sum::<usize>()
    };
    assert_eq!(sent(1000), 50);
}

/// RFC 5837 §3: the interface by which a packet came is not that by which it was to go on.
#[test]
fn what_comes_back_from_below_says_nothing_of_an_interface() {
    use crate::icmp::extensions::Extensions;
    let mut router = router(|config| config.interface_information = true);
    let out = router.receive(&samples::ECHO_V6, Ici::NONE);
    let out = no_neighbour(&mut router, out);
    let (ends, message) = ends(only(&out.down).octets());
    assert_eq!(Unreachable::decode(message, ends), Ok(Unreachable::ADDRESS));
    assert!(Extensions::in_icmpv6(message).is_none());
}

/// RFC 5837 §3 behind a quote of whole 8 octets (RFC 4884 §4.4), and the quote is found again.
#[test]
fn a_sender_hears_by_which_interface_its_packet_came() {
    use crate::icmp::extensions::{Extensions, InterfaceInformation, Role};
    let mut router = router(|config| config.interface_information = true);
    for (data, units) in [(4, 16), (1300, 149)] {
        let octets = packet(Protocol::UDP, &vec![7; data], |h| h.hop_limit = 1);
        let out = router.receive(&octets, Ici::NONE);
        let (ends, message) = ends(only(&out.down).octets());
        assert!(message.len() + 40 <= 1280);
        let error = TimeExceeded::decode(message, ends).unwrap();
        assert_eq!((error.code, error.length), (0, units));
        let extensions = Extensions::in_icmpv6(message).unwrap().unwrap();
        let object = extensions.objects().next().unwrap().unwrap();
        let told = InterfaceInformation::decode(&object).unwrap();
        let expected = InterfaceInformation {
            role: Role::Incoming,
            index: Some(1),
            address: Some(ROUTER.into()),
            name: None,
            mtu: Some(1500),
        };
        assert_eq!(told, expected);
        let quoted = crate::icmpv6::Quoted::in_message(message).unwrap();
        assert_eq!(quoted.data.len(), data.min(usize::from(units) * 8 - 40));
    }
    let too_big = packet(Protocol::UDP, &[7; 1361], |_| ());
    let out = router.receive(&too_big, Ici::NONE);
    let (_, message) = ends(only(&out.down).octets());
    assert!(Extensions::in_icmpv6(message).is_none(), "it has no Length");
}
