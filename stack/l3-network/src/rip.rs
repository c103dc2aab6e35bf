//! The Routing Information Protocol: routers tell their neighbours how far everything is.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------+---------------+-------------------------------+
//! |    Command    |    Version    |         must be zero          |
//! +---------------+---------------+-------------------------------+
//! ```
//! Behind this header come entries of 20 octets: those of `rip/v2.rs` over UDP port 520 for
//! IPv4, those of `rip/ng.rs` over UDP port 521 for IPv6. The layer [`Rip`] speaks both.
//!
//! Spec: RFC 2453 §4 (RIPv2), RFC 2080 §2 (RIPng).  Units: octets, big-endian; metrics in hops,
//! where 16 is infinity.
//! Checks: command 1 or 2, version 2 (RIPv2) or 1 (RIPng), whole entries, at least one; of RIPv2
//! at most 25, and no authentication. Each entry is checked by itself, because a bad one does
//! not spoil the others (RFC 2453 §3.9.2). "must be zero" is not looked at, as RFC 2453 §4.6
//! wants it from version 2 on.
//! Not here: version 1 of RIP, authentication (RFC 4822), demand circuits (RFC 2091).

mod layer;
mod layout;
mod ng;
mod policy;
mod routes;
#[cfg(test)]
mod tests;
mod v2;

use core::net::{IpAddr, Ipv6Addr};

use layercake_base::Reason;

use crate::octets::too_short;
use crate::route::Prefix;
pub use layer::Rip;
pub use layout::{HEADER_LAYOUT, NG_ENTRY_LAYOUT, V2_ENTRY_LAYOUT};
pub use policy::{Horizon, Interface, Settings};

/// The metric of what cannot be reached. RFC 2453 §3.6.
pub const INFINITY: u8 = 16;

/// Octets of the header.
pub const HEADER: usize = 4;

/// Octets of an entry.
pub const ENTRY: usize = 20;

/// Which of the two protocols.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// RIP version 2, for IPv4. RFC 2453.
    V2,
    /// RIPng, for IPv6. RFC 2080.
    Ng,
}

impl Version {
    /// The UDP port of the routing process.
    pub const fn port(self) -> u16 {
        match self {
            Version::V2 => 520,
            Version::Ng => 521,
        }
    }

    /// The group of all routers that speak it.
    pub const fn group(self) -> IpAddr {
        match self {
            Version::V2 => IpAddr::V4(core::net::Ipv4Addr::new(224, 0, 0, 9)),
            Version::Ng => IpAddr::V6(Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 9)),
        }
    }

    /// What the header says.
    pub const fn number(self) -> u8 {
        match self {
            Version::V2 => 2,
            Version::Ng => 1,
        }
    }

    /// Entries that one message may have: 25 of RIPv2 (RFC 2453 §4), as many of RIPng as the
    /// smallest link of IPv6 carries (RFC 2080 §2.1).
    pub const fn most_entries(self) -> usize {
        match self {
            Version::V2 => 25,
            Version::Ng => (1280 - 40 - 8 - HEADER) / ENTRY,
        }
    }
}

/// What a message is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Asks for all or some routes.
    Request,
    /// Tells routes.
    Response,
}

impl Command {
    const fn number(self) -> u8 {
        match self {
            Command::Request => 1,
            Command::Response => 2,
        }
    }
}

/// One route as a message tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// Where it leads to.
    pub prefix: Prefix,
    /// What another routing protocol wants to be carried along.
    pub tag: u16,
    /// Who shall get the packets, of RIPv2; `None` stands for the sender of the message.
    pub next_hop: Option<IpAddr>,
    /// Hops from 1 to 16.
    pub metric: u8,
}

/// One entry of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// The question for the whole table: address family 0 (of RIPng: no prefix) and infinity.
    Whole,
    /// A route.
    Route(Route),
    /// Who shall get the packets of the routes behind it, of RIPng; `None` stands for the
    /// sender of the message. RFC 2080 §2.1.1.
    NextHop(Option<Ipv6Addr>),
}

/// A message whose header is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message<'a> {
    version: Version,
    /// What it is for.
    pub command: Command,
    entries: &'a [u8],
}

impl<'a> Message<'a> {
    /// Reads the header.
    ///
    /// # Errors
    /// [`Reason`] for whatever the `Checks:` on top of this file find.
    pub fn decode(version: Version, octets: &'a [u8]) -> Result<Self, Reason> {
        let short = || too_short("RIP message", HEADER + ENTRY, octets.len());
        let (header, entries) = octets.split_first_chunk().ok_or_else(short)?;
        let [command, number, _, _]: [u8; HEADER] = *header;
        let command = match command {
            1 => Command::Request,
            2 => Command::Response,
            other => {
                let (field, value) = ("Command", other.into());
                return Err(Reason::Unhandled { field, value });
            }
        };
        let rule = "is another version";
        Reason::require(number == version.number(), "Version", number, rule)?;
        let (count, rest) = (entries.len() / ENTRY, entries.len() % ENTRY);
        if count == 0 || rest != 0 {
            let need = HEADER + ENTRY * (count + 1);
            return Err(too_short("RIP message", need, octets.len()));
        }
        if version == Version::V2 {
            let most = version.most_entries();
            let (field, have) = ("RIP message", octets.len());
            if count > most {
                let most = HEADER + ENTRY * most;
                return Err(Reason::TooLong { field, have, most });
            }
            v2::not_authenticated(entries)?;
        }
        Ok(Message {
            version,
            command,
            entries,
        })
    }

    /// The entries, each right or wrong by itself.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = Result<Entry, Reason>> + 'a {
        let (version, command) = (self.version, self.command);
        let (entries, _) = self.entries.as_chunks();
        entries.iter().map(move |entry| match version {
            Version::V2 => v2::decode(entry),
            Version::Ng => ng::decode(entry, command),
        })
    }

    /// True when it asks for the whole table. RFC 2453 §3.9.1.
    pub fn asks_for_all(&self) -> bool {
        let mut entries = self.entries();
        let first = entries.next();
        self.command == Command::Request
            && (first, entries.next()) == (Some(Ok(Entry::Whole)), None)
    }
}

/// Writes a message with these entries into `octets`, which are as long as it.
///
/// # Errors
/// [`Reason`] when they are not, or when an entry does not belong to this version.
pub fn encode(
    version: Version,
    command: Command,
    entries: &[Entry],
    octets: &mut [u8],
) -> Result<(), Reason> {
    let (need, have) = (HEADER + entries.len() * ENTRY, octets.len());
    let short = || too_short("RIP message", need, have);
    let (header, places) = octets.split_first_chunk_mut().ok_or_else(short)?;
    *header = [command.number(), version.number(), 0, 0];
    let (places, rest) = places.as_chunks_mut();
    if places.len() != entries.len() || !rest.is_empty() {
        return Err(short());
    }
    for (place, entry) in places.iter_mut().zip(entries) {
        *place = match version {
            Version::V2 => v2::encode(entry)?,
            Version::Ng => ng::encode(entry)?,
        };
    }
    Ok(())
}

/// A metric of a route on the wire. RFC 2453 §3.9.2.
fn metric(number: u32) -> Result<u8, Reason> {
    let rule = "must be 1 to 16";
    let metric = u8::try_from(number).unwrap_or(0);
    Reason::require((1..=INFINITY).contains(&metric), "Metric", number, rule)?;
    Ok(metric)
}

/// An entry that this version does not have.
fn foreign() -> Reason {
    Reason::NoWay("an entry of the other version of RIP")
}
