//! Telling a sender that its packet died, and when not to.
//!
//! ```text
//! +-----------------+---------------+-------------------------------------------------+
//! | new IPv6 header | ICMPv6 header | the packet that died, as much as fits into 1280 |
//! +-----------------+---------------+-------------------------------------------------+
//! ```
//! Extensions may follow ([`Quote`]).
//!
//! No error is sent about an ICMPv6 error or a redirect, or what cannot be read as far as to see
//! that it is none (but for a first fragment without all its headers, RFC 7112 §5), a packet to a
//! group or that came in a frame to a group (but for "packet too big", which path MTU discovery for
//! groups lives on, and an option that wants it), a packet whose source is not one host; nor by a
//! silent node, nor beyond the rate. What this node itself wanted to send is always answered: the
//! message goes up to the user at once, from this node's own address.
//!
//! Spec: RFC 4443 §2.2 (source address), §2.4 (c) (quote), (e) (when not), (f) (rate); RFC 4884 §4.4, §4.5
//! and RFC 5837 (extensions).

use core::net::{IpAddr, Ipv6Addr};

use layercake_base::{Bounce, Context, Pdu, Reason};

use super::deliver::hand_up;
use super::extension::Chain;
use super::scope::is_one_host;
use super::{Header, Interface, Ipv6};
use crate::Protocol;
use crate::icmpv6::{
    Ends, HEADER, PacketTooBig, ParameterProblem, TimeExceeded, Type, Unreachable,
};
use crate::quote::{Extension, Quote, incoming};

/// Length counts in so many octets. RFC 4884 §4.4.
const UNIT: usize = 8;

/// What the sender is told.
#[derive(Clone, Copy, Debug)]
pub(super) enum Error {
    Unreachable(Unreachable),
    PacketTooBig(PacketTooBig),
    TimeExceeded(TimeExceeded),
    ParameterProblem(ParameterProblem),
}

impl Error {
    /// The Length of those that may have extensions. RFC 4884 §4.
    fn units(&mut self) -> Option<&mut u8> {
        match self {
            Error::Unreachable(error) => Some(&mut error.length),
            Error::TimeExceeded(error) => Some(&mut error.length),
            Error::PacketTooBig(_) | Error::ParameterProblem(_) => None,
        }
    }
}

impl From<Unreachable> for Error {
    fn from(error: Unreachable) -> Self {
        Error::Unreachable(error)
    }
}

impl From<PacketTooBig> for Error {
    fn from(error: PacketTooBig) -> Self {
        Error::PacketTooBig(error)
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

impl Ipv6 {
    /// A neighbour layer sent a packet back, its header in front.
    pub(super) fn bounced(
        &mut self,
        packet: Pdu,
        bounce: Bounce,
        cx: &mut Context<'_>,
    ) -> Result<(), Reason> {
        let header = Header::decode_lax(packet.octets())?;
        let error = match bounce {
            Bounce::NoProtocol => unknown_protocol(&packet),
            Bounce::NoPort => Unreachable::PORT.into(),
            Bounce::NoNeighbour => Unreachable::ADDRESS.into(),
            Bounce::Prohibited => Unreachable::PROHIBITED.into(),
        };
        if let (Bounce::NoNeighbour, Some(IpAddr::V6(silent))) =
            (bounce, packet.ici().next_hop)
        {
            self.routers.silent(packet.ici().port, silent);
            self.destinations.forget_gateway(silent, packet.ici().port);
        }
        self.report(&packet, &header, error, cx);
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
        let ours = self.addresses.has(header.source, packet.ici().port);
        let deserved = deserves_error(packet, header, Some(error));
        if deserved && (ours || self.may_speak(cx)) {
            // Without memory, or an address to speak from, the sender is told nothing.
            if let Some((message, header)) = self.message(packet, header, error, cx) {
                self.launch(message, &header, cx);
            }
        }
    }

    /// Sends a message on its way, to this node itself if need be.
    pub(super) fn launch(&mut self, message: Pdu, header: &Header, cx: &mut Context<'_>) {
        match self.plan(&message, header, None) {
            Ok(Some(way)) => way.hand_down(message, cx), // it was made to fit
            Ok(None) => hand_up(message, header, (Protocol::ICMPV6, Header::OCTETS), cx),
            Err(reason) => cx.discard(message, reason),
        }
    }

    /// Not silent, and within the rate of errors.
    fn may_speak(&mut self, cx: &Context<'_>) -> bool {
        !self.silent && self.limit.as_mut().is_none_or(|limit| limit.take(cx.now()))
    }

    /// Not silent, and within the rate of redirects.
    pub(super) fn may_redirect(&mut self, cx: &Context<'_>) -> bool {
        let limit = self.redirect_limit.as_mut();
        !self.silent && limit.is_none_or(|limit| limit.take(cx.now()))
    }

    /// The packet that tells that `packet` died, and its header. It goes out where the packet
    /// came in, if its sender is known there only.
    fn message(
        &mut self,
        packet: &Pdu,
        died: &Header,
        mut error: Error,
        cx: &mut Context<'_>,
    ) -> Option<(Pdu, Header)> {
        let port = packet.ici().port;
        let most = usize::try_from(Interface::LEAST_MTU).ok()?;
        let most = most.saturating_sub(Header::OCTETS + HEADER);
        let extension = match error.units() {
            Some(_) => self.extension(packet, died),
            None => Extension::NONE,
        };
        let quote = Quote::of(packet.octets(), most, UNIT, &extension);
        let ends = (self.speaker(died, port)?, died.source);
        let data = HEADER + quote.octets();
        let header = self.header(ends, Protocol::ICMPV6, data).ok()?;
        let mut message = cx.allocate(Header::OCTETS + data)?;
        let (front, body) = message.octets_mut().split_at_mut_checked(Header::OCTETS)?;
        quote.write(body.get_mut(HEADER..)?);
        if let Some(units) = error.units() {
            *units = quote.units();
        }
        encode(error, body, ends).ok()?;
        let header = self.labelled(header, body, cx);
        front.copy_from_slice(&header.encode());
        message.set_ici(|ici| {
            ici.source = Some(header.source.into());
            ici.destination = Some(header.destination.into());
            ici.port = port;
        });
        Some((message, header))
    }

    /// What is told about the interface by which a packet came, and of its labels, if this node
    /// tells such things. Nobody knows the interface any more of a packet that came back on its
    /// way out.
    fn extension(&self, packet: &Pdu, died: &Header) -> Extension {
        let (port, out) = (packet.ici().port, packet.ici().next_hop.is_some());
        let link = self.links.iter().find(|link| link.port == port);
        let link = link.filter(|_| self.interface_information && !out);
        let interface = link.map(|link| {
            let mut here = self.addresses.all().filter(|own| own.port == port);
            let address = here.next().map(|own| own.address.into());
            let mtu = u32::try_from(link.mtu()).unwrap_or(u32::MAX);
            incoming(port, address, mtu)
        });
        Extension::telling(interface, (&self.labels, died.hop_limit))
    }

    /// The address that speaks of a packet: the one that was asked; else the one from which this
    /// node speaks to the sender anyway.
    fn speaker(&self, died: &Header, port: u16) -> Option<Ipv6Addr> {
        match self.addresses.has(died.destination, port) {
            true => Some(died.destination),
            false => self.source_towards(died.source, port),
        }
    }
}

/// The message about a protocol that nobody handles: where the packet names it.
fn unknown_protocol(packet: &Pdu) -> Error {
    let chain = Chain::of(packet.octets()).end();
    let at = chain.map_or(0, |chain| chain.named_at());
    ParameterProblem::next_header(u32::try_from(at).unwrap_or(u32::MAX)).into()
}

/// The reason for our own counters. The port stands in a header that is not IP's to read.
fn why(bounce: Bounce, packet: &Pdu, header: &Header) -> Reason {
    match (bounce, packet.ici().next_hop) {
        (Bounce::NoProtocol, _) => Reason::Unhandled {
            field: "Next Header",
            value: packet.ici().next.into(),
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

fn encode(error: Error, message: &mut [u8], ends: Ends) -> Result<(), Reason> {
    match error {
        Error::Unreachable(error) => error.encode(message, ends),
        Error::PacketTooBig(error) => error.encode(message, ends),
        Error::TimeExceeded(error) => error.encode(message, ends),
        Error::ParameterProblem(error) => error.encode(message, ends),
    }
}

/// The code of a parameter problem about an option, which is sent about packets to groups too.
const UNKNOWN_OPTION: u8 = 2;

/// RFC 4443 §2.4 (e): never about these. `None` is a redirect.
pub(super) fn deserves_error(
    packet: &Pdu,
    header: &Header,
    error: Option<Error>,
) -> bool {
    let incomplete = ParameterProblem::INCOMPLETE_CHAIN;
    let cut =
        matches!(error, Some(Error::ParameterProblem(error)) if error == incomplete);
    // What cannot be read to its end may be one: nothing is said, but for that very thing.
    let about_error = Chain::of(packet.octets()).end().map_or(!cut, |chain| {
        let data = packet.octets().get(chain.at()..).unwrap_or_default();
        let silent = |kind: Type| kind.is_error() || kind == Type::REDIRECT;
        let message = chain.next_header() == Protocol::ICMPV6;
        message && !chain.is_later_fragment() && Type::of(data).is_none_or(silent)
    });
    // Loopback never comes over a link: only this node itself can be meant.
    let one = is_one_host(header.source) || header.source.is_loopback();
    let group = packet.ici().group || header.destination.is_multicast();
    let may_group = match error {
        Some(Error::PacketTooBig(_)) => true,
        Some(Error::ParameterProblem(error)) => error.code == UNKNOWN_OPTION,
        _ => false,
    };
    one && !about_error && (!group || may_group)
}

#[cfg(test)]
mod tests;
