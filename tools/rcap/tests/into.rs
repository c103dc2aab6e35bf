//! `rcap replay --into`: a capture of kernel traffic, answered by the emulated network.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value as Json;

fn capture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../captures")
        .join(name)
}

fn replay(file: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rcap"));
    command
        .arg("replay")
        .arg(capture(file))
        .args(arguments)
        .output()
        .expect("rcap runs")
}

/// The values of an echo message: type, identifier and sequence number.
fn echo(packet: &Json) -> Option<[u64; 3]> {
    let layers = packet["frame"]["layers"].as_array()?;
    let layer = layers
        .iter()
        .find(|layer| layer["protocol"] == "ICMP echo")?;
    assert_eq!(layer["checksum"], "good");
    let fields = layer["fields"].as_array()?;
    let value =
        |name| fields.iter().find(|field| field["name"] == name)?["value"].as_u64();
    Some([
        value("Type")?,
        value("Identifier")?,
        value("Sequence Number")?,
    ])
}

/// Echo messages that went that way.
fn echoes(packets: &[Json], direction: &str) -> Vec<[u64; 3]> {
    packets
        .iter()
        .filter(|packet| packet["direction"] == direction)
        .filter_map(echo)
        .collect()
}

#[test]
fn a_ping_of_the_kernel_is_answered_by_web_lab() {
    let output = replay("ping.pcap", &["--into", "web.lab", "--json"]);
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let packets: Vec<Json> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("an object"))
        .collect();
    let mut asked = echoes(&packets, "in");
    asked.retain(|[kind, ..]| *kind == 8);
    assert!(!asked.is_empty());
    let answers: Vec<_> = asked.iter().map(|[_, id, seq]| [0, *id, *seq]).collect();
    assert_eq!(echoes(&packets, "out"), answers);
}

#[test]
fn what_is_changed_is_said() {
    let output = replay("ping.pcap", &["--into", "web.lab"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        text.contains("became 198.51.100.80, checksums corrected"),
        "{text}"
    );
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.starts_with("8 frames handed to web.lab (198.51.100.80), which sent "));
}

/// Both sides are in the file, and the same seed writes the same octets.
#[test]
fn the_written_file_holds_questions_and_answers_and_repeats() {
    let folder = std::env::temp_dir().join(format!("rcap-into-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a scratch folder");
    let files = ["a.pcapng", "b.pcapng"].map(|name| folder.join(name));
    let outputs = files.each_ref().map(|file| {
        let name = file.to_str().expect("a plain name");
        replay(
            "traceroute-udp.pcap",
            &["--into", "far.lab", "--seed", "7", "--write", name],
        )
    });
    assert_eq!(outputs[0].stdout, outputs[1].stdout);
    let octets = files
        .each_ref()
        .map(|file| fs::read(file).expect("written"));
    assert!(octets[0] == octets[1]);
    let show = Command::new(env!("CARGO_BIN_EXE_rcap"))
        .arg("show")
        .arg(&files[0])
        .output()
        .expect("rcap runs");
    assert_eq!(show.stdout, outputs[0].stdout);
    assert!(String::from_utf8_lossy(&show.stdout).contains("udp port 33434 unreachable"));
    fs::remove_dir_all(folder).expect("removed");
}

/// A cut file runs as far as it goes, and what it brought about is told before the error.
#[test]
fn a_damaged_capture_is_counted_and_then_told() {
    let folder =
        std::env::temp_dir().join(format!("rcap-intocut-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a scratch folder");
    let path = folder.join("cut.pcap");
    let whole = fs::read(capture("ping.pcap")).expect("a capture");
    fs::write(&path, &whole[..whole.len() - 9]).expect("a scratch file");
    let output = replay(path.to_str().expect("a plain name"), &["--into", "web.lab"]);
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.starts_with("7 frames handed to web.lab"), "{told}");
    assert!(told.contains("cut short after record 7"), "{told}");
    fs::remove_dir_all(folder).expect("removed");
}

#[test]
fn an_unknown_host_lists_the_known_ones_and_a_bridge_takes_no_frames() {
    let told = |host| {
        let output = replay("ping.pcap", &["--into", host]);
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    assert!(
        told("nobody.lab").contains("no host is named nobody.lab; there are: here.lab")
    );
    assert!(told("switch.lab").contains("switch.lab has no LAN"));
}
