//! What an answer to a probe means, and the short sign that stands for it in the report.
//!
//! Spec: RFC 792, RFC 1122 §3.2.2.1, RFC 1812 §5.2.7.1 (codes of IPv4); RFC 4443 §3 (IPv6);
//! traceroute(8) (signs).

use core::fmt;
use core::net::IpAddr;

use crate::net::Cause;

/// What an answer says about the probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Its time to live ran out at the sender of the answer: a router on the way.
    Expired,
    /// It arrived: an echo reply, port unreachable, or an answer of the application.
    Reached,
    /// It will not arrive, whatever its time to live.
    Refused(Refusal),
}

impl Meaning {
    /// Whether the path ends here: nothing further away needs to be asked.
    pub const fn is_final(self) -> bool {
        !matches!(self, Meaning::Expired)
    }

    /// What an error about a probe to `target` means; `None` for messages that are no error
    /// about a packet (redirect, source quench).
    pub const fn of(cause: Cause, target: IpAddr) -> Option<Self> {
        let v6 = target.is_ipv6();
        Some(Meaning::Refused(match cause {
            Cause::TimeExceeded => return Some(Meaning::Expired),
            Cause::PortUnreachable => return Some(Meaning::Reached),
            Cause::NetUnreachable => Refusal::Network,
            Cause::HostUnreachable => Refusal::Host,
            Cause::ProtocolUnreachable if v6 => Refusal::Other(4, 1),
            Cause::ProtocolUnreachable => Refusal::Protocol,
            Cause::TooBig { mtu } => Refusal::TooBig(mtu),
            Cause::SourceRouteFailed => Refusal::SourceRoute,
            Cause::Prohibited => Refusal::Prohibited,
            Cause::ReassemblyTimeExceeded => Refusal::Other(if v6 { 3 } else { 11 }, 1),
            Cause::ParameterProblem { .. } => Refusal::Other(if v6 { 4 } else { 12 }, 0),
            Cause::Other { icmp_type, code } if v6 => return of_v6(icmp_type, code),
            Cause::Other { icmp_type, code } => return of_v4(icmp_type, code),
        }))
    }
}

/// The types and codes of RFC 792 that have no cause of their own.
const fn of_v4(icmp_type: u8, code: u8) -> Option<Meaning> {
    Some(Meaning::Refused(match (icmp_type, code) {
        (4 | 5, _) => return None,
        (3, 6 | 8 | 11) => Refusal::Network,
        (3, 7 | 12) => Refusal::Host,
        (3, 9 | 10) => Refusal::Prohibited,
        (3, 14) => Refusal::PrecedenceViolation,
        (3, 15) => Refusal::PrecedenceCutoff,
        (3, code) => Refusal::Code(code),
        (icmp_type, code) => Refusal::Other(icmp_type, code),
    }))
}

/// The types and codes of RFC 4443 that have no cause of their own; from type 128 on they
/// are information and no errors (§2.1).
const fn of_v6(icmp_type: u8, code: u8) -> Option<Meaning> {
    Some(Meaning::Refused(match (icmp_type, code) {
        (128.., _) => return None,
        (1, 2) => Refusal::Host,
        (1, code) => Refusal::Code(code),
        (icmp_type, code) => Refusal::Other(icmp_type, code),
    }))
}

/// Why a probe will not arrive. Shown as traceroute's signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No route to its network.
    Network,
    /// The host does not answer its neighbours.
    Host,
    /// The host does not speak the protocol.
    Protocol,
    /// The route that the probe asked for does not work.
    SourceRoute,
    /// Too long for the next link, which takes this many octets, and it must not be cut.
    TooBig(u32),
    /// An administrator forbids it.
    Prohibited,
    /// RFC 1812: the precedence is not permitted.
    PrecedenceViolation,
    /// RFC 1812: the precedence is too low here.
    PrecedenceCutoff,
    /// Unreachable with a code that has no sign.
    Code(u8),
    /// Another type of error, with its code.
    Other(u8, u8),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Network => f.write_str("!N"),
            Refusal::Host => f.write_str("!H"),
            Refusal::Protocol => f.write_str("!P"),
            Refusal::SourceRoute => f.write_str("!S"),
            Refusal::TooBig(mtu) => write!(f, "!F-{mtu}"),
            Refusal::Prohibited => f.write_str("!X"),
            Refusal::PrecedenceViolation => f.write_str("!V"),
            Refusal::PrecedenceCutoff => f.write_str("!C"),
            Refusal::Code(code) => write!(f, "!<{code}>"),
            Refusal::Other(icmp_type, code) => write!(f, "!<{icmp_type}-{code}>"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sign(cause: Cause, target: &str) -> String {
        match Meaning::of(cause, target.parse().unwrap()) {
            None => "none".to_owned(),
            Some(Meaning::Expired) => "expired".to_owned(),
            Some(Meaning::Reached) => "reached".to_owned(),
            Some(Meaning::Refused(refusal)) => refusal.to_string(),
        }
    }

    /// Each row was read in the source of traceroute 2.1 (`parse_icmp_res`).
    #[test]
    fn causes_have_the_signs_of_traceroute() {
        let other = |icmp_type, code| Cause::Other { icmp_type, code };
        let rows = [
            (Cause::TimeExceeded, "expired", "expired"),
            (Cause::PortUnreachable, "reached", "reached"),
            (Cause::NetUnreachable, "!N", "!N"),
            (Cause::HostUnreachable, "!H", "!H"),
            (Cause::ProtocolUnreachable, "!P", "!<4-1>"),
            (Cause::TooBig { mtu: 1400 }, "!F-1400", "!F-1400"),
            (Cause::SourceRouteFailed, "!S", "!S"),
            (Cause::Prohibited, "!X", "!X"),
            (Cause::ReassemblyTimeExceeded, "!<11-1>", "!<3-1>"),
            (Cause::ParameterProblem { pointer: 9 }, "!<12-0>", "!<4-0>"),
            (other(3, 6), "!N", "!<3-6>"),
            (other(3, 7), "!H", "!<3-7>"),
            (other(3, 8), "!N", "!<3-8>"),
            (other(3, 10), "!X", "!<3-10>"),
            (other(3, 11), "!N", "!<3-11>"),
            (other(3, 12), "!H", "!<3-12>"),
            (other(3, 14), "!V", "!<3-14>"),
            (other(3, 15), "!C", "!<3-15>"),
            (other(3, 16), "!<16>", "!<3-16>"),
            (other(5, 1), "none", "!<5-1>"),
            (other(1, 2), "!<1-2>", "!H"),
            (other(1, 5), "!<1-5>", "!<5>"),
            (other(137, 0), "!<137-0>", "none"),
        ];
        for (cause, v4, v6) in rows {
            assert_eq!(sign(cause, "192.0.2.1"), v4, "{cause:?}");
            assert_eq!(sign(cause, "2001:db8::1"), v6, "{cause:?}");
        }
    }
}
