//! Handing on packets for others.
//!
//! Spec: RFC 8200 §3 (hop limit); RFC 4443 §3.1 to §3.3 (what the sender is told); RFC 4291
//! §2.5.6 and RFC 4007 §9 (a link-local source stays on its link); RFC 4443 §3.1, code 3 (nothing
//! that a link between two brought for its own network goes back there).
//! Not here: fragments, which only a packet's source makes (RFC 8200 §4.5).

use layercake_base::{Context, Pdu, Reason};

use super::errors::Error;
use super::own::no_route;
use super::scope::is_link_local;
use super::way::Way;
use super::{Header, Ipv6};
use crate::icmpv6::{PacketTooBig, TimeExceeded, Unreachable};

impl Ipv6 {
    /// Sends a packet for another node on its way, or tells its sender why not.
    pub(super) fn hand_on(
        &mut self,
        mut packet: Pdu,
        header: &Header,
        cx: &mut Context<'_>,
    ) -> Result<(), Reason> {
        match self.check(&packet, header) {
            Ok(way) => {
                self.redirect(&packet, header, &way, cx);
                let hops = header.hop_limit.saturating_sub(1);
                packet.rewrite(7..8)?.fill(hops);
                packet.set_ici(|ici| {
                    ici.source = Some(header.source.into());
                    ici.destination = Some(header.destination.into());
                    ici.class = header.traffic_class;
                });
                way.hand_down(packet, cx);
                Ok(())
            }
            Err((error, reason)) => {
                self.report(&packet, header, error, cx);
                Err(reason)
            }
        }
    }

    /// The way of a packet, or the message for its sender and the reason for our own counters.
    fn check(&mut self, packet: &Pdu, header: &Header) -> Result<Way, (Error, Reason)> {
        let data = packet.octets().get(Header::OCTETS..).unwrap_or_default();
        let Some(way) = self.way(header, data, packet.ici().port) else {
            let reason = no_route(header.destination);
            return Err((Unreachable::NO_ROUTE.into(), reason));
        };
        if header.hop_limit <= 1 {
            return Err((TimeExceeded::IN_TRANSIT.into(), Reason::HopsExhausted));
        }
        let back = way.port == packet.ici().port;
        if is_link_local(header.source) && !back {
            let (field, source) = ("Source Address", header.source);
            let reason = Reason::dead_end(field, source, "must not leave its link");
            return Err((Unreachable::BEYOND_SCOPE.into(), reason));
        }
        let link = self.links.iter().find(|link| link.port == way.port);
        let between_two = link.is_some_and(|link| link.point_to_point);
        if back && between_two && way.next_hop == header.destination {
            let (field, to) = ("Destination Address", header.destination);
            let reason =
                Reason::dead_end(field, to, "is nobody's on the link it came by");
            return Err((Unreachable::ADDRESS.into(), reason));
        }
        let mtu = u32::try_from(way.mtu).unwrap_or(u32::MAX);
        let too_big = |reason| (PacketTooBig { mtu }.into(), reason);
        way.fits(packet.len()).map_err(too_big)?;
        Ok(way)
    }
}

#[cfg(test)]
mod tests {
    use crate::Protocol;
    use crate::ipv6::Header;
    use crate::ipv6::lab::{FAR, NOWHERE, address, only, packet, router};
    use crate::samples;
    use layercake_base::Ici;

    #[test]
    fn the_hop_limit_falls_by_one_and_nothing_else_changes() {
        let out = router(|_| ()).receive(&samples::ECHO_V6, Ici::NONE);
        let pdu = only(&out.down);
        let mut expected = samples::ECHO_V6;
        expected[7] = 63;
        assert_eq!(pdu.octets(), expected);
        let ici = pdu.ici();
        assert_eq!((ici.next_hop, ici.port), (Some(FAR.into()), 1));
        assert_eq!(ici.next, 0x86dd);
    }

    #[test]
    fn what_exactly_fits_goes_through() {
        let octets = packet(Protocol::UDP, &[7; 1360], |_| ());
        assert_eq!(router(|_| ()).receive(&octets, Ici::NONE).down.len(), 1);
    }

    /// RFC 4443 §3.1, code 3: it would go to and fro until its hops are used up.
    #[test]
    fn what_a_link_between_two_brought_for_its_own_network_does_not_go_back() {
        let neighbour = address("fd09:1::9");
        for (point_to_point, port, answer) in
            [(true, 0, true), (false, 0, false), (true, 1, false)]
        {
            let mut rig = router(|config| {
                config.redirects = false;
                config.interfaces[0].point_to_point = point_to_point;
            });
            let octets = packet(Protocol::UDP, b"data", |h| {
                (h.source, h.destination) = (address("fd09:1::2"), neighbour);
            });
            let out = rig.receive(&octets, Ici { port, ..Ici::NONE });
            let octets = only(&out.down).octets();
            let told = Header::decode(octets).unwrap().destination != neighbour;
            assert_eq!(told, answer, "{point_to_point} {port}");
            if told {
                assert_eq!(octets[40..42], [1, 3]);
            }
        }
    }

    /// What happens to a packet by its hop limit, its length, its source, and whether there is a
    /// route: type and code of the message to its sender, and the reason for the counter.
    #[test]
    fn a_packet_that_cannot_go_on_is_answered_in_this_order() {
        let near = "fd09:1::2";
        for (hops, data, source, to, answer, reason) in [
            (1, 4, near, NOWHERE, (1, 0), "no-way"),
            (1, 4, near, FAR, (3, 0), "hops-exhausted"),
            (0, 4, near, FAR, (3, 0), "hops-exhausted"),
            (1, 1361, near, FAR, (3, 0), "hops-exhausted"),
            (2, 1361, "fe80::2", FAR, (1, 2), "no-way"),
            (2, 1361, near, FAR, (2, 0), "too-long"),
        ] {
            let octets = packet(Protocol::UDP, &vec![7; data], |h| {
                (h.hop_limit, h.destination) = (hops, to);
                h.source = address(source);
            });
            let out = router(|_| ()).receive(&octets, Ici::NONE);
            let octets = only(&out.down).octets();
            let header = Header::decode(octets).unwrap();
            assert_eq!(header.destination, address(source));
            assert_eq!((octets[40], octets[41]), answer);
            assert_eq!(out.discards, [reason]);
        }
    }
}
