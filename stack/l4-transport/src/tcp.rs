//! The TCP header: what every segment begins with.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +-------------------------------+-------------------------------+
//! |          Source Port          |       Destination Port        |
//! +-------------------------------+-------------------------------+
//! |                        Sequence Number                        |
//! +---------------------------------------------------------------+
//! |                     Acknowledgment Number                     |
//! +-------+-------+---------------+-------------------------------+
//! |DOffset| Rsrvd | Control Bits  |            Window             |
//! +-------+-------+---------------+-------------------------------+
//! |           Checksum            |        Urgent Pointer         |
//! +-------------------------------+-------------------------------+
//! ```
//! Spec: RFC 9293 §3.1.  Units: octets, big-endian; data offset in 4 octets.
//! Checks: data offset from 5, all of the header there.
//! Not here: the checksum, the meaning of options beyond their kind and length, the machine.

mod options;

use layercake_base::layout::{Field, Kind};
use layercake_base::{Layout, Reason};

pub use options::{Item, KINDS, Options};

/// The header without options, which follow it.
pub static LAYOUT: Layout = Layout {
    protocol: "TCP",
    spec: "RFC 9293 §3.1",
    fields: &[
        field(0, 16, "Source Port", Kind::Number(""), "which user sent it"),
        field(
            16,
            16,
            "Destination Port",
            Kind::Number(""),
            "which user shall get it",
        ),
        field(
            32,
            32,
            "Sequence Number",
            Kind::Number(""),
            "number of the first data octet, or of SYN itself",
        ),
        field(
            64,
            32,
            "Acknowledgment Number",
            Kind::Number(""),
            "number of the next octet that is expected, when ACK is set",
        ),
        field(
            96,
            4,
            "Data Offset",
            Kind::Scaled(4, "octets"),
            "length of the header with its options",
        )
        .labelled("DOffset"),
        field(
            100,
            4,
            "Reserved",
            Kind::Reserved,
            "sent as zero, ignored when received",
        )
        .labelled("Rsrvd"),
        field(
            104,
            8,
            "Control Bits",
            Kind::Flags(&["CWR", "ECE", "URG", "ACK", "PSH", "RST", "SYN", "FIN"]),
            "what the segment does to the connection",
        ),
        field(
            112,
            16,
            "Window",
            Kind::Number(""),
            "how much more the sender is willing to receive, before scaling",
        ),
        field(
            128,
            16,
            "Checksum",
            Kind::Checksum,
            "one's complement sum over pseudo-header, header and data",
        ),
        field(
            144,
            16,
            "Urgent Pointer",
            Kind::Number(""),
            "where urgent data ends, when URG is set",
        ),
    ],
};

const fn field(
    at: usize,
    width: usize,
    name: &'static str,
    kind: Kind,
    meaning: &'static str,
) -> Field {
    Layout::field(at, width, name, kind, meaning, "RFC 9293 §3.1")
}

/// TCP's protocol number. IANA, Assigned Internet Protocol Numbers.
pub const PROTOCOL: u16 = 6;

/// One header, with its options as octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header<'a> {
    /// Which user sent it.
    pub source_port: u16,
    /// Which user shall get it.
    pub destination_port: u16,
    /// Number of the first data octet, or of SYN itself.
    pub sequence_number: u32,
    /// Number of the next octet that is expected.
    pub acknowledgment_number: u32,
    /// Four bits, sent as zero; kept as found.
    pub reserved: u8,
    /// CWR to FIN from the most significant bit.
    pub control_bits: u8,
    /// How much more the sender is willing to receive, before scaling.
    pub window: u16,
    /// As on the wire.
    pub checksum: u16,
    /// Where urgent data ends, when URG is set.
    pub urgent_pointer: u16,
    /// The octets between the fixed header and the data.
    pub options: &'a [u8],
}

impl<'a> Header<'a> {
    /// Octets of a header without options.
    pub const SHORTEST: usize = 20;
    /// The most octets that options can take.
    pub const MOST_OPTIONS: usize = 40;

    /// Octets of this header.
    pub fn octets(&self) -> usize {
        Self::SHORTEST + self.options.len()
    }

    /// The options one after another.
    pub fn options(&self) -> Options<'a> {
        Options::new(self.options)
    }

    /// The header at the start of `segment`.
    ///
    /// # Errors
    /// See Checks in the [module](self).
    pub fn decode(segment: &'a [u8]) -> Result<Header<'a>, Reason> {
        let (need, have) = (Self::SHORTEST, segment.len());
        let field = "TCP header";
        let Some((o, rest)) = segment.split_first_chunk::<20>() else {
            return Err(Reason::TooShort { field, need, have });
        };
        let offset = o[12] >> 4;
        Reason::require(offset >= 5, "Data Offset", offset, "must be at least 5")?;
        let need = usize::from(offset) * 4;
        let field = "TCP header with options";
        let options = rest.get(..need - Self::SHORTEST);
        Ok(Header {
            source_port: u16::from_be_bytes([o[0], o[1]]),
            destination_port: u16::from_be_bytes([o[2], o[3]]),
            sequence_number: u32::from_be_bytes([o[4], o[5], o[6], o[7]]),
            acknowledgment_number: u32::from_be_bytes([o[8], o[9], o[10], o[11]]),
            reserved: o[12] & 0x0f,
            control_bits: o[13],
            window: u16::from_be_bytes([o[14], o[15]]),
            checksum: u16::from_be_bytes([o[16], o[17]]),
            urgent_pointer: u16::from_be_bytes([o[18], o[19]]),
            options: options.ok_or(Reason::TooShort { field, need, have })?,
        })
    }

    /// Writes the header over the first octets of `segment`; the checksum goes as it is here.
    ///
    /// # Errors
    /// `segment` is shorter than the header; options that are longer than 40 octets or not a
    /// multiple of 4.
    pub fn encode(&self, segment: &mut [u8]) -> Result<(), Reason> {
        let words = self.data_offset()?;
        let (need, have) = (self.octets(), segment.len());
        let field = "room for a TCP header";
        let place = segment.get_mut(..need);
        let Some((o, rest)) = place.and_then(|p| p.split_first_chunk_mut::<20>()) else {
            return Err(Reason::TooShort { field, need, have });
        };
        o[0..2].copy_from_slice(&self.source_port.to_be_bytes());
        o[2..4].copy_from_slice(&self.destination_port.to_be_bytes());
        o[4..8].copy_from_slice(&self.sequence_number.to_be_bytes());
        o[8..12].copy_from_slice(&self.acknowledgment_number.to_be_bytes());
        o[12] = words << 4 | self.reserved & 0x0f;
        o[13] = self.control_bits;
        o[14..16].copy_from_slice(&self.window.to_be_bytes());
        o[16..18].copy_from_slice(&self.checksum.to_be_bytes());
        o[18..20].copy_from_slice(&self.urgent_pointer.to_be_bytes());
        rest.copy_from_slice(self.options);
        Ok(())
    }

    /// Length of the header in words of 4 octets.
    fn data_offset(&self) -> Result<u8, Reason> {
        let have = self.options.len();
        let most = Self::MOST_OPTIONS;
        let too_long = Reason::TooLong {
            field: "TCP options",
            have,
            most,
        };
        let octets = u8::try_from(have).ok().filter(|_| have <= most);
        let octets = octets.ok_or(too_long)?;
        let rule = "must be a multiple of 4";
        Reason::require(have.is_multiple_of(4), "length of options", octets, rule)?;
        Ok(5 + octets / 4)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{held, samples};
    use proptest::prelude::*;

    #[test]
    fn the_picture_is_the_layout() {
        LAYOUT.is_drawn_in(include_str!("tcp.rs")).unwrap();
    }

    #[test]
    fn segments_of_the_kernel_are_read_and_written_back() {
        let syn = Header::decode(&samples::SYN).unwrap();
        assert_eq!((syn.source_port, syn.destination_port), (43096, 81));
        assert_eq!((syn.sequence_number, syn.window), (541_726_229, 65280));
        assert_eq!(syn.control_bits, 0b0000_0010);
        let reset = Header::decode(&samples::RESET).unwrap();
        assert_eq!(reset.acknowledgment_number, syn.sequence_number + 1);
        for octets in [&samples::SYN[..], &samples::RESET] {
            let mut again = vec![0; octets.len()];
            Header::decode(octets).unwrap().encode(&mut again).unwrap();
            assert_eq!(again, octets);
        }
    }

    #[test]
    fn what_breaks_a_rule_is_refused_by_name() {
        let text = |octets: &[u8]| Header::decode(octets).unwrap_err().to_string();
        let cut = text(&samples::SYN[..19]);
        assert_eq!(cut, "TCP header needs 20 octets, have 19");
        let cut = text(&samples::SYN[..39]);
        assert_eq!(cut, "TCP header with options needs 40 octets, have 39");
        let mut octets = samples::RESET;
        octets[12] = 0x40;
        assert_eq!(text(&octets), "Data Offset = 4 must be at least 5");
    }

    #[test]
    fn options_that_no_header_can_hold_are_not_written() {
        let mut header = Header::decode(&samples::RESET).unwrap();
        for options in [&[1_u8; 44][..], &[1; 3]] {
            header.options = options;
            assert!(header.encode(&mut [0; 80]).is_err());
        }
        header.options = &[1; 4];
        assert!(header.encode(&mut [0; 23]).is_err());
        assert!(header.encode(&mut [0; 24]).is_ok());
    }

    proptest! {
        #[test]
        fn decode_never_panics(octets in proptest::collection::vec(any::<u8>(), 0..80)) {
            if let Ok(header) = Header::decode(&octets) {
                let _ = header.options().count();
            }
        }

        #[test]
        fn the_codec_the_layout_and_etherparse_agree(
            words: [u16; 5], numbers: [u32; 2], reserved in 0..16_u8, control_bits: u8,
            options in proptest::collection::vec(any::<u8>(), 0..=40),
        ) {
            let header = Header {
                source_port: words[0],
                destination_port: words[1],
                sequence_number: numbers[0],
                acknowledgment_number: numbers[1],
                reserved,
                control_bits,
                window: words[2],
                checksum: words[3],
                urgent_pointer: words[4],
                options: &options[..options.len() & !3],
            };
            let mut octets = vec![0xaa; header.octets()];
            header.encode(&mut octets).unwrap();
            prop_assert_eq!(Header::decode(&octets), Ok(header));

            let field = |name, value: u32| held::field(&LAYOUT, &octets, name, value);
            field("Source Port", words[0].into());
            field("Destination Port", words[1].into());
            field("Sequence Number", numbers[0]);
            field("Acknowledgment Number", numbers[1]);
            field("Data Offset", u32::try_from(octets.len() / 4).unwrap());
            field("Reserved", reserved.into());
            field("Control Bits", control_bits.into());
            field("Window", words[2].into());
            field("Checksum", words[3].into());
            field("Urgent Pointer", words[4].into());

            let (theirs, _) = etherparse::TcpHeader::from_slice(&octets).unwrap();
            prop_assert_eq!(theirs.source_port, header.source_port);
            prop_assert_eq!(theirs.sequence_number, header.sequence_number);
            prop_assert_eq!(theirs.acknowledgment_number, header.acknowledgment_number);
            prop_assert_eq!(theirs.syn, control_bits & 0b10 != 0);
            prop_assert_eq!(theirs.cwr, control_bits & 0x80 != 0);
            prop_assert_eq!(theirs.window_size, header.window);
            prop_assert_eq!(theirs.urgent_pointer, header.urgent_pointer);
            prop_assert_eq!(theirs.options.as_slice(), header.options);
        }
    }
}
