//! The layer that hands datagrams to those who listen at a port.
//!
//! | event | what happens |
//! |---|---|
//! | from above: data and ports | header with length and checksum in front, down |
//! | from above, source address unknown | over IPv4 without checksum, over IPv6 refused |
//! | from below: shorter than its length, or its checksum wrong | discard |
//! | from below: somebody listens at the port | header off, up with both ports |
//! | from below: nobody listens | back down as it came, bounced |
//!
//! Spec: RFC 768; RFC 1122 §4.1.3; RFC 8200 §8.1.
//! Not here: datagrams beyond 65507 octets of data (IPv6 could carry 20 more), sockets that are
//! connected to one peer, ephemeral ports, queues.

use core::net::IpAddr;
use std::collections::BTreeSet;

use layercake_base::{Bounce, Context, Ici, Layer, Pdu, Reason, Service, Spec};

use super::{Header, PROTOCOL, checksum, verify};

/// The most data that a datagram carries over IPv4, in octets: a packet of 65535 without the IPv4
/// and the UDP header. The tower is checked against it before it runs.
const MOST_DATA: usize = 65_507;

/// Datagrams to and from ports.
#[derive(Clone, Debug, Default)]
pub struct Udp {
    listening: BTreeSet<u16>,
    source: Option<IpAddr>,
}

impl Udp {
    /// A layer where nobody listens yet.
    pub fn new() -> Self {
        Udp::default()
    }

    /// As [`Udp::new`]; users who name no source address send from `source`. The checksum covers
    /// the source address, so it must be known here, before the network layer would choose one.
    pub fn at(source: IpAddr) -> Self {
        Udp {
            source: Some(source),
            ..Udp::default()
        }
    }

    /// From now on datagrams to `port` go up. False when they already did.
    pub fn bind(&mut self, port: u16) -> bool {
        self.listening.insert(port)
    }

    /// From now on datagrams to `port` bounce. False when they already did.
    pub fn unbind(&mut self, port: u16) -> bool {
        self.listening.remove(&port)
    }

    /// True when somebody listens at `port`.
    pub fn is_bound(&self, port: u16) -> bool {
        self.listening.contains(&port)
    }
}

impl Layer for Udp {
    fn spec(&self) -> Spec {
        Spec::new("udp", 4)
            .between(Service::Transport, Service::Network)
            .adds(Header::OCTETS, 0)
            .limits(MOST_DATA)
    }

    fn send(&mut self, mut sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        sdu.set_ici(|ici| {
            ici.source = ici.source.or(self.source);
            ici.next = PROTOCOL;
        });
        let ici = *sdu.ici();
        let header = Header {
            source_port: ici.source_port,
            destination_port: ici.destination_port,
            length: length(sdu.len())?,
            checksum: 0,
        };
        sdu.prepend(Header::OCTETS)?
            .copy_from_slice(&header.encode());
        let checksum = checksum_of(&ici, sdu.octets())?;
        sdu.rewrite(6..8)?.copy_from_slice(&checksum.to_be_bytes());
        cx.send_down(sdu);
        Ok(())
    }

    fn receive(&mut self, mut pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let header = Header::decode(pdu.octets())?;
        let (Some(source), Some(destination)) = (pdu.ici().source, pdu.ici().destination)
        else {
            return Err(Reason::NoWay("no source or destination address"));
        };
        let whole = pdu.octets().get(..usize::from(header.length));
        let state = verify(source, destination, whole.unwrap_or_default())?;
        if !self.is_bound(header.destination_port) {
            pdu.set_ici(|ici| ici.bounce = Some(Bounce::NoPort));
            cx.send_down(pdu);
            return Ok(());
        }
        pdu.set_ici(|ici| {
            ici.source_port = header.source_port;
            ici.destination_port = header.destination_port;
            ici.checksum = state;
        });
        let padding = pdu.len() - usize::from(header.length);
        if padding > 0 {
            pdu.strip_back(padding)?;
        }
        pdu.strip_front(Header::OCTETS)?;
        cx.send_up(pdu);
        Ok(())
    }
}

/// The Length field for so many octets of data.
fn length(data: usize) -> Result<u16, Reason> {
    let too_long = Reason::TooLong {
        field: "data of a UDP datagram",
        have: data,
        most: MOST_DATA,
    };
    let fits = u16::try_from(data + Header::OCTETS).ok();
    fits.filter(|_| data <= MOST_DATA).ok_or(too_long)
}

/// The Checksum field; 0 when it cannot be computed and need not be. RFC 768, RFC 8200 §8.1.
fn checksum_of(ici: &Ici, datagram: &[u8]) -> Result<u16, Reason> {
    match (ici.source, ici.destination) {
        (Some(source), Some(destination)) => Ok(checksum(source, destination, datagram)),
        (None, Some(IpAddr::V4(_))) => Ok(0),
        _ => Err(Reason::NoWay("no source or destination address")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;
    use layercake_base::{ChecksumState, Direction, Item, Outbox, Room, World};
    use proptest::prelude::*;

    /// Which way the PDU came out, and the PDU; or the reason why it did not.
    fn pass(
        udp: &mut Udp,
        direction: Direction,
        octets: &[u8],
        ici: Ici,
    ) -> Result<(Direction, Pdu), String> {
        let mut world = World::new(1, 2);
        let room = Room { head: 28, tail: 0 };
        let mut pdu = world.pool.allocate(room, octets.len()).unwrap();
        pdu.octets_mut().copy_from_slice(octets);
        pdu.arrive();
        pdu.set_ici(|place| *place = ici);
        let (mut inside, mut outside) = (Outbox::new(4), Outbox::new(4));
        let (spec, item) = (udp.spec(), Item::Pdu(direction, pdu));
        Context::new(&mut world, &mut outside).deliver(
            udp,
            &spec,
            &mut inside,
            room,
            item,
        );
        match inside.pop() {
            Some(Item::Pdu(direction, pdu)) => Ok((direction, pdu)),
            Some(other) => panic!("{other:?}"),
            None => Err(world.discards.iter().map(|(_, kind, _)| kind).collect()),
        }
    }

    fn listening() -> Udp {
        let mut udp = Udp::new();
        udp.bind(33434);
        udp
    }

    fn from_near() -> Ici {
        Ici {
            source: Some([10, 9, 1, 2].into()),
            destination: Some([10, 9, 2, 2].into()),
            network_header: 20,
            ..Ici::NONE
        }
    }

    fn to_far() -> Ici {
        Ici {
            source_port: 60220,
            destination_port: 33434,
            network_header: 0,
            ..from_near()
        }
    }

    #[test]
    fn data_is_sent_as_the_kernel_does() {
        let (down, pdu) =
            pass(&mut Udp::new(), Direction::Down, b"hello", to_far()).unwrap();
        assert_eq!((down, pdu.octets()), (Direction::Down, &samples::UDP[..]));
        assert_eq!(pdu.ici().next, 17);
    }

    #[test]
    fn an_unknown_source_is_filled_in_or_the_checksum_left_out() {
        let unknown = Ici {
            source: None,
            ..to_far()
        };
        let mut udp = Udp::at([10, 9, 1, 2].into());
        let (_, pdu) = pass(&mut udp, Direction::Down, b"hello", unknown).unwrap();
        assert_eq!(pdu.octets(), samples::UDP);
        assert_eq!(pdu.ici().source, to_far().source);

        let (_, pdu) = pass(&mut Udp::new(), Direction::Down, b"hello", unknown).unwrap();
        assert_eq!(Header::decode(pdu.octets()).unwrap().checksum, 0);
        let v6 = Ici {
            destination: Some([1_u16; 8].into()),
            ..unknown
        };
        let refused = pass(&mut Udp::new(), Direction::Down, b"hello", v6);
        assert_eq!(refused.unwrap_err(), "no-way");
    }

    #[test]
    fn data_for_a_listener_goes_up_with_both_ports() {
        let (up, pdu) =
            pass(&mut listening(), Direction::Up, &samples::UDP, from_near()).unwrap();
        assert_eq!((up, pdu.octets()), (Direction::Up, &b"hello"[..]));
        let ici = pdu.ici();
        assert_eq!((ici.source_port, ici.destination_port), (60220, 33434));
        assert_eq!(ici.checksum, ChecksumState::Good);
    }

    #[test]
    fn a_datagram_for_nobody_bounces_as_it_came() {
        let mut udp = listening();
        assert!(udp.is_bound(33434) && udp.unbind(33434) && !udp.unbind(33434));
        let (down, pdu) =
            pass(&mut udp, Direction::Up, &samples::UDP, from_near()).unwrap();
        assert_eq!((down, pdu.octets()), (Direction::Down, &samples::UDP[..]));
        let expected = Ici {
            bounce: Some(Bounce::NoPort),
            ..from_near()
        };
        assert_eq!(*pdu.ici(), expected);
    }

    #[test]
    fn a_port_is_bound_once() {
        let mut udp = Udp::new();
        assert!(udp.bind(53) && !udp.bind(53));
    }

    #[test]
    fn broken_datagrams_are_discarded_whether_somebody_listens_or_not() {
        let mut broken = samples::UDP;
        broken[12] ^= 1;
        for udp in [&mut listening(), &mut Udp::new()] {
            let mut reason =
                |octets: &[u8], ici| pass(udp, Direction::Up, octets, ici).unwrap_err();
            assert_eq!(reason(&broken, from_near()), "mismatch");
            assert_eq!(reason(&samples::UDP[..12], from_near()), "too-short");
            assert_eq!(reason(&samples::UDP, Ici::NONE), "no-way");
        }
    }

    #[test]
    fn what_is_behind_the_length_is_padding() {
        let padded = [&samples::UDP[..], b"padding"].concat();
        let (_, pdu) =
            pass(&mut listening(), Direction::Up, &padded, from_near()).unwrap();
        assert_eq!(pdu.octets(), b"hello");
    }

    #[test]
    fn the_largest_datagram_fills_the_largest_ipv4_packet() {
        let send = |octets: usize| {
            pass(&mut Udp::new(), Direction::Down, &vec![7; octets], to_far())
        };
        assert_eq!(send(65_507).unwrap().1.len() + 20, 65_535);
        assert_eq!(send(65_508).unwrap_err(), "too-long");
    }

    proptest! {
        #[test]
        fn what_is_sent_is_received(
            data in proptest::collection::vec(any::<u8>(), 0..200), source_port: u16,
        ) {
            let mut udp = listening();
            let ici = Ici { source_port, ..to_far() };
            let (_, pdu) = pass(&mut udp, Direction::Down, &data, ici).unwrap();
            let (_, pdu) = pass(&mut udp, Direction::Up, pdu.octets(), from_near()).unwrap();
            prop_assert_eq!(pdu.octets(), data);
            prop_assert_eq!(pdu.ici().source_port, source_port);
        }
    }
}
