//! Types of pcapng blocks, and how many of each a file holds.

use std::collections::BTreeMap;
use std::fmt;

/// Type of a pcapng block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlockType(pub u32);

macro_rules! block_types {
    ($($name:ident = $number:literal, $text:literal;)*) => {
        impl BlockType {
            $(#[doc = concat!("The ", $text, " block.")]
            pub const $name: Self = Self($number);)*

            /// Name in the specification; `None` when not known.
            #[must_use]
            pub fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($number => Some($text),)*
                    _ => None,
                }
            }
        }
    };
}

block_types! {
    SECTION_HEADER = 0x0a0d_0d0a, "section header";
    INTERFACE_DESCRIPTION = 1, "interface description";
    PACKET = 2, "packet (obsolete)";
    SIMPLE_PACKET = 3, "simple packet";
    NAME_RESOLUTION = 4, "name resolution";
    INTERFACE_STATISTICS = 5, "interface statistics";
    ENHANCED_PACKET = 6, "enhanced packet";
    SYSTEMD_JOURNAL = 9, "systemd journal export";
    DECRYPTION_SECRETS = 10, "decryption secrets";
    CUSTOM = 0x0bad, "custom";
    CUSTOM_NO_COPY = 0x4000_0bad, "custom, not to be copied";
}

impl fmt::Display for BlockType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "{name} block"),
            None => write!(f, "block of type {:#010x}", self.0),
        }
    }
}

/// Types up to this one are counted without a look-up: packets are among them.
const DIRECT: usize = 16;
/// Most further types that are told apart; a hostile file may name four thousand million.
const DISTINCT: usize = 1024;

/// How many blocks of each type have been seen, those that hold no packet included.
#[derive(Clone, Debug, Default)]
pub struct BlockCounts {
    direct: [u64; DIRECT],
    further: BTreeMap<u32, u64>,
    beyond: u64,
}

impl BlockCounts {
    pub(crate) fn count(&mut self, block_type: BlockType) {
        let index = usize::try_from(block_type.0).unwrap_or(DIRECT);
        if let Some(count) = self.direct.get_mut(index) {
            *count += 1;
        } else if self.further.len() < DISTINCT
            || self.further.contains_key(&block_type.0)
        {
            *self.further.entry(block_type.0).or_default() += 1;
        } else {
            self.beyond += 1;
        }
    }

    /// Each type that was seen and how often, in the order of the type numbers.
    pub fn iter(&self) -> impl Iterator<Item = (BlockType, u64)> + '_ {
        let direct = (0..).zip(self.direct).filter(|(_, count)| *count > 0);
        let further = self.further.iter().map(|(number, count)| (*number, *count));
        direct
            .chain(further)
            .map(|(number, count)| (BlockType(number), count))
    }

    /// Blocks of types that came after the 1024th unknown one and were not told apart.
    #[must_use]
    pub fn beyond(&self) -> u64 {
        self.beyond
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_types_and_bounds_how_many() {
        let mut counts = BlockCounts::default();
        counts.count(BlockType::ENHANCED_PACKET);
        counts.count(BlockType::SECTION_HEADER);
        counts.count(BlockType::ENHANCED_PACKET);
        let seen: Vec<_> = counts.iter().collect();
        assert_eq!(seen, [(BlockType(6), 2), (BlockType::SECTION_HEADER, 1)]);
        for number in 100..2000 {
            counts.count(BlockType(number));
        }
        assert_eq!(counts.iter().count(), 1 + DISTINCT);
        assert_eq!(counts.beyond(), 1900 - (DISTINCT as u64 - 1));
    }
}
