//! Seeds for the fuzz targets: what the captures and topologies of the project hold.

use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};

use anyhow::Context;
use layercake_capfile::Reader;

/// Targets that take one captured packet as it is.
const PACKET_TARGETS: [&str; 3] = ["decoders", "line", "host"];

/// Writes a folder for each target below `folder`.
pub(crate) fn write(root: &Path, folder: &Path) -> anyhow::Result<()> {
    let mut packets = 0;
    for path in captures(&root.join("captures"))? {
        copy(&path, &folder.join("capfile"))?;
        packets += write_packets(&path, folder, packets)?;
    }
    for path in files(&root.join("stack/tower/src"), "toml")? {
        copy(&path, &folder.join("topology"))?;
    }
    println!("{}: {packets} packets", folder.display());
    Ok(())
}

/// One seed for each packet; the target `dissect` reads the link type from the first two octets.
fn write_packets(path: &Path, folder: &Path, first: usize) -> anyhow::Result<usize> {
    let place = || path.display().to_string();
    let mut reader =
        Reader::new(BufReader::new(File::open(path)?)).with_context(place)?;
    let mut count = 0;
    loop {
        let Some(record) = reader.next_record().with_context(place)? else {
            return Ok(count);
        };
        let link = record
            .interface
            .map_or(1, |interface| interface.link_type.0);
        let tagged = [&link.to_be_bytes()[..], record.octets].concat();
        let name = format!("packet-{}", first + count);
        put(&folder.join("dissect"), &name, &tagged)?;
        for target in PACKET_TARGETS {
            put(&folder.join(target), &name, record.octets)?;
        }
        count += 1;
    }
}

fn captures(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    Ok([files(folder, "pcap")?, files(folder, "pcapng")?].concat())
}

fn files(folder: &Path, extension: &str) -> anyhow::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let paths = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<anyhow::Result<Vec<_>>>()?;
    Ok(paths
        .into_iter()
        .filter(|path| path.extension().is_some_and(|e| e == extension))
        .collect())
}

fn copy(path: &Path, folder: &Path) -> anyhow::Result<()> {
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or("seed");
    put(folder, name, &fs::read(path)?)
}

fn put(folder: &Path, name: &str, octets: &[u8]) -> anyhow::Result<()> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join(name), octets).with_context(|| folder.display().to_string())
}
