//! Bridge: joins LANs into one, and learns from each frame where its sender is.
//!
//! Spec: IEEE 802.1D-2004 §7.7 (forwarding), §7.8 (learning), §7.9 (the table, its ageing).
//! Units: seconds.
//! Checks: the frame has a whole header, an individual source, and a destination beyond the
//! link, IEEE 802.1D-2004 §7.12.6.
//! Not here: the spanning tree (a topology with a loop would circulate broadcasts for ever),
//! VLANs, priorities; the check sequence, which [`FrameCheck`](crate::FrameCheck) of each
//! attachment takes off and puts on.

use core::time::Duration;
use std::collections::BTreeMap;

use layercake_base::{Context, Instant, Kind, Layer, Mac, Pdu, Reason, Service, Spec};

use crate::ethernet::Header;

/// How long a station is remembered. IEEE 802.1D-2004 table 7-5.
const AGEING: Duration = Duration::from_secs(300);
/// Stations in the table; the frames of others are flooded. IEEE 802.1D-2004 §7.9 lets it be
/// bounded.
const STATIONS: usize = 4096;

/// Carries each frame to the attachment where its destination was last heard, or to all but
/// the one that it came in at. Attachments are told apart by `port` beside the octets.
#[derive(Debug)]
pub struct Bridge {
    ports: u16,
    stations: BTreeMap<Mac, Seen>,
    /// Before this nobody in a full table is old: a flood of senders must not make each frame
    /// pay for a walk over all of it.
    sweep: Instant,
}

/// Where and when a station was heard last.
#[derive(Clone, Copy, Debug)]
struct Seen {
    port: u16,
    at: Instant,
}

impl Bridge {
    /// A bridge with this number of attachments.
    pub fn new(ports: u16) -> Self {
        Bridge {
            ports,
            stations: BTreeMap::new(),
            sweep: Instant::ZERO,
        }
    }
}

impl Layer for Bridge {
    fn spec(&self) -> Spec {
        Spec::new("bridge", 2)
            .between(Service::User, Service::Frames)
            .kind(Kind::Branch)
    }

    fn send(&mut self, _sdu: Pdu, _cx: &mut Context<'_>) -> Result<(), Reason> {
        Err(Reason::NoWay("a bridge sends nothing of its own"))
    }

    fn receive(&mut self, pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let Header {
            destination,
            source,
            ..
        } = Header::decode(pdu.octets())?;
        let rule = "must not be a group";
        Reason::require(!source.is_group(), "Source Address", source, rule)?;
        let stays = |why| Err(Reason::dead_end("Destination Address", destination, why));
        if is_reserved(destination) {
            return stays("is a group that stays on its link");
        }
        let from = pdu.ici().port;
        self.learn(source, from, cx.now());
        match self.find(destination, cx.now()) {
            Some(port) if port == from => stays("is where the frame came from"),
            Some(port) => {
                transmit(pdu, port, cx);
                Ok(())
            }
            None => self.flood(pdu, cx),
        }
    }
}

impl Bridge {
    /// IEEE 802.1D-2004 §7.8: from the source address of every frame.
    fn learn(&mut self, source: Mac, port: u16, at: Instant) {
        let seen = Seen { port, at };
        if let Some(known) = self.stations.get_mut(&source) {
            *known = seen;
            return;
        }
        if self.stations.len() >= STATIONS && self.sweep <= at {
            self.stations.retain(|_, seen| !is_old(*seen, at));
            let oldest = self.stations.values().map(|seen| seen.at).min();
            self.sweep = oldest.unwrap_or(at) + AGEING;
        }
        if self.stations.len() < STATIONS {
            self.stations.insert(source, seen);
        }
    }

    /// Where a station is; `None` for groups, and for those not heard in time.
    fn find(&self, station: Mac, now: Instant) -> Option<u16> {
        let seen = self.stations.get(&station)?;
        (!is_old(*seen, now)).then_some(seen.port)
    }

    /// A copy to each attachment but the one that the frame came in at, itself to the last.
    fn flood(&self, pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let from = pdu.ici().port;
        let mut others = (0..self.ports).filter(|&port| port != from);
        let last = others.next_back();
        let last = last.ok_or(Reason::NoWay("no other attachment"))?;
        for port in others {
            let mut copy = cx.allocate_from(&pdu, pdu.len())?;
            copy.octets_mut().copy_from_slice(pdu.octets());
            transmit(copy, port, cx);
        }
        transmit(pdu, last, cx);
        Ok(())
    }
}

fn transmit(mut pdu: Pdu, port: u16, cx: &mut Context<'_>) {
    pdu.set_ici(|ici| ici.port = port);
    cx.send_down(pdu);
}

fn is_old(seen: Seen, now: Instant) -> bool {
    now.since(seen.at) >= AGEING
}

/// 01:80:c2:00:00:00 to 0f are for the stations of one link. IEEE 802.1D-2004 table 7-10.
fn is_reserved(destination: Mac) -> bool {
    matches!(destination.0, [0x01, 0x80, 0xc2, 0, 0, 0..=0x0f])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ether_type;
    use crate::rig::Rig;
    use layercake_base::Ici;

    const A: Mac = Mac::local(1);
    const B: Mac = Mac::local(2);

    fn frame(source: Mac, destination: Mac) -> Vec<u8> {
        let ether_type = ether_type::IPV4;
        let header = Header {
            destination,
            source,
            ether_type,
        };
        [&header.encode()[..], b"body"].concat()
    }

    /// The ports that a frame goes out at when it comes in at `port`.
    fn carry(
        rig: &mut Rig<Bridge>,
        port: u16,
        octets: &[u8],
    ) -> Result<Vec<u16>, Reason> {
        rig.receive(octets, Ici { port, ..Ici::NONE })?;
        let mut ports = Vec::new();
        while let Some((_, pdu)) = rig.pop() {
            assert_eq!(pdu.octets(), octets);
            ports.push(pdu.ici().port);
        }
        Ok(ports)
    }

    #[test]
    fn floods_what_it_does_not_know_and_learns_from_the_answer() {
        let mut rig = Rig::new(Bridge::new(4));
        assert_eq!(carry(&mut rig, 1, &frame(A, B)), Ok(vec![0, 2, 3]));
        assert_eq!(carry(&mut rig, 3, &frame(B, A)), Ok(vec![1]));
        assert_eq!(carry(&mut rig, 1, &frame(A, B)), Ok(vec![3]));
    }

    #[test]
    fn a_group_goes_everywhere_else_always() {
        let mut rig = Rig::new(Bridge::new(3));
        for _ in 0..2 {
            assert_eq!(
                carry(&mut rig, 0, &frame(A, Mac::BROADCAST)),
                Ok(vec![1, 2])
            );
        }
    }

    #[test]
    fn a_frame_never_goes_back_where_it_came_from() {
        let mut rig = Rig::new(Bridge::new(3));
        carry(&mut rig, 2, &frame(B, Mac::BROADCAST)).unwrap();
        let reason = carry(&mut rig, 2, &frame(A, B)).unwrap_err();
        assert_eq!(
            reason.to_string(),
            "Destination Address = 02:00:00:00:00:02 is where the frame came from"
        );
        let mut lonely = Rig::new(Bridge::new(1));
        assert_eq!(
            carry(&mut lonely, 0, &frame(A, B)).unwrap_err().kind(),
            "no-way"
        );
    }

    #[test]
    fn a_station_that_moved_is_followed_and_one_that_is_silent_is_forgotten() {
        let mut rig = Rig::new(Bridge::new(3));
        carry(&mut rig, 1, &frame(A, B)).unwrap();
        carry(&mut rig, 2, &frame(A, B)).unwrap();
        assert_eq!(carry(&mut rig, 0, &frame(B, A)), Ok(vec![2]));
        rig.wait(AGEING - Duration::from_nanos(1));
        assert_eq!(carry(&mut rig, 0, &frame(B, A)), Ok(vec![2]));
        rig.wait(Duration::from_nanos(1));
        assert_eq!(carry(&mut rig, 0, &frame(B, A)), Ok(vec![1, 2]));
    }

    #[test]
    fn the_reserved_groups_stay_on_their_link() {
        let mut rig = Rig::new(Bridge::new(2));
        for last in 0..=0x10 {
            let group = Mac([0x01, 0x80, 0xc2, 0, 0, last]);
            let carried = carry(&mut rig, 0, &frame(A, group));
            assert_eq!(carried.is_ok(), last == 0x10, "{group}");
            if let Err(reason) = carried {
                let text = format!(
                    "Destination Address = {group} is a group that stays on its link"
                );
                assert_eq!(reason.to_string(), text);
            }
        }
    }

    #[test]
    fn a_frame_from_a_group_and_a_piece_of_a_frame_are_refused() {
        let mut rig = Rig::new(Bridge::new(2));
        let reason = carry(&mut rig, 0, &frame(Mac::BROADCAST, A)).unwrap_err();
        let text = "Source Address = ff:ff:ff:ff:ff:ff must not be a group";
        assert_eq!(reason.to_string(), text);
        assert_eq!(
            carry(&mut rig, 0, &[0; 13]).unwrap_err().kind(),
            "too-short"
        );
        assert_eq!(rig.send(b"x", Ici::NONE).unwrap_err().kind(), "no-way");
    }

    #[test]
    fn a_full_table_drops_the_old_and_floods_for_the_new() {
        let mut rig = Rig::new(Bridge::new(3));
        for number in 0..u16::try_from(STATIONS).unwrap() {
            carry(&mut rig, 1, &frame(Mac::local(number), Mac::BROADCAST)).unwrap();
        }
        let new = Mac::local(0xffff);
        carry(&mut rig, 1, &frame(new, Mac::BROADCAST)).unwrap();
        assert_eq!(
            carry(&mut rig, 0, &frame(A, new)),
            Ok(vec![1, 2]),
            "not learnt"
        );
        rig.wait(AGEING - Duration::from_nanos(1));
        carry(&mut rig, 1, &frame(new, Mac::BROADCAST)).unwrap();
        assert_eq!(rig.layer.stations.len(), STATIONS);
        rig.wait(Duration::from_nanos(1));
        carry(&mut rig, 1, &frame(new, Mac::BROADCAST)).unwrap();
        assert_eq!(carry(&mut rig, 0, &frame(A, new)), Ok(vec![1]));
        assert_eq!(rig.layer.stations.len(), 2, "the new one and the asker");
    }
}
