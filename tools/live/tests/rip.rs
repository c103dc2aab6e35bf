//! BIRD and our routers tell each other routes by RIPv2, over a TAP device; a cut wire is told too.
//!
//! ```text
//!   192.0.2.0/24 -- BIRD, the kernel --- TAP --- one.lab ------ two.lab -- here.lab
//!                   10.99.1.1                    10.99.1.2                 10.99.3.2
//! ```
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::process::{Child, Command};
use std::time::Duration;

use common::{FAR, alone, ping, run};
use layercake_host::link::{Settings, Tap};
use layercake_live::Live;
use layercake_network::route::Prefix;
use layercake_tests::lack;
use layercake_tower::Network;

/// Everything that BIRD learns goes into the kernel; a network of its own is told.
const BIRD: &str = r#"
router id 10.99.1.1;
protocol device { }
protocol kernel { ipv4 { export where source = RTS_RIP; }; }
protocol static { ipv4; route 192.0.2.0/24 blackhole; }
protocol rip {
    ipv4 { import all; export all; };
    interface "lc0" { update time 10; };
}
"#;

/// BIRD in the foreground, ended with the test.
struct Bird(Child);

impl Drop for Bird {
    fn drop(&mut self) {
        let _gone = self.0.kill();
        let _gone = self.0.wait();
    }
}

fn bird(folder: &std::path::Path) -> Bird {
    let (config, socket) = (folder.join("bird.conf"), folder.join("bird.ctl"));
    std::fs::write(&config, BIRD).unwrap();
    let mut command = Command::new("bird");
    command
        .arg("-f")
        .arg("-c")
        .arg(config)
        .arg("-s")
        .arg(socket);
    Bird(command.spawn().unwrap())
}

/// Runs the network until this is so, for at most so many seconds; then says whether it is.
fn until(live: &mut Live, seconds: u64, so: impl Fn(&mut Live) -> bool) -> bool {
    let end = live.now() + Duration::from_secs(seconds);
    while !so(live) {
        if live.now() >= end {
            return false;
        }
        let soon = live.now() + Duration::from_millis(200);
        live.run_until(Some(soon), None, |_| false).unwrap();
    }
    true
}

fn kernel_routes() -> String {
    let output = Command::new("ip")
        .args(["route", "show", "proto", "bird"])
        .output();
    String::from_utf8(output.unwrap().stdout).unwrap()
}

fn knows(live: &mut Live, node: &str, prefix: &str) -> bool {
    let (net, prefix) = (live.network(), prefix.parse::<Prefix>().unwrap());
    let routes = net.routes(net.node(node).unwrap());
    routes.iter().any(|route| route.prefix == prefix)
}

fn print(live: &mut Live, when: &str) {
    println!("{when}: the kernel, by BIRD:\n{}", kernel_routes());
    for name in ["one.lab", "two.lab"] {
        println!("{name}:");
        let net = live.network();
        for route in net.routes(net.node(name).unwrap()) {
            let via = route.next_hop.map(|hop| hop.to_string());
            let via = via.as_deref().unwrap_or("a neighbour");
            println!("{} via {via} metric {}", route.prefix, route.metric);
        }
    }
}

#[test]
fn bird_and_our_routers_tell_each_other_routes() {
    let Some(chain) = alone() else { return };
    if Command::new("bird").arg("--version").output().is_err() {
        return lack::lacking("bird");
    }
    let folder =
        std::env::temp_dir().join(format!("layercake-bird-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    chain.enter(0, || exchange(&folder)).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
}

fn exchange(folder: &std::path::Path) {
    let topology =
        FAR.replace("kind = \"router\"", "kind = \"router\"\nrouting = \"rip\"");
    let mut live = Live::new(Network::from_toml(&topology, 1).unwrap()).unwrap();
    live.attach("wan", Tap::open("lc0").unwrap()).unwrap();
    let settings = Settings {
        address: Some((std::net::IpAddr::V4(common::KERNEL.into()), 30)),
        up: true,
        ..Settings::default()
    };
    settings.apply("lc0").unwrap();
    let bird = bird(folder);
    let both = |live: &mut Live| {
        kernel_routes().contains("10.99.3.0/30 via 10.99.1.2")
            && knows(live, "two.lab", "192.0.2.0/24")
    };
    assert!(until(&mut live, 60, both), "{}", kernel_routes());
    print(&mut live, "both ways");
    let answer = run(&mut live, &mut ping("10.99.3.2", 3));
    assert!(answer.contains(" 0% packet loss"), "{answer}");
    set_link(&mut live, false);
    let cut = |live: &mut Live| {
        !kernel_routes().contains("10.99.3.0/30")
            && !knows(live, "two.lab", "192.0.2.0/24")
    };
    assert!(until(&mut live, 60, cut), "{}", kernel_routes());
    print(&mut live, "the wire between our routers is cut");
    set_link(&mut live, true);
    assert!(until(&mut live, 60, both), "{}", kernel_routes());
    drop(bird);
}

fn set_link(live: &mut Live, up: bool) {
    let net = live.network();
    let one = net.node("one.lab").unwrap();
    net.set_link(one, 1, up).unwrap();
}
