//! Redirected header option: the beginning of the packet that a redirect is about.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------+---------------+-------------------------------+
//! |     Type      |    Length     |                               |
//! +---------------+---------------+                               +
//! |                           Reserved                            |
//! +---------------------------------------------------------------+
//! ```
//! The packet follows, as much of it as fits into 1280 octets with the redirect; zeros behind it.
//!
//! Spec: RFC 4861 §4.6.3.  Units: octets, Length in 8 octets.
//! Checks: length.
//! Not here: what the packet was.

use layercake_base::Layout;
use layercake_base::layout::Kind;

use super::{LENGTH, TYPE};

/// The option up to the packet.
pub static LAYOUT: Layout = Layout {
    protocol: "Redirected header option",
    spec: "RFC 4861 §4.6.3",
    fields: &[
        TYPE,
        LENGTH,
        Layout::field(
            16,
            48,
            "Reserved",
            Kind::Reserved,
            "sent as zero, ignored when received",
            "RFC 4861 §4.6.3",
        ),
    ],
};

/// Type of the option.
pub(super) const KIND: u8 = 4;
/// Octets between Length and the packet.
const RESERVED: usize = 6;

/// Octets behind Length with this packet.
pub(super) const fn body(packet: &[u8]) -> usize {
    RESERVED + packet.len()
}

/// The packet in the octets behind Length.
pub(super) fn read(body: &[u8]) -> Option<&[u8]> {
    body.get(RESERVED..)
}

/// Writes the octets behind Length over `place`, which is zero.
pub(super) fn write(packet: &[u8], place: &mut [u8]) -> Option<()> {
    place
        .get_mut(RESERVED..body(packet))?
        .copy_from_slice(packet);
    Some(())
}
