//! The line of an ICMP message; an error also tells whom it is about, from its quote.

use layercake_transport::{tcp, udp};

use super::View;

/// The types that have no words of their own below.
const NAMES: &[(u64, &str)] = &[
    (3, "unreachable"),
    (4, "source quench"),
    (5, "redirect"),
    (9, "router advertisement"),
    (10, "router solicitation"),
    (11, "time exceeded"),
    (12, "parameter problem"),
    (15, "information request"),
    (16, "information reply"),
    (17, "address mask request"),
];

/// The line behind the addresses. `quoted` is the quoted packet, `inside` what that carries.
pub(super) fn line(
    view: &View<'_>,
    quoted: Option<View<'_>>,
    inside: Option<View<'_>>,
) -> String {
    match words(view, quoted, inside) {
        Some(words) => format!("ICMP {words}, length {}", view.wire_len()),
        None => " [|icmp]".into(),
    }
}

fn words(
    view: &View<'_>,
    quoted: Option<View<'_>>,
    inside: Option<View<'_>>,
) -> Option<String> {
    let (kind, code) = (view.number("Type")?, view.number("Code")?);
    Some(match kind {
        0 | 8 => {
            let which = if kind == 8 { "request" } else { "reply" };
            let (id, seq) = (view.number("Identifier")?, view.number("Sequence Number")?);
            format!("echo {which}, id {id}, seq {seq}")
        }
        3 => unreachable(view, code, &quoted?, inside)?,
        5 => redirect(view, code, &quoted?)?,
        11 => match code {
            0 => "time exceeded in-transit".into(),
            1 => "ip reassembly time exceeded".into(),
            _ => format!("time exceeded-#{code}"),
        },
        12 if code != 0 => format!("parameter problem - code {code}"),
        12 => format!("parameter problem - octet {}", view.number("Pointer")?),
        13 | 14 => timestamp(view, kind)?,
        _ => name(kind),
    })
}

/// The answer tells all three times.
fn timestamp(view: &View<'_>, kind: u64) -> Option<String> {
    let (id, seq) = (view.number("Identifier")?, view.number("Sequence Number")?);
    if kind == 13 {
        return Some(format!("time stamp query id {id} seq {seq}"));
    }
    let time = |field| view.number(field).map(time_of_day);
    let [org, recv, xmit] = [
        time("Originate Timestamp")?,
        time("Receive Timestamp")?,
        time("Transmit Timestamp")?,
    ];
    let times = format!("org {org}, recv {recv}, xmit {xmit}");
    Some(format!("time stamp reply id {id} seq {seq}: {times}"))
}

/// Milliseconds since midnight as a clock shows them.
fn time_of_day(milliseconds: u64) -> String {
    let (seconds, rest) = (milliseconds / 1000, milliseconds % 1000);
    let (minutes, hours) = (seconds / 60, seconds / 3600);
    format!(
        "{hours:02}:{:02}:{:02}.{rest:03}",
        minutes % 60,
        seconds % 60
    )
}

fn name(kind: u64) -> String {
    let known = NAMES.iter().find(|(number, _)| *number == kind);
    known.map_or_else(|| format!("type-#{kind}"), |(_, name)| (*name).into())
}

fn unreachable(
    view: &View<'_>,
    code: u64,
    quoted: &View<'_>,
    inside: Option<View<'_>>,
) -> Option<String> {
    quoted.number("Destination Address")?;
    let host = quoted.shown("Destination Address");
    Some(match code {
        0 => format!("net {host} unreachable"),
        1 => format!("host {host} unreachable"),
        2 => format!("{host} protocol {} unreachable", quoted.number("Protocol")?),
        3 => port(&host, quoted, inside)?,
        4 => match view.number("Next-Hop MTU")? {
            0 => format!("{host} unreachable - need to frag"),
            mtu => format!("{host} unreachable - need to frag (mtu {mtu})"),
        },
        5 => format!("{host} unreachable - source route failed"),
        6 => format!("net {host} unreachable - unknown"),
        7 => format!("host {host} unreachable - unknown"),
        8 => format!("{host} unreachable - source host isolated"),
        9 => format!("net {host} unreachable - admin prohibited"),
        10 => format!("host {host} unreachable - admin prohibited"),
        11 => format!("net {host} unreachable - tos prohibited"),
        12 => format!("host {host} unreachable - tos prohibited"),
        13 => format!("host {host} unreachable - admin prohibited filter"),
        14 => format!("host {host} unreachable - host precedence violation"),
        15 => format!("host {host} unreachable - precedence cutoff"),
        _ => format!("{host} unreachable - #{code}"),
    })
}

/// The port that nobody listens at.
fn port(host: &str, quoted: &View<'_>, inside: Option<View<'_>>) -> Option<String> {
    let inside = inside?;
    let port = inside.number("Destination Port")?;
    Some(if inside.layer.is(&udp::LAYOUT) {
        format!("{host} udp port {port} unreachable")
    } else if inside.layer.is(&tcp::LAYOUT) {
        format!("{host} tcp port {port} unreachable")
    } else {
        let protocol = quoted.number("Protocol")?;
        format!("{host} protocol {protocol} port {port} unreachable")
    })
}

fn redirect(view: &View<'_>, code: u64, quoted: &View<'_>) -> Option<String> {
    quoted.number("Destination Address")?;
    view.number("Gateway Internet Address")?;
    let gateway = view.shown("Gateway Internet Address");
    let host = quoted.shown("Destination Address");
    Some(match code {
        0 => format!("redirect {host} to net {gateway}"),
        1 => format!("redirect {host} to host {gateway}"),
        2 => format!("redirect-tos {host} to net {gateway}"),
        3 => format!("redirect-tos {host} to host {gateway}"),
        _ => format!("redirect-#{code} {host} to net {gateway}"),
    })
}

/// Every type that RFC 792 defines has words here.
#[cfg(test)]
mod tests {
    use super::*;
    use layercake_network::icmp;

    #[test]
    fn every_type_that_is_read_has_words() {
        let own = [0, 8, 13, 14, 42, 43];
        for (kind, known) in icmp::TYPES.iter().filter(|(kind, _)| !own.contains(kind)) {
            assert!(!name(*kind).starts_with("type-#"), "{known}");
        }
    }
}
