//! Every packet counted: at which layer it is held against which witness, and where it is not, why.

use std::collections::BTreeMap;

use crate::compare::Comparison;
use crate::files::Packet;
use crate::oracle;
use crate::ours::{self, Seen};
use crate::reference::{self, Frame};

/// Headers in front of the network layer, in the words of tshark.
const LINK: [&str; 7] = ["eth", "vlan", "ieee8021ad", "llc", "sll", "ppp", "raw"];

/// The packets of some captures.
#[derive(Debug)]
pub(crate) struct Census {
    packets: usize,
    /// Packets with a header of ours from the network layer on.
    internet: usize,
    /// Options of IPv6 headers and neighbour discovery.
    options: usize,
    layers: BTreeMap<&'static str, Row>,
    /// What was not compared or not encoded, and how often.
    left: BTreeMap<String, usize>,
    /// Where our walk ended before its time, and how often.
    ends: BTreeMap<String, usize>,
    tshark: Comparison,
    etherparse: Comparison,
}

/// How often a layer was met, and what became of it.
#[derive(Debug, Default)]
struct Row {
    seen: usize,
    tshark: usize,
    etherparse: usize,
    encoded: usize,
}

impl Census {
    pub(crate) fn new() -> Self {
        Census {
            packets: 0,
            internet: 0,
            options: 0,
            layers: BTreeMap::new(),
            left: BTreeMap::new(),
            ends: BTreeMap::new(),
            tshark: Comparison::new(reference::FIELDS_BESIDE),
            etherparse: Comparison::new(oracle::INTERNET),
        }
    }

    /// Counts a packet and compares it with both witnesses.
    pub(crate) fn packet(&mut self, packet: &Packet, beside: Option<&Frame>) {
        self.packets += 1;
        let Some(seen) = ours::look(packet) else {
            return self.end(format!("link type {} is none of ours", packet.link_type));
        };
        let first = seen.layers.iter().position(|name| !LINK.contains(name));
        let (link, internet) = seen.layers.split_at(first.unwrap_or(seen.layers.len()));
        self.internet += usize::from(!internet.is_empty());
        self.options += seen.options_seen;
        self.end(seen.refused.clone().unwrap_or_else(|| match internet {
            [] => format!("neither IP nor ARP behind {}", link.join(", ")),
            _ => "complete, up to what UDP, TCP or ICMP carry".to_owned(),
        }));
        for name in internet {
            self.layers.entry(name).or_default().seen += 1;
        }
        if internet.is_empty() {
            return;
        }
        let parsed = oracle::internet(link, &seen.packet);
        self.etherparse.one(&packet.place, &seen, &parsed);
        self.witness("etherparse", &seen, link.len(), &parsed, |row| {
            &mut row.etherparse
        });
        match beside {
            Some(frame) => {
                self.tshark.one(&packet.place, &seen, frame);
                self.witness("tshark", &seen, link.len(), frame, |row| &mut row.tshark);
            }
            None => self.leave("tshark has no values for the packet".to_owned()),
        }
        self.again(&seen, link.len());
    }

    /// Each layer that the witness sees too was compared; the others were not.
    fn witness(
        &mut self,
        who: &str,
        seen: &Seen,
        from: usize,
        frame: &Frame,
        cell: fn(&mut Row) -> &mut usize,
    ) {
        for (at, name) in seen.layers.iter().enumerate().skip(from) {
            if frame.layers.get(at).is_some_and(|theirs| theirs == name) {
                *cell(self.layers.entry(name).or_default()) += 1;
            } else {
                let why = frame.stopped.as_deref().unwrap_or("not read there");
                self.leave(format!("{name} not compared with {who}: {}", general(why)));
            }
        }
    }

    /// Headers that were decoded and encoded again to the same octets.
    fn again(&mut self, seen: &Seen, from: usize) {
        for name in seen.layers.iter().skip(from) {
            match seen.left.iter().find(|(layer, _)| layer == name) {
                Some((_, why)) => {
                    self.leave(format!("{name} not encoded again: {}", general(why)));
                }
                None => self.layers.entry(name).or_default().encoded += 1,
            }
        }
    }

    fn leave(&mut self, what: String) {
        *self.left.entry(what).or_default() += 1;
    }

    fn end(&mut self, why: String) {
        *self.ends.entry(general(&why)).or_default() += 1;
    }

    /// Prints the table; fails where a witness disagrees, or where something is uncounted.
    pub(crate) fn finish(&self, folders: &[&str]) {
        let (all, internet) = (self.packets, self.internet);
        println!(
            "{all} packets of {}, {internet} with IP",
            folders.join(", ")
        );
        let options = self.options;
        println!("{options} options of IPv6 headers and neighbour discovery");
        println!("layer          seen  tshark  etherparse  encoded again");
        for (name, row) in &self.layers {
            let Row {
                seen,
                tshark,
                etherparse,
                encoded,
            } = row;
            println!("{name:13} {seen:5} {tshark:7} {etherparse:11} {encoded:14}");
        }
        for (title, list) in [("the walk ended", &self.ends), ("left out", &self.left)] {
            println!("{title}:");
            for (what, count) in list {
                println!("{count:6}  {what}");
            }
        }
        self.tshark.finish("against the values beside them");
        self.etherparse.finish("against etherparse");
        assert_eq!(self.ends.values().sum::<usize>(), self.packets);
        let missing =
            |row: &Row| 3 * row.seen - row.tshark - row.etherparse - row.encoded;
        let missing: usize = self.layers.values().map(missing).sum();
        assert_eq!(
            missing,
            self.left.values().sum::<usize>(),
            "not all are told of"
        );
    }

    /// Fails when so little was compared and encoded again that something must be missing.
    pub(crate) fn at_least(&self, layers: &[(&str, [usize; 3])]) {
        for (name, least) in layers {
            let row = self.layers.get(name).unwrap();
            let found = [row.tshark, row.etherparse, row.encoded];
            let enough = found.iter().zip(least).all(|(found, least)| found >= least);
            assert!(enough, "{name}: {found:?}, not {least:?}");
        }
    }
}

/// A reason without its numbers, so that alike ones are counted together.
fn general(why: &str) -> String {
    let mut text = String::new();
    for word in why.split(' ') {
        let number = word.starts_with(|c: char| c.is_ascii_digit());
        let word = if number && why.contains("octets") {
            "N"
        } else {
            word
        };
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(word);
    }
    text
}
