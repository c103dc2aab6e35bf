//! The User Datagram Protocol: ports and a checksum, nothing else.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +-------------------------------+-------------------------------+
//! |          Source Port          |       Destination Port        |
//! +-------------------------------+-------------------------------+
//! |            Length             |           Checksum            |
//! +-------------------------------+-------------------------------+
//! ```
//! Spec: RFC 768; IPv6 RFC 8200 §8.1; hosts RFC 1122 §4.1.  Units: octets, big-endian.
//! Checks: length from 8 to what the packet holds, checksum over pseudo-header, header and
//! data; a checksum of zero means that the sender computed none, which IPv6 forbids.
//! Not here: jumbograms, zero checksums of tunnels over IPv6 (RFC 6935).

mod checksum;
mod layer;

use layercake_base::layout::{Field, Kind};
use layercake_base::{Layout, Reason};

pub use checksum::{PROTOCOL, checksum, verify};
pub use layer::Udp;

/// The header.
pub static LAYOUT: Layout = Layout {
    protocol: "UDP",
    spec: "RFC 768",
    fields: &[
        field(
            0,
            "Source Port",
            Kind::Number(""),
            "which user sent it; 0 when no answer is wanted",
        ),
        field(
            16,
            "Destination Port",
            Kind::Number(""),
            "which user shall get it",
        ),
        field(
            32,
            "Length",
            Kind::Number("octets"),
            "length of header and data",
        ),
        field(
            48,
            "Checksum",
            Kind::Checksum,
            "one's complement sum over pseudo-header, header and data; 0 when not computed",
        ),
    ],
};

const fn field(
    at: usize,
    name: &'static str,
    kind: Kind,
    meaning: &'static str,
) -> Field {
    Layout::field(at, 16, name, kind, meaning, "RFC 768")
}

/// One header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Which user sent it; 0 when no answer is wanted.
    pub source_port: u16,
    /// Which user shall get it.
    pub destination_port: u16,
    /// Octets of header and data.
    pub length: u16,
    /// As on the wire: 0 when not computed.
    pub checksum: u16,
}

impl Header {
    /// Octets of the header.
    pub const OCTETS: usize = 8;

    /// The header at the start of `datagram`. The checksum is [`verify`]'s affair, because the
    /// addresses are not here.
    ///
    /// # Errors
    /// Fewer octets than a header has, a length below 8 or beyond the octets that are there.
    pub fn decode(datagram: &[u8]) -> Result<Header, Reason> {
        let header = Self::decode_lax(datagram)?;
        let (length, have) = (header.length, datagram.len());
        Reason::require(length >= 8, "Length", length, "must be at least 8")?;
        if usize::from(length) > have {
            return Err(Reason::TooShort {
                field: "UDP datagram",
                need: usize::from(length),
                have,
            });
        }
        Ok(header)
    }

    /// As [`Header::decode`], but the length is not held against anything: for datagrams cut
    /// short, as ICMP errors quote them.
    ///
    /// # Errors
    /// Fewer octets than a header has.
    pub fn decode_lax(datagram: &[u8]) -> Result<Header, Reason> {
        let short = Reason::TooShort {
            field: "UDP header",
            need: Self::OCTETS,
            have: datagram.len(),
        };
        let [s0, s1, d0, d1, l0, l1, c0, c1] = *datagram.first_chunk().ok_or(short)?;
        Ok(Header {
            source_port: u16::from_be_bytes([s0, s1]),
            destination_port: u16::from_be_bytes([d0, d1]),
            length: u16::from_be_bytes([l0, l1]),
            checksum: u16::from_be_bytes([c0, c1]),
        })
    }

    /// The header's octets.
    pub fn encode(&self) -> [u8; Self::OCTETS] {
        let [s0, s1] = self.source_port.to_be_bytes();
        let [d0, d1] = self.destination_port.to_be_bytes();
        let [l0, l1] = self.length.to_be_bytes();
        let [c0, c1] = self.checksum.to_be_bytes();
        [s0, s1, d0, d1, l0, l1, c0, c1]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{held, samples};
    use proptest::prelude::*;

    #[test]
    fn the_picture_is_the_layout() {
        LAYOUT.is_drawn_in(include_str!("udp.rs")).unwrap();
    }

    #[test]
    fn a_datagram_of_the_kernel_is_read_and_written_back() {
        let header = Header::decode(&samples::UDP).unwrap();
        let ports = (header.source_port, header.destination_port);
        assert_eq!((ports, header.length), ((60220, 33434), 13));
        assert_eq!(header.encode(), samples::UDP[..8]);
    }

    #[test]
    fn lengths_that_cannot_be_are_refused_by_name() {
        for (length, text) in [
            (7, "Length = 7 must be at least 8"),
            (14, "UDP datagram needs 14 octets, have 13"),
        ] {
            let mut datagram = samples::UDP;
            datagram[5] = length;
            assert_eq!(Header::decode(&datagram).unwrap_err().to_string(), text);
        }
        let reason = Header::decode(&samples::UDP[..7]).unwrap_err();
        assert_eq!(reason.to_string(), "UDP header needs 8 octets, have 7");
    }

    proptest! {
        #[test]
        fn decode_never_panics(octets in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = Header::decode(&octets);
        }

        #[test]
        fn the_codec_the_layout_and_etherparse_agree(fields: [u16; 4]) {
            let [source_port, destination_port, length, checksum] = fields;
            let header = Header { source_port, destination_port, length, checksum };
            let octets = header.encode();
            prop_assert_eq!(Header::decode_lax(&octets), Ok(header));
            held::field(&LAYOUT, &octets, "Source Port", source_port);
            held::field(&LAYOUT, &octets, "Destination Port", destination_port);
            held::field(&LAYOUT, &octets, "Length", length);
            held::field(&LAYOUT, &octets, "Checksum", checksum);
            let theirs =
                etherparse::UdpHeader { source_port, destination_port, length, checksum };
            prop_assert_eq!(theirs.to_bytes(), octets);
        }
    }
}
