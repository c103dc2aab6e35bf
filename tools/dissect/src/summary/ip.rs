//! The lines of IPv4 and IPv6 packets: the ends, then what the packet carries.

use core::fmt::{self, Write as _};
use core::net::{IpAddr, SocketAddr};

use layercake_base::layout::Value;
use layercake_network as network;
use layercake_transport as transport;

use network::ipv6::extension::fragment::LAYOUT as FRAGMENT;
use network::ipv6::extension::options::{DESTINATION, HOP_BY_HOP};
use network::ipv6::extension::routing::LAYOUT as ROUTING;

use super::{View, Writer, icmp, icmpv6, udp};

/// Octets that a line mostly fits in.
const LINE: usize = 160;

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
            Some(text) if missing.is_empty() => text,
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
            Some(udp::line(&view, ends, self.view(number + 1)))
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
    /// Source and destination; none behind an extension header, where they were already told.
    shown: Option<[Value<'d>; 2]>,
    /// The same as addresses, for telling conversations apart.
    addresses: Option<[IpAddr; 2]>,
}

impl<'d> Ends<'d> {
    /// The ends of a packet whose addresses were captured.
    fn of(view: &View<'d>) -> Self {
        let [source, destination] =
            ["Source Address", "Destination Address"].map(|name| view.value(name));
        let shown = source.zip(destination).map(<[_; 2]>::from);
        let [source, destination] = ["Source Address", "Destination Address"]
            .map(|name| address(view.octets(name)));
        let addresses = source.zip(destination).map(<[_; 2]>::from);
        Ends { shown, addresses }
    }

    fn bare(&self) -> Self {
        let (shown, addresses) = (None, self.addresses);
        Ends { shown, addresses }
    }

    /// The ends with their ports; behind an extension header the ports alone.
    pub(super) fn with_ports(&self, source: u64, destination: u64) -> String {
        let mut text = String::with_capacity(LINE);
        let _ = match &self.shown {
            Some([from, to]) => write!(text, "{from}.{source} > {to}.{destination}"),
            None => write!(text, "{source} > {destination}"),
        };
        text
    }

    /// Addresses and ports of both ends.
    pub(super) fn sockets(
        &self,
        source: u64,
        destination: u64,
    ) -> Option<[SocketAddr; 2]> {
        let [from, to] = self.addresses?;
        let (source, destination) =
            (source.try_into().ok()?, destination.try_into().ok()?);
        Some([
            SocketAddr::new(from, source),
            SocketAddr::new(to, destination),
        ])
    }
}

impl fmt::Display for Ends<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.shown {
            Some([from, to]) => write!(f, "{from} > {to}"),
            None => Ok(()),
        }
    }
}

/// The address in 4 or 16 octets.
fn address(octets: &[u8]) -> Option<IpAddr> {
    let v4 = <[u8; 4]>::try_from(octets).map(IpAddr::from);
    v4.or_else(|_| <[u8; 16]>::try_from(octets).map(IpAddr::from))
        .ok()
}

fn to_usize(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
