//! What our routers say, in the words of tshark: RIPv2 from the emulated network, and RIPng.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a wrong assumption must fail the test"
)]

use std::cell::RefCell;
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr};
use std::process::{Command, Stdio};
use std::rc::Rc;
use std::time::Duration;

use layercake_base::Direction;
use layercake_network::rip::{self, Entry, Message, Route, Version};
use layercake_tests::lack;
use layercake_tower::{CaptureTap, Network};

const NETWORK: &str = r#"
[[node]]
name = "a"
kind = "host"

[[node]]
name = "r1"
kind = "router"
routing = "rip"

[[node]]
name = "r2"
kind = "router"
routing = "rip"

[[wire]]
between = ["a 10.1.0.2/16", "r1 10.1.0.1/16"]
link = "lan"

[[wire]]
between = ["r1 10.2.0.1/30", "r2 10.2.0.2/30"]
link = "lan"
"#;

/// Frames as a capture file, classic pcap with Ethernet.
fn capture(frames: &[Vec<u8>]) -> Vec<u8> {
    let mut file = Vec::new();
    for word in [0xa1b2_c3d4_u32, 0x0002_0004, 0, 0, 65_535, 1] {
        file.extend(word.to_be_bytes());
    }
    for frame in frames {
        let length = u32::try_from(frame.len()).unwrap();
        for word in [0, 0, length, length] {
            file.extend(word.to_be_bytes());
        }
        file.extend(frame);
    }
    file
}

/// For each frame the values of these fields; those that a frame has several times with commas.
/// `None` when there is no tshark.
fn tshark(frames: &[Vec<u8>], fields: &[&str]) -> Option<Vec<Vec<String>>> {
    let mut command = Command::new("tshark");
    command.args(["-r", "-", "-T", "fields", "-E", "occurrence=a"]);
    for field in fields {
        command.args(["-e", field]);
    }
    let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let Ok(mut child) = pipes.stderr(Stdio::null()).spawn() else {
        lack::lacking("tshark");
        return None;
    };
    child
        .stdin
        .take()
        .unwrap()
        .write_all(&capture(frames))
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    let line = |line: &str| line.split('\t').map(str::to_owned).collect();
    Some(text.lines().map(line).collect())
}

/// All values of one kind, as tshark writes them.
fn list<T: ToString>(routes: &[Route], value: impl Fn(&Route) -> T) -> String {
    let all: Vec<_> = routes
        .iter()
        .map(|route| value(route).to_string())
        .collect();
    all.join(",")
}

fn mask(route: &Route) -> Ipv4Addr {
    let host = u32::MAX.checked_shr(route.prefix.length().into());
    Ipv4Addr::from_bits(!host.unwrap_or(0))
}

fn routes(message: &Message<'_>) -> Vec<Route> {
    let route = |entry| match entry {
        Ok(Entry::Route(route)) => Some(route),
        _ => None,
    };
    message.entries().filter_map(route).collect()
}

/// What both routers send from port 520 in a minute.
fn said() -> Vec<Vec<u8>> {
    let mut net = Network::from_toml(NETWORK, 1).unwrap();
    let tap = Rc::new(RefCell::new(CaptureTap::at(&["r1", "r2"])));
    net.observe(Box::new(Rc::clone(&tap)));
    net.run_until(net.now() + Duration::from_secs(60));
    let frames = std::iter::from_fn(|| tap.borrow_mut().take());
    // Ethernet, IPv4 and UDP have 42 octets; port 520 is the destination.
    let said = frames.filter(|frame| frame.direction == Direction::Down);
    said.map(|frame| frame.octets)
        .filter(|octets| octets.get(36..38) == Some(&[0x02, 0x08]))
        .collect()
}

#[test]
fn tshark_reads_what_our_routers_say() {
    let frames = said();
    assert!(frames.len() > 10, "{}", frames.len());
    let fields = [
        "ip.src",
        "ip.dst",
        "ip.ttl",
        "udp.srcport",
        "rip.command",
        "rip.version",
        "rip.ip",
        "rip.netmask",
        "rip.next_hop",
        "rip.metric",
        "_ws.malformed",
        "_ws.expert.message",
    ];
    let Some(theirs) = tshark(&frames, &fields) else {
        return;
    };
    assert_eq!(theirs.len(), frames.len());
    let (mut requests, mut told) = (0, 0);
    for (frame, theirs) in frames.iter().zip(theirs) {
        let length = usize::from(u16::from_be_bytes([frame[38], frame[39]]));
        let message = Message::decode(Version::V2, &frame[42..34 + length]).unwrap();
        let source = IpAddr::from(<[u8; 4]>::try_from(&frame[26..30]).unwrap());
        let destination = IpAddr::from(<[u8; 4]>::try_from(&frame[30..34]).unwrap());
        let routes = routes(&message);
        let asks = message.asks_for_all();
        // tshark shows mask and next hop of the question for everything, but no address.
        let zero = || "0.0.0.0".to_owned();
        let (masks, hops) = match asks {
            true => (zero(), zero()),
            false => (list(&routes, mask), list(&routes, |_| zero())),
        };
        let ours = [
            source.to_string(),
            destination.to_string(),
            if destination.is_multicast() {
                "1"
            } else {
                "64"
            }
            .to_owned(),
            "520".to_owned(),
            if asks { "1" } else { "2" }.to_owned(),
            "2".to_owned(),
            list(&routes, |route| route.prefix.address()),
            masks,
            hops,
            match asks {
                true => "16".to_owned(),
                false => list(&routes, |route| route.metric),
            },
            String::new(),
            String::new(),
        ];
        assert_eq!(theirs, ours);
        requests += usize::from(asks);
        told += routes.len();
    }
    assert!(requests == 3 && told > 10, "{requests} {told}");
}

#[test]
fn tshark_reads_a_message_of_ripng() {
    let route = |prefix: &str, tag, metric| {
        let prefix = prefix.parse().unwrap();
        Route {
            prefix,
            tag,
            next_hop: None,
            metric,
        }
    };
    let routes = [
        route("2001:db8:1::/48", 0, 1),
        route("::/0", 0x1234, 16),
        route("fd00::7/128", 7, 15),
    ];
    let entries = routes.map(Entry::Route);
    let mut message = vec![0; rip::HEADER + rip::ENTRY * entries.len()];
    rip::encode(Version::Ng, rip::Command::Response, &entries, &mut message).unwrap();
    let IpAddr::V6(group) = Version::Ng.group() else {
        panic!("no IPv6 group");
    };
    let source = "fe80::1".parse::<std::net::Ipv6Addr>().unwrap();
    let mut frame = Vec::new();
    etherparse::PacketBuilder::ethernet2([2, 0, 0, 0, 0, 1], [0x33, 0x33, 0, 0, 0, 9])
        .ipv6(source.octets(), group.octets(), 255)
        .udp(521, 521)
        .write(&mut frame, &message)
        .unwrap();
    let fields = [
        "ripng.cmd",
        "ripng.version",
        "ripng.rte.ipv6_prefix",
        "ripng.rte.route_tag",
        "ripng.rte.prefix_length",
        "ripng.rte.metric",
        "_ws.malformed",
    ];
    let Some(theirs) = tshark(&[frame], &fields) else {
        return;
    };
    let ours = [
        "2".to_owned(),
        "1".to_owned(),
        list(&routes, |route| route.prefix.address()),
        list(&routes, |route| format!("0x{:04x}", route.tag)),
        list(&routes, |route| route.prefix.length()),
        list(&routes, |route| route.metric),
        String::new(),
    ];
    assert_eq!(theirs, [ours]);
}
