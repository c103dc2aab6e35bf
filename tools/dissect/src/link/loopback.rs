//! Loopback captures: the address family, then the packet.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------------------------------------------------------+
//! |                        Address Family                         |
//! +---------------------------------------------------------------+
//! ```
//! Spec: LINKTYPE_NULL and LINKTYPE_LOOP of tcpdump.org.  Units: octets. `NULL` is in the byte
//! order of the machine that captured, which the file does not tell; `LOOP` is big-endian.
//! Checks: none; an unknown family leaves octets.

use layercake_base::layout::{Field, Kind};
use layercake_base::{Layout, Reason};

use crate::network;
use crate::span::Span;
use crate::walk::{Onward, Walk};

/// Families that stand for IPv6: Linux, then NetBSD and OpenBSD, FreeBSD, macOS.
const IPV6_FAMILIES: [u32; 4] = [10, 24, 28, 30];

const NULL_SPEC: &str = "LINKTYPE_NULL, tcpdump.org";
const LOOP_SPEC: &str = "LINKTYPE_LOOP, tcpdump.org";

/// BSD loopback.
static NULL: Layout = Layout {
    protocol: "BSD loopback",
    spec: NULL_SPEC,
    fields: &[family(NULL_SPEC)],
};

/// OpenBSD loopback.
static LOOP: Layout = Layout {
    protocol: "OpenBSD loopback",
    spec: LOOP_SPEC,
    fields: &[family(LOOP_SPEC)],
};

const fn family(clause: &'static str) -> Field {
    let kind = Kind::Enum(&[
        (0x0000_0002, "IPv4"),
        (0x0000_000a, "IPv6 on Linux"),
        (0x0000_0018, "IPv6 on NetBSD and OpenBSD"),
        (0x0000_001c, "IPv6 on FreeBSD"),
        (0x0000_001e, "IPv6 on macOS"),
        (0x0200_0000, "IPv4, little-endian"),
        (0x0a00_0000, "IPv6 on Linux, little-endian"),
        (0x1800_0000, "IPv6 on NetBSD and OpenBSD, little-endian"),
        (0x1c00_0000, "IPv6 on FreeBSD, little-endian"),
        (0x1e00_0000, "IPv6 on macOS, little-endian"),
    ]);
    let meaning = "AF_ number of the packet, as the capturing system numbers them";
    Layout::field(0, 32, "Address Family", kind, meaning, clause)
}

pub(super) fn null(walk: &mut Walk<'_>, span: Span) -> Result<Onward, Reason> {
    decode(&NULL, walk, span)
}

pub(super) fn r#loop(walk: &mut Walk<'_>, span: Span) -> Result<Onward, Reason> {
    decode(&LOOP, walk, span)
}

fn decode(
    layout: &'static Layout,
    walk: &mut Walk<'_>,
    span: Span,
) -> Result<Onward, Reason> {
    let header = walk.open(layout, span)?;
    let body = span.after(header.octets.len());
    let family = u32::try_from(header.number("Address Family")).unwrap_or_default();
    // No family is beyond 255, so the order shows in the value.
    let family = if family > 0xffff {
        family.swap_bytes()
    } else {
        family
    };
    Ok(match family {
        2 => Onward::Next(network::ipv4, body),
        _ if IPV6_FAMILIES.contains(&family) => Onward::Next(network::ipv6, body),
        _ => Onward::Payload(body),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use layercake_base::layout::picture_in;

    #[test]
    fn the_picture_is_that_of_the_layouts() {
        let picture = picture_in(include_str!("loopback.rs")).unwrap();
        assert_eq!(picture, NULL.diagram());
        assert_eq!(picture, LOOP.diagram());
        assert_eq!(NULL.flaw(), None);
    }
}
