//! L2: bits to frames that arrive whole.
//!
//! A serial link stacks [`Ppp`], [`FrameCheck`] and [`Hdlc`]; a LAN stacks [`Arp`], [`Ethernet`],
//! [`FrameCheck`] and [`Burst`]; a [`Bridge`] joins LANs.
//!
//! Reading order: [`frame_check`] (the simplest layer), [`check`], [`hdlc`], [`ppp`], [`ethernet`], [`arp`],
//! [`bridge`]; [`ether_type`], [`llc`], [`vlan`] and [`lldp`] as needed.
#![forbid(unsafe_code)]

pub mod arp;
pub mod bridge;
pub mod burst;
pub mod check;
pub mod ether_type;
pub mod ethernet;
pub mod frame_check;
pub mod hdlc;
pub mod llc;
pub mod lldp;
pub mod ppp;
#[cfg(test)]
mod rig;
pub mod vlan;

pub use arp::Arp;
pub use bridge::Bridge;
pub use burst::Burst;
pub use check::Check;
pub use ether_type::EtherType;
pub use ethernet::Ethernet;
pub use frame_check::FrameCheck;
pub use hdlc::Hdlc;
pub use lldp::Lldp;
pub use ppp::Ppp;
pub use vlan::Vlan;
