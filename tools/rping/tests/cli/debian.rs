//! Side by side with Debian's ping on this kernel: the lines differ in nothing but the times.
//!
//! Needs root, network namespaces and iputils-ping; says so where they are missing, and fails there on a machine that
//! calls itself a continuous integration machine.

use std::os::unix::process::CommandExt;
use std::process::Command;

use crate::common::{rping, stdout, without_times};
use layercake_tests::lack::{absent, lacking};
use layercake_tests::netns::{Chain, NOBODY, available};

/// A chain of two links, or `None` where the machine cannot.
fn chain() -> Option<Chain> {
    let chain = available("rping", 2).unwrap()?;
    if Command::new("ping").arg("-V").output().is_err() {
        lacking("iputils-ping is needed");
        return None;
    }
    Some(chain)
}

/// Runs both with the same arguments in node 0 and compares output and exit code.
fn compare(chain: &Chain, line: &str) {
    let arguments: Vec<&str> = line.split_whitespace().collect();
    let run = |command: &mut Command| {
        // What one run taught the kernel about the path must not help the next.
        chain.ip(0, &["route", "flush", "cache"]).unwrap();
        chain.run(0, command).unwrap()
    };
    let theirs = run(Command::new("ping").args(&arguments));
    let ours = run(&mut rping(&arguments));
    let (expected, found) = (
        without_times(&stdout(&theirs)),
        without_times(&stdout(&ours)),
    );
    assert_eq!(found, expected, "rping {line}\n{ours:?}");
    assert_eq!(ours.status.code(), theirs.status.code(), "rping {line}");
    let messages =
        |octets: &[u8]| String::from_utf8_lossy(octets).replace("rping: ", "ping: ");
    assert_eq!(
        messages(&ours.stderr),
        messages(&theirs.stderr),
        "rping {line}"
    );
}

#[test]
fn answers_look_the_same() {
    let Some(chain) = chain() else { return };
    let target = Chain::v4(2).to_string();
    for flags in [
        "-c 3 -i 0.2",
        "-c 1 -s 0",
        "-c 1 -s 4",
        "-c 1 -s 15",
        "-c 1 -s 16",
        "-c 1 -s 1472",
        "-c 1 -s 4000",
        "-c 2 -i 0.2 -q",
        "-c 2 -i 0.2 -D",
        "-c 2 -i 0.2 -O",
        "-c 1 -n",
        "-c 1 -p ff0a",
        "-c 1 -Q 0x10",
        "-c 5 -l 3 -i 0.2",
        "-c 3 -i 0.2 -w 2",
        "-c 5 -f",
        "-c 3 -A",
        "-c 2 -i 0.2 -t 5",
        "-c 1 -M do -s 1000",
    ] {
        compare(&chain, &format!("{flags} {target}"));
    }
    compare(&chain, "-c 3 -i 0.2 127.0.0.1");
    compare(&chain, "-c 1 -I lo 127.0.0.1");
    compare(&chain, "-c 1 -I 127.0.0.1 127.0.0.1");
}

#[test]
fn answers_over_ipv6_look_the_same() {
    let Some(chain) = chain() else { return };
    let target = Chain::v6(2).to_string();
    compare(&chain, "-c 2 -i 0.2 ::1");
    compare(&chain, &format!("-c 2 -i 0.2 {target}"));
    compare(&chain, &format!("-c 1 -s 4 {target}"));
    compare(&chain, &format!("-c 1 -t 1 {target}"));
    chain
        .ip(1, &["-6", "route", "add", "unreachable", "2001:db8:1::/64"])
        .unwrap();
    chain
        .ip(1, &["-6", "route", "add", "prohibit", "2001:db8:2::/64"])
        .unwrap();
    chain
        .ip(
            0,
            &[
                "-6",
                "route",
                "add",
                "2001:db8::/32",
                "via",
                "fd99:0:0:1::2",
            ],
        )
        .unwrap();
    compare(&chain, "-c 1 2001:db8:1::1");
    compare(&chain, "-c 1 2001:db8:2::1");
}

/// Without any right: a datagram socket where the group may, and the reason where not.
#[test]
fn nobody_may_ping_where_the_setting_allows_it() {
    let Some(chain) = chain() else { return };
    let target = Chain::v4(2).to_string();
    let nobody = |flags: &str| {
        let arguments: Vec<&str> = flags.split(' ').collect();
        let mut command = rping(&arguments);
        command.uid(NOBODY).gid(NOBODY);
        chain.run(0, &mut command).unwrap()
    };
    for flags in ["-c 2 -i 0.2", "-c 1 -t 1", "-c 1 -s 4000"] {
        let line = format!("{flags} {target}");
        let arguments: Vec<&str> = line.split(' ').collect();
        let theirs = chain.run(0, Command::new("ping").args(&arguments)).unwrap();
        let ours = nobody(&line);
        let (expected, found) = (stdout(&theirs), stdout(&ours));
        assert_eq!(without_times(&found), without_times(&expected), "{ours:?}");
        assert_eq!(ours.status.code(), theirs.status.code());
    }
    let flood = nobody(&format!("-c 1 -i 0.001 {target}"));
    assert_eq!(flood.status.code(), Some(2), "{flood:?}");
    chain.sysctl(0, "net/ipv4/ping_group_range", "1 0").unwrap();
    let denied = nobody(&format!("-c 1 {target}"));
    let message = String::from_utf8_lossy(&denied.stderr).into_owned();
    assert_eq!(denied.status.code(), Some(2));
    assert!(
        message.contains("net.ipv4.ping_group_range is \"1 0\""),
        "{message}"
    );
    assert!(message.contains("CAP_NET_RAW is missing"), "{message}");
}

#[test]
fn errors_look_the_same() {
    let Some(chain) = chain() else { return };
    let target = Chain::v4(2).to_string();
    compare(&chain, &format!("-c 2 -i 0.2 -t 1 {target}"));
    // A link that is too small behind the router.
    chain
        .ip(1, &["link", "set", "right", "mtu", "1280"])
        .unwrap();
    compare(&chain, &format!("-c 1 -M do -s 1400 {target}"));
    // The router has no way to there, and says so.
    chain
        .ip(1, &["route", "add", "unreachable", "198.51.100.0/24"])
        .unwrap();
    chain
        .ip(
            0,
            &["route", "replace", "198.51.100.0/24", "via", "10.99.1.2"],
        )
        .unwrap();
    // The kernel makes five such errors for a host at once, then one a second.
    compare(&chain, "-c 1 198.51.100.1");
    chain
        .ip(1, &["route", "replace", "prohibit", "198.51.100.0/24"])
        .unwrap();
    compare(&chain, "-c 1 198.51.100.1");
    // Longer than the first link takes.
    compare(&chain, &format!("-c 1 -M do -s 1600 {target}"));
}

/// iputils connects a socket first, to learn its source, and ends there.
#[test]
fn no_way_to_the_target_looks_the_same() {
    let Some(chain) = chain() else { return };
    compare(&chain, "-c 1 192.0.2.1");
    compare(&chain, "-c 1 -w 1 192.0.2.1");
    compare(&chain, "-c 1 2001:db8::1");
}

/// Answers that come without a pause must not keep a signal from being seen.
#[test]
fn a_flood_ends_when_it_is_interrupted() {
    let Some(chain) = chain() else { return };
    let mut flood = Command::new("timeout");
    let rping = env!("CARGO_BIN_EXE_rping");
    let flood = flood.args([
        "-s",
        "INT",
        "-k",
        "5",
        "0.5",
        rping,
        "-f",
        "-q",
        "127.0.0.1",
    ]);
    let output = chain.run(0, flood).unwrap();
    // 124: timeout(1) had to signal; 137: and then to kill.
    assert_eq!(output.status.code(), Some(124), "{output:?}");
    let text = stdout(&output);
    assert!(text.contains("--- 127.0.0.1 ping statistics ---"), "{text}");
}

/// Sending, its stamp, its answer, and the wait for the next: not one call more for each probe.
#[test]
fn a_probe_costs_four_system_calls() {
    let Some(chain) = chain() else { return };
    if Command::new("strace").arg("-V").output().is_err() {
        absent("strace is needed to count system calls");
        return;
    }
    let mut strace = Command::new("strace");
    let calls = "trace=sendmsg,recvmsg,ppoll,poll";
    let line = ["-n", "-q", "-c", "100", "-i", "0.01", "127.0.0.1"];
    let rping = env!("CARGO_BIN_EXE_rping");
    let strace = strace.args(["-f", "-e", calls, rping]).args(line);
    let output = chain.run(0, strace).unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    let of = |name: &str| told.lines().filter(|line| line.contains(name)).count();
    let calls = of("sendmsg(") + of("recvmsg(") + of("poll(");
    assert!(
        (400..=450).contains(&calls),
        "{calls} for 100 probes\n{told}"
    );
}

#[test]
fn silence_looks_the_same() {
    let Some(chain) = chain() else { return };
    chain
        .ip(1, &["route", "add", "blackhole", "203.0.113.0/24"])
        .unwrap();
    chain
        .ip(
            0,
            &["route", "replace", "203.0.113.0/24", "via", "10.99.1.2"],
        )
        .unwrap();
    chain
        .ip(1, &["route", "replace", "blackhole", "203.0.113.0/24"])
        .unwrap();
    compare(&chain, "-c 2 -i 0.2 -W 0.5 -O 203.0.113.1");
}
