//! ARP between the kernel and our hosts: each finds the other, and each notices the other with its address.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod common;

use std::cell::RefCell;
use std::net::Ipv4Addr;
use std::process::Command;
use std::rc::Rc;
use std::time::Duration;

use common::{KERNEL, NEAR, alone, beside, on_tap, pair, run};
use layercake_base::{Event, Ici, Layer, Mac, Observer, What};
use layercake_datalink::arp::{Opcode, Packet};
use layercake_datalink::{Arp, Burst, Ethernet, FrameCheck, ether_type};
use layercake_live::{Ended, Live};
use layercake_network::icmp::{Echo, HEADER};
use layercake_physical::Manchester;
use layercake_tests::lack::lacking;
use layercake_tower::topology::{Attachment, host};
use layercake_tower::{Network, Tower};

/// Our host of [`NEAR`].
const HERE: Ipv4Addr = Ipv4Addr::new(10, 99, 1, 2);

/// What our host's ARP said, and what it refused.
#[derive(Default)]
struct Witness {
    said: Vec<Packet>,
    refused: Vec<String>,
}

impl Observer for Witness {
    fn on(&mut self, event: &Event<'_>) {
        match event.what {
            _ if event.layer != "arp" => {}
            What::Discarded { reason } => self.refused.push(reason.to_string()),
            What::Passed { .. } if event.ici.next == ether_type::ARP.0 => {
                self.said.push(Packet::decode(event.octets).unwrap());
            }
            _ => {}
        }
    }
}

fn watch(live: &mut Live) -> Rc<RefCell<Witness>> {
    let witness = Rc::new(RefCell::new(Witness::default()));
    live.network().observe(Box::new(Rc::clone(&witness)));
    witness
}

fn our_mac(network: &Network) -> Mac {
    match network.attachments(network.local()) {
        [Attachment::Station(own)] if own.v4 == Some(HERE) => own.mac,
        other => panic!("{other:?}"),
    }
}

/// A shell's command line in this namespace; what it prints, with its exit code as the last word.
fn shell(line: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("{line}; echo exit $?")]);
    command
}

fn ip(line: &str) -> String {
    let output = Command::new("ip").args(line.split(' ')).output().unwrap();
    assert!(output.status.success(), "{line}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// False, with a word, where there is no arping.
fn there_is_arping() -> bool {
    let there = Command::new("arping").arg("-V").output().is_ok();
    if !there {
        lacking("arping is needed, of the package iputils-arping");
    }
    there
}

fn wait(live: &mut Live, seconds: f64, stop: impl FnMut(&mut Network) -> bool) -> Ended {
    let deadline = live.now() + Duration::from_secs_f64(seconds);
    live.run_until(Some(deadline), None, stop).unwrap()
}

/// A ping of our host to the kernel.
fn ping_the_kernel(live: &mut Live) {
    let mut question = vec![b'?'; HEADER + 8];
    let echo = Echo {
        reply: false,
        identifier: 1,
        sequence_number: 1,
    };
    echo.encode(&mut question).unwrap();
    let ici = Ici {
        destination: Some(KERNEL.into()),
        next: 1,
        ..Ici::NONE
    };
    let here = live.network().local();
    live.network().send(here, &question, ici).unwrap();
}

/// Our host with an ARP that probes for its address before it uses it.
fn probing_host() -> Live {
    let mut live = on_tap(NEAR);
    let network = live.network();
    let (here, mac) = (network.local(), our_mac(network));
    let column = Tower::builder()
        .layer(Arp::probing(mac, HERE))
        .layer(Ethernet::new(mac))
        .layer(FrameCheck::default())
        .layer(Burst)
        .layer(Manchester::new())
        .build();
    let columns: Vec<Box<dyn Layer>> = vec![Box::new(column.unwrap())];
    let config = network.config(here).unwrap().clone();
    network
        .install(here, host(config, columns).unwrap())
        .unwrap();
    live
}

#[test]
fn the_kernel_finds_our_host_and_says_where_it_is() {
    let Some(chain) = alone() else { return };
    let (said, mac) = chain
        .enter(0, || {
            let mut live = on_tap(NEAR);
            let said = run(
                &mut live,
                &mut shell("ping -n -c 3 -i 0.01 10.99.1.2; ip neigh show 10.99.1.2"),
            );
            (said, our_mac(live.network()))
        })
        .unwrap();
    println!("{said}");
    assert!(said.contains("3 received"), "{said}");
    let entry = format!("10.99.1.2 dev lc0 lladdr {mac}");
    assert!(said.contains(&entry), "{said}");
}

#[test]
fn our_host_finds_the_kernel_by_one_question() {
    let Some(chain) = alone() else { return };
    chain
        .enter(0, || {
            let mut live = on_tap(NEAR);
            let (witness, here) = (watch(&mut live), live.network().local());
            ping_the_kernel(&mut live);
            let ended = wait(&mut live, 10.0, |network| network.receive(here).is_some());
            assert_eq!(ended, Ended::Stopped, "no answer");
            let said = &witness.borrow().said;
            println!("{said:?}");
            assert_eq!(said.len(), 1, "{said:?}");
            assert_eq!(said[0].opcode, Opcode::Request);
            assert_eq!(said[0].target.protocol, Ipv4Addr::from(KERNEL));
            assert_eq!(said[0].sender.protocol, HERE);
        })
        .unwrap();
}

/// RFC 5227: a probe for an address that somebody has is answered; arping then ends with 1.
#[test]
fn arping_sees_that_our_host_has_its_address() {
    if !there_is_arping() {
        return;
    }
    let Some(chain) = alone() else { return };
    let (taken, free, mac) = chain
        .enter(0, || {
            let mut live = on_tap(NEAR);
            let mut detect = |address: &str| {
                let line = format!("arping -D -c 2 -w 3 -I lc0 {address}");
                run(&mut live, &mut shell(&line))
            };
            let (taken, free) = (detect("10.99.1.2"), detect("10.99.1.3"));
            (taken, free, our_mac(live.network()))
        })
        .unwrap();
    println!("{taken}\n{free}");
    assert!(taken.ends_with("exit 1\n"), "{taken}");
    let answer = format!("from 10.99.1.2 [{}]", mac.to_string().to_uppercase());
    assert!(taken.contains(&answer), "{taken}");
    assert!(free.ends_with("exit 0\n"), "{free}");

    let Some(chain) = pair() else { return };
    let mut detect = shell("arping -D -c 2 -w 3 -I right 10.99.1.2");
    let taken = beside(&chain, NEAR, &mut detect);
    assert!(taken.ends_with("exit 1\n"), "{taken}");
}

/// RFC 5227 §2.4: the kernel takes our host's address and announces it; our host announces it too.
#[test]
fn our_host_defends_its_address_against_the_kernel() {
    if !there_is_arping() {
        return;
    }
    let Some(chain) = alone() else { return };
    chain
        .enter(0, || {
            let mut live = on_tap(NEAR);
            let (witness, mac) = (watch(&mut live), our_mac(live.network()));
            ip("addr add 10.99.1.2/32 dev lc0");
            let announce = "arping -U -c 2 -w 3 -I lc0 10.99.1.2";
            run(&mut live, &mut shell(announce));
            let witness = witness.borrow();
            let rule = "ar$spa = 10.99.1.2 must not be our own address";
            let refused = witness.refused.iter().filter(|text| *text == rule);
            assert!(refused.count() >= 2, "{:?}", witness.refused);
            println!("{:?}\n{:?}", witness.refused, witness.said);
            let [defence] = &witness.said[..] else {
                panic!("one in ten seconds: {:?}", witness.said);
            };
            assert_eq!(defence.opcode, Opcode::Request);
            assert_eq!(
                (defence.sender.hardware, defence.sender.protocol),
                (mac, HERE)
            );
            assert_eq!(defence.target.protocol, HERE);
        })
        .unwrap();
}

#[test]
fn our_host_refuses_an_address_that_the_kernel_holds() {
    let Some(chain) = alone() else { return };
    chain
        .enter(0, || {
            let mut live = probing_host();
            let witness = watch(&mut live);
            ip("addr add 10.99.1.2/32 dev lc0");
            let seen = Rc::clone(&witness);
            let ended = wait(&mut live, 10.0, |_| !seen.borrow().refused.is_empty());
            assert_eq!(ended, Ended::Stopped, "the kernel did not answer a probe");
            ping_the_kernel(&mut live);
            wait(&mut live, 0.1, |_| false);
            let witness = witness.borrow();
            let expected = [
                "ar$spa = 10.99.1.2 must not be our own address",
                "ar$spa = 10.99.1.2 is another station's",
            ];
            assert_eq!(witness.refused, expected);
            let unspecified = |probe: &Packet| probe.sender.protocol.is_unspecified();
            assert!(witness.said.iter().all(unspecified), "{:?}", witness.said);
        })
        .unwrap();
}

/// Probes take four to seven seconds; then the kernel may ping.
#[test]
fn our_host_takes_an_address_that_nobody_holds() {
    let Some(chain) = alone() else { return };
    chain
        .enter(0, || {
            let mut live = probing_host();
            let witness = watch(&mut live);
            let seen = Rc::clone(&witness);
            let announced = |packet: &Packet| packet.sender.protocol == HERE;
            let ended = wait(&mut live, 15.0, |_| {
                seen.borrow().said.iter().any(announced)
            });
            assert_eq!(ended, Ended::Stopped, "no announcement");
            assert_eq!(witness.borrow().said.len(), 4, "three probes before it");
            let said = run(&mut live, &mut common::ping("10.99.1.2", 3));
            assert!(said.contains("3 received"), "{said}");
        })
        .unwrap();
}
