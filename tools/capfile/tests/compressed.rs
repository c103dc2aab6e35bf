//! Compressed captures: members one after the other, cut streams, wrong octets.

#![allow(clippy::unwrap_used, reason = "a wrong assumption must fail the test")]

use std::io::{self, Read, Write};

use layercake_capfile::{
    Compression, Error, LinkType, Packet, Reader, Timestamp, Writer, decompress,
};

fn gzip(octets: &[u8]) -> Vec<u8> {
    let mut encoder =
        flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(octets).unwrap();
    encoder.finish().unwrap()
}

fn zstd(octets: &[u8]) -> Vec<u8> {
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};
    compress_to_vec(octets, CompressionLevel::Fastest)
}

fn lz4(octets: &[u8]) -> Vec<u8> {
    use lz4_flex::frame::{BlockSize, FrameEncoder, FrameInfo};
    let small_blocks = FrameInfo::new().block_size(BlockSize::Max64KB); // none can be read in part
    let mut encoder = FrameEncoder::with_frame_info(small_blocks, Vec::new());
    encoder.write_all(octets).unwrap();
    encoder.finish().unwrap()
}

type Compress = fn(&[u8]) -> Vec<u8>;

const ALL: [(Compression, Compress); 3] = [
    (Compression::Gzip, gzip),
    (Compression::Zstd, zstd),
    (Compression::Lz4, lz4),
];

/// Three hundred packets with little in common, some 100 KiB.
fn capture() -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), "test").unwrap();
    let wire = writer.add_interface(LinkType::RAW, "wire", 0).unwrap();
    let mut state = 1_u32;
    for number in 0..300 {
        let octets: Vec<u8> = (0..300)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                state.to_be_bytes()[0]
            })
            .collect();
        writer
            .write(&Packet::new(wire, Timestamp::new(number, 0), &octets))
            .unwrap();
    }
    writer.into_inner()
}

fn expand(octets: &[u8]) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    decompress(octets)?.read_to_end(&mut out)?;
    Ok(out)
}

#[test]
fn plain_octets_pass_through() {
    for octets in [&b""[..], b"a", b"abc", b"abcd", b"abcdefgh"] {
        let input = decompress(octets).unwrap();
        assert_eq!(input.compression(), Compression::None);
        assert_eq!(expand(octets).unwrap(), octets);
    }
}

#[test]
fn members_follow_one_another() {
    for (compression, compress) in ALL {
        let file = [compress(b"first, "), compress(b"second")].concat();
        assert_eq!(
            decompress(file.as_slice()).unwrap().compression(),
            compression
        );
        assert_eq!(expand(&file).unwrap(), b"first, second", "{compression:?}");
    }
}

/// RFC 8878, section 3.1.2: frames that hold user data are passed over.
#[test]
fn skippable_zstd_frames_are_passed_over() {
    let skippable = b"\x50\x2a\x4d\x18\x03\0\0\0any";
    let file = [&zstd(b"one "), &skippable[..], &zstd(b"two")].concat();
    assert_eq!(expand(&file).unwrap(), b"one two");
    let cut = [&zstd(b"one "), &skippable[..9]].concat();
    let error = expand(&cut).unwrap_err();
    assert_eq!(error.to_string(), "the zstd stream is cut short");
}

/// What was decompressed before the cut is handed out as records; then comes one error. (The zstd
/// decoder keeps its window to itself until the frame ends, so there it may be the first.)
#[test]
fn a_cut_stream_gives_what_it_has_and_then_an_error_that_names_it() {
    let capture = capture();
    for (compression, compress) in ALL {
        let file = compress(&capture);
        let cut = file.get(..file.len() * 3 / 4).unwrap();
        let (records, error) = read_all(decompress(cut).unwrap());
        let name = format!("{compression:?}").to_lowercase();
        let expected = format!("the {name} stream is cut short");
        assert!(error.ends_with(&expected), "{name}: {error}");
        assert!(
            records > 100 || compression == Compression::Zstd,
            "{name}: {records} records"
        );
    }
}

/// How many records there were, and the error behind them.
fn read_all(input: impl Read) -> (u64, String) {
    let mut count = 0;
    let read = || -> Result<(), Error> {
        let mut reader = Reader::new(input)?;
        while let Some(record) = reader.next_record()? {
            count = record.number;
        }
        Ok(())
    };
    let error = read()
        .err()
        .map(|error| error.to_string())
        .unwrap_or_default();
    (count, error)
}
