//! Line codes: what they have in common, and how to find one by name.

mod ami;
mod base_tx;
mod block66;
mod differential;
mod eight_ten;
mod fddi;
mod four_five;
mod mlt3;
mod nrz;
mod nrzi;
mod pam4;
mod pulses;
mod steps;
mod thomas;

pub use ami::Ami;
pub use base_tx::BaseTx;
pub use block66::Block66;
pub use differential::Differential;
pub use eight_ten::EightTen;
pub use fddi::Fddi;
pub use mlt3::Mlt3;
pub use nrz::NrzL;
pub use nrzi::{Nrzi, Sense};
pub use pam4::Pam4;
pub use thomas::Thomas;

use layercake_base::Reason;

use crate::BitOrder::{LsbFirst, MsbFirst};
use crate::{Alphabet, Manchester};

/// A line code: octets to symbols on a medium, and back.
///
/// Each call is one transmission, complete in itself: it begins from the code's state of rest, so
/// that a transmission that is lost takes nothing else with it. What a code needs around the octets
/// (idle to find the clock and the polarity, delimiters) is part of the transmission. The mutable
/// borrow is for scratch memory.
pub trait LineCode: core::fmt::Debug {
    /// The name by which [`named`] finds it.
    fn name(&self) -> &'static str;

    /// The symbols that it uses.
    fn alphabet(&self) -> Alphabet;

    /// Bits that so many symbols carry, idle and delimiters not counted: 4 bits in 5 symbols.
    fn efficiency(&self) -> (u32, u32);

    /// Replaces `symbols` by those of `octets`, packed as [`Alphabet`] says, in whole octets;
    /// where they do not fill the last one, idle follows.
    fn encode(&mut self, octets: &[u8], symbols: &mut Vec<u8>);

    /// Replaces `octets` by those that `symbols` stand for.
    ///
    /// # Errors
    /// [`Reason::Violation`] for symbols that are no code word, with the first cell that holds
    /// some; other reasons for a transmission without beginning or end. `octets` means nothing
    /// then.
    fn decode(&mut self, symbols: &[u8], octets: &mut Vec<u8>) -> Result<(), Reason>;
}

impl<C: LineCode + ?Sized> LineCode for Box<C> {
    fn name(&self) -> &'static str {
        (**self).name()
    }

    fn alphabet(&self) -> Alphabet {
        (**self).alphabet()
    }

    fn efficiency(&self) -> (u32, u32) {
        (**self).efficiency()
    }

    fn encode(&mut self, octets: &[u8], symbols: &mut Vec<u8>) {
        (**self).encode(octets, symbols);
    }

    fn decode(&mut self, symbols: &[u8], octets: &mut Vec<u8>) -> Result<(), Reason> {
        (**self).decode(symbols, octets)
    }
}

/// The names of all line codes.
pub const NAMES: &[&str] = &[
    "nrz-l",
    "nrzi-mark",
    "nrzi-space",
    "manchester",
    "manchester-thomas",
    "differential-manchester",
    "ami",
    "mlt-3",
    "4b5b-nrzi",
    "4b5b-mlt-3",
    "8b10b",
    "64b66b",
    "pam-4",
];

/// The line code with this name, one of [`NAMES`], in the bit order of its standard.
pub fn named(name: &str) -> Option<Box<dyn LineCode>> {
    Some(match name {
        "nrz-l" => Box::new(NrzL::new(LsbFirst)),
        "nrzi-mark" => Box::new(Nrzi::new(Sense::Mark, LsbFirst)),
        "nrzi-space" => Box::new(Nrzi::new(Sense::Space, LsbFirst)),
        "manchester" => Box::new(Manchester::new()),
        "manchester-thomas" => Box::new(Thomas),
        "differential-manchester" => Box::new(Differential::new(MsbFirst)),
        "ami" => Box::new(Ami::new(MsbFirst)),
        "mlt-3" => Box::new(Mlt3::new(LsbFirst)),
        "4b5b-nrzi" => Box::new(Fddi::new()),
        "4b5b-mlt-3" => Box::new(BaseTx::new()),
        "8b10b" => Box::new(EightTen::new()),
        "64b66b" => Box::new(Block66::new()),
        "pam-4" => Box::new(Pam4::new(LsbFirst)),
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
