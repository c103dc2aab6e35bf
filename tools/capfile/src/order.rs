//! Byte order of a file, and a cursor that reads its integers without ever panicking.

use std::fmt;

/// Byte order of the integers in a file or section. Packet octets are never reordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteOrder {
    /// Least significant octet first.
    Little,
    /// Most significant octet first.
    Big,
}

impl ByteOrder {
    /// The two octets as an integer.
    pub(crate) fn u16(self, octets: [u8; 2]) -> u16 {
        match self {
            Self::Little => u16::from_le_bytes(octets),
            Self::Big => u16::from_be_bytes(octets),
        }
    }

    /// The four octets as an integer.
    pub(crate) fn u32(self, octets: [u8; 4]) -> u32 {
        match self {
            Self::Little => u32::from_le_bytes(octets),
            Self::Big => u32::from_be_bytes(octets),
        }
    }

    /// The eight octets as a signed integer.
    pub(crate) fn i64(self, octets: [u8; 8]) -> i64 {
        match self {
            Self::Little => i64::from_le_bytes(octets),
            Self::Big => i64::from_be_bytes(octets),
        }
    }
}

impl fmt::Display for ByteOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Little => "little-endian",
            Self::Big => "big-endian",
        })
    }
}

/// Takes fixed-size fields off the front of some octets; `None` when they run out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields<'a> {
    order: ByteOrder,
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    pub(crate) fn new(order: ByteOrder, octets: &'a [u8]) -> Self {
        Self {
            order,
            rest: octets,
        }
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (first, rest) = self.rest.split_first_chunk::<N>()?;
        self.rest = rest;
        Some(*first)
    }

    pub(crate) fn u16(&mut self) -> Option<u16> {
        self.array().map(|octets| self.order.u16(octets))
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.array().map(|octets| self.order.u32(octets))
    }

    /// A pcapng timestamp: the high word comes first in either byte order.
    pub(crate) fn high_low(&mut self) -> Option<u64> {
        let (high, low) = (self.u32()?, self.u32()?);
        Some(u64::from(high) << 32 | u64::from(low))
    }

    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }
}
