//! MTU option: the largest packet that all stations of the link take.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------+---------------+-------------------------------+
//! |     Type      |    Length     |           Reserved            |
//! +---------------+---------------+-------------------------------+
//! |                              MTU                              |
//! +---------------------------------------------------------------+
//! ```
//! Spec: RFC 4861 §4.6.4.  Units: octets, Length in 8 octets.
//! Checks: length.
//! Not here: whether the link can carry so much (`host`).

use layercake_base::Layout;
use layercake_base::layout::Kind;

use super::{LENGTH, TYPE};
use crate::octets::chunk;

/// The whole option.
pub static LAYOUT: Layout = Layout {
    protocol: "MTU option",
    spec: "RFC 4861 §4.6.4",
    fields: &[
        TYPE,
        LENGTH,
        Layout::field(
            16,
            16,
            "Reserved",
            Kind::Reserved,
            "sent as zero, ignored when received",
            "RFC 4861 §4.6.4",
        ),
        Layout::field(
            32,
            32,
            "MTU",
            Kind::Number("octets"),
            "the largest packet of the link",
            "RFC 4861 §4.6.4",
        ),
    ],
};

/// Type of the option.
pub(super) const KIND: u8 = 5;
/// Octets behind Length.
pub(super) const BODY: usize = 6;

/// The MTU in the octets behind Length.
pub(super) fn read(body: &[u8]) -> Option<u32> {
    let body: &[u8; BODY] = body.try_into().ok()?;
    Some(u32::from_be_bytes(chunk(body, 2)))
}

/// The octets behind Length.
pub(super) fn write(mtu: u32) -> [u8; BODY] {
    let [a, b, c, d] = mtu.to_be_bytes();
    [0, 0, a, b, c, d]
}
