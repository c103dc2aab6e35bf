//! The lines of IPv4 and IPv6 packets: the ends, then what the packet carries.

use layercake_network as network;
use layercake_transport as transport;

use crate::network::{DESTINATION, FRAGMENT, HOP_BY_HOP, ROUTING};

use super::{View, Writer, icmp, icmpv6, udp};

impl<'d> Writer<'d, '_> {
    /// The line behind "IP ".
    pub(super) fn ipv4(&mut self, number: usize, view: &View<'d>) -> String {
        let (Some(ihl), Some(total), Some(protocol)) = (
            view.number("IHL"),
            view.number("Total Length"),
            view.number("Protocol"),
        ) else {
            return " [|ip]".into();
        };
        if view.number("Destination Address").is_none() {
            return " [|ip]".into();
        }
        let header = ihl * 4;
        if header < 20 {
            return format!("bad-hlen {header}");
        }
        if total < header {
            return format!("bad-len {total}");
        }
        let have = self
            .outer_end(number)
            .saturating_sub(view.layer.header.start);
        let missing = to_usize(total).saturating_sub(have);
        let missing = match missing {
            0 => String::new(),
            _ => format!("truncated-ip - {missing} bytes missing! "),
        };
        let ends = Ends::of(view);
        let body = total - header;
        if view
            .number("Fragment Offset")
            .is_some_and(|offset| offset > 0)
        {
            return format!("{missing}{ends}: ip-proto-{protocol}");
        }
        let carried = self.carried(number + 1, &ends, to_usize(body));
        match carried {
            Some(text) => format!("{missing}{text}"),
            None => format!("{missing}{ends}:  ip-proto-{protocol} {body}"),
        }
    }

    /// The line behind "IP6 ".
    pub(super) fn ipv6(&mut self, number: usize, view: &View<'d>) -> String {
        let (Some(payload), Some(_)) =
            (view.number("Payload Length"), view.number("Hop Limit"))
        else {
            return " [|ip6]".into();
        };
        if view.octets("Destination Address").is_empty() {
            return " [|ip6]".into();
        }
        let have = self
            .outer_end(number)
            .saturating_sub(view.layer.header.start + 40);
        let missing = to_usize(payload).saturating_sub(have);
        let missing = match missing {
            0 => String::new(),
            _ => format!("truncated-ip6 - {missing} bytes missing!"),
        };
        let ends = Ends::of(view);
        let (next, body) = (view.number("Next Header"), to_usize(payload));
        let text = self.carried(number + 1, &ends, body).unwrap_or_else(|| {
            let protocol = next.unwrap_or_default();
            format!("{ends}:  ip-proto-{protocol} {payload}")
        });
        format!("{missing}{text}")
    }

    /// What the packet between `ends` carries in `body` octets; `None` for what is not read.
    fn carried(&mut self, number: usize, ends: &Ends<'_>, body: usize) -> Option<String> {
        let view = self.view(number)?;
        let layout = view.layer.layout;
        if view.layer.is(&transport::udp::LAYOUT) {
            Some(udp::line(&view, ends))
        } else if view.layer.is(&transport::tcp::LAYOUT) {
            Some(self.tcp(&view, ends))
        } else if layout.protocol.starts_with("ICMPv6") {
            let quoted = self.view(number + 1);
            Some(format!(
                "{ends}: {}",
                icmpv6::line(&view, quoted, self.view(number + 2))
            ))
        } else if layout.protocol.starts_with("ICMP") {
            let quoted = self.view(number + 1);
            Some(format!(
                "{ends}: {}",
                icmp::line(&view, quoted, self.view(number + 2))
            ))
        } else if view.layer.is(&network::ipv4::LAYOUT)
            || view.layer.is(&network::ipv6::LAYOUT)
        {
            Some(format!("{ends}: {}", self.packet(number)))
        } else {
            self.extension(number, &view, ends, body)
        }
    }

    /// An IPv6 extension header, then what follows it.
    fn extension(
        &mut self,
        number: usize,
        view: &View<'d>,
        ends: &Ends<'_>,
        body: usize,
    ) -> Option<String> {
        let word = if view.layer.is(&HOP_BY_HOP) {
            "HBH ".to_owned()
        } else if view.layer.is(&DESTINATION) {
            "DSTOPT ".to_owned()
        } else if view.layer.is(&ROUTING) {
            "srcrt ".to_owned()
        } else if view.layer.is(&FRAGMENT) {
            let offset = view.number("Fragment Offset")? * 8;
            let len = view.wire_len().saturating_sub(8);
            let word = format!("frag ({offset}|{len})");
            if offset > 0 {
                return Some(format!("{ends}: {word}"));
            }
            format!("{word} ")
        } else {
            return None;
        };
        let bare = ends.bare();
        let inner = self.carried(number + 1, &bare, body).unwrap_or_else(|| {
            let next = view.number("Next Header").unwrap_or_default();
            format!(" ip-proto-{next} {}", view.wire_len())
        });
        let inner = inner
            .strip_prefix(": ")
            .map_or(inner.clone(), str::to_owned);
        Some(format!("{ends}: {word}{inner}"))
    }
}

/// Both ends of a packet.
#[derive(Clone, Debug)]
pub(super) struct Ends<'d> {
    /// Addresses as text; empty behind an extension header, where they were already told.
    source: String,
    destination: String,
    /// The addresses, for telling conversations apart.
    pub(super) key: [&'d [u8]; 2],
}

impl<'d> Ends<'d> {
    fn of(view: &View<'d>) -> Self {
        let [source, destination] =
            ["Source Address", "Destination Address"].map(|name| view.shown(name));
        let key = ["Source Address", "Destination Address"].map(|name| view.octets(name));
        Ends {
            source,
            destination,
            key,
        }
    }

    fn bare(&self) -> Self {
        Ends {
            source: String::new(),
            destination: String::new(),
            key: self.key,
        }
    }

    /// The ends with their ports; behind an extension header the ports alone.
    pub(super) fn with_ports(&self, source: u64, destination: u64) -> String {
        if self.source.is_empty() {
            return format!("{source} > {destination}");
        }
        format!(
            "{}.{source} > {}.{destination}",
            self.source, self.destination
        )
    }
}

impl core::fmt::Display for Ends<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        if self.source.is_empty() {
            return Ok(());
        }
        write!(f, "{} > {}", self.source, self.destination)
    }
}

fn to_usize(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
