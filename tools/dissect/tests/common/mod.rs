//! The public captures, where this machine has them.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use layercake_capfile::{Kind, Reader, decompress};
use layercake_dissect::{Dissection, dissect_cut};

/// The captures in these folders, sorted; empty when the set is not here, which is said.
pub(crate) fn captures(folders: &[&str]) -> Vec<PathBuf> {
    let root =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/captures-public");
    if !root.is_dir() {
        println!(
            "no public captures at {}: nothing to compare with",
            root.display()
        );
    }
    folders
        .iter()
        .flat_map(|folder| files(&root.join(folder)))
        .collect()
}

/// The captures in a folder, sorted; none when it cannot be read.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<_> = entries
        .map(|entry| entry.path())
        .filter(|path| {
            path.is_file() && path.extension().is_none_or(|kind| kind != "jsonl")
        })
        .collect();
    files.sort();
    files
}

/// Takes every packet of a file apart; `what` gets its number too. Ends where the file does, or
/// cannot be read further.
pub(crate) fn each_packet(path: &Path, mut what: impl FnMut(u64, &Dissection<'_>)) {
    let Ok(file) = File::open(path).map_err(|e| println!("{}: {e}", path.display()))
    else {
        return;
    };
    let Ok(mut reader) = decompress(file)
        .map_err(drop)
        .and_then(|f| Reader::new(f).map_err(drop))
    else {
        return;
    };
    while let Ok(Some(record)) = reader.next_record() {
        if let (Kind::Packet, Some(interface)) = (record.kind, record.interface) {
            let original = usize::try_from(record.original_len).unwrap_or(usize::MAX);
            what(
                record.number,
                &dissect_cut(interface.link_type, record.octets, original),
            );
        }
    }
}

/// The short name of a file, for messages.
pub(crate) fn name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
