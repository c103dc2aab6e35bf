//! Fragments and options: the kernel's ping asks for what a plain ping does not.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod common;

use std::process::Command;

use common::{FAR, NEAR, alone, beside, on_tap, pair, run};

/// What the kernel counts that must stay zero when all is well.
const ERRORS: [&str; 4] = [
    "IpInHdrErrors",
    "IpReasmFails",
    "IcmpInErrors",
    "IcmpInCsumErrors",
];

/// Runs ping in a namespace with our network on a TAP device. Gives what it printed, when all
/// requests were answered once and the kernel has found nothing wrong.
fn ping(topology: &str, arguments: &[&str]) -> Option<String> {
    let chain = alone()?;
    let (said, counted) = chain
        .enter(0, || {
            let mut live = on_tap(topology);
            let mut ping = Command::new("ping");
            ping.args(["-n", "-W", "5"]).args(arguments);
            let said = run(&mut live, &mut ping);
            let mut nstat = Command::new("nstat");
            nstat.args(["-a", "-z", "-s"]).args(ERRORS);
            (said, run(&mut live, &mut nstat))
        })
        .unwrap();
    assert!(said.contains(" 0% packet loss"), "{said}");
    assert!(!said.contains("duplicates"), "{said}");
    for error in ERRORS {
        let zero = |line: &str| line.split_whitespace().eq([error, "0", "0.0"]);
        assert!(counted.lines().any(zero), "{error}: {counted}");
    }
    Some(said)
}

#[test]
fn the_largest_ping_comes_back_in_fragments() {
    let arguments = ["-c", "5", "-i", "0.2", "-s", "65507", "10.99.1.2"];
    let Some(said) = ping(NEAR, &arguments) else {
        return;
    };
    let whole = "65515 bytes from 10.99.1.2";
    assert_eq!(said.matches(whole).count(), 5, "{said}");
}

/// Six fragments a packet, over two routers.
#[test]
fn large_pings_walk_through_our_routers() {
    let arguments = [
        "-c",
        "5",
        "-i",
        "0.2",
        "-s",
        "8000",
        "-M",
        "dont",
        "10.99.3.2",
    ];
    let Some(said) = ping(FAR, &arguments) else {
        return;
    };
    assert_eq!(said.matches("8008 bytes from").count(), 5, "{said}");
}

#[test]
fn hundreds_of_pings_lose_nothing() {
    ping(NEAR, &["-c", "100", "-i", "0.002", "10.99.1.2"]);
    ping(NEAR, &["-f", "-c", "2000", "10.99.1.2"]);
}

/// The way there and back: the kernel's own address, then each of ours where the packet went
/// out. The host adds one address to the question, and none to its answer.
#[test]
fn a_recorded_route_shows_both_directions() {
    let Some(said) = ping(FAR, &["-c", "1", "-R", "10.99.3.2"]) else {
        return;
    };
    let route: Vec<_> = said
        .lines()
        .skip_while(|line| !line.starts_with("RR:"))
        .map(|line| line.trim_start_matches("RR:").trim())
        .take_while(|line| !line.is_empty())
        .collect();
    let expected = [
        "10.99.1.1",
        "10.99.2.1",
        "10.99.3.1",
        "10.99.3.2",
        "10.99.2.2",
        "10.99.1.2",
        "10.99.1.1",
    ];
    assert_eq!(route, expected, "{said}");
}

#[test]
fn timestamps_come_back_with_the_addresses_of_those_who_wrote_them() {
    let Some(said) = ping(NEAR, &["-c", "1", "-T", "tsandaddr", "10.99.1.2"]) else {
        return;
    };
    let stamps = said.lines().skip_while(|line| !line.starts_with("TS:"));
    let ours = stamps
        .filter(|line| line.starts_with("\t10.99.1.2\t"))
        .count();
    assert_eq!(ours, 1, "{said}");
}

/// traceroute -e shows an object that it does not know in hexadecimal: class 2 (RFC 5837), type
/// 0x0d, then ifIndex 1, the address 10.99.1.2 and the MTU 1500.
#[test]
fn a_router_says_by_which_interface_the_probe_came() {
    let Some(chain) = pair() else { return };
    let kind = "name = \"one.lab\"\nkind = \"router\"";
    let topology = FAR.replace(kind, &format!("{kind}\ninterface_information = true"));
    assert_ne!(topology, FAR);
    let mut traceroute = Command::new("traceroute");
    traceroute.args(["-n", "-e", "-I", "-q", "1", "-w", "5", "10.99.3.2"]);
    let said = beside(&chain, &topology, &mut traceroute);
    let first = said.lines().nth(1).unwrap();
    let expected = "10.99.1.2 <2/13:00000001,00010000,0a630102,000005dc>";
    assert!(first.contains(expected), "{said}");
}

/// RFC 4950: traceroute -e writes label, class, bottom and time to live of each entry.
#[test]
fn a_router_says_with_which_labels_the_probe_came() {
    let Some(chain) = pair() else { return };
    let kind = "name = \"one.lab\"\nkind = \"router\"";
    let topology = FAR.replace(kind, &format!("{kind}\nmpls = [24001, 17]"));
    assert_ne!(topology, FAR);
    let mut traceroute = Command::new("traceroute");
    traceroute.args(["-n", "-e", "-I", "-q", "1", "-w", "5", "10.99.3.2"]);
    let said = beside(&chain, &topology, &mut traceroute);
    let first = said.lines().nth(1).unwrap();
    let expected = "10.99.1.2 <MPLS:L=24001,E=0,S=0,T=1/L=17,E=0,S=1,T=1>";
    assert!(first.contains(expected), "{said}");
}

/// The kernel sends less once one of our routers has told it what the line takes.
#[test]
fn tracepath_finds_the_mtu_of_our_line() {
    let Some(chain) = pair() else { return };
    let line = "link = \"serial\"\n";
    let topology = FAR.replace(line, &format!("{line}mtu = 900\n"));
    assert_ne!(topology, FAR);
    let mut tracepath = Command::new("tracepath");
    tracepath.args(["-n", "-m", "5", "10.99.3.2"]);
    let said = beside(&chain, &topology, &mut tracepath);
    assert!(said.contains("pmtu 900"), "{said}");
    assert!(said.contains("Resume: pmtu 900 hops 3 back 3"), "{said}");
}

/// Cut by the kernel for its link of 1500 octets, by our router for its line of 900; the answer
/// likewise, the other way round.
#[test]
fn fragments_are_cut_again_on_the_way() {
    let line = "link = \"serial\"\n";
    let topology = FAR.replace(line, &format!("{line}mtu = 900\n"));
    let arguments = [
        "-c",
        "5",
        "-i",
        "0.2",
        "-s",
        "4000",
        "-M",
        "dont",
        "10.99.3.2",
    ];
    let Some(said) = ping(&topology, &arguments) else {
        return;
    };
    assert_eq!(said.matches("4008 bytes from").count(), 5, "{said}");
}
