//! The one-line summary is worded as tcpdump words it, for the protocols that it claims.

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;

use layercake_dissect::Summarizer;

/// Words of lines that tell what is not claimed: tunnels, what is above UDP and TCP, and rare
/// TCP options.
const NOT_CLAIMED: &[&str] = &[
    "MPLS",
    "PPPoE",
    "GREv",
    "AH(",
    "mptcp",
    "exp-",
    "tfo",
    "md5",
    "[bad opt",
    "[|tcp",
    "[|lldp",
    "RST",
    "who-has 48.48.48.48",
    "802.1",
    "RT6 (",
    "Unknown Hardware",
];

/// Link types that are not read, and MACsec, which tcpdump takes off.
const NOT_READ: &[&str] = &[
    "tcpdump_icmp-icmp_print-oobr-2.pcap",
    "tcpdump_icmp-rfc8335-missing-bytes.pcap",
    "tcpdump_macsec-integonly.pcap",
    "tcpdump_macsec-short-longer.pcap",
    "tcpdump_macsec-short-valid.pcap",
];

/// The lines that tcpdump prints for a file, without time, names and continuation lines.
fn tcpdump(path: &Path) -> Option<Vec<String>> {
    let output = Command::new("tcpdump")
        .arg("-tnr")
        .arg(path)
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let lines = text.lines().filter(|line| {
        !line.is_empty() && !line.starts_with('\t') && !line.starts_with("    ")
    });
    let lines = lines.filter(|line| !line.starts_with("[Invalid header"));
    Some(lines.map(str::to_owned).collect())
}

/// True for a line about a protocol that is claimed, and nothing else.
fn is_claimed(line: &str) -> bool {
    let ip = line.starts_with("IP ") || line.starts_with("IP6 ");
    let carried = [
        ": ICMP ",
        ": UDP, length",
        ": Flags [",
        ": ICMP6, echo",
        ": ICMP6, neighbor",
        ": ICMP6, router adv",
        ": ICMP6, router sol",
        ": ICMP6, redirect",
        ": ICMP6, parameter",
        ": RIPv",
        ":  ripng-",
    ];
    let carried = carried.iter().any(|word| line.contains(word));
    let fragment = line.contains(": ip-proto-");
    let link = line.starts_with("ARP,") || line.starts_with("LLDP,");
    let wanted = link || (ip && (carried || fragment));
    let bpdu = line.starts_with("STP ") && !line.ends_with("(invalid)");
    bpdu || wanted && !NOT_CLAIMED.iter().any(|word| line.contains(word))
}

/// Equal; a TCP line of tcpdump may go on with what the data says.
fn agree(theirs: &str, ours: &str) -> bool {
    let more = theirs.strip_prefix(ours).unwrap_or("no");
    let more = more.starts_with([':', ' ']) && ours.contains(": Flags [");
    theirs == ours || more
}

/// Compares all claimed lines of these captures; returns how many there were, or `None` without
/// tcpdump.
fn compare(files: &[PathBuf]) -> Option<usize> {
    let mut claimed = 0;
    for path in files
        .iter()
        .filter(|path| !NOT_READ.contains(&&*common::name(path)))
    {
        let Some(theirs) = tcpdump(path) else {
            let missing = "tcpdump is not installed: nothing to compare with";
            assert!(std::env::var_os("CI").is_none(), "{missing}");
            println!("{missing}");
            return None;
        };
        let mut summarizer = Summarizer::default();
        let mut ours = Vec::new();
        common::each_packet(path, |_, packet| ours.push(summarizer.line(packet)));
        for (theirs, ours) in theirs
            .iter()
            .zip(&ours)
            .filter(|(line, _)| is_claimed(line))
        {
            let file = common::name(path);
            assert!(
                agree(theirs, ours),
                "{file}\n tcpdump {theirs}\n ours    {ours}"
            );
            claimed += 1;
        }
    }
    println!(
        "{claimed} lines of {} files agree with tcpdump",
        files.len()
    );
    Some(claimed)
}

/// Compares these folders of the public captures, where they are; so many lines are told by both.
#[track_caller]
fn at_least(lines: usize, folders: &[&str]) {
    let files = common::captures(folders);
    if let (Some(claimed), false) = (compare(&files), files.is_empty()) {
        assert!(claimed >= lines, "{claimed} lines only");
    }
}

#[test]
fn agrees_with_tcpdump_on_icmp_arp_udp_and_ipv4() {
    at_least(161, &["icmp", "arp", "udp", "ipv4"]);
}

#[test]
fn agrees_with_tcpdump_on_tcp_with_relative_numbers() {
    at_least(9103, &["tcp", "pcap-format", "app", "malformed", "edit"]);
}

#[test]
fn agrees_with_tcpdump_on_echo_and_neighbours_over_ipv6() {
    at_least(115, &["icmpv6", "ipv6"]);
}

#[test]
fn agrees_with_tcpdump_on_lldp_bpdus_and_what_tags_and_snap_carry() {
    at_least(134, &["ethernet-vlan"]);
}

/// Captures of kernel traffic, made for this project.
#[test]
fn agrees_with_tcpdump_on_our_own_captures() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../captures");
    assert_ne!(compare(&common::files(&folder)), Some(0));
}
