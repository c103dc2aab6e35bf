//! The line of an ICMPv6 message.

use layercake_transport::{tcp, udp};

use super::View;

/// The types that have no words of their own below.
const NAMES: &[(u64, &str)] = &[
    (1, "destination unreachable"),
    (2, "packet too big"),
    (3, "time exceeded"),
    (4, "parameter problem"),
    (130, "multicast listener query"),
    (131, "multicast listener report"),
    (132, "multicast listener done"),
    (133, "router solicitation"),
    (134, "router advertisement"),
    (135, "neighbor solicitation"),
    (136, "neighbor advertisement"),
    (137, "redirect"),
    (143, "multicast listener report v2"),
];

/// The line behind the addresses. `quoted` is the quoted packet, `inside` what that carries.
pub(super) fn line(
    view: &View<'_>,
    quoted: Option<View<'_>>,
    inside: Option<View<'_>>,
) -> String {
    match words(view, quoted, inside) {
        Some(words) => format!("ICMP6, {words}, length {}", view.wire_len()),
        None => match view.number("Type").and_then(name) {
            Some(name) => format!("ICMP6, {name} [|icmp6]"),
            None => " [|icmp6]".into(),
        },
    }
}

fn words(
    view: &View<'_>,
    quoted: Option<View<'_>>,
    inside: Option<View<'_>>,
) -> Option<String> {
    let (kind, code) = (view.number("Type")?, view.number("Code")?);
    Some(match kind {
        1 => format!(
            "destination unreachable, {}",
            unreachable(code, &quoted?, inside)?
        ),
        2 => format!("packet too big, mtu {}", view.number("MTU")?),
        3 => match code {
            0 => format!(
                "time exceeded in-transit for {}",
                quoted?.shown("Destination Address")
            ),
            1 => "ip reassembly time exceeded".into(),
            _ => format!("time exceeded, unknown code {code}"),
        },
        4 => parameter_problem(view, code)?,
        135 => format!("neighbor solicitation, who has {}", target(view)?),
        136 => format!("neighbor advertisement, tgt is {}", target(view)?),
        137 => {
            let (target, about) = (target(view)?, "Destination Address");
            let whole = !view.octets(about).is_empty();
            whole.then(|| format!("redirect, {} to {target}", view.shown(about)))?
        }
        128 | 129 => {
            let which = if kind == 128 { "request" } else { "reply" };
            let (id, seq) = (view.number("Identifier")?, view.number("Sequence Number")?);
            format!("echo {which}, id {id}, seq {seq}")
        }
        _ => name(kind)
            .map_or_else(|| format!("unknown icmp6 type ({kind})"), str::to_owned),
    })
}

fn name(kind: u64) -> Option<&'static str> {
    let known = NAMES.iter().find(|(number, _)| *number == kind);
    known.map(|(_, name)| *name)
}

fn target(view: &View<'_>) -> Option<String> {
    let octets = view.octets("Target Address");
    (!octets.is_empty()).then(|| view.shown("Target Address"))
}

fn parameter_problem(view: &View<'_>, code: u64) -> Option<String> {
    let pointer = view.number("Pointer")?;
    let what = match code {
        0 => "erroneous",
        1 => "next header",
        2 => "option",
        3 => return Some("parameter problem, incomplete header chain".into()),
        _ => return Some(format!("parameter problem, code #{code}")),
    };
    Some(format!("parameter problem, {what} - octet {pointer}"))
}

fn unreachable(code: u64, quoted: &View<'_>, inside: Option<View<'_>>) -> Option<String> {
    let host = quoted.shown("Destination Address");
    Some(match code {
        0 => format!("unreachable route {host}"),
        1 => format!("unreachable prohibited {host}"),
        2 => format!("beyond scope {host}"),
        3 => format!("unreachable address {host}"),
        4 => port(&host, &inside?)?,
        _ => format!("unknown unreach code {code}"),
    })
}

fn port(host: &str, inside: &View<'_>) -> Option<String> {
    let port = inside.number("Destination Port")?;
    let name = if inside.layer.is(&udp::LAYOUT) {
        "udp"
    } else if inside.layer.is(&tcp::LAYOUT) {
        "tcp"
    } else {
        return None;
    };
    Some(format!("unreachable port, {host} {name} port {port}"))
}
