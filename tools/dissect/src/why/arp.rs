//! Reasons in ARP packets.

use core::net::Ipv4Addr;

use layercake_base::layout::Value;

use super::Scene;

pub(super) fn why(
    scene: &Scene<'_>,
    name: &str,
    number: u64,
    _: &Value<'_>,
) -> Option<String> {
    let address = |field| scene.number(field).map(ipv4);
    let (asks, answers) = match scene.number("ar$op") {
        Some(op) => (op == 1, op == 2),
        None => return None,
    };
    let text = match (name, number) {
        ("ar$hln", 6) => "a link address of Ethernet has 6 octets".into(),
        ("ar$pln", 4) => "an IPv4 address has 4 octets".into(),
        ("ar$op", 1) => format!("asks who has {}", address("ar$tpa")?),
        ("ar$op", 2) => format!("tells who has {}", address("ar$spa")?),
        ("ar$tha", 0) if asks => "zero: this is what the sender wants to know".into(),
        ("ar$spa", 0) if asks => {
            "zero: a probe whether anybody has the target's, RFC 5227".into()
        }
        ("ar$tpa", _) if (asks || answers) && scene.number("ar$spa") == Some(number) => {
            "the sender's own: an announcement, RFC 5227".into()
        }
        _ => return None,
    };
    Some(text)
}

fn ipv4(number: u64) -> Ipv4Addr {
    let [_, _, _, _, octets @ ..] = number.to_be_bytes();
    Ipv4Addr::from(octets)
}
