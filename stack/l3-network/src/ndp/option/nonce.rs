//! Nonce option: a number by which a node knows its own question when it comes back.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------+---------------+-------------------------------+
//! |     Type      |    Length     |                               |
//! +---------------+---------------+                               +
//! |                             Nonce                             |
//! +---------------------------------------------------------------+
//! ```
//! Spec: RFC 3971 §5.3.2, RFC 7527 §4.  Units: octets, Length in 8 octets.
//! Checks: none but its length; a longer nonce goes on behind these octets.
//! Not here: the other options of secure neighbour discovery (RFC 3971).

use layercake_base::Layout;
use layercake_base::layout::Kind;

use super::{LENGTH, TYPE};

/// The option with the shortest nonce, which is what RFC 7527 §4.1 has.
pub static LAYOUT: Layout = Layout {
    protocol: "Nonce option",
    spec: "RFC 3971 §5.3.2",
    fields: &[
        TYPE,
        LENGTH,
        Layout::field(
            16,
            48,
            "Nonce",
            Kind::Octets,
            "a random number of the asker",
            "RFC 3971 §5.3.2",
        ),
    ],
};

/// Type of the option.
pub(super) const KIND: u8 = 14;

/// The nonce in the octets behind Length. RFC 3971 §5.3.2: 6 octets or more.
pub(super) fn read(body: &[u8]) -> Option<&[u8]> {
    (body.len() >= 6).then_some(body)
}
