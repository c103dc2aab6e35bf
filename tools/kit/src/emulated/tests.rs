//! Probes into the built-in network, and octets that no network would send.

use std::net::IpAddr;
use std::time::Duration;

use layercake_base::Ici;
use layercake_probe::net::{Cause, Kind, Probe, Quoted};
use layercake_tower::Arrival;
use proptest::prelude::*;

use super::*;

fn lab() -> Emulated {
    Emulated::new(Network::builtin(1).unwrap(), false, None)
}

fn probe(lab: &mut Emulated, name: &str, what: Probe, ttl: u8) -> Outgoing {
    probe_to(lab.network().resolve(name).unwrap(), what, ttl)
}

fn v6(lab: &mut Emulated, name: &str) -> IpAddr {
    let mut all = lab.network().addresses(name).iter();
    *all.find(|address| address.is_ipv6()).unwrap()
}

fn probe_to(destination: IpAddr, what: Probe, ttl: u8) -> Outgoing {
    let (ttl, tos, dont_fragment) = (Some(ttl), 0, false);
    Outgoing {
        what,
        destination,
        ttl,
        tos,
        dont_fragment,
    }
}

fn echo() -> Probe {
    Probe::Echo {
        identifier: 7,
        sequence: 9,
        payload: b"cake".to_vec(),
    }
}

fn udp() -> Probe {
    Probe::Udp {
        source_port: 4000,
        destination_port: 33434,
        payload: vec![0; 8],
    }
}

fn next(lab: &mut Emulated) -> Incoming {
    let until = Some(lab.now() + Duration::from_secs(1));
    assert_eq!(lab.wait(until), Ok(Woken::Arrival));
    lab.receive().unwrap().unwrap()
}

#[test]
fn an_echo_comes_back_from_the_web_server() {
    let mut lab = lab();
    let question = probe(&mut lab, "web.lab", echo(), 64);
    let sent = lab.send(&question).unwrap();
    let answer = next(&mut lab);
    assert_eq!(answer.from, Some(question.destination));
    let (identifier, sequence, payload) = (7, 9, b"cake".to_vec());
    let corrupted = false;
    assert_eq!(
        answer.kind,
        Kind::EchoReply {
            identifier,
            sequence,
            payload,
            corrupted
        }
    );
    let round_trip = answer.at.at.since(sent.at.at);
    assert!((14..16).contains(&round_trip.as_millis()), "{round_trip:?}");
    assert_eq!(answer.at.clock, Clock::Virtual);
}

#[test]
fn errors_name_the_probe_that_they_quote() {
    for (what, quoted) in [
        (
            echo(),
            Quoted::Echo {
                identifier: 7,
                sequence: 9,
            },
        ),
        (
            udp(),
            Quoted::Udp {
                source_port: 4000,
                destination_port: 33434,
            },
        ),
    ] {
        let mut lab = lab();
        let question = probe(&mut lab, "web.lab", what, 2);
        lab.send(&question).unwrap();
        let answer = next(&mut lab);
        assert_eq!(answer.from, Some(IpAddr::from([10, 0, 1, 2])));
        let Kind::Error(report) = answer.kind else {
            panic!("{answer:?}")
        };
        assert_eq!((report.cause, report.probe), (Cause::TimeExceeded, quoted));
        assert_eq!(report.destination, Some(question.destination));
    }
}

#[test]
fn an_echo_over_ipv6_comes_back_too() {
    let mut lab = lab();
    let question = probe_to(v6(&mut lab, "web.lab"), echo(), 64);
    lab.send(&question).unwrap();
    let answer = next(&mut lab);
    assert_eq!(answer.from, Some(question.destination));
    assert_eq!(answer.ttl, Some(61));
    let Kind::EchoReply {
        identifier: 7,
        sequence: 9,
        payload,
        corrupted: false,
    } = answer.kind
    else {
        panic!("{answer:?}")
    };
    assert_eq!(payload, b"cake");
}

/// RFC 4443 §3.1 and §3.3.
#[test]
fn errors_over_ipv6_name_the_probe_that_they_quote() {
    let (identifier, sequence) = (7, 9);
    let echo_quoted = Quoted::Echo {
        identifier,
        sequence,
    };
    let udp_quoted = Quoted::Udp {
        source_port: 4000,
        destination_port: 33434,
    };
    for (what, ttl, cause, quoted) in [
        (echo(), 2, Cause::TimeExceeded, echo_quoted),
        (udp(), 2, Cause::TimeExceeded, udp_quoted),
        (udp(), 64, Cause::PortUnreachable, udp_quoted),
    ] {
        let mut lab = lab();
        let question = probe_to(v6(&mut lab, "web.lab"), what, ttl);
        lab.send(&question).unwrap();
        let answer = next(&mut lab);
        let Kind::Error(report) = answer.kind else {
            panic!("{answer:?}")
        };
        assert_eq!((report.cause, report.probe), (cause, quoted));
        assert_eq!(report.destination, Some(question.destination));
    }
}

/// RFC 8200 §3: 40 octets of header; the office's wires take 1500.
#[test]
fn what_is_too_long_for_the_first_link_is_refused_by_the_length_of_its_family() {
    let mut lab = lab();
    let (v4, v6) = (
        lab.network().resolve("web.lab").unwrap(),
        v6(&mut lab, "web.lab"),
    );
    for (destination, most) in [(v4, 1472), (v6, 1452)] {
        let mut send = |octets: usize| {
            let what = Probe::Echo {
                identifier: 7,
                sequence: 9,
                payload: vec![0; octets],
            };
            lab.send(&Outgoing {
                dont_fragment: true,
                ..probe_to(destination, what, 64)
            })
        };
        assert!(send(most).is_ok(), "{destination}");
        assert_eq!(send(most + 1), Err(SendError::TooLong { mtu: 1500 }));
    }
}

#[test]
fn a_deadline_passes_without_an_answer() {
    let mut lab = lab();
    let until = Instant::ZERO + Duration::from_secs(3);
    assert_eq!(lab.wait(Some(until)), Ok(Woken::Deadline));
    assert_eq!(lab.now(), until);
}

#[test]
fn waiting_for_ever_for_nothing_is_an_error() {
    let mut lab = lab();
    let failure = lab.wait(None).unwrap_err();
    assert!(failure.to_string().contains("nothing will ever happen"));
}

#[test]
fn the_tap_shows_question_and_answer_as_frames() {
    let mut lab = lab();
    let tap = lab.tap();
    let question = probe(&mut lab, "gateway.lab", echo(), 64);
    lab.send(&question).unwrap();
    next(&mut lab);
    let mut frames = Vec::new();
    while let Some(seen) = tap.take() {
        frames.push((seen.outbound, seen.octets[12], seen.octets[13]));
    }
    let (arp, ipv4) = ((8, 6), (8, 0));
    let [out, back] =
        [true, false].map(|way| move |kind: (u8, u8)| (way, kind.0, kind.1));
    assert_eq!(frames, [out(arp), back(arp), out(ipv4), back(ipv4)]);
}

proptest! {
    /// Whatever comes out of a tower as ICMP, reading it ends and does not panic.
    #[test]
    fn hostile_messages_are_read_or_passed_over(
        octets in proptest::collection::vec(any::<u8>(), 0..120),
        repair in any::<bool>(), v6 in any::<bool>(),
    ) {
        let mut octets = octets;
        if repair && octets.len() > 8 {
            octets[..4].copy_from_slice(&[11, 0, 0, 0]);
            let sum = layercake_base::checksum::internet(&octets);
            octets[2..4].copy_from_slice(&sum.to_be_bytes());
        }
        let next = if v6 { top::ICMPV6 } else { top::ICMP };
        let ici = Ici { next, ..Ici::default() };
        let arrival = Arrival { at: Instant::ZERO, octets: octets.clone(), ici };
        if let Some(Incoming { kind: Kind::Error(report), .. }) = top::incoming(&arrival, Clock::Virtual) {
            prop_assert!(report.extensions.len() < octets.len());
        }
    }
}
