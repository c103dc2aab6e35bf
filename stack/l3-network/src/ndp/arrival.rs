//! Messages that come in: which packets hold one, and what their header must be.
//!
//! Checks: hop limit 255, so that no router has forwarded it (RFC 4861 §3.1); no group as the
//! source; then those of the message, and for each kind
//!
//! | message | rule | RFC 4861 |
//! |---|---|---|
//! | router solicitation | from nobody: no source link-layer address | §6.1.1 |
//! | router advertisement | from a link-local address | §6.1.2 |
//! | neighbour solicitation | from nobody: to a solicited-node group, no source link-layer address | §7.1.1 |
//! | neighbour advertisement | to a group: not solicited | §7.1.2 |
//! | redirect | from a link-local address | §8.1 |
//!
//! A message in fragments or behind another extension header is none (RFC 6980 §5).

use layercake_base::Reason;

use super::group::is_solicited_node;
use super::message::Message;
use super::option::Options;
use crate::Protocol;
use crate::icmpv6::Type;
use crate::ipv6::Header;

/// The header of a packet and the message of neighbour discovery in it; `None` when it holds
/// something else.
pub(super) fn find(packet: &[u8]) -> Option<(Header, &[u8])> {
    let header = Header::decode(packet).ok()?;
    let end = Header::OCTETS + usize::from(header.payload_length);
    let message = packet.get(Header::OCTETS..end)?;
    let discovers = header.next_header == Protocol::ICMPV6
        && Type::of(message).is_some_and(Message::is_one);
    discovers.then_some((header, message))
}

/// The message and its options, when nothing about it breaks a rule.
///
/// # Errors
/// See Checks in the [module](self).
pub(super) fn check<'a>(
    header: &Header,
    message: &'a [u8],
) -> Result<(Message, Options<'a>), Reason> {
    let hops = header.hop_limit;
    Reason::require(hops == 255, "Hop Limit", hops, "must be 255")?;
    let group = header.source.is_multicast();
    require_source(!group, header, "must not be a group")?;
    let ends = (header.source, header.destination);
    let (message, options) = Message::decode(message, ends)?;
    match message {
        Message::RouterSolicitation(_) => check_nobody(header, &options)?,
        Message::NeighborSolicitation(_) => {
            check_nobody(header, &options)?;
            check_group(header)?;
        }
        Message::RouterAdvertisement(_) | Message::Redirect(_) => {
            let near = header.source.is_unicast_link_local();
            require_source(near, header, "must be link-local")?;
        }
        Message::NeighborAdvertisement(advertisement) => {
            let wrong = header.destination.is_multicast() && advertisement.solicited;
            let (field, rule) = ("Destination Address", "must not be a group with S = 1");
            Reason::require(!wrong, field, header.destination, rule)?;
        }
    }
    Ok((message, options))
}

fn require_source(
    holds: bool,
    header: &Header,
    rule: &'static str,
) -> Result<(), Reason> {
    Reason::require(holds, "Source Address", header.source, rule)
}

/// Nobody has no link address.
fn check_nobody(header: &Header, options: &Options<'_>) -> Result<(), Reason> {
    let says = options.source_link_layer_address().is_some();
    let wrong = header.source.is_unspecified() && says;
    require_source(!wrong, header, "must not have a link-layer address")
}

/// Nobody asks those who may have its future address.
fn check_group(header: &Header) -> Result<(), Reason> {
    let all = is_solicited_node(header.destination);
    let (field, rule) = (
        "Destination Address",
        "must be a solicited-node group when nobody asks",
    );
    let right = all || !header.source.is_unspecified();
    Reason::require(right, field, header.destination, rule)
}
