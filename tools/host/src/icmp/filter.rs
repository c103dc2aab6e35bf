//! A classic BPF program for raw sockets: echo replies with our identifier, nothing else.
//!
//! Every raw ICMP socket gets a copy of every ICMP packet of the host; without a filter each of them wakes the
//! program. Errors about our own messages do not pass here: they come through the error queue.
//!
//! Spec: Documentation/networking/filter.rst; RFC 792 and RFC 4443 for the offsets.

use libc::{BPF_ABS, BPF_B, BPF_H, BPF_IND, BPF_JEQ, BPF_JMP, BPF_K, BPF_LD, BPF_RET};
use libc::{BPF_LDX, BPF_MSH};
use socket2::SockFilter;

use crate::options::Family;

/// Echo Reply of RFC 792.
const REPLY_V4: u32 = 0;
/// Echo Reply of RFC 4443.
const REPLY_V6: u32 = 129;

/// The program: keep the packet when type and identifier match, else drop it.
///
/// Raw IPv4 sockets see the IP header first, so the offsets are relative to its length; raw IPv6 sockets do not.
pub(crate) fn echo_replies(family: Family, identifier: u16) -> [SockFilter; 7] {
    let (mode, reply) = match family {
        Family::V4 => (BPF_IND, REPLY_V4),
        Family::V6 => (BPF_ABS, REPLY_V6),
    };
    [
        // X = 4 × low half of octet 0: the length of the IPv4 header; unused for IPv6.
        instruction(BPF_LDX | BPF_B | BPF_MSH, 0, 0, 0),
        instruction(BPF_LD | BPF_B | mode, 0, 0, 0),
        instruction(BPF_JMP | BPF_JEQ | BPF_K, 0, 3, reply),
        instruction(BPF_LD | BPF_H | mode, 0, 0, 4),
        instruction(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, u32::from(identifier)),
        instruction(BPF_RET | BPF_K, 0, 0, u32::MAX),
        instruction(BPF_RET | BPF_K, 0, 0, 0),
    ]
}

fn instruction(code: u32, yes: u8, no: u8, value: u32) -> SockFilter {
    let code = u16::try_from(code).unwrap_or(0);
    SockFilter::new(code, yes, no, value)
}
