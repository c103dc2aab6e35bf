//! `layercake net`: the kernel's own tools walk through emulated networks.

use std::net::Ipv6Addr;
use std::process::Command;
use std::time::Duration;

use layercake_tests::lack::lacking;
use layercake_tests::netns::Chain;

use crate::bench::layercake;
use crate::kernel::{
    alone, assert_all_back, assert_no_bad_packet, least, said, settle, start,
};

/// The example that this crate ships.
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/six-routers.toml");

/// Its hops, and the round trip in milliseconds that their wires take; the table in the file.
const HOPS: [(&str, f64); 7] = [
    ("10.9.0.1", 0.2),
    ("10.9.1.2", 2.2),
    ("10.9.2.2", 6.2),
    ("10.9.3.2", 12.2),
    ("10.9.4.2", 20.2),
    ("10.9.5.2", 30.2),
    ("10.9.6.2", 30.22),
];

/// A machine may be busy; but not for so long for every one of several packets.
const BUSY: f64 = 40.0;

fn six_routers() -> String {
    format!(
        "net {FILE} --attach wan=tap:lc0 --kernel-addr 10.9.0.2/24 \
         --kernel-route 10.9.0.0/16=10.9.0.1"
    )
}

/// The same over IPv6.
fn six_routers_v6() -> String {
    format!(
        "net {FILE} --attach wan=tap:lc0 --kernel-addr 2001:db8:9::2/64 \
         --kernel-route 2001:db8:9::/48=2001:db8:9::1"
    )
}

/// The IPv6 address that the file gives to the station with this one of IPv4.
fn v6(address: &str) -> String {
    let numbers: Vec<_> = address.split('.').collect();
    let text = format!("2001:db8:9:{}::{}", numbers[2], numbers[3]);
    text.parse::<Ipv6Addr>().unwrap().to_string()
}

/// Whether a tool is there; says what is missing.
fn have(tool: &str) -> bool {
    let there = Command::new("which").arg(tool).output();
    let there = there.is_ok_and(|output| output.status.success());
    if !there {
        lacking(tool);
    }
    there
}

/// Address and least time of each hop of a trace: ` 2  10.9.1.2  2.3 ms  2.4 ms`.
fn hops(said: &str) -> Vec<(String, f64)> {
    let hop = |line: &str| {
        let mut words = line.split_whitespace().skip(1);
        let address = words.next()?.to_owned();
        let times = words.filter_map(|word| word.parse().ok());
        Some((address, times.fold(f64::INFINITY, f64::min)))
    };
    said.lines().skip(1).filter_map(hop).collect()
}

#[track_caller]
fn assert_hops(said: &str, name: fn(&str) -> String) {
    let found = hops(said);
    assert_eq!(found.len(), HOPS.len(), "{said}");
    for ((address, time), (expected, wires)) in found.iter().zip(HOPS) {
        assert_eq!(*address, name(expected), "{said}");
        assert!(
            (wires..wires + BUSY).contains(time),
            "{address} {time}: {said}"
        );
    }
}

#[test]
fn the_kernel_s_traceroute_shows_every_router_with_the_delay_of_its_wires() {
    if !have("traceroute") {
        return;
    }
    let Some(chain) = alone() else { return };
    let net = start(&chain, 0, &six_routers());
    let told = "TAP device lc0 at wan, the kernel's end is now 10.9.0.2/24, up, \
                with a route to 10.9.0.0/16 by way of 10.9.0.1";
    assert!(net.begun.contains(told), "{}", net.begun);
    assert!(
        net.begun.contains("traceroute -n -I 10.9.6.2"),
        "{}",
        net.begun
    );
    for how in ["-I", "-U"] {
        let trace = said(&chain, &format!("traceroute -n {how} -w 5 10.9.6.2"));
        assert_hops(&trace, str::to_owned);
    }
    assert_no_bad_packet(&chain);
    let end = net.stop();
    // Three probes for each of six routers, twice; -U is refused by the last host.
    let told = end
        .lines()
        .find(|line| line.starts_with("errors told: "))
        .unwrap();
    let count = |name: &str| {
        let (before, _) = told.split_once(name).unwrap();
        before
            .split_whitespace()
            .last()
            .unwrap()
            .parse::<u32>()
            .unwrap()
    };
    assert!(count(" Time Exceeded") >= 36, "{end}");
    assert!(count(" Destination Unreachable") >= 3, "{end}");
    assert!(
        end.contains("cape.lab        ipv4  hops-exhausted"),
        "{end}"
    );
}

/// RFC 4443 §3.3 at every router, §3.1 at the end; RFC 8201 for tracepath.
#[test]
fn the_kernel_walks_the_same_way_over_ipv6() {
    if !have("traceroute") || !have("tracepath") || !have("mtr") {
        return;
    }
    let Some(chain) = alone() else { return };
    let net = start(&chain, 0, &six_routers_v6());
    settle(&chain);
    let far = "2001:db8:9:6::2";
    let text = said(&chain, &format!("ping -6 -n -q -c 100 -i 0.002 -W 5 {far}"));
    assert_all_back(&chain, &text, 100);
    assert!((30.22..30.22 + BUSY).contains(&least(&text)), "{text}");
    for options in ["-s 8000 -M dont", "-s 65507"] {
        let ping = format!("ping -6 -n -q -c 3 -i 0.05 -W 5 {options} {far}");
        assert_all_back(&chain, &said(&chain, &ping), 3);
    }
    for how in ["-I", "-U"] {
        let trace = said(&chain, &format!("traceroute -6 -n {how} -w 5 {far}"));
        assert_hops(&trace, v6);
    }
    let report = said(&chain, &format!("mtr -6 --report -n -c 3 -i 0.2 {far}"));
    let path = said(&chain, &format!("tracepath -6 -n {far}"));
    for (address, _) in HOPS {
        let hop = v6(address);
        assert!(report.contains(&hop), "{hop}: {report}");
        assert!(path.contains(&hop), "{hop}: {path}");
    }
    assert!(path.contains("pmtu 1500"), "{path}");
    assert_no_bad_packet(&chain);
    let end = net.stop();
    assert!(end.contains("0 refused") && end.contains("0 lost"), "{end}");
}

#[test]
fn pings_through_six_routers_all_come_back_and_take_what_the_wires_take() {
    let Some(chain) = alone() else { return };
    let net = start(&chain, 0, &six_routers());
    let text = said(&chain, "ping -n -q -c 100 -i 0.002 -W 5 10.9.6.2");
    assert_all_back(&chain, &text, 100);
    assert!((30.22..30.22 + BUSY).contains(&least(&text)), "{text}");
    for options in ["-s 8000 -M dont", "-s 65507", "-R", "-T tsonly"] {
        let ping = format!("ping -n -q -c 3 -i 0.05 -W 5 {options} 10.9.6.2");
        assert_all_back(&chain, &said(&chain, &ping), 3);
    }
    assert_no_bad_packet(&chain);
    let end = net.stop();
    assert!(end.contains("0 refused") && end.contains("0 lost"), "{end}");
}

/// A stalled process meets all of them at one instant. They come one by one over the first wire, and
/// the last router asks for its neighbour quickly enough to hold none too many.
#[test]
fn what_came_while_the_process_stood_still_is_only_late() {
    let Some(chain) = alone() else { return };
    let net = start(&chain, 0, &six_routers());
    let signal = |name: &str| {
        let process = net.process().to_string();
        let sent = Command::new("kill").args([name, &process]).status();
        assert!(sent.unwrap().success());
    };
    signal("-STOP");
    let text = std::thread::scope(|scope| {
        let ping = "ping -n -q -c 50 -i 0.002 -W 5 10.9.6.2";
        let pinging = scope.spawn(|| said(&chain, ping));
        std::thread::sleep(Duration::from_millis(100));
        signal("-CONT");
        pinging.join().unwrap()
    });
    assert_all_back(&chain, &text, 50);
    net.stop();
}

#[test]
fn mtr_and_tracepath_show_every_router_and_no_loss() {
    if !have("mtr") || !have("tracepath") {
        return;
    }
    let Some(chain) = alone() else { return };
    let net = start(&chain, 0, &six_routers());
    let report = said(&chain, "mtr --report -n -c 3 -i 0.2 10.9.6.2");
    let rows: Vec<_> = report
        .lines()
        .filter(|line| line.contains(".|-- "))
        .collect();
    assert_eq!(rows.len(), HOPS.len(), "{report}");
    for (row, (address, wires)) in rows.iter().zip(HOPS) {
        let words: Vec<_> = row.split_whitespace().collect();
        assert_eq!(words[1..4], [address, "0.0%", "3"], "{report}");
        let best: f64 = words[6].parse().unwrap();
        // mtr rounds to a tenth.
        assert!((wires - 0.05..wires + BUSY).contains(&best), "{report}");
    }
    let path = said(&chain, "tracepath -n 10.9.6.2");
    for (hop, (address, _)) in (1..).zip(HOPS) {
        assert!(path.contains(&format!(" {hop}:  {address} ")), "{path}");
    }
    assert!(path.contains("Resume: pmtu 1500 hops 7 back 7"), "{path}");
    assert_no_bad_packet(&chain);
    net.stop();
}

/// The built-in network has no outside node: its office switch gets one more port.
#[test]
fn the_kernel_sits_down_in_the_office_of_the_built_in_network() {
    if !have("traceroute") {
        return;
    }
    let Some(chain) = alone() else { return };
    let routes =
        "10.0.0.0/8=192.0.2.1,198.51.100.0/24=192.0.2.1,203.0.113.0/24=192.0.2.1";
    let net = start(
        &chain,
        0,
        &format!(
            "net lab --attach switch.lab=tap:lc0 --kernel-addr 192.0.2.30/24 --kernel-route {routes}"
        ),
    );
    assert!(
        net.begun.contains("traceroute -n -I 203.0.113.7"),
        "{}",
        net.begun
    );
    assert_all_back(
        &chain,
        &said(&chain, "ping -n -q -c 5 -i 0.02 -W 5 198.51.100.80"),
        5,
    );
    let trace = said(&chain, "traceroute -n -I -q 1 -N 1 -w 1 203.0.113.7");
    let found: Vec<_> = hops(&trace)
        .into_iter()
        .map(|(address, _)| address)
        .collect();
    let [one, two, three, lake, _, silent, .., last] = found.as_slice() else {
        panic!("{trace}")
    };
    assert_eq!(
        [one, two, three, last],
        ["192.0.2.1", "10.0.1.2", "10.0.2.2", "203.0.113.7"]
    );
    assert!(["10.0.3.2", "10.0.4.2"].contains(&lake.as_str()), "{trace}");
    assert_eq!(silent, "*", "quiet.lab never speaks: {trace}");
    net.stop();
}

/// 3 of 10 frames are lost each way, so 51 % of the pings: 102 of 200, standard deviation 7.1.
/// Five of them either way: a false alarm in 1.7 million runs.
#[test]
fn the_wires_lose_as_many_packets_as_they_say() {
    let Some(chain) = alone() else { return };
    let path = std::env::temp_dir().join(format!("lake-{}.toml", std::process::id()));
    let text = "[[node]]\nname = \"a.lab\"\nkind = \"host\"\n\
                [[node]]\nname = \"r.lab\"\nkind = \"router\"\n\
                [[node]]\nname = \"wan\"\nkind = \"outside\"\n\
                [[wire]]\nbetween = [\"wan\", \"r.lab 10.9.0.1/24\"]\nlink = \"lan\"\n\
                [[wire]]\nbetween = [\"r.lab 10.9.1.1/30\", \"a.lab 10.9.1.2/30\"]\n\
                link = \"serial\"\nloss = \"30%\"\n";
    std::fs::write(&path, text).unwrap();
    let file = path.display();
    let ends = "--kernel-addr 10.9.0.2/24 --kernel-route 10.9.0.0/16=10.9.0.1";
    let arguments = format!("net {file} --attach wan=tap:lc0 --seed 7 {ends}");
    let net = start(&chain, 0, &arguments);
    let text = said(&chain, "ping -n -q -c 200 -i 0.002 -W 1 10.9.1.2");
    let (before, _) = text.split_once(" received").unwrap();
    let received: i32 = before.split_whitespace().last().unwrap().parse().unwrap();
    assert!((98 - 36..=98 + 36).contains(&received), "{text}");
    let end = net.stop();
    std::fs::remove_file(&path).unwrap();
    assert!(end.contains("wire"), "{end}");
}

/// Two devices: each has its own address, and a route goes to the one whose network it leads by.
fn two_devices(chain: &Chain) -> crate::kernel::Running {
    let ends = "--kernel-addr lc0=192.0.2.30/24,lc1=198.51.100.30/24";
    let route = "--kernel-route 203.0.113.0/24=198.51.100.1";
    let places = "--attach switch.lab=tap:lc0 --attach rack.lab=tap:lc1";
    start(chain, 0, &format!("net lab {places} {ends} {route}"))
}

#[test]
fn a_network_has_as_many_cables_as_devices() {
    let Some(chain) = alone() else { return };
    let net = two_devices(&chain);
    let told = "TAP device lc1 at rack.lab, the kernel's end is now 198.51.100.30/24, up, \
                with a route to 203.0.113.0/24 by way of 198.51.100.1";
    assert!(net.begun.contains(told), "{}", net.begun);
    for address in ["192.0.2.20", "198.51.100.80", "203.0.113.7"] {
        let ping = format!("ping -n -q -c 3 -i 0.02 -W 5 {address}");
        assert_all_back(&chain, &said(&chain, &ping), 3);
    }
    net.stop();
}

#[test]
fn what_cannot_be_is_refused() {
    let six = format!("net {FILE}");
    for (arguments, told) in [
        (
            "net lab --attach wan=tap:lc0",
            "attached to switch.lab, rack.lab",
        ),
        (
            &format!("{six} --attach quay.lab=tap:lc0"),
            "quay.lab is a host or router",
        ),
        (&format!("{six} --attach wan=lc0"), "tap:lc0 or link:veth0"),
        (
            &format!("{six} --attach wan=link:nosuch0"),
            "no interface is named nosuch0",
        ),
        (&six, "--attach"),
        (
            "net nosuch.toml --attach wan=tap:lc0",
            "nosuch.toml: No such file",
        ),
        ("net Cargo.toml --attach wan=tap:lc0", "Cargo.toml: line 1"),
    ] {
        let ran = layercake(arguments, b"");
        assert_eq!(ran.code, 2, "{arguments}");
        assert!(ran.told.contains(told), "{arguments}: {}", ran.told);
    }
}
