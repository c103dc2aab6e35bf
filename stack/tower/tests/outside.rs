//! Frames that come into a network from outside, and go out of it.
#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

use core::time::Duration;
use std::cell::RefCell;
use std::rc::Rc;

use layercake_base::{Instant, Mac};
use layercake_tower::{CaptureTap, Medium, Network, OutsideId, topology};

/// A host and an outside node with a wire of 5 ms between them.
const FILE: &str = r#"
[[node]]
name = "a.lab"
kind = "host"
[[node]]
name = "wan"
kind = "outside"
[[wire]]
between = ["a.lab 10.0.1.1/24", "wan"]
link = "lan"
delay = "5 ms"
"#;

/// The ARP request of RFC 826 for 10.0.1.1, from 10.0.1.9: 42 octets, as a kernel hands it to a device.
fn arp_request() -> Vec<u8> {
    let station = Mac::local(9).0;
    let mut frame = vec![0xff; 6];
    frame.extend_from_slice(&station);
    frame.extend_from_slice(&[0x08, 0x06, 0, 1, 8, 0, 6, 4, 0, 1]);
    frame.extend_from_slice(&station);
    frame.extend_from_slice(&[10, 0, 1, 9, 0, 0, 0, 0, 0, 0, 10, 0, 1, 1]);
    frame
}

fn network() -> (Network, OutsideId) {
    let net = Network::from_toml(FILE, 1).unwrap();
    let wan = net.outside("wan").unwrap();
    (net, wan)
}

fn at(millis: u64) -> Instant {
    Instant::ZERO + Duration::from_millis(millis)
}

#[test]
fn a_question_from_outside_is_answered_after_both_ways_of_the_wire() {
    let (mut net, wan) = network();
    net.set_attached(wan, true);
    net.enter(wan, &arp_request()).unwrap();
    net.run_until(at(9));
    assert_eq!(net.leave(wan), None);
    net.run_until(at(10));
    let answer = net.leave(wan).unwrap();
    assert_eq!(answer.at, at(10));
    assert_eq!(answer.octets.get(..6), Some(&Mac::local(9).0[..]));
    assert_eq!(answer.octets.get(20..22), Some(&[0, 2][..]), "an ARP reply");
    assert_eq!(net.leave(wan), None);
}

/// IEEE 802.3-2018 §4.4.2: 64 octets with the check sequence.
#[test]
fn a_short_frame_is_padded_on_its_way_in() {
    let (mut net, wan) = network();
    let tap = Rc::new(RefCell::new(CaptureTap::at(&["a.lab"])));
    net.observe(Box::new(Rc::clone(&tap)));
    net.enter(wan, &arp_request()).unwrap();
    net.run_until(at(5));
    let heard = tap.borrow_mut().take().unwrap().octets;
    let (request, padding) = heard.split_at(42);
    assert_eq!((request, padding), (&arp_request()[..], &[0; 18][..]));
}

fn discards(net: &Network) -> Vec<(&str, &str, u64)> {
    net.discards().iter().collect()
}

#[test]
fn what_comes_out_where_nothing_is_attached_is_discarded() {
    let (mut net, wan) = network();
    net.set_attached(wan, true);
    net.set_attached(wan, false);
    net.enter(wan, &arp_request()).unwrap();
    net.run_until(at(100));
    assert_eq!(net.leave(wan), None);
    assert_eq!(discards(&net), [("outside", "no-way", 1)]);
}

#[test]
fn octets_without_a_whole_header_do_not_come_in() {
    let (mut net, wan) = network();
    net.enter(wan, &arp_request()[..13]).unwrap();
    assert_eq!(discards(&net), [("outside", "too-short", 1)]);
    assert_eq!(net.next_event(), None);
}

#[test]
fn a_frame_beyond_every_pdu_is_refused_at_the_door() {
    let (mut net, wan) = network();
    assert!(net.enter(wan, &vec![0; 1 << 20]).is_err());
}

/// Where wires take no time, everything happens at the instant that the clock stands at; but not all at one.
#[test]
fn many_frames_at_many_instants_are_no_storm() {
    let mut net = Network::new(1);
    let column = || topology::lan_column().unwrap();
    let left = net.add_outside("left", column()).unwrap();
    let right = net.add_outside("right", column()).unwrap();
    net.add_wire("wire", Medium::default(), left.node(), right.node());
    net.set_attached(right, true);
    for tick in 0..150_000 {
        net.run_until(Instant::from_nanos(tick));
        net.enter(left, &[0; 60]).unwrap();
        net.run_until(Instant::from_nanos(tick));
        assert!(net.leave(right).is_some(), "{tick}");
    }
    assert_eq!(net.discards().total(), 0);
}
