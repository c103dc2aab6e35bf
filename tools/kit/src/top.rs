//! The top of a host's tower, where its user is: what a probe is there, and what comes out.
//!
//! ```text
//!   Outgoing -- message --> ICMP message, or data and ports     Incoming <-- incoming -- Arrival
//!                                |                                               ^
//!                                v               the tower                       |
//! ```
//! Spec: RFC 792 (messages), RFC 4884 (extensions).
//! Not here: whose tower it is, in an emulated network (`emulated`) or on a device (`via`).

mod hear;

use layercake_base::{Ici, Reason};
use layercake_network::icmp::{self, Echo};
use layercake_probe::net::{Outgoing, Probe, SendError};

pub(crate) use hear::incoming;

/// Protocol numbers (IANA), as the towers use them for `Ici::next`.
pub(crate) const ICMP: u16 = 1;
pub(crate) const UDP: u16 = 17;

/// Octets of an IPv4 header without options, RFC 791 §3.1, and of a UDP header, RFC 768.
const IP_HEADER: usize = 20;
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
            ici.next = ICMP;
            let echo = Echo {
                reply: false,
                identifier: *identifier,
                sequence_number: *sequence,
            };
            let mut message = vec![0; icmp::HEADER];
            message.extend_from_slice(payload);
            echo.encode(&mut message).map_err(refused)?;
            message
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

/// Octets of the packet that a probe with this message becomes.
pub(crate) fn length(probe: &Outgoing, message: &[u8]) -> usize {
    let in_front = match probe.what {
        Probe::Udp { .. } => UDP_HEADER,
        Probe::Echo { .. } => 0,
    };
    IP_HEADER + in_front + message.len()
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
