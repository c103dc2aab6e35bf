//! Reasons in link headers.

use layercake_base::Mac;
use layercake_base::layout::Value;
use layercake_datalink::ethernet::LAYOUT;

use crate::Part;

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
    let outermost = scene.below.is_none() && scene.layer.is(&LAYOUT);
    if outermost && end == SMALLEST_FRAME {
        return format!(
            "{inner} ends {len} octets early: a frame must have {SMALLEST_FRAME}"
        );
    }
    format!("{inner} ends here by its own length; what follows is not part of it")
}
