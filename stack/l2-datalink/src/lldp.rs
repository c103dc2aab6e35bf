//! LLDP: who is at the other end of this link, told unasked every thirty seconds.
//!
//! ```text
//!  0                   1
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5
//! +-------------+-----------------+
//! |  TLV Type   |   TLV Length    |
//! +-------------+-----------------+
//! ```
//! An LLDPDU is a row of such elements, each with its information string behind it: Chassis ID,
//! Port ID and Time To Live first and once, then others, then an End.
//!
//! Spec: IEEE 802.1AB-2016 §7 (addresses), §8 (LLDPDU and TLVs), §9 (transmission, reception).
//! Units: octets, big-endian; seconds.
//! Checks: order and number of the three mandatory TLVs; each length, against what is there and
//! against what the type allows.
//! Not here: what is inside organisationally specific TLVs, which are kept as they are; a fast
//! start when a neighbour is new; keeping the rest of an LLDPDU when one of its optional TLVs is
//! malformed, which the standard allows: here the whole of it is refused.

mod layer;
mod layout;
mod lldpdu;
mod management;
mod neighbours;
mod tlv;

use layercake_base::Mac;

pub use layer::Lldp;
pub use layout::{
    CAPABILITIES_LAYOUT, CHASSIS_LAYOUT, END_LAYOUT, LAYOUT, MANAGEMENT_LAYOUT,
    ORGANISATION_LAYOUT, PORT_LAYOUT, TEXT_LAYOUTS, TIME_TO_LIVE_LAYOUT,
};
pub use lldpdu::{Id, Lldpdu};
pub use management::Management;
pub use neighbours::Neighbour;
pub use tlv::Tlv;

/// Octets of type and length in front of each information string.
pub const TLV_OCTETS: usize = 2;

/// The group that no bridge forwards: the station at the other end of the wire.
/// IEEE 802.1AB-2016 table 7-1.
pub const NEAREST_BRIDGE: Mac = Mac([0x01, 0x80, 0xc2, 0, 0, 0x0e]);
/// The group of the nearest bridge that is no two-port relay. The same table.
pub const NEAREST_NON_TPMR_BRIDGE: Mac = Mac([0x01, 0x80, 0xc2, 0, 0, 0x03]);
/// The group of the nearest bridge of the customer. The same table.
pub const NEAREST_CUSTOMER_BRIDGE: Mac = Mac([0x01, 0x80, 0xc2, 0, 0, 0]);

#[cfg(test)]
mod tests;
