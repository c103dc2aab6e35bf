//! Our view of packets held against that of tshark, and counted.

use crate::files::Packet;
use crate::ours::{self, BAD, Seen};
use crate::reference::Frame;

/// Checksum status of tshark: not looked at, because something is missing.
const UNVERIFIED: &str = "2";

/// What we read in front of and behind link headers, in the words of tshark.
const BELOW_TRANSPORT: [&str; 8] = [
    "vlan",
    "ieee8021ad",
    "llc",
    "stp",
    "lldp",
    "ip",
    "ipv6",
    "arp",
];

/// What was compared so far, and where it differs.
#[derive(Debug)]
pub(crate) struct Comparison {
    /// The fields that the reference has, where the packet has them.
    asked: &'static [&'static str],
    files: usize,
    packets: usize,
    headers: usize,
    fields: usize,
    /// Wrong checksums that both sides found.
    bad: usize,
    /// Octets of headers that were encoded as they had been.
    encoded: usize,
    /// Fields that codec and layout tell alike.
    laid: usize,
    differences: Vec<String>,
}

impl Comparison {
    pub(crate) fn new(asked: &'static [&'static str]) -> Self {
        Comparison {
            asked,
            files: 0,
            packets: 0,
            headers: 0,
            fields: 0,
            bad: 0,
            encoded: 0,
            laid: 0,
            differences: Vec::new(),
        }
    }

    /// Compares the packets of one file, of which tshark may have read fewer than we.
    pub(crate) fn file(&mut self, packets: &[Packet], frames: &[Frame]) {
        let before = self.packets;
        for (packet, frame) in packets.iter().zip(frames) {
            if let Some(seen) = ours::look(packet).filter(|_| !is_inner(frame)) {
                self.one(&packet.place, &seen, frame);
            }
        }
        self.files += usize::from(self.packets > before);
    }

    /// Compares one packet.
    pub(crate) fn one(&mut self, place: &str, seen: &Seen, frame: &Frame) {
        self.packets += 1;
        let differences = self.packet(seen, frame);
        let told = differences.iter().map(|what| {
            format!("{place}: {what}; the reference sees {:?}", frame.layers)
        });
        self.differences.extend(told);
    }

    fn packet(&mut self, seen: &Seen, frame: &Frame) -> Vec<String> {
        self.encoded += seen.encoded;
        self.laid += seen.laid;
        let mut differences = seen.changed.clone();
        differences.extend(other_layers(seen, frame));
        if differences.is_empty() {
            self.headers += seen.layers.len();
            let fields = self
                .asked
                .iter()
                .filter_map(|name| Some((name, seen.fields.get(name)?)));
            for (name, ours) in fields {
                differences.extend(self.field(name, ours, frame));
            }
        }
        differences
    }

    fn field(&mut self, name: &str, ours: &str, frame: &Frame) -> Option<String> {
        let status = name.ends_with(".status");
        match frame.fields.get(name).map(String::as_str) {
            Some(theirs) if theirs == ours => {
                self.fields += 1;
                self.bad += usize::from(status && ours == BAD);
                None
            }
            Some(UNVERIFIED) if status => None,
            theirs => Some(format!("{name} is {ours}, the reference says {theirs:?}")),
        }
    }

    /// Prints what was compared; fails with the first differences.
    pub(crate) fn finish(&self, what: &str) {
        println!(
            "{what}: {} files, {} packets, {} headers, {} fields, {} wrong checksums; {} octets of headers encoded again, {} fields told alike by layout and codec",
            self.files,
            self.packets,
            self.headers,
            self.fields,
            self.bad,
            self.encoded,
            self.laid
        );
        let first: Vec<_> = self
            .differences
            .iter()
            .take(100)
            .map(String::as_str)
            .collect();
        assert!(
            first.is_empty(),
            "{} differ:\n{}",
            self.differences.len(),
            first.join("\n")
        );
    }

    /// Fails when so little was compared that something must be missing.
    pub(crate) fn at_least(&self, packets: usize, fields: usize, bad: usize) {
        let found = (self.packets, self.fields, self.bad);
        let enough = found.0 >= packets && found.1 >= fields && found.2 >= bad;
        assert!(
            enough,
            "compared only {found:?} packets, fields and wrong checksums"
        );
    }
}

/// Of frames in frames (Cisco FabricPath, Cisco ISL) tshark shows the inner one's fields only.
fn is_inner(frame: &Frame) -> bool {
    let names: Vec<_> = frame.layers.iter().take(2).map(String::as_str).collect();
    matches!(names[..], ["eth", "cfp" | "eth"])
}

/// Where the two do not see the same headers. We stop earlier, but only for a reason.
fn other_layers(seen: &Seen, frame: &Frame) -> Option<String> {
    let common = frame.layers.iter().zip(&seen.layers);
    let same = common.filter(|(theirs, ours)| theirs == ours).count();
    let next = frame.layers.get(same).map(String::as_str);
    let further = match seen.layers.last().copied() {
        Some("ip") => matches!(next, Some("icmp" | "udp" | "tcp")),
        Some("ipv6") => matches!(next, Some("icmpv6" | "udp" | "tcp")),
        Some("icmp" | "icmpv6" | "udp" | "tcp" | "arp" | "lldp" | "stp") => false,
        _ => matches!(next, Some(name) if BELOW_TRANSPORT.contains(&name)),
    };
    let stopped = further && seen.refused.is_none();
    (same < seen.layers.len() || stopped)
        .then(|| format!("we see {:?}, {:?}", seen.layers, seen.refused))
}
