//! The layer that hands datagrams to those who listen at a port.
//!
//! | event | what happens |
//! |---|---|
//! | from above: data and ports | header with length and checksum in front, down |
//! | from above, source address unknown | the same, the addresses of the checksum owed |
//! | from below: shorter than its length, or its checksum wrong | discard |
//! | from below: somebody listens at the port | header off, up with both ports |
//! | from below: nobody listens | back down as it came, bounced |
//!
//! Spec: RFC 768; RFC 1122 §4.1.3; RFC 8200 §8.1.
//! Not here: datagrams beyond 65507 octets of data (IPv6 could carry 20 more), sockets that are
//! connected to one peer, ephemeral ports, queues.

use core::ops::Range;
use std::collections::BTreeSet;

use layercake_base::{Bounce, ChecksumState, Context, Layer, Pdu, Reason, Service, Spec};

use super::{Header, PROTOCOL, checksum, verify};

/// The most data that a datagram carries over IPv4, in octets: a packet of 65535 without the IPv4
/// and the UDP header. The tower is checked against it before it runs.
const MOST_DATA: usize = 65_507;

/// Where the Checksum field is.
const CHECKSUM: Range<usize> = 6..8;

/// Datagrams to and from ports.
#[derive(Clone, Debug, Default)]
pub struct Udp {
    listening: BTreeSet<u16>,
}

impl Udp {
    /// A layer where nobody listens yet.
    pub fn new() -> Self {
        Udp::default()
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
        sdu.set_ici(|ici| ici.next = PROTOCOL);
        let ici = *sdu.ici();
        let header = Header {
            source_port: ici.source_port,
            destination_port: ici.destination_port,
            length: length(sdu.len())?,
            checksum: 0,
        };
        sdu.prepend(Header::OCTETS)?
            .copy_from_slice(&header.encode());
        let field = match (ici.source, ici.destination) {
            (Some(from), Some(to)) => checksum(from, to, sdu.octets()).to_be_bytes(),
            _ => {
                let at = CHECKSUM.start;
                sdu.set_ici(|ici| ici.checksum = ChecksumState::Owed { at });
                checksum::owed(sdu.octets())
            }
        };
        sdu.rewrite(CHECKSUM)?.copy_from_slice(&field);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;
    use layercake_base::{Direction, Ici, Item, Outbox, Room, World};
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
    fn the_addresses_of_a_checksum_are_owed_while_the_source_is_unknown() {
        let unknown = Ici {
            source: None,
            ..to_far()
        };
        let (_, pdu) = pass(&mut Udp::new(), Direction::Down, b"hello", unknown).unwrap();
        assert_eq!(pdu.ici().checksum, ChecksumState::Owed { at: 6 });
        let ends = (from_near().source, from_near().destination);
        let (source, destination) = (ends.0.unwrap(), ends.1.unwrap());
        let owed = *pdu.octets()[6..].first_chunk().unwrap();
        let settled = layercake_base::checksum::settle(owed, source, destination);
        assert_eq!(settled, samples::UDP[6..8]);
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
