//! UDP probing without any right, over kernel routers.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::net::{IpAddr, SocketAddr};

use common::{Answers, stamps_are_on};
use layercake_host::udp::UdpSocket;
use layercake_host::{Arrival, Family, Kind, OpenOptions, Origin, SendOptions};
use layercake_tests::netns::{Chain, available, is_inner};

const PAYLOAD: &[u8] = b"a probe of thirty-two octets ...";

/// A classic trace: one datagram for each hop, told apart by its destination port.
fn trace(family: Family) {
    let nodes: [IpAddr; 3] = match family {
        Family::V4 => [1, 2, 3].map(|node| Chain::v4(node).into()),
        Family::V6 => [1, 2, 3].map(|node| Chain::v6(node).into()),
    };
    let options = OpenOptions {
        transmit_stamps: true,
        ..OpenOptions::default()
    };
    let mut socket = UdpSocket::open(family, &options).unwrap();
    assert_ne!(socket.port(), 0);
    let port = |hop: usize| 33_434 + u16::try_from(hop).unwrap();
    for hop in 0..3 {
        let options = SendOptions {
            time_to_live: Some(u8::try_from(hop + 1).unwrap()),
            ..SendOptions::default()
        };
        let destination = SocketAddr::new(nodes[2], port(hop));
        socket.send(PAYLOAD, destination, &options).unwrap();
    }
    let (origin, expired, unreachable) = match family {
        Family::V4 => (Origin::Icmp, (11, 0), (3, 3)),
        Family::V6 => (Origin::Icmp6, (3, 0), (1, 4)),
    };
    for (hop, node) in nodes.into_iter().enumerate() {
        let answer = socket.answer().expect("an answer of each hop");
        let Kind::Error(report) = answer.kind else {
            panic!("{answer:?}")
        };
        let kind = if hop == 2 { unreachable } else { expired };
        assert_eq!(report.origin, origin);
        assert_eq!((report.icmp_type, report.icmp_code), kind);
        assert_eq!(report.offender, Some(node));
        assert_eq!(
            report.destination,
            Some(SocketAddr::new(nodes[2], port(hop)))
        );
        assert_eq!(answer.octets, PAYLOAD, "the quoted payload");
        assert_eq!(answer.time_to_live, Some(64 - u8::try_from(hop).unwrap()));
        assert!(answer.kernel_time.is_some());
    }
}

#[test]
fn nobody_traces_three_hops_by_the_error_queue_alone() {
    if is_inner() {
        trace(Family::V4);
        trace(Family::V6);
        return;
    }
    stamps_are_on();
    let Some(chain) = available("host", 3).unwrap() else {
        return;
    };
    chain.sysctl(0, "net/ipv4/ping_group_range", "1 0").unwrap();
    let test = "nobody_traces_three_hops_by_the_error_queue_alone";
    chain.rerun_as_nobody(0, test).unwrap();
}

/// Each error arrives during its own send and waits on the socket, so that it fails the next one.
#[test]
fn forty_probes_sent_without_a_look_bring_forty_stamps_and_forty_errors() {
    let Some(chain) = available("host", 2).unwrap() else {
        return;
    };
    chain
        .enter(0, || {
            let options = OpenOptions {
                transmit_stamps: true,
                ..OpenOptions::default()
            };
            let mut socket = UdpSocket::open(Family::V4, &options).unwrap();
            let options = SendOptions {
                time_to_live: Some(1),
                ..SendOptions::default()
            };
            let send = |port| {
                let destination = SocketAddr::new(Chain::v4(2).into(), port);
                socket.send(PAYLOAD, destination, &options).unwrap()
            };
            let sent: Vec<_> = (33_434..33_474).map(send).collect();
            let (mut stamps, mut ports) = (Vec::new(), Vec::new());
            while stamps.len() + ports.len() < 80 {
                let Arrival::Received(one) = socket.arrival() else {
                    break;
                };
                match one.kind {
                    Kind::Transmitted(ticket) => stamps.push((ticket, one.kernel_time)),
                    Kind::Error(report) => ports.push(report.destination.unwrap().port()),
                    Kind::Message { .. } => panic!("{one:?}"),
                }
            }
            assert_eq!(ports, (33_434..33_474).collect::<Vec<u16>>());
            let tickets: Vec<_> = stamps.iter().map(|stamp| stamp.0).collect();
            let expected: Vec<_> = sent.iter().map(|sent| sent.ticket).collect();
            assert_eq!(tickets, expected);
            for (sent, stamp) in sent.iter().zip(stamps) {
                assert!(stamp.1.unwrap() >= sent.before.realtime);
            }
        })
        .unwrap();
}

#[test]
fn a_taken_port_is_named_in_the_error() {
    let first = UdpSocket::open(Family::V4, &OpenOptions::default()).unwrap();
    let source = SocketAddr::new(std::net::Ipv4Addr::UNSPECIFIED.into(), first.port());
    let options = OpenOptions {
        source: Some(source),
        ..OpenOptions::default()
    };
    let error = UdpSocket::open(Family::V4, &options).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("cannot open a UDP socket on {source}: Address already in use")
    );
}
