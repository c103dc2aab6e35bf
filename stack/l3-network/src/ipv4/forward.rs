//! Handing on packets for others.
//!
//! Spec: RFC 1812 §5.2.1.2 (the route first, then the time to live), §5.3.1; RFC 1624 (the
//! checksum follows the one field that changes); RFC 1191 §4 (the MTU in the error).
//! Not here: cutting what does not fit (`fragment`); only what must not be cut, or cannot because
//! the MTU leaves no room for data, is answered with "fragmentation needed".

use layercake_base::{Context, Instant, Pdu, Reason, checksum};

use super::ask::replace;
use super::errors::Error;
use super::own::no_route;
use super::way::Way;
use super::{Header, Ipv4, Options};
use crate::icmp::unreachable::Code;
use crate::icmp::{TimeExceeded, Unreachable};

impl Ipv4 {
    // ANCHOR: forward
    /// Sends a packet for another node on its way, or tells its sender why not.
    pub(super) fn hand_on(
        &mut self,
        mut packet: Pdu,
        header: &Header,
        cx: &mut Context<'_>,
    ) -> Result<(), Reason> {
        match self.check(&packet, header, cx.now()) {
            Ok((way, options)) => {
                self.redirect(&packet, header, &way, cx);
                decrement(&mut packet)?;
                replace(&mut packet, &header.options, &options)?;
                packet.set_ici(|ici| {
                    ici.source = Some(header.source.into());
                    ici.destination = Some(header.destination.into());
                    ici.class = header.type_of_service;
                });
                if header.total_length <= way.mtu {
                    way.hand_down(packet, cx);
                    return Ok(());
                }
                let header = Header::decode(packet.octets())?; // as it is now
                self.dispatch(packet, &header, way, cx)
            }
            Err((error, reason)) => {
                self.report(&packet, header, error, cx);
                Err(reason)
            }
        }
    }
    // ANCHOR_END: forward

    /// The way of a packet and its options on that way, or the message for its sender and the
    /// reason for our own counters.
    fn check(
        &mut self,
        packet: &Pdu,
        header: &Header,
        now: Instant,
    ) -> Result<(Way, Options), (Error, Reason)> {
        let data = packet.octets().get(header.octets()..).unwrap_or_default();
        let Some(way) = self.way(header, data, packet.ici().port) else {
            let reason = no_route(header.destination);
            return Err((Unreachable::new(Code::NET).into(), reason));
        };
        if header.time_to_live <= 1 {
            return Err((TimeExceeded::IN_TRANSIT.into(), Reason::HopsExhausted));
        }
        if let Err(reason) = way.fits(header) {
            let error = Unreachable {
                next_hop_mtu: way.mtu,
                ..Unreachable::new(Code::FRAGMENTATION_NEEDED)
            };
            return Err((error.into(), reason));
        }
        if header.octets() == Header::SHORTEST {
            return Ok((way, Options::NONE)); // nearly every packet
        }
        Ok((way, self.visited(&header.options, way.source, now)?))
    }
}

// ANCHOR: hop
/// Takes one hop off the time to live, and lets the checksum follow.
fn decrement(packet: &mut Pdu) -> Result<(), Reason> {
    let place = packet.rewrite(8..12)?;
    if let [time_to_live, protocol, high, low] = place {
        let old = u16::from_be_bytes([*time_to_live, *protocol]);
        let new = u16::from_be_bytes([time_to_live.saturating_sub(1), *protocol]);
        let sum = checksum::update(u16::from_be_bytes([*high, *low]), old, new);
        *time_to_live = time_to_live.saturating_sub(1);
        [*high, *low] = sum.to_be_bytes();
    }
    Ok(())
}
// ANCHOR_END: hop

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Protocol;
    use crate::ipv4::lab::{FAR, assert_sum_is_the_whole, only, packet, router};
    use crate::samples;
    use layercake_base::Ici;
    use proptest::prelude::*;

    #[test]
    fn the_time_to_live_falls_by_one_and_nothing_else_changes() {
        let out = router(|_| ()).receive(&samples::ECHO, Ici::NONE);
        let pdu = only(&out.down);
        let before = Header::decode(&samples::ECHO).unwrap();
        let after = Header::decode(pdu.octets()).unwrap();
        assert_eq!(
            after,
            Header {
                time_to_live: 63,
                ..before
            }
        );
        assert_eq!(pdu.octets()[20..], samples::ECHO[20..]);
        assert_eq!((pdu.ici().next_hop, pdu.ici().port), (Some(FAR.into()), 1));
    }

    #[test]
    fn what_exactly_fits_goes_through() {
        let octets = packet(Protocol::UDP, &[7; 1380], |h| h.dont_fragment = true);
        assert_eq!(router(|_| ()).receive(&octets, Ici::NONE).down.len(), 1);
    }

    /// What happens to a packet by its time to live, its length, and whether there is a route:
    /// type and code of the message to its sender, and the reason for the counter.
    #[test]
    fn a_packet_that_cannot_go_on_is_answered_in_this_order() {
        let nowhere = [192, 0, 2, 1].into();
        for (hops, data, destination, answer, reason) in [
            (1, 4, nowhere, (3, 0), "no-way"),
            (64, 4, nowhere, (3, 0), "no-way"),
            (1, 4, FAR, (11, 0), "hops-exhausted"),
            (0, 4, FAR, (11, 0), "hops-exhausted"),
            (1, 1381, FAR, (11, 0), "hops-exhausted"),
            (2, 1381, FAR, (3, 4), "too-long"),
        ] {
            let octets = packet(Protocol::UDP, &vec![7; data], |h| {
                (h.time_to_live, h.destination) = (hops, destination);
                h.dont_fragment = true;
            });
            let out = router(|_| ()).receive(&octets, Ici::NONE);
            let message = &only(&out.down).octets()[20..];
            assert_eq!((message[0], message[1]), answer);
            assert_eq!(out.discards, [reason]);
        }
    }

    /// The case that RFC 1624 §3 is about, which chance nearly never finds: the identification is
    /// what makes the sum after this hop 0.
    #[test]
    fn a_checksum_that_becomes_zero_is_written_as_zero() {
        let ready = packet(Protocol::UDP, b"12345678", |h| {
            (h.identification, h.time_to_live) = (0, 63);
        });
        let octets = packet(Protocol::UDP, b"12345678", |h| {
            h.identification = u16::from_be_bytes([ready[10], ready[11]]);
            h.time_to_live = 64;
        });
        let out = router(|_| ()).receive(&octets, Ici::NONE);
        let octets = only(&out.down).octets();
        assert_sum_is_the_whole(octets);
        assert_eq!(octets[10..12], [0, 0]);
    }

    proptest! {
        #[test]
        fn the_checksum_stays_right_hop_after_hop(
            identification: u16, type_of_service: u8, hops in 2..=255_u8, protocol: u8,
        ) {
            let octets = packet(Protocol(protocol), b"12345678", |h| {
                h.identification = identification;
                h.type_of_service = type_of_service;
                h.time_to_live = hops;
            });
            let out = router(|_| ()).receive(&octets, Ici::NONE);
            let octets = only(&out.down).octets();
            assert_sum_is_the_whole(octets);
            let header = Header::decode(octets).unwrap();
            prop_assert_eq!(header.time_to_live, hops - 1);
        }
    }
}
