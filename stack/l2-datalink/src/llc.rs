//! LLC: which service a frame of IEEE 802.3 is for, when its Length/Type is a length.
//!
//! ```text
//!  0                   1                   2
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3
//! +---------------+---------------+---------------+
//! |     DSAP      |     SSAP      |    Control    |
//! +---------------+---------------+---------------+
//! ```
//! Spec: ISO/IEC 8802-2:1998 (IEEE 802.2) §3.2 (the PDU), §5.2 (the control field); the picture
//! is that of an unnumbered PDU. Those with sequence numbers have another octet of control,
//! [`INFORMATION_LAYOUT`] and [`SUPERVISORY_LAYOUT`].
//! Units: octets; sequence numbers count frames, modulo 128.
//! Checks: length; the function and the reserved bits of a supervisory PDU.
//! Not here: the connections that I and S frames belong to. Hosts use one thing: unnumbered
//! information between the SAPs 0xaa, with [`snap`] behind it.

mod layout;
pub mod snap;

use layercake_base::Reason;

pub use layout::{INFORMATION_LAYOUT, LAYOUT, SUPERVISORY_LAYOUT};

/// A service access point: who handles the information at one end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sap(pub u8);

impl Sap {
    /// The spanning tree's, of bridges. IEEE 802.1D-2004 §7.12.3.
    pub const BRIDGE: Sap = Sap(0x42);
    /// Names of [`snap`] follow. IEEE 802-2014 §9.
    pub const SNAP: Sap = Sap(0xaa);
}

/// The lowest bit of SSAP tells a response from a command.
const RESPONSE: u8 = 1;

/// The values of a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// DSAP: who shall take it; the lowest bit says that it is a group.
    pub destination: Sap,
    /// SSAP: who sent it, without its lowest bit.
    pub source: Sap,
    /// The lowest bit of SSAP: an answer, not a question.
    pub response: bool,
    /// Control: what kind of PDU it is.
    pub control: Control,
}

/// The control field, by its three formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// I: information on a connection.
    Information {
        /// N(S): the number of this PDU, 0 to 127.
        sent: u8,
        /// N(R): the number that the sender expects next, 0 to 127.
        expected: u8,
        /// P/F: an answer is wanted, or this is it.
        poll: bool,
    },
    /// S: an acknowledgement without information.
    Supervisory {
        /// What it says of the connection.
        function: Supervisory,
        /// N(R): the number that the sender expects next, 0 to 127.
        expected: u8,
        /// P/F: an answer is wanted, or this is it.
        poll: bool,
    },
    /// U: without a connection, or to begin and end one.
    Unnumbered {
        /// What it says.
        function: Unnumbered,
        /// P/F: an answer is wanted, or this is it.
        poll: bool,
    },
}

/// What a supervisory PDU says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Supervisory {
    /// RR: go on.
    ReceiveReady,
    /// RNR: wait.
    ReceiveNotReady,
    /// REJ: again from N(R) on.
    Reject,
}

/// What an unnumbered PDU says: its control octet with P/F cleared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unnumbered(u8);

impl Unnumbered {
    /// UI: information without a connection.
    pub const INFORMATION: Unnumbered = Unnumbered(0x03);
    /// XID: who are you?
    pub const IDENTIFY: Unnumbered = Unnumbered(0xaf);
    /// TEST: send this back.
    pub const TEST: Unnumbered = Unnumbered(0xe3);

    /// The control octet with P/F cleared.
    pub const fn octet(self) -> u8 {
        self.0
    }
}

/// P/F in the one octet of an unnumbered PDU.
const UNNUMBERED_POLL: u8 = 0b0001_0000;

/// A header without connection and its information: `aa aa 03`, what RFC 1042 has in front.
pub const UNNUMBERED_OCTETS: usize = 3;

impl Header {
    /// Octets of the longest header, that of an information or supervisory PDU.
    pub const LONGEST: usize = 4;

    /// Unnumbered information between two SAPs of the same number.
    pub const fn information(sap: Sap) -> Self {
        Header {
            destination: sap,
            source: sap,
            response: false,
            control: Control::Unnumbered {
                function: Unnumbered::INFORMATION,
                poll: false,
            },
        }
    }

    /// Reads the header at the start of `octets`.
    ///
    /// # Errors
    /// [`Reason::TooShort`]; [`Reason::Illegal`] for a supervisory PDU whose function or
    /// reserved bits have no meaning.
    pub fn decode(octets: &[u8]) -> Result<Self, Reason> {
        let (&[dsap, ssap, first], rest) = octets
            .split_first_chunk::<UNNUMBERED_OCTETS>()
            .ok_or_else(|| short(UNNUMBERED_OCTETS, octets.len()))?;
        let second = || rest.first().copied().ok_or_else(|| short(4, octets.len()));
        let control = match first & 0b11 {
            0b11 => Control::unnumbered(first),
            0b01 => Control::supervisory(first, second()?)?,
            _ => Control::information(first, second()?),
        };
        Ok(Header {
            destination: Sap(dsap),
            source: Sap(ssap & !RESPONSE),
            response: ssap & RESPONSE != 0,
            control,
        })
    }

    /// Octets of this header: 3 for an unnumbered PDU, else 4.
    pub const fn octets(&self) -> usize {
        match self.control {
            Control::Unnumbered { .. } => UNNUMBERED_OCTETS,
            _ => Self::LONGEST,
        }
    }

    /// Writes the header as it goes on the wire at the start of `octets`. Bits of sequence
    /// numbers beyond 7, and the lowest bit of `source`, are left out.
    ///
    /// # Errors
    /// [`Reason::TooShort`] when it does not fit.
    pub fn encode(&self, octets: &mut [u8]) -> Result<(), Reason> {
        let (need, have) = (self.octets(), octets.len());
        let room = octets.get_mut(..need).ok_or_else(|| short(need, have))?;
        let source = self.source.0 & !RESPONSE | u8::from(self.response);
        let control = self.control.encode();
        let whole = [self.destination.0, source].into_iter().chain(control);
        for (octet, value) in room.iter_mut().zip(whole) {
            *octet = value;
        }
        Ok(())
    }
}

impl Control {
    const fn unnumbered(octet: u8) -> Self {
        Control::Unnumbered {
            function: Unnumbered(octet & !UNNUMBERED_POLL),
            poll: octet & UNNUMBERED_POLL != 0,
        }
    }

    const fn information(first: u8, second: u8) -> Self {
        Control::Information {
            sent: first >> 1,
            expected: second >> 1,
            poll: second & 1 != 0,
        }
    }

    fn supervisory(first: u8, second: u8) -> Result<Self, Reason> {
        let reserved = first >> 4;
        Reason::require(reserved == 0, "Reserved", reserved, "must be 0")?;
        let function = match first >> 2 {
            0 => Supervisory::ReceiveReady,
            1 => Supervisory::ReceiveNotReady,
            2 => Supervisory::Reject,
            other => {
                let (field, rule) = ("SS", "must be 0, RR, 1, RNR, or 2, REJ");
                let value = other.into();
                return Err(Reason::Illegal { field, value, rule });
            }
        };
        Ok(Control::Supervisory {
            function,
            expected: second >> 1,
            poll: second & 1 != 0,
        })
    }

    /// Both octets; the second counts only where there is one.
    fn encode(self) -> [u8; 2] {
        let number = |expected: u8, poll| expected << 1 | u8::from(poll);
        match self {
            Control::Information {
                sent,
                expected,
                poll,
            } => [sent << 1, number(expected, poll)],
            Control::Supervisory {
                function,
                expected,
                poll,
            } => [function.number() << 2 | 0b01, number(expected, poll)],
            Control::Unnumbered { function, poll } => {
                [function.0 | u8::from(poll) << 4, 0]
            }
        }
    }
}

impl Supervisory {
    const fn number(self) -> u8 {
        match self {
            Supervisory::ReceiveReady => 0,
            Supervisory::ReceiveNotReady => 1,
            Supervisory::Reject => 2,
        }
    }
}

const fn short(need: usize, have: usize) -> Reason {
    let field = "LLC header";
    Reason::TooShort { field, need, have }
}

#[cfg(test)]
mod tests;
