//! Puts layers on top of each other; wires and networks in virtual time.
#![forbid(unsafe_code)]

mod carrier;
mod demux;
mod fit;
mod floor;
mod ports;
mod stack;
mod tower;
mod wire;

pub use demux::Demux;
pub use fit::{Misfit, join};
pub use ports::Ports;
pub use stack::Stack;
pub use tower::{Builder, Tower};
pub use wire::{Bursts, End, Flights, Medium, Reordering, Wire};
