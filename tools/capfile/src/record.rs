//! A record: one captured packet, looked at in place.

use std::borrow::Cow;
use std::fmt;

use crate::pcapng::options::{Code, Options};
use crate::{Interface, LinkType, Timestamp};

/// One packet of a capture, or one custom block of a pcapng file.
///
/// It borrows from the reader: nothing is copied, and time, flags and comments are decoded only
/// when they are asked for.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// Number within the file, from 1, as `frame.number` of tshark.
    pub number: u64,
    /// Octet at which its record header or block begins.
    pub offset: u64,
    /// Packet or custom block.
    pub kind: Kind,
    /// Where it was captured; custom blocks have none.
    pub interface: Option<&'a Interface>,
    /// What was kept of it.
    pub octets: &'a [u8],
    /// Its length on the wire, in octets.
    pub original_len: u32,
    pub(crate) stamp: Stamp,
    pub(crate) options: Options<'a>,
    /// Total length of its block when that is not a multiple of four.
    pub(crate) ragged: Option<u32>,
}

/// What a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A captured packet.
    Packet,
    /// A pcapng custom block: octets whose meaning only their vendor knows. tshark numbers these
    /// among the packets, so that numbers agree.
    Custom {
        /// Private Enterprise Number of the vendor.
        enterprise: u32,
        /// False when the block must be dropped by a program that changes the file.
        copy: bool,
    },
}

/// The timestamp as it is in the file.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stamp {
    Absent,
    /// pcap: seconds and a fraction.
    Pair {
        seconds: u32,
        fraction: u32,
    },
    /// pcapng: a count of units.
    Units(u64),
}

/// Which way a packet went, from its flags word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Received by the capturing host.
    Inbound,
    /// Sent by the capturing host.
    Outbound,
}

impl<'a> Record<'a> {
    /// When it was captured. `None` for a simple packet block, which has no time, and for a value
    /// beyond 64 bits of seconds.
    #[must_use]
    pub fn time(&self) -> Option<Timestamp> {
        let interface = self.interface?;
        match self.stamp {
            Stamp::Absent => None,
            // A fraction out of range still counts: it is carried into the seconds.
            Stamp::Pair { seconds, fraction } => {
                interface.resolution.time(fraction.into(), seconds.into())
            }
            Stamp::Units(units) => {
                interface.resolution.time(units, interface.offset_seconds)
            }
        }
    }

    /// What the octets begin with; custom blocks have none.
    #[must_use]
    pub fn link_type(&self) -> Option<LinkType> {
        self.interface.map(|interface| interface.link_type)
    }

    /// `opt_comment`, as often as it comes; octets that are not UTF-8 become U+FFFD.
    /// Comments may hold control characters: escape them before a terminal sees them.
    pub fn comments(&self) -> impl Iterator<Item = Cow<'a, str>> + use<'a> {
        self.options
            .values(Code::COMMENT)
            .map(String::from_utf8_lossy)
    }

    /// `epb_flags` (draft-ietf-opsawg-pcapng, section 4.3.1), when present.
    #[must_use]
    pub fn flags(&self) -> Option<u32> {
        let value = self.options.values(Code::PACKET_FLAGS).next()?;
        Some(self.options.order().u32(value.try_into().ok()?))
    }

    /// Bits 0 and 1 of the flags: which way it went, when told.
    #[must_use]
    pub fn direction(&self) -> Option<Direction> {
        match self.flags()? & 0b11 {
            0b01 => Some(Direction::Inbound),
            0b10 => Some(Direction::Outbound),
            _ => None,
        }
    }

    /// What is wrong with the record although it could be read; usually nothing.
    #[must_use]
    pub fn oddities(&self) -> Vec<Oddity> {
        let checks = [
            self.check_original_len(),
            self.check_snaplen(),
            self.check_time(),
            self.options
                .fault()
                .map(|at| Oddity::OptionsCutShort { at }),
            self.ragged
                .map(|length| Oddity::BlockLengthNotMultipleOfFour { length }),
        ];
        checks.into_iter().flatten().collect()
    }

    fn check_original_len(&self) -> Option<Oddity> {
        let (captured, original) = (self.octets.len(), self.original_len);
        let odd = captured as u64 > u64::from(original);
        odd.then_some(Oddity::CapturedAboveOriginal { captured, original })
    }

    fn check_snaplen(&self) -> Option<Oddity> {
        let snaplen = self.interface?.limit()?;
        let captured = self.octets.len();
        let odd = captured as u64 > u64::from(snaplen);
        odd.then_some(Oddity::CapturedAboveSnaplen { captured, snaplen })
    }

    fn check_time(&self) -> Option<Oddity> {
        let interface = self.interface?;
        match self.stamp {
            Stamp::Absent => None,
            Stamp::Pair { fraction, .. } => {
                let limit = interface.resolution.units_per_second();
                let odd = u128::from(fraction) >= limit;
                odd.then_some(Oddity::FractionOutOfRange { fraction, limit })
            }
            Stamp::Units(_) => self.time().is_none().then_some(Oddity::TimeOutOfRange),
        }
    }
}

/// Something wrong in a record that does not keep it from being read.
///
/// libpcap and tshark accept these too, and say nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Oddity {
    /// More octets were kept than the packet had.
    CapturedAboveOriginal {
        /// Octets in the record.
        captured: usize,
        /// Octets on the wire, as the record claims.
        original: u32,
    },
    /// More octets were kept than the snap length allows. libpcap clips these.
    CapturedAboveSnaplen {
        /// Octets in the record.
        captured: usize,
        /// Snap length of the interface.
        snaplen: u32,
    },
    /// Micro- or nanoseconds make up a second or more.
    FractionOutOfRange {
        /// The field.
        fraction: u32,
        /// Its first value that is too large.
        limit: u128,
    },
    /// The seconds do not fit 64 bits; the record has no time.
    TimeOutOfRange,
    /// The options run past the end of their block; those before the fault are good.
    OptionsCutShort {
        /// Octet within the options at which the bad option begins.
        at: usize,
    },
    /// The total length of the block is not a multiple of four; it was rounded up.
    BlockLengthNotMultipleOfFour {
        /// The total length in the file.
        length: u32,
    },
}

impl fmt::Display for Oddity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CapturedAboveOriginal { captured, original } => {
                write!(
                    f,
                    "captured length is {captured}, expected at most the original {original}"
                )
            }
            Self::CapturedAboveSnaplen { captured, snaplen } => {
                write!(
                    f,
                    "captured length is {captured}, expected at most the snap length {snaplen}"
                )
            }
            Self::FractionOutOfRange { fraction, limit } => {
                write!(
                    f,
                    "fraction of a second is {fraction}, expected less than {limit}"
                )
            }
            Self::TimeOutOfRange => f.write_str("time is outside of 64 bits of seconds"),
            Self::OptionsCutShort { at } => {
                write!(
                    f,
                    "option at octet {at} of the options runs past the end of its block"
                )
            }
            Self::BlockLengthNotMultipleOfFour { length } => {
                write!(
                    f,
                    "total block length is {length}, expected a multiple of 4"
                )
            }
        }
    }
}
