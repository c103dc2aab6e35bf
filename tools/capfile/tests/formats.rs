//! The formats by hand: small files put together from the specification's figures.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::panic,
    reason = "a wrong assumption must fail the test"
)]

use layercake_capfile::{
    BlockType, ByteOrder, Direction, Error, Format, Kind, LinkType, Oddity, Reader,
    Resolution, Timestamp,
};

/// Puts integers together in one byte order.
struct Build {
    big: bool,
    octets: Vec<u8>,
}

impl Build {
    fn new(big: bool) -> Self {
        Self {
            big,
            octets: Vec::new(),
        }
    }

    fn u16(mut self, value: u16) -> Self {
        self.octets.extend(if self.big {
            value.to_be_bytes()
        } else {
            value.to_le_bytes()
        });
        self
    }

    fn u32(mut self, value: u32) -> Self {
        self.octets.extend(if self.big {
            value.to_be_bytes()
        } else {
            value.to_le_bytes()
        });
        self
    }

    fn raw(mut self, octets: &[u8]) -> Self {
        self.octets.extend(octets);
        self
    }

    /// An option with its padding.
    fn option(self, code: u16, value: &[u8]) -> Self {
        let padding = value.len().next_multiple_of(4) - value.len();
        self.u16(code)
            .u16(value.len() as u16)
            .raw(value)
            .raw(&[0; 3][..padding])
    }

    fn block(self, kind: u32, body: impl FnOnce(Self) -> Self) -> Self {
        let body = body(Self::new(self.big)).octets;
        let total = body.len() as u32 + 12;
        self.u32(kind).u32(total).raw(&body).u32(total)
    }

    fn section(self) -> Self {
        self.block(0x0a0d_0d0a, |b| {
            b.u32(0x1a2b_3c4d).u16(1).u16(0).u32(!0).u32(!0)
        })
    }

    fn interface(self, link_type: u16, snaplen: u32) -> Self {
        self.block(1, |b| b.u16(link_type).u16(0).u32(snaplen))
    }

    /// An enhanced packet of four octets on interface 0 at the given count of units.
    fn enhanced(self, units: u64) -> Self {
        let (high, low) = ((units >> 32) as u32, units as u32);
        self.block(6, |b| {
            b.u32(0)
                .u32(high)
                .u32(low)
                .u32(4)
                .u32(60)
                .raw(&[1, 2, 3, 4])
        })
    }
}

fn classic(magic: u32, big: bool, modified: bool) -> Vec<u8> {
    let header = Build::new(big)
        .u32(magic)
        .u16(2)
        .u16(4)
        .u32(0)
        .u32(0)
        .u32(96)
        .u32(101);
    let record = header.u32(1_600_000_000).u32(7).u32(3).u32(60);
    let record = if modified {
        record.u32(2).u32(0)
    } else {
        record
    };
    record.raw(b"abc").octets
}

#[test]
fn reads_the_six_magics() {
    for (magic, nanoseconds, modified) in [
        (0xa1b2_c3d4, false, false),
        (0xa1b2_3c4d, true, false),
        (0xa1b2_cd34, false, true),
    ] {
        for (big, order) in [(false, ByteOrder::Little), (true, ByteOrder::Big)] {
            let file = classic(magic, big, modified);
            let mut reader = Reader::new(file.as_slice()).unwrap();
            assert_eq!(
                reader.format(),
                Format::Pcap {
                    order,
                    nanoseconds,
                    modified
                }
            );
            assert_eq!(reader.interfaces()[0].link_type, LinkType::RAW);
            let record = reader.next_record().unwrap().unwrap();
            assert_eq!((record.octets, record.original_len), (&b"abc"[..], 60));
            assert_eq!((record.number, record.offset), (1, 24));
            let nanoseconds = if nanoseconds { 7 } else { 7_000 };
            assert_eq!(
                record.time(),
                Some(Timestamp::new(1_600_000_000, nanoseconds))
            );
            assert!(reader.next_record().unwrap().is_none());
        }
    }
}

#[test]
fn lengths_of_old_versions_come_the_other_way_round() {
    for (minor, captured, original) in [(2, 60, 3), (3, 60, 3), (3, 3, 60), (4, 3, 60)] {
        let header = Build::new(false).u32(0xa1b2_c3d4).u16(2).u16(minor);
        let header = header.u32(0).u32(0).u32(0).u32(1);
        let file = header
            .u32(0)
            .u32(0)
            .u32(captured)
            .u32(original)
            .raw(b"abc")
            .octets;
        let mut reader = Reader::new(file.as_slice()).unwrap();
        let record = reader.next_record().unwrap().unwrap();
        assert_eq!(
            (record.octets.len(), record.original_len),
            (3, 60),
            "version 2.{minor}"
        );
    }
}

#[test]
fn a_cut_at_any_octet_is_told_with_its_place_and_ends_the_reader() {
    let file = classic(0xa1b2_c3d4, false, false);
    for end in 25..file.len() {
        let mut reader = Reader::new(&file[..end]).unwrap();
        let error = reader.next_record().unwrap_err();
        let Error::CutShort {
            record,
            offset,
            wanted,
            got,
            ..
        } = error
        else {
            panic!("{error}")
        };
        let (place, need) = if end < 40 { (24, 16) } else { (40, 3) };
        assert_eq!((record, offset, wanted), (0, place, need));
        assert_eq!(offset + got, end as u64);
        assert!(reader.next_record().unwrap().is_none());
    }
    let error = Reader::new(&file[..20]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "file is cut short after record 0: file header at octet 0 wants 24 octets, got 20"
    );
}

#[test]
fn records_are_as_long_as_their_link_type_allows() {
    let largest = |link_type: u32, captured: u32| {
        let header = Build::new(false).u32(0xa1b2_c3d4).u16(2).u16(4);
        let header = header.u32(0).u32(0).u32(u32::MAX).u32(link_type);
        let file = header.u32(0).u32(0).u32(captured).u32(captured).octets;
        Reader::new(file.as_slice())
            .unwrap()
            .next_record()
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        largest(1, 262_145),
        "captured packet length at octet 24 is 262145, expected at most 262144 for ETHERNET"
    );
    assert!(largest(1, 262_144).contains("cut short"));
    assert!(largest(231, 128 << 20).contains("cut short")); // D-Bus
    assert!(
        largest(231, (128 << 20) + 1).contains("expected at most 134217728 for DBUS")
    );
}

#[test]
fn refuses_what_is_no_capture_file() {
    for (file, message) in [
        (
            &b"GIF89a"[..],
            "not a capture file: its first octets, from octet 0, are [47, 49, 46, 38]",
        ),
        (
            b"",
            "not a capture file: its first octets, from octet 0, are []",
        ),
    ] {
        let error = Reader::new(file).unwrap_err().to_string();
        assert!(error.starts_with(message), "{error}");
    }
    let reserved = classic(0xa1b2_c3d4, false, false);
    let reserved = [&reserved[..22], &[1, 0], &reserved[24..]].concat();
    let error = Reader::new(reserved.as_slice()).unwrap_err().to_string();
    assert_eq!(
        error,
        "link-layer type word at octet 0 is 0x00010065, expected reserved bits 0"
    );
}

#[test]
fn byte_order_and_interfaces_begin_anew_with_each_section() {
    let first = Build::new(false)
        .section()
        .interface(1, 0)
        .enhanced(1)
        .octets;
    let second = Build::new(true)
        .section()
        .interface(101, 0)
        .enhanced(2)
        .octets;
    let file = [first, second].concat();
    let mut reader = Reader::new(file.as_slice()).unwrap();
    for (link_type, order, microseconds) in [
        (LinkType::ETHERNET, ByteOrder::Little, 1),
        (LinkType::RAW, ByteOrder::Big, 2),
    ] {
        let record = reader.next_record().unwrap().unwrap();
        assert_eq!(record.interface.unwrap().link_type, link_type);
        assert_eq!(record.time(), Some(Timestamp::new(0, microseconds * 1000)));
        assert_eq!(reader.section().unwrap().order, order);
    }
    assert!(reader.next_record().unwrap().is_none());
}

#[test]
fn each_interface_has_its_own_clock() {
    let section = Build::new(true).section();
    let file = section
        .block(1, |b| {
            let head = b
                .u16(1)
                .u16(0)
                .u32(0)
                .option(2, b"eth0")
                .option(9, &[0x80 | 10]);
            head.option(14, &(-5_i64).to_be_bytes())
                .option(13, &[32])
                .option(0, &[])
        })
        .enhanced(3 * 1024 + 512)
        .octets;
    let mut reader = Reader::new(file.as_slice()).unwrap();
    let record = reader.next_record().unwrap().unwrap();
    let interface = record.interface.unwrap();
    assert_eq!(interface.name.as_deref(), Some("eth0"));
    assert_eq!(interface.resolution, Resolution::Binary(10));
    assert_eq!(interface.fcs_bits, Some(32));
    assert_eq!(
        record.time(),
        Some(Timestamp {
            seconds: -2,
            nanoseconds: 500_000_000
        })
    );
}

#[test]
fn reads_all_packet_blocks() {
    let file = Build::new(false)
        .section()
        .interface(1, 5)
        .block(3, |b| b.u32(60).raw(b"abcde\0\0\0"))
        .block(2, |b| {
            let head = b.u16(0).u16(9).u32(0).u32(1).u32(2).u32(60).raw(b"ab\0\0");
            head.option(2, &[1, 0, 0, 0])
        })
        .block(0x4000_0bad, |b| b.u32(32473).raw(b"data"))
        .block(0x1234_5678, |b| b.raw(b"nobody knows"))
        .octets;
    let mut reader = Reader::new(file.as_slice()).unwrap();
    let simple = reader.next_record().unwrap().unwrap();
    assert_eq!((simple.octets, simple.original_len), (&b"abcde"[..], 60));
    assert_eq!(simple.time(), None);
    let obsolete = reader.next_record().unwrap().unwrap();
    assert_eq!((obsolete.octets, obsolete.original_len), (&b"ab"[..], 60));
    assert_eq!(obsolete.direction(), Some(Direction::Inbound));
    let custom = reader.next_record().unwrap().unwrap();
    assert_eq!(
        custom.kind,
        Kind::Custom {
            enterprise: 32473,
            copy: false
        }
    );
    assert_eq!(custom.octets, b"data");
    assert!(reader.next_record().unwrap().is_none());
    assert_eq!(reader.skipped_blocks(), [(BlockType(0x1234_5678), 1)]);
    assert_eq!(
        BlockType(0x1234_5678).to_string(),
        "block of type 0x12345678"
    );
}

#[test]
fn options_that_overrun_a_packet_block_are_flagged_and_the_packet_is_kept() {
    let file = Build::new(false)
        .section()
        .interface(1, 0)
        .block(6, |b| {
            let head = b.u32(0).u32(0).u32(0).u32(0).u32(0);
            head.option(1, b"good").u16(1).u16(100).raw(b"bad!")
        })
        .octets;
    let mut reader = Reader::new(file.as_slice()).unwrap();
    let record = reader.next_record().unwrap().unwrap();
    assert_eq!(record.comments().collect::<Vec<_>>(), ["good"]);
    assert_eq!(record.oddities(), [Oddity::OptionsCutShort { at: 8 }]);
}

#[test]
fn a_block_length_that_is_no_multiple_of_four_is_rounded_up() {
    let file = Build::new(false).section().interface(1, 0);
    let head = file.u32(6).u32(34).raw(&[0; 12]).u32(2).u32(2);
    let file = head.raw(b"ab").raw(&[0; 2]).u32(34).enhanced(0).octets;
    let mut reader = Reader::new(file.as_slice()).unwrap();
    let record = reader.next_record().unwrap().unwrap();
    assert_eq!(
        record.oddities(),
        [Oddity::BlockLengthNotMultipleOfFour { length: 34 }]
    );
    assert_eq!(reader.next_record().unwrap().unwrap().number, 2);
}

#[test]
fn names_the_field_of_a_broken_block() {
    let start = || Build::new(false).section().interface(1, 0);
    let at = start().octets.len();
    for (build, message) in [
        (
            start().u32(6).u32(8),
            "total block length at octet 48 is 8, expected at least 12",
        ),
        (
            start().block(6, |b| b.raw(&[0; 16])),
            "total block length at octet 48 is 28, expected at least 32",
        ),
        (
            start().block(6, |b| b.u32(1).raw(&[0; 16])),
            "interface ID at octet 48 is 1, expected below 1, the interfaces described so far",
        ),
        (
            start().block(6, |b| b.raw(&[0; 12]).u32(5).u32(5).raw(&[0; 4])),
            "captured packet length at octet 48 is 5, expected at most 4, the room in its block",
        ),
        (
            start().u32(4).u32(16).u32(0).u32(20),
            "second total block length at octet 48 is 20, expected 16, as at the start of the block",
        ),
        (
            start().u32(6).u32(u32::MAX),
            "total block length at octet 48 is 4294967295, expected at most 17039360",
        ),
        (
            start().block(1, |b| b.u16(1).u16(0).u32(0).option(9, &[6, 6])),
            "if_tsresol length at octet 48 is 2, expected 1",
        ),
        (
            start().u32(0x0a0d_0d0a).u32(28).u32(7),
            "byte-order magic at octet 48 is [07, 00, 00, 00], \
             expected 1a 2b 3c 4d or its reverse",
        ),
    ] {
        assert_eq!(at, 48);
        let file = build.octets;
        let mut reader = Reader::new(file.as_slice()).unwrap();
        assert_eq!(reader.next_record().unwrap_err().to_string(), message);
        assert!(reader.next_record().unwrap().is_none());
    }
}

#[test]
fn skips_a_block_that_is_larger_than_any_buffer_without_holding_it() {
    let secrets = vec![0; 20 << 20];
    let file = Build::new(false).section().interface(1, 0);
    let file = file.block(10, |b| b.raw(&secrets)).enhanced(5).octets;
    let mut reader = Reader::new(file.as_slice()).unwrap();
    assert_eq!(
        reader.next_record().unwrap().unwrap().offset,
        48 + 12 + (20 << 20)
    );
    assert_eq!(
        reader.skipped_blocks(),
        [(BlockType::DECRYPTION_SECRETS, 1)]
    );
}

/// Interfaces with as many short comments as are kept: each takes more in memory than in the file.
#[test]
fn comments_of_interfaces_are_bounded_by_what_they_take_in_memory() {
    let mut file = Build::new(false).section();
    for _ in 0..1200 {
        file = file.block(1, |b| {
            (0..256).fold(b.u16(1).u16(0).u32(0), |b, _| b.option(1, b"x"))
        });
    }
    let mut reader = Reader::new(file.octets.as_slice()).unwrap();
    let error = reader.next_record().unwrap_err().to_string();
    assert!(
        error.starts_with("interface descriptions at octet")
            && error.ends_with("expected at most 16777216 octets in a section"),
        "{error}"
    );
    assert!(reader.interfaces().len() < 1000);
}
