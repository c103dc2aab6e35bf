//! Errors in the words of iputils, which differ between the families.
//!
//! Spec: RFC 792, RFC 1122 §3.2.2.1, RFC 1812 §5.2.7, RFC 4443 §3; iputils 20221126.

use crate::net::Cause;

/// What follows `icmp_seq=N ` when the one who was asked has an IPv4 address.
pub(crate) fn v4(cause: &Cause) -> String {
    let words = match *cause {
        Cause::NetUnreachable => "Destination Net Unreachable",
        Cause::HostUnreachable => "Destination Host Unreachable",
        Cause::ProtocolUnreachable => "Destination Protocol Unreachable",
        Cause::PortUnreachable => "Destination Port Unreachable",
        Cause::SourceRouteFailed => "Source Route Failed",
        Cause::Prohibited => "Packet filtered",
        Cause::TimeExceeded => "Time to live exceeded",
        Cause::ReassemblyTimeExceeded => "Frag reassembly time exceeded",
        Cause::TooBig { mtu } => return format!("Frag needed and DF set (mtu = {mtu})"),
        Cause::ParameterProblem { pointer } => {
            return format!("Parameter problem: pointer = {pointer}");
        }
        Cause::Other { icmp_type, code } => return other(icmp_type, code),
    };
    words.to_owned()
}

fn other(icmp_type: u8, code: u8) -> String {
    let words = match (icmp_type, code) {
        (3, 6) => "Destination Net Unknown",
        (3, 7) => "Destination Host Unknown",
        (3, 8) => "Source Host Isolated",
        (3, 9) => "Destination Net Prohibited",
        (3, 10) => "Destination Host Prohibited",
        (3, 11) => "Destination Net Unreachable for Type of Service",
        (3, 12) => "Destination Host Unreachable for Type of Service",
        (3, 14) => "Precedence Violation",
        (3, 15) => "Precedence Cutoff",
        (3, _) => return format!("Dest Unreachable, Bad Code: {code}"),
        (4, _) => "Source Quench",
        (11, _) => return format!("Time exceeded, Bad Code: {code}"),
        _ => return format!("Bad ICMP type: {icmp_type}"),
    };
    words.to_owned()
}

/// The same for IPv6.
pub(crate) fn v6(cause: &Cause) -> String {
    let words = match *cause {
        Cause::NetUnreachable => "Destination unreachable: No route",
        Cause::Prohibited => "Destination unreachable: Administratively prohibited",
        Cause::HostUnreachable => "Destination unreachable: Address unreachable",
        Cause::PortUnreachable => "Destination unreachable: Port unreachable",
        Cause::TimeExceeded => "Time exceeded: Hop limit",
        Cause::ReassemblyTimeExceeded => "Time exceeded: Defragmentation failure",
        Cause::ProtocolUnreachable => "Parameter problem: Unknown header",
        Cause::TooBig { mtu } => return format!("Packet too big: mtu={mtu}"),
        Cause::ParameterProblem { pointer } => {
            return format!("Parameter problem: Wrong header field at {pointer}");
        }
        Cause::Other {
            icmp_type: 1,
            code: 2,
        } => "Destination unreachable: Beyond scope of source address",
        Cause::Other { icmp_type: 1, code } => {
            return format!("Destination unreachable: Unknown code {code}");
        }
        Cause::Other { icmp_type, .. } => {
            return format!("unknown icmp type: {icmp_type}");
        }
        // No message of ICMPv6 says this; IPv6 has no source routes of this kind.
        Cause::SourceRouteFailed => "Source Route Failed",
    };
    words.to_owned()
}
