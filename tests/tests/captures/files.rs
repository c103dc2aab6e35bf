//! Where the captures are, and what is in them.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use layercake_capfile::{LinkType, Reader, decompress};
use layercake_tests::lack::absent;

/// One captured packet.
pub(crate) struct Packet {
    /// File and number.
    pub(crate) place: String,
    pub(crate) link_type: LinkType,
    pub(crate) octets: Vec<u8>,
    pub(crate) original_len: u32,
}

/// The captures of the project.
pub(crate) fn project() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../captures");
    let files = in_folder(&root);
    files
        .into_iter()
        .filter(|path| matches!(extension(path), "pcap" | "pcapng"))
        .collect()
}

/// The captures of the public set, which lies beside the repository; none where it is absent.
pub(crate) fn public() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/captures-public");
    if !root.is_dir() {
        absent(&format!("there is no {}", root.display()));
        return Vec::new();
    }
    let folders = in_folder(&root).into_iter();
    let folders = folders.filter(|path| path.is_dir() && !path.ends_with("oracles"));
    let files = folders.flat_map(|folder| in_folder(&folder));
    files
        .filter(|path| !matches!(extension(path), "jsonl" | "tsv"))
        .collect()
}

fn extension(path: &Path) -> &str {
    path.extension()
        .and_then(|text| text.to_str())
        .unwrap_or_default()
}

fn in_folder(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// All records up to the end, or up to where the file is damaged. Custom blocks are records
/// without a link type; they keep the numbers in step.
pub(crate) fn read(path: &Path) -> Vec<Packet> {
    let mut packets = Vec::new();
    let name = path.file_name().unwrap().display();
    let input = decompress(File::open(path).unwrap()).unwrap();
    let Ok(mut reader) = Reader::new(input) else {
        return packets;
    };
    while let Ok(Some(record)) = reader.next_record() {
        packets.push(Packet {
            place: format!("{name} packet {}", record.number),
            link_type: record.link_type().unwrap_or(LinkType(u16::MAX)),
            octets: record.octets.to_vec(),
            original_len: record.original_len,
        });
    }
    packets
}
