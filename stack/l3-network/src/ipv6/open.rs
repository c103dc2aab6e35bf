//! What a node makes of a packet's extension headers.
//!
//! | header | what happens |
//! |---|---|
//! | Hop-by-Hop Options behind the IPv6 header | each node on the way looks at its options |
//! | Hop-by-Hop Options elsewhere, in fragments too | discard; parameter problem, code 1 |
//! | Destination Options | its options are looked at |
//! | Routing with segments left 0 | skipped |
//! | Routing with segments left, whatever its type | discard; parameter problem at the type |
//! | Fragment, atomic | skipped |
//! | Fragment | the packet waits for the others (`gather.rs`) |
//! | No Next Header | the rest is discarded without a word |
//! | an option: padding, router alert | skipped; no protocol here wants packets that are for others |
//! | an option: any other | what its type says ([`option`](super::extension::option)) |
//! | an option that does not end within its header | discard; parameter problem at its length |
//! | more headers or options than are looked at; a header cut short | discard |
//! | jumbo payload | an option that is not known: no link here takes jumbograms |
//! | payload length 0 without that option, though there is more | discard; parameter problem there |
//!
//! What is behind the headers goes up; a protocol that nobody handles comes back.
//!
//! Spec: RFC 8200 §4; RFC 2711; RFC 2675 §3; RFC 5095 §3; RFC 6946 §4; RFC 8504 §5.3.

use layercake_base::{Pdu, Reason};

use super::Header;
use super::errors::Error;
use super::extension::option::{Act, Type};
use super::extension::{Chain, Extension, FragmentHeader, Options, RoutingHeader};
use crate::Protocol;
use crate::icmpv6::ParameterProblem;

/// Why a packet is not taken, and what its sender is told.
pub(super) type Refusal = (Option<Error>, Reason);

/// What is behind the headers that a destination looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// The packet of an upper layer, behind so many octets.
    Upper { protocol: Protocol, at: usize },
    /// A part of such a packet.
    Fragment(Part),
}

/// A fragment, and where in its packet its header stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) header: FragmentHeader,
    /// Octets of the packet in front of the fragment header.
    pub(super) at: usize,
    /// Octets of the packet in front of the field that names the fragment header.
    pub(super) named_at: usize,
}

/// Where the IPv6 header has its payload length.
const PAYLOAD_LENGTH: usize = 4;

/// Looks at what every node on the way looks at: the Hop-by-Hop Options.
pub(super) fn admit(packet: &Pdu, header: &Header) -> Result<(), Refusal> {
    if header.next_header != Protocol::HOPOPT {
        return Ok(()); // nearly every packet
    }
    if let Some(first) = Chain::of(packet.octets()).next() {
        let first = first.map_err(quietly)?;
        options(&first, header)?;
    }
    if header.payload_length == 0 {
        let (field, value) = ("Payload Length", header.payload_length.into());
        let rule = "must not be 0 without a jumbo payload option";
        let reason = Reason::Illegal { field, value, rule };
        return Err((Some(problem_at(PAYLOAD_LENGTH)), reason));
    }
    Ok(())
}

/// Looks at the headers of a packet that has been [admitted](admit) and is for this node.
pub(super) fn open(packet: &Pdu, header: &Header) -> Result<Content, Refusal> {
    let mut chain = Chain::of(packet.octets());
    for extension in chain.by_ref() {
        let extension = extension.map_err(quietly)?;
        match extension.kind {
            Protocol::HOPOPT if extension.at == Header::OCTETS => (), // admitted
            Protocol::HOPOPT => return Err(misplaced(extension.named_at)),
            Protocol::IPV6_ROUTE => route(&extension)?,
            Protocol::IPV6_FRAG => {
                let header = FragmentHeader::decode(extension.octets).map_err(quietly)?;
                if header.fragment_offset == 0 && header.next_header == Protocol::HOPOPT {
                    return Err(misplaced(extension.at)); // that of others counts for nothing
                }
                if !header.is_atomic() {
                    let (at, named_at) = (extension.at, extension.named_at);
                    return Ok(Content::Fragment(Part {
                        header,
                        at,
                        named_at,
                    }));
                }
            }
            _ => options(&extension, header)?,
        }
    }
    match chain.next_header() {
        Protocol::IPV6_NONXT => {
            let reason = Reason::NoWay("the packet ends with its headers");
            Err((None, reason))
        }
        protocol => Ok(Content::Upper {
            protocol,
            at: chain.at(),
        }),
    }
}

/// A list of options. RFC 8200 §4.2.
fn options(extension: &Extension<'_>, header: &Header) -> Result<(), Refusal> {
    let list = Options::decode(extension.octets).map_err(quietly)?;
    for option in list.walk() {
        let (at, option) = option.map_err(|flaw| {
            let error = flaw.at.map(|at| problem_at(extension.at + at));
            (error, flaw.reason)
        })?;
        let known = option.kind == Type::ROUTER_ALERT;
        let reason = || {
            let (field, value) = ("Option Type", option.kind.0.into());
            Reason::Unhandled { field, value }
        };
        let tell = || {
            let pointer = u32::try_from(extension.at + at).unwrap_or(u32::MAX);
            Some(ParameterProblem::option(pointer).into())
        };
        match option.kind.act() {
            _ if known => (),
            Act::Skip => (),
            Act::Discard => return Err((None, reason())),
            Act::TellOne if header.destination.is_multicast() => {
                return Err((None, reason()));
            }
            Act::Tell | Act::TellOne => return Err((tell(), reason())),
        }
    }
    Ok(())
}

/// Stations to be visited. RFC 8200 §4.4.
fn route(extension: &Extension<'_>) -> Result<(), Refusal> {
    let header = RoutingHeader::decode(extension.octets).map_err(quietly)?;
    if header.segments_left == 0 {
        return Ok(());
    }
    let error = problem_at(extension.at + RoutingHeader::TYPE_AT);
    let (field, value) = ("Routing Type", header.routing_type.into());
    Err((Some(error), Reason::Unhandled { field, value }))
}

/// RFC 8200 §4: a value of 0 in any Next Header field but that of the IPv6 header.
fn misplaced(named_at: usize) -> Refusal {
    let pointer = u32::try_from(named_at).unwrap_or(u32::MAX);
    let (field, value) = ("Next Header", Protocol::HOPOPT.0.into());
    let error = ParameterProblem::next_header(pointer);
    (Some(error.into()), Reason::Unhandled { field, value })
}

/// The field that begins here is wrong.
pub(super) fn problem_at(at: usize) -> Error {
    ParameterProblem::field(u32::try_from(at).unwrap_or(u32::MAX)).into()
}

fn quietly(reason: Reason) -> Refusal {
    (None, reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::icmpv6::Type as Message;
    use crate::ipv6::lab::{FAR, NEAR, ROUTER, address, only, packet, router};
    use core::net::Ipv6Addr;
    use hex_literal::hex;
    use layercake_base::{Bounce, Direction, Ici};

    /// What happens to a packet with these octets behind its header.
    #[derive(Debug, PartialEq)]
    enum Fate {
        Up,
        Onwards,
        /// Type, code and pointer of the message to the sender.
        Told(u8, u8, u32),
        Gone,
    }

    fn fate_at(to: Ipv6Addr, first: u8, data: &[u8]) -> Fate {
        let octets = packet(Protocol(first), data, |h| h.destination = to);
        let mut rig = router(|_| ());
        let mut out = rig.receive(&octets, Ici::NONE);
        assert_eq!(
            out.up.len() + out.down.len() + out.discards.len(),
            match out.down.len() {
                1 if !out.discards.is_empty() => 2,
                _ => 1,
            }
        );
        if let Some(pdu) = out.up.pop() {
            let behind = pdu.octets().len();
            assert_eq!(pdu.ici().network_header + behind, octets.len());
            return Fate::Up;
        }
        match out.down.pop() {
            None => Fate::Gone,
            Some(_) if out.discards.is_empty() => Fate::Onwards,
            Some(pdu) => {
                let message = &pdu.octets()[40..];
                let pointer = u32::from_be_bytes(message[4..8].try_into().unwrap());
                Fate::Told(message[0], message[1], pointer)
            }
        }
    }

    const UDP: [u8; 8] = hex!("0007 0009 0008 0000");

    fn fate(to: Ipv6Addr, first: u8, headers: &[u8]) -> Fate {
        fate_at(to, first, &[headers, &UDP].concat())
    }

    /// RFC 8200 §4.2, by the first two bits of the type: in the Hop-by-Hop Options to us, to
    /// another host and to a group, and in the Destination Options to us and to a group.
    #[test]
    fn an_unknown_option_does_what_its_type_says() {
        use Fate::{Gone, Onwards, Told, Up};
        let all = address("ff02::1");
        for (kind, one, onwards, group) in [
            (0x05, Up, Onwards, Up),
            (0x1e, Up, Onwards, Up),
            (0x5e, Gone, Gone, Gone),
            (0x9e, Told(4, 2, 42), Told(4, 2, 42), Told(4, 2, 42)),
            (0xde, Told(4, 2, 42), Told(4, 2, 42), Gone),
            (0xc2, Told(4, 2, 42), Told(4, 2, 42), Gone),
        ] {
            let header = [17, 0, kind, 2, 0, 0, 1, 0];
            assert_eq!(fate(ROUTER, 0, &header), one, "{kind:02x}");
            assert_eq!(fate(FAR, 0, &header), onwards, "{kind:02x}");
            assert_eq!(fate(all, 0, &header), group, "{kind:02x}");
            assert_eq!(fate(ROUTER, 60, &header), one, "{kind:02x}");
            assert_eq!(fate(all, 60, &header), group, "{kind:02x}");
            assert_eq!(fate(FAR, 60, &header), Onwards, "not a router's to read");
        }
    }

    #[test]
    fn the_pointer_finds_the_option_behind_others() {
        let headers =
            hex!("3c 00 01 04 00000000" "11 01 00 1e 01 ff 9e 00 01 06 000000000000");
        assert_eq!(fate(ROUTER, 60, &headers), Fate::Told(4, 2, 54));
    }

    #[test]
    fn an_option_that_runs_out_of_its_header_is_a_problem_at_its_length() {
        let header = hex!("11 00 01 00 1e 07 0000");
        assert_eq!(fate(ROUTER, 60, &header), Fate::Told(4, 0, 45));
        assert_eq!(fate(FAR, 0, &header), Fate::Told(4, 0, 45));
        let many = [&hex!("11 02 0000")[..], &hex!("1e 00").repeat(10)].concat();
        assert_eq!(fate(ROUTER, 60, &many), Fate::Gone);
    }

    /// RFC 8200 §4 and §4.3.
    #[test]
    fn hop_by_hop_options_stand_first_only() {
        let headers = hex!("00 00 01 04 00000000" "11 00 01 04 00000000");
        assert_eq!(fate(ROUTER, 60, &headers), Fate::Told(4, 1, 40));
        assert_eq!(fate(ROUTER, 0, &headers), Fate::Told(4, 1, 40));
        assert_eq!(fate(FAR, 60, &headers), Fate::Onwards);
    }

    /// RFC 8200 §4 and §4.3: where nobody on the way would have read them. Only the first fragment
    /// says what the whole begins with (§4.5).
    #[test]
    fn fragments_hide_no_hop_by_hop_options() {
        let hidden = hex!("11 00 9e 04 00000000");
        for first in [hex!("00 00 0001 12345678"), hex!("00 00 0000 12345678")] {
            let headers = [first, hidden].concat();
            assert_eq!(fate(ROUTER, 44, &headers), Fate::Told(4, 1, 40));
        }
        let mut rig = router(|_| ());
        for (offset, data) in [(0x01, &hidden), (0x08, &UDP)] {
            let header = [0, 0, 0, offset, 0x12, 0x34, 0x56, 0x78];
            let octets = packet(Protocol::IPV6_FRAG, &[header, *data].concat(), |h| {
                h.destination = ROUTER;
            });
            assert!(rig.receive(&octets, Ici::NONE).up.is_empty(), "{offset}");
        }
    }

    /// RFC 8200 §4.4, RFC 5095 §3.
    #[test]
    fn no_route_is_followed() {
        for kind in [0, 2, 4, 253] {
            let done = [17, 0, kind, 0, 0, 0, 0, 0];
            assert_eq!(fate(ROUTER, 43, &done), Fate::Up);
            let left = [17, 0, kind, 1, 0, 0, 0, 0];
            assert_eq!(fate(ROUTER, 43, &left), Fate::Told(4, 0, 42));
            assert_eq!(fate(FAR, 43, &left), Fate::Onwards);
        }
    }

    /// RFC 6946 §4.
    #[test]
    fn an_atomic_fragment_is_a_whole_packet() {
        assert_eq!(fate(ROUTER, 44, &hex!("11 00 0000 12345678")), Fate::Up);
    }

    /// RFC 8200 §4.7.
    #[test]
    fn nothing_is_behind_no_next_header() {
        let header = hex!("3b 00 01 04 00000000");
        assert_eq!(fate(ROUTER, 60, &header), Fate::Gone);
        assert_eq!(fate(ROUTER, 59, &[]), Fate::Gone);
        assert_eq!(fate(FAR, 59, &[]), Fate::Onwards);
    }

    #[test]
    fn a_header_cut_short_and_too_many_are_discarded() {
        assert_eq!(
            fate_at(ROUTER, 60, &hex!("11 02 01 04 00000000")),
            Fate::Gone
        );
        assert_eq!(fate_at(FAR, 0, &hex!("11 02 01 04 00000000")), Fate::Gone);
        let nine = hex!("3c 00 01 04 00000000").repeat(9);
        assert_eq!(fate(ROUTER, 60, &nine), Fate::Gone);
    }

    /// RFC 2675 §3: with the option as any that is not known, without it at the length.
    #[test]
    fn a_jumbogram_is_a_parameter_problem() {
        let jumbo = |options: [u8; 6]| {
            let mut octets =
                packet(Protocol::HOPOPT, &[0; 100], |h| h.payload_length = 0);
            octets[40] = 17;
            octets[42..48].copy_from_slice(&options);
            let out = router(|_| ()).receive(&octets, Ici::NONE);
            let message = only(&out.down).octets()[40..].to_vec();
            (message[0], message[1], message[7])
        };
        assert_eq!(jumbo(hex!("c2 04 00010000")), (4, 2, 42));
        assert_eq!(jumbo(hex!("01 04 00000000")), (4, 0, 4));
    }

    /// RFC 4443 §3.4, code 1: the pointer is where the unknown header is named.
    #[test]
    fn an_unknown_header_behind_others_is_found() {
        let data = [
            &hex!("3c 00 01 04 00000000" "c8 00 01 04 00000000")[..],
            &UDP,
        ]
        .concat();
        let octets = packet(Protocol::IPV6_OPTS, &data, |h| h.destination = ROUTER);
        let mut rig = router(|_| ());
        let mut pdu = rig.receive(&octets, Ici::NONE).up.remove(0);
        assert_eq!((pdu.ici().next, pdu.octets()), (200, &UDP[..]));
        pdu.set_ici(|ici| ici.bounce = Some(Bounce::NoProtocol));
        let out = rig.deliver(Direction::Down, pdu);
        let message = &only(&out.down).octets()[40..];
        assert_eq!((message[0], message[1], message[7]), (4, 1, 48));
        assert_eq!(message[8..], octets);
        assert_eq!(out.told, ["Next Header = 200 is not handled here"]);
    }

    /// RFC 4443 §2.4 (e.1): the chain is followed to see whether it is an error that died.
    #[test]
    fn an_error_behind_extension_headers_is_not_answered() {
        for (kind, answered) in [(Message::TIME_EXCEEDED, 0), (Message::ECHO_REQUEST, 1)]
        {
            let data = [&hex!("3a 00 01 04 00000000")[..], &[kind.0; 8]].concat();
            let octets = packet(Protocol::IPV6_OPTS, &data, |h| {
                (h.source, h.hop_limit) = (NEAR, 1);
            });
            let out = router(|_| ()).receive(&octets, Ici::NONE);
            assert_eq!(out.down.len(), answered);
        }
    }
}
