//! Fragmentation: a packet of this node that is larger than gets through goes out in pieces.
//!
//! ```text
//! +-------+-----------+-----------+-------+
//! | front |  data 0   |  data 1   | data 2|
//! +-------+-----------+-----------+-------+
//! +-------+--------+-----------+
//! | front | header |  data 0   |              offset 0, M = 1
//! +-------+--------+-----------+
//! +-------+--------+-----------+
//! | front | header |  data 1   |              offset 1 × n, M = 1
//! +-------+--------+-----------+
//! +-------+--------+-------+
//! | front | header | data 2|                  offset 2 × n, M = 0
//! +-------+--------+-------+
//! ```
//! The front is the IPv6 header, and what its user has put behind it for the stations on the way:
//! Hop-by-Hop Options and Routing headers. A packet that fits gets no fragment header (RFC 8021).
//! Nobody can foresee an identification: it is drawn for each packet (RFC 7739 §5).
//!
//! Pieces go down as fast as there is room below. The rest of the packet waits here for a
//! [`Notice::Room`](layercake_base::Notice::Room), and not more than [`MOST`] packets do.
//!
//! Spec: RFC 8200 §4.5 (only a packet's source cuts it).  Units: offsets in 8 octets.
//! Not here: putting together (`gather`).

use layercake_base::{Context, Pdu, Reason};

use super::extension::{Chain, FragmentHeader};
use super::way::Way;
use super::{Header, Ipv6};
use crate::Protocol;

/// Packets that may wait for room below, cut in part; beyond that they are discarded.
pub(super) const MOST: usize = 32;

/// A packet of which some fragments have gone down and some have not.
#[derive(Debug)]
pub(super) struct Cutting {
    packet: Pdu,
    header: Header,
    /// Octets of the packet in front of what is cut.
    front: usize,
    /// Octets of the packet in front of the field that names what is cut.
    named_at: usize,
    next_header: Protocol,
    identification: u32,
    way: Way,
    /// Octets of data that are in fragments already.
    done: usize,
}

impl Cutting {
    /// The next fragment as a packet; `None` when there is no more.
    fn next(&mut self, cx: &mut Context<'_>) -> Option<Result<Pdu, Reason>> {
        let left = (self.packet.len() - self.front).checked_sub(self.done)?;
        let room = self.room();
        let (length, more) = match left {
            0 => return None,
            left if left <= room => (left, false),
            _ => (room - room % 8, true),
        };
        let piece = self.piece(length, more, cx);
        self.done += length;
        Some(piece)
    }

    /// Octets of data that a fragment has room for.
    fn room(&self) -> usize {
        let headers = self.front + FragmentHeader::OCTETS;
        self.way.mtu.saturating_sub(headers)
    }

    fn piece(
        &self,
        length: usize,
        more_fragments: bool,
        cx: &mut Context<'_>,
    ) -> Result<Pdu, Reason> {
        let own = FragmentHeader {
            next_header: self.next_header,
            fragment_offset: u16::try_from(self.done / 8).unwrap_or(u16::MAX),
            more_fragments,
            identification: self.identification,
        };
        let behind = self.front + FragmentHeader::OCTETS;
        let mut piece = cx.allocate_from(&self.packet, behind + length)?;
        let (front, rest) = piece.octets_mut().split_at_mut(self.front);
        let whole = self.packet.octets();
        front.copy_from_slice(whole.get(..self.front).unwrap_or_default());
        let payload = behind + length - Header::OCTETS;
        let header = Header {
            payload_length: u16::try_from(payload).unwrap_or(u16::MAX),
            ..self.header
        };
        if let Some(place) = front.first_chunk_mut() {
            *place = header.encode();
        }
        if let Some(place) = front.get_mut(self.named_at) {
            *place = Protocol::IPV6_FRAG.0;
        }
        let (place, data) = rest.split_at_mut(FragmentHeader::OCTETS);
        place.copy_from_slice(&own.encode());
        let from = self.front + self.done;
        data.copy_from_slice(whole.get(from..from + length).unwrap_or_default());
        Ok(piece)
    }
}

impl Ipv6 {
    /// Hands a packet of this node down, in fragments if it is larger than the way takes.
    pub(super) fn dispatch(
        &mut self,
        packet: Pdu,
        header: &Header,
        way: Way,
        cx: &mut Context<'_>,
    ) -> Result<(), Reason> {
        if packet.len() <= way.mtu {
            way.hand_down(packet, cx);
            return Ok(());
        }
        if self.cutting.len() >= MOST {
            let (queue, limit) = ("queue of packets to be fragmented", MOST);
            return Err(Reason::Full { queue, limit });
        }
        let (front, named_at, next_header) = front(packet.octets());
        let [a, b, c, d, ..] = cx.rng().next_u64().to_be_bytes();
        let cutting = Cutting {
            packet,
            header: *header,
            front,
            named_at,
            next_header,
            identification: u32::from_be_bytes([a, b, c, d]),
            way,
            done: 0,
        };
        if cutting.room() < 8 {
            return way.fits(cutting.packet.len());
        }
        self.cutting.push_back(cutting);
        self.cut(cx);
        Ok(())
    }

    /// Hands fragments down while there is room for them.
    pub(super) fn cut(&mut self, cx: &mut Context<'_>) {
        let mut room = cx.room_below();
        while let Some(mut first) = self.cutting.pop_front() {
            if room == 0 {
                self.cutting.push_front(first);
                return cx.wait_for_room();
            }
            match first.next(cx) {
                Some(Ok(piece)) => {
                    room -= 1;
                    first.way.hand_down(piece, cx);
                    self.cutting.push_front(first);
                }
                Some(Err(reason)) => cx.discard(first.packet, reason),
                None => cx.consume(first.packet),
            }
        }
    }
}

/// The part of a packet that is in all of its fragments: its octets, the octets in front of the
/// field that names what follows, and what follows.
fn front(packet: &[u8]) -> (usize, usize, Protocol) {
    let mut chain = Chain::of(packet);
    let here = |chain: &Chain<'_>| (chain.at(), chain.named_at(), chain.next_header());
    let mut front = here(&chain);
    while let Some(Ok(extension)) = chain.next() {
        if matches!(extension.kind, Protocol::HOPOPT | Protocol::IPV6_ROUTE) {
            front = here(&chain);
        }
    }
    front
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ipv6::lab::{BEYOND, FAR, NEAR, host, only, router, to};
    use hex_literal::hex;
    use layercake_base::{Direction, Ici, Notice, Pool};
    use proptest::prelude::*;

    /// Offset, whether more follow, and octets of data of the fragments.
    fn places(packets: &[Pdu]) -> Vec<(u16, bool, usize)> {
        let place = |pdu: &Pdu| {
            let (header, data) = pdu.octets().split_at(40);
            assert_eq!(
                Header::decode_lax(header).unwrap().next_header,
                Protocol::IPV6_FRAG
            );
            let own = FragmentHeader::decode(data).unwrap();
            assert_eq!(own.next_header, Protocol::UDP);
            (own.fragment_offset, own.more_fragments, data.len() - 8)
        };
        packets.iter().map(place).collect()
    }

    /// 1400 octets take 1352 behind both headers; 1352 is 169 eights.
    #[test]
    fn what_does_not_fit_goes_out_in_pieces() {
        let mut router = router(|_| ());
        let out = router.send(&[7; 3000], to(FAR));
        let expected = [(0, true, 1352), (169, true, 1352), (338, false, 296)];
        assert_eq!(places(&out.down), expected);
        let ici = out.down[2].ici();
        assert_eq!((ici.next_hop, ici.port), (Some(FAR.into()), 1));
        assert_eq!(ici.source, Some(BEYOND.into()));
        let header = |pdu: &Pdu| Header {
            payload_length: 0,
            ..Header::decode(pdu.octets()).unwrap()
        };
        assert_eq!(header(&out.down[0]), header(&out.down[2]));
        let number = |n: usize| out.down[n].octets()[44..48].to_vec();
        assert_eq!(number(0), number(2));
        let next = router.send(&[7; 3000], to(FAR));
        let step =
            |pdu: &Pdu| u32::from_be_bytes(pdu.octets()[44..48].try_into().unwrap());
        let step = step(&next.down[0]).wrapping_sub(step(&out.down[0]));
        assert!(
            step > 1 << 16 && step < u32::MAX << 16,
            "{step:x} cannot be foreseen"
        );
    }

    /// RFC 8021.
    #[test]
    fn what_fits_gets_no_fragment_header() {
        let out = router(|_| ()).send(&[7; 1360], to(FAR));
        let header = Header::decode(only(&out.down).octets()).unwrap();
        assert_eq!(header.next_header, Protocol::UDP);
    }

    /// RFC 8200 §4.5: the headers for the stations on the way are in each fragment.
    #[test]
    fn options_for_every_hop_stand_in_front() {
        let data = [&hex!("11 00 05 02 0000 01 00")[..], &[7; 2000]].concat();
        let ici = Ici { next: 0, ..to(FAR) };
        let out = host().send(&data, ici);
        assert_eq!(out.down.len(), 2);
        for pdu in &out.down {
            let octets = pdu.octets();
            assert!(octets.len() <= 1500);
            assert_eq!(octets[6], 0);
            assert_eq!(octets[40..48], hex!("2c 00 05 02 0000 01 00"));
            assert_eq!(octets[48], 17);
        }
        let long = [&[17, 255][..], &[0; 2046], &[7; 100]].concat();
        let out = host().send(&long, ici);
        assert_eq!((out.down.len(), out.discards), (0, vec!["too-long"]));
    }

    #[test]
    fn fragments_wait_for_room() {
        let mut host = host();
        host.world.pool = Pool::new(64);
        host.below = 10;
        let mut sizes = vec![host.send(&[7; 65_000], to(FAR)).down.len()];
        assert!(host.world.room_wanted);
        while !host.layer.cutting.is_empty() {
            let out = host.tell(Direction::Up, Notice::Room);
            assert_eq!(out.notices, [Notice::Room], "others may wait too");
            sizes.push(out.down.len());
        }
        assert_eq!(sizes, [10, 10, 10, 10, 5]);
        assert_eq!(host.world.pool.in_use(), 0);
    }

    #[test]
    fn no_more_packets_than_the_bound_wait_for_room() {
        let mut host = host();
        host.world.pool = Pool::new(64);
        host.below = 0;
        for _ in 0..MOST {
            let out = host.send(&[7; 2000], to(FAR));
            assert_eq!((out.down.len(), out.discards.len()), (0, 0));
        }
        let out = host.send(&[7; 2000], to(FAR));
        let text = "queue of packets to be fragmented is full at 32";
        assert_eq!(out.told, [text]);
    }

    #[test]
    fn without_memory_the_packet_is_discarded_and_nothing_waits() {
        let mut host = host();
        host.world.pool = Pool::new(1);
        let out = host.send(&[7; 2000], to(FAR));
        assert_eq!((out.down.len(), out.discards), (0, vec!["full"]));
        assert!(host.layer.cutting.is_empty());
    }

    proptest! {
        /// What one node cuts another puts together; etherparse agrees with each piece.
        #[test]
        fn what_was_cut_is_put_together_again(length in 1461..20_000_usize, seed: u8) {
            let octet = |at: usize| u8::try_from(at % 251).unwrap() ^ seed;
            let data: Vec<u8> = (0..length).map(octet).collect();
            let mut host = host();
            host.world.pool = Pool::new(64);
            let mut far = router(|config| config.interfaces[0].addresses[0].0 = FAR);
            far.world.pool = Pool::new(64);
            let mut came = Vec::new();
            for pdu in host.send(&data, to(FAR)).down {
                let octets = pdu.octets();
                prop_assert!(octets.len() <= 1500);
                let headers = etherparse::Ipv6Header::from_slice(octets).unwrap();
                let own = etherparse::Ipv6FragmentHeader::from_slice(headers.1).unwrap().0;
                prop_assert!(own.is_fragmenting_payload());
                came.extend(far.receive(octets, Ici::NONE).up);
            }
            let pdu = only(&came);
            prop_assert_eq!(pdu.octets(), &data);
            prop_assert_eq!(pdu.ici().source, Some(NEAR.into()));
        }
    }
}
