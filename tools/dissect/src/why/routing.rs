//! Reasons in RIP and link state messages.

use core::net::Ipv4Addr;

use layercake_base::layout::Value;

use super::{Scene, ip};

/// The metric of what cannot be reached. RFC 2453 §3.6.
const INFINITY: u64 = 16;

pub(super) fn rip(
    scene: &Scene<'_>,
    name: &str,
    number: u64,
    value: &Value<'_>,
) -> Option<String> {
    let text = match (name, number) {
        ("Command", 1) => "asks for the routes that follow, or for all".into(),
        ("Command", 2) => "tells routes, asked or not".into(),
        ("Subnet Mask", _) => mask(number)?,
        ("Next Hop", 0) => "0.0.0.0: the sender of the message itself".into(),
        ("Metric", INFINITY) => "16: cannot be reached".into(),
        ("Metric", 255) => {
            "255: no route, the address is the next hop of those behind".into()
        }
        ("Metric", 1) => "a network of the sender's own".into(),
        ("Metric", _) => format!("{number} networks away, the sender's own among them"),
        ("Prefix Len", 0) if scene.number("Metric") != Some(255) => {
            "0: the default route".into()
        }
        _ => return ip::address(value),
    };
    Some(text)
}

fn mask(number: u64) -> Option<String> {
    let mask = u32::try_from(number).ok()?;
    let length = mask.leading_ones();
    Some(match mask.count_ones() == length {
        true => format!("{length} bits of the address count"),
        false => format!(
            "{}: ones behind a zero, which no mask has",
            Ipv4Addr::from(mask)
        ),
    })
}

pub(super) fn link_state(
    _: &Scene<'_>,
    name: &str,
    number: u64,
    value: &Value<'_>,
) -> Option<String> {
    match (name, number) {
        ("Length", 255) => Some("255: the address is a router's ID".into()),
        ("Type", 1) => Some("says who is heard on this link".into()),
        ("Type", 2) => Some("advertisements follow, each with its links".into()),
        ("Type", 3) => Some("what has arrived".into()),
        _ => ip::address(value),
    }
}
