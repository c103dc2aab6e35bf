//! The kernel's own tools walk through an emulated network, over a TAP device and over a veth pair.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod common;

use std::process::Command;
use std::time::Duration;

use common::{FAR, KERNEL, NEAR, alone, beside, on_tap, pair, ping, run};
use layercake_base::Ici;
use layercake_live::{Ended, Live};
use layercake_network::icmp::{Echo, HEADER};

const ALL: &str = "20 packets transmitted, 20 received, 0% packet loss";

#[test]
fn the_kernel_pings_our_host_over_a_tap_device() {
    let Some(chain) = alone() else { return };
    let said = chain.enter(0, || run(&mut on_tap(NEAR), &mut ping("10.99.1.2", 20)));
    let said = said.unwrap();
    assert!(said.contains(ALL), "{said}");
}

#[test]
fn the_kernel_pings_our_host_over_a_veth_pair() {
    let Some(chain) = pair() else { return };
    let said = beside(&chain, NEAR, &mut ping("10.99.1.2", 20));
    assert!(said.contains(ALL), "{said}");
}

/// The least round-trip time in milliseconds, from `rtt min/avg/max/mdev = 12.0/12.1/…`.
fn least(said: &str) -> f64 {
    let (_, figures) = said.split_once(" = ").unwrap();
    figures.split('/').next().unwrap().parse().unwrap()
}

/// 1 ms and 5 ms, both ways. Above it a machine may be busy; below it no packet can be.
#[test]
fn two_routers_and_their_wires_take_the_kernel_s_ping_the_time_that_they_say() {
    let Some(chain) = alone() else { return };
    let said = chain.enter(0, || run(&mut on_tap(FAR), &mut ping("10.99.3.2", 20)));
    let said = said.unwrap();
    assert!(said.contains(ALL), "{said}");
    assert!((12.0..40.0).contains(&least(&said)), "{said}");
}

#[test]
fn the_kernel_s_traceroute_shows_our_routers() {
    let Some(chain) = pair() else { return };
    let mut traceroute = Command::new("traceroute");
    traceroute.args(["-n", "-I", "-q", "1", "-w", "5", "10.99.3.2"]);
    let said = beside(&chain, FAR, &mut traceroute);
    let hop = |line: &str| line.split_whitespace().nth(1).map(str::to_owned);
    let hops: Vec<_> = said.lines().skip(1).filter_map(hop).collect();
    assert_eq!(hops, ["10.99.1.2", "10.99.2.2", "10.99.3.2"], "{said}");
}

/// Pings the kernel from our host, and waits for the answer.
fn ask_the_kernel(live: &mut Live) -> Vec<u8> {
    let mut question = vec![b'?'; HEADER + 56];
    let echo = Echo {
        reply: false,
        identifier: 7,
        sequence_number: 9,
    };
    echo.encode(&mut question).unwrap();
    let ici = Ici {
        destination: Some(KERNEL.into()),
        next: 1,
        ..Ici::NONE
    };
    let here = live.network().local();
    live.network().send(here, &question, ici).unwrap();
    let (mut answer, deadline) = (Vec::new(), live.now() + Duration::from_secs(10));
    let ended = live.run_until(Some(deadline), None, |network| {
        let arrival = network.receive(here);
        answer = arrival.map_or_else(Vec::new, |arrival| arrival.octets);
        !answer.is_empty()
    });
    assert_eq!(ended.unwrap(), Ended::Stopped, "no answer");
    answer
}

#[test]
fn our_host_pings_the_kernel_behind_two_routers() {
    let Some(chain) = alone() else { return };
    let answer = chain.enter(0, || ask_the_kernel(&mut on_tap(FAR))).unwrap();
    let echo = Echo::decode(&answer).unwrap();
    let data = answer.get(HEADER..).unwrap();
    assert!(echo.reply && data.iter().all(|octet| *octet == b'?'));
    assert_eq!(
        (echo.identifier, echo.sequence_number, data.len()),
        (7, 9, 56)
    );
}

#[test]
fn what_went_through_a_device_is_counted() {
    let Some(chain) = alone() else { return };
    let traffic = chain.enter(0, || {
        let mut live = on_tap(NEAR);
        run(&mut live, &mut ping("10.99.1.2", 20));
        live.traffic("wan").unwrap()
    });
    let traffic = traffic.unwrap();
    // Twenty questions, and the kernel's ARP; what it says by IPv6 is nobody's business here.
    assert!(traffic.received >= 21 && traffic.sent >= 21, "{traffic:?}");
    assert_eq!((traffic.refused, traffic.lost), (0, 0));
}

#[test]
fn a_device_that_is_removed_ends_the_run_with_its_name() {
    let Some(chain) = alone() else { return };
    let error = chain.enter(0, || {
        let mut live = on_tap(NEAR);
        let remove = ["link", "del", "lc0"];
        assert!(Command::new("ip").args(remove).status().unwrap().success());
        let deadline = live.now() + Duration::from_secs(10);
        live.run_until(Some(deadline), None, |_| false).unwrap_err()
    });
    assert_eq!(error.unwrap().to_string(), "lc0 is gone");
}

/// Octets of processor time are not told by any clock of ours: the kernel's account of this thread is.
fn processor_time() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    let nanos = told.split_whitespace().next().unwrap().parse().unwrap();
    Duration::from_nanos(nanos)
}

#[test]
fn a_network_where_nothing_happens_sleeps() {
    let Some(chain) = alone() else { return };
    let busy = chain.enter(0, || {
        let mut live = on_tap(FAR);
        let before = processor_time();
        let deadline = live.now() + Duration::from_secs(1);
        live.run_until(Some(deadline), None, |_| false).unwrap();
        processor_time() - before
    });
    assert!(busy.unwrap() < Duration::from_millis(50), "of one second");
}
