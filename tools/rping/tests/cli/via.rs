//! `--via`: a host of ours asks the kernel, and whom the kernel leads to.
//!
//! ```text
//!   rping, node 0                 node 0         node 1           node 2
//!   10.0.0.2 ══ lc0 (TAP) 10.0.0.1    10.99.1.1 ── 10.99.1.2   10.99.2.1 ── 10.99.2.2
//!   10.99.1.1 ══ right ─────────────────────────── 10.99.1.2
//! ```
//! Needs root and network namespaces; says so where they are missing.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::thread;
use std::time::Duration;

use layercake_tests::lack::{absent, lacking};
use layercake_tests::netns::{Chain, as_nobody, available};

use crate::common::{rping, stdout, without_times};

const TAP: &str = "--via tap:lc0 --via-addr 10.0.0.2/24 --kernel-addr 10.0.0.1/24";

/// Two links. All nodes know the way back to the host on the TAP device.
fn chain() -> Option<Chain> {
    let chain = available("via", 2).unwrap()?;
    for (node, gateway) in [(1, "10.99.1.1"), (2, "10.99.2.1")] {
        let route = ["route", "add", "10.0.0.0/24", "via", gateway];
        chain.ip(node, &route).unwrap();
    }
    Some(chain)
}

fn ran(chain: &Chain, line: &str) -> Output {
    let arguments: Vec<&str> = line.split_whitespace().collect();
    chain.run(0, &mut rping(&arguments)).unwrap()
}

/// Exit code, what it said, and what it complained of.
fn said(chain: &Chain, line: &str) -> (Option<i32>, String, String) {
    let output = ran(chain, line);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code(), stdout(&output), told)
}

#[test]
fn the_kernel_at_the_other_end_answers() {
    let Some(chain) = chain() else { return };
    for flags in [
        "-c 3 -i 0.05",
        "-c 200 -l 200",
        "-c 3 -i 0.05 -s 65507",
        "-c 500 -f -q",
    ] {
        let (code, text, told) = said(&chain, &format!("{flags} {TAP} 10.0.0.1"));
        assert_eq!(code, Some(0), "{flags}: {text}{told}");
        assert!(text.contains(" 0% packet loss"), "{flags}: {text}");
    }
    // RFC 5227: nobody contradicts.
    let (code, text, told) = said(&chain, &format!("-c 1 --via-check {TAP} 10.0.0.1"));
    assert_eq!(code, Some(0), "{text}{told}");
}

#[test]
fn the_kernel_forwards_to_those_behind_it() {
    let Some(chain) = chain() else { return };
    let beyond = format!("{TAP} --via-gateway 10.0.0.1");
    let target = Chain::v4(2).to_string();
    let (code, text, told) = said(&chain, &format!("-c 2 -i 0.05 {beyond} {target}"));
    assert_eq!(code, Some(0), "{text}{told}");
    // Two routers in between: 64 less 2.
    assert_eq!(text.matches(" ttl=62 ").count(), 2, "{text}");
    let (code, text, told) = said(&chain, &format!("-c 1 -t 2 {beyond} {target}"));
    assert_eq!(code, Some(1), "{text}{told}");
    let died = "From 10.99.1.2 icmp_seq=1 Time to live exceeded";
    assert!(text.contains(died), "{text}");
}

/// RFC 1122 §2.3.2.2, §3.2.2.1: three questions a second apart, then the host tells itself.
#[test]
fn a_neighbour_that_is_not_there_is_told_by_our_host_as_by_a_kernel() {
    let Some(chain) = chain() else { return };
    let (code, text, told) = said(&chain, &format!("-c 2 -i 0.5 {TAP} 10.0.0.9"));
    assert_eq!((code, told.as_str()), (Some(1), ""), "{text}");
    chain
        .ip(0, &["addr", "add", "10.0.0.2/24", "dev", "right"])
        .unwrap();
    let (kernel_code, kernel, _) = said(&chain, "-c 2 -i 0.5 10.0.0.9");
    assert_eq!(
        (code, without_times(&text)),
        (kernel_code, without_times(&kernel))
    );
    let line = "From 10.0.0.2 icmp_seq=2 Destination Host Unreachable";
    assert!(text.contains(line), "{text}");
}

/// The same place, the same address, the same engine: first the kernel of node 0, then our host instead.
#[test]
fn the_report_is_that_of_the_kernel_s_sockets_but_for_the_times() {
    let Some(chain) = chain() else { return };
    let target = Chain::v4(2).to_string();
    let lines: Vec<String> = [
        "-c 3 -i 0.05",
        "-c 1 -s 0",
        "-c 1 -s 1472",
        "-c 1 -s 4000",
        "-c 1 -M do -s 1600",
        "-c 1 -Q 0x10 -p ff0a",
        "-c 2 -i 0.05 -q",
        "-c 2 -i 0.05 -D",
        "-c 5 -l 3 -i 0.05",
        "-c 1 -t 1",
        "-c 3 -w 2 -i 0.05",
    ]
    .iter()
    .map(|flags| format!("{flags} {target}"))
    .chain(["-c 1 203.0.113.9", "-c 1 10.99.1.2 10.99.2.2"].map(str::to_owned))
    .collect();
    chain
        .ip(2, &["route", "add", "prohibit", "203.0.113.0/24"])
        .unwrap();
    let compared = |via: &str| -> Vec<_> {
        let all = lines.iter().map(|line| {
            let (code, text, told) = said(&chain, &format!("{via} {line}"));
            (line.clone(), code, without_times(&text), told)
        });
        all.collect()
    };
    let kernel = compared("");
    chain.ip(0, &["addr", "flush", "dev", "right"]).unwrap();
    let ours =
        compared("--via link:right --via-addr 10.99.1.1/30 --via-gateway 10.99.1.2");
    for (ours, kernel) in ours.iter().zip(&kernel) {
        assert_eq!(ours, kernel);
    }
    assert_eq!(ours.len(), 13);
}

#[test]
fn a_host_with_two_addresses_speaks_from_the_nearer_one() {
    let Some(chain) = chain() else { return };
    chain
        .ip(1, &["addr", "add", "10.98.0.1/24", "dev", "left"])
        .unwrap();
    chain.ip(0, &["addr", "flush", "dev", "right"]).unwrap();
    let via = "--via link:right --via-addr 10.99.1.1/30,10.98.0.2/24 -c 1";
    for (target, own) in [("10.99.1.2", "10.99.1.1"), ("10.98.0.1", "10.98.0.2")] {
        let path =
            std::env::temp_dir().join(format!("{}.pcapng", chain.name(0).unwrap()));
        let (code, text, told) = said(
            &chain,
            &format!("{via} --write {} {target}", path.display()),
        );
        assert_eq!(code, Some(0), "{text}{told}");
        let packets = recorded(&path);
        let [.., question, _answer] = &packets[..] else {
            unreachable!("{packets:?}")
        };
        assert_eq!(question.1[26..30], octets(own), "{target}");
    }
}

fn octets(address: &str) -> [u8; 4] {
    address.parse::<std::net::Ipv4Addr>().unwrap().octets()
}

/// The frames of a file, each with the way it went; the file is removed.
fn recorded(path: &Path) -> Vec<(bool, Vec<u8>)> {
    use layercake_capfile::{Direction, Reader};
    let mut reader = Reader::new(fs::File::open(path).unwrap()).unwrap();
    let mut frames = Vec::new();
    while let Some(record) = reader.next_record().unwrap() {
        let sent = record.direction() == Some(Direction::Outbound);
        frames.push((sent, record.octets.to_vec()));
    }
    fs::remove_file(path).unwrap();
    frames
}

/// What tshark says of each packet's checksums: 1 is good.
fn checksums(path: &Path) -> Option<String> {
    let mut tshark = Command::new("tshark");
    tshark
        .arg("-r")
        .arg(path)
        .args(["-o", "ip.check_checksum:TRUE", "-Y", "icmp"]);
    tshark.args([
        "-T",
        "fields",
        "-e",
        "ip.checksum.status",
        "-e",
        "icmp.checksum.status",
    ]);
    match tshark.output() {
        Ok(output) => Some(stdout(&output)),
        Err(_) => {
            absent("tshark is needed to judge checksums");
            None
        }
    }
}

#[test]
fn what_crossed_the_device_is_recorded_with_right_checksums() {
    let Some(chain) = chain() else { return };
    let path = std::env::temp_dir().join(format!("{}.pcapng", chain.name(0).unwrap()));
    let write = format!("-c 2 -i 0.05 --write {} {TAP} 10.0.0.1", path.display());
    assert_eq!(said(&chain, &write).0, Some(0));
    if let Some(told) = checksums(&path) {
        assert_eq!(told, "1\t1\n".repeat(4));
    }
    let kinds: Vec<_> = recorded(&path)
        .into_iter()
        // The kernel's own IPv6 noise is none of ours.
        .filter(|(_, frame)| frame[12..14] != [0x86, 0xdd])
        .map(|(sent, frame)| (sent, frame[12], frame[13]))
        .collect();
    let (arp, ipv4) = ((8, 6), (8, 0));
    let way = |sent: bool, kind: (u8, u8)| (sent, kind.0, kind.1);
    let mut expected = vec![way(true, arp), way(false, arp)];
    expected.extend([way(true, ipv4), way(false, ipv4)].repeat(2));
    assert_eq!(kinds, expected);
}

const TAP_V6: &str = "--via tap:lc0 --via-addr fd00::2/64 --kernel-addr fd00::1/64";

/// A fresh link loses the first neighbour solicitation.
fn settle() {
    thread::sleep(Duration::from_secs(2));
}

#[test]
fn the_kernel_answers_over_ipv6_too() {
    let Some(chain) = chain() else { return };
    for flags in [
        "-c 3 -i 0.05",
        "-c 20 -l 20",
        "-c 3 -i 0.05 -s 4000",
        "-c 200 -f -q",
    ] {
        let (code, text, told) = said(&chain, &format!("{flags} {TAP_V6} fd00::1"));
        assert_eq!(code, Some(0), "{flags}: {text}{told}");
        assert!(text.contains(" 0% packet loss"), "{flags}: {text}");
    }
    // RFC 4862 §5.4: nobody contradicts.
    let (code, text, told) = said(&chain, &format!("-c 1 --via-check {TAP_V6} fd00::1"));
    assert_eq!(code, Some(0), "{text}{told}");
    let (code, text, told) = said(&chain, &format!("-c 1 {TAP_V6} fd00::9"));
    assert_eq!(code, Some(1), "{text}{told}");
    let absent = "From fd00::2 icmp_seq=1 Destination unreachable: Address unreachable";
    assert!(text.contains(absent), "{text}");
}

/// The zone is the device, RFC 4007 §11.2; the kernel's address there follows from the link address of its own end.
#[test]
fn a_link_local_neighbour_is_asked_in_its_zone() {
    let Some(chain) = chain() else { return };
    chain.ip(0, &["addr", "flush", "dev", "right"]).unwrap();
    chain
        .ip(1, &["addr", "add", "fe80::77/64", "dev", "left", "nodad"])
        .unwrap();
    let via = "--via link:right --via-addr fd99:0:0:1::1/64";
    let (code, text, told) = said(&chain, &format!("-c 2 -i 0.05 {via} fe80::77%right"));
    assert_eq!(code, Some(0), "{text}{told}");
    assert!(
        text.contains("64 bytes from fe80::77: icmp_seq=2 ttl=64"),
        "{text}"
    );
}

/// The same place, the same address, the same engine.
#[test]
fn the_report_over_ipv6_is_that_of_the_kernel_s_sockets_but_for_the_times() {
    let Some(chain) = chain() else { return };
    let target = Chain::v6(2).to_string();
    let lines: Vec<String> =
        ["-c 3 -i 0.05", "-c 1 -s 1452", "-c 1 -t 1", "-c 1 -Q 0x10"]
            .iter()
            .map(|flags| format!("{flags} {target}"))
            .collect();
    let compared = |via: &str| -> Vec<_> {
        let all = lines.iter().map(|line| {
            let (code, text, told) = said(&chain, &format!("{via} {line}"));
            (line.clone(), code, without_times(&text), told)
        });
        all.collect()
    };
    let kernel = compared("");
    chain.ip(0, &["addr", "flush", "dev", "right"]).unwrap();
    // Entered by the chain for the kernel of node 0, whose link address ours is not.
    chain
        .ip(
            1,
            &["-6", "neigh", "flush", "dev", "left", "nud", "permanent"],
        )
        .unwrap();
    settle();
    let ours = compared(
        "--via link:right --via-addr fd99:0:0:1::1/64 --via-gateway fd99:0:0:1::2",
    );
    for (ours, kernel) in ours.iter().zip(&kernel) {
        assert_eq!(ours, kernel);
    }
}

/// RFC 8200 §8.1: the checksum covers the addresses.
#[test]
fn what_crossed_the_device_over_ipv6_has_right_checksums() {
    let Some(chain) = chain() else { return };
    let path = std::env::temp_dir().join(format!("{}.pcapng", chain.name(0).unwrap()));
    let write = format!("-c 2 -i 0.05 --write {} {TAP_V6} fd00::1", path.display());
    assert_eq!(said(&chain, &write).0, Some(0));
    let mut tshark = Command::new("tshark");
    tshark.arg("-r").arg(&path);
    tshark.args([
        "-Y",
        "icmpv6.type >= 128 && icmpv6.type <= 136",
        "-T",
        "fields",
    ]);
    let told = tshark.args(["-e", "icmpv6.type", "-e", "icmpv6.checksum.status"]);
    let told = told.output();
    fs::remove_file(&path).unwrap();
    let Ok(told) = told else {
        return absent("tshark is needed to judge checksums");
    };
    let told = stdout(&told);
    for (kind, count) in [("128", 2), ("129", 2)] {
        let right = format!("{kind}\t1");
        let found = told.lines().filter(|line| *line == right).count();
        assert_eq!(found, count, "{told}");
    }
    // Neighbour discovery has crossed too, and nothing is wrong.
    assert!(
        told.contains("135\t1\n") && told.contains("136\t1\n"),
        "{told}"
    );
    assert!(told.lines().all(|line| line.ends_with("\t1")), "{told}");
}

/// RFC 4862 §5.4.3: the kernel says that it has the address.
#[test]
fn an_ipv6_address_that_somebody_has_is_refused() {
    let Some(chain) = chain() else { return };
    chain.ip(0, &["addr", "flush", "dev", "right"]).unwrap();
    settle();
    let via = "--via link:right --via-addr fd99:0:0:1::2/64 --via-check";
    let (code, text, told) = said(&chain, &format!("-c 1 {via} fd99:0:0:1::1"));
    assert_eq!((code, text.as_str()), (Some(2), ""), "{told}");
    let holder = "fd99:0:0:1::2 is in use: the station 02:00:00:00:01:02 has it";
    assert!(told.contains(holder), "{told}");
}

#[test]
fn the_path_mtu_is_found_from_our_host_too() {
    let Some(chain) = chain() else { return };
    chain
        .ip(1, &["link", "set", "right", "mtu", "1280"])
        .unwrap();
    let target = Chain::v4(2);
    let line = format!("--mtu --json {TAP} --via-gateway 10.0.0.1 {target}");
    let (code, text, told) = said(&chain, &line);
    assert_eq!(code, Some(0), "{text}{told}");
    let last = text.lines().last().unwrap();
    let found: serde_json::Value = serde_json::from_str(last).unwrap();
    assert_eq!(found["mtu"], 1280, "{text}");
}

/// All records, with times that this program has read.
#[test]
fn records_tell_whose_clock_it_was_and_explanations_who_added_what() {
    let Some(chain) = chain() else { return };
    let (_, text, _) = said(&chain, &format!("-c 1 --json {TAP} 10.0.0.1"));
    let records = text.lines().map(|line| serde_json::from_str(line).unwrap());
    let records: Vec<serde_json::Value> = records.collect();
    let kinds = records.iter().map(|one| one["record"].as_str().unwrap());
    assert!(
        kinds.eq(["started", "probe-sent", "reply", "summary"]),
        "{text}"
    );
    assert_eq!(
        (&records[2]["sent_by"], &records[2]["received_by"]),
        (&"user".into(), &"user".into())
    );
    let (_, text, _) = said(&chain, &format!("-c 1 --explain {TAP} 10.0.0.1"));
    for part in [
        "arp          holds it: where is the next hop?",
        "[ethernet 14][ipv4 20][icmp 64][frame-check 4]",
        "from the first one on the wire:",
        "its answer came, the same but for:",
    ] {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
}

/// RFC 5227 §2.1.1: the kernel defends its address.
#[test]
fn an_address_that_somebody_has_is_refused() {
    let Some(chain) = chain() else { return };
    chain.ip(0, &["addr", "flush", "dev", "right"]).unwrap();
    let via = "--via link:right --via-addr 10.99.1.2/30 --via-check";
    let (code, text, told) = said(&chain, &format!("-c 1 {via} 10.99.1.1"));
    assert_eq!((code, text.as_str()), (Some(2), ""));
    let holder = "10.99.1.2 is in use: the station 02:00:00:00:01:02 has it";
    assert!(told.contains(holder), "{told}");
}

#[test]
fn what_is_missing_is_said() {
    let Some(chain) = chain() else { return };
    for (line, why) in [
        (
            "--via tap:lc0 10.0.0.1",
            "needs an address of its own: --via-addr",
        ),
        (
            "--via tap:lc0 --via-addr 10.0.0.2/24 10.0.0.1",
            "--kernel-addr ADDRESS/LENGTH gives it",
        ),
        (
            &format!("{TAP} 10.99.2.2"),
            "--via-gateway ADDRESS, of the neighbour that leads there",
        ),
        (
            &format!("{TAP} fd00::1"),
            "--via-addr ADDRESS/LENGTH of IPv6 is missing",
        ),
        (
            &format!("{TAP} -I 10.0.0.2 10.0.0.1"),
            "cannot choose -I here",
        ),
        (
            "--via link:nosuch0 --via-addr 10.0.0.2/24 10.0.0.1",
            "no interface is named nosuch0",
        ),
        (
            "--via link:right --via-addr 10.0.0.2/24 --kernel-addr 10.0.0.1/24 10.0.0.1",
            "are for a TAP device",
        ),
        (
            "--via lc0 --via-addr 10.0.0.2/24 10.0.0.1",
            "a device expected: tap:lc0 or link:veth0",
        ),
        (
            "--via tap:lc0 --via-addr 10.0.0.2/24 --net FILE h",
            "cannot be used with",
        ),
        ("--kernel-addr 10.0.0.1/24 10.0.0.1", "--via"),
    ] {
        let (code, text, told) = said(&chain, &format!("-c 1 {line}"));
        assert_eq!((code, text.as_str()), (Some(2), ""), "{line}: {told}");
        assert!(told.contains(why), "{line}: {told}");
    }
}

#[test]
fn without_a_right_it_says_which_and_a_prepared_device_needs_none() {
    let Some(chain) = chain() else { return };
    if !Path::new("/dev/net/tun").exists() {
        return lacking("/dev/net/tun, which `modprobe tun` makes");
    }
    let program = env!("CARGO_BIN_EXE_rping");
    let own = "-c 2 -i 0.05 --via-addr 10.0.0.2/24 10.0.0.1";
    for (via, why) in [
        (
            "--via tap:lc0",
            "`ip tuntap add dev lc0 mode tap user NAME`",
        ),
        ("--via link:right", "CAP_NET_RAW is missing"),
    ] {
        let mut command = as_nobody(program, &format!("{via} {own}"));
        let output = chain.run(0, &mut command).unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains(why), "{told}");
    }
    let prepared = [
        "tuntap add dev lc0 mode tap user 65534",
        "addr add 10.0.0.1/24 dev lc0",
        "link set lc0 up",
    ];
    for line in prepared {
        let words: Vec<_> = line.split_whitespace().collect();
        chain.ip(0, &words).unwrap();
    }
    let mut command = as_nobody(program, &format!("--via tap:lc0 {own}"));
    let output = chain.run(0, &mut command).unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(
        stdout(&output).contains("2 received, 0% packet loss"),
        "{output:?}"
    );
}
