//! What we write, read by others: pcap-file, tshark and capinfos.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a wrong assumption must fail the test"
)]

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, process};

use layercake_capfile::{
    Direction, LinkType, Packet, PcapWriter, Timestamp, WriteError, Writer,
};
use layercake_tests::lack::lacking;
use pcap_file::pcapng::blocks::enhanced_packet::EnhancedPacketOption;
use pcap_file::pcapng::blocks::interface_description::InterfaceDescriptionOption;
use pcap_file::pcapng::blocks::opt_common::CommonOption;
use pcap_file::pcapng::{Block, PcapNgReader};

/// An Ethernet frame without a known protocol inside (EtherType 0x88b5, local experiments).
const FRAME: [u8; 60] = {
    let mut frame = [0; 60];
    frame[0] = 0x02;
    frame[12] = 0x88;
    frame[13] = 0xb5;
    frame
};

const TIME: Timestamp = Timestamp::new(1_600_000_000, 123_456_789);

fn pcapng() -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), "layercake test").unwrap();
    let lan = writer.add_interface(LinkType::ETHERNET, "lan0", 0).unwrap();
    let serial = writer.add_interface(LinkType::RAW, "serial0", 0).unwrap();
    let first = Packet::new(lan, TIME, &FRAME);
    writer
        .write(&Packet {
            comment: Some("probe 1, größer"),
            ..first
        })
        .unwrap();
    let direction = Some(Direction::Outbound);
    writer
        .write(&Packet {
            direction,
            original_len: 1514,
            ..first
        })
        .unwrap();
    let ping = [
        0x45, 0, 0, 21, 0, 0, 0, 0, 64, 253, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, 7,
    ];
    writer
        .write(&Packet::new(serial, Timestamp::default(), &ping))
        .unwrap();
    writer.into_inner()
}

/// A file in the temporary folder that goes away again.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str, octets: &[u8]) -> Self {
        let path = env::temp_dir().join(format!("layercake-{}-{name}", process::id()));
        fs::write(&path, octets).unwrap();
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _gone_already_is_fine = fs::remove_file(&self.0);
    }
}

/// Output of a program about a file, or `None` (and a line that says so) where it is not installed; fails in CI then.
fn ask(program: &str, arguments: &[&str], file: &Path) -> Option<String> {
    let output = Command::new(program)
        .args(arguments)
        .arg(file)
        .env("TZ", "UTC")
        .output();
    let output = match output {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            lacking(&format!("{program} is not installed"));
            return None;
        }
        other => other.unwrap(),
    };
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    // tshark says so when it runs as root; it is not about the file.
    let complaint = complaint
        .lines()
        .filter(|line| !line.contains("Running as user"));
    assert_eq!(
        complaint.collect::<Vec<_>>(),
        Vec::<&str>::new(),
        "{program}"
    );
    assert!(output.status.success(), "{program}: {}", output.status);
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn tshark_reads_it_without_a_complaint() {
    let file = Scratch::new("tshark.pcapng", &pcapng());
    let fields = "-n -T fields -e frame.number -e frame.time_epoch -e frame.len -e frame.cap_len \
                  -e frame.interface_name -e frame.comment -e frame.packet_flags_direction -r";
    let arguments: Vec<_> = fields.split_whitespace().collect();
    let Some(output) = ask("tshark", &arguments, &file.0) else {
        return;
    };
    let lines: Vec<Vec<_>> = output
        .lines()
        .map(|line| line.split('\t').map(str::trim).collect())
        .collect();
    let time = "1600000000.123456789";
    assert_eq!(
        lines,
        [
            vec!["1", time, "60", "60", "lan0", "probe 1, größer", ""],
            vec!["2", time, "1514", "60", "lan0", "", "0x00000002"],
            vec!["3", "0.000000000", "21", "21", "serial0", "", ""],
        ]
    );
}

#[test]
fn capinfos_finds_program_interfaces_and_precision() {
    let file = Scratch::new("capinfos.pcapng", &pcapng());
    let Some(output) = ask("capinfos", &[], &file.0) else {
        return;
    };
    for part in [
        "pcapng",
        "Number of packets:   3",
        "nanoseconds (9)",
        "Capture application: layercake test",
        "Number of interfaces in file: 2",
        "Name = lan0",
    ] {
        assert!(output.contains(part), "{part} is not in\n{output}");
    }
}

#[test]
fn tshark_reads_the_classic_file_too() {
    let mut writer = PcapWriter::new(Vec::new(), LinkType::ETHERNET, 0).unwrap();
    writer.write(TIME, &FRAME, 1514).unwrap();
    let file = Scratch::new("classic.pcap", &writer.into_inner());
    let fields = "-n -T fields -e frame.time_epoch -e frame.len -e frame.cap_len -r";
    let arguments: Vec<_> = fields.split_whitespace().collect();
    let Some(output) = ask("tshark", &arguments, &file.0) else {
        return;
    };
    assert_eq!(output.trim_end(), "1600000000.123456789\t1514\t60");
}

/// An independent implementation as the oracle, comment and interface options included.
#[test]
fn pcap_file_reads_the_same_packets_comments_and_interfaces() {
    let file = pcapng();
    let mut reader = PcapNgReader::new(file.as_slice()).unwrap();
    let mut packets = Vec::new();
    while let Some(block) = reader.next_block() {
        match block.unwrap().0 {
            Block::EnhancedPacket(packet) => {
                let comment = packet.options.iter().find_map(|option| match option {
                    EnhancedPacketOption::Common(CommonOption::Comment(text)) => {
                        Some(text.to_string())
                    }
                    _ => None,
                });
                let (id, time) = (packet.interface_id, packet.timestamp.as_nanos());
                packets.push((id, time, packet.original_len, packet.data.len(), comment));
            }
            Block::InterfaceDescription(_) => {}
            other => panic!("{other:?}"),
        }
    }
    let time = 1_600_000_000_123_456_789;
    let comment = Some("probe 1, größer".to_owned());
    assert_eq!(
        packets,
        [
            (0, time, 60, 60, comment),
            (0, time, 1514, 60, None),
            (1, 0, 21, 21, None)
        ]
    );
    let names: Vec<_> = reader
        .interfaces()
        .iter()
        .flat_map(|found| &found.options)
        .collect();
    assert!(names.contains(&&InterfaceDescriptionOption::IfName("serial0".into())));
}

#[test]
fn pcap_file_reads_the_classic_file() {
    let mut writer = PcapWriter::new(Vec::new(), LinkType::RAW, 262_144).unwrap();
    writer.write(TIME, b"octets", 6).unwrap();
    let file = writer.into_inner();
    let mut reader = pcap_file::pcap::PcapReader::new(file.as_slice()).unwrap();
    assert_eq!(u32::from(reader.header().datalink), 101);
    let packet = reader.next_packet().unwrap().unwrap();
    assert_eq!(packet.timestamp().as_nanos(), 1_600_000_000_123_456_789);
    assert_eq!((packet.data(), packet.orig_len()), (&b"octets"[..], 6));
}

#[test]
fn the_same_calls_write_the_same_octets() {
    assert_eq!(pcapng(), pcapng());
}

#[test]
fn refuses_what_the_format_has_no_room_for_and_writes_nothing_of_it() {
    let mut writer = Writer::new(Vec::new(), "refusals").unwrap();
    let lan = writer.add_interface(LinkType::ETHERNET, "lan0", 0).unwrap();
    let good = Packet::new(lan, TIME, &FRAME);
    let long = "x".repeat(70_000);
    let huge = vec![0; 262_145];
    let before = Timestamp {
        seconds: -1,
        nanoseconds: 0,
    };
    for (packet, message) in [
        (
            Packet {
                original_len: 59,
                ..good
            },
            "captured length is 60, expected at most the original length",
        ),
        (
            Packet::new(lan, TIME, &huge),
            "captured length is 262145, expected at most what the link type allows",
        ),
        (
            Packet {
                comment: Some(&long),
                ..good
            },
            "option length is 70000, expected at most 65535",
        ),
        (
            Packet {
                time: before,
                ..good
            },
            "time is -1.000000000, expected 1970 or later, within the range of the file format",
        ),
    ] {
        assert_eq!(writer.write(&packet).unwrap_err().to_string(), message);
    }
    let mut other = Writer::new(Vec::new(), "other").unwrap();
    assert!(matches!(
        other.write(&good),
        Err(WriteError::Interface { found: 0, count: 0 })
    ));
    writer.write(&good).unwrap();
    assert_eq!(layercake_capfile::walk(&writer.into_inner()).records, 1);
}
