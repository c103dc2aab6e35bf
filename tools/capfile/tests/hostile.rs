//! Any octets may be a file: the reader must neither panic nor go on for ever, and what we write
//! must come back as it was. (That a lying length takes no memory is shown in `src/source.rs`.)

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a wrong assumption must fail the test"
)]

use std::fs;
use std::io::Read;
use std::path::Path;

use layercake_capfile::{
    Direction, LinkType, Packet, PcapWriter, Reader, Timestamp, Writer, decompress, walk,
};
use layercake_tests::lack::absent;
use proptest::prelude::*;
use proptest::sample::Index;

/// The heads of all formats, so that random octets get past the first check.
const HEADS: [&[u8]; 5] = [
    &[0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0],
    &[0xa1, 0xb2, 0xcd, 0x34, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
    b"\x0a\x0d\x0d\x0a\x1c\0\0\0\x4d\x3c\x2b\x1a\x01\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\x1c\0\0\0",
    b"\x0a\x0d\x0d\x0a\0\0\0\x1c\x1a\x2b\x3c\x4d\0\x01\0\0\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\x1c",
    b"",
];

/// Compression magics, for the same reason.
const MAGICS: [&[u8]; 4] = [
    &[0x1f, 0x8b, 8, 0],
    &[0x28, 0xb5, 0x2f, 0xfd],
    &[0x04, 0x22, 0x4d, 0x18],
    &[0x02, 0x21, 0x4c, 0x18],
];

/// A file with interfaces, comments, directions and cut packets, as a seed to be mutated.
fn sample() -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), "sample").unwrap();
    let wire = writer
        .add_interface(LinkType::ETHERNET, "wire", 96)
        .unwrap();
    let host = writer.add_interface(LinkType::RAW, "host", 0).unwrap();
    for number in 0..8_u8 {
        let octets = vec![number; usize::from(number) * 7];
        let interface = if number % 2 == 0 { wire } else { host };
        let packet = Packet {
            comment: (number % 3 == 0).then_some("remark"),
            direction: (number % 3 == 1).then_some(Direction::Outbound),
            original_len: 1000,
            ..Packet::new(interface, Timestamp::new(number.into(), 1), &octets)
        };
        writer.write(&packet).unwrap();
    }
    writer.into_inner()
}

/// The sample and, where the folder exists, small real files of every format.
fn seeds() -> Vec<Vec<u8>> {
    let root =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/captures-public");
    let mut seeds = vec![sample()];
    for folder in ["pcap-format", "pcapng-format"] {
        let Ok(entries) = fs::read_dir(root.join(folder)) else {
            absent(&format!(
                "no seeds from {folder}, the public captures are not here"
            ));
            continue;
        };
        let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        let small = paths
            .iter()
            .filter(|path| path.extension().is_none_or(|e| e != "jsonl"));
        seeds.extend(
            small
                .map(|path| fs::read(path).unwrap())
                .filter(|file| file.len() < 8192),
        );
    }
    seeds
}

/// Every part of a record is decoded; each record needs at least 12 octets of its file.
fn survives(file: &[u8]) -> Result<(), TestCaseError> {
    let seen = walk(file);
    prop_assert!(seen.records <= file.len() as u64 / 12);
    prop_assert!(seen.octets <= file.len() as u64);
    Ok(())
}

/// What decompressors make of it, at most a mebibyte.
fn decompressors_survive(file: &[u8]) {
    let mut out = Vec::new();
    if let Ok(input) = decompress(file) {
        let _any_error_is_fine = input.take(1 << 20).read_to_end(&mut out);
    }
}

#[derive(Clone, Debug)]
struct Sent {
    interface: Index,
    nanoseconds: u64,
    octets: Vec<u8>,
    beyond: u16,
    comment: Option<String>,
    direction: Option<Direction>,
}

fn sent() -> impl Strategy<Value = Sent> {
    let direction = proptest::option::of(prop_oneof![
        Just(Direction::Inbound),
        Just(Direction::Outbound)
    ]);
    let octets = proptest::collection::vec(any::<u8>(), 0..200);
    let comment = proptest::option::of(".{0,40}");
    (
        any::<Index>(),
        any::<u64>(),
        octets,
        any::<u16>(),
        comment,
        direction,
    )
        .prop_map(
            |(interface, nanoseconds, octets, beyond, comment, direction)| Sent {
                interface,
                nanoseconds,
                octets,
                beyond,
                comment,
                direction,
            },
        )
}

impl Sent {
    fn original_len(&self) -> u32 {
        u32::try_from(self.octets.len()).unwrap() + u32::from(self.beyond)
    }
}

proptest! {
    #[test]
    fn never_panics_on_random_octets(
        head in 0..HEADS.len(),
        tail in proptest::collection::vec(any::<u8>(), 0..600),
    ) {
        survives(&[HEADS[head], &tail].concat())?;
    }

    #[test]
    fn never_panics_on_random_compressed_octets(
        head in 0..MAGICS.len(),
        tail in proptest::collection::vec(any::<u8>(), 0..300),
    ) {
        decompressors_survive(&[MAGICS[head], &tail].concat());
    }

    #[test]
    fn reads_back_what_it_wrote_as_pcapng(
        names in proptest::collection::vec("[a-z0-9]{0,12}", 1..4),
        packets in proptest::collection::vec(sent(), 0..12),
    ) {
        let mut writer = Writer::new(Vec::new(), "identity").unwrap();
        let made = names.iter().map(|name| writer.add_interface(LinkType::RAW, name, 0).unwrap());
        let interfaces: Vec<_> = made.collect();
        for sent in &packets {
            let interface = *sent.interface.get(&interfaces);
            let time = Timestamp::from_nanoseconds(sent.nanoseconds);
            writer.write(&Packet {
                original_len: sent.original_len(),
                comment: sent.comment.as_deref(),
                direction: sent.direction,
                ..Packet::new(interface, time, &sent.octets)
            }).unwrap();
        }
        let file = writer.into_inner();
        let mut reader = Reader::new(file.as_slice()).unwrap();
        for sent in &packets {
            let record = reader.next_record().unwrap().unwrap();
            let time = record.time().unwrap().as_nanoseconds();
            prop_assert_eq!(time, i128::from(sent.nanoseconds));
            prop_assert_eq!(record.octets, &sent.octets[..]);
            prop_assert_eq!(record.original_len, sent.original_len());
            let comment = record.comments().next();
            prop_assert_eq!(comment.as_deref(), sent.comment.as_deref());
            prop_assert_eq!(record.direction(), sent.direction);
            let name = record.interface.unwrap().name.as_deref().unwrap();
            prop_assert_eq!(name, sent.interface.get(&names));
            prop_assert!(record.oddities().is_empty());
        }
        prop_assert!(reader.next_record().unwrap().is_none());
    }

    #[test]
    fn reads_back_what_it_wrote_as_pcap(packets in proptest::collection::vec(sent(), 0..12)) {
        let mut writer = PcapWriter::new(Vec::new(), LinkType::ETHERNET, 0).unwrap();
        let time = |sent: &Sent| Timestamp::from_nanoseconds(sent.nanoseconds % (1 << 61));
        for sent in &packets {
            writer.write(time(sent), &sent.octets, sent.original_len()).unwrap();
        }
        let file = writer.into_inner();
        let mut reader = Reader::new(file.as_slice()).unwrap();
        for sent in &packets {
            let record = reader.next_record().unwrap().unwrap();
            prop_assert_eq!(record.time(), Some(time(sent)));
            prop_assert_eq!(record.octets, &sent.octets[..]);
            prop_assert_eq!(record.original_len, sent.original_len());
        }
        prop_assert!(reader.next_record().unwrap().is_none());
    }
}

/// Real files with some octets changed, a piece cut out, or the end missing.
#[test]
fn never_panics_on_mutated_files() {
    let seeds = seeds();
    let changes = proptest::collection::vec((any::<Index>(), any::<u8>()), 0..6);
    let strategy = (
        any::<Index>(),
        changes,
        any::<Index>(),
        0..4_usize,
        any::<Index>(),
    );
    let config = ProptestConfig {
        cases: 4000,
        ..ProptestConfig::default()
    };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let outcome = runner.run(&strategy, |(seed, changes, hole, width, end)| {
        let mut file = seed.get(&seeds).clone();
        for (place, value) in changes {
            let place = place.index(file.len());
            file[place] = value;
        }
        let hole = hole.index(file.len());
        file.drain(hole..(hole + width).min(file.len()));
        survives(&file)?;
        decompressors_survive(&file);
        survives(&file[..end.index(file.len() + 1)])
    });
    outcome.unwrap();
}
