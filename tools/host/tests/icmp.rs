//! ICMP sockets against the running kernel: loopback, routers in namespaces, and users without rights.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use common::{Answers, echo, open, stamps_are_on, to};
use layercake_host::clock::{ClockPair, round_trip};
use layercake_host::icmp::{IcmpSocket, Preference, Way};
use layercake_host::{
    Arrival, Extension, Family, Fragmentation, Kind, OpenOptions, Origin, SendError,
    SendOptions,
};
use layercake_tests::netns::{Chain, available, is_inner};

const PAYLOAD: &[u8] = b"thirty-two octets of a payload..";

fn hops(time_to_live: u8) -> SendOptions {
    SendOptions {
        time_to_live: Some(time_to_live),
        ..SendOptions::default()
    }
}

/// Sends one echo to the target's loopback address and checks everything that comes back with the reply.
fn echo_is_answered(family: Family, preference: Preference) {
    let target: IpAddr = match family {
        Family::V4 => Ipv4Addr::LOCALHOST.into(),
        Family::V6 => Ipv6Addr::LOCALHOST.into(),
    };
    let mut socket = open(family, preference);
    let message = echo(family, socket.identifier(), 7, PAYLOAD);
    let options = SendOptions {
        traffic_class: Some(0x20),
        ..hops(33)
    };
    let sent = socket.send(&message, to(target), &options).unwrap();

    let Arrival::Received(stamp) = socket.arrival() else {
        panic!("no stamp")
    };
    assert_eq!(stamp.kind, Kind::Transmitted(sent.ticket));
    let reply = socket.answer().expect("a reply");
    assert_eq!(reply.kind, Kind::Message { from: to(target) });
    assert_eq!(reply.octets.len(), message.len());
    assert_eq!(reply.octets[4..], message[4..]);
    assert_eq!(reply.time_to_live, Some(64));
    assert_eq!(reply.traffic_class, Some(0x20));
    let with_header = socket.way() == Way::Raw && family == Family::V4;
    assert_eq!(
        reply.header.map(|header| header.len()),
        with_header.then_some(20)
    );
    let told = round_trip(
        sent.before,
        stamp.kernel_time,
        reply.kernel_time,
        reply.moment,
    );
    assert_eq!(told.clocks, ClockPair::KernelToKernel);
}

/// Sends an echo that dies at the first router and checks the report of the error queue.
fn expired_is_reported(family: Family, preference: Preference) {
    let (target, router): (IpAddr, IpAddr) = match family {
        Family::V4 => (Chain::v4(2).into(), Chain::v4(1).into()),
        Family::V6 => (Chain::v6(2).into(), Chain::v6(1).into()),
    };
    let mut socket = open(family, preference);
    let message = echo(family, socket.identifier(), 9, PAYLOAD);
    socket.send(&message, to(target), &hops(1)).unwrap();
    let error = socket
        .answer()
        .unwrap_or_else(|| panic!("an error, {family:?}"));
    let Kind::Error(report) = error.kind else {
        panic!("{error:?}")
    };
    let (origin, icmp_type) = match family {
        Family::V4 => (Origin::Icmp, 11),
        Family::V6 => (Origin::Icmp6, 3),
    };
    assert_eq!(
        (report.origin, report.icmp_type, report.icmp_code),
        (origin, icmp_type, 0)
    );
    assert_eq!(report.offender, Some(router));
    assert_eq!(report.destination.map(|to| to.ip()), Some(target));
    assert_eq!(error.octets[4..], message[4..], "the quoted echo request");
    assert_eq!(error.time_to_live, Some(64));
    assert!(error.kernel_time.is_some());

    socket.send(&message, to(target), &hops(2)).unwrap();
    let reply = socket.answer().expect("a reply");
    assert_eq!(reply.kind, Kind::Message { from: to(target) });
    assert_eq!(reply.time_to_live, Some(63));
}

const BOTH: [Family; 2] = [Family::V4, Family::V6];

#[test]
fn a_raw_socket_is_answered_with_header_hops_class_and_stamps() {
    stamps_are_on();
    let Some(chain) = available("host", 1).unwrap() else {
        return;
    };
    chain
        .enter(0, || {
            for family in BOTH {
                echo_is_answered(family, Preference::Raw);
            }
        })
        .unwrap();
}

#[test]
fn nobody_is_answered_on_a_datagram_socket_where_the_group_range_allows_it() {
    if is_inner() {
        for family in BOTH {
            echo_is_answered(family, Preference::DatagramThenRaw);
            expired_is_reported(family, Preference::DatagramThenRaw);
        }
        return;
    }
    stamps_are_on();
    let Some(chain) = available("host", 2).unwrap() else {
        return;
    };
    let test = "nobody_is_answered_on_a_datagram_socket_where_the_group_range_allows_it";
    chain.rerun_as_nobody(0, test).unwrap();
}

#[test]
fn a_raw_socket_hears_of_its_own_expired_messages_only() {
    stamps_are_on();
    let Some(chain) = available("host", 2).unwrap() else {
        return;
    };
    chain
        .enter(0, || {
            let mut bystander = open(Family::V4, Preference::Raw);
            let options = OpenOptions {
                identifier: Some(77),
                ..OpenOptions::default()
            };
            let mut other =
                IcmpSocket::open(Family::V4, Preference::Raw, &options).unwrap();
            let foreign = echo(Family::V4, 77, 1, PAYLOAD);
            other.send(&foreign, to(Chain::v4(2)), &hops(1)).unwrap();
            other.send(&foreign, to(Chain::v4(2)), &hops(2)).unwrap();
            assert!(matches!(other.answer().unwrap().kind, Kind::Error(_)));
            assert!(matches!(other.answer().unwrap().kind, Kind::Message { .. }));
            // The other's error waits on this socket too, and must not fail its first send.
            let own = echo(Family::V4, bystander.identifier(), 1, PAYLOAD);
            bystander.send(&own, to(Chain::v4(2)), &hops(2)).unwrap();
            let reply = bystander.answer().expect("a reply");
            assert_eq!(reply.octets[4..], own[4..]);
            other.send(&foreign, to(Chain::v4(2)), &hops(1)).unwrap();
            assert!(matches!(other.answer().unwrap().kind, Kind::Error(_)));
            assert_eq!(bystander.try_receive().unwrap(), None);
            for family in BOTH {
                expired_is_reported(family, Preference::Raw);
            }
        })
        .unwrap();
}

#[test]
fn nobody_is_told_which_setting_and_which_capability_are_missing() {
    if is_inner() {
        let options = OpenOptions::default();
        let denied =
            IcmpSocket::open(Family::V4, Preference::default(), &options).unwrap_err();
        assert!(denied.for_lack_of_privilege());
        assert_eq!(
            denied.to_string(),
            "datagram ICMP: net.ipv4.ping_group_range is \"1 0\", your group 65534 is \
             not inside it; raw ICMP: CAP_NET_RAW is missing; UDP tracing still works: \
             rtrace -U"
        );
        return;
    }
    let Some(chain) = available("host", 0).unwrap() else {
        return;
    };
    chain.sysctl(0, "net/ipv4/ping_group_range", "1 0").unwrap();
    let test = "nobody_is_told_which_setting_and_which_capability_are_missing";
    chain.rerun_as_nobody(0, test).unwrap();
}

#[test]
fn a_message_longer_than_the_link_fails_with_its_mtu() {
    let Some(chain) = available("host", 1).unwrap() else {
        return;
    };
    chain
        .ip(0, &["link", "set", "right", "mtu", "1300"])
        .unwrap();
    chain
        .ip(1, &["link", "set", "left", "mtu", "1300"])
        .unwrap();
    chain
        .enter(0, || {
            for family in BOTH {
                for preference in [Preference::Raw, Preference::Datagram] {
                    too_long_fails_and_cut_passes(family, preference);
                }
            }
        })
        .unwrap();
}

/// On a link of 1300 octets: not to be cut, an echo of 1408 octets fails; allowed to be cut, it passes, and its stamp
/// still finds its ticket.
fn too_long_fails_and_cut_passes(family: Family, preference: Preference) {
    let target: IpAddr = match family {
        Family::V4 => Chain::v4(1).into(),
        Family::V6 => Chain::v6(1).into(),
    };
    let choose = |choice| SendOptions {
        fragmentation: Some(choice),
        ..SendOptions::default()
    };
    let mut socket = open(family, preference);
    let message = echo(family, socket.identifier(), 1, &[0; 1400]);
    let error = socket.send(&message, to(target), &choose(Fragmentation::Forbid));
    let expected = SendError::TooLong {
        length: message.len(),
        destination: to(target),
        mtu: Some(1300),
    };
    assert_eq!(error.unwrap_err(), expected, "{family:?} {preference:?}");

    let sent = socket
        .send(&message, to(target), &choose(Fragmentation::Allow))
        .unwrap();
    let Arrival::Received(stamp) = socket.arrival() else {
        panic!("no stamp")
    };
    assert_eq!(stamp.kind, Kind::Transmitted(sent.ticket));
    assert_eq!(socket.answer().unwrap().octets.len(), message.len());
}

/// RFC 1191: the router with the narrow link says what would fit.
#[test]
fn a_router_with_a_narrow_link_tells_its_mtu() {
    let Some(chain) = available("host", 2).unwrap() else {
        return;
    };
    for (node, name) in [(1, "right"), (2, "left")] {
        chain
            .ip(node, &["link", "set", name, "mtu", "1300"])
            .unwrap();
    }
    chain
        .enter(0, || {
            for family in BOTH {
                let (target, icmp) = match family {
                    Family::V4 => (to(Chain::v4(2)), (3, 4)),
                    Family::V6 => (to(Chain::v6(2)), (2, 0)),
                };
                let mut socket = open(family, Preference::Datagram);
                let message = echo(family, socket.identifier(), 1, &[7; 1400]);
                let options = SendOptions {
                    fragmentation: Some(Fragmentation::Probe),
                    ..SendOptions::default()
                };
                socket.send(&message, target, &options).unwrap();
                let error = socket.answer().expect("an error");
                let Kind::Error(report) = error.kind else {
                    panic!("{error:?}")
                };
                assert_eq!((report.icmp_type, report.icmp_code), icmp);
                assert_eq!((report.info, report.errno), (1300, libc::EMSGSIZE));
            }
        })
        .unwrap();
}

/// A time-exceeded message with an MPLS object (RFC 4950) behind 128 octets of quote (RFC 4884 §4), as no kernel router
/// sends it: made by hand in the router's namespace.
fn with_extension(identifier: u16, checksum: [u8; 2]) -> Vec<u8> {
    let mut quote = vec![0x45, 0, 0, 60, 0, 0, 0, 0, 1, 1, 0, 0];
    quote.extend_from_slice(&[10, 99, 1, 1, 10, 99, 1, 2]);
    quote.extend_from_slice(&echo(Family::V4, identifier, 1, PAYLOAD));
    quote.resize(128, 0);
    let mut message = vec![11, 0, 0, 0, 0, 32, 0, 0];
    message.extend_from_slice(&quote);
    message.extend_from_slice(&[0x20, 0, checksum[0], checksum[1]]);
    message.extend_from_slice(&[0, 8, 1, 1, 0x03, 0xe8, 0x11, 0x01]);
    let mut sum: u32 = message
        .chunks(2)
        .map(|pair| u32::from(u16::from_be_bytes([pair[0], pair[1]])))
        .sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    message[2..4].copy_from_slice(&(!u16::try_from(sum).unwrap()).to_be_bytes());
    message
}

#[test]
fn the_place_of_an_extension_is_told_with_its_validity() {
    let Some(chain) = available("host", 1).unwrap() else {
        return;
    };
    let identifier = 0x4242;
    // RFC 4884 §7: the one's complement of the sum over the extension alone, here without a carry.
    let right: u16 = !(0x2000 + 0x0008 + 0x0101 + 0x03e8 + 0x1101);
    for (checksum, valid) in [(right, true), (right ^ 1, false)] {
        let mut socket = chain
            .enter(0, || {
                let options = OpenOptions {
                    identifier: Some(identifier),
                    ..OpenOptions::default()
                };
                IcmpSocket::open(Family::V4, Preference::Datagram, &options).unwrap()
            })
            .unwrap();
        chain
            .enter(1, || {
                let mut router = open(Family::V4, Preference::Raw);
                let message = with_extension(identifier, checksum.to_be_bytes());
                let source = to(Ipv4Addr::new(10, 99, 1, 1));
                router.send(&message, source, &hops(64)).unwrap();
            })
            .unwrap();
        let error = socket.answer().expect("an error");
        let Kind::Error(report) = error.kind else {
            panic!("{error:?}")
        };
        assert_eq!(report.extension, Some(Extension { offset: 108, valid }));
        assert_eq!(error.octets[108], 0x20);
    }
}

#[test]
fn a_network_without_route_is_refused_with_the_errno() {
    let Some(chain) = available("host", 0).unwrap() else {
        return;
    };
    chain
        .enter(0, || {
            let mut socket = open(Family::V4, Preference::Datagram);
            let message = echo(Family::V4, 0, 1, PAYLOAD);
            let target = to(Ipv4Addr::new(192, 0, 2, 1));
            let error = socket.send(&message, target, &hops(9)).unwrap_err();
            assert_eq!(error.errno(), libc::ENETUNREACH);
            assert_eq!(socket.try_receive().unwrap(), None);
        })
        .unwrap();
}

#[test]
fn an_error_that_waits_on_the_socket_does_not_fail_the_next_send() {
    let Some(chain) = available("host", 2).unwrap() else {
        return;
    };
    chain
        .enter(0, || {
            let options = OpenOptions::default();
            let mut socket =
                IcmpSocket::open(Family::V4, Preference::Datagram, &options).unwrap();
            for sequence in 1..=3 {
                let message = echo(Family::V4, 0, sequence, PAYLOAD);
                socket.send(&message, to(Chain::v4(2)), &hops(1)).unwrap();
            }
            for sequence in 1..=3_u8 {
                let error = socket.answer().expect("each error once, in order");
                assert!(matches!(error.kind, Kind::Error(_)));
                assert_eq!(error.octets[7], sequence);
            }
        })
        .unwrap();
}

#[test]
fn a_socket_can_be_given_identifier_source_and_interface() {
    let Some(chain) = available("host", 1).unwrap() else {
        return;
    };
    chain
        .enter(0, || {
            let source = to(Ipv4Addr::new(10, 99, 1, 1));
            let options = OpenOptions {
                identifier: Some(0x1234),
                source: Some(source),
                interface: Some("right".to_owned()),
                ..OpenOptions::default()
            };
            for preference in [Preference::Datagram, Preference::Raw] {
                let mut socket =
                    IcmpSocket::open(Family::V4, preference, &options).unwrap();
                assert_eq!(socket.identifier(), 0x1234);
                let message = echo(Family::V4, 0x1234, 5, PAYLOAD);
                socket
                    .send(&message, to(Chain::v4(1)), &SendOptions::default())
                    .unwrap();
                let reply = socket.answer().expect("a reply");
                assert_eq!(reply.octets[4..6], [0x12, 0x34]);
            }
            let options = OpenOptions {
                interface: Some("nosuch".to_owned()),
                ..options
            };
            let denied = IcmpSocket::open(Family::V4, Preference::Datagram, &options);
            assert_eq!(
                denied.unwrap_err().to_string(),
                "datagram ICMP: there is no interface nosuch"
            );
        })
        .unwrap();
}
