//! What tshark says about the public captures: addresses, ports, types and checksums.

mod common;

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use layercake_base::layout::Value;
use layercake_dissect::{Dissected, Dissection, Verdict};
use serde_json::Value as Json;

const FOLDERS: [&str; 20] = [
    "app",
    "arp",
    "bpf-filter",
    "dhcp",
    "dns",
    "edit",
    "ethernet-vlan",
    "icmp",
    "icmpv6",
    "ipv4",
    "ipv6",
    "linktypes",
    "malformed",
    "pcap-format",
    "pcapng-format",
    "ppp-hdlc",
    "tcp",
    "tunnels",
    "udp",
    "rejected",
];

/// tshark's field, our protocol (the beginning of its name) and our field.
const FIELDS: [(&str, &str, &str); 12] = [
    ("ip.src", "IPv4", "Source Address"),
    ("ip.dst", "IPv4", "Destination Address"),
    ("ipv6.src", "IPv6", "Source Address"),
    ("ipv6.dst", "IPv6", "Destination Address"),
    ("icmp.type", "ICMP", "Type"),
    ("icmp.code", "ICMP", "Code"),
    ("icmpv6.type", "ICMPv6", "Type"),
    ("icmpv6.code", "ICMPv6", "Code"),
    ("udp.srcport", "UDP", "Source Port"),
    ("udp.dstport", "UDP", "Destination Port"),
    ("tcp.srcport", "TCP", "Source Port"),
    ("tcp.dstport", "TCP", "Destination Port"),
];

/// tshark's checksum status and our protocol.
const CHECKSUMS: [(&str, &str); 4] = [
    ("ip.checksum.status", "IPv4"),
    ("icmp.checksum.status", "ICMP"),
    ("udp.checksum.status", "UDP"),
    ("tcp.checksum.status", "TCP"),
];

/// Frames of which tshark tells something else on purpose: the last address of a source route,
/// and nothing behind a destination option that it finds malformed.
const TOLD_OTHERWISE: [(&str, u64); 3] = [
    ("pcpp_ipv4-options.pcap", 6),
    ("pcpp_ipv4-options.pcap", 7),
    ("zeek_ipv6-mobility-dst-opts.pcap", 1),
];

/// The reference values of a file by frame number; none where tshark refused the file.
fn reference(path: &Path) -> HashMap<u64, Json> {
    let beside = format!("{}.tshark.jsonl", path.display());
    let text = fs::read_to_string(beside).unwrap_or_default();
    let lines = text
        .lines()
        .filter_map(|line| serde_json::from_str::<Json>(line).ok());
    lines
        .filter_map(|frame| Some((frame.get("frame.number")?.as_u64()?, frame)))
        .collect()
}

/// The values of a key: it may be absent, one value or a list.
fn values(frame: &Json, key: &str) -> Vec<String> {
    let text = |value: &Json| {
        value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned)
    };
    match frame.get(key) {
        None => Vec::new(),
        Some(Json::Array(all)) => all.iter().map(text).collect(),
        Some(one) => vec![text(one)],
    }
}

/// True for the layers of that protocol; "ICMP" is not "ICMPv6", "IPv6" no extension header.
fn is(layer: &Dissected, protocol: &str) -> bool {
    let name = layer.layout.protocol;
    name == protocol
        || name
            .strip_prefix(protocol)
            .is_some_and(|rest| protocol.starts_with("ICMP") && rest.starts_with(' '))
}

fn shown(value: &Value<'_>) -> String {
    match value.raw {
        layercake_base::layout::Raw::Number(n) if value.field.width <= 16 => {
            n.to_string()
        }
        _ => value.to_string(),
    }
}

/// The values of a field in the layers before the first that is wrong.
fn ours(packet: &Dissection<'_>, protocol: &str, field: &str) -> Vec<String> {
    let sound = packet.layers.iter().take_while(|layer| is_sound(layer));
    let layers = sound.filter(|layer| is(layer, protocol));
    let values =
        layers.filter_map(|layer| packet.values(layer).find(|v| v.field.name == field));
    values.map(|value| shown(&value)).collect()
}

/// A wrong checksum does not keep tshark from telling the fields, anything else does.
fn is_sound(layer: &Dissected) -> bool {
    layer
        .fault
        .as_ref()
        .is_none_or(|fault| fault.reason.kind() == "mismatch")
}

/// tshark tells of a datagram in the frame that completes it, we of each fragment by itself.
fn is_fragment(packet: &Dissection<'_>) -> bool {
    let more = ours(packet, "IPv4", "Flags")
        .iter()
        .any(|flags| flags.parse().is_ok_and(|flags: u8| flags & 1 == 1));
    let later = ours(packet, "IPv4", "Fragment Offset")
        .iter()
        .any(|offset| offset != "0");
    let v6 = packet
        .layers
        .iter()
        .any(|layer| layer.layout.protocol == "IPv6 fragment");
    more || later || v6
}

/// Calls `what` with file and number, packet, and reference values of each frame.
fn each_frame(mut what: impl FnMut(&str, &Dissection<'_>, &Json)) {
    for path in common::captures(&FOLDERS) {
        let (reference, file) = (reference(&path), common::name(&path));
        common::each_packet(&path, |number, packet| {
            let known =
                !TOLD_OTHERWISE.contains(&(&*file, number)) && !is_fragment(packet);
            if let Some(frame) = reference.get(&number).filter(|_| known) {
                what(&format!("{file} {number}"), packet, frame);
            }
        });
    }
}

/// Every value of ours is tshark's, in the same order; tshark goes further into tunnels.
#[test]
fn agrees_with_tshark_on_addresses_ports_and_types() {
    let (mut compared, mut different) = (0, Vec::new());
    each_frame(|place, packet, frame| {
        for (key, protocol, field) in FIELDS {
            let (ours, theirs) = (ours(packet, protocol, field), values(frame, key));
            compared += ours.len();
            if !theirs.starts_with(&ours) {
                different.push(format!("{place} {key}: {ours:?} {theirs:?}"));
            }
        }
    });
    println!("{compared} values compared with tshark");
    assert!(
        different.is_empty(),
        "{} differ:\n{}",
        different.len(),
        different.join("\n")
    );
}

/// The outermost checksum of each protocol, where both computed it.
#[test]
fn agrees_with_tshark_on_checksums() {
    let (mut compared, mut different) = (0, Vec::new());
    each_frame(|place, packet, frame| {
        for (key, protocol) in CHECKSUMS {
            let layer = packet.layers.iter().find(|layer| is(layer, protocol));
            let check = layer
                .filter(|l| l.quoted == 0)
                .and_then(|l| l.check.as_ref());
            let theirs = values(frame, key).into_iter().next();
            let (Some(check), Some(theirs)) = (check, theirs) else {
                continue;
            };
            let ours = status(check.verdict);
            if ours == "2" || theirs == "2" {
                continue; // one of us did not compute it
            }
            compared += 1;
            if ours != theirs {
                different.push(format!("{place} {key}: {check:?}, tshark {theirs}"));
            }
        }
    });
    println!("{compared} checksums compared with tshark");
    assert!(
        different.is_empty(),
        "{} differ:\n{}",
        different.len(),
        different.join("\n")
    );
}

/// A verdict as tshark writes it.
fn status(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Good => "1",
        Verdict::Wrong(_) | Verdict::Offloaded(_) => "0",
        Verdict::Absent => "3",
        Verdict::Unknown => "2",
    }
}
