//! Telling a sender that its packet died, and when not to.
//!
//! ```text
//! +-----------------+-------------+------------------------------------------------+
//! | new IPv4 header | ICMP header | the packet that died, as much as fits into 576 |
//! +-----------------+-------------+------------------------------------------------+
//! ```
//! Extensions may follow ([`Quote`]).
//!
//! No error is sent about an ICMP error, a fragment other than the first, a packet to a group
//! or that came in a frame to a group, a packet whose source is not one host; nor by a silent
//! node, nor beyond the rate. What this node itself wanted to send is always answered: the
//! message goes up to the user at once, from this node's own address.
//!
//! Spec: RFC 1122 §3.2.2; RFC 1812 §4.3.2.3 (quote), §4.3.2.4 (source address), §4.3.2.5
//! (precedence), §4.3.2.7 (when not), §4.3.2.8 (rate).

use core::net::{IpAddr, Ipv4Addr};

use layercake_base::{Bounce, Context, Pdu, Reason};

use super::deliver::is_one_host;
use super::{Header, Ipv4};
use crate::Protocol;
use crate::icmp::unreachable::Code;
use crate::icmp::{HEADER, ParameterProblem, Redirect, TimeExceeded, Type, Unreachable};
use crate::quote::{Extension, Quote, incoming};

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
    Redirect(Redirect),
}

impl Error {
    /// The Length of those that may have extensions. RFC 4884 §4.
    fn words(&mut self) -> Option<&mut u8> {
        match self {
            Error::Unreachable(error) => Some(&mut error.length),
            Error::TimeExceeded(error) => Some(&mut error.length),
            Error::ParameterProblem(error) => Some(&mut error.length),
            Error::Redirect(_) => None,
        }
    }
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

impl From<Redirect> for Error {
    fn from(error: Redirect) -> Self {
        Error::Redirect(error)
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
            Bounce::Prohibited => Code::PROHIBITED,
        };
        if bounce == Bounce::NoNeighbour
            && let Some(IpAddr::V4(silent)) = packet.ici().next_hop
        {
            self.destinations.forget_gateway(silent, packet.ici().port);
        }
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
        match self.plan(&message, header, None) {
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
        mut error: Error,
        cx: &mut Context<'_>,
    ) -> Option<(Pdu, Header)> {
        let back = self.interface_towards(died.source);
        let largest = back.map_or(LARGEST, |out| LARGEST.min(out.mtu.into()));
        let most = largest.saturating_sub(Header::SHORTEST + HEADER);
        let extension = match error.words() {
            Some(_) => self.extension(packet, died),
            None => Extension::NONE,
        };
        let quote = Quote::of(packet.octets(), most, 4, &extension);
        let data = HEADER + quote.octets();
        let ends = (self.speaker(died), died.source);
        let header = Header {
            type_of_service: died.type_of_service & KEPT | INTERNETWORK_CONTROL,
            ..self
                .header(ends, Protocol::ICMP, data, (true, cx.now()))
                .ok()?
        };
        let mut message = cx.allocate(Header::SHORTEST + data)?;
        write(message.octets_mut(), &header, error, &quote).ok()?;
        message.set_ici(|ici| {
            ici.source = Some(header.source.into());
            ici.destination = Some(header.destination.into());
            ici.class = header.type_of_service;
        });
        Some((message, header))
    }

    /// What is told about the interface by which a packet came, and of its labels, if this node
    /// tells such things. Nobody knows the interface any more of a packet that came back on its
    /// way out.
    fn extension(&self, packet: &Pdu, died: &Header) -> Extension {
        let (port, out) = (packet.ici().port, packet.ici().next_hop.is_some());
        let own = self.interfaces.iter().find(|own| own.port == port);
        let own = own.filter(|_| self.interface_information && !out);
        let interface =
            own.map(|own| incoming(port, Some(own.address.into()), own.mtu.into()));
        Extension::telling(interface, (&self.labels, died.time_to_live))
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
        (Bounce::Prohibited, _) => {
            let to = header.destination;
            Reason::dead_end("Destination Address", to, "is forbidden by a filter")
        }
    }
}

/// Header, message and quote into the octets of a packet.
fn write(
    packet: &mut [u8],
    header: &Header,
    mut error: Error,
    quote: &Quote<'_>,
) -> Result<(), Reason> {
    header.encode(packet)?;
    let message = packet.get_mut(header.octets()..).unwrap_or_default();
    quote.write(message.get_mut(HEADER..).unwrap_or_default());
    if let Some(words) = error.words() {
        *words = quote.units();
    }
    match error {
        Error::Unreachable(error) => error.encode(message),
        Error::TimeExceeded(error) => error.encode(message),
        Error::ParameterProblem(error) => error.encode(message),
        Error::Redirect(error) => error.encode(message),
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
mod tests;
