//! Every public capture against the reference values that tshark gave for it.
//!
//! The captures live beside the repository, in `../shared/captures-public`; where that folder is
//! absent the tests print so and compare nothing.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a wrong assumption must fail the test"
)]

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use layercake_capfile::{Error, LinkType, Oddity, Reader, decompress, walk};
use layercake_tests::lack::absent;

/// tshark 4.0 multiplies microseconds in 32 bits: 0x80000000 µs overflow to 0. The file has them
/// in record 3 on purpose; we carry them into the seconds and say that they are out of range.
const TSHARK_WRAPS: (&str, usize) =
    ("pcap-format/tcpdump_timestamp_invalid_micro.pcap", 3);

/// tshark takes the 4 octets in front of a SunATM cell for its own and counts from behind them.
fn pseudo_header(link_type: LinkType) -> u64 {
    if link_type == LinkType::SUNATM { 4 } else { 0 }
}

fn captures() -> Option<PathBuf> {
    let root =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/captures-public");
    if !root.is_dir() {
        absent(&format!("there is no {}", root.display()));
        return None;
    }
    Some(root)
}

/// All captures as paths relative to the folder.
fn files(root: &Path) -> Vec<String> {
    let mut files = Vec::new();
    for folder in fs::read_dir(root).unwrap() {
        let folder = folder.unwrap().path();
        if !folder.is_dir() || folder.ends_with("oracles") {
            continue;
        }
        for file in fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            let extension = path.extension().unwrap_or_default();
            if extension != "jsonl" && extension != "tsv" {
                let relative = path.strip_prefix(root).unwrap();
                files.push(relative.to_str().unwrap().to_owned());
            }
        }
    }
    files.sort();
    files
}

/// What tshark says about one frame; a missing key is a missing field.
#[derive(Debug, PartialEq)]
struct Frame {
    len: u64,
    cap_len: u64,
    nanoseconds: Option<i128>,
    interface: Option<u64>,
}

/// `1340954905.298858000`; the fraction may be out of range and then has ten digits.
fn epoch(text: &str) -> i128 {
    let (seconds, fraction) = text.split_once('.').unwrap();
    let (seconds, fraction) = (
        seconds.parse::<i128>().unwrap(),
        fraction.parse::<i128>().unwrap(),
    );
    seconds * 1_000_000_000 + fraction
}

fn reference(path: &Path) -> Vec<Frame> {
    let path = format!("{}.tshark.jsonl", path.display());
    let text = fs::read_to_string(path).unwrap_or_default();
    text.lines()
        .map(|line| {
            let value: serde_json::Value = serde_json::from_str(line).unwrap();
            Frame {
                len: value["frame.len"].as_u64().unwrap(),
                cap_len: value["frame.cap_len"].as_u64().unwrap(),
                nanoseconds: value["frame.time_epoch"].as_str().map(epoch),
                interface: value["frame.interface_id"].as_u64(),
            }
        })
        .collect()
}

/// All that we read, and the error that ended it.
fn ours(path: &Path) -> (Vec<Frame>, Option<Error>) {
    let mut frames = Vec::new();
    let file = decompress(File::open(path).unwrap()).unwrap();
    let error = read_into(file, &mut frames).err();
    (frames, error)
}

fn read_into(input: impl std::io::Read, frames: &mut Vec<Frame>) -> Result<(), Error> {
    let mut reader = Reader::new(input)?;
    let has_ids = reader.section().is_some();
    while let Some(record) = reader.next_record()? {
        let hidden = record
            .interface
            .map_or(0, |found| pseudo_header(found.link_type));
        frames.push(Frame {
            len: u64::from(record.original_len) - hidden,
            cap_len: record.octets.len() as u64 - hidden,
            nanoseconds: record.time().map(|time| time.as_nanoseconds()),
            interface: record
                .interface
                .filter(|_| has_ids)
                .map(|found| found.id.into()),
        });
        assert_eq!(record.number, frames.len() as u64);
    }
    Ok(())
}

fn rejected(root: &Path) -> BTreeSet<String> {
    let list = fs::read_to_string(root.join("rejected.txt")).unwrap();
    let lines = list.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| line.split('\t').next().unwrap().to_owned())
        .collect()
}

#[test]
fn agrees_with_tshark_on_every_public_capture() {
    let Some(root) = captures() else { return };
    let rejected = rejected(&root);
    let (mut compared, mut frames) = (0, 0);
    for file in files(&root).iter().filter(|file| !rejected.contains(*file)) {
        let path = root.join(file);
        let (found, error) = ours(&path);
        assert!(error.is_none(), "{file}: {}", error.unwrap());
        let expected = reference(&path);
        assert_eq!(found.len(), expected.len(), "{file}: packets");
        for (index, (found, expected)) in found.iter().zip(&expected).enumerate() {
            if (file.as_str(), index + 1) != TSHARK_WRAPS {
                assert_eq!(found, expected, "{file}: packet {}", index + 1);
            }
        }
        compared += 1;
        frames += found.len();
    }
    println!(
        "compared {compared} files, {frames} packets: count, lengths, times, interfaces"
    );
    assert!(compared > 490, "only {compared} files were compared");
}

/// For the files that tshark refuses the format text decides.
#[test]
fn says_where_rejected_files_end_after_what_was_readable() {
    let Some(root) = captures() else { return };
    let expected = [
        ("bpf-filter/libpcap_brcm-tag.pcap", 15, ""),
        ("ethernet-vlan/tcpdump_brcm-tag.pcap", 23, ""),
        ("ethernet-vlan/tcpdump_dsa.pcap", 8, ""),
        (
            "malformed/scapy_bad_rsn_parsing_overrides_ssid.pcap",
            1,
            "file is cut short after record 1: record header at octet 359 wants 16 octets, got 1",
        ),
        (
            "pcap-format/derived_dhcp_tail-cut.pcap",
            3,
            "file is cut short after record 3: \
             captured packet at octet 1058 wants 342 octets, got 335",
        ),
        (
            "pcap-format/libpcap_pcap-invalid-version-1.pcap",
            0,
            "pcap version at octet 0 is 1.4, supported is 2.x",
        ),
        (
            "pcapng-format/gopacket_test901_be.pcapng",
            1,
            "pcapng version at octet 480 is 2.0, supported is 1.0 and 1.2",
        ),
        (
            "pcapng-format/libpcap_pcapng-invalid-vers-1.pcapng",
            0,
            "pcapng version at octet 0 is 0.1, supported is 1.0 and 1.2",
        ),
        (
            "pcapng-format/libpcap_shb-option-too-long.pcapng",
            0,
            "second total block length at octet 0 is 808464432, \
             expected 52, as at the start of the block",
        ),
    ];
    assert_eq!(
        rejected(&root),
        expected
            .iter()
            .map(|(file, ..)| (*file).to_owned())
            .collect()
    );
    for (file, packets, message) in expected {
        let (found, error) = ours(&root.join(file));
        let error = error.map(|error| error.to_string()).unwrap_or_default();
        assert_eq!((found.len(), error.as_str()), (packets, message), "{file}");
    }
}

#[test]
fn flags_what_is_odd_and_reads_it_all_the_same() {
    let Some(root) = captures() else { return };
    let oddities = |file: &str| {
        let bytes = fs::read(root.join(file)).unwrap();
        let mut reader = Reader::new(bytes.as_slice()).unwrap();
        let mut all = Vec::new();
        while let Some(record) = reader.next_record().unwrap() {
            all.extend(
                record
                    .oddities()
                    .into_iter()
                    .map(|oddity| (record.number, oddity)),
            );
        }
        all
    };
    assert_eq!(
        oddities("pcap-format/brimcap_bad-caplen.pcap"),
        [(
            1,
            Oddity::CapturedAboveOriginal {
                captured: 84,
                original: 68
            }
        )]
    );
    let limit = 1_000_000;
    assert_eq!(
        oddities("pcap-format/tcpdump_timestamp_invalid_micro.pcap"),
        [
            (
                2,
                Oddity::FractionOutOfRange {
                    fraction: 1_000_000,
                    limit
                }
            ),
            (
                3,
                Oddity::FractionOutOfRange {
                    fraction: 0x8000_0000,
                    limit
                }
            ),
        ]
    );
    assert_eq!(
        oddities("pcap-format/derived_dhcp_snap-too-small.pcap").first(),
        Some(&(
            1,
            Oddity::CapturedAboveSnaplen {
                captured: 314,
                snaplen: 40
            }
        ))
    );
    assert_eq!(oddities("pcap-format/wireshark_dhcp-nanosecond.pcap"), []);
}

#[test]
fn masks_the_frame_check_sequence_bits_of_the_link_type() {
    let Some(root) = captures() else { return };
    let bytes = fs::read(root.join("pcap-format/derived_dhcp_fcsbits.pcap")).unwrap();
    let reader = Reader::new(bytes.as_slice()).unwrap();
    let interface = &reader.interfaces()[0];
    assert_eq!(interface.link_type.0, 1);
    assert_eq!(interface.fcs_bits, Some(4 * 16)); // the word says 4 units of 16 bits
}

#[test]
fn walk_sees_every_block_type_of_the_mixed_file() {
    let Some(root) = captures() else { return };
    let bytes = fs::read(root.join("pcapng-format/ngtest_202_be.pcapng")).unwrap();
    assert_eq!(walk(&bytes).records, 11);
    let mut reader = Reader::new(bytes.as_slice()).unwrap();
    while reader.next_record().unwrap().is_some() {}
    let skipped = reader.skipped_blocks();
    let skipped: Vec<_> = skipped
        .iter()
        .map(|(kind, count)| (kind.0, *count))
        .collect();
    assert_eq!(skipped, [(4, 5), (5, 4)]); // name resolution, interface statistics
    assert_eq!(reader.section().unwrap().number, 2);
}
