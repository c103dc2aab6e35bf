//! Reasons in IPv4 and IPv6 headers.

use core::net::{Ipv4Addr, Ipv6Addr};

use layercake_base::layout::{Kind, Raw, Value};

use super::{Scene, address};

/// DSCPs with a name. RFC 2474, RFC 2597, RFC 3246, RFC 5865, RFC 8622.
const DSCPS: &[(u64, &str)] = &[
    (0, "default"),
    (1, "LE, lower effort"),
    (8, "CS1"),
    (10, "AF11"),
    (18, "AF21"),
    (26, "AF31"),
    (34, "AF41"),
    (44, "voice-admit"),
    (46, "EF, expedited"),
    (48, "CS6, network control"),
    (56, "CS7"),
];

/// Values that senders start the hop count with.
const STARTS: [u64; 4] = [32, 64, 128, 255];

pub(super) fn v4(
    scene: &Scene<'_>,
    name: &str,
    number: u64,
    value: &Value<'_>,
) -> Option<String> {
    match name {
        "Version" => Some(format!(
            "the first four bits of an IP packet: {number} is IPv{number}"
        )),
        "IHL" => Some(header_length(number)),
        "Type of Service" => Some(class(number)),
        "Total Length" => Some(total_length(scene, number)),
        "Identification" => identification(scene),
        "Flags" => Some(flags(number)),
        "Fragment Offset" => fragment_offset(scene, number),
        "Time to Live" => Some(hops(number)),
        "Protocol" => protocol(scene),
        _ => address(value),
    }
}

pub(super) fn v6(
    scene: &Scene<'_>,
    name: &str,
    number: u64,
    value: &Value<'_>,
) -> Option<String> {
    match name {
        "Version" => Some(format!(
            "the first four bits of an IP packet: {number} is IPv{number}"
        )),
        "Traffic Class" => Some(class(number)),
        "Flow Label" if number == 0 => Some("0: not told to belong to a flow".into()),
        "Payload Length" if number == 0 && scene.number("Next Header") == Some(0) => {
            Some("0: perhaps a jumbogram, which tells it in an option, RFC 2675".into())
        }
        "Payload Length" => Some(format!(
            "the 40 octets of the header are not counted: {} in all",
            number + 40
        )),
        "Next Header" => scene.follows(),
        "Hop Limit" => Some(hops(number)),
        _ => address(value),
    }
}

/// The length of an IPv4 or TCP header, told in 32-bit words; the least of both is 20 octets.
pub(super) fn header_length(words: u64) -> String {
    let octets = words * 4;
    match octets.checked_sub(20) {
        Some(0) => format!("{words} × 4 = {octets}: no options follow"),
        Some(options) => {
            format!("{words} × 4 = {octets}: {options} octets of options follow")
        }
        None => format!("{words} × 4 = {octets}: less than the 20 that a header has"),
    }
}

fn class(octet: u64) -> String {
    let (dscp, ecn) = (octet >> 2, octet & 0b11);
    let name = DSCPS.iter().find(|(known, _)| *known == dscp);
    let name = name.map_or(String::new(), |(_, name)| format!(" ({name})"));
    let ecn = match ecn {
        0b00 => "does not use ECN",
        0b11 => "met congestion",
        _ => "can use ECN",
    };
    format!("DSCP {dscp}{name}; the sender's transport {ecn}")
        .replace("the sender's transport met", "the packet met")
}

fn total_length(scene: &Scene<'_>, total: u64) -> String {
    if total == 0 {
        return "0: left to the sender's network card, which cuts it into packets".into();
    }
    let (header, body) = (scene.header_len(), scene.body_len());
    let text = format!("{header} header + {body} body");
    let captured = scene.dissection.octets.len();
    if scene.layer.quoted > 0 && scene.layer.end > captured {
        let here = captured.saturating_sub(scene.layer.body_start());
        return format!("{text}; {here} of the body are quoted");
    }
    text
}

fn identification(scene: &Scene<'_>) -> Option<String> {
    let flags = scene.number("Flags")?;
    let whole = flags & 0b001 == 0 && scene.number("Fragment Offset")? == 0;
    let text = match (whole, flags & 0b010 != 0) {
        (true, true) => "means nothing here: DF forbids fragments",
        (true, false) => "counts only if a router cuts the packet",
        (false, _) => "joins this fragment to the others of its packet",
    };
    Some(text.into())
}

fn flags(number: u64) -> String {
    let text = match (number & 0b010 != 0, number & 0b001 != 0) {
        (true, false) => {
            "a router whose next network is too narrow must discard it and say so"
        }
        (false, true) => "a fragment, and not the last",
        (false, false) => "may be fragmented; no fragment follows",
        (true, true) => "a fragment, and not the last, though DF forbids to cut further",
    };
    text.into()
}

fn fragment_offset(scene: &Scene<'_>, number: u64) -> Option<String> {
    let more = scene.number("Flags")? & 0b001 != 0;
    Some(match (number, more) {
        (0, false) => "0 and no MF: the packet is whole".into(),
        (0, true) => "0: the first fragment, with the header of the next layer".into(),
        (n, _) => format!(
            "{n} × 8 = {}: the next layer's header is in another fragment",
            n * 8
        ),
    })
}

fn hops(number: u64) -> String {
    let start = STARTS.iter().find(|start| **start >= number);
    match (number, start) {
        (0 | 1, _) => {
            format!("{number}: the next router must discard it and tell the sender")
        }
        (_, Some(start)) if *start == number => {
            format!("a usual start: no router has forwarded it, if it began with {start}")
        }
        (_, Some(start)) => match start - number {
            1 => format!("one router forwarded it, if it began with {start}"),
            many => format!("{many} routers forwarded it, if it began with {start}"),
        },
        (_, None) => "more than any sender starts with".into(),
    }
}

fn protocol(scene: &Scene<'_>) -> Option<String> {
    if scene.number("Fragment Offset")? > 0 {
        return Some(
            "what the whole packet carries; its header is in the first fragment".into(),
        );
    }
    scene
        .follows()
        .or_else(|| Some("no protocol that is read here follows".into()))
}

/// What an address tells; `None` for every other field.
pub(super) fn address(value: &Value<'_>) -> Option<String> {
    match (value.field.kind, value.raw) {
        (Kind::Ipv4, Raw::Number(number)) => {
            let [_, _, _, _, octets @ ..] = number.to_be_bytes();
            address::ipv4(Ipv4Addr::from(octets))
        }
        (Kind::Ipv6, Raw::Octets(octets)) => {
            let octets: [u8; 16] = octets.try_into().ok()?;
            address::ipv6(Ipv6Addr::from(octets))
        }
        _ => None,
    }
}
