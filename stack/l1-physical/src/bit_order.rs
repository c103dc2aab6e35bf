//! Which bit of an octet is sent first.

/// The order in which the bits of an octet go onto the line.
///
/// Serial lines, HDLC and Ethernet send the least significant bit first (IEEE 802.3-2018 §3.3),
/// token ring, FDDI and the digital trunks of ITU-T G.704 the most significant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BitOrder {
    /// Least significant bit first.
    #[default]
    LsbFirst,
    /// Most significant bit first.
    MsbFirst,
}

impl BitOrder {
    /// The octet with its first bit on the line in the most significant place; the same again
    /// leads back.
    #[inline]
    pub const fn in_time(self, octet: u8) -> u8 {
        match self {
            BitOrder::LsbFirst => octet.reverse_bits(),
            BitOrder::MsbFirst => octet,
        }
    }

    /// The same for eight octets at once, the first of them in the most significant place.
    #[inline]
    pub(crate) const fn word_in_time(self, octets: [u8; 8]) -> u64 {
        match self {
            BitOrder::LsbFirst => u64::from_le_bytes(octets).reverse_bits(),
            BitOrder::MsbFirst => u64::from_be_bytes(octets),
        }
    }

    /// Back from [`BitOrder::word_in_time`].
    #[inline]
    pub(crate) const fn octets_of(self, word: u64) -> [u8; 8] {
        match self {
            BitOrder::LsbFirst => word.reverse_bits().to_le_bytes(),
            BitOrder::MsbFirst => word.to_be_bytes(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bit_on_the_line_comes_into_the_most_significant_place() {
        assert_eq!(BitOrder::LsbFirst.in_time(0b0000_0001), 0b1000_0000);
        assert_eq!(BitOrder::MsbFirst.in_time(0b0000_0001), 0b0000_0001);
    }

    #[test]
    fn eight_octets_are_eight_times_one_octet_and_lead_back() {
        let octets = *b"in order";
        for order in [BitOrder::LsbFirst, BitOrder::MsbFirst] {
            let word = order.word_in_time(octets);
            assert_eq!(word.to_be_bytes(), octets.map(|octet| order.in_time(octet)));
            assert_eq!(order.octets_of(word), octets);
        }
    }
}
