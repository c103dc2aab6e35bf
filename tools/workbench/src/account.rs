//! What became of packets: the discards by node, layer and kind of reason, with the last reason in
//! full, the echoes answered and the errors told.

use std::fmt::Write as _;

use layercake_base::{Direction, Event, Observer, Reason, What};
use layercake_network::{Protocol, icmp, icmpv6, ipv4, ipv6};

use crate::output::thousands;

/// The names in the `Spec`s of four layers.
const IPV4: &str = "ipv4";
const IPV6: &str = "ipv6";
const ICMP: &str = "icmp";
const ICMPV6: &str = "icmpv6";

/// An observer of a network. It grows with the code, not with what comes: nodes, layers and kinds
/// of reasons are few.
#[derive(Debug, Default)]
pub(crate) struct Account {
    discards: Vec<Discards>,
    /// By the name of the message's type.
    errors: Vec<(&'static str, u64)>,
    echoes: u64,
}

#[derive(Debug)]
struct Discards {
    node: String,
    layer: &'static str,
    count: u64,
    /// The last one; its kind is that of all.
    last: Reason,
}

impl Account {
    /// Counts one discard.
    pub(crate) fn note(&mut self, node: &str, layer: &'static str, reason: &Reason) {
        let same = |own: &&mut Discards| {
            own.node == node && own.layer == layer && own.last.kind() == reason.kind()
        };
        match self.discards.iter_mut().find(same) {
            Some(own) => {
                own.count += 1;
                own.last.clone_from(reason);
            }
            None => self.discards.push(Discards {
                node: node.to_owned(),
                layer,
                count: 1,
                last: reason.clone(),
            }),
        }
    }

    /// Counts a packet that a network layer made of nothing, if it is an error message.
    fn born(&mut self, error: Option<&'static str>) {
        let Some(name) = error else { return };
        match self.errors.iter_mut().find(|(own, _)| *own == name) {
            Some((_, count)) => *count += 1,
            None => self.errors.push((name, 1)),
        }
    }

    /// Echo requests that were answered.
    pub(crate) fn echoes(&self) -> u64 {
        self.echoes
    }

    /// The errors that were told: "3 Time Exceeded, 1 Destination Unreachable"; "none".
    pub(crate) fn errors(&self) -> String {
        let all = self.errors.iter();
        let texts = all.map(|(name, count)| format!("{} {name}", thousands(*count)));
        match texts.collect::<Vec<_>>() {
            none if none.is_empty() => "none".into(),
            texts => texts.join(", "),
        }
    }

    /// A row for each node, layer and kind of reason, the most frequent first.
    pub(crate) fn discards(&self) -> String {
        if self.discards.is_empty() {
            return "nothing was discarded\n".into();
        }
        let mut rows: Vec<_> = self.discards.iter().collect();
        rows.sort_by_key(|own| std::cmp::Reverse(own.count));
        let width = |text: fn(&Discards) -> &str| {
            rows.iter().map(|own| text(own).len()).max().unwrap_or(0)
        };
        let (node, layer) = (width(|own| &own.node), width(|own| own.layer));
        let mut text = String::from("discarded, with the last reason of each kind:\n");
        for own in rows {
            let count = thousands(own.count);
            let kind = own.last.kind();
            // Writing to a string cannot fail.
            let _ = writeln!(
                text,
                "{count:>9}  {:node$}  {:layer$}  {kind:<14}  {}",
                own.node, own.layer, own.last
            );
        }
        text
    }
}

/// The name of the error message that an IPv4 packet holds.
fn error(packet: &[u8]) -> Option<&'static str> {
    let header = ipv4::Header::decode_lax(packet).ok()?;
    let kind = icmp::Type::of(packet.get(header.octets()..)?)?;
    let error = header.protocol == Protocol::ICMP && kind.is_error();
    error.then(|| name(icmp::TYPES, kind.0))
}

/// The same of an IPv6 packet.
fn error_v6(packet: &[u8]) -> Option<&'static str> {
    let header = ipv6::Header::decode_lax(packet).ok()?;
    let kind = icmpv6::Type::of(packet.get(ipv6::Header::OCTETS..)?)?;
    let error = header.next_header == Protocol::ICMPV6 && kind.is_error();
    error.then(|| name(icmpv6::TYPES, kind.0))
}

fn name(types: &'static [(u64, &'static str)], kind: u8) -> &'static str {
    let found = types.iter().find(|(own, _)| *own == u64::from(kind));
    found.map_or("other", |(_, name)| name)
}

impl Observer for Account {
    fn on(&mut self, event: &Event<'_>) {
        match &event.what {
            What::Discarded { reason } => self.note(event.node, event.layer, reason),
            What::Born if event.layer == IPV4 => self.born(error(event.octets)),
            What::Born if event.layer == IPV6 => self.born(error_v6(event.octets)),
            What::Passed {
                direction: Direction::Down,
            } if [ICMP, ICMPV6].contains(&event.layer) => self.echoes += 1,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use layercake_base::{Ici, Instant};

    use super::*;

    const CLOSED: Reason = Reason::NoWay("nobody listens at the port");

    fn on(account: &mut Account, layer: &'static str, what: What<'_>, octets: &[u8]) {
        account.on(&Event {
            at: Instant::ZERO,
            node: "host",
            layer,
            pdu: 1,
            origin: 1,
            what,
            octets,
            ici: &Ici::NONE,
        });
    }

    #[test]
    fn discards_of_a_kind_share_a_row_with_the_last_reason() {
        let mut account = Account::default();
        assert_eq!(account.discards(), "nothing was discarded\n");
        account.note("b.lab", "ipv4", &Reason::HopsExhausted);
        account.note("a.lab", "ipv4", &Reason::NoWay("no route"));
        on(
            &mut account,
            "ipv4",
            What::Discarded { reason: &CLOSED },
            &[],
        );
        account.note("a.lab", "ipv4", &CLOSED);
        let rows = "discarded, with the last reason of each kind:\n\
            \x20       2  a.lab  ipv4  no-way          nobody listens at the port\n\
            \x20       1  b.lab  ipv4  hops-exhausted  time to live ran out\n\
            \x20       1  host   ipv4  no-way          nobody listens at the port\n";
        assert_eq!(account.discards(), rows);
    }

    /// A packet with this protocol and data, of which only the header's first octets matter.
    fn packet(protocol: u8, data: &[u8]) -> Vec<u8> {
        let mut packet = [0; 20];
        (packet[0], packet[9]) = (0x45, protocol);
        [&packet[..], data].concat()
    }

    #[test]
    fn errors_are_counted_by_type_and_nothing_else_is() {
        let mut account = Account::default();
        assert_eq!(account.errors(), "none");
        for message in [11, 3, 11, 0, 8] {
            on(&mut account, "ipv4", What::Born, &packet(1, &[message]));
        }
        on(&mut account, "ipv4", What::Born, &packet(17, &[11]));
        on(&mut account, "ipv4", What::Born, &[0x45]);
        on(&mut account, "udp", What::Born, &packet(1, &[11]));
        assert_eq!(
            account.errors(),
            "2 Time Exceeded, 1 Destination Unreachable"
        );
        let mut v6 = vec![0; 41];
        (v6[0], v6[6], v6[40]) = (0x60, 58, 2);
        on(&mut account, "ipv6", What::Born, &v6);
        let with_v6 = "2 Time Exceeded, 1 Destination Unreachable, 1 Packet Too Big";
        assert_eq!(account.errors(), with_v6);
        let way = |direction| What::Passed { direction };
        on(&mut account, "icmp", way(Direction::Down), &[0]);
        on(&mut account, "icmp", way(Direction::Up), &[0]);
        assert_eq!(account.echoes(), 1);
    }
}
