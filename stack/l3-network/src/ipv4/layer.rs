//! The layer that moves IPv4 packets: sends those of its host, takes in those for it, and hands
//! on those for others.
//!
//! | event | what happens | file |
//! |---|---|---|
//! | from above: data | header in front, down by the route | here |
//! | from above: bounced | the sender is told why nobody wants it | `errors.rs` |
//! | from below: for this node | header off, up; a fragment waits for the others | `deliver.rs`, `reassembly.rs` |
//! | from below: with options | malformed ones and source routes are refused | `ask.rs` |
//! | from below: for others | time to live less one, down by the route, or an error | `forward.rs` |
//! | from below: bounced | the sender is told that the next hop is not there | `errors.rs` |
//! | from below: there is room again | more fragments go down | `fragment.rs` |
//! | time is over for a packet in fragments | it is given up | `reassembly.rs` |
//!
//! Spec: RFC 791; RFC 1122 §3 for hosts, RFC 1812 for routers.
//! Not here: redirects, path MTU discovery, multicast beyond the all-hosts group.

use core::net::{IpAddr, Ipv4Addr};
use core::time::Duration;
use std::collections::VecDeque;

use layercake_base::{
    Bounce, Context, Ici, Instant, Layer, Notice, Pdu, Reason, Service, Spec,
};

use super::fragment::{self, Cutting};
use super::identification::Identifications;
use super::rate::Bucket;
use super::reassembly::Waiting;
use super::way::Way;
use super::{Config, Header, Interface, Options};
use crate::Protocol;
use crate::icmp::Unreachable;
use crate::icmp::unreachable::Code;
use crate::route::Table;

/// Moves IPv4 packets.
#[derive(Debug)]
pub struct Ipv4 {
    pub(super) interfaces: Vec<Interface>,
    pub(super) table: Table,
    pub(super) forward: bool,
    pub(super) silent: bool,
    pub(super) per_packet: bool,
    default_ttl: u8,
    pub(super) limit: Option<Bucket>,
    identifications: Identifications,
    /// Packets that go out in fragments.
    pub(super) cutting: VecDeque<Cutting>,
    /// Packets that come in in fragments.
    pub(super) waiting: Waiting,
    pub(super) time_of_day: Option<Duration>,
    /// Makes this node's choices between equal routes its own.
    pub(super) salt: u64,
    /// Packets that had a choice between equal routes.
    pub(super) turn: u64,
}

impl Ipv4 {
    /// A node that is as `config` says. Its routes are the given ones and one to the network
    /// of each interface.
    pub fn new(config: Config) -> Self {
        let connected = config.interfaces.iter().map(Interface::route);
        let routes = connected.chain(config.routes).collect();
        let first = config.interfaces.first();
        Ipv4 {
            table: Table::new(routes),
            salt: first.map_or(0, |first| u64::from(first.address.to_bits())),
            interfaces: config.interfaces,
            forward: config.forward,
            silent: config.silent,
            per_packet: config.per_packet,
            default_ttl: match config.default_ttl {
                0 => Config::TIME_TO_LIVE,
                own => own,
            },
            limit: config.icmp_rate.map(Bucket::full),
            identifications: Identifications::new(),
            cutting: VecDeque::with_capacity(fragment::MOST),
            waiting: Waiting::new(config.reassembly),
            time_of_day: config.time_of_day,
            turn: 0,
        }
    }

    /// The attachments to networks.
    pub fn interfaces(&self) -> &[Interface] {
        &self.interfaces
    }

    /// True for an address of this node, and for loopback, which never leaves it.
    pub(super) fn is_own(&self, address: Ipv4Addr) -> bool {
        address.is_loopback() || self.interfaces.iter().any(|i| i.address == address)
    }

    /// A header for a packet of this node, with a time to live and an identification of its
    /// own. `data` counts octets.
    pub(super) fn header(
        &mut self,
        (source, destination): (Ipv4Addr, Ipv4Addr),
        protocol: Protocol,
        data: usize,
    ) -> Result<Header, Reason> {
        let most = usize::from(u16::MAX) - Header::SHORTEST;
        let fits = u16::try_from(data).ok().filter(|_| data <= most);
        let length = fits.ok_or(Reason::TooLong {
            field: "data of an IPv4 packet",
            have: data,
            most,
        })?;
        let ends = (source, destination);
        Ok(Header {
            time_to_live: self.default_ttl,
            identification: self.identifications.next(ends, protocol),
            ..Header::new(source, destination, protocol, length)
        })
    }

    /// The header that the user of this layer asks for.
    fn header_for(&mut self, sdu: &Pdu, now: Instant) -> Result<Header, Reason> {
        let ici = *sdu.ici();
        let destination = destination_for(&ici)?;
        let source = match ici.source {
            Some(IpAddr::V4(source)) => source,
            Some(address) => return Err(not_ipv4("Source Address", address)),
            None => self.source_towards(destination),
        };
        let (field, value) = ("Protocol", ici.next.into());
        let protocol = u8::try_from(ici.next);
        let protocol = protocol.map_err(|_| Reason::Unhandled { field, value })?;
        let hops = ici.hops.unwrap_or(self.default_ttl);
        Reason::require(hops != 0, "Time to Live", hops, "must not be 0")?;
        let ends = (source, destination);
        let options = match ici.network_header {
            0..=Header::SHORTEST => Options::NONE,
            _ => self.options_for(sdu, ends, now),
        };
        let data = sdu.len() + options.octets().len();
        let header = self.header(ends, Protocol(protocol), data)?;
        Ok(Header {
            options,
            type_of_service: ici.class,
            time_to_live: hops,
            dont_fragment: ici.dont_fragment,
            identification: ici.identification.unwrap_or(header.identification),
            ..header
        })
    }

    /// Where a packet of this node goes; `None` when to this node itself. Only there may its
    /// source be loopback, a broadcast or nobody's: RFC 1122 §3.2.1.3 (a), (c), (d), (g). The
    /// exception of (a), a host that asks for its address (DHCP), is not here.
    pub(super) fn plan(
        &mut self,
        packet: &Pdu,
        header: &Header,
    ) -> Result<Option<Way>, Reason> {
        if self.is_own(header.destination) {
            return Ok(None);
        }
        let (source, rule) = (header.source, "must not leave this node");
        Reason::require(self.is_host(source), "Source Address", source, rule)?;
        let data = packet.octets().get(header.octets()..).unwrap_or_default();
        let way = self.way(header, data, packet.ici().port);
        let way = way.ok_or_else(|| no_route(header.destination))?;
        way.fits(header)?;
        Ok(Some(way))
    }

    /// The user's packet cannot go out: says so upwards. RFC 1122 §3.2.2.1, RFC 1191 §3.
    fn tell_user(
        &mut self,
        packet: &Pdu,
        header: &Header,
        why: &Reason,
        cx: &mut Context<'_>,
    ) {
        match *why {
            Reason::TooLong { most: mtu, .. } if header.dont_fragment => {
                let destination = header.destination.into();
                cx.notify_up(Notice::PathMtu { destination, mtu });
            }
            Reason::DeadEnd { .. } => {
                self.report(packet, header, Unreachable::new(Code::NET).into(), cx);
            }
            _ => (), // the user's own doing
        }
    }
}

impl Layer for Ipv4 {
    fn spec(&self) -> Spec {
        let largest = usize::from(u16::MAX) - Header::SHORTEST;
        let mtus = self.interfaces.iter().map(|i| usize::from(i.mtu));
        Spec::new("ipv4", 3)
            .between(Service::Network, Service::Link)
            .adds(Header::SHORTEST, 0)
            .limits(largest)
            .hands_down(mtus.max().unwrap_or(0)) // what is larger is refused here
    }

    fn send(&mut self, mut sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let ici = *sdu.ici();
        if let Some(bounce) = ici.bounce {
            sdu.unstrip_front(ici.network_header)?;
            return self.bounced(sdu, bounce, cx);
        }
        let header = self.header_for(&sdu, cx.now())?;
        header.encode(sdu.prepend(header.octets())?)?;
        match self.plan(&sdu, &header) {
            Ok(Some(way)) => self.dispatch(sdu, &header, way, cx),
            Ok(None) => self.deliver(sdu, &header, cx),
            Err(reason) => {
                self.tell_user(&sdu, &header, &reason, cx);
                Err(reason)
            }
        }
    }

    fn receive(&mut self, mut pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        if pdu.ici().bounce == Some(Bounce::NoNeighbour) {
            return self.bounced(pdu, Bounce::NoNeighbour, cx);
        }
        let header = Header::decode(pdu.octets())?;
        let padding = pdu.len() - usize::from(header.total_length);
        if padding > 0 {
            pdu.strip_back(padding)?;
        }
        let for_us = self.is_for_us(&header, &mut pdu)?;
        self.admit(&pdu, &header, cx)?;
        if for_us {
            self.deliver(pdu, &header, cx)
        } else {
            self.hand_on(pdu, &header, cx)
        }
    }

    fn deadline(&self) -> Option<Instant> {
        self.waiting.deadline()
    }

    fn on_deadline(&mut self, cx: &mut Context<'_>) {
        self.give_up(cx);
    }

    fn notice(&mut self, notice: Notice, cx: &mut Context<'_>) {
        if notice == Notice::Room {
            self.cut(cx);
        }
        cx.pass(notice);
    }
}

/// Where the user wants a packet to go.
fn destination_for(ici: &Ici) -> Result<Ipv4Addr, Reason> {
    let field = "Destination Address";
    match ici.destination {
        Some(IpAddr::V4(address)) => {
            let known = !address.is_unspecified();
            Reason::require(known, field, address, "is no destination")?;
            Ok(address)
        }
        Some(address) => Err(not_ipv4(field, address)),
        None => Err(Reason::NoWay("no destination address")),
    }
}

fn not_ipv4(field: &'static str, address: IpAddr) -> Reason {
    Reason::dead_end(field, address, "is not an IPv4 address")
}

/// No entry in the table of routes leads to `destination`.
pub(super) fn no_route(destination: Ipv4Addr) -> Reason {
    Reason::dead_end("Destination Address", destination, "has no route here")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ipv4::lab::{FAR, NEAR, ROUTER, host, only, packet, router, to};
    use crate::ipv4::tests::any_header;

    #[test]
    fn what_the_user_leaves_open_is_chosen() {
        let mut host = host();
        let mut read = |ici| {
            let out = host.send(b"data", ici);
            Header::decode(only(&out.down).octets()).unwrap()
        };
        let (first, second) = (read(to(FAR)), read(to(FAR)));
        assert_eq!((first.source, first.destination), (NEAR, FAR));
        assert_eq!((first.time_to_live, first.total_length), (64, 24));
        assert!(!first.dont_fragment);
        assert_eq!(second.identification, first.identification + 1);
    }

    #[test]
    fn what_the_user_says_is_written() {
        let ici = Ici {
            source: Some([10, 9, 1, 77].into()),
            hops: Some(3),
            class: 0xb8,
            dont_fragment: true,
            identification: Some(0xbeef),
            ..to(FAR)
        };
        let out = host().send(b"data", ici);
        let header = Header::decode(only(&out.down).octets()).unwrap();
        let expected = Header {
            time_to_live: 3,
            type_of_service: 0xb8,
            dont_fragment: true,
            identification: 0xbeef,
            ..Header::new([10, 9, 1, 77].into(), FAR, Protocol::UDP, 4)
        };
        assert_eq!(header, expected);
    }

    #[test]
    fn the_layer_below_hears_next_hop_protocol_and_attachment() {
        let mut router = router(|_| ());
        let out = router.send(b"data", to(FAR));
        let ici = only(&out.down).ici();
        assert_eq!((ici.next_hop, ici.port), (Some(FAR.into()), 1));
        assert_eq!(ici.next, 0x0800);
        let out = host().send(b"data", to(FAR));
        assert_eq!(only(&out.down).ici().next_hop, Some(ROUTER.into()));
    }

    #[test]
    fn a_packet_to_oneself_comes_up_again() {
        for address in [NEAR, Ipv4Addr::LOCALHOST] {
            let out = host().send(b"data", to(address));
            let pdu = only(&out.up);
            assert_eq!(pdu.octets(), b"data");
            assert_eq!(pdu.ici().source, Some(address.into()));
            assert!(out.down.is_empty());
        }
    }

    /// RFC 1122 §3.2.1.3 (a), (c), (d), (g); a group can be no source either.
    #[test]
    fn a_source_that_is_no_host_does_not_leave_the_node() {
        for source in [
            [127, 0, 0, 1],
            [127, 9, 9, 9],
            [0; 4],
            [0, 0, 0, 7],
            [255; 4],
            [10, 9, 1, 255],
            [224, 0, 0, 1],
        ] {
            let ici = |destination| Ici {
                source: Some(source.into()),
                ..to(destination)
            };
            let out = host().send(b"data", ici(FAR));
            let [a, b, c, d] = source;
            let text =
                format!("Source Address = {a}.{b}.{c}.{d} must not leave this node");
            assert_eq!((out.told, out.up.len(), out.down.len()), (vec![text], 0, 0));
            assert_eq!(out.notices, []);
            let out = host().send(b"data", ici(NEAR));
            assert_eq!(only(&out.up).octets(), b"data", "within the node");
        }
        let ici = Ici {
            source: Some(core::net::Ipv6Addr::LOCALHOST.into()),
            ..to(FAR)
        };
        let text = "Source Address = ::1 is not an IPv4 address";
        assert_eq!(host().send(b"data", ici).told, [text]);
    }

    /// A packet to 127.0.0.1 under another host's name, which nobody wants: the error about it
    /// would leave with the source 127.0.0.1.
    #[test]
    fn no_error_leaves_the_node_from_loopback() {
        let ici = Ici {
            source: Some(FAR.into()),
            ..to(Ipv4Addr::LOCALHOST)
        };
        let mut host = host();
        let mut pdu = host.send(b"data", ici).up.remove(0);
        pdu.set_ici(|ici| ici.bounce = Some(Bounce::NoPort));
        let out = host.deliver(layercake_base::Direction::Down, pdu);
        assert_eq!((out.up.len(), out.down.len()), (0, 0));
        let text = "Source Address = 127.0.0.1 must not leave this node";
        assert_eq!(out.told.first().map(String::as_str), Some(text));
    }

    #[test]
    fn a_time_to_live_of_zero_stands_for_the_recommended_one() {
        for (default_ttl, sent) in [(0, 64), (1, 1), (255, 255)] {
            let mut router = router(|config| config.default_ttl = default_ttl);
            let out = router.send(b"data", to(FAR));
            let header = Header::decode(only(&out.down).octets()).unwrap();
            assert_eq!(header.time_to_live, sent);
        }
    }

    #[test]
    fn a_broadcast_goes_to_all_stations_of_a_network() {
        let all = Some(Ipv4Addr::BROADCAST.into());
        for (address, port) in [([10, 9, 2, 255], 1), ([255; 4], 0)] {
            let out = router(|_| ()).send(b"data", to(address.into()));
            let ici = only(&out.down).ici();
            assert_eq!((ici.next_hop, ici.port), (all, port));
        }
    }

    #[test]
    fn what_does_not_fit_is_refused_and_the_path_mtu_told() {
        let mut router = router(|_| ());
        let ici = Ici {
            dont_fragment: true,
            ..to(FAR)
        };
        assert_eq!(router.send(&[7; 1380], ici).down.len(), 1);
        let out = router.send(&[7; 1381], ici);
        assert_eq!(out.discards, ["too-long"]);
        let (destination, mtu) = (FAR.into(), 1400);
        assert_eq!(out.notices, [Notice::PathMtu { destination, mtu }]);
        let out = router.send(&[7; 1381], to(FAR));
        assert_eq!((out.down.len(), out.notices), (2, vec![]), "cut in two");
        let out = router.send(&[7; 65_516], to(FAR));
        assert_eq!(out.discards, ["too-long"]);
    }

    /// What is larger than the largest MTU is refused here, so the link need not carry it.
    #[test]
    fn the_largest_mtu_is_what_the_link_must_carry() {
        let spec = router(|_| ()).layer.spec();
        assert_eq!((spec.largest_body, spec.largest_pdu), (65_515, 1500));
    }

    #[test]
    fn a_request_that_makes_no_sense_is_refused() {
        for (ici, reason) in [
            (Ici::NONE, "no-way"),
            (to(Ipv4Addr::UNSPECIFIED), "illegal"),
            (
                Ici {
                    destination: Some([0_u16; 8].into()),
                    ..Ici::NONE
                },
                "no-way",
            ),
            (
                Ici {
                    hops: Some(0),
                    ..to(FAR)
                },
                "illegal",
            ),
            (
                Ici {
                    next: 0x0800,
                    ..to(FAR)
                },
                "unhandled",
            ),
        ] {
            assert_eq!(host().send(b"data", ici).discards, [reason]);
        }
    }

    #[test]
    fn padding_of_the_link_does_not_come_up() {
        let mut octets = packet(Protocol::UDP, b"data", |h| h.destination = ROUTER);
        octets.resize(46, 0);
        let out = router(|_| ()).receive(&octets, Ici::NONE);
        let pdu = only(&out.up);
        assert_eq!(pdu.octets(), b"data");
        assert_eq!(pdu.ici().network_header, 20);
    }

    #[test]
    fn a_broken_header_is_discarded() {
        let mut octets = packet(Protocol::UDP, b"data", |h| h.destination = ROUTER);
        octets[8] -= 1;
        let out = router(|_| ()).receive(&octets, Ici::NONE);
        assert_eq!((out.up.len(), out.discards), (0, vec!["mismatch"]));
    }

    proptest::proptest! {
        /// Forwarded, delivered, answered or dropped, whatever the header says: one packet in,
        /// at most one out, and no discard without a reason; a fragment may wait for others.
        #[test]
        fn no_packet_is_multiplied(
            header in any_header(), near: bool, to in 0..4_usize, group: bool,
            data in proptest::collection::vec(proptest::num::u8::ANY, 0..60),
        ) {
            let mut header = header;
            if near {
                header.source = NEAR;
            }
            let known = [FAR, ROUTER, Ipv4Addr::BROADCAST, header.destination];
            header.destination = known[to];
            let length = header.octets() + data.len();
            header.total_length = u16::try_from(length).unwrap();
            let mut octets = [vec![0; header.octets()], data].concat();
            header.encode(&mut octets).unwrap();
            let out = router(|_| ()).receive(&octets, Ici { group, ..Ici::NONE });
            let many = out.up.len() + out.down.len();
            proptest::prop_assert!(many <= 1, "{out:?}");
            let waits = header.more_fragments || header.is_later_fragment();
            let fate = many == 1 || waits || out.discards.len() == 1;
            proptest::prop_assert!(fate, "{out:?}");
        }

        #[test]
        fn no_octets_from_the_link_can_harm(
            mut octets in proptest::collection::vec(proptest::num::u8::ANY, 0..80),
            bounce: bool,
        ) {
            if let Some(first) = octets.first_mut() {
                *first = 0x40 | *first & 0x0f;
            }
            let bounce = bounce.then_some(Bounce::NoNeighbour);
            let out = router(|_| ()).receive(&octets, Ici { bounce, ..Ici::NONE });
            proptest::prop_assert!(out.up.len() + out.down.len() <= 1);
        }
    }
}
