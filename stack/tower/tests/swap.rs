//! A layer of one's own in the tower of a lab host.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a panic is a failed test"
)]

mod probes;

use core::cell::Cell;
use std::rc::Rc;

use layercake_base::{Context, Layer, Pdu, Reason, Service, Spec};
use layercake_datalink::{Arp, Ethernet, FrameCheck, Hdlc, Ppp};
use layercake_physical::Manchester;
use layercake_tower::topology::{Attachment, host};
use layercake_tower::{Network, NodeId, Stack, Tower};
use probes::ping;

/// A line code written here: zeros and ones as they are, each octet twice. Its wire has two
/// symbols for a bit, like that of Manchester, but a flipped one is not always seen.
struct Doubling {
    carried: Rc<Cell<usize>>,
}

impl Layer for Doubling {
    fn spec(&self) -> Spec {
        Spec::new("doubling", 1)
            .between(Service::Bits, Service::Symbols)
            .kind(layercake_base::Kind::Rewrite)
    }

    fn send(&mut self, sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let mut pdu = cx.allocate_from(&sdu, 2 * sdu.len())?;
        for (pair, octet) in pdu.octets_mut().chunks_mut(2).zip(sdu.octets()) {
            pair.fill(*octet);
        }
        self.carried.set(self.carried.get() + 1);
        cx.send_down(pdu);
        Ok(())
    }

    fn receive(&mut self, pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let mut sdu = cx.allocate_from(&pdu, pdu.len() / 2)?;
        for (octet, pair) in sdu.octets_mut().iter_mut().zip(pdu.octets().chunks(2)) {
            if let [first, second] = pair {
                Reason::check("second octet", *second, *first)?;
                *octet = *first;
            }
        }
        self.carried.set(self.carried.get() + 1);
        cx.send_up(sdu);
        Ok(())
    }
}

/// Sees everything and changes nothing; fits anywhere.
struct Window {
    name: &'static str,
    seen: Rc<Cell<usize>>,
}

impl Layer for Window {
    fn spec(&self) -> Spec {
        Spec::new(self.name, 3)
    }

    fn send(&mut self, sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        self.seen.set(self.seen.get() + 1);
        cx.send_down(sdu);
        Ok(())
    }

    fn receive(&mut self, pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        self.seen.set(self.seen.get() + 1);
        cx.send_up(pdu);
        Ok(())
    }
}

/// The tower of a host of the lab, with `bottom` in place of its line code.
fn tower(net: &Network, node: NodeId, bottom: impl Layer + 'static) -> Tower {
    let column: Tower = match net.attachments(node) {
        [Attachment::Serial] => Tower::builder()
            .layer(Ppp::new())
            .layer(FrameCheck::default())
            .layer(Hdlc::default())
            .layer(bottom)
            .build()
            .unwrap(),
        other => panic!("{other:?} is no host with one serial line"),
    };
    host(net.config(node).unwrap().clone(), vec![Box::new(column)]).unwrap()
}

#[test]
fn a_ping_crosses_a_line_code_that_was_written_in_this_test() {
    let mut net = Network::from_toml(SERIAL, 1).unwrap();
    let carried = Rc::new(Cell::new(0));
    for name in ["one.lab", "two.lab"] {
        let node = net.node(name).unwrap();
        let doubling = Doubling {
            carried: carried.clone(),
        };
        let boxed: Box<dyn Layer> = Box::new(doubling);
        let tower = tower(&net, node, boxed);
        net.install(node, tower).unwrap();
    }
    let two = net.resolve("two.lab").unwrap();
    let answer = ping(&mut net, two, None, 1).unwrap();
    assert_eq!(answer.octets.first(), Some(&0), "echo reply");
    assert_eq!(carried.get(), 4, "two hosts, there and back");
}

const SERIAL: &str = r#"
local = "one.lab"
[[node]]
name = "one.lab"
kind = "host"
[[node]]
name = "two.lab"
kind = "host"
[[wire]]
between = ["one.lab 10.0.0.1/30", "two.lab 10.0.0.2/30"]
link = "serial"
delay = "1 ms"
"#;

#[test]
fn a_lab_host_pings_through_a_layer_that_was_written_in_this_test() {
    let mut net = Network::builtin(1).unwrap();
    let here = net.local();
    let seen = Rc::new(Cell::new(0));
    let window = Window {
        name: "window",
        seen: seen.clone(),
    };
    let [attachment] = net.attachments(here) else {
        panic!("here.lab has one attachment");
    };
    let column = net.recipe(here, 0).unwrap().column(attachment).unwrap();
    let column = Stack::new(window, column).unwrap();
    let tower = host(net.config(here).unwrap().clone(), vec![Box::new(column)]);
    net.install(here, tower.unwrap()).unwrap();
    let web = net.resolve("web.lab").unwrap();
    assert!(ping(&mut net, web, None, 1).is_some());
    assert_eq!(seen.get(), 2, "the request and the reply");
}

#[test]
fn a_tower_that_does_not_fit_is_refused_with_both_names() {
    let mac = layercake_base::Mac::local(1);
    let refused = Tower::builder()
        .layer(Arp::new(mac, [10, 0, 0, 1].into()))
        .layer(Ethernet::new(mac))
        .layer(Manchester::new())
        .build();
    let text = "ethernet needs frames, but manchester offers a run of bits";
    assert_eq!(refused.err().unwrap().to_string(), text);
    let mut net = Network::builtin(1).unwrap();
    let refused = net.install(net.local(), Ethernet::new(mac));
    let text = "ethernet needs frames, but wire offers symbols on a medium";
    assert_eq!(refused.err().unwrap().to_string(), text);
    let refused = Stack::new(Arp::new(mac, [10, 0, 0, 1].into()), Ppp::new());
    let text = "arp needs delivery to a station by link address, \
                but ppp offers delivery to a neighbour by network address";
    assert_eq!(refused.err().unwrap().to_string(), text);
}
