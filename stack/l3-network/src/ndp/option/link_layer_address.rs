//! Link-layer address option: where on the link the sender, or the target, is.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------+---------------+-------------------------------+
//! |     Type      |    Length     |                               |
//! +---------------+---------------+                               +
//! |                      Link-Layer Address                       |
//! +---------------------------------------------------------------+
//! ```
//! Spec: RFC 4861 §4.6.1, on Ethernet RFC 2464 §6.  Units: octets, Length in 8 octets.
//! Checks: length.
//! Not here: links with addresses of other lengths.

use layercake_base::layout::Kind;
use layercake_base::{Layout, Mac};

use super::{LENGTH, TYPE};

/// The whole option.
pub static LAYOUT: Layout = Layout {
    protocol: "Link-layer address option",
    spec: "RFC 4861 §4.6.1",
    fields: &[
        TYPE,
        LENGTH,
        Layout::field(
            16,
            48,
            "Link-Layer Address",
            Kind::Mac,
            "where on the link it is",
            "RFC 4861 §4.6.1",
        ),
    ],
};

/// Type of the option that speaks of the sender.
pub(super) const SOURCE: u8 = 1;
/// Type of the option that speaks of the target.
pub(super) const TARGET: u8 = 2;

/// The address in the octets behind Length.
pub(super) fn read(body: &[u8]) -> Option<Mac> {
    body.try_into().ok().map(Mac)
}
