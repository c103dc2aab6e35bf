//! Fragmentation: a packet that is larger than the next network takes goes on in pieces.
//!
//! ```text
//! +--------+-----------+-----------+-------+
//! | header |  data 0   |  data 1   | data 2|       offset 0, MF as it was
//! +--------+-----------+-----------+-------+
//! +--------+-----------+
//! | header |  data 0   |                           offset 0, MF = 1
//! +--------+-----------+
//! +------+-----------+
//! |header|  data 1   |                             offset 1 × n, MF = 1, copied options only
//! +------+-----------+
//! +------+-------+
//! |header| data 2|                                 offset 2 × n, MF as it was
//! +------+-------+
//! ```
//! A fragment may be cut again; its offset and its "more fragments" carry over.
//!
//! Pieces go down as fast as there is room below. The rest of the packet waits here for a
//! [`Notice::Room`](layercake_base::Notice::Room), and not more than [`MOST`] packets do.
//!
//! Spec: RFC 791 §2.3 and §3.2 (the procedure), §3.1 (options with the copied flag); RFC 1122
//! §3.3.3 for hosts; RFC 1812 §5.3.1 (routers must be able to).  Units: offsets in 8 octets.
//! Checks: "don't fragment" not set; room for 8 octets of data; offsets within 13 bits.
//! Not here: putting together (`reassembly`), the message to the sender (`forward`).

use core::ops::Range;

use layercake_base::{Context, Pdu, Reason};

use super::way::Way;
use super::{Header, Ipv4};

/// Packets that may wait for room below, cut in part; beyond that they are discarded.
pub(super) const MOST: usize = 32;

/// A fragment's data is counted in steps of so many octets.
pub(super) const STEP: usize = 8;

/// The headers of a packet's fragments, each with the range of the packet's data that it
/// carries.
#[derive(Clone, Debug)]
pub struct Fragments {
    header: Header,
    mtu: usize,
    data: usize,
    /// Octets of data that are in fragments already.
    done: usize,
}

impl Fragments {
    /// The fragments of a packet with this header, none larger than `mtu` octets.
    ///
    /// # Errors
    /// [`Reason::TooLong`] when the packet may not be fragmented, or `mtu` has no room for the
    /// header and 8 octets; [`Reason::Illegal`] when it is itself a fragment and ends beyond
    /// the largest packet.
    pub fn new(header: &Header, mtu: u16) -> Result<Self, Reason> {
        let (have, most) = (usize::from(header.total_length), usize::from(mtu));
        if header.dont_fragment || most < header.octets() + STEP {
            let field = "IPv4 packet";
            return Err(Reason::TooLong { field, have, most });
        }
        let data = have.saturating_sub(header.octets());
        let end = usize::from(header.fragment_offset) * STEP + data;
        let rule = "ends beyond the largest packet";
        let fits = end <= usize::from(u16::MAX);
        Reason::require(fits, "Fragment Offset", header.fragment_offset, rule)?;
        Ok(Fragments {
            header: *header,
            mtu: most,
            data,
            done: 0,
        })
    }
}

impl Iterator for Fragments {
    type Item = (Header, Range<usize>);

    fn next(&mut self) -> Option<Self::Item> {
        let left = self.data.checked_sub(self.done).filter(|&left| left > 0)?;
        let mut header = self.header;
        if self.done > 0 {
            header.options = header.options.copied();
        }
        let room = self.mtu - header.octets();
        let most = room - room % STEP;
        let (length, last) = if left <= room {
            (left, true)
        } else {
            (most, false)
        };
        header.total_length = u16::try_from(header.octets() + length).ok()?;
        header.fragment_offset += u16::try_from(self.done / STEP).ok()?;
        header.more_fragments |= !last;
        let range = self.done..self.done + length;
        self.done = range.end;
        Some((header, range))
    }
}

/// A packet of which some fragments have gone down and some have not.
#[derive(Debug)]
pub(super) struct Cutting {
    packet: Pdu,
    /// Octets of the packet's own header.
    front: usize,
    fragments: Fragments,
    way: Way,
}

impl Cutting {
    /// The next fragment as a packet; `None` when there is no more.
    fn next(&mut self, cx: &mut Context<'_>) -> Option<Result<Pdu, Reason>> {
        let (header, range) = self.fragments.next()?;
        Some(self.piece(&header, range, cx))
    }

    fn piece(
        &self,
        header: &Header,
        range: Range<usize>,
        cx: &mut Context<'_>,
    ) -> Result<Pdu, Reason> {
        let mut piece = cx.allocate_from(&self.packet, header.octets() + range.len())?;
        let range = self.front + range.start..self.front + range.end;
        let data = self.packet.octets().get(range).unwrap_or_default();
        let octets = piece.octets_mut();
        header.encode(octets)?;
        if let Some(place) = octets.get_mut(header.octets()..) {
            place.copy_from_slice(data);
        }
        Ok(piece)
    }
}

impl Ipv4 {
    /// Hands a packet down, in fragments if it is larger than the way takes.
    pub(super) fn dispatch(
        &mut self,
        packet: Pdu,
        header: &Header,
        way: Way,
        cx: &mut Context<'_>,
    ) -> Result<(), Reason> {
        if header.total_length <= way.mtu {
            way.hand_down(packet, cx);
            return Ok(());
        }
        let fragments = Fragments::new(header, way.mtu)?;
        if self.cutting.len() >= MOST {
            let (queue, limit) = ("queue of packets to be fragmented", MOST);
            return Err(Reason::Full { queue, limit });
        }
        self.cutting.push_back(Cutting {
            packet,
            front: header.octets(),
            fragments,
            way,
        });
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Protocol;
    use crate::ipv4::Options;
    use crate::ipv4::lab::{FAR, NEAR, host, packet, router, to};
    use layercake_base::{Direction, Ici, Notice, Pool};
    use proptest::prelude::*;

    fn header(data: u16) -> Header {
        Header::new(NEAR, FAR, Protocol::UDP, data)
    }

    fn places(header: &Header, mtu: u16) -> Vec<(usize, u16, bool, usize)> {
        Fragments::new(header, mtu)
            .unwrap()
            .map(|(h, range)| {
                let data = usize::from(h.total_length) - h.octets();
                assert_eq!(data, range.len());
                (range.start, h.fragment_offset, h.more_fragments, data)
            })
            .collect()
    }

    /// RFC 791 appendix A, example 2, in the form of its figures 6 to 8: a header of 20 octets,
    /// total length 472, cut for an MTU of 280: 256 octets of data at offset 0, then 196 at 32.
    #[test]
    fn agrees_with_the_example_in_appendix_a_of_rfc_791() {
        let header = header(452);
        assert_eq!(header.total_length, 472);
        let expected = [(0, 0, true, 256), (256, 32, false, 196)];
        assert_eq!(places(&header, 280), expected);
    }

    #[test]
    fn a_fragment_that_is_cut_again_keeps_its_place() {
        let middle = Header {
            fragment_offset: 100,
            more_fragments: true,
            ..header(64)
        };
        let expected = [(0, 100, true, 40), (40, 105, true, 24)];
        assert_eq!(places(&middle, 60), expected);
        let last = Header {
            more_fragments: false,
            ..middle
        };
        let expected = [(0, 100, true, 40), (40, 105, false, 24)];
        assert_eq!(places(&last, 60), expected);
    }

    #[test]
    fn options_without_the_copied_flag_stay_in_the_first() {
        let mut header = header(100);
        header.options = Options::new(&[7, 7, 4, 0, 0, 0, 0, 0]).unwrap();
        header.total_length += 8;
        let octets: Vec<_> = Fragments::new(&header, 68)
            .unwrap()
            .map(|(h, range)| (h.octets(), range.len()))
            .collect();
        assert_eq!(octets, [(28, 40), (20, 48), (20, 12)]);
    }

    #[test]
    fn what_must_not_or_cannot_be_cut_is_refused() {
        let strict = Header {
            dont_fragment: true,
            ..header(100)
        };
        let reason = Fragments::new(&strict, 68).unwrap_err();
        assert_eq!(
            reason.to_string(),
            "IPv4 packet is 120 octets, at most 68 fit"
        );
        assert!(Fragments::new(&header(100), 27).is_err());
        assert_eq!(places(&header(100), 28).len(), 13);
        let beyond = Header {
            fragment_offset: 8191,
            ..header(100)
        };
        let reason = Fragments::new(&beyond, 68).unwrap_err();
        let text = "Fragment Offset = 8191 (0x1fff) ends beyond the largest packet";
        assert_eq!(reason.to_string(), text);
    }

    #[test]
    fn a_router_cuts_what_may_be_cut() {
        let octets = packet(Protocol::UDP, &[7; 1480], |h| h.identification = 5);
        let out = router(|_| ()).receive(&octets, Ici::NONE);
        let headers: Vec<_> = out
            .down
            .iter()
            .map(|pdu| {
                let h = Header::decode(pdu.octets()).unwrap();
                assert_eq!((pdu.ici().next_hop, pdu.ici().port), (Some(FAR.into()), 1));
                let place = (h.fragment_offset, h.more_fragments);
                (h.total_length, place, h.identification, h.time_to_live)
            })
            .collect();
        let expected = [(1396, (0, true), 5, 63), (124, (172, false), 5, 63)];
        assert_eq!(headers, expected);
        assert!(out.discards.is_empty() && out.up.is_empty());
    }

    /// 45 fragments, of which 10 at a time find room below.
    #[test]
    fn fragments_wait_for_room() {
        let mut host = host();
        host.world.pool = Pool::new(64);
        host.below = 10;
        let mut sizes = vec![host.send(&[7; 65_515], to(FAR)).down.len()];
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
        /// Whole packets and fragments, for an MTU and then for a smaller one.
        #[test]
        fn fragments_hold_each_octet_once_and_fit(
            data in 1..5000_u16, offset in 0..1000_u16, more: bool, mtus in [28..1500_u16, 28..600],
            words in proptest::collection::vec(any::<[u8; 4]>(), 0..=10),
        ) {
            let options = Options::new(&words.concat()).unwrap();
            let mut whole = Header { fragment_offset: offset, more_fragments: more, ..header(data) };
            whole.options = options;
            whole.total_length = data + u16::try_from(whole.octets()).unwrap();
            let mtus = mtus.map(|mtu| mtu + 40);
            let mut next = usize::from(offset) * 8;
            let mut ended = false;
            let first = Fragments::new(&whole, mtus[0]).unwrap();
            for (header, _) in first.flat_map(|(h, _)| Fragments::new(&h, mtus[1]).unwrap()) {
                prop_assert!(!ended && header.total_length <= mtus[1]);
                prop_assert_eq!(usize::from(header.fragment_offset) * 8, next);
                next += usize::from(header.total_length) - header.octets();
                ended = !header.more_fragments;
            }
            prop_assert_eq!(next, usize::from(offset) * 8 + usize::from(data));
            prop_assert_eq!(ended, !more);
        }
    }
}
