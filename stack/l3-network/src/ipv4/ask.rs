//! What the options of a packet ask of this node.
//!
//! | option | what happens |
//! |---|---|
//! | malformed; when forwarded, its pointer or form is wrong | discard; parameter problem with the place |
//! | source route, loose or strict | discard; unreachable, "source route failed" |
//! | record route, timestamp | forwarded: our address and time go in; in an echo request for us: they go into the reply |
//! | router alert | nothing more: no protocol here wants packets that are for others |
//! | any other | ignored, forwarded and copied as it is |
//!
//! Source routes are refused everywhere: RFC 7126 §4.3 and §4.4 advise to drop them unless
//! someone asks for them, since they lead around filters.
//!
//! Spec: RFC 791 §3.1; RFC 792 (parameter problem; code 5 of unreachable); RFC 1122 §3.2.1.8
//! and §3.2.2.6 (echo reply); RFC 1812 §5.3.13; RFC 2113 (router alert).
//! Not here: the octets of an option (`options`).

use core::net::Ipv4Addr;

use layercake_base::{Context, Instant, Pdu, Reason, checksum};

use super::errors::Error;
use super::options::{Kind, Visit};
use super::{Header, Ipv4, Options};
use crate::icmp::unreachable::Code;
use crate::icmp::{ParameterProblem, Unreachable};
use crate::time_of_day;

impl Ipv4 {
    /// Refuses a packet with options that are malformed, or that this node does not follow.
    pub(super) fn admit(
        &mut self,
        packet: &Pdu,
        header: &Header,
        cx: &mut Context<'_>,
    ) -> Result<(), Reason> {
        for item in header.options.walk() {
            let (error, reason) = match item {
                Ok(item) if item.kind.is_source_route() => {
                    let (field, value) = ("Option Type", item.kind.0);
                    let why = "is a source route, and none is followed here";
                    let error = Unreachable::new(Code::SOURCE_ROUTE_FAILED);
                    (error.into(), Reason::dead_end(field, value, why))
                }
                Ok(_) => continue,
                Err(flaw) => (problem_at(flaw.at), flaw.reason),
            };
            self.report(packet, header, error, cx);
            return Err(reason);
        }
        Ok(())
    }

    /// The options of a packet that goes on from `address`.
    pub(super) fn visited(
        &self,
        options: &Options,
        address: Ipv4Addr,
        now: Instant,
    ) -> Result<Options, (Error, Reason)> {
        let visit = Visit {
            address,
            time: time_of_day::millis(self.time_of_day, now),
            is_own: |address| self.is_own(address),
        };
        let flawed = |flaw: super::options::Flaw| (problem_at(flaw.at), flaw.reason);
        visit.write(options).map_err(flawed)
    }

    /// The options of the answer to a packet whose header was stripped from `answer`: its
    /// record route and its timestamps go on to grow on the way back. RFC 1122 §3.2.2.6.
    pub(super) fn options_for(
        &self,
        answer: &Pdu,
        (source, destination): (Ipv4Addr, Ipv4Addr),
        now: Instant,
    ) -> Options {
        let ici = answer.ici();
        let question = answer.stripped_front(ici.network_header);
        let question = question.and_then(|octets| Header::decode_lax(octets).ok());
        let asked = question.filter(|question| {
            let ours = question.destination == source && question.source == destination;
            ours && question.octets() == ici.network_header
        });
        let asked = asked.map(|question| question.options.only(goes_back));
        let options = asked.unwrap_or_default();
        self.visited(&options, source, now).unwrap_or(options)
    }
}

/// The options of an echo request that its reply has too.
fn goes_back(kind: Kind) -> bool {
    matches!(kind, Kind::RECORD_ROUTE | Kind::TIMESTAMP)
}

/// A parameter problem, with the pointer at this octet of the options.
fn problem_at(at: usize) -> Error {
    let pointer = u8::try_from(Header::SHORTEST + at).unwrap_or(u8::MAX);
    ParameterProblem::at(pointer).into()
}

/// Writes options of the same length in the place of the old, and lets the checksum follow.
pub(super) fn replace(
    packet: &mut Pdu,
    old: &Options,
    new: &Options,
) -> Result<(), Reason> {
    if old.octets().is_empty() || old == new {
        return Ok(()); // nearly every packet
    }
    let (new, end) = (new.octets(), Header::SHORTEST + new.octets().len());
    let place = packet.rewrite(10..12)?;
    let mut sum = place
        .first_chunk()
        .map_or(0, |sum| u16::from_be_bytes(*sum));
    for (old, new) in old.octets().as_chunks().0.iter().zip(new.as_chunks().0) {
        sum = checksum::update(sum, u16::from_be_bytes(*old), u16::from_be_bytes(*new));
    }
    place.copy_from_slice(&sum.to_be_bytes());
    packet.rewrite(Header::SHORTEST..end)?.copy_from_slice(new);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::icmp::{Quoted, Type};
    use crate::ipv4::lab::{
        FAR, NEAR, ROUTER, assert_sum_is_the_whole, host, only, packet, router,
    };
    use crate::{NO_STANDARD_TIME, Protocol};
    use layercake_base::{Direction, Ici};
    use proptest::prelude::*;

    fn with_options(to: Ipv4Addr, options: &[u8]) -> Vec<u8> {
        packet(Protocol::UDP, b"12345678", |h| {
            h.destination = to;
            h.options = Options::new(options).unwrap();
            h.total_length += u16::try_from(options.len()).unwrap();
        })
    }

    #[test]
    fn a_router_writes_its_address_and_the_time_on_the_way() {
        let options = [7, 7, 4, 0, 0, 0, 0, 1, 68, 12, 5, 1, 0, 0, 0, 0, 0, 0, 0, 0];
        let mut router = router(|_| ());
        router.at_millis(1500);
        let out = router.receive(&with_options(FAR, &options), Ici::NONE);
        let header = Header::decode(only(&out.down).octets()).unwrap();
        let us = [10, 9, 2, 1];
        let time = (NO_STANDARD_TIME | 1500).to_be_bytes();
        let route = [&[7, 7, 8][..], &us, &[1]].concat();
        let stamps = [&[68, 12, 13, 1][..], &us, &time].concat();
        assert_eq!(header.options.octets(), [route, stamps].concat());
        assert_eq!(header.time_to_live, 63);
    }

    /// 23:59:59.5 at the beginning of the world; a second later it is half a second past midnight.
    #[test]
    fn the_time_of_day_is_told_where_it_is_known() {
        let mut router = router(|config| {
            let late = core::time::Duration::from_millis(86_399_500);
            config.time_of_day = Some(late);
        });
        router.at_millis(1000);
        let out =
            router.receive(&with_options(FAR, &[68, 8, 5, 0, 0, 0, 0, 0]), Ici::NONE);
        let header = Header::decode(only(&out.down).octets()).unwrap();
        assert_eq!(header.options.octets(), [68, 8, 9, 0, 0, 0, 1, 0xf4]);
    }

    /// Type, code and pointer of the message about a packet with these options.
    #[test]
    fn what_is_not_followed_is_refused_with_the_right_message() {
        for (to, options, answer, kind) in [
            (FAR, [131, 7, 4, 10, 9, 2, 2, 0], (3, 5, 0), "no-way"),
            (ROUTER, [137, 7, 4, 10, 9, 2, 2, 0], (3, 5, 0), "no-way"),
            (FAR, [7, 9, 4, 0, 0, 0, 0, 0], (12, 0, 21), "illegal"),
            (ROUTER, [1, 7, 1, 0, 0, 0, 0, 0], (12, 0, 22), "illegal"),
            (FAR, [7, 7, 3, 0, 0, 0, 0, 0], (12, 0, 22), "illegal"),
            (FAR, [68, 4, 5, 0xf0, 0, 0, 0, 0], (12, 0, 23), "illegal"),
        ] {
            let asked = with_options(to, &options);
            let out = router(|_| ()).receive(&asked, Ici::NONE);
            let message = &only(&out.down).octets()[20..];
            assert_eq!((message[0], message[1], message[4]), answer, "{options:?}");
            assert_eq!(out.discards, [kind]);
            let quoted = Quoted::in_message(message).unwrap();
            assert_eq!(quoted.header.options.octets(), options);
        }
    }

    #[test]
    fn what_is_unknown_and_router_alert_go_through_unchanged() {
        for options in [[148, 4, 0, 0, 30, 4, 9, 9], [130, 8, 1, 2, 3, 4, 5, 6]] {
            let asked = with_options(FAR, &options);
            let out = router(|_| ()).receive(&asked, Ici::NONE);
            let header = Header::decode(only(&out.down).octets()).unwrap();
            assert_eq!(header.options.octets(), options);
            let asked = with_options(ROUTER, &options);
            assert_eq!(router(|_| ()).receive(&asked, Ici::NONE).up.len(), 1);
        }
    }

    /// The question has been at one router; security (130) does not come back.
    #[test]
    fn an_echo_reply_carries_the_route_on() {
        let options = [130, 4, 0, 0, 7, 11, 8, 10, 9, 2, 1, 0, 0, 0, 0, 0];
        let asked = packet(Protocol::ICMP, &[8, 0, 0xf7, 0xff, 0, 0, 0, 0], |h| {
            h.destination = ROUTER;
            h.options = Options::new(&options).unwrap();
            h.total_length += 16;
        });
        let mut router = router(|_| ());
        let question = router.receive(&asked, Ici::NONE).up.remove(0);
        let mut icmp = crate::rig::Rig::new(crate::Icmp::new());
        let answer = icmp.deliver(Direction::Up, question).down.remove(0);
        let out = router.deliver(Direction::Down, answer);
        let pdu = only(&out.down);
        let header = Header::decode(pdu.octets()).unwrap();
        let expected = [7, 11, 12, 10, 9, 2, 1, 10, 9, 1, 1, 0];
        assert_eq!(header.options.octets(), expected);
        assert_eq!((header.source, header.destination), (ROUTER, NEAR));
        let message = &pdu.octets()[header.octets()..];
        assert_eq!(Type::of(message), Some(Type::ECHO_REPLY));
    }

    /// What lies in front of a PDU that answers nothing must not be taken for a header.
    #[test]
    fn a_header_length_without_its_header_adds_no_options() {
        let ici = Ici {
            network_header: 28,
            ..crate::ipv4::lab::to(FAR)
        };
        let out = host().send(b"data", ici);
        let header = Header::decode(only(&out.down).octets()).unwrap();
        assert_eq!(header.options, Options::NONE);
    }

    proptest! {
        /// The incremental checksum agrees with the one over the whole header.
        #[test]
        fn the_checksum_follows_the_options(
            route in any::<[u8; 12]>(), shift in 0..3_usize, places in 1..4_u8, used in 0..4_u8,
        ) {
            let mut option = vec![1; shift];
            option.extend([7, 3 + places * 4, 4 + used.min(places) * 4]);
            option.extend(&route[..usize::from(places) * 4]);
            option.resize(option.len().next_multiple_of(4), 0);
            let out = router(|_| ()).receive(&with_options(FAR, &option), Ici::NONE);
            assert_sum_is_the_whole(only(&out.down).octets());
        }
    }
}
