//! Back-pressure: a layer that queues asks how much the way down takes, holds back the rest, and
//! hears when there is room again.
#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

use core::time::Duration;
use std::collections::VecDeque;

use layercake_base::{Context, Ici, Kind, Layer, Notice, Pdu, Reason, Service, Spec};
use layercake_tower::{Expansion, Medium, Network, NodeId};

/// PDUs that are sent at once.
const MANY: usize = 300;

/// Sends each PDU at once, whatever the way down takes; polite ones queue.
#[derive(Default)]
struct Sender {
    polite: bool,
    waiting: VecDeque<Pdu>,
}

impl Sender {
    fn send_what_fits(&mut self, cx: &mut Context<'_>) {
        for _ in 0..cx.room_below() {
            let Some(pdu) = self.waiting.pop_front() else {
                return;
            };
            cx.send_down(pdu);
        }
        if !self.waiting.is_empty() {
            cx.wait_for_room();
        }
    }
}

impl Layer for Sender {
    fn spec(&self) -> Spec {
        Spec::new("sender", 2)
            .between(Service::User, Service::Symbols)
            .kind(Kind::Queue)
    }

    fn send(&mut self, sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        if self.polite {
            self.waiting.push_back(sdu);
            self.send_what_fits(cx);
        } else {
            cx.send_down(sdu);
        }
        Ok(())
    }

    fn receive(&mut self, pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        cx.send_up(pdu);
        Ok(())
    }

    fn notice(&mut self, notice: Notice, cx: &mut Context<'_>) {
        match notice {
            Notice::Room => self.send_what_fits(cx),
            other => cx.pass(other),
        }
    }
}

/// Two senders on a line of 1 ms for each octet whose queue takes four.
fn network(polite: bool) -> (Network, [NodeId; 2]) {
    let mut network = Network::new(1);
    let sender = || Sender {
        polite,
        ..Sender::default()
    };
    let ends = ["a", "b"].map(|name| network.add_node(name, sender()).unwrap());
    let narrow = Medium {
        rate: 8_000,
        expansion: Expansion { bits: 1, packed: 1 },
        queue: 4,
        ..Medium::default()
    };
    network.add_wire("narrow", narrow, ends[0], ends[1]);
    (network, ends)
}

/// How many of the PDUs arrive, in order, when they are all sent at once.
fn arrivals(polite: bool) -> (Vec<u16>, u64) {
    let (mut network, [a, b]) = network(polite);
    for number in 0..u16::try_from(MANY).unwrap() {
        network.send(a, &number.to_be_bytes(), Ici::NONE).unwrap();
    }
    network.run_until(network.now() + Duration::from_secs(1));
    let next = || {
        network
            .receive(b)
            .map(|arrival| arrival.octets.try_into().unwrap())
    };
    let numbers = std::iter::from_fn(next).map(u16::from_be_bytes).collect();
    (numbers, network.discards().total())
}

#[test]
fn who_waits_for_room_loses_nothing() {
    let (numbers, discards) = arrivals(true);
    assert!(numbers.into_iter().eq(0..300), "all, in order");
    assert_eq!(discards, 0);
}

#[test]
fn who_does_not_ask_loses_what_the_queue_cannot_take() {
    let (numbers, discards) = arrivals(false);
    assert_eq!(numbers, [0, 1, 2, 3]);
    assert_eq!(discards, 296);
}
