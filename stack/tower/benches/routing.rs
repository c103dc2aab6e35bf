//! How fast virtual time runs while a thousand routers find their routes, and when they are calm;
//! and how long they take, in their own time.
//!
//! `cargo bench -p layercake-tower --bench routing`. A tree of 1000 routers, each with up to three
//! children, and 200 wires across; every wire is a serial line of 100 Mbit/s and 1 ms, a network
//! of its own, and every octet crosses all layers down to the line code. It fails when a router
//! misses a network after five minutes, or after a wire is cut whose two sides have another way. The
//! host that the tools would run on discards what the routers say: it has not joined their group.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a bench: a panic is a failure"
)]

use core::fmt::Write;
use core::time::Duration;
use std::time::Instant;

use layercake_base::Rng;
use layercake_tower::Network;

const ROUTERS: usize = 1000;
const ACROSS: usize = 200;

/// Parent and child, and then those across.
fn wires() -> Vec<(usize, usize)> {
    let mut rng = Rng::seeded(1);
    let mut router = || usize::try_from(rng.below(ROUTERS as u64)).unwrap();
    let mut wires: Vec<_> = (1..ROUTERS).map(|child| ((child - 1) / 3, child)).collect();
    while wires.len() < ROUTERS - 1 + ACROSS {
        let (a, b) = (router(), router());
        if a != b {
            wires.push((a, b));
        }
    }
    wires
}

fn network(routing: &str, wires: &[(usize, usize)]) -> Network {
    // The tools want a host to run on.
    let mut text =
        String::from("[[node]]\nname = \"here\"\nkind = \"host\"\nroutes = []\n");
    for router in 0..ROUTERS {
        writeln!(text, "[[node]]\nname = \"r{router}\"\nkind = \"router\"").unwrap();
        writeln!(text, "routing = {routing:?}").unwrap();
    }
    for (net, (a, b)) in wires.iter().enumerate() {
        let (high, low) = (net / 64, net % 64 * 4);
        let address = |host| format!("10.0.{high}.{}/30", low + host);
        let ends = format!("[\"r{a} {}\", \"r{b} {}\"]", address(1), address(2));
        writeln!(text, "[[wire]]\nbetween = {ends}\nlink = \"serial\"").unwrap();
        writeln!(text, "delay = \"1 ms\"\nrate = \"100 Mbit/s\"").unwrap();
    }
    let ends = "[\"here 10.1.0.2/30\", \"r0 10.1.0.1/30\"]";
    writeln!(text, "[[wire]]\nbetween = {ends}\nlink = \"lan\"").unwrap();
    Network::from_toml(&text, 1).unwrap()
}

/// Routers that know a way to every network of which there are so many.
fn knowing(net: &Network, networks: usize) -> usize {
    let all = (0..ROUTERS).map(|router| net.node(&format!("r{router}")).unwrap());
    let known = |node| {
        let routes = net.routes(node);
        routes.chunk_by(|a, b| a.prefix == b.prefix).count()
    };
    all.filter(|node| known(*node) >= networks).count()
}

/// Simulated and real seconds until `done`, looked at every simulated second.
fn until(net: &mut Network, what: &str, done: impl Fn(&Network) -> bool) {
    let (start, mut real) = (net.now(), Duration::ZERO);
    while !done(net) {
        assert!(
            net.now() - start < Duration::from_secs(300),
            "{what} takes too long"
        );
        real += run(net, 1);
    }
    report(what, net.now() - start, real);
}

fn run(net: &mut Network, seconds: u64) -> Duration {
    let start = Instant::now();
    net.run_until(net.now() + Duration::from_secs(seconds));
    start.elapsed()
}

fn report(what: &str, simulated: Duration, real: Duration) {
    let (simulated, real) = (simulated.as_secs_f64(), real.as_secs_f64());
    let rate = simulated / real;
    println!("  {what:24} {simulated:6.0} {real:9.2} {rate:12.1}");
}

fn measure(routing: &str) {
    let wires = wires();
    let networks = wires.len() + 1; // that of the host too
    let start = Instant::now();
    let mut net = network(routing, &wires);
    let built = start.elapsed().as_secs_f64();
    println!("{routing}: {ROUTERS} routers, {networks} networks, built in {built:.2} s");
    println!("                           simulated s  real s  simulated/real");
    until(&mut net, "all routes found", |net| {
        knowing(net, networks) == ROUTERS
    });
    let calm = run(&mut net, 60);
    report("calm", Duration::from_secs(60), calm);
    // The first wire across: its network goes, and the traffic over it goes by the tree.
    let cut = ROUTERS - 1;
    let here = |(a, b): &(usize, usize)| *a == wires[cut].0 || *b == wires[cut].0;
    let port = wires[..cut].iter().filter(|ends| here(ends)).count();
    let node = net.node(&format!("r{}", wires[cut].0)).unwrap();
    net.set_link(node, u16::try_from(port).unwrap(), false)
        .unwrap();
    let gone = |net: &Network| {
        knowing(net, networks - 1) == ROUTERS && knowing(net, networks) == 0
    };
    until(&mut net, "a wire cut, all know it", gone);
    let lost = net.discards().iter();
    lost.for_each(|(layer, kind, count)| println!("  discarded: {layer} {kind} {count}"));
}

fn main() {
    measure("rip");
    measure("link-state");
}
