//! Where a packet goes next.

use core::net::{IpAddr, Ipv4Addr};

use layercake_base::{Context, Ici, Pdu, Reason};

use super::{Fragments, Header, Interface, Ipv4};
use crate::Protocol;
use crate::octets::chunk;
use crate::route::Flow;

/// The EtherType of IPv4, by which layers below know it. IANA, IEEE 802 Numbers.
pub(super) const ETHER_TYPE: u16 = 0x0800;

/// Where a packet goes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Way {
    /// The attachment that it goes out by.
    pub(super) port: u16,
    /// The neighbour that gets it.
    pub(super) next_hop: Ipv4Addr,
    /// The largest packet that gets through, in octets.
    pub(super) mtu: u16,
    /// This node's address there.
    pub(super) source: Ipv4Addr,
}

impl Way {
    /// Hands a packet to the layer below.
    pub(super) fn hand_down(&self, mut packet: Pdu, cx: &mut Context<'_>) {
        packet.set_ici(|ici| {
            *ici = Ici {
                source: ici.source,
                destination: ici.destination,
                next_hop: Some(self.next_hop.into()),
                next: ETHER_TYPE,
                class: ici.class,
                port: self.port,
                ..Ici::NONE
            }
        });
        cx.send_down(packet);
    }

    /// Refuses a packet that is larger than gets through, unless it may be fragmented.
    pub(super) fn fits(&self, header: &Header) -> Result<(), Reason> {
        if header.total_length <= self.mtu {
            return Ok(());
        }
        Fragments::new(header, self.mtu).map(|_| ())
    }
}

impl Ipv4 {
    /// The way of a packet. `port` is where groups of hosts are that no route leads to.
    pub(super) fn way(&mut self, header: &Header, data: &[u8], port: u16) -> Option<Way> {
        let destination = header.destination;
        let group = destination.is_broadcast() || destination.is_multicast();
        let (port, next_hop) = if group {
            (port, destination)
        } else {
            self.route(header, data)?
        };
        let out = self.interfaces.iter().find(|i| i.port == port)?;
        let all = out.network().broadcast() == Some(next_hop);
        Some(Way {
            port,
            next_hop: if all { Ipv4Addr::BROADCAST } else { next_hop },
            mtu: out.mtu,
            source: out.address,
        })
    }

    /// Attachment and next hop by the table of routes.
    fn route(&mut self, header: &Header, data: &[u8]) -> Option<(u16, Ipv4Addr)> {
        let (per_packet, salt) = (self.per_packet, self.salt);
        let turn = &mut self.turn;
        let hash = || {
            *turn = turn.wrapping_add(1);
            match per_packet {
                // Multiples of the golden ratio fill the circle evenly.
                true => turn.wrapping_mul(0x9e37_79b9_7f4a_7c15),
                false => flow(header, data).hash(salt),
            }
        };
        let route = self.table.choose(header.destination.into(), hash)?;
        let nearer = self.destinations.gateway(header.destination, route.port);
        let nearer = nearer.map(IpAddr::V4).filter(|_| !self.forward);
        match nearer.or(route.next_hop) {
            None => Some((route.port, header.destination)),
            Some(IpAddr::V4(router)) => Some((route.port, router)),
            Some(IpAddr::V6(_)) => None,
        }
    }

    /// The address of the interface by which packets to `destination` go out; that of the first
    /// where none do. RFC 1122 §3.3.4.3.
    pub(super) fn source_towards(&self, destination: Ipv4Addr) -> Ipv4Addr {
        if self.is_own(destination) {
            return destination;
        }
        let out = self.interface_towards(destination);
        out.or(self.interfaces.first())
            .map_or(Ipv4Addr::UNSPECIFIED, |interface| interface.address)
    }

    /// The interface by which packets to `destination` go out, or the first of several.
    pub(super) fn interface_towards(&self, destination: Ipv4Addr) -> Option<&Interface> {
        let route = self.table.choose(destination.into(), || 0)?;
        self.interfaces.iter().find(|i| i.port == route.port)
    }
}

/// What the choice between equal routes depends on; see [`Flow`].
fn flow(header: &Header, data: &[u8]) -> Flow {
    let mut head = [0; 6];
    if !header.more_fragments && !header.is_later_fragment() {
        let octets = if header.protocol == Protocol::ICMP {
            6
        } else {
            4
        };
        let data: [u8; 6] = chunk(data, 0);
        head.iter_mut()
            .zip(data)
            .take(octets)
            .for_each(|(to, from)| *to = from);
    }
    Flow {
        source: header.source.into(),
        destination: header.destination.into(),
        protocol: header.protocol.0,
        head,
    }
}

#[cfg(test)]
mod tests {
    use crate::ipv4::lab::{NEAR, packet, router};
    use crate::rig::Rig;
    use crate::route::Route;
    use crate::{Ipv4, Protocol};
    use layercake_base::Ici;

    /// The router with two equally good ways to 10.99.0.0/16.
    fn diamond(per_packet: bool) -> Rig<Ipv4> {
        router(|config| {
            config.per_packet = per_packet;
            config.routes = [([10, 9, 1, 9], 0), ([10, 9, 2, 9], 1)]
                .map(|(next_hop, port)| Route {
                    prefix: "10.99.0.0/16".parse().unwrap(),
                    next_hop: Some(next_hop.into()),
                    port,
                    metric: 1,
                })
                .to_vec();
        })
    }

    /// By which ports these packets leave.
    fn ports(rig: &mut Rig<Ipv4>, packets: impl Iterator<Item = Vec<u8>>) -> [usize; 2] {
        let mut count = [0; 2];
        for packet in packets {
            let out = rig.receive(&packet, Ici::NONE);
            count[usize::from(out.down[0].ici().port)] += 1;
        }
        count
    }

    fn probe(port: u16) -> Vec<u8> {
        let data = [
            &40_000_u16.to_be_bytes()[..],
            &port.to_be_bytes(),
            &[0, 8, 0, 0],
        ];
        packet(Protocol::UDP, &data.concat(), |h| {
            h.destination = [10, 99, 0, 1].into()
        })
    }

    #[test]
    fn a_flow_keeps_its_way() {
        let same = ports(&mut diamond(false), (0..50).map(|_| probe(33434)));
        assert!(same == [50, 0] || same == [0, 50], "{same:?}");
    }

    #[test]
    fn flows_spread_over_both_ways() {
        let [one, other] = ports(&mut diamond(false), (0..400).map(|n| probe(33434 + n)));
        assert!(one > 150 && other > 150, "{one} {other}");
    }

    #[test]
    fn packet_by_packet_even_a_single_flow_spreads() {
        let [one, other] = ports(&mut diamond(true), (0..100).map(|_| probe(33434)));
        assert!(one > 45 && other > 45, "{one} {other}");
    }

    /// Augustin et al. 2006: the checksum of a classic ICMP probe makes it another flow.
    #[test]
    fn classic_icmp_probes_take_different_ways() {
        let probes = (0..100_u16).map(|sequence_number| {
            let mut message = [0; 16];
            let echo = crate::icmp::Echo {
                reply: false,
                identifier: 7,
                sequence_number,
            };
            echo.encode(&mut message).unwrap();
            packet(Protocol::ICMP, &message, |h| {
                h.destination = [10, 99, 0, 1].into()
            })
        });
        let [one, other] = ports(&mut diamond(false), probes);
        assert!(one > 20 && other > 20, "{one} {other}");
    }

    #[test]
    fn all_fragments_of_a_packet_take_one_way() {
        let fragments = (0..40_u16).map(|n| {
            packet(Protocol::UDP, &n.to_be_bytes().repeat(8), |h| {
                h.destination = [10, 99, 0, 1].into();
                (h.more_fragments, h.fragment_offset) = (n < 39, n * 2);
            })
        });
        let same = ports(&mut diamond(false), fragments);
        assert!(same == [40, 0] || same == [0, 40], "{same:?}");
    }

    #[test]
    fn a_source_address_is_that_of_the_way_out() {
        let router = router(|_| ()).layer;
        let source = |to: [u8; 4]| router.source_towards(to.into()).octets();
        assert_eq!(source(NEAR.octets()), [10, 9, 1, 1]);
        assert_eq!(source([10, 9, 2, 77]), [10, 9, 2, 1]);
        assert_eq!(source([10, 9, 2, 1]), [10, 9, 2, 1]);
        assert_eq!(source([192, 0, 2, 1]), [10, 9, 1, 1]);
    }
}
