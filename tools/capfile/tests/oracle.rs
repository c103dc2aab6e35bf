//! pcap-file as the oracle, and the reason why it is not the reader: how many files it refuses.
//!
//! Run with `--nocapture` for the figures that the README quotes.

#![allow(clippy::unwrap_used, reason = "a wrong assumption must fail the test")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use layercake_capfile::{Reader, decompress};
use layercake_tests::lack::absent;
use pcap_file::pcap::PcapReader;
use pcap_file::pcapng::{Block, PcapNgReader};

/// Versions that nobody has defined: tshark and we refuse them, pcap-file does not look.
const UNDEFINED_VERSIONS: [&str; 3] = [
    "gopacket_test901_be.pcapng",
    "libpcap_pcap-invalid-version-1.pcap",
    "libpcap_pcapng-invalid-vers-1.pcapng",
];

/// Captured octets and original length of each packet.
type Packets = Vec<(Vec<u8>, u32)>;

fn public_captures() -> Vec<PathBuf> {
    let root =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/captures-public");
    let Ok(folders) = fs::read_dir(&root) else {
        absent(&format!("there is no {}", root.display()));
        return Vec::new();
    };
    let folders = folders
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir());
    let captures = folders.filter(|path| !path.ends_with("oracles"));
    let files = captures.flat_map(|path| fs::read_dir(path).unwrap());
    let mut files: Vec<_> = files.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_none_or(|e| e != "jsonl" && e != "tsv"));
    files.sort();
    files
}

/// What this crate reads; custom blocks left out, since pcap-file hands them out as blocks.
fn ours(file: &[u8]) -> (Packets, Option<String>) {
    let mut packets = Packets::new();
    let mut read = || -> Result<(), layercake_capfile::Error> {
        let mut reader = Reader::new(file)?;
        while let Some(record) = reader.next_record()? {
            if record.interface.is_some() {
                packets.push((record.octets.to_vec(), record.original_len));
            }
        }
        Ok(())
    };
    let error = read().err().map(|error| error.to_string());
    (packets, error)
}

/// What pcap-file reads with its typed calls.
fn theirs(file: &[u8]) -> (Packets, Option<String>) {
    let mut packets = Packets::new();
    let outcome = if file.starts_with(&[0x0a, 0x0d, 0x0d, 0x0a]) {
        read_pcapng(file, &mut packets)
    } else {
        read_pcap(file, &mut packets)
    };
    (packets, outcome.err())
}

fn read_pcap(file: &[u8], packets: &mut Packets) -> Result<(), String> {
    let mut reader = PcapReader::new(file).map_err(|error| error.to_string())?;
    while let Some(packet) = reader.next_packet() {
        let packet = packet.map_err(|error| error.to_string())?;
        packets.push((packet.data().to_vec(), packet.orig_len()));
    }
    Ok(())
}

fn read_pcapng(file: &[u8], packets: &mut Packets) -> Result<(), String> {
    let mut reader = PcapNgReader::new(file).map_err(|error| error.to_string())?;
    while let Some(block) = reader.next_block() {
        match block.map_err(|error| error.to_string())?.0 {
            Block::EnhancedPacket(packet) => {
                packets.push((packet.data.to_vec(), packet.original_len));
            }
            Block::SimplePacket(packet) => {
                packets.push((packet.data.to_vec(), packet.original_len));
            }
            Block::Packet(packet) => {
                packets.push((packet.data.to_vec(), packet.original_len))
            }
            _ => {}
        }
    }
    Ok(())
}

#[test]
fn reads_the_same_packets_as_pcap_file_and_more_files() {
    let files = public_captures();
    let (mut refused, mut stopped) = (BTreeMap::<String, Vec<String>>::new(), Vec::new());
    for path in &files {
        let mut file = Vec::new();
        let input = decompress(fs::File::open(path).unwrap()).unwrap();
        input.take(1 << 26).read_to_end(&mut file).unwrap();
        let ((ours, our_error), (theirs, their_error)) = (ours(&file), theirs(&file));
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let agree = ours.starts_with(&theirs) || theirs.starts_with(&ours);
        assert!(agree, "{name}: packets differ");
        match (our_error, their_error) {
            (None, None) => assert_eq!(ours.len(), theirs.len(), "{name}"),
            (None, Some(why)) => refused.entry(why).or_default().push(name),
            (Some(_), None) => stopped.push(name),
            (Some(_), Some(_)) => {}
        }
    }
    let count: usize = refused.values().map(Vec::len).sum();
    println!(
        "{count} of {} files that we read to the end are refused by pcap-file",
        files.len()
    );
    for (why, files) in &refused {
        println!("{:4} {why}: {}", files.len(), files.join(" "));
    }
    if files.is_empty() {
        return;
    }
    assert!(count > 0, "pcap-file has caught up: use it");
    stopped.sort();
    assert_eq!(
        stopped, UNDEFINED_VERSIONS,
        "files that only pcap-file reads to the end"
    );
}
