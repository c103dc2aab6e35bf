//! `rcap show` from the outside: what it prints, and how it ends.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value as Json;

fn rcap(arguments: &[&str], files: &[&Path]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rcap"))
        .args(arguments)
        .args(files)
        .output()
        .expect("rcap runs")
}

/// Files in a folder that are captures, by what lies beside them.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<_> = entries.map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_none_or(|kind| kind != "jsonl"));
    files.sort();
    files
}

/// The public captures, or none, which is said.
fn public(folder: &str) -> Vec<PathBuf> {
    let root =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/captures-public");
    if !root.is_dir() {
        println!(
            "no public captures at {}: nothing to compare with",
            root.display()
        );
    }
    files(&root.join(folder))
}

/// The captures of this repository.
fn own() -> Vec<PathBuf> {
    let mut all = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../captures"));
    all.retain(|path| {
        path.extension()
            .is_some_and(|kind| kind == "pcap" || kind == "pcapng")
    });
    assert!(!all.is_empty());
    all
}

fn objects(text: &[u8]) -> Vec<Json> {
    let text = String::from_utf8_lossy(text);
    text.lines()
        .map(|line| serde_json::from_str(line).expect("one object a line"))
        .collect()
}

/// What both sides say of a frame: number, both lengths, and time where there is one.
fn key(frame: &Json, names: [&str; 4]) -> [Option<i128>; 4] {
    names.map(|name| match frame.get(name)? {
        Json::String(text) => nanoseconds(text),
        number => number.as_i64().map(i128::from),
    })
}

/// Seconds and nanoseconds as nanoseconds. tshark does not carry a fraction that is out of range
/// into the seconds: it prints more than nine digits.
fn nanoseconds(text: &str) -> Option<i128> {
    let (seconds, rest) = text.split_once('.')?;
    let sign = if text.starts_with('-') { -1 } else { 1 };
    Some(
        seconds.parse::<i128>().ok()? * 1_000_000_000
            + sign * rest.parse::<i128>().ok()?,
    )
}

/// 2 147 483 648 µs in the fraction are more nanoseconds than tshark's 32 bits hold: it prints 0
/// where the format says 2147.483648 s.
fn corrected(path: &Path, mut frame: [Option<i128>; 4]) -> [Option<i128>; 4] {
    if path.ends_with("tcpdump_timestamp_invalid_micro.pcap") && frame[0] == Some(3) {
        frame[3] = frame[3].map(|time| time + 2_147_483_648_000);
    }
    frame
}

/// The reference values that lie beside a capture.
fn reference(path: &Path) -> Option<Vec<[Option<i128>; 4]>> {
    let text = fs::read_to_string(format!("{}.tshark.jsonl", path.display())).ok()?;
    let names = [
        "frame.number",
        "frame.len",
        "frame.cap_len",
        "frame.time_epoch",
    ];
    let frames = objects(text.as_bytes());
    Some(frames.iter().map(|frame| key(frame, names)).collect())
}

#[test]
fn count_length_and_time_are_those_of_the_reference_values() {
    let (mut compared, mut different) = (0, Vec::new());
    for path in ["pcap-format", "pcapng-format"]
        .into_iter()
        .flat_map(public)
    {
        let Some(theirs) = reference(&path) else {
            continue;
        };
        let output = rcap(&["show", "--json"], &[&path]);
        let ours = objects(&output.stdout);
        let names = ["number", "length", "captured", "time"];
        let ours: Vec<_> = ours.iter().map(|frame| key(frame, names)).collect();
        let theirs: Vec<_> = theirs
            .into_iter()
            .map(|frame| corrected(&path, frame))
            .collect();
        compared += theirs.len();
        if ours != theirs {
            let at = ours
                .iter()
                .zip(&theirs)
                .position(|(ours, theirs)| ours != theirs);
            let at = at.unwrap_or(ours.len().min(theirs.len()));
            let (n, m) = (ours.len(), theirs.len());
            different.push(format!(
                "{}: {n} {m}, first {:?} {:?}",
                path.display(),
                ours.get(at),
                theirs.get(at)
            ));
        }
    }
    println!(
        "{compared} packets have the count, lengths and times of the reference values"
    );
    assert!(different.is_empty(), "{}", different.join("\n"));
}

#[test]
fn every_capture_of_this_repository_is_shown_in_every_form() {
    for path in own() {
        for form in ["--layers", "--hex", "--explain", "--json"] {
            let output = rcap(&["show", "--color", "always", form], &[&path]);
            assert!(output.status.success(), "{form} {}", path.display());
            assert!(output.stderr.is_empty() && !output.stdout.is_empty());
        }
    }
}

#[test]
fn a_file_cut_short_is_shown_and_then_the_error_names_the_octet() {
    let whole = fs::read(&own()[0]).expect("a capture");
    let folder = scratch("cut");
    let path = folder.join("cut.pcap");
    fs::write(&path, &whole[..whole.len() - 3]).expect("a scratch file");
    let output = rcap(&["show"], &[&path]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        output
            .stdout
            .iter()
            .filter(|&&octet| octet == b'\n')
            .count()
            > 1
    );
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        error.contains("cut short after record") && error.contains("at octet"),
        "{error}"
    );
    fs::remove_dir_all(folder).expect("removed");
}

#[test]
fn what_is_no_capture_ends_with_a_clear_error() {
    let folder = scratch("none");
    let path = folder.join("none");
    fs::write(&path, b"#!/bin/sh").expect("a scratch file");
    let output = rcap(&["show"], &[&path, &folder.join("missing")]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(error.contains("not a capture file"), "{error}");
    assert!(
        error.contains("cannot open") && error.contains("missing"),
        "{error}"
    );
    fs::remove_dir_all(folder).expect("removed");
}

/// Cuts and flips all over real files; xorshift, so that a failure repeats.
#[test]
fn hostile_files_end_in_an_error_and_never_in_a_crash() {
    let folder = scratch("hostile");
    let path = folder.join("hostile");
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).expect("below usize")
    };
    for round in 0..60 {
        let all = own();
        let mut octets = fs::read(&all[round % all.len()]).expect("a capture");
        for _ in 0..=random(20) {
            let at = random(octets.len());
            octets[at] = u8::try_from(random(256)).expect("an octet");
        }
        octets.truncate(octets.len() - random(octets.len() / 2));
        fs::write(&path, &octets).expect("a scratch file");
        let output = rcap(&["show", "--explain", "--hex"], &[&path]);
        assert!(
            matches!(output.status.code(), Some(0 | 2)),
            "{:?}",
            output.status
        );
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(text.chars().all(|c| !c.is_control() || c == '\n'));
    }
    fs::remove_dir_all(folder).expect("removed");
}

#[test]
fn a_copy_holds_the_same_packets() {
    let folder = scratch("copy");
    let copy = folder.join("copy.pcapng");
    for path in own() {
        let copy_name = copy.to_str().expect("a plain name");
        let first = rcap(&["show", "--write", copy_name], &[&path]);
        let second = rcap(&["show"], &[&copy]);
        assert!(first.status.success() && second.status.success());
        assert_eq!(first.stdout, second.stdout, "{}", path.display());
    }
    fs::remove_dir_all(folder).expect("removed");
}

#[test]
fn a_capture_is_never_overwritten_while_it_is_read() {
    let folder = scratch("same");
    let (path, alias) = (folder.join("in.pcap"), folder.join("alias"));
    fs::copy(&own()[0], &path).expect("a scratch file");
    std::os::unix::fs::symlink(&path, &alias).expect("a link");
    for copy in [&path, &alias] {
        let copy = copy.to_str().expect("a plain name");
        let input = fs::File::open(&path).expect("a capture");
        let read = rcap(&["show", "--write", copy], &[&path]);
        let piped = Command::new(env!("CARGO_BIN_EXE_rcap"))
            .args(["show", "--write", copy, "-"])
            .stdin(input)
            .output()
            .expect("rcap runs");
        let replayed = rcap(&["replay", "--into", "web.lab", "--write", copy], &[&path]);
        for output in [read, piped, replayed] {
            assert_eq!(output.status.code(), Some(1));
            let error = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(error.contains("would overwrite it"), "{error}");
        }
    }
    let (left, whole) = (fs::read(&path), fs::read(&own()[0]));
    assert!(left.expect("a capture") == whole.expect("a capture"));
    fs::remove_dir_all(folder).expect("removed");
}

/// As `rcap show FILE 2>&1 | head` may leave it.
#[test]
fn nobody_on_standard_error_is_no_crash() {
    let folder = scratch("deaf");
    let path = folder.join("none");
    fs::write(&path, b"no capture").expect("a scratch file");
    let whole = own().remove(0);
    for arguments in [&["show"][..], &["replay", "--into", "web.lab"]] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_rcap"))
            .args(arguments)
            .arg(if arguments.len() == 1 { &path } else { &whole })
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("rcap runs");
        drop(child.stderr.take());
        let code = child.wait().expect("rcap ends").code();
        assert!(matches!(code, Some(0 | 2)), "{code:?}");
    }
    fs::remove_dir_all(folder).expect("removed");
}

/// Told once, however many files follow.
#[test]
fn output_that_fails_ends_the_command() {
    let full = fs::File::options().write(true).open("/dev/full");
    let output = Command::new(env!("CARGO_BIN_EXE_rcap"))
        .arg("show")
        .args([&own()[0]; 3])
        .stdout(full.expect("a Linux machine"))
        .output()
        .expect("rcap runs");
    assert_eq!(output.status.code(), Some(1));
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(error.matches("cannot write").count(), 1, "{error}");
}

/// Three sections, whose interfaces all have number 0: two of a lab and one without Ethernet.
#[test]
fn a_copy_tells_the_interfaces_of_several_sections_apart() {
    use layercake_capfile::{LinkType, Packet, Timestamp, Writer};
    let folder = scratch("sections");
    let (path, copy) = (folder.join("in.pcapng"), folder.join("copy.pcapng"));
    let lab = own()
        .into_iter()
        .find(|path| path.ends_with("lab-ping.pcapng"));
    let lab = fs::read(lab.expect("a capture of the lab")).expect("a capture");
    let mut raw = Vec::new();
    let mut writer = Writer::new(&mut raw, "test").expect("a header");
    let interface = writer.add_interface(LinkType::RAW, "raw", 0);
    let packet = Packet {
        interface: interface.expect("an interface"),
        time: Timestamp::default(),
        octets: &[0x45; 20],
        original_len: 20,
        comment: None,
        direction: None,
    };
    writer.write(&packet).expect("a packet");
    writer.flush().expect("written");
    fs::write(&path, [&lab[..], &raw, &lab].concat()).expect("a scratch file");
    let copy_name = copy.to_str().expect("a plain name");
    let first = rcap(&["show", "--write", copy_name], &[&path]);
    let second = rcap(&["show"], &[&copy]);
    assert!(first.status.success() && second.status.success());
    assert_eq!(first.stdout, second.stdout);
    fs::remove_dir_all(folder).expect("removed");
}

/// Escape, bell, the one-octet form of "escape [" and a turn of the direction of writing, in a
/// comment and in the name of a file.
#[test]
fn nothing_in_a_file_steers_the_terminal() {
    use layercake_capfile::{LinkType, Packet, Timestamp, Writer};
    const HOSTILE: &str = "\u{1b}]0;x\u{7}\u{9b}31m\u{202e}";
    let folder = scratch("hostiletext");
    let path = folder.join(HOSTILE);
    let file = fs::File::create(&path).expect("a scratch file");
    let mut writer = Writer::new(file, "test").expect("a header");
    let interface = writer.add_interface(LinkType::ETHERNET, HOSTILE, 0);
    let packet = Packet {
        interface: interface.expect("an interface"),
        time: Timestamp::default(),
        octets: &[0; 20],
        original_len: 20,
        comment: Some(HOSTILE),
        direction: None,
    };
    writer.write(&packet).expect("a packet");
    writer.flush().expect("a file");
    let harmless = |text: &[u8]| {
        let text = String::from_utf8_lossy(text).into_owned();
        let steers = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!text.contains(steers), "{text:?}");
        text
    };
    let output = rcap(&["show", "--json"], &[&path]);
    harmless(&output.stdout);
    let object = objects(&output.stdout).remove(0);
    assert_eq!(object["comments"][0], HOSTILE);
    assert!(
        object["file"]
            .as_str()
            .is_some_and(|name| name.ends_with(HOSTILE))
    );
    let mut cut = fs::read(&path).expect("a capture");
    cut.truncate(cut.len() - 3);
    fs::write(&path, cut).expect("a capture");
    for form in ["--layers", "--explain", "--hex", "--json"] {
        let output = rcap(&["show", form], &[&path]);
        assert!(harmless(&output.stderr).contains("\\u{1b}]0;x"), "{form}");
        harmless(&output.stdout);
    }
    fs::remove_dir_all(folder).expect("removed");
}

#[test]
fn standard_input_is_read_and_the_count_ends_it() {
    let path = &own()[0];
    let mut child = Command::new(env!("CARGO_BIN_EXE_rcap"))
        .args(["show", "-c", "2", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("rcap runs");
    let mut input = child.stdin.take().expect("a pipe");
    let written = input.write_all(&fs::read(path).expect("a capture"));
    drop((written, input)); // rcap may be done before all was written
    let output = child.wait_with_output().expect("rcap ends");
    assert!(output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stdout).lines().count(), 2);
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_rcap"))
        .args(["show", "--explain", "--hex"])
        .args([&own()[0]; 50])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("rcap runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("rcap ends");
    assert!(
        output.status.success() && output.stderr.is_empty(),
        "{output:?}"
    );
}

/// A folder of this test's own.
fn scratch(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("rcap-{name}-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a scratch folder");
    folder
}
