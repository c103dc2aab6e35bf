//! Frames that are any octets at all arrive at hosts, routers and bridges of the built-in
//! network, one after the other, and the network runs on.
//!
//! ```text
//! +---------+------------------+---------- - - ----+
//! | control | length, 2 octets |  frame            |  and so on, at most FRAMES
//! +---------+------------------+---------- - - ----+
//! ```
//! Control, from the least significant bit: 2 bits where it arrives; whether to aim it at the
//! station's link address; at its IP address; to repair the IPv4 header checksum; to repair the
//! ICMP checksum; 2 bits how long the network runs then. An IPv6 frame is aimed at the station's
//! last address, and its ICMPv6 checksum repaired where that of ICMP is.
#![no_main]

use core::time::Duration;

use layercake_base::checksum;
use layercake_tower::topology::Attachment;
use layercake_tower::{Network, NodeId};

/// Frames of one input.
const FRAMES: usize = 16;
const NODES: [&str; 4] = ["web.lab", "gateway.lab", "city.lab", "switch.lab"];
const PAUSES: [Duration; 4] = [
    Duration::ZERO,
    Duration::from_millis(1),
    Duration::from_millis(200),
    Duration::from_secs(90),
];
/// Octets of an Ethernet header, and with an IPv4 header behind it.
const ETHERNET: usize = 14;
const IPV4: usize = ETHERNET + 20;
/// The same with an IPv6 header.
const IPV6: usize = ETHERNET + 40;

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let mut network = Network::builtin(1).expect("the lab is built");
    let mut rest = input;
    for _ in 0..FRAMES {
        let Some(([control, high, low], behind)) = rest.split_first_chunk::<3>() else {
            break;
        };
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        let (frame, behind) = behind.split_at(length.min(behind.len()));
        arrive(&mut network, *control, frame.to_vec());
        rest = behind;
    }
    let until = network.now() + Duration::from_secs(10);
    network.run_until(until);
    assert_eq!(network.now(), until);
});

fn arrive(network: &mut Network, control: u8, mut frame: Vec<u8>) {
    let node = network
        .node(NODES[usize::from(control & 0b11)])
        .expect("the lab has it");
    let port = lan_port(network, node);
    if let Some(Attachment::Station(own)) = network.attachments(node).get(port) {
        if control & 0b100 != 0 {
            put(&mut frame, 0, &own.mac.0);
        }
        let aimed = control & 0b1000 != 0;
        match (is_ipv6(&frame), own.v4, own.v6.last()) {
            (true, _, Some((address, _))) if aimed => {
                put(&mut frame, ETHERNET + 24, &address.octets());
            }
            (false, Some(address), _) if aimed => {
                put(&mut frame, ETHERNET + 16, &address.octets());
            }
            _ => {}
        }
    }
    if is_ipv6(&frame) && control & 0b10_0000 != 0 {
        repair_icmpv6(&mut frame);
    }
    if !is_ipv6(&frame) && control & 0b1_0000 != 0 {
        repair(&mut frame, ETHERNET..IPV4, 10);
    }
    if !is_ipv6(&frame) && control & 0b10_0000 != 0 {
        let end = frame.len().max(IPV4);
        repair(&mut frame, IPV4..end, 2);
    }
    let port = u16::try_from(port).expect("few ports");
    let _ = network.inject(node, port, &frame);
    let until = network.now() + PAUSES[usize::from(control >> 6)];
    network.run_until(until);
}

fn is_ipv6(frame: &[u8]) -> bool {
    frame.get(12..ETHERNET) == Some(&[0x86, 0xdd])
}

/// The checksum of an ICMPv6 message directly behind the header, as if all of the frame were it.
fn repair_icmpv6(frame: &mut [u8]) {
    let Some((header, message)) = frame.split_at_mut_checked(IPV6) else {
        return;
    };
    let length = u32::try_from(message.len()).unwrap_or(u32::MAX);
    put(message, 2, &[0, 0]);
    let sum = checksum::Sum::default()
        .octets(&header[ETHERNET + 8..])
        .octets(&length.to_be_bytes())
        .word(58)
        .octets(message)
        .finish();
    put(message, 2, &sum.to_be_bytes());
}

/// The first attachment that takes Ethernet frames.
fn lan_port(network: &Network, node: NodeId) -> usize {
    let mut attachments = network.attachments(node).iter();
    let lan = attachments.position(|at| *at != Attachment::Serial);
    lan.expect("each of them stands on a LAN")
}

/// Writes the internet checksum over a part of the frame, at an offset from its beginning.
fn repair(frame: &mut [u8], part: core::ops::Range<usize>, at: usize) {
    if let Some(part) = frame.get_mut(part) {
        put(part, at, &[0, 0]);
        let sum = checksum::internet(part).to_be_bytes();
        put(part, at, &sum);
    }
}

fn put(octets: &mut [u8], at: usize, value: &[u8]) {
    if let Some(place) = octets.get_mut(at..at + value.len()) {
        place.copy_from_slice(value);
    }
}
