//! Telling a sender that its packet died, and when not to.
//!
//! ```text
//! +-----------------+-------------+------------------------------------------------+
//! | new IPv4 header | ICMP header | the packet that died, as much as fits into 576 |
//! +-----------------+-------------+------------------------------------------------+
//! ```
//! No error is sent about an ICMP error, a fragment other than the first, a packet to a group
//! or that came in a frame to a group, a packet whose source is not one host; nor by a silent
//! node, nor beyond the rate. What this node itself wanted to send is always answered: the
//! message goes up to the user at once, from this node's own address.
//!
//! Spec: RFC 1122 §3.2.2; RFC 1812 §4.3.2.3 (quote), §4.3.2.4 (source address), §4.3.2.5
//! (precedence), §4.3.2.7 (when not), §4.3.2.8 (rate).

use core::net::Ipv4Addr;

use layercake_base::{Bounce, Context, Pdu, Reason};

use super::deliver::is_one_host;
use super::{Header, Ipv4};
use crate::Protocol;
use crate::icmp::unreachable::Code;
use crate::icmp::{HEADER, ParameterProblem, TimeExceeded, Type, Unreachable};

/// The largest error message as a packet, in octets. RFC 1812 §4.3.2.3.
const LARGEST: usize = 576;

/// Precedence "internetwork control". RFC 1812 §4.3.2.5, RFC 791 §3.1.
const INTERNETWORK_CONTROL: u8 = 0b1100_0000;
/// The bits of Type of Service that an answer takes over: all but precedence and the last.
const KEPT: u8 = 0b0001_1110;

/// What the sender is told.
#[derive(Clone, Copy, Debug)]
pub(super) enum Error {
    Unreachable(Unreachable),
    TimeExceeded(TimeExceeded),
    ParameterProblem(ParameterProblem),
}

impl From<Unreachable> for Error {
    fn from(error: Unreachable) -> Self {
        Error::Unreachable(error)
    }
}

impl From<TimeExceeded> for Error {
    fn from(error: TimeExceeded) -> Self {
        Error::TimeExceeded(error)
    }
}

impl From<ParameterProblem> for Error {
    fn from(error: ParameterProblem) -> Self {
        Error::ParameterProblem(error)
    }
}

impl Ipv4 {
    /// A neighbour layer sent a packet back, its header in front.
    pub(super) fn bounced(
        &mut self,
        packet: Pdu,
        bounce: Bounce,
        cx: &mut Context<'_>,
    ) -> Result<(), Reason> {
        let header = Header::decode_lax(packet.octets())?;
        let code = match bounce {
            Bounce::NoProtocol => Code::PROTOCOL,
            Bounce::NoPort => Code::PORT,
            Bounce::NoNeighbour => Code::HOST,
        };
        self.report(&packet, &header, Unreachable::new(code).into(), cx);
        Err(why(bounce, &packet, &header))
    }

    /// Tells the sender of `packet`, whose header is `header`, that it died, if that is proper.
    pub(super) fn report(
        &mut self,
        packet: &Pdu,
        header: &Header,
        error: Error,
        cx: &mut Context<'_>,
    ) {
        let ours = self.is_own(header.source);
        if deserves_error(packet, header) && (ours || self.may_speak(cx)) {
            // Without memory the sender is told nothing.
            if let Some((message, header)) = self.message(packet, header, error, cx) {
                self.launch(message, &header, cx);
            }
        }
    }

    /// Sends a message on its way, to this node itself if need be.
    fn launch(&mut self, message: Pdu, header: &Header, cx: &mut Context<'_>) {
        match self.plan(&message, header) {
            Ok(Some(way)) => way.hand_down(message, cx), // it was made to fit
            Ok(None) => self.hand_up(message, header, cx),
            Err(reason) => cx.discard(message, reason),
        }
    }

    /// Not silent, and within the rate.
    fn may_speak(&mut self, cx: &Context<'_>) -> bool {
        !self.silent && self.limit.as_mut().is_none_or(|limit| limit.take(cx.now()))
    }

    /// The packet that tells that `packet` died, and its header.
    fn message(
        &mut self,
        packet: &Pdu,
        died: &Header,
        error: Error,
        cx: &mut Context<'_>,
    ) -> Option<(Pdu, Header)> {
        let back = self.interface_towards(died.source);
        let largest = back.map_or(LARGEST, |out| LARGEST.min(out.mtu.into()));
        let quote = packet.octets();
        let most = largest.saturating_sub(Header::SHORTEST + HEADER);
        let quote = quote.get(..most).unwrap_or(quote);
        let data = HEADER + quote.len();
        let ends = (self.speaker(died), died.source);
        let header = Header {
            type_of_service: died.type_of_service & KEPT | INTERNETWORK_CONTROL,
            ..self.header(ends, Protocol::ICMP, data).ok()?
        };
        let mut message = cx.allocate(Header::SHORTEST + data)?;
        write(message.octets_mut(), &header, error, quote).ok()?;
        message.set_ici(|ici| {
            ici.source = Some(header.source.into());
            ici.destination = Some(header.destination.into());
            ici.class = header.type_of_service;
        });
        Some((message, header))
    }

    /// The address that speaks of a packet: the one that was asked; else that of the interface
    /// by which the message leaves.
    fn speaker(&self, died: &Header) -> Ipv4Addr {
        match self.is_own(died.destination) {
            true => died.destination,
            false => self.source_towards(died.source),
        }
    }
}

/// The reason for our own counters. The port stands in a header that is not IP's to read.
fn why(bounce: Bounce, packet: &Pdu, header: &Header) -> Reason {
    match (bounce, packet.ici().next_hop) {
        (Bounce::NoProtocol, _) => Reason::Unhandled {
            field: "Protocol",
            value: header.protocol.0.into(),
        },
        (Bounce::NoPort, _) => Reason::NoWay("nobody listens at the port"),
        (Bounce::NoNeighbour, Some(next_hop)) => {
            Reason::dead_end("next hop", next_hop, "does not answer")
        }
        (Bounce::NoNeighbour, None) => Reason::NoWay("the next hop does not answer"),
    }
}

/// Header, message and quote into the octets of a packet.
fn write(
    packet: &mut [u8],
    header: &Header,
    error: Error,
    quote: &[u8],
) -> Result<(), Reason> {
    header.encode(packet)?;
    let message = packet.get_mut(header.octets()..).unwrap_or_default();
    if let Some(place) = message.get_mut(HEADER..) {
        place.copy_from_slice(quote);
    }
    match error {
        Error::Unreachable(error) => error.encode(message),
        Error::TimeExceeded(error) => error.encode(message),
        Error::ParameterProblem(error) => error.encode(message),
    }
}

/// RFC 1122 §3.2.2, RFC 1812 §4.3.2.7: never about these.
fn deserves_error(packet: &Pdu, header: &Header) -> bool {
    let data = packet.octets().get(header.octets()..).unwrap_or_default();
    let icmp = header.protocol == Protocol::ICMP;
    let about_error = icmp && Type::of(data).is_none_or(Type::is_error);
    let mut ends = [header.source, header.destination].into_iter();
    // Loopback never comes over a link: only this node itself can be meant.
    let between_two = ends.all(|end| is_one_host(end) || end.is_loopback());
    between_two && !packet.ici().group && !about_error && !header.is_later_fragment()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::icmp::Quoted;
    use crate::ipv4::lab::{FAR, NEAR, ROUTER, host, only, packet, router, to};
    use crate::ipv4::{Config, Rate};
    use crate::rig::{Out, Rig};
    use crate::samples;
    use layercake_base::{Direction, Ici};

    /// Everything but identification and header checksum, which differ from node to node.
    #[track_caller]
    fn assert_same_but_for_identification(ours: &[u8], kernel: &[u8]) {
        let mut ours = ours.to_vec();
        ours[4..6].copy_from_slice(&kernel[4..6]);
        ours[10..12].copy_from_slice(&kernel[10..12]);
        assert_eq!(ours, kernel, "\n{ours:02x?}\n{kernel:02x?}");
    }

    #[test]
    fn a_packet_that_died_of_age_is_answered_as_the_kernel_does() {
        let out = router(|_| ()).receive(&samples::ECHO_TTL_1, Ici::NONE);
        let pdu = only(&out.down);
        assert_same_but_for_identification(pdu.octets(), &samples::TIME_EXCEEDED);
        assert_eq!((pdu.ici().next_hop, pdu.ici().port), (Some(NEAR.into()), 0));
    }

    #[test]
    fn a_packet_to_nowhere_is_answered_as_the_kernel_does() {
        let asked = &samples::NET_UNREACHABLE[28..];
        let out = router(|_| ()).receive(asked, Ici::NONE);
        let ours = only(&out.down).octets();
        assert_same_but_for_identification(ours, &samples::NET_UNREACHABLE);
    }

    #[test]
    fn a_packet_that_does_not_fit_is_answered_as_the_kernel_does() {
        let mut asked = samples::FRAGMENTATION_NEEDED[28..].to_vec();
        asked.resize(1408, 0);
        let out = router(|_| ()).receive(&asked, Ici::NONE);
        let ours = only(&out.down).octets();
        assert_eq!(ours.len(), 576);
        assert!(Unreachable::decode(&ours[20..]).is_ok());
        let mut kernel = samples::FRAGMENTATION_NEEDED;
        // The ICMP checksum covers what the sample leaves out.
        kernel[22..24].copy_from_slice(&ours[22..24]);
        assert_same_but_for_identification(&ours[..64], &kernel);
    }

    /// Up, and back down with a bounce, as a layer above does it.
    fn bounce(rig: &mut Rig<Ipv4>, octets: &[u8], why: Bounce) -> Out {
        let mut pdu = rig.receive(octets, Ici::NONE).up.remove(0);
        pdu.set_ici(|ici| ici.bounce = Some(why));
        rig.deliver(Direction::Down, pdu)
    }

    #[test]
    fn a_port_where_nobody_listens_is_answered_as_the_kernel_does() {
        let mut host = router(|config| config.interfaces[1].address = FAR);
        let asked = &samples::PORT_UNREACHABLE[28..];
        let out = bounce(&mut host, asked, Bounce::NoPort);
        let mut ours = only(&out.down).octets().to_vec();
        // The sample was recorded one router further on.
        ours[8] -= 1;
        assert_same_but_for_identification(&ours, &samples::PORT_UNREACHABLE);
        assert_eq!(out.discards, ["no-way"]);
    }

    #[test]
    fn a_protocol_that_nobody_handles_is_answered_with_code_2() {
        let asked = packet(Protocol(200), b"12345678", |h| h.destination = ROUTER);
        let out = bounce(&mut router(|_| ()), &asked, Bounce::NoProtocol);
        let message = &only(&out.down).octets()[20..];
        assert_eq!(Unreachable::decode(message).unwrap().code, Code::PROTOCOL);
        assert_eq!(message[8..], asked);
        assert_eq!(out.told, ["Protocol = 200 is not handled here"]);
    }

    /// A packet that went down comes up again because the link finds no such neighbour.
    fn no_neighbour(rig: &mut Rig<Ipv4>, mut out: Out) -> Out {
        let mut pdu = out.down.remove(0);
        pdu.set_ici(|ici| ici.bounce = Some(Bounce::NoNeighbour));
        rig.deliver(Direction::Up, pdu)
    }

    #[test]
    fn the_sender_hears_that_the_last_hop_does_not_answer() {
        let mut router = router(|_| ());
        let out = router.receive(&samples::ECHO, Ici::NONE);
        let out = no_neighbour(&mut router, out);
        let pdu = only(&out.down);
        assert_eq!(pdu.ici().destination, Some(NEAR.into()));
        let message = &pdu.octets()[20..];
        assert_eq!(Unreachable::decode(message).unwrap().code, Code::HOST);
        let quoted = Quoted::in_message(message).unwrap();
        assert_eq!(quoted.data, &samples::ECHO[20..]);
        assert_eq!(out.told, ["next hop = 10.9.2.2 does not answer"]);
    }

    /// "From 10.9.1.2 icmp_seq=1 Destination Host Unreachable".
    #[test]
    fn this_node_hears_from_itself_what_it_could_not_send() {
        let mut host = host();
        let out = host.send(&samples::ECHO[20..], Ici { next: 1, ..to(FAR) });
        let out = no_neighbour(&mut host, out);
        assert!(out.down.is_empty());
        let pdu = only(&out.up);
        assert_eq!((pdu.ici().source, pdu.ici().next), (Some(NEAR.into()), 1));
        let message = pdu.octets();
        assert_eq!(Unreachable::decode(message).unwrap().code, Code::HOST);
        assert_eq!(
            Quoted::in_message(message)
                .unwrap()
                .echo()
                .unwrap()
                .identifier,
            30531
        );
    }

    #[test]
    fn this_node_hears_from_itself_that_there_is_no_route() {
        let mut router = router(|config| config.silent = true);
        let out = router.send(b"12345678", to([192, 0, 2, 1].into()));
        let message = only(&out.up).octets();
        assert_eq!(Unreachable::decode(message).unwrap().code, Code::NET);
        assert_eq!(out.discards, ["no-way"]);
        assert_eq!(
            out.told,
            ["Destination Address = 192.0.2.1 has no route here"]
        );
    }

    /// A packet that dies of age, with something about it that forbids an answer.
    #[test]
    fn some_packets_die_without_a_word() {
        let dying = |data: &[u8], protocol, change: fn(&mut Header)| {
            packet(protocol, data, |h| {
                h.time_to_live = 1;
                change(h);
            })
        };
        let answers = |octets: &[u8], group| {
            router(|_| ())
                .receive(octets, Ici { group, ..Ici::NONE })
                .down
                .len()
        };
        let echo = &samples::ECHO[20..];
        assert_eq!(answers(&dying(echo, Protocol::ICMP, |_| ()), false), 1);
        let first: fn(&mut Header) = |h| h.more_fragments = true;
        assert_eq!(answers(&dying(echo, Protocol::ICMP, first), false), 1);

        let error = &samples::TIME_EXCEEDED[20..];
        assert_eq!(answers(&dying(error, Protocol::ICMP, |_| ()), false), 0);
        assert_eq!(answers(&dying(&[], Protocol::ICMP, |_| ()), false), 0);
        let later: fn(&mut Header) = |h| h.fragment_offset = 1;
        assert_eq!(answers(&dying(echo, Protocol::ICMP, later), false), 0);
        let unknown: fn(&mut Header) = |h| h.source = [0; 4].into();
        assert_eq!(answers(&dying(echo, Protocol::ICMP, unknown), false), 0);
        assert_eq!(answers(&dying(echo, Protocol::ICMP, |_| ()), true), 0);
    }

    #[test]
    fn a_datagram_to_a_group_is_never_bounced_to_its_sender() {
        let asked = packet(Protocol::UDP, b"12345678", |h| {
            h.destination = [255; 4].into()
        });
        let out = bounce(&mut router(|_| ()), &asked, Bounce::NoPort);
        assert!(out.down.is_empty());
    }

    #[test]
    fn a_silent_router_forwards_and_says_nothing() {
        let mut router = router(|config| config.silent = true);
        assert_eq!(router.receive(&samples::ECHO, Ici::NONE).down.len(), 1);
        let out = router.receive(&samples::ECHO_TTL_1, Ici::NONE);
        assert!(out.down.is_empty());
        assert_eq!(out.discards, ["hops-exhausted"]);
    }

    #[test]
    fn errors_stay_within_the_rate() {
        let rate = Rate {
            per_second: 10,
            burst: 2,
        };
        let limited = |config: &mut Config| config.icmp_rate = Some(rate);
        let mut router = router(limited);
        let mut errors_at = |millis| {
            router.at_millis(millis);
            router.receive(&samples::ECHO_TTL_1, Ici::NONE).down.len()
        };
        let story = [0, 0, 0, 50, 100, 101, 1000, 1000, 1000].map(&mut errors_at);
        assert_eq!(story, [1, 1, 0, 0, 1, 0, 1, 1, 0]);
    }

    #[test]
    fn a_closed_port_of_this_node_is_told_to_itself() {
        for address in [NEAR, Ipv4Addr::LOCALHOST] {
            let mut host = host();
            let mut pdu = host.send(b"12345678", to(address)).up.remove(0);
            pdu.set_ici(|ici| ici.bounce = Some(Bounce::NoPort));
            let out = host.deliver(Direction::Down, pdu);
            let pdu = only(&out.up);
            assert_eq!(pdu.ici().source, Some(address.into()));
            assert_eq!(Unreachable::decode(pdu.octets()).unwrap().code, Code::PORT);
        }
    }

    #[test]
    fn a_message_fits_the_way_back() {
        let mut router = router(|config| config.interfaces[0].mtu = 296);
        let asked = packet(Protocol::UDP, &[7; 1000], |h| h.time_to_live = 1);
        let out = router.receive(&asked, Ici::NONE);
        assert_eq!(only(&out.down).octets().len(), 296);
    }

    #[test]
    fn a_message_without_a_way_back_is_a_discard_of_its_own() {
        let mut router = router(|_| ());
        let asked = packet(Protocol::UDP, b"12345678", |h| {
            (h.source, h.time_to_live) = ([192, 0, 2, 1].into(), 1);
        });
        let out = router.receive(&asked, Ici::NONE);
        assert!(out.down.is_empty());
        assert_eq!(out.discards, ["no-way", "hops-exhausted"]);
    }

    #[test]
    fn without_memory_nobody_is_told_and_nothing_breaks() {
        let mut router = router(|_| ());
        router.world.pool = layercake_base::Pool::new(1);
        let out = router.receive(&samples::ECHO_TTL_1, Ici::NONE);
        assert!(out.down.is_empty());
        assert_eq!(out.discards, ["hops-exhausted"]);
    }
}
