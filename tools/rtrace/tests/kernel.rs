//! rtrace and Debian's traceroute over the same routers of the real kernel, line by line.
//!
//! Needs root, network namespaces and traceroute; says so and passes where they are missing, fails with `CI=true`.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a step that fails ends the test"
)]

use std::fs;
use std::net::{IpAddr, UdpSocket};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::mpsc::TryRecvError;
use std::time::Duration;

use layercake_capfile::Direction;
use layercake_dissect::dissect;
use layercake_tests::lack::lacking;
use layercake_tests::netns::{Chain, NOBODY, available};

/// Routers between source and target: links 1 to 3 lead to routers, link 4 to the target.
const LINKS: u8 = 4;

/// rtrace where every user may execute it; removed with the value.
struct Tool(PathBuf);

impl Tool {
    fn copied(chain: &Chain) -> Self {
        let path =
            std::env::temp_dir().join(format!("rtrace-{}", chain.name(0).unwrap()));
        // By another process: were the copy written here, a child that another test forks
        // meanwhile would hold it open for writing, and it could not be executed.
        let mut install = Command::new("install");
        install
            .args(["-m", "755", env!("CARGO_BIN_EXE_rtrace")])
            .arg(&path);
        assert!(install.status().unwrap().success());
        Tool(path)
    }
}

impl Drop for Tool {
    fn drop(&mut self) {
        fs::remove_file(&self.0).unwrap();
    }
}

fn chain() -> Option<Chain> {
    if Command::new("traceroute")
        .arg("--version")
        .output()
        .is_err()
    {
        lacking("traceroute is not installed");
        return None;
    }
    available("rt", LINKS).unwrap()
}

fn start(chain: &Chain, program: &str, arguments: &str, user: u32) -> Output {
    let mut command = Command::new(program);
    command.args(arguments.split_whitespace()).current_dir("/");
    if user != 0 {
        command.uid(user).gid(user);
    }
    chain.run(0, &mut command).unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The report with every time replaced by `T`.
fn without_times(text: &str) -> String {
    let mut words: Vec<&str> = text.split(' ').collect();
    for place in 1..words.len() {
        if words[place].trim_end() == "ms" {
            assert!(
                words[place - 1].parse::<f64>().is_ok(),
                "{}",
                words[place - 1]
            );
            words[place - 1] = "T";
        }
    }
    words.join(" ")
}

/// What traceroute says as root, without its times, and its exit code: as soon as it says the
/// same twice running, because on a busy machine it misses an answer now and then.
fn theirs(chain: &Chain, arguments: &str) -> (String, Option<i32>) {
    let run = || {
        let output = start(chain, "traceroute", arguments, 0);
        (without_times(&stdout(&output)), output.status.code())
    };
    let mut said = run();
    for _ in 0..8 {
        let again = run();
        if again == said {
            return said;
        }
        said = again;
    }
    panic!("traceroute {arguments} never says the same twice: {said:?}");
}

/// rtrace as root and as nobody says what traceroute says as root.
///
/// As nobody, traceroute 2.1.2 -I takes the error of an earlier probe, which waits on the socket and fails its next
/// call, for the loss of a probe and prints stars at random: no measure for anybody.
fn agree(chain: &Chain, flags: &str, target: &str) -> String {
    let tool = Tool::copied(chain);
    let arguments = format!("{flags} {target}");
    let (expected, status) = theirs(chain, &arguments);
    for user in [0, NOBODY] {
        let ours = start(chain, tool.0.to_str().unwrap(), &arguments, user);
        let context = format!("{arguments} as {user}: {}", stderr(&ours));
        assert_eq!(without_times(&stdout(&ours)), expected, "{context}");
        assert_eq!(ours.status.code(), status, "{context}");
    }
    expected
}

fn v4() -> String {
    IpAddr::from(Chain::v4(LINKS)).to_string()
}

fn v6() -> String {
    IpAddr::from(Chain::v6(LINKS)).to_string()
}

#[test]
fn every_method_and_family_agrees_with_traceroute_hop_by_hop() {
    let Some(chain) = chain() else { return };
    for method in ["", "-U", "-I"] {
        for target in [v4(), v6()] {
            let said = agree(&chain, &format!("-n {method}"), &target);
            assert_eq!(said.lines().count(), 1 + usize::from(LINKS));
        }
    }
}

#[test]
fn the_everyday_flags_agree_with_traceroute() {
    let Some(chain) = chain() else { return };
    let flags = [
        "-n -q 1",
        "-n -f 2 -q 5",
        "-n -m 2",
        "-n -N 1 -q 2",
        "-n -p 40000 -t 16",
        "-n --sport=4444",
        "-n -U --sport=4445 -q 2",
        "-n -I -p 7 -q 10",
        "-n -w 1 -z 20",
    ];
    for flags in flags {
        agree(&chain, flags, &v4());
    }
    agree(&chain, "-n -F", &format!("{} 1500", v4()));
    agree(&chain, "-n -F -N 1", &format!("{} 2000", v4()));
    agree(&chain, "-n -I", &format!("{} 28", v6()));
}

/// The rule catches what router 2 itself sends, not what it forwards.
#[test]
fn a_silent_router_is_three_stars_for_both() {
    let Some(chain) = chain() else { return };
    chain
        .ip(
            2,
            &[
                "rule",
                "add",
                "iif",
                "lo",
                "to",
                "10.99.1.0/30",
                "blackhole",
            ],
        )
        .unwrap();
    let said = agree(&chain, "-n", &v4());
    assert!(said.contains("\n 2  * * *\n"), "{said}");
    agree(&chain, "-n -I", &v4());
}

#[test]
fn refusals_have_the_signs_of_traceroute() {
    let Some(chain) = chain() else { return };
    for (kind, net) in [
        ("prohibit", "203.0.113.0/24"),
        ("unreachable", "198.51.100.0/24"),
        ("prohibit", "2001:db8:1::/48"),
        ("unreachable", "2001:db8:2::/48"),
    ] {
        let family = if net.contains(':') { "-6" } else { "-4" };
        chain.ip(2, &[family, "route", "add", kind, net]).unwrap();
    }
    // Linux sends at most five such errors of IPv4 at once, one more each second: four here.
    for (method, target, sign) in [
        ("", "203.0.113.9", "!X"),
        ("-I", "198.51.100.9", "!H"),
        ("", "2001:db8:1::9", "!X"),
        ("-I", "2001:db8:2::9", "!"),
    ] {
        let arguments = format!("-n -q 1 -N 1 {method} {target}");
        let theirs = start(&chain, "traceroute", &arguments, 0);
        let ours = start(&chain, env!("CARGO_BIN_EXE_rtrace"), &arguments, 0);
        let said = without_times(&stdout(&ours));
        assert_eq!(said, without_times(&stdout(&theirs)));
        assert!(said.contains(sign), "{said}");
        assert_eq!(said.lines().count(), 3, "{said}");
    }
}

/// The kernel's default: one ICMP error a second for each destination, six at once.
#[test]
fn routers_that_limit_their_icmp_are_all_named() {
    let Some(chain) = chain() else { return };
    for node in 1..=usize::from(LINKS) {
        chain
            .sysctl(node, "net/ipv4/icmp_ratelimit", "1000")
            .unwrap();
        chain
            .sysctl(node, "net/ipv4/icmp_ratemask", "6168")
            .unwrap();
    }
    let ours = start(
        &chain,
        env!("CARGO_BIN_EXE_rtrace"),
        &format!("-n {}", v4()),
        0,
    );
    let said = stdout(&ours);
    for node in 1..=LINKS {
        assert!(
            said.contains(&format!("\n {node}  {}  ", Chain::v4(node))),
            "{said}"
        );
    }
    assert!(!said.contains('*'), "{said}");
}

#[test]
fn without_any_right_to_icmp_the_message_names_the_setting_and_what_still_works() {
    let Some(chain) = chain() else { return };
    chain.sysctl(0, "net/ipv4/ping_group_range", "1 0").unwrap();
    let tool = Tool::copied(&chain);
    let program = tool.0.to_str().unwrap();
    let refused = start(&chain, program, &format!("-n -I {}", v4()), NOBODY);
    let said = stderr(&refused);
    assert_eq!(refused.status.code(), Some(1), "{said}");
    assert!(
        said.contains("net.ipv4.ping_group_range is \"1 0\""),
        "{said}"
    );
    assert!(
        said.contains("CAP_NET_RAW") && said.contains("rtrace -U"),
        "{said}"
    );
    let works = start(&chain, program, &format!("-n -U {}", v4()), NOBODY);
    assert!(works.status.success() && stdout(&works).lines().count() == 5);
}

/// A server that answers on the port of `-U` is the end of the path, as it is for traceroute.
#[test]
fn an_answer_of_the_application_ends_the_path() {
    let Some(chain) = chain() else { return };
    let (stop, stopped) = std::sync::mpsc::channel::<()>();
    std::thread::scope(|scope| {
        let chain = &chain;
        let serve = move || {
            let socket = UdpSocket::bind("0.0.0.0:53").unwrap();
            socket
                .set_read_timeout(Some(Duration::from_millis(50)))
                .unwrap();
            let mut buffer = [0; 100];
            while stopped.try_recv() == Err(TryRecvError::Empty) {
                if let Ok((length, asker)) = socket.recv_from(&mut buffer) {
                    socket.send_to(&buffer[..length], asker).unwrap();
                }
            }
        };
        scope.spawn(move || chain.enter(usize::from(LINKS), serve).unwrap());
        std::thread::sleep(Duration::from_millis(200));
        let said = agree(chain, "-n -U", &v4());
        assert!(
            said.ends_with(&format!(" 4  {}  T ms  T ms  T ms\n", v4())),
            "{said}"
        );
        stop.send(()).unwrap();
    });
}

/// Twelve probes to four hops and their twelve answers, whole: every length and checksum holds.
#[test]
fn the_file_holds_every_probe_and_its_answer() {
    let Some(chain) = chain() else { return };
    let tool = Tool::copied(&chain);
    let file = tool.0.with_extension("pcapng");
    for method in ["", "-U", "-I", "-6", "-6 -I"] {
        let target = if method.contains('6') { v6() } else { v4() };
        for user in [NOBODY, 0] {
            let arguments = format!("-n {method} {target} --write {}", file.display());
            let ours = start(&chain, tool.0.to_str().unwrap(), &arguments, user);
            assert!(ours.status.success(), "{}", stderr(&ours));
            let octets = fs::read(&file).unwrap();
            fs::remove_file(&file).unwrap();
            let context = format!("{arguments} as {user}");
            assert_eq!(packets(&octets, &context), [12, 12], "{context}");
        }
    }
}

/// How many packets of a capture were sent and received; all of them without a fault.
fn packets(octets: &[u8], context: &str) -> [usize; 2] {
    let mut reader = layercake_capfile::Reader::new(octets).unwrap();
    let mut counts = [0, 0];
    while let Some(record) = reader.next_record().unwrap() {
        let dissection = dissect(record.link_type().unwrap(), record.octets);
        let faults: Vec<_> = dissection.faults().collect();
        assert!(faults.is_empty(), "{context}: {faults:?}");
        match record.direction() {
            Some(Direction::Outbound) => counts[0] += 1,
            _ => counts[1] += 1,
        }
    }
    counts
}

#[test]
fn exit_codes_are_those_of_traceroute() {
    let Some(chain) = chain() else { return };
    chain.ip(0, &["route", "del", "default"]).unwrap();
    for (arguments, code) in [
        ("-n 192.0.2.1", 1),
        ("-n -q 11 127.0.0.1", 2),
        ("-n -f 31 127.0.0.1", 2),
        ("-n nosuch.invalid", 2),
        ("-n 127.0.0.1 70000", 2),
        ("-n -w x 127.0.0.1", 2),
        ("-n 127.0.0.1", 0),
        ("-n -m 1 10.99.1.2", 0),
    ] {
        for program in ["traceroute", env!("CARGO_BIN_EXE_rtrace")] {
            let output = start(&chain, program, arguments, 0);
            let context = format!("{program} {arguments}: {}", stderr(&output));
            assert_eq!(output.status.code(), Some(code), "{context}");
        }
    }
}
