//! Link state: every router tells all others about its own links, and each works out the ways by
//! itself. The counterpart of RIP, where neighbours tell each other about everything.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------+---------------+-------------------------------+
//! |     Type      |    Version    |           Checksum            |
//! +---------------+---------------+-------------------------------+
//! |                           Router ID                           |
//! +---------------------------------------------------------------+
//! ```
//! | type | body | meaning |
//! |---|---|---|
//! | 1 hello | router IDs, 4 octets each | I am here, and on this link I have heard these |
//! | 2 update | advertisements, see `link_state/advertisement.rs` | what routers say about their links |
//! | 3 acknowledgement | origin and sequence number, 8 octets each | these have arrived |
//! | 4 probe | a number, 4 octets | send it back, so that the link is measured |
//! | 5 echo | the same number | here it is |
//!
//! Spec: none, this format is our own; the ideas are those of OSPF (RFC 2328 §4, §10, §13, §16):
//! two-way hellos, flooding with sequence numbers, ages and acknowledgements, shortest paths by
//! Dijkstra. It travels in IP protocol 253 to the group 224.0.0.254, which RFC 3692 §2.1 and RFC
//! 4727 §2.4.2 keep free for experiments.
//! Units: octets, big-endian; ages in seconds.
//! Checks: type, version 1, checksum over the whole message, a body of whole items, of a probe or an
//! echo exactly one.
//! Not here: what OSPF has beyond: areas, designated routers (routers on a LAN speak each with
//! each), summaries of the database (a new neighbour gets all of it), external routes,
//! authentication, sequence numbers that wrap (after four billion changes), IPv6.

mod advertisement;
mod database;
mod gauge;
mod layer;
mod layout;
mod paths;
mod patience;
mod policy;
#[cfg(test)]
mod tests;

use core::net::Ipv4Addr;

use layercake_base::{Reason, checksum};

use crate::Protocol;
use crate::octets::{chunk, too_short};
pub use advertisement::{Advertisement, Link};
pub use layer::{LinkState, Watch};
pub use layout::{ADVERTISEMENT_LAYOUT, HEADER_LAYOUT, LINK_LAYOUT};
pub use policy::{Interface, Metric, Settings};

/// The number of this protocol. RFC 3692 §2.1: for experiments.
pub const PROTOCOL: Protocol = Protocol(253);

/// All routers that speak it. RFC 4727 §2.4.2: for experiments.
pub const GROUP: Ipv4Addr = Ipv4Addr::new(224, 0, 0, 254);

/// Octets of the header.
pub const HEADER: usize = 8;

/// The longest body that is sent; with the headers it fits all links but the smallest.
pub const MOST_BODY: usize = 1200;

/// What a message is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// I am here.
    Hello,
    /// What routers say about their links.
    Update,
    /// It has arrived.
    Acknowledgement,
    /// Send this number back.
    Probe,
    /// The number of a probe.
    Echo,
}

impl Type {
    const fn number(self) -> u8 {
        match self {
            Type::Hello => 1,
            Type::Update => 2,
            Type::Acknowledgement => 3,
            Type::Probe => 4,
            Type::Echo => 5,
        }
    }

    /// Octets of each item of the body.
    const fn item(self) -> usize {
        match self {
            Type::Hello | Type::Probe | Type::Echo => 4,
            Type::Update => 1,
            Type::Acknowledgement => 8,
        }
    }

    fn check_body(self, octets: usize) -> Result<(), Reason> {
        let field = "link state message";
        let (rest, have) = (octets % self.item(), HEADER + octets);
        let one = HEADER + self.item();
        let single = matches!(self, Type::Probe | Type::Echo);
        if rest != 0 {
            return Err(too_short(field, have - rest + self.item(), have));
        }
        match single {
            true if have < one => Err(too_short(field, one, have)),
            true if have > one => Err(Reason::TooLong {
                field,
                have,
                most: one,
            }),
            _ => Ok(()),
        }
    }
}

/// Origin and sequence number of an advertisement, and its octets.
type Outline<'a> = (Ipv4Addr, u32, &'a [u8]);

/// A message whose header is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message<'a> {
    /// What it is for.
    pub kind: Type,
    /// Who sends it: an address of that router, always the same.
    pub router: Ipv4Addr,
    /// What follows the header.
    pub body: &'a [u8],
}

impl<'a> Message<'a> {
    /// Reads the header.
    ///
    /// # Errors
    /// [`Reason`] for whatever the `Checks:` on top of this file find.
    pub fn decode(octets: &'a [u8]) -> Result<Self, Reason> {
        let short = too_short("link state message", HEADER, octets.len());
        let (header, body) = octets.split_first_chunk::<HEADER>().ok_or(short)?;
        let [number, version, high, low, id @ ..] = *header;
        let kind = match number {
            1 => Type::Hello,
            2 => Type::Update,
            3 => Type::Acknowledgement,
            4 => Type::Probe,
            5 => Type::Echo,
            other => {
                let (field, value) = ("Type", other.into());
                return Err(Reason::Unhandled { field, value });
            }
        };
        Reason::require(version == 1, "Version", version, "must be 1")?;
        // Over octets with the right checksum in them the sum comes out as zero.
        let sum = checksum::internet(octets);
        let found = u16::from_be_bytes([high, low]);
        let computed = match sum {
            0 => found,
            _ => checksum::update(sum, found, 0),
        };
        Reason::check("Checksum", found, computed)?;
        kind.check_body(body.len())?;
        let router = Ipv4Addr::from(id);
        Ok(Message { kind, router, body })
    }

    /// Writes the header in front of the body that is there already.
    pub fn finish(kind: Type, router: Ipv4Addr, octets: &mut [u8]) {
        let [a, b, c, d] = router.octets();
        if let Some(header) = octets.first_chunk_mut::<HEADER>() {
            *header = [kind.number(), 1, 0, 0, a, b, c, d];
        }
        let sum = checksum::internet(octets).to_be_bytes();
        if let Some(place) = octets.get_mut(2..4) {
            place.copy_from_slice(&sum);
        }
    }

    /// The routers that a hello names.
    pub fn heard(&self) -> impl Iterator<Item = Ipv4Addr> + 'a {
        let (items, _) = self.body.as_chunks::<4>();
        items.iter().map(|item| Ipv4Addr::from(*item))
    }

    /// The number of a probe or an echo.
    pub fn number(&self) -> u32 {
        u32::from_be_bytes(chunk(self.body, 0))
    }

    /// Origins and sequence numbers that an acknowledgement names.
    pub fn acknowledged(&self) -> impl Iterator<Item = (Ipv4Addr, u32)> + 'a {
        let (items, _) = self.body.as_chunks::<8>();
        items.iter().map(|item| {
            let origin = Ipv4Addr::from(chunk::<4>(item, 0));
            (origin, u32::from_be_bytes(chunk(item, 4)))
        })
    }

    /// The advertisements of an update; the first bad one ends it.
    pub fn advertisements(
        &self,
    ) -> impl Iterator<Item = Result<Advertisement, Reason>> + 'a {
        let mut bad = false;
        let all = self.outlines().map(|outline| {
            let (_, _, octets) = outline?;
            Advertisement::decode(octets)
        });
        all.take_while(move |result| !core::mem::replace(&mut bad, result.is_err()))
    }

    /// Origin and sequence number of each advertisement of an update, and its octets.
    fn outlines(&self) -> impl Iterator<Item = Result<Outline<'a>, Reason>> + 'a {
        let mut rest = self.body;
        core::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            let outline = Advertisement::outline(rest);
            let octets = outline.as_ref().map_or(rest.len(), |(.., octets)| *octets);
            let (this, behind) = rest.split_at_checked(octets)?;
            rest = behind;
            Some(outline.map(|(origin, sequence, _)| (origin, sequence, this)))
        })
    }
}
