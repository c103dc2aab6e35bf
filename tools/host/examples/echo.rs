//! The smallest ping: `echo ADDRESS COUNT INTERVAL_MILLISECONDS`, told by each pair of clocks.

use std::time::Duration;

use anyhow::{Context, bail};
use layercake_host::clock::{Monotonic, monotonic, round_trip};
use layercake_host::icmp::{IcmpSocket, Preference};
use layercake_host::{Arrival, Family, Kind, OpenOptions, SendOptions, resolve};

fn main() -> anyhow::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [name, count, interval] = words.as_slice() else {
        bail!("usage: echo ADDRESS COUNT INTERVAL_MILLISECONDS");
    };
    let found = resolve::addresses(name, None)?;
    let target = *found.addresses.first().context("no address")?;
    let options = OpenOptions {
        transmit_stamps: true,
        ..OpenOptions::default()
    };
    let family = Family::of(&target.ip());
    // The kernel writes identifier and checksum of a datagram socket.
    let mut socket = IcmpSocket::open(family, Preference::Datagram, &options)?;
    let interval = Duration::from_millis(interval.parse()?);
    let (mut kernel, mut user) = (Vec::new(), Vec::new());
    let mut next = monotonic();
    for sequence in 0..count.parse::<u16>()? {
        let kind = if family == Family::V4 { 8 } else { 128 };
        let [high, low] = sequence.to_be_bytes();
        let mut message = vec![kind, 0, 0, 0, 0, 0, high, low];
        message.resize(64, 0);
        let sent = socket.send(&message, target, &SendOptions::default())?;
        next = next.plus(interval);
        let mut transmitted = None;
        while let Arrival::Received(one) = socket.receive(Some(next), None)? {
            match one.kind {
                Kind::Transmitted(_) => transmitted = one.kernel_time,
                Kind::Error(report) => println!("{report:?}"),
                Kind::Message { .. } => {
                    let told =
                        round_trip(sent.before, transmitted, one.kernel_time, one.moment);
                    kernel.push(told.duration);
                    user.push(round_trip(sent.before, None, None, one.moment).duration);
                }
            }
            if interval.is_zero() {
                break;
            }
        }
        next = Monotonic(next.0.max(monotonic().0));
    }
    kernel.sort_unstable();
    user.sort_unstable();
    let middle = |times: &[Duration]| times.get(times.len() / 2).copied();
    println!(
        "answers={} finest={:?} user-user={:?}",
        user.len(),
        middle(&kernel),
        middle(&user)
    );
    Ok(())
}
