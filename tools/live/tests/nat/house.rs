//! The network of `behind-nat.toml` between a kernel client and a kernel world.

#![allow(dead_code, unreachable_pub, reason = "each test file uses a part")]

use std::io::{BufRead, BufReader, Read};
use std::net::Ipv4Addr;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use layercake_host::link::{Settings, Tap};
use layercake_live::Live;
use layercake_tests::netns::{Chain, available};
use layercake_tower::Network;

pub const CLIENT: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 2);
pub const OUTSIDE: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 1);
pub const SERVER: Ipv4Addr = Ipv4Addr::new(10, 99, 2, 2);

const EXAMPLE: &str = include_str!("../../../workbench/examples/behind-nat.toml");

/// The whole scene.
pub struct House {
    live: Live,
    pub client: Chain,
    /// Routers and server.
    pub world: Chain,
}

/// The example as it is.
pub fn house() -> Option<House> {
    house_of(EXAMPLE)
}

/// The example with a filter, or whatever else, at gate.lab.
pub fn house_with(keys: &str) -> Option<House> {
    let gate = "name = \"gate.lab\"\n";
    assert_eq!(EXAMPLE.matches(gate).count(), 1);
    house_of(&EXAMPLE.replace(gate, &format!("{gate}{keys}\n")))
}

/// The example with IPv6 inside, where gate.lab is fd00::1 and the client fd00::2.
pub fn house_with_ipv6(keys: &str) -> Option<House> {
    let gate = "name = \"gate.lab\"\n";
    let inside = "gate.lab 10.0.0.1/24";
    assert_eq!(EXAMPLE.matches(inside).count(), 1);
    let topology = EXAMPLE.replace(inside, &format!("{inside} fd00::1/64"));
    let house = house_of(&topology.replace(gate, &format!("{gate}{keys}\n")))?;
    let address = ["addr", "add", "fd00::2/64", "dev", "lc0", "nodad"];
    house.client.ip(0, &address).unwrap();
    let route = ["-6", "route", "add", "default", "via", "fd00::1"];
    house.client.ip(0, &route).unwrap();
    Some(house)
}

fn house_of(topology: &str) -> Option<House> {
    let client = available("natin", 0).unwrap()?;
    let world = available("natout", 2).unwrap()?;
    let mut live = Live::new(Network::from_toml(topology, 1).unwrap()).unwrap();
    live.attach("lan", tap(&client, CLIENT)).unwrap();
    live.attach("wan", tap(&world, [203, 0, 113, 254].into()))
        .unwrap();
    client
        .ip(0, &["route", "add", "default", "via", "10.0.0.1"])
        .unwrap();
    for (node, via) in [(1, "10.99.1.1"), (2, "10.99.2.1")] {
        let add = ["route", "add", "203.0.113.0/24", "via", via];
        world.ip(node, &add).unwrap();
    }
    Some(House {
        live,
        client,
        world,
    })
}

fn tap(chain: &Chain, address: Ipv4Addr) -> Tap {
    let open = || {
        let tap = Tap::open("lc0").unwrap();
        let settings = Settings {
            address: Some((address.into(), 24)),
            up: true,
            ..Settings::default()
        };
        settings.apply("lc0").unwrap();
        tap
    };
    chain.enter(0, open).unwrap()
}

/// A program with arguments, by words.
pub fn command(program: &str, arguments: &str) -> Command {
    let mut command = Command::new(program);
    command.args(arguments.split_whitespace());
    command
}

impl House {
    /// Runs the network until `body`, on a thread of its own, has ended.
    pub fn run<T: Send>(&mut self, body: impl FnOnce() -> T + Send) -> T {
        run(&mut self.live, body)
    }

    /// The same in the client's namespace.
    pub fn at_client_live<T: Send>(&mut self, body: impl FnOnce() -> T + Send) -> T {
        let client = &self.client;
        run(&mut self.live, || client.enter(0, body).unwrap())
    }

    /// The same in the server's.
    pub fn at_server_live<T: Send>(&mut self, body: impl FnOnce() -> T + Send) -> T {
        let world = &self.world;
        run(&mut self.live, || world.enter(2, body).unwrap())
    }

    /// In the client's namespace, for what needs no network.
    pub fn at_client<T: Send>(&self, body: impl FnOnce() -> T + Send) -> T {
        self.client.enter(0, body).unwrap()
    }

    /// In the server's.
    pub fn at_server<T: Send>(&self, body: impl FnOnce() -> T + Send) -> T {
        self.world.enter(2, body).unwrap()
    }

    /// What a command of the client prints, on both of its outputs.
    pub fn client(&mut self, command: &mut Command) -> String {
        self.at_client_live(|| said(command))
    }

    /// What a command of the first router outside prints.
    pub fn neighbour(&mut self, command: &mut Command) -> String {
        let world = &self.world;
        run(&mut self.live, || world.enter(0, || said(command)).unwrap())
    }

    /// A command at the server, which goes on; it is ready when it has printed `ready`.
    pub fn background(&mut self, command: &mut Command, ready: &str) -> Background {
        let piped = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = self.at_server(|| piped.spawn().unwrap());
        let program = Background::new(child);
        self.run(|| program.until(ready, 1));
        program
    }
}

fn run<T: Send>(live: &mut Live, body: impl FnOnce() -> T + Send) -> T {
    let ended = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let ended = &ended;
        let script = scope.spawn(move || {
            let _end = AtEnd(ended);
            body()
        });
        while !ended.load(Relaxed) {
            let soon = live.now() + Duration::from_millis(5);
            live.run_until(Some(soon), None, |_| false).unwrap();
        }
        script.join().unwrap()
    })
}

/// Says that a thread has ended, also by a panic.
struct AtEnd<'a>(&'a AtomicBool);

impl Drop for AtEnd<'_> {
    fn drop(&mut self) {
        self.0.store(true, Relaxed);
    }
}

fn said(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let both = [output.stdout, output.stderr].concat();
    String::from_utf8(both).unwrap()
}

/// A program that is ended with the test, and what it has printed.
pub struct Background {
    child: Child,
    printed: Arc<Mutex<String>>,
}

impl Background {
    fn new(mut child: Child) -> Self {
        let printed = Arc::default();
        collect(child.stdout.take().unwrap(), Arc::clone(&printed));
        collect(child.stderr.take().unwrap(), Arc::clone(&printed));
        Background { child, printed }
    }

    /// What it has printed, once that has `text` so many times; fails after ten seconds.
    pub fn until(&self, text: &str, times: usize) -> String {
        let printed = || self.printed.lock().unwrap().clone();
        let has = || printed().matches(text).count() >= times;
        let waits = (0..1000).take_while(|_| !has());
        waits.for_each(|_| std::thread::sleep(Duration::from_millis(10)));
        assert!(has(), "not {times} times {text:?}: {}", printed());
        printed()
    }
}

/// Lines as they come, until there are no more.
fn collect(from: impl Read + Send + 'static, printed: Arc<Mutex<String>>) {
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            printed.lock().unwrap().push_str(&(line + "\n"));
        }
    });
}

impl Drop for Background {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }
}
