//! `layercake check`, beside tools that others made.

use std::fs;
use std::process::Command;

use layercake_tests::lack::lacking;

use crate::bench::{layercake, layercake_with};

/// 300,000 octets: more than one piece.
fn sample() -> Vec<u8> {
    (0..300_000_u32)
        .map(|n| n.wrapping_mul(n).to_le_bytes()[1])
        .collect()
}

fn value(arguments: &str, input: &[u8]) -> String {
    let ran = layercake(arguments, input);
    assert_eq!(ran.code, 0, "{}", ran.told);
    ran.text().split_whitespace().next().unwrap().to_owned()
}

#[test]
fn agrees_with_zlib() {
    let folder =
        std::env::temp_dir().join(format!("layercake-zlib-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join("sample");
    fs::write(&path, sample()).unwrap();
    let script = "import sys, zlib, binascii; d = open(sys.argv[1], 'rb').read(); \
                  print('%08x %08x %04x' % (zlib.crc32(d), zlib.adler32(d), binascii.crc_hqx(d, 0)))";
    let python = Command::new("python3")
        .args(["-c", script])
        .arg(&path)
        .output();
    fs::remove_dir_all(&folder).unwrap();
    let Some(python) = python.ok().filter(|output| output.status.success()) else {
        return lacking("python3");
    };
    let found = ["crc32", "adler-32", "crc-16/xmodem"]
        .map(|name| value(&format!("check --crc {name}"), &sample()));
    assert_eq!(
        String::from_utf8(python.stdout).unwrap().trim(),
        found.join(" ")
    );
}

/// POSIX cksum divides the length of the file as well, least significant octet first.
#[test]
fn agrees_with_cksum_and_gzip() {
    let data = sample();
    let mut counted = data.clone();
    counted.extend(300_000_u32.to_le_bytes().iter().take(3));
    let outside = |program: &str, arguments: &[&str]| {
        use std::io::Write as _;
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .ok()?;
        let mut pipe = child.stdin.take()?;
        let data = data.clone();
        let writer = std::thread::spawn(move || pipe.write_all(&data));
        let output = child.wait_with_output().ok()?;
        writer.join().unwrap().unwrap();
        Some(output.stdout)
    };
    let Some(cksum) = outside("cksum", &[]) else {
        return lacking("cksum");
    };
    let text = String::from_utf8(cksum).unwrap();
    let expected: u32 = text.split_whitespace().next().unwrap().parse().unwrap();
    assert_eq!(
        value("check --check cksum", &counted),
        format!("{expected:08x}")
    );
    // RFC 1952: the CRC-32 is in the last eight octets, before the length.
    let Some(zipped) = outside("gzip", &["-c"]) else {
        return lacking("gzip");
    };
    let trailer = &zipped[zipped.len() - 8..zipped.len() - 4];
    let expected = u32::from_le_bytes(trailer.try_into().unwrap());
    assert_eq!(value("check", &data), format!("{expected:08x}"));
}

#[test]
fn says_value_check_and_file() {
    let ran = layercake("check", b"123456789");
    assert_eq!(ran.text(), "cbf43926  CRC-32/ISO-HDLC  -\n");
    let all = layercake("check --all", b"123456789").text();
    assert!(all.contains("\n29b1  CRC-16/IBM-3740  -\n"), "{all}");
}

#[test]
fn a_value_that_differs_is_told_and_exits_with_one() {
    let ran = layercake("check --verify 0xcbf43926", b"123456789");
    assert_eq!((ran.code, ran.text().contains("as expected")), (0, true));
    let ran = layercake("check --verify cbf43927", b"123456789");
    assert_eq!(ran.code, 1);
    assert!(
        ran.text().contains("differs, cbf43927 expected"),
        "{}",
        ran.text()
    );
}

#[test]
fn a_name_that_nearly_exists_is_helped() {
    let ran = layercake("check --crc crc-16/modbuss", b"");
    assert_eq!(ran.code, 2);
    assert!(ran.told.contains("CRC-16/MODBUS"), "{}", ran.told);
}

/// A name that could steer a terminal is shown harmless, and the exit code is that of bad files.
#[test]
fn a_file_that_is_not_there_is_told() {
    let ran = layercake_with(&["check", "no\u{1b}[31msuch"], b"");
    assert_eq!(ran.code, 2);
    assert!(
        ran.told
            .starts_with("layercake: no\\x1b[31msuch: No such file"),
        "{}",
        ran.told
    );
}
