//! `rcap replay` between two namespaces: what arrives is what the capture holds.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use layercake_capfile::{LinkType, PcapWriter, Reader, Timestamp};
use layercake_tests::netns::{self, Chain};
use serde_json::Value as Json;

/// EtherType for local experiments, IEEE 802, that no kernel answers.
const EXPERIMENT: [u8; 2] = [0x88, 0xb5];
/// Octets of the longest frame that an MTU of 1500 lets through.
const LONGEST: usize = 1514;
/// Between two frames, in nanoseconds.
const GAP: u64 = 250_000;

/// Numbered frames of all lengths, the last one too long for the link.
fn frames() -> Vec<Vec<u8>> {
    let lengths = (0..400)
        .map(|n| 60 + n * 37 % (LONGEST - 59))
        .chain([LONGEST, LONGEST + 1]);
    let frame = |(number, len): (usize, usize)| {
        let mut frame = vec![0x5a; len];
        frame[..6].fill(0xff);
        frame[6..12].copy_from_slice(&[2, 0, 0, 0, 0, 1]);
        frame[12..14].copy_from_slice(&EXPERIMENT);
        frame[14..22].copy_from_slice(&(number as u64).to_be_bytes());
        frame
    };
    lengths.enumerate().map(frame).collect()
}

fn write_capture(path: &Path, frames: &[Vec<u8>]) {
    let file = File::create(path).expect("a scratch file");
    let mut writer = PcapWriter::new(file, LinkType::ETHERNET, 0).expect("a header");
    for (number, frame) in frames.iter().enumerate() {
        let time =
            Timestamp::from_nanoseconds(1_700_000_000_000_000_000 + number as u64 * GAP);
        let len = u32::try_from(frame.len()).expect("a short frame");
        writer.write(time, frame, len).expect("a record");
    }
}

fn read_capture(path: &Path) -> Vec<Vec<u8>> {
    let file = File::open(path).expect("a capture");
    let mut reader = Reader::new(file).expect("a header");
    let mut frames = Vec::new();
    while let Some(record) = reader.next_record().expect("a record") {
        frames.push(record.octets.to_vec());
    }
    frames
}

/// Starts tcpdump at the far end and waits until it listens.
fn listen(chain: &Chain, path: &Path) -> Child {
    let mut command = Command::new("tcpdump");
    command.args([
        "-i",
        "left",
        "-Q",
        "in",
        "--immediate-mode",
        "-U",
        "-B",
        "32768",
        "-w",
    ]);
    command
        .arg(path)
        .arg("ether proto 0x88b5")
        .stderr(Stdio::piped());
    let mut child = chain
        .enter(1, || command.spawn())
        .expect("a namespace")
        .expect("tcpdump runs");
    let mut lines = BufReader::new(child.stderr.take().expect("a pipe")).lines();
    let listening = lines.any(|line| line.is_ok_and(|line| line.contains("listening")));
    assert!(listening);
    child
}

/// Lets tcpdump catch up, and ends it.
fn stop(mut child: Child, path: &Path) -> Vec<Vec<u8>> {
    std::thread::sleep(Duration::from_millis(300));
    child.kill().expect("tcpdump ends");
    child.wait().expect("tcpdump has ended");
    read_capture(path)
}

fn replay(chain: &Chain, arguments: &[&str], path: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rcap"));
    command
        .args(["replay", "-i", "right"])
        .args(arguments)
        .arg(path);
    chain.run(0, &mut command).expect("rcap runs")
}

/// Replays the frames with these arguments; gives what arrived, and the report.
fn round_trip(
    name: &str,
    arguments: &[&str],
) -> Option<(Vec<Vec<u8>>, Json, Option<i32>)> {
    let chain = netns::available("rcap", 1).expect("namespaces")?;
    let folder = scratch(name);
    let (sent, received) = (folder.join("sent.pcap"), folder.join("received.pcap"));
    write_capture(&sent, &frames());
    let child = listen(&chain, &received);
    let output = replay(&chain, &[&["--json"], arguments].concat(), &sent);
    let arrived = stop(child, &received);
    fs::remove_dir_all(folder).expect("removed");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let report =
        serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {output:?}"));
    Some((arrived, report, output.status.code()))
}

fn scratch(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("rcap-{name}-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a scratch folder");
    folder
}

/// Held against what was sent: the last frame is too long, is told as such, and does not arrive.
fn hold(arrived: &[Vec<u8>], rounds: usize, report: &Json, code: Option<i32>) {
    let mut sent = frames();
    sent.pop();
    let sent: Vec<_> = std::iter::repeat_n(sent, rounds).flatten().collect();
    assert_eq!(arrived.len(), sent.len());
    assert!(arrived == sent, "a frame changed or came out of order");
    assert_eq!(report["frames"], sent.len());
    assert_eq!(report["not_sent"]["too_long"], rounds);
    assert_eq!(code, Some(1));
}

#[test]
fn every_frame_arrives_in_order_and_equal_and_on_time() {
    let Some((arrived, report, code)) = round_trip("schedule", &[]) else {
        return;
    };
    hold(&arrived, 1, &report, code);
    let seconds = report["seconds"].as_f64().expect("a number");
    let least = 400.0 * GAP as f64 / 1e9;
    assert!(
        seconds >= least,
        "{seconds} s are less than the capture's {least} s"
    );
    println!("timing error, ns: {}", report["timing_error_ns"]);
}

#[test]
fn a_factor_and_rounds_change_the_schedule_and_not_the_frames() {
    let Some((arrived, report, code)) =
        round_trip("rounds", &["--speed", "4", "--loop", "3"])
    else {
        return;
    };
    hold(&arrived, 3, &report, code);
    // The frame that is too long keeps its place in the schedule.
    let least = (401.0 + 401.0 + 400.0) * GAP as f64 / 4e9;
    assert!(report["seconds"].as_f64().expect("a number") >= least);
}

#[test]
fn at_top_speed_no_frame_is_lost_either() {
    let Some((arrived, report, code)) = round_trip("top", &["--top"]) else {
        return;
    };
    hold(&arrived, 1, &report, code);
    assert!(report.get("timing_error_ns").is_none());
}

#[test]
fn the_limit_counts_frames() {
    let Some((arrived, report, code)) = round_trip("limit", &["--limit", "7"]) else {
        return;
    };
    assert_eq!(
        (arrived.len(), &report["frames"], code),
        (7, &Json::from(7), Some(0))
    );
}

#[test]
fn a_limit_of_no_frames_is_refused() {
    let output = Command::new(env!("CARGO_BIN_EXE_rcap"))
        .args(["replay", "-i", "lo", "--limit", "0", "missing.pcap"])
        .output()
        .expect("rcap runs");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn what_only_the_emulated_network_has_is_refused_on_an_interface() {
    for flag in ["--write", "--net", "--seed"] {
        let output = Command::new(env!("CARGO_BIN_EXE_rcap"))
            .args(["replay", "-i", "lo", flag, "7", "missing.pcap"])
            .output()
            .expect("rcap runs");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains("cannot be used with"), "{told}");
    }
}

/// Nothing of this capture can be sent, and it is read again and again.
#[test]
fn a_signal_ends_an_endless_replay_that_sends_nothing() {
    let Some(chain) = netns::available("rcapsig", 1).expect("namespaces") else {
        return;
    };
    let folder = scratch("signal");
    let path = folder.join("raw.pcap");
    let file = File::create(&path).expect("a scratch file");
    let mut writer = PcapWriter::new(file, LinkType::RAW, 0).expect("a header");
    writer
        .write(Timestamp::default(), &[0; 20], 20)
        .expect("a record");
    for top in [&[][..], &["--top"]] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rcap"));
        command.args(["replay", "-i", "right", "--loop", "0", "--json"]);
        command.args(top).arg(&path).stdout(Stdio::piped());
        let mut child = chain
            .enter(0, || command.spawn())
            .expect("a namespace")
            .expect("rcap runs");
        std::thread::sleep(Duration::from_millis(700));
        let kill = Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .status();
        assert!(kill.expect("kill runs").success());
        let ended = (0..100).any(|_| {
            std::thread::sleep(Duration::from_millis(100));
            child.try_wait().expect("a child").is_some()
        });
        if !ended {
            child.kill().expect("rcap ends");
        }
        let output = child.wait_with_output().expect("rcap has ended");
        assert!(ended, "still running after ten seconds");
        let report: Json = serde_json::from_slice(&output.stdout).expect("a report");
        assert_eq!(report["frames"], 0);
        assert!(report["not_sent"]["other_link_type"].as_u64() > Some(0));
    }
    fs::remove_dir_all(folder).expect("removed");
}

/// Works without privilege: the interface is looked up before anything is opened.
#[test]
fn an_interface_that_is_not_there_is_named() {
    let output = Command::new(env!("CARGO_BIN_EXE_rcap"))
        .args(["replay", "-i", "nosuch0", "missing.pcap"])
        .output()
        .expect("rcap runs");
    assert_eq!(output.status.code(), Some(1));
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        error.starts_with("rcap: no interface is named nosuch0"),
        "{error}"
    );
}
