//! What came out of a host's tower, in an engine's words. The octets may be anything.

use layercake_network::icmp::{self, ParameterProblem, Quoted as Quote, Unreachable};
use layercake_probe::net::{Clock, Incoming, Kind, Quoted, Report, Stamp};
use layercake_tower::Arrival;

use super::{ICMP, ICMPV6, UDP, hear_v6};
use crate::kernel::translate;

/// An arrival that an engine may want, by the clock that the tower runs by; `None` for everything else.
pub(crate) fn incoming(arrival: &Arrival, clock: Clock) -> Option<Incoming> {
    let kind = match arrival.ici.next {
        ICMP => message(&arrival.octets)?,
        ICMPV6 => hear_v6::message(&arrival.octets)?,
        UDP => Kind::Datagram {
            source_port: arrival.ici.source_port,
            destination_port: arrival.ici.destination_port,
            payload: arrival.octets.clone(),
        },
        _ => return None,
    };
    Some(Incoming {
        at: Stamp {
            at: arrival.at,
            clock,
        },
        seen: arrival.at,
        from: arrival.ici.source,
        ttl: arrival.ici.hops,
        kind,
    })
}

/// An ICMP message: a reply to an echo request, or an error.
fn message(octets: &[u8]) -> Option<Kind> {
    if icmp::Type::of(octets)?.is_error() {
        return error(octets).map(Kind::Error);
    }
    let echo = icmp::Echo::decode_lax(octets)
        .ok()
        .filter(|echo| echo.reply)?;
    Some(Kind::EchoReply {
        identifier: echo.identifier,
        sequence: echo.sequence_number,
        payload: octets.get(icmp::HEADER..).unwrap_or_default().to_vec(),
        corrupted: icmp::check(octets).is_err(),
    })
}

fn error(octets: &[u8]) -> Option<Report> {
    let [icmp_type, code, ..] = icmp::check(octets).ok()?;
    let mtu = Unreachable::decode(octets).map(|message| u32::from(message.next_hop_mtu));
    let pointer =
        ParameterProblem::decode(octets).map(|message| u32::from(message.pointer));
    let quote = Quote::in_message(octets).ok()?;
    let ports = quote
        .ports()
        .map(|(source_port, destination_port)| Quoted::Udp {
            source_port,
            destination_port,
        });
    let echo = quote.echo().map(|echo| Quoted::Echo {
        identifier: echo.identifier,
        sequence: echo.sequence_number,
    });
    Some(Report {
        cause: translate::icmp(icmp_type, code, mtu.or(pointer).unwrap_or(0)),
        probe: ports.or(echo).unwrap_or(Quoted::Unknown),
        destination: Some(quote.header.destination.into()),
        local: false,
        quoted_ttl: Some(quote.header.time_to_live),
        extensions: extensions(octets).to_vec(),
    })
}

/// What follows a quote whose length is told, RFC 4884 §4: the length counts words of 4 octets; without one there are
/// no extensions.
fn extensions(octets: &[u8]) -> &[u8] {
    let quote = octets.get(5).map_or(0, |words| usize::from(*words) * 4);
    let behind = octets.get(icmp::HEADER + quote..).filter(|_| quote > 0);
    behind.unwrap_or_default()
}
