//! Redirects: a router tells a neighbour that another is nearer, and a host that is told so.
//!
//! ```text
//!            +--------+
//!   host ----| router |          1  the packet comes in …
//!     |      +--------+          2  … and goes out by the same network: the host could have
//!     |          |                  sent it to the other router itself
//!     +----------+---- other     3  redirect: "for this destination, use the other"
//! ```
//! A router sends one when a packet goes out by the network that it came in from, its sender is a
//! neighbour there, and so is the next hop; the packet is forwarded all the same. A host believes
//! one only if it comes from the neighbour that its packets go to now, and names another host on
//! that same network.
//!
//! Spec: RFC 792, Redirect; RFC 1812 §5.2.7.2 (when a router may, and only for hosts); RFC 1122
//! §3.2.2.2 (what a host discards), §3.3.1.2 (routers are not redirected).

use core::net::{IpAddr, Ipv4Addr};

use layercake_base::{Context, Pdu};

use super::way::Way;
use super::{Header, Ipv4};
use crate::icmp::Redirect;
use crate::route::Prefix;

impl Ipv4 {
    /// Tells the sender of a packet that goes on by `way` if it has a nearer one.
    pub(super) fn redirect(
        &mut self,
        packet: &Pdu,
        header: &Header,
        way: &Way,
        cx: &mut Context<'_>,
    ) {
        if packet.ici().port != way.port || !self.redirects {
            return;
        }
        let neighbours = |network: Prefix| {
            [header.source, way.next_hop].map(|end| network.contains(end.into()))
        };
        let network = self.network_of(way.port);
        if network.map(neighbours) == Some([true, true]) {
            let error = Redirect::host(way.next_hop);
            self.report(packet, header, error.into(), cx);
        }
    }

    /// A router says that `gateway` is nearer to `destination`.
    pub(super) fn redirected(
        &mut self,
        (destination, gateway, reporter): (IpAddr, IpAddr, IpAddr),
        cx: &Context<'_>,
    ) {
        let ends = (destination, gateway, reporter);
        let (IpAddr::V4(to), IpAddr::V4(gateway), IpAddr::V4(reporter)) = ends else {
            return;
        };
        if self.forward {
            return;
        }
        if let Some(port) = self.believed_at(to, gateway, reporter) {
            self.destinations.redirect(to, (gateway, port), cx.now());
        }
    }

    /// RFC 1122 §3.2.2.2: the new one is on the network by which packets to there go out, and it
    /// comes from the present first hop, which is on that network too. Where that is.
    fn believed_at(
        &self,
        to: Ipv4Addr,
        gateway: Ipv4Addr,
        reporter: Ipv4Addr,
    ) -> Option<u16> {
        let route = self.table.choose(to.into(), || 0)?;
        let present = self.destinations.gateway(to, route.port).map(IpAddr::V4);
        let present = present.or(route.next_hop);
        let network = self.network_of(route.port);
        let on_link = network.is_some_and(|network| network.contains(gateway.into()));
        let other = self.is_host(gateway) && !self.is_own(gateway);
        let believed = on_link && other && present == Some(reporter.into());
        believed.then_some(route.port)
    }

    fn network_of(&self, port: u16) -> Option<Prefix> {
        let own = self.interfaces.iter().find(|own| own.port == port);
        own.map(|own| own.network())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Protocol;
    use crate::icmp::Quoted;
    use crate::ipv4::lab::{FAR, NEAR, ROUTER, host, only, packet, router, to};
    use crate::rig::Rig;
    use crate::route::Route;
    use layercake_base::{Bounce, Direction, Ici, Notice};

    const OTHER: Ipv4Addr = Ipv4Addr::new(10, 9, 1, 7);

    fn with_detour() -> Rig<Ipv4> {
        router(|config| {
            config.routes = vec![Route {
                prefix: "10.77.0.0/16".parse().unwrap(),
                next_hop: Some(OTHER.into()),
                port: 0,
                metric: 1,
            }];
        })
    }

    fn through(rig: &mut Rig<Ipv4>, source: [u8; 4], to: [u8; 4]) -> Vec<Vec<u8>> {
        let octets = packet(Protocol::UDP, b"12345678", |h| {
            (h.source, h.destination) = (source.into(), to.into());
        });
        let out = rig.receive(&octets, Ici::NONE);
        out.down.iter().map(|pdu| pdu.octets().to_vec()).collect()
    }

    #[test]
    fn a_neighbour_hears_of_the_nearer_router_and_its_packet_goes_on() {
        let out = through(&mut with_detour(), NEAR.octets(), [10, 77, 0, 1]);
        let [message, packet] = &out[..] else {
            panic!("{out:?}")
        };
        let read = Redirect::decode(&message[20..]).unwrap();
        assert_eq!(read, Redirect::host(OTHER));
        let quoted = Quoted::in_message(&message[20..]).unwrap();
        assert_eq!(quoted.header.destination.octets(), [10, 77, 0, 1]);
        assert_eq!(Header::decode(packet).unwrap().time_to_live, 63);
    }

    #[test]
    fn nobody_is_redirected_without_need() {
        let mut silent = router(|config| config.redirects = false);
        let neighbour = [10, 9, 1, 9];
        assert_eq!(through(&mut silent, NEAR.octets(), neighbour).len(), 1);
        let mut rig = with_detour();
        let far_away = [192, 0, 2, 1];
        assert_eq!(through(&mut rig, far_away, [10, 77, 0, 1]).len(), 1);
        assert_eq!(through(&mut rig, NEAR.octets(), FAR.octets()).len(), 1);
        assert_eq!(through(&mut rig, NEAR.octets(), neighbour).len(), 2);
    }

    fn tell(rig: &mut Rig<Ipv4>, gateway: Ipv4Addr, reporter: Ipv4Addr) {
        let notice = Notice::Redirect {
            destination: FAR.into(),
            gateway: gateway.into(),
            reporter: reporter.into(),
            port: 0,
        };
        let out = rig.tell(Direction::Down, notice);
        assert_eq!(out.notices, []);
    }

    fn next_hop(rig: &mut Rig<Ipv4>) -> Option<IpAddr> {
        only(&rig.send(b"data", to(FAR)).down).ici().next_hop
    }

    #[test]
    fn a_host_follows_a_redirect_of_its_router() {
        let mut host = host();
        tell(&mut host, OTHER, ROUTER);
        assert_eq!(next_hop(&mut host), Some(OTHER.into()));
        // Now it is the other that may redirect.
        let third = Ipv4Addr::new(10, 9, 1, 8);
        tell(&mut host, third, ROUTER);
        assert_eq!(next_hop(&mut host), Some(OTHER.into()));
        tell(&mut host, third, OTHER);
        assert_eq!(next_hop(&mut host), Some(third.into()));
    }

    /// RFC 1122 §3.2.2.2.
    #[test]
    fn a_host_believes_not_everybody() {
        let mut host = host();
        for (gateway, reporter) in [
            (OTHER, OTHER),
            ([10, 9, 3, 7].into(), ROUTER),
            (NEAR, ROUTER),
            ([10, 9, 1, 255].into(), ROUTER),
        ] {
            tell(&mut host, gateway, reporter);
            assert_eq!(next_hop(&mut host), Some(ROUTER.into()), "{gateway}");
        }
    }

    #[test]
    fn a_redirect_to_one_that_does_not_answer_is_forgotten() {
        let mut host = host();
        tell(&mut host, OTHER, ROUTER);
        let mut pdu = host.send(b"data", to(FAR)).down.remove(0);
        pdu.set_ici(|ici| ici.bounce = Some(Bounce::NoNeighbour));
        host.deliver(Direction::Up, pdu);
        assert_eq!(next_hop(&mut host), Some(ROUTER.into()));
    }
}
