//! Checks: values computed over a frame by which its receiver sees that it is not what was sent.
//!
//! ```text
//!  sender                                            receiver
//!  +---------------------------+---------+           +---------------------------+---------+
//!  |           frame           |  value  |  ~~~~~~>  |      frame, perhaps not   | perhaps |
//!  +---------------------------+---------+           +---------------------------+---------+
//!               '-- compute --------^                           '-- compute --> equal?
//! ```
//! Spec: each [`Check`] says its own; CRCs are named and checked as in the catalogue of
//! parametrised CRC algorithms of the RevEng project.
//! Units: octets in, a value of [`Check::width_bits`] bits out.
//! Checks: nothing by itself; [`FrameCheck`](crate::FrameCheck) is the layer that refuses.
//! Not here: correction, except that [`Plane`] finds where a single wrong bit is.
//!
//! | module | what |
//! |---|---|
//! | [`plane`] | parity in two dimensions, which says where one wrong bit is |
//! | [`distance`] | how many wrong bits a CRC is sure to see in frames of a given length |

mod catalogue;
mod crcs;
pub mod distance;
pub mod plane;
mod running;
mod sums;
#[cfg(test)]
mod tests;
mod unknown;

pub use catalogue::NAMES;
pub use crcs::Parameters;
pub use plane::Plane;
pub use running::Running;
pub use unknown::Unknown;

use core::fmt;
use core::str::FromStr;

use catalogue::{ALGORITHMS, Algorithm, Method};

/// In which order the octets of a check value follow its frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Least significant octet first: CRCs that shift each octet in from its least significant
    /// bit on. Only so the value continues the division of the frame.
    LeastFirst,
    /// Most significant octet first: all others.
    MostFirst,
}

/// One way to compute a check value; a small token that may be copied around.
///
/// ```
/// use layercake_datalink::Check;
///
/// let check: Check = "CRC-32".parse()?;
/// assert_eq!(check.name(), "CRC-32/ISO-HDLC");
/// assert_eq!(check.compute(b"123456789"), 0xcbf4_3926);
/// # Ok::<(), layercake_datalink::check::Unknown>(())
/// ```
#[derive(Clone, Copy)]
pub struct Check(&'static Algorithm);

impl Check {
    /// The check with this name or alias. Case, `-`, `/`, `_`, `.` and spaces do not matter:
    /// `crc32c` is CRC-32C, an alias of CRC-32/ISCSI.
    ///
    /// `None` when there is none; parse the name as a [`Check`] for an error that lists near
    /// names.
    pub fn named(name: &str) -> Option<Check> {
        let same = |other: &&str| unknown::letters(name).eq(unknown::letters(other));
        let found = |algorithm: &&&Algorithm| algorithm.names().any(|other| same(&other));
        ALGORITHMS.iter().find(found).copied().map(Check)
    }

    /// All of them, in the order of [`NAMES`].
    pub fn all() -> impl Iterator<Item = Check> {
        ALGORITHMS.iter().copied().map(Check)
    }

    /// The name, as in the catalogue: "CRC-32/ISO-HDLC".
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// What else people call it: "CRC-32", "FCS-32".
    pub fn aliases(self) -> &'static [&'static str] {
        self.0.aliases
    }

    /// Where it is defined, or what uses it.
    pub fn spec(self) -> &'static str {
        self.0.spec
    }

    /// Bits of the value: 1 to 64.
    pub fn width_bits(self) -> u32 {
        self.0.width_bits
    }

    /// Octets that the value takes behind a frame: 1 to 8.
    pub fn octets(self) -> usize {
        match self.0.width_bits {
            0..=8 => 1,
            9..=16 => 2,
            17..=24 => 3,
            25..=32 => 4,
            33..=40 => 5,
            41..=48 => 6,
            49..=56 => 7,
            _ => 8,
        }
    }

    /// The order of those octets.
    pub fn order(self) -> Order {
        self.0.order
    }

    /// The value over the nine octets `123456789`, by which implementations are compared.
    pub fn check_value(self) -> u64 {
        self.0.check_value
    }

    /// CRCs only: what divides the frame, and how.
    pub fn crc(self) -> Option<Parameters> {
        match &self.0.method {
            Method::Crc(engine) => Some(engine.parameters()),
            _ => None,
        }
    }

    /// CRCs only: what is left in the register after any frame with its own value behind it,
    /// before the last complement, as the catalogue states it.
    pub fn residue(self) -> Option<u64> {
        self.crc().map(|crc| crc.residue)
    }

    /// The value over `octets`.
    #[inline]
    pub fn compute(self, octets: &[u8]) -> u64 {
        match &self.0.method {
            Method::Crc(engine) => engine.compute(octets),
            _ => self.start().with(octets).finish(),
        }
    }

    /// A value that is computed piece by piece.
    pub fn start(self) -> Running {
        Running::new(&self.0.method)
    }

    /// Writes `value` as it follows a frame; `trailer` should be [`Check::octets`] long.
    pub fn write(self, value: u64, trailer: &mut [u8]) {
        let octets = trailer.iter_mut();
        match self.0.order {
            Order::LeastFirst => fill(octets, value),
            Order::MostFirst => fill(octets.rev(), value),
        }
    }

    /// Reads a value as it follows a frame.
    pub fn read(self, trailer: &[u8]) -> u64 {
        let shift = |value: u64, octet: &u8| value << 8 | u64::from(*octet);
        match self.0.order {
            Order::LeastFirst => trailer.iter().rev().fold(0, shift),
            Order::MostFirst => trailer.iter().fold(0, shift),
        }
    }
}

/// The octets of `value`, least significant first.
fn fill<'a>(octets: impl Iterator<Item = &'a mut u8>, value: u64) {
    for (octet, part) in octets.zip(value.to_le_bytes()) {
        *octet = part;
    }
}

/// The frame check sequence of IEEE 802.3 and PPP: CRC-32/ISO-HDLC.
impl Default for Check {
    fn default() -> Self {
        Check(&catalogue::FCS_32)
    }
}

impl FromStr for Check {
    type Err = Unknown;

    fn from_str(name: &str) -> Result<Self, Unknown> {
        Check::named(name).ok_or_else(|| Unknown::new(name))
    }
}

impl PartialEq for Check {
    fn eq(&self, other: &Self) -> bool {
        self.0.name == other.0.name
    }
}

impl Eq for Check {}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Check").field(&self.0.name).finish()
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name)
    }
}
