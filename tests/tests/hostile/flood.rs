//! Any number of generated frames into one node, and the table of what became of them.

use core::fmt::Write as _;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use core::time::Duration;

use layercake_base::{Mac, Rng};
use layercake_datalink::ppp;
use layercake_tests::hostile::{Generator, Target};
use layercake_tower::Network;
use layercake_tower::topology::Attachment;

use crate::bench::Bench;
use crate::frames;
use crate::ledger::{Fate, Ledger};

/// Hosts of `net.toml`, and some that are not there.
const HOSTS: [&str; 6] = [
    "192.0.2.10",
    "192.0.2.20",
    "10.0.1.1",
    "10.0.1.2",
    "198.51.100.80",
    "203.0.113.7",
];
const HOSTS_V6: [&str; 7] = [
    "2001:db8::10",
    "2001:db8::1",
    "2001:db8:1::10",
    "2001:db8:1::1",
    "2001:db8:2::80",
    "2001:db8:2::99",
    "2001:db8:3::7",
];

/// Frames between two steps of the clock, and the longest step in milliseconds.
const AT_ONCE: usize = 64;
const STEP: u64 = 50;

/// A node under a flood.
pub(crate) struct Flood {
    pub(crate) bench: Bench,
    generators: Vec<Generator>,
    rng: Rng,
    sent: usize,
    frame: Vec<u8>,
}

impl Flood {
    /// The host or the router of `net.toml`, and a generator for each of its attachments.
    pub(crate) fn of(node: &str, seed: u64) -> Self {
        let network = Network::from_toml(include_str!("net.toml"), 1).unwrap();
        let bench = Bench::of(&network, node);
        let targets = targets(network.addresses(node), &bench.attachments);
        let generators = (seed..).zip(targets);
        let generators = generators.map(|(seed, target)| Generator::new(seed, target));
        Flood {
            generators: generators.collect(),
            bench,
            rng: Rng::seeded(seed),
            sent: 0,
            frame: Vec::new(),
        }
    }

    /// So many frames more.
    pub(crate) fn send(&mut self, count: usize) {
        for _ in 0..count {
            let port = frames::pick(&mut self.rng, self.generators.len());
            self.generators[port].next(&mut self.frame);
            let serial = self.bench.attachments[port] == Attachment::Serial;
            let frame = match serial {
                true => over_ppp(&self.frame),
                false => self.frame.clone(),
            };
            let symbols = frames::symbols(&mut self.rng, frame, serial);
            self.bench.arrive(u16::try_from(port).unwrap(), &symbols);
            self.sent += 1;
            if self.sent.is_multiple_of(AT_ONCE) {
                let step = Duration::from_millis(self.rng.below(STEP));
                self.bench.wait(step);
            }
        }
    }

    /// Everything that waits in the node has its time; then nothing is left in it.
    pub(crate) fn settle(&mut self) {
        self.bench.wait(Duration::from_secs(300));
    }

    /// Every slot is free again, and of every frame it is told what became of it.
    pub(crate) fn nothing_is_lost(&self) {
        self.bench
            .nothing_is_lost(u64::try_from(self.sent).unwrap());
    }

    /// What became of the frames, and the discards by layer and reason.
    pub(crate) fn table(&self) -> String {
        table(&self.bench.ledger.borrow(), self.sent)
    }
}

/// A whole frame's packet behind the header of PPP.
fn over_ppp(frame: &[u8]) -> Vec<u8> {
    let kind = frame.get(12..14).unwrap_or_default();
    let protocol = match kind {
        [0x86, 0xdd] => ppp::IPV6,
        _ => ppp::IPV4,
    };
    let mut own = ppp::Header { protocol }.encode().to_vec();
    own.extend(frame.get(14..).unwrap_or_default());
    own
}

/// What each attachment is known by, with hosts on all sides of it.
fn targets(own: &[IpAddr], attachments: &[Attachment]) -> Vec<Target> {
    let target = |(number, at): (u16, &Attachment)| Target {
        mac: match at {
            Attachment::Station(station) => station.mac,
            _ => Mac::local(number),
        },
        v4: own.iter().copied().filter_map(v4).collect(),
        v6: own.iter().copied().filter_map(v6).collect(),
        hosts: HOSTS.map(|text| text.parse().unwrap()).to_vec(),
        hosts_v6: HOSTS_V6.map(|text| text.parse().unwrap()).to_vec(),
    };
    (0..).zip(attachments).map(target).collect()
}

fn v4(address: IpAddr) -> Option<Ipv4Addr> {
    match address {
        IpAddr::V4(address) => Some(address),
        IpAddr::V6(_) => None,
    }
}

fn v6(address: IpAddr) -> Option<Ipv6Addr> {
    match address {
        IpAddr::V6(address) => Some(address),
        IpAddr::V4(_) => None,
    }
}

fn table(ledger: &Ledger, sent: usize) -> String {
    let mut text = String::new();
    let row = |text: &mut String, what: String, count: u64| {
        let _ = writeln!(text, "{count:>12}  {what}");
    };
    row(
        &mut text,
        "frames sent".into(),
        u64::try_from(sent).unwrap(),
    );
    for (fate, count) in &ledger.fates {
        let what = match fate {
            Fate::Lost => "lost".into(),
            Fate::Empty => "empty between the flags".into(),
            Fate::Taken(layer) => format!("taken by {layer}"),
            Fate::Discarded => "discarded".into(),
            Fate::Delivered => "delivered to the user".into(),
            Fate::Answered => "answered".into(),
            Fate::Forwarded => "forwarded".into(),
        };
        row(&mut text, what, *count);
    }
    row(
        &mut text,
        "made by the node (errors, questions)".into(),
        ledger.born,
    );
    row(&mut text, "of them sent".into(), ledger.born_and_sent);
    let mut reasons: Vec<_> = ledger.discards.iter().collect();
    reasons.sort_by_key(|(_, count)| core::cmp::Reverse(**count));
    text.push_str("discards by layer and reason:\n");
    for ((layer, kind, what), count) in reasons {
        row(&mut text, format!("{layer:12} {kind:10} {what}"), *count);
    }
    text
}
