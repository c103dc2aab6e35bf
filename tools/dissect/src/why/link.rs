//! Reasons in link headers.

use layercake_base::Mac;
use layercake_base::layout::Value;
use layercake_datalink::ethernet::LAYOUT;

use crate::Part;
use crate::link::is_lldp;

use super::{Scene, address};

/// Ethernet's smallest frame without its check sequence. IEEE 802.3-2018 §4.4.2.
const SMALLEST_FRAME: usize = 60;
/// Values of Length/Type up to here are lengths. IEEE 802.3-2018 §3.2.6.
const LARGEST_LENGTH: u64 = 1500;

pub(super) fn ethernet(
    scene: &Scene<'_>,
    name: &str,
    number: u64,
    _: &Value<'_>,
) -> Option<String> {
    match name {
        "Length/Type" => announces(scene, number),
        _ => {
            let [_, _, octets @ ..] = number.to_be_bytes();
            Some(address::mac(Mac(octets)))
        }
    }
}

pub(super) fn vlan(
    scene: &Scene<'_>,
    name: &str,
    number: u64,
    _: &Value<'_>,
) -> Option<String> {
    match (name, number) {
        ("Length/Type", _) => announces(scene, number),
        ("VID", 0) => Some("0: no VLAN, the tag only carries the priority".into()),
        ("VID", _) => Some(format!("the frame travels in VLAN {number}")),
        _ => None,
    }
}

pub(super) fn llc(
    scene: &Scene<'_>,
    name: &str,
    number: u64,
    _: &Value<'_>,
) -> Option<String> {
    match (name, number) {
        ("DSAP", _) => scene.follows(),
        ("SSAP", _) if number & 1 == 1 => {
            Some("its lowest bit is set: a response".into())
        }
        ("Control", 0x03) => {
            Some("unnumbered information: there is no connection".into())
        }
        _ => None,
    }
}

pub(super) fn snap(
    scene: &Scene<'_>,
    name: &str,
    number: u64,
    _: &Value<'_>,
) -> Option<String> {
    match (name, number) {
        ("OUI", 0) => Some("0: the PID is an EtherType, RFC 1042".into()),
        ("PID", _) => scene.follows(),
        _ => None,
    }
}

pub(super) fn lldp_time_to_live(
    _: &Scene<'_>,
    name: &str,
    number: u64,
    _: &Value<'_>,
) -> Option<String> {
    match (name, number) {
        ("TTL", 0) => Some("0: the sender leaves the link".into()),
        ("TTL", 120 | 121) => {
            Some("four times the 30 seconds between two of them".into())
        }
        _ => None,
    }
}

/// What the information string of an element is, where it is text or an address.
pub(super) fn lldp_information(scene: &Scene<'_>, octets: &[u8]) -> Option<String> {
    let subtype = |name| scene.number(name);
    let mac =
        subtype("Chassis ID Subtype") == Some(4) || subtype("Port ID Subtype") == Some(3);
    if let (true, Ok(address)) = (mac, <[u8; 6]>::try_from(octets)) {
        return Some(address::mac(Mac(address)));
    }
    let text = 1..=6;
    let kind = scene.number("TLV Type")?;
    text.contains(&kind)
        .then(|| format!("{:?}", printable(octets)))
}

/// Text of a frame; what is no printable ASCII is a dot.
pub(crate) fn printable(octets: &[u8]) -> String {
    let shown = |octet: &u8| match octet {
        b' '..=b'~' => char::from(*octet),
        _ => '.',
    };
    octets.iter().map(shown).collect()
}

pub(super) fn ppp(
    scene: &Scene<'_>,
    name: &str,
    _: u64,
    _: &Value<'_>,
) -> Option<String> {
    (name == "Protocol").then(|| scene.follows()).flatten()
}

fn announces(scene: &Scene<'_>, number: u64) -> Option<String> {
    if number <= LARGEST_LENGTH {
        return Some(format!(
            "at most 1500, so a length: {number} octets of LLC follow"
        ));
    }
    scene
        .follows()
        .or_else(|| Some("no protocol that is read here follows".into()))
}

/// Why there is padding in a frame.
pub(super) fn padding(scene: &Scene<'_>, part: &Part) -> String {
    let (end, len) = (part.range.end, part.range.len());
    let inner = scene
        .above
        .map_or("the body", |above| above.layout.protocol);
    let inner = if scene.above.is_some_and(is_lldp) {
        "LLDP"
    } else {
        inner
    };
    let outermost = scene.below.is_none() && scene.layer.is(&LAYOUT);
    if outermost && end == SMALLEST_FRAME {
        return format!(
            "{inner} ends {len} octets early: a frame must have {SMALLEST_FRAME}"
        );
    }
    format!("{inner} ends here by its own length; what follows is not part of it")
}
