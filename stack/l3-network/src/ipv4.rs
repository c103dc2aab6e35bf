//! The IPv4 header: it carries a packet from host to host, over any number of networks.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +-------+-------+---------------+-------------------------------+
//! |Version|  IHL  |Type of Service|         Total Length          |
//! +-------+-------+---------------+-----+-------------------------+
//! |        Identification         |Flags|     Fragment Offset     |
//! +---------------+---------------+-----+-------------------------+
//! | Time to Live  |   Protocol    |        Header Checksum        |
//! +---------------+---------------+-------------------------------+
//! |                        Source Address                         |
//! +---------------------------------------------------------------+
//! |                      Destination Address                      |
//! +---------------------------------------------------------------+
//! ```
//! Spec: RFC 791 §3.1; Type of Service as RFC 2474 and RFC 3168 use it; identification RFC 6864.
//! Units: octets, big-endian; header length in 4 octets, fragment offset in 8.
//! Checks: version 4, header length from 5 and all there, total length not below the header nor
//! beyond the octets that are there, header checksum. [`Header::decode_lax`] lets the last two
//! pass, for captures cut short and packets quoted in error messages.
//! Not here: what options mean (kept as octets; `options`), fragmentation and reassembly (files of
//! those names).

mod ask;
mod config;
mod deliver;
mod errors;
mod forward;
mod fragment;
mod identification;
#[cfg(test)]
mod lab;
mod layer;
mod layout;
pub mod options;
mod own;
mod reassembly;
mod redirect;
mod sent;
mod way;

use core::net::Ipv4Addr;

use layercake_base::{Reason, checksum};

use crate::Protocol;
use crate::octets::{chunk, too_short};
pub use crate::rate::Rate;
pub use crate::reassembly::Reassembly;
pub use config::{Config, Interface};
pub use fragment::Fragments;
pub(crate) use identification::Identifications;
pub use layer::Ipv4;
pub use layout::LAYOUT;
pub use options::Options;

/// One header. The length of the header follows from the options, and its checksum from all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// DSCP in the high six bits, ECN in the low two.
    pub type_of_service: u8,
    /// Octets of header and data.
    pub total_length: u16,
    /// The same in all fragments of one packet.
    pub identification: u16,
    /// The first flag, which must be zero; kept as found.
    pub reserved: bool,
    /// The packet must not be fragmented.
    pub dont_fragment: bool,
    /// This is not the last fragment.
    pub more_fragments: bool,
    /// Place of this fragment in the whole packet, in steps of 8 octets; 13 bits.
    pub fragment_offset: u16,
    /// How many more routers may forward the packet.
    pub time_to_live: u8,
    /// What the data is.
    pub protocol: Protocol,
    /// Who sent the packet.
    pub source: Ipv4Addr,
    /// Who shall get it.
    pub destination: Ipv4Addr,
    /// What follows the 20 octets that are always there.
    pub options: Options,
}

impl Header {
    /// Octets of a header without options.
    pub const SHORTEST: usize = 20;
    /// Octets of a header with as many options as fit.
    pub const LONGEST: usize = 60;

    /// A header that carries `data` octets from `source` to `destination`, with a time to live
    /// of 64 and nothing else set.
    pub fn new(
        source: Ipv4Addr,
        destination: Ipv4Addr,
        protocol: Protocol,
        data: u16,
    ) -> Self {
        Header {
            type_of_service: 0,
            total_length: data.saturating_add(20),
            identification: 0,
            reserved: false,
            dont_fragment: false,
            more_fragments: false,
            fragment_offset: 0,
            time_to_live: 64,
            protocol,
            source,
            destination,
            options: Options::NONE,
        }
    }

    /// Octets of this header.
    pub fn octets(&self) -> usize {
        Self::SHORTEST + self.options.octets().len()
    }

    /// True for every fragment but a first one: it does not begin with a transport header.
    pub fn is_later_fragment(&self) -> bool {
        self.fragment_offset != 0
    }

    /// The header at the start of `packet`, which may have padding behind its total length.
    ///
    /// # Errors
    /// See Checks in the [module](self).
    pub fn decode(packet: &[u8]) -> Result<Header, Reason> {
        let header = Self::decode_lax(packet)?;
        let length = usize::from(header.total_length);
        let whole = packet.get(..header.octets()).unwrap_or_default();
        if checksum::internet(whole) != 0 {
            return Err(Reason::Mismatch {
                field: "Header Checksum",
                found: u64::from(u16::from_be_bytes(chunk(whole, 10))),
                computed: u64::from(header.checksum()),
            });
        }
        Reason::require(
            length >= header.octets(),
            "Total Length",
            header.total_length,
            "must not be below the header length",
        )?;
        if length > packet.len() {
            return Err(too_short("IPv4 packet", length, packet.len()));
        }
        Ok(header)
    }

    /// As [`Header::decode`], but neither total length nor checksum are held against anything.
    ///
    /// # Errors
    /// Fewer octets than the header has, a version other than 4, a header length below 5.
    pub fn decode_lax(octets: &[u8]) -> Result<Header, Reason> {
        let have = octets.len();
        let Some((o, rest)) = octets.split_first_chunk::<20>() else {
            return Err(too_short("IPv4 header", Self::SHORTEST, have));
        };
        let (version, ihl) = (o[0] >> 4, o[0] & 0x0f);
        Reason::require(version == 4, "Version", version, "must be 4")?;
        Reason::require(ihl >= 5, "IHL", ihl, "must be at least 5")?;
        let need = usize::from(ihl) * 4;
        let options = rest.get(..need - Self::SHORTEST).ok_or(too_short(
            "IPv4 header with options",
            need,
            have,
        ))?;
        let fragment = u16::from_be_bytes(chunk(o, 6));
        Ok(Header {
            type_of_service: o[1],
            total_length: u16::from_be_bytes(chunk(o, 2)),
            identification: u16::from_be_bytes(chunk(o, 4)),
            reserved: fragment & 0x8000 != 0,
            dont_fragment: fragment & 0x4000 != 0,
            more_fragments: fragment & 0x2000 != 0,
            fragment_offset: fragment & 0x1fff,
            time_to_live: o[8],
            protocol: Protocol(o[9]),
            source: chunk(o, 12).into(),
            destination: chunk(o, 16).into(),
            options: Options::new(options)?,
        })
    }

    /// Writes the header over the first octets of `packet`, with its checksum.
    ///
    /// # Errors
    /// `packet` is shorter than the header.
    pub fn encode(&self, packet: &mut [u8]) -> Result<(), Reason> {
        let (need, have) = (self.octets(), packet.len());
        let place = packet.get_mut(..need);
        let Some((fixed, rest)) = place.and_then(|p| p.split_first_chunk_mut::<20>())
        else {
            return Err(too_short("room for an IPv4 header", need, have));
        };
        *fixed = self.fixed();
        fixed[10..12].copy_from_slice(&self.checksum().to_be_bytes());
        rest.copy_from_slice(self.options.octets());
        Ok(())
    }

    /// The header checksum that goes with the fields.
    pub fn checksum(&self) -> u16 {
        let sum = checksum::Sum::default().octets(&self.fixed());
        sum.octets(self.options.octets()).finish()
    }

    /// The first 20 octets, with a checksum of zero.
    fn fixed(&self) -> [u8; 20] {
        let words = self.options.octets().len() / 4 + 5;
        let ihl = u8::try_from(words).unwrap_or(0x0f);
        let flags = u16::from(self.reserved) << 15
            | u16::from(self.dont_fragment) << 14
            | u16::from(self.more_fragments) << 13;
        let mut octets = [0; 20];
        octets[0] = 0x40 | ihl;
        octets[1] = self.type_of_service;
        octets[2..4].copy_from_slice(&self.total_length.to_be_bytes());
        octets[4..6].copy_from_slice(&self.identification.to_be_bytes());
        let fragment = flags | self.fragment_offset & 0x1fff;
        octets[6..8].copy_from_slice(&fragment.to_be_bytes());
        octets[8] = self.time_to_live;
        octets[9] = self.protocol.0;
        octets[12..16].copy_from_slice(&self.source.octets());
        octets[16..20].copy_from_slice(&self.destination.octets());
        octets
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::held;
    use crate::samples::ECHO;
    use hex_literal::hex;
    use proptest::prelude::*;

    #[test]
    fn the_picture_is_the_layout() {
        LAYOUT.is_drawn_in(include_str!("ipv4.rs")).unwrap();
    }

    /// The header that Wikipedia's article "IPv4 header checksum" works by hand: b861.
    #[test]
    fn agrees_with_a_checksum_worked_by_hand() {
        let octets = hex!("4500 0073 0000 4000 4011 b861 c0a8 0001 c0a8 00c7");
        let header = Header::decode_lax(&octets).unwrap();
        assert_eq!(header.checksum(), 0xb861);
        assert_eq!(header.total_length, 115);
        assert!(header.dont_fragment);
        assert_eq!(header.protocol, Protocol::UDP);
        assert_eq!(header.destination, Ipv4Addr::new(192, 168, 0, 199));
        assert!(matches!(
            Header::decode(&octets),
            Err(Reason::TooShort {
                need: 115,
                have: 20,
                ..
            })
        ));
    }

    #[test]
    fn a_packet_of_the_kernel_is_read_and_written_back() {
        let header = Header::decode(&ECHO).unwrap();
        assert_eq!(header.protocol, Protocol::ICMP);
        assert_eq!(usize::from(header.total_length), ECHO.len());
        let mut again = [0; 20];
        header.encode(&mut again).unwrap();
        assert_eq!(again, ECHO[..20]);
    }

    /// One wrong value a line, and the field that the error names.
    #[test]
    fn what_breaks_a_rule_is_refused_by_name() {
        for (at, value, field) in [
            (0, 0x65, "Version"),
            (0, 0x44, "IHL"),
            (0, 0x4f, "IPv4 header with options"),
            (10, 0, "Header Checksum"),
            (3, 19, "Total Length"),
            (3, 37, "IPv4 packet"),
        ] {
            let mut octets = ECHO;
            octets[at] = value;
            if at == 3 {
                octets[10..12].fill(0);
                let sum = checksum::internet(&octets[..20]);
                octets[10..12].copy_from_slice(&sum.to_be_bytes());
            }
            let reason = Header::decode(&octets).unwrap_err().to_string();
            assert!(reason.starts_with(field), "{field}: {reason}");
        }
        let reason = Header::decode(&ECHO[..19]).unwrap_err();
        assert_eq!(reason, too_short("IPv4 header", 20, 19));
    }

    prop_compose! {
        pub(crate) fn any_header()(
            numbers: [u16; 3], octets: [u8; 2], flags: [bool; 3],
            source: [u8; 4], destination: [u8; 4],
            options in proptest::collection::vec(any::<u8>(), 0..=40),
        ) -> Header {
            let options = Options::new(&options[..options.len() & !3]).unwrap();
            Header {
                type_of_service: octets[0],
                total_length: numbers[0].max(60),
                identification: numbers[1],
                reserved: flags[0],
                dont_fragment: flags[1],
                more_fragments: flags[2],
                fragment_offset: numbers[2] & 0x1fff,
                time_to_live: octets[1],
                protocol: Protocol(octets[0].rotate_left(3)),
                source: source.into(),
                destination: destination.into(),
                options,
            }
        }
    }

    fn encoded(header: &Header) -> Vec<u8> {
        let mut octets = vec![0xaa; usize::from(header.total_length)];
        header.encode(&mut octets).unwrap();
        octets
    }

    proptest! {
        #[test]
        fn decode_never_panics(octets in proptest::collection::vec(any::<u8>(), 0..80)) {
            let _ = Header::decode(&octets);
            let _ = Header::decode_lax(&octets);
        }

        #[test]
        fn decode_after_encode_is_identity(header in any_header()) {
            let octets = encoded(&header);
            prop_assert_eq!(Header::decode(&octets), Ok(header));
            prop_assert_eq!(checksum::internet(&octets[..header.octets()]), 0);
        }

        #[test]
        fn the_codec_is_held_by_the_layout(h in any_header()) {
            let octets = encoded(&h);
            let field = |name, value: u64| held::field(&LAYOUT, &octets, name, value);
            field("Version", 4);
            field("IHL", h.octets() as u64 / 4);
            field("Type of Service", h.type_of_service.into());
            field("Total Length", h.total_length.into());
            field("Identification", h.identification.into());
            let flags = [h.reserved, h.dont_fragment, h.more_fragments];
            field("Flags", flags.iter().fold(0, |sum, &flag| sum << 1 | u64::from(flag)));
            field("Fragment Offset", h.fragment_offset.into());
            field("Time to Live", h.time_to_live.into());
            field("Protocol", h.protocol.0.into());
            field("Header Checksum", h.checksum().into());
            field("Source Address", h.source.to_bits().into());
            field("Destination Address", h.destination.to_bits().into());
        }

        #[test]
        fn etherparse_reads_the_same(h in any_header()) {
            let octets = encoded(&h);
            let (theirs, _) = etherparse::Ipv4Header::from_slice(&octets).unwrap();
            prop_assert_eq!(theirs.total_len, h.total_length);
            prop_assert_eq!(theirs.identification, h.identification);
            prop_assert_eq!(theirs.dont_fragment, h.dont_fragment);
            prop_assert_eq!(theirs.more_fragments, h.more_fragments);
            prop_assert_eq!(theirs.fragment_offset.value(), h.fragment_offset);
            prop_assert_eq!(theirs.time_to_live, h.time_to_live);
            prop_assert_eq!(theirs.protocol.0, h.protocol.0);
            prop_assert_eq!(theirs.header_checksum, h.checksum());
            prop_assert_eq!(theirs.source, h.source.octets());
            prop_assert_eq!(theirs.destination, h.destination.octets());
            prop_assert_eq!(theirs.options.as_slice(), h.options.octets());
        }
    }
}
