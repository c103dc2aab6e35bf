//! L2: bits to frames that arrive whole.
//!
//! A serial link stacks [`Ppp`], [`FrameCheck`] and [`Hdlc`], or another [`framing`]; a LAN
//! stacks [`Arp`], [`Ethernet`], [`FrameCheck`] and [`Burst`]; a [`Bridge`] joins LANs.
//!
//! Reading order: [`frame_check`] (the simplest layer), [`check`], [`framing`], [`ppp`],
//! [`ethernet`], [`arp`], [`bridge`], [`stp`]; [`ether_type`], [`llc`], [`vlan`] and [`lldp`] as needed.
//! [`access`] says who may send on a medium that many share. [`arq`] stands above a frame check and repeats what that has discarded.
#![forbid(unsafe_code)]

pub mod access;
pub mod arp;
pub mod arq;
pub mod bridge;
pub mod burst;
pub mod check;
pub mod cobs;
pub mod correct;
pub mod ether_type;
pub mod ethernet;
pub mod frame_check;
pub mod framing;
pub mod hdlc;
pub mod length_count;
pub mod llc;
pub mod lldp;
pub mod octet_stuffing;
pub mod ppp;
#[cfg(test)]
mod rig;
pub mod slip;
pub mod stp;
pub mod vlan;

pub use arp::Arp;
pub use arq::Arq;
pub use bridge::Bridge;
pub use burst::Burst;
pub use check::Check;
pub use cobs::Cobs;
pub use correct::{Corrected, Correction};
pub use ether_type::EtherType;
pub use ethernet::Ethernet;
pub use frame_check::FrameCheck;
pub use framing::Framed;
pub use hdlc::Hdlc;
pub use length_count::LengthCount;
pub use lldp::Lldp;
pub use octet_stuffing::OctetStuffing;
pub use ppp::Ppp;
pub use slip::Slip;
pub use vlan::Vlan;
