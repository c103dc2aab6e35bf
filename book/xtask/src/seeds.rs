//! Seeds for the fuzz targets: what the captures and topologies of the project hold.

use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};

use anyhow::Context;
use layercake_capfile::Reader;
use layercake_datalink::framing;

/// Targets that take one captured packet as it is.
const PACKET_TARGETS: [&str; 2] = ["decoders", "line"];
/// Targets that take a captured packet behind an octet that chooses a code.
const CODE_TARGETS: [&str; 2] = ["line_codes", "correct"];
/// Where the network and the transport header begin in most frames: the decoders get each
/// packet from there on as well.
const HEADERS: [usize; 2] = [14, 34];
/// Control octets for the target `host`: aimed and repaired, at the four nodes that it knows.
const CONTROLS: [u8; 4] = [0b0111_1100, 0b0111_1101, 0b1011_1110, 0b0011_1111];
/// Control octets for the target `gate`: repaired; out and in by the outside, down and up inside,
/// and in again at the outside address, a while later.
const GATE: [u8; 5] = [0x19, 0x1b, 0x18, 0x1a, 0x5f];
/// Frames in one seed for the targets `host` and `gate`.
const SEQUENCE: usize = 16;

/// First octets for the target `framing`, by name: each framing with its larger limit, in pieces
/// of six octets.
const FRAMINGS: [(&str, u8); 5] = [
    ("hdlc", 0x58),
    ("octet-stuffing", 0x5a),
    ("slip", 0x5d),
    ("cobs", 0x5e),
    ("length-count", 0x5f),
];

/// Commands for the target `arq`: the link opens, SDUs go and come, some are missing, time runs
/// out, the other end begins anew and closes.
const ARQ: [u8; 67] = [
    5, 1, 2, 0x50, 0, 0, 0, // LinkUp from above; UA
    0, 9, 0, 9, 0, 9, 0, 9, // four SDUs
    2, 0x13, 0, 1, 0, // RR 0 that answers 1
    2, 0x31, 0, 0, 0, // SREJ of 0
    2, 0x23, 0, 2, 1, // REJ 1, seen 2
    2, 0x03, 0, 1, 1, 2, 0x03, 0, 0, 1, // I 1, then I 0
    3, 25, 3, 25, // time
    4, 0, 0, 9, 4, 3, // no room, an SDU, room
    2, 0x41, 1, 0, 0, // SABM of the next epoch
    2, 0x03, 0, 0, 0, // I 0
    2, 0x60, 0, 0, 0, // DISC
    3, 25,
];

/// Writes a folder for each target below `folder`.
pub(crate) fn write(root: &Path, folder: &Path) -> anyhow::Result<()> {
    let mut packets = 0;
    for path in captures(&root.join("captures"))? {
        copy(&path, &folder.join("capfile"))?;
        packets += write_packets(&path, folder, packets)?;
    }
    for scheme in 0..3_u8 {
        let seed = [
            &[scheme, 3, if scheme == 0 { 1 } else { 4 }, 0x29][..],
            &ARQ,
        ]
        .concat();
        put(&folder.join("arq"), &format!("scheme-{scheme}"), &seed)?;
    }
    for topologies in ["stack/tower/src", "tools/workbench/examples"] {
        for path in files(&root.join(topologies), "toml")? {
            copy(&path, &folder.join("topology"))?;
        }
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
    let mut sequence = Vec::new();
    loop {
        let Some(record) = reader.next_record().with_context(place)? else {
            write_sequence(&folder.join("host"), first, &sequence)?;
            write_gate(&folder.join("gate"), first, &sequence)?;
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
        write_lines(&folder.join("framing"), &name, record.octets)?;
        // These targets read the choice of a code from the first octet.
        let choice = u8::try_from((first + count) % 256)?;
        let chosen = [&[choice], record.octets].concat();
        for target in CODE_TARGETS {
            put(&folder.join(target), &name, &chosen)?;
        }
        for at in HEADERS {
            let inner = record.octets.get(at..).unwrap_or_default();
            put(
                &folder.join("decoders"),
                &format!("{name}-from-{at}"),
                inner,
            )?;
        }
        sequence.push(record.octets.to_vec());
        count += 1;
    }
}

/// Two copies of a packet on a line, once for each framing.
fn write_lines(folder: &Path, packet: &str, octets: &[u8]) -> anyhow::Result<()> {
    for (name, first) in FRAMINGS {
        let framing = framing::named(name).context(name)?;
        let mut line = vec![first];
        for _ in 0..2 {
            framing.encode(octets, &mut line)?;
        }
        put(folder, &format!("{packet}-{name}"), &line)?;
    }
    Ok(())
}

/// The frames of a capture one after the other, as the target `host` reads them.
fn write_sequence(folder: &Path, first: usize, frames: &[Vec<u8>]) -> anyhow::Result<()> {
    for control in CONTROLS {
        let mut seed = Vec::new();
        for frame in frames.iter().take(SEQUENCE) {
            seed.push(control);
            seed.extend(u16::try_from(frame.len())?.to_be_bytes());
            seed.extend(frame);
        }
        put(folder, &format!("frames-{first}-{control:08b}"), &seed)?;
    }
    Ok(())
}

/// The packets in the frames of a capture one after the other, as the target `gate` reads them.
fn write_gate(folder: &Path, first: usize, frames: &[Vec<u8>]) -> anyhow::Result<()> {
    let mut seed = Vec::new();
    let ways = GATE.iter().cycle();
    for (frame, control) in frames.iter().take(SEQUENCE).zip(ways) {
        let packet = frame.get(HEADERS[0]..).unwrap_or_default();
        seed.push(*control);
        seed.extend(u16::try_from(packet.len())?.to_be_bytes());
        seed.extend(packet);
    }
    put(folder, &format!("packets-{first}"), &seed)?;
    let rule =
        b"reject in on 1 tcp from any port 1-9 to 10.0.0.0/8 established fragments";
    put(folder, "rule", rule)
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
