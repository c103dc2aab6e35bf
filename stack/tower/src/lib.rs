//! Puts layers on top of each other; wires and networks in virtual time.
#![forbid(unsafe_code)]

mod capture;
mod carrier;
mod demux;
mod fit;
mod floor;
mod network;
mod ports;
mod stack;
pub mod topology;
mod tower;
mod wire;

pub use capture::{CaptureTap, Frame};
pub use demux::Demux;
pub use fit::{Misfit, join};
pub use network::{Arrival, Network, NodeId};
pub use ports::Ports;
pub use stack::Stack;
pub use topology::TopologyError;
pub use tower::{Builder, Tower};
pub use wire::{Bursts, End, Flights, Medium, Reordering, Wire};
