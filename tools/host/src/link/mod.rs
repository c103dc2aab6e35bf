//! Link channels: whole frames onto an interface and from it, as they are.
//!
//! | channel | made of | for |
//! |---|---|---|
//! | [`LinkSender`] | `pnet_datalink` | one frame at a time, on a schedule |
//! | [`BatchSender`] | `AF_PACKET` and sendmmsg(2) | as fast as the kernel takes them |
//! | [`Tap`], a [`Device`] | `/dev/net/tun` | both ways, on an interface whose cable is this program |
//! | [`LinkChannel`], a [`Device`] | `AF_PACKET` and recvmsg(2) | both ways, on an interface that exists |
//!
//! Spec: packet(7), netdevice(7), sendmmsg(2).  Units: octets; a frame starts at its destination MAC address and has
//! no frame check sequence.
//! Not here: when to send (`pace`), running a network between devices (`tools/live`).

mod batch;
mod channel;
mod device;
mod error;
mod interface;
mod ipv6;
mod offload;
mod request;
mod route;
mod sender;
mod settings;
mod socket;
mod tap;

pub use batch::BatchSender;
pub use channel::LinkChannel;
pub use device::{Device, LONGEST};
pub use error::LinkError;
pub use interface::{Interface, find, interfaces};
pub use route::add_route;
pub use sender::LinkSender;
pub use settings::Settings;
pub use tap::Tap;
