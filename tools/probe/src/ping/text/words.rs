//! Errors in the words of iputils.
//!
//! Spec: RFC 792, RFC 1122 §3.2.2.1, RFC 1812 §5.2.7; `print_icmph` of iputils.

use std::borrow::Cow;

use crate::net::Cause;

/// What follows `icmp_seq=N `.
pub(super) fn cause(cause: &Cause) -> Cow<'static, str> {
    let words = match *cause {
        Cause::NetUnreachable => "Destination Net Unreachable",
        Cause::HostUnreachable => "Destination Host Unreachable",
        Cause::ProtocolUnreachable => "Destination Protocol Unreachable",
        Cause::PortUnreachable => "Destination Port Unreachable",
        Cause::SourceRouteFailed => "Source Route Failed",
        Cause::Prohibited => "Packet filtered",
        Cause::TimeExceeded => "Time to live exceeded",
        Cause::ReassemblyTimeExceeded => "Frag reassembly time exceeded",
        Cause::TooBig { mtu } => {
            return format!("Frag needed and DF set (mtu = {mtu})").into();
        }
        Cause::ParameterProblem { pointer } => {
            return format!("Parameter problem: pointer = {pointer}").into();
        }
        Cause::Other { icmp_type, code } => return other(icmp_type, code),
    };
    words.into()
}

fn other(icmp_type: u8, code: u8) -> Cow<'static, str> {
    let words = match (icmp_type, code) {
        (3, 8) => "Source Host Isolated",
        (3, 11) => "Destination Net Unreachable for Type of Service",
        (3, 12) => "Destination Host Unreachable for Type of Service",
        (3, 14) => "Precedence Violation",
        (3, 15) => "Precedence Cutoff",
        (3, _) => return format!("Dest Unreachable, Bad Code: {code}").into(),
        (4, _) => "Source Quench",
        (11, _) => return format!("Time exceeded, Bad Code: {code}").into(),
        _ => return format!("Bad ICMP type: {icmp_type}").into(),
    };
    words.into()
}
