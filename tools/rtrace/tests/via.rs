//! `--via`: a host of ours traces through routers of the real kernel.
//!
//! ```text
//!   rtrace, node 0                node 0          node 1           node 2           node 3
//!   10.0.0.2 ══ lc0 (TAP) 10.0.0.1    10.99.1.1 ── 10.99.1.2    … ── 10.99.2.2   … ── 10.99.3.2
//!   10.99.1.1 ══ right ─────────────────────────── 10.99.1.2
//! ```
//! Needs root and network namespaces; says so where they are missing, fails with `CI=true`.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a step that fails ends the test"
)]

use std::fs;
use std::net::UdpSocket;
use std::process::Command;
use std::thread;
use std::time::Duration;

use layercake_tests::lack::absent;
use layercake_tests::netns::{Chain, as_nobody, available};

const LINKS: u8 = 3;
const TAP: &str = "--via tap:lc0 --via-addr 10.0.0.2/24 --kernel-addr 10.0.0.1/24";
const LINK: &str = "--via link:right --via-addr 10.99.1.1/30 --via-gateway 10.99.1.2";

/// Three links. All nodes know the way back to the host on the TAP device.
fn chain() -> Option<Chain> {
    let chain = available("rv", LINKS).unwrap()?;
    for node in 1..=LINKS {
        let gateway = format!("10.99.{node}.1");
        let route = ["route", "add", "10.0.0.0/24", "via", &gateway];
        chain.ip(node.into(), &route).unwrap();
    }
    Some(chain)
}

/// Exit code, what it said, and what it complained of.
fn said(chain: &Chain, line: &str) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rtrace"));
    command.args(line.split_whitespace());
    let output = chain.run(0, &mut command).unwrap();
    let text = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
    (
        output.status.code(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

/// The report with every time replaced by `T`.
fn without_times(text: &str) -> String {
    let mut words: Vec<&str> = text.split(' ').collect();
    for place in 1..words.len() {
        if words[place].trim_end() == "ms" {
            words[place - 1] = "T";
        }
    }
    words.join(" ")
}

fn target() -> String {
    Chain::v4(LINKS).to_string()
}

#[test]
fn every_router_of_the_kernel_is_a_hop() {
    let Some(chain) = chain() else { return };
    for method in ["", "-I", "-U -p 53"] {
        let line = format!("-n {method} {TAP} --via-gateway 10.0.0.1 {}", target());
        let (code, text, told) = said(&chain, &line);
        assert_eq!(code, Some(0), "{told}");
        let hops: Vec<_> = without_times(&text)
            .lines()
            .skip(1)
            .map(str::to_owned)
            .collect();
        let hop = |(number, address): (usize, &str)| {
            format!("{:2}  {address}  T ms  T ms  T ms", number + 1)
        };
        let all = ["10.0.0.1", "10.99.1.2", "10.99.2.2", "10.99.3.2"];
        let expected: Vec<_> = all.into_iter().enumerate().map(hop).collect();
        assert_eq!(hops, expected, "{method}: {text}");
    }
}

#[test]
fn every_router_of_the_kernel_is_a_hop_over_ipv6_too() {
    let Some(chain) = chain() else { return };
    for node in 1..=LINKS {
        let gateway = format!("fd99:0:0:{node}::1");
        let route = ["-6", "route", "add", "fd00::/64", "via", &gateway];
        chain.ip(node.into(), &route).unwrap();
    }
    let via = "--via tap:lc0 --via-addr fd00::2/64 --kernel-addr fd00::1/64";
    for method in ["", "-I"] {
        let target = Chain::v6(LINKS);
        let line = format!("-n {method} {via} --via-gateway fd00::1 {target}");
        let (code, text, told) = said(&chain, &line);
        assert_eq!(code, Some(0), "{told}");
        let text = without_times(&text);
        let hops: Vec<_> = text.lines().skip(1).collect();
        let expected = [
            " 1  fd00::1  T ms  T ms  T ms",
            " 2  fd99:0:0:1::2  T ms  T ms  T ms",
            " 3  fd99:0:0:2::2  T ms  T ms  T ms",
            " 4  fd99:0:0:3::2  T ms  T ms  T ms",
        ];
        assert_eq!(hops, expected, "{method}: {text}");
    }
    // The path ends with our own host, which says that nobody is there.
    let (_, text, _) = said(&chain, &format!("-n {via} fd00::9"));
    let hop = " 1  fd00::2  T ms !H  T ms !H  T ms !H\n";
    assert!(without_times(&text).ends_with(hop), "{text}");
}

/// The same place, the same address, the same engine: first the kernel of node 0, then our host instead.
#[test]
fn the_report_is_that_of_the_kernel_s_sockets_but_for_the_times() {
    let Some(chain) = chain() else { return };
    chain
        .ip(2, &["route", "add", "prohibit", "203.0.113.0/24"])
        .unwrap();
    // The kernel makes five such errors at once, then one a second: here one is asked for.
    let lines = [
        String::new(),
        "-I".into(),
        "-U".into(),
        "-U --sport 4000".into(),
        "-q 1 -f 2".into(),
        "-m 2".into(),
        "-N 1".into(),
    ];
    let lines = lines.iter().map(|flags| format!("-n {flags} {}", target()));
    let lines: Vec<String> = lines
        .chain(["-n -N 1 -q 1 -m 2 203.0.113.9".into()])
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
    let ours = compared(LINK);
    for (ours, kernel) in ours.iter().zip(&kernel) {
        assert_eq!(ours, kernel);
    }
    assert!(kernel[7].2.ends_with(" T ms !X\n"), "{kernel:?}");
}

/// traceroute(8), -U: an answer of the service is the end of the path.
#[test]
fn an_answer_from_the_port_itself_reaches_the_target() {
    let Some(chain) = chain() else { return };
    let socket = chain
        .enter(LINKS.into(), || UdpSocket::bind("0.0.0.0:7").unwrap())
        .unwrap();
    socket
        .set_read_timeout(Some(Duration::from_secs(5)))
        .unwrap();
    let echo = thread::spawn(move || {
        let mut buffer = [0; 100];
        while let Ok((length, from)) = socket.recv_from(&mut buffer) {
            socket.send_to(&buffer[..length], from).unwrap();
        }
    });
    for ports in ["", "--sport 4000 "] {
        let line = format!(
            "-n -U -p 7 {ports}{TAP} --via-gateway 10.0.0.1 {}",
            target()
        );
        let (code, text, told) = said(&chain, &line);
        assert_eq!(code, Some(0), "{told}");
        let last = without_times(text.lines().last().unwrap());
        assert_eq!(last, " 4  10.99.3.2  T ms  T ms  T ms", "{text}");
    }
    echo.join().unwrap();
}

/// Nobody has the address: our host says so itself, as a kernel does.
#[test]
fn a_neighbour_that_is_not_there_is_the_first_hop_and_the_last() {
    let Some(chain) = chain() else { return };
    let (code, text, told) = said(&chain, &format!("-n {TAP} 10.0.0.9"));
    assert_eq!((code, told.as_str()), (Some(0), ""));
    chain
        .ip(0, &["addr", "add", "10.0.0.2/24", "dev", "right"])
        .unwrap();
    let (_, kernel, _) = said(&chain, "-n 10.0.0.9");
    assert_eq!(without_times(&text), without_times(&kernel));
    let hop = " 1  10.0.0.2  T ms !H  T ms !H  T ms !H\n";
    assert!(without_times(&text).ends_with(hop), "{text}");
}

/// What tshark says of each packet's checksums: 1 is good.
#[test]
fn what_crossed_the_device_has_right_checksums() {
    let Some(chain) = chain() else { return };
    let path = std::env::temp_dir().join(format!("{}.pcapng", chain.name(0).unwrap()));
    let (code, _, told) = said(
        &chain,
        &format!("-n --write {} {TAP} 10.0.0.1", path.display()),
    );
    assert_eq!(code, Some(0), "{told}");
    let mut tshark = Command::new("tshark");
    tshark
        .arg("-r")
        .arg(&path)
        .args(["-Y", "ip", "-T", "fields"]);
    for check in ["ip.check_checksum:TRUE", "udp.check_checksum:TRUE"] {
        tshark.args(["-o", check]);
    }
    for field in [
        "ip.checksum.status",
        "udp.checksum.status",
        "icmp.checksum.status",
    ] {
        tshark.args(["-e", field]);
    }
    // In front of what an ICMP error quotes.
    let output = tshark.args(["-E", "occurrence=f"]).output();
    fs::remove_file(&path).unwrap();
    let Ok(output) = output else {
        return absent("tshark is needed to judge checksums");
    };
    let told = String::from_utf8_lossy(&output.stdout);
    let count = |good: &str| told.lines().filter(|line| *line == good).count();
    let (probes, errors) = (count("1\t1\t"), count("1\t1\t1"));
    assert!(probes >= 3 && errors >= 3, "{told}");
    assert_eq!(probes + errors, told.lines().count(), "{told}");
}

#[test]
fn what_is_missing_is_said_with_the_exit_code_that_it_means() {
    let Some(chain) = chain() else { return };
    for (line, status, why) in [
        ("--via tap:lc0 10.0.0.1", 2, "--via-addr"),
        (&format!("{TAP} 10.99.2.2"), 2, "--via-gateway ADDRESS"),
        (
            &format!("{TAP} -s 10.0.0.2 10.0.0.1"),
            2,
            "cannot choose -s or -i here",
        ),
        (
            "--via link:nosuch0 --via-addr 10.0.0.2/24 10.0.0.1",
            1,
            "no interface is named",
        ),
    ] {
        let (code, text, told) = said(&chain, line);
        assert_eq!((code, text.as_str()), (Some(status), ""), "{line}: {told}");
        assert!(told.contains(why), "{line}: {told}");
    }
    let own = "--via link:right --via-addr 10.0.0.2/24 10.0.0.1";
    let mut command = as_nobody(env!("CARGO_BIN_EXE_rtrace"), own);
    let output = chain.run(0, &mut command).unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("CAP_NET_RAW is missing"), "{told}");
}
