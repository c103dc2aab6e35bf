//! The top of a host's tower, where its user is: what a probe is there, and what comes out.
//!
//! ```text
//!   Outgoing -- message --> ICMP message, or data and ports     Incoming <-- incoming -- Arrival
//!                                |                                               ^
//!                                v               the tower                       |
//! ```
//! Spec: RFC 792, RFC 4443 (messages), RFC 4884 (extensions).
//! Not here: whose tower it is, in an emulated network (`emulated`) or on a device (`via`).

mod hear;
mod hear_v6;

use std::net::{IpAddr, Ipv6Addr};

use layercake_base::{Ici, Reason};
use layercake_network::{icmp, icmpv6};
use layercake_probe::net::{Outgoing, Probe, SendError};

pub(crate) use hear::incoming;

/// Protocol numbers (IANA), as the towers use them for `Ici::next`.
pub(crate) const ICMP: u16 = 1;
pub(crate) const UDP: u16 = 17;
pub(crate) const ICMPV6: u16 = 58;

/// Octets of an IPv4 header without options, RFC 791 §3.1, of an IPv6 header, RFC 8200 §3, and of a UDP header, RFC 768.
const IPV4_HEADER: usize = 20;
const IPV6_HEADER: usize = 40;
const UDP_HEADER: usize = 8;

/// What a probe is for the user of a tower: a message, and what goes beside it.
pub(crate) fn message(probe: &Outgoing) -> Result<(Vec<u8>, Ici), SendError> {
    let mut ici = Ici {
        destination: Some(probe.destination),
        hops: probe.ttl,
        class: probe.tos,
        dont_fragment: probe.dont_fragment,
        ..Ici::default()
    };
    let body = match &probe.what {
        Probe::Echo {
            identifier,
            sequence,
            payload,
        } => {
            ici.next = match probe.destination {
                IpAddr::V4(_) => ICMP,
                IpAddr::V6(_) => ICMPV6,
            };
            question(ici.next, *identifier, *sequence, payload).map_err(refused)?
        }
        Probe::Udp {
            source_port,
            destination_port,
            payload,
        } => {
            ici.next = UDP;
            (ici.source_port, ici.destination_port) = (*source_port, *destination_port);
            payload.clone()
        }
    };
    Ok((body, ici))
}

/// An echo request. That of ICMPv6 has no checksum yet: it covers the source address, which the tower chooses.
fn question(
    protocol: u16,
    identifier: u16,
    sequence_number: u16,
    payload: &[u8],
) -> Result<Vec<u8>, Reason> {
    let reply = false;
    let mut message = vec![0; icmp::HEADER];
    message.extend_from_slice(payload);
    if protocol == ICMP {
        let echo = icmp::Echo {
            reply,
            identifier,
            sequence_number,
        };
        echo.encode(&mut message)?;
        return Ok(message);
    }
    let echo = icmpv6::Echo {
        reply,
        identifier,
        sequence_number,
    };
    echo.encode(&mut message, (Ipv6Addr::UNSPECIFIED, Ipv6Addr::UNSPECIFIED))?;
    if let Some(checksum) = message.get_mut(2..4) {
        checksum.fill(0);
    }
    Ok(message)
}

/// Octets of the packet that a probe with this message becomes.
pub(crate) fn length(probe: &Outgoing, message: &[u8]) -> usize {
    let header = match probe.destination {
        IpAddr::V4(_) => IPV4_HEADER,
        IpAddr::V6(_) => IPV6_HEADER,
    };
    let in_front = match probe.what {
        Probe::Udp { .. } => UDP_HEADER,
        Probe::Echo { .. } => 0,
    };
    header + in_front + message.len()
}

/// Why a tower took no message, in an engine's words.
pub(crate) fn refused(reason: Reason) -> SendError {
    match reason {
        Reason::TooLong { most, .. } => SendError::TooLong {
            mtu: u32::try_from(most).unwrap_or(u32::MAX),
        },
        Reason::Full { .. } => SendError::Busy,
        other => SendError::Refused(other.to_string()),
    }
}
