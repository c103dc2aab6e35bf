//! How fast virtual time runs: the built-in network with one ping a second to each host, and a
//! flood to the farthest.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot start may stop")]

use core::net::IpAddr;
use core::time::Duration;
use std::time::Instant as Clock;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use layercake_base::{Event, Ici, Observer, checksum};
use layercake_tower::Network;

const HOSTS: [&str; 6] = [
    "printer.lab",
    "web.lab",
    "dns.lab",
    "far.lab",
    "lossy.lab",
    "tiny.lab",
];

fn echo(sequence: u16) -> Vec<u8> {
    let mut message = vec![8, 0, 0, 0, 0, 7];
    message.extend(sequence.to_be_bytes());
    message.extend(0..56_u8);
    let [high, low] = checksum::internet(&message).to_be_bytes();
    message.splice(2..4, [high, low]);
    message
}

fn send(net: &mut Network, to: IpAddr, sequence: u16) {
    let ici = Ici {
        destination: Some(to),
        next: 1,
        ..Ici::NONE
    };
    net.send(net.local(), &echo(sequence), ici).unwrap();
}

fn drain(net: &mut Network) -> usize {
    let here = net.local();
    core::iter::from_fn(|| net.receive(here)).count()
}

/// A second in which every host is pinged once.
fn second(net: &mut Network, hosts: &[IpAddr], sequence: u16) -> usize {
    for &host in hosts {
        send(net, host, sequence);
    }
    net.run_until(net.now() + Duration::from_secs(1));
    drain(net)
}

struct Deaf;

impl Observer for Deaf {
    fn on(&mut self, event: &Event<'_>) {
        std::hint::black_box(event.octets.len());
    }
}

fn lab(observed: bool) -> (Network, Vec<IpAddr>) {
    let mut net = Network::builtin(1).unwrap();
    if observed {
        net.observe(Box::new(Deaf));
    }
    let hosts = HOSTS
        .iter()
        .map(|name| net.resolve(name).unwrap())
        .collect();
    (net, hosts)
}

fn benches(c: &mut Criterion) {
    let mut group = c.benchmark_group("built-in network");
    for observed in [false, true] {
        let seen = if observed { "observed" } else { "not observed" };
        let (mut net, hosts) = lab(observed);
        // criterion's elements per second are here simulated seconds per real second.
        group.throughput(Throughput::Elements(1));
        group.bench_function(format!("a second, six pings, {seen}"), |b| {
            b.iter(|| second(&mut net, &hosts, 1));
        });
        let far = net.resolve("far.lab").unwrap();
        group.bench_function(format!("a ping over nine hops, {seen}"), |b| {
            b.iter(|| {
                send(&mut net, far, 2);
                net.run_until(net.now() + Duration::from_millis(100));
                assert_eq!(drain(&mut net), 1);
            });
        });
    }
    group.bench_function("built from its file", |b| b.iter(|| Network::builtin(1)));
    group.finish();
    let (mut net, hosts) = lab(false);
    let start = Clock::now();
    let answers: usize = (0..3600).map(|n| second(&mut net, &hosts, n)).sum();
    let took = start.elapsed().as_secs_f64();
    let rate = 3600.0 / took;
    println!(
        "an hour with six pings a second: {answers} answers, \
              {rate:.0} simulated seconds per real second"
    );
}

criterion_group!(network, benches);
criterion_main!(network);
