//! Frames over a veth pair: in order, equal, and refused with a reason.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::time::Duration;

use layercake_host::link::{BatchSender, LinkError, LinkSender, find, interfaces};
use layercake_tests::netns::{Chain, available, is_inner};
use pnet_datalink::{Channel, Config, DataLinkReceiver};

/// The EtherType for experiments (IEEE 802): nothing else on the link uses it.
const EXPERIMENT: [u8; 2] = [0x88, 0xb5];

/// Frames of all sizes up to `longest`, each with its number and a pattern of its own.
fn frames(count: usize, longest: usize) -> Vec<Vec<u8>> {
    let frame = |number: usize| {
        let length = 60 + number * 97 % (longest - 59);
        let mut frame = vec![2, 0, 0, 0, 1, 2, 2, 0, 0, 0, 1, 1];
        frame.extend_from_slice(&EXPERIMENT);
        frame.extend_from_slice(&u32::try_from(number).unwrap().to_be_bytes());
        frame.resize(length, u8::try_from(number % 251).unwrap());
        frame
    };
    let mut all: Vec<Vec<u8>> = (0..count).map(frame).collect();
    all.push(frame(count));
    all[count].resize(longest, 0xee);
    all
}

/// Listens on the far end of the only link.
fn listen(chain: &Chain) -> Box<dyn DataLinkReceiver> {
    chain
        .enter(1, || {
            let all = pnet_datalink::interfaces();
            let left = all.into_iter().find(|one| one.name == "left").unwrap();
            let config = Config {
                read_buffer_size: 70_000,
                read_timeout: Some(Duration::from_secs(20)),
                ..Config::default()
            };
            match pnet_datalink::channel(&left, config).unwrap() {
                Channel::Ethernet(_sender, receiver) => receiver,
                _ => panic!("no channel"),
            }
        })
        .unwrap()
}

/// Receives on a thread of its own while `send` runs, and holds the frames against those sent.
fn all_arrive(chain: &Chain, sent: &[Vec<u8>], send: impl FnOnce() + Send) {
    let mut receiver = listen(chain);
    std::thread::scope(|scope| {
        let arrived = scope.spawn(move || collect(&mut *receiver, sent.len()));
        chain.enter(0, send).unwrap();
        let arrived = arrived.join().unwrap();
        let wrong = arrived
            .iter()
            .zip(sent)
            .position(|(one, other)| one != other);
        assert_eq!(
            (wrong, arrived.len()),
            (None, sent.len()),
            "first wrong, arrived"
        );
    });
}

fn collect(receiver: &mut dyn DataLinkReceiver, count: usize) -> Vec<Vec<u8>> {
    let mut collected = Vec::new();
    while collected.len() < count {
        let Ok(frame) = receiver.next() else { break };
        if frame[12..14] == EXPERIMENT {
            collected.push(frame.to_vec());
        }
    }
    collected
}

fn jumbo() -> Option<Chain> {
    let chain = available("host", 1).unwrap()?;
    chain
        .ip(0, &["link", "set", "right", "mtu", "9000"])
        .unwrap();
    chain
        .ip(1, &["link", "set", "left", "mtu", "9000"])
        .unwrap();
    Some(chain)
}

#[test]
fn frames_sent_one_by_one_arrive_in_order_and_equal() {
    let Some(chain) = jumbo() else { return };
    let sent = frames(20, 9014);
    all_arrive(&chain, &sent, || {
        let mut sender = LinkSender::open("right").unwrap();
        assert_eq!(sender.interface().mtu, 9000);
        sent.iter().for_each(|frame| sender.send(frame).unwrap());
    });
}

#[test]
fn frames_sent_in_batches_arrive_in_order_and_equal() {
    let Some(chain) = jumbo() else { return };
    // More than one batch, and a last one that is not full; together within the default receive buffer.
    let sent = frames(149, 200);
    all_arrive(&chain, &sent, || {
        let mut sender = BatchSender::open("right").unwrap();
        let frames: Vec<&[u8]> = sent.iter().map(Vec::as_slice).collect();
        sender.send_all(&frames).unwrap();
    });
}

#[test]
fn a_frame_that_does_not_fit_names_the_mtu() {
    let Some(chain) = available("host", 1).unwrap() else {
        return;
    };
    chain
        .enter(0, || {
            let long = vec![2; 1600];
            let expected = LinkError::FrameTooLong {
                interface: "right".to_owned(),
                length: 1600,
                mtu: 1500,
            };
            let mut one = LinkSender::open("right").unwrap();
            assert_eq!(one.send(&long).unwrap_err(), expected);
            let mut many = BatchSender::open("right").unwrap();
            assert_eq!(many.send_all(&[&[2; 60], &long]).unwrap_err(), expected);
            let short = one.send(&[2; 5]).unwrap_err();
            assert_eq!(
                short.to_string(),
                "a frame of 5 octets is shorter than the link header of right"
            );
        })
        .unwrap();
}

#[test]
fn an_interface_that_is_down_or_absent_is_named() {
    let Some(chain) = available("host", 1).unwrap() else {
        return;
    };
    chain.ip(0, &["link", "set", "right", "down"]).unwrap();
    chain
        .enter(0, || {
            assert!(!find("right").unwrap().up);
            // Some kernels put tunnels into every new namespace: sit0, gre0 and the like.
            let names: Vec<String> =
                interfaces().into_iter().map(|one| one.name).collect();
            assert!(
                names.contains(&"lo".to_owned()) && names.contains(&"right".to_owned())
            );
            let down = LinkError::Down {
                interface: "right".to_owned(),
            };
            assert_eq!(LinkSender::open("right").unwrap_err(), down);
            assert_eq!(BatchSender::open("right").unwrap_err(), down);
            let absent = LinkSender::open("eth7").unwrap_err();
            assert_eq!(
                absent.to_string(),
                format!(
                    "no interface is named eth7; there are: {}",
                    names.join(", ")
                )
            );
        })
        .unwrap();
}

#[test]
fn nobody_is_told_which_capability_a_link_needs() {
    if is_inner() {
        let expected = LinkError::NotPermitted {
            interface: "lo".to_owned(),
        };
        assert_eq!(LinkSender::open("lo").unwrap_err(), expected);
        assert_eq!(BatchSender::open("lo").unwrap_err(), expected);
        return;
    }
    let Some(chain) = available("host", 0).unwrap() else {
        return;
    };
    let test = "nobody_is_told_which_capability_a_link_needs";
    chain.rerun_as_nobody(0, test).unwrap();
}
