//! A bus: one medium that many stations share, where transmissions that overlap are lost.
//!
//! ```text
//!    A sends   |=====================|
//!                \                     \            a signal moves at a finite speed
//!    C hears      . |=====================|
//!                   :   /     /
//!    B sends      |====/    /                       B began before it heard A: at C both
//!                 :       /                         are damaged, and A and B hear each other
//!                 +--- B hears A one delay after A began: a collision, and B sends jam
//! ```
//! A station that shares a medium is told what it hears ([`Signal`](layercake_base::Signal)) and
//! may cut its transmission short. What is damaged at one place may be whole at another.
//!
//! Units: nanoseconds of virtual time; positions are times too: 1 m of cable is some 5 ns.
//! Checks: one transmission for each station at a time, a tap for each that sends.
//! Not here: who may send when (`access` in l2-datalink), loss and bit errors (`wire`), capture:
//! here no overlap is so short, and no signal so strong, that a receiver makes it out.
//!
//! A station does not receive while it sends (half duplex), and hears nothing of itself. Signals
//! that touch, one ending at the nanosecond in which another begins, do not overlap.

mod cable;
mod ear;
mod edge;
#[cfg(test)]
mod tests;

use core::time::Duration;

use crate::wire::Expansion;

pub(crate) use cable::Cable;
pub(crate) use edge::{Edge, Fate};

/// What the stations share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bus {
    /// Bits per second; at zero a transmission takes no time and nothing collides.
    pub rate: u64,
    /// How many more packed symbols there are than bits.
    pub expansion: Expansion,
    /// How the taps lie.
    pub shape: Shape,
}

/// How far it is from one tap to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Taps on one cable; a position counts from its end.
    Line,
    /// Arms that meet in a passive star; a position is the length of the arm.
    Star,
}

impl Bus {
    /// The layer name under which observers and counters know buses.
    pub const LAYER: &'static str = "bus";
}

impl Default for Bus {
    /// 10 Mbit/s on one cable, in Manchester code.
    fn default() -> Self {
        Bus {
            rate: 10_000_000,
            expansion: Expansion::default(),
            shape: Shape::Line,
        }
    }
}

impl Shape {
    /// From the tap at one position to that at another.
    pub fn delay(self, one: Duration, other: Duration) -> Duration {
        match self {
            Shape::Line => one.abs_diff(other),
            Shape::Star => one.saturating_add(other),
        }
    }
}
