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
    let destination = lab.network().resolve(name).unwrap();
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
        repair in any::<bool>(),
    ) {
        let mut octets = octets;
        if repair && octets.len() > 8 {
            octets[..4].copy_from_slice(&[11, 0, 0, 0]);
            let sum = layercake_base::checksum::internet(&octets);
            octets[2..4].copy_from_slice(&sum.to_be_bytes());
        }
        let ici = Ici { next: top::ICMP, ..Ici::default() };
        let arrival = Arrival { at: Instant::ZERO, octets: octets.clone(), ici };
        if let Some(Incoming { kind: Kind::Error(report), .. }) = top::incoming(&arrival, Clock::Virtual) {
            prop_assert!(report.extensions.len() < octets.len());
        }
    }
}
