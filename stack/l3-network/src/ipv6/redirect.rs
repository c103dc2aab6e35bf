//! Redirects: a router tells a neighbour that another is nearer.
//!
//! ```text
//!            +--------+
//!   host ----| router |          1  the packet comes in …
//!     |      +--------+          2  … and goes out by the same link: the host could have sent it
//!     |          |                  to the other itself
//!     +----------+---- other     3  redirect: "for this destination, use the other"
//! ```
//! The packet is forwarded all the same. The message names the other router by its link-local
//! address, or the destination where that is itself a neighbour; where only another address of
//! the router is known, nothing is said, nor on a link between two. It comes from this router's own
//! link-local address, with as much of the packet as fits into 1280 octets.
//!
//! Spec: RFC 4861 §4.5, §8.2.
//! Not here: what a host makes of it (`heard.rs`), the octets of the message (`ndp`); the
//! link-layer address of the other, which neighbour discovery may know and this layer does not.

use core::net::Ipv6Addr;

use layercake_base::{Context, Pdu};

use super::errors::deserves_error;
use super::scope::is_link_local;
use super::way::Way;
use super::{Header, Interface, Ipv6};
use crate::Protocol;
use crate::icmpv6::Ends;
use crate::ndp::message::Redirect;
use crate::ndp::option::Opt;
use crate::route::Route;

/// Every message of neighbour discovery has it, and no router would let it pass. RFC 4861 §4.5.
const HOP_LIMIT: u8 = 255;

impl Ipv6 {
    /// Tells the sender of a packet that goes on by `way` if it has a nearer one.
    pub(super) fn redirect(
        &mut self,
        packet: &Pdu,
        header: &Header,
        way: &Way,
        cx: &mut Context<'_>,
    ) {
        let link = self.links.iter().find(|link| link.port == way.port);
        let many = link.is_some_and(|link| !link.point_to_point);
        if packet.ici().port != way.port || !many || !self.redirects {
            return;
        }
        let (Some(message), Some(own)) = (self.nearer(header, way), self.link_local(way))
        else {
            return;
        };
        if !deserves_error(packet, header, None) || !self.may_redirect(cx) {
            return;
        }
        if let Some((pdu, header)) =
            self.saying(&message, (own, header.source), packet, cx)
        {
            self.launch(pdu, &header, cx);
        }
    }

    /// What the sender of a packet with this header may be told, if it is a neighbour and so is
    /// the next hop.
    fn nearer(&self, header: &Header, way: &Way) -> Option<Redirect> {
        let known = || self.table.choose(header.source.into(), || 0);
        let here = |route: Route| route.next_hop.is_none() && route.port == way.port;
        let neighbour = is_link_local(header.source) || known().is_some_and(here);
        let (target_address, destination_address) = (way.next_hop, header.destination);
        let named =
            target_address == destination_address || is_link_local(target_address);
        (neighbour && named).then_some(Redirect {
            target_address,
            destination_address,
        })
    }

    /// This router's link-local address where the packet goes out.
    fn link_local(&self, way: &Way) -> Option<Ipv6Addr> {
        let mut here = self.addresses.all().filter(|own| own.port == way.port);
        Some(here.find(|own| is_link_local(own.address))?.address)
    }

    /// The message as a packet, and its header.
    fn saying(
        &mut self,
        message: &Redirect,
        ends: Ends,
        packet: &Pdu,
        cx: &mut Context<'_>,
    ) -> Option<(Pdu, Header)> {
        let empty = Opt::RedirectedHeader(&[]).octets();
        let front = Header::OCTETS + Redirect::OCTETS + empty;
        let most = usize::try_from(Interface::LEAST_MTU).ok()? - front;
        let quote = packet.octets();
        let option = Opt::RedirectedHeader(quote.get(..most).unwrap_or(quote));
        let data = Redirect::OCTETS + option.octets();
        let mut pdu = cx.allocate(Header::OCTETS + data)?;
        let (head, body) = pdu.octets_mut().split_at_mut_checked(Header::OCTETS)?;
        message.encode(&[option], body, ends).ok()?;
        let header = Header {
            hop_limit: HOP_LIMIT,
            ..self.header(ends, Protocol::ICMPV6, data).ok()?
        };
        let header = self.labelled(header, body, cx);
        head.copy_from_slice(&header.encode());
        pdu.set_ici(|ici| {
            ici.source = Some(header.source.into());
            ici.destination = Some(header.destination.into());
            ici.port = packet.ici().port;
        });
        Some((pdu, header))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::icmpv6::{Quoted, Type};
    use crate::ipv6::lab::{FAR, NEAR, address, packet, router};
    use crate::ndp::Message;
    use crate::rig::Rig;
    use layercake_base::Ici;

    const OTHER: Ipv6Addr = Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 7);
    const BEYOND_IT: Ipv6Addr = Ipv6Addr::new(0xfd09, 0x77, 0, 0, 0, 0, 0, 1);

    fn with_detour(redirects: bool, next_hop: Ipv6Addr) -> Rig<Ipv6> {
        router(|config| {
            config.redirects = redirects;
            config.routes = vec![Route {
                prefix: "fd09:77::/32".parse().unwrap(),
                next_hop: Some(next_hop.into()),
                port: 0,
                metric: 1,
            }];
        })
    }

    fn through(
        rig: &mut Rig<Ipv6>,
        source: Ipv6Addr,
        to: Ipv6Addr,
        data: usize,
    ) -> Vec<Vec<u8>> {
        let octets = packet(Protocol::UDP, &vec![7; data], |h| {
            (h.source, h.destination) = (source, to);
        });
        let out = rig.receive(&octets, Ici::NONE);
        out.down.iter().map(|pdu| pdu.octets().to_vec()).collect()
    }

    /// RFC 4861 §8.2 and §4.5.
    #[test]
    fn a_neighbour_hears_of_the_nearer_router_and_its_packet_goes_on() {
        for (target, to) in [
            (OTHER, BEYOND_IT),
            (address("fd09:1::9"), address("fd09:1::9")),
        ] {
            let out = through(&mut with_detour(true, OTHER), NEAR, to, 13);
            let [message, packet] = &out[..] else {
                panic!("{out:?}")
            };
            let header = Header::decode(message).unwrap();
            assert_eq!(
                (header.source, header.destination),
                (address("fe80::1"), NEAR)
            );
            assert_eq!(header.hop_limit, 255);
            let ends = (header.source, header.destination);
            let (read, options) = Message::decode(&message[40..], ends).unwrap();
            let expected = Redirect {
                target_address: target,
                destination_address: to,
            };
            assert_eq!(read, Message::Redirect(expected));
            let Some(Opt::RedirectedHeader(quote)) = options.iter().next() else {
                panic!("{options:?}")
            };
            let quoted = Quoted::decode(quote).unwrap();
            assert_eq!((quoted.header.destination, quoted.data), (to, &[7; 13][..]));
            assert_eq!(Header::decode(packet).unwrap().hop_limit, 63);
        }
    }

    /// RFC 4861 §8.2; RFC 4291 §2.5.6 keeps such a source off other links only.
    #[test]
    fn a_neighbour_with_a_link_local_address_alone_hears_of_it_too() {
        let source = address("fe80::2");
        let out = through(&mut with_detour(true, OTHER), source, BEYOND_IT, 13);
        let [message, packet] = &out[..] else {
            panic!("{out:?}")
        };
        assert_eq!(Header::decode(message).unwrap().destination, source);
        assert_eq!(message[40], Type::REDIRECT.0);
        assert_eq!(Header::decode(packet).unwrap().source, source);
    }

    /// RFC 4861 §8.2 and RFC 4443 §2.4 (f): redirects leave errors their share.
    #[test]
    fn redirects_have_a_rate_of_their_own() {
        let mut rig = with_detour(true, OTHER);
        let counts = (0..60).map(|_| through(&mut rig, NEAR, BEYOND_IT, 13).len());
        assert_eq!(counts.sum::<usize>(), 60 + 50);
        let nowhere = address("2001:db8::1");
        assert_eq!(through(&mut rig, NEAR, nowhere, 13).len(), 1, "an error");
    }

    #[test]
    fn as_much_of_the_packet_is_quoted_as_1280_octets_hold() {
        let out = through(&mut with_detour(true, OTHER), NEAR, BEYOND_IT, 1400);
        assert_eq!((out[0].len(), out[1].len()), (1280, 1440));
    }

    #[test]
    fn nobody_is_redirected_without_need() {
        let count = |mut rig: Rig<Ipv6>, source: &str, to| {
            let out = through(&mut rig, address(source), to, 13);
            out.iter()
                .filter(|octets| octets[40] == Type::REDIRECT.0)
                .count()
        };
        let near = "fd09:1::2";
        assert_eq!(count(with_detour(true, OTHER), near, BEYOND_IT), 1);
        assert_eq!(
            count(with_detour(false, OTHER), near, BEYOND_IT),
            0,
            "switched off"
        );
        assert_eq!(
            count(with_detour(true, OTHER), near, FAR),
            0,
            "another link"
        );
        let mut serial = with_detour(true, OTHER);
        serial.layer.links[0].point_to_point = true;
        assert_eq!(count(serial, near, BEYOND_IT), 0, "a link between two");
        let stranger = "2001:db8::7";
        assert_eq!(
            count(with_detour(true, OTHER), stranger, BEYOND_IT),
            0,
            "from afar"
        );
        let global = address("fd09:1::7");
        assert_eq!(
            count(with_detour(true, global), near, BEYOND_IT),
            0,
            "unnamed"
        );
        let mut nameless = with_detour(true, OTHER);
        let gone = layercake_base::AddressState::Gone;
        nameless
            .layer
            .addresses
            .set(0, address("fe80::1"), 64, gone);
        assert_eq!(count(nameless, near, BEYOND_IT), 0, "no link-local address");
    }
}
