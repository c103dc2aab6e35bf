//! Puts layers on top of each other; wires and networks in virtual time.
//!
//! [`Stack`] and [`Tower`] compose layers, [`Demux`] and [`Ports`] put them side by side, and a
//! composition is a layer again. [`Misfit`] says why two do not fit. A [`Wire`] joins two
//! towers, a [`Bus`] any number; a [`Network`] runs many, from a [`topology`] file or built by hand.
//!
//! Reading order: as in `README.md`, which is this crate's card.
#![forbid(unsafe_code)]

mod boxed;
mod bus;
mod capture;
mod carrier;
mod demux;
mod families;
mod fit;
mod floor;
mod network;
mod outside;
mod ports;
mod recipe;
mod stack;
pub mod topology;
mod tower;
mod wire;

pub use bus::{Bus, Shape};
pub use capture::{CaptureTap, Frame};
pub use demux::Demux;
pub use families::Families;
pub use fit::{Misfit, join};
pub use network::{Arrival, Network, NodeId, OutsideId};
pub use ports::Ports;
pub use recipe::{Access, Recipe};
pub use stack::Stack;
pub use topology::TopologyError;
pub use tower::{Builder, Tower};
pub use wire::{Bursts, End, Expansion, Flights, Medium, Reordering, Wire};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Card;
