//! Link channels: whole frames onto an interface, as they are.
//!
//! | sender | made of | for |
//! |---|---|---|
//! | [`LinkSender`] | `pnet_datalink` | one frame at a time, on a schedule |
//! | [`BatchSender`] | `AF_PACKET` and sendmmsg(2) | as fast as the kernel takes them |
//!
//! Spec: packet(7), netdevice(7), sendmmsg(2).  Units: octets; a frame starts at its destination MAC address and has
//! no frame check sequence.
//! Not here: capturing, when to send (`pace`).

mod batch;
mod error;
mod interface;
mod sender;
mod socket;

pub use batch::BatchSender;
pub use error::LinkError;
pub use interface::{Interface, find, interfaces};
pub use sender::LinkSender;
