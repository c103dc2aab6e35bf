//! A kernel in a namespace of its own on one side, an emulated network on the other.

#![allow(dead_code, unreachable_pub, reason = "each test file uses a part")]

use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc::channel;
use std::time::Duration;

use layercake_host::link::{LinkChannel, Settings, Tap};
use layercake_live::Live;
use layercake_tests::netns::{Chain, available};
use layercake_tower::Network;

/// The kernel's address on the device, in a network of /30.
pub const KERNEL: [u8; 4] = [10, 99, 1, 1];

/// One of our hosts beside the kernel.
pub const NEAR: &str = r#"
[[node]]
name = "here.lab"
kind = "host"
[[node]]
name = "wan"
kind = "outside"
[[wire]]
between = ["wan", "here.lab 10.99.1.2/30"]
link = "lan"
"#;

/// Two routers and 6 ms of wire between the kernel and one of our hosts. The first wire has a rate, so that what the kernel
/// sends at once comes one by one: a burst at one instant overflows the queue of a router that must ask by ARP first.
pub const FAR: &str = r#"
[[node]]
name = "here.lab"
kind = "host"
[[node]]
name = "one.lab"
kind = "router"
[[node]]
name = "two.lab"
kind = "router"
[[node]]
name = "wan"
kind = "outside"
[[wire]]
between = ["wan", "one.lab 10.99.1.2/30"]
link = "lan"
rate = "100 Mbit/s"
delay = "1 ms"
[[wire]]
between = ["one.lab 10.99.2.1/30", "two.lab 10.99.2.2/30"]
link = "serial"
delay = "5 ms"
[[wire]]
between = ["two.lab 10.99.3.1/30", "here.lab 10.99.3.2/30"]
link = "lan"
"#;

/// One namespace without links.
pub fn alone() -> Option<Chain> {
    available("live", 0).unwrap()
}

/// Two namespaces with a veth pair between them; what the kernel of the second knows about it is taken away.
pub fn pair() -> Option<Chain> {
    let chain = available("live", 1).unwrap()?;
    chain.ip(1, &["addr", "flush", "dev", "left"]).unwrap();
    Some(chain)
}

/// The network on a TAP device of this namespace.
pub fn on_tap(topology: &str) -> Live {
    let mut live = Live::new(Network::from_toml(topology, 1).unwrap()).unwrap();
    live.attach("wan", Tap::open("lc0").unwrap()).unwrap();
    let settings = Settings {
        address: Some((std::net::IpAddr::V4(KERNEL.into()), 30)),
        up: true,
        ..Settings::default()
    };
    settings.apply("lc0").unwrap();
    let route = ["route", "add", "10.99.0.0/16", "via", "10.99.1.2"];
    assert!(Command::new("ip").args(route).status().unwrap().success());
    live
}

/// The network on the end of the veth pair that is in this namespace.
pub fn on_veth(topology: &str) -> Live {
    let mut live = Live::new(Network::from_toml(topology, 1).unwrap()).unwrap();
    live.attach("wan", LinkChannel::open("left").unwrap())
        .unwrap();
    live
}

/// Runs the network until the command has ended, and gives what it printed.
pub fn run(live: &mut Live, command: &mut Command) -> String {
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    while child.try_wait().unwrap().is_none() {
        let soon = live.now() + Duration::from_millis(10);
        live.run_until(Some(soon), None, |_| false).unwrap();
    }
    let output = child.wait_with_output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// The kernel's ping.
pub fn ping(target: &str, count: u32) -> Command {
    let mut command = Command::new("ping");
    let count = count.to_string();
    command.args(["-n", "-c", &count, "-i", "0.01", "-W", "5", target]);
    command
}

/// Runs the command in the first namespace of a [`pair`] and the network in the second, and gives what it printed.
pub fn beside(chain: &Chain, topology: &str, command: &mut Command) -> String {
    let ended = AtomicBool::new(false);
    let (opened, open) = channel();
    std::thread::scope(|scope| {
        let ended = &ended;
        scope.spawn(move || {
            chain.enter(1, || {
                let mut live = on_veth(topology);
                opened.send(()).unwrap();
                while !ended.load(Relaxed) {
                    let soon = live.now() + Duration::from_millis(10);
                    live.run_until(Some(soon), None, |_| false).unwrap();
                }
            })
        });
        open.recv().unwrap();
        let output = chain.run(0, command);
        ended.store(true, Relaxed);
        String::from_utf8(output.unwrap().stdout).unwrap()
    })
}
