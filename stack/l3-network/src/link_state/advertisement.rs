//! What one router says about its links.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------------------------------------------------------+
//! |                            Origin                             |
//! +---------------------------------------------------------------+
//! |                        Sequence Number                        |
//! +-------------------------------+-------------------------------+
//! |              Age              |             Links             |
//! +-------------------------------+-------------------------------+
//! ```
//! Behind it come links of 8 octets: an address, a length, zero, and a cost. A length up to 32
//! makes the address a network that hangs on the router; 255 makes it the ID of another router.
//!
//! Spec: our own; the ideas are those of RFC 2328 §12.1 and §12.4.1.
//! Checks: all links there, at most 128 of them; length up to 32, or 255; cost not zero; age up
//! to an hour.

use core::net::{IpAddr, Ipv4Addr};

use layercake_base::Reason;

use crate::octets::{chunk, too_short};
use crate::route::Prefix;

/// Something that hangs on a router.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// A network.
    Network {
        /// Its addresses.
        prefix: Prefix,
        /// What it costs to go there.
        cost: u16,
    },
    /// Another router, which must say the same.
    Router {
        /// Its ID.
        id: Ipv4Addr,
        /// What it costs to go there.
        cost: u16,
    },
}

/// What one router says about its links.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advertisement {
    /// The router's ID.
    pub origin: Ipv4Addr,
    /// The higher the newer.
    pub sequence: u32,
    /// Seconds since it was said.
    pub age: u16,
    /// What hangs on the router.
    pub links: Vec<Link>,
}

/// The length that stands for a router.
const ROUTER: u8 = 255;

impl Advertisement {
    /// Octets without links.
    pub const HEADER: usize = 12;

    /// Octets of a link.
    pub const LINK: usize = 8;

    /// Links that a router may have.
    pub const MOST_LINKS: usize = 128;

    /// Seconds after which it is void.
    pub const MAX_AGE: u16 = 3600;

    /// Origin and sequence number of the advertisement at the start of `octets`, which is what
    /// decides whether the rest is of interest, and how many octets it takes.
    ///
    /// # Errors
    /// [`Reason`] when not all of it is there, or when there are too many links.
    pub(super) fn outline(octets: &[u8]) -> Result<(Ipv4Addr, u32, usize), Reason> {
        let short = |need| too_short("advertisement", need, octets.len());
        let header = octets.get(..Self::HEADER).ok_or(short(Self::HEADER))?;
        let count = usize::from(u16::from_be_bytes(chunk(header, 10)));
        let (field, most) = ("Links", Self::MOST_LINKS);
        if count > most {
            let have = count;
            return Err(Reason::TooLong { field, have, most });
        }
        let need = Self::HEADER + Self::LINK * count;
        if octets.len() < need {
            return Err(short(need));
        }
        let origin = Ipv4Addr::from(chunk::<4>(header, 0));
        Ok((origin, u32::from_be_bytes(chunk(header, 4)), need))
    }

    /// Octets of all.
    pub fn octets(&self) -> usize {
        Self::HEADER + Self::LINK * self.links.len()
    }

    /// The advertisement at the start of `octets`.
    ///
    /// # Errors
    /// [`Reason`] for whatever the `Checks:` on top of this file find.
    pub fn decode(octets: &[u8]) -> Result<Self, Reason> {
        let (origin, sequence, need) = Self::outline(octets)?;
        let age = u16::from_be_bytes(chunk(octets, 8));
        let old = "is beyond an hour";
        Reason::require(age <= Self::MAX_AGE, "Age", age, old)?;
        let links = octets.get(Self::HEADER..need).unwrap_or_default();
        let (links, _) = links.as_chunks();
        Ok(Advertisement {
            origin,
            sequence,
            age,
            links: links.iter().map(decode).collect::<Result<_, _>>()?,
        })
    }

    /// Writes it behind what is in `octets`.
    pub fn encode(&self, octets: &mut Vec<u8>) {
        self.encode_with(self.age, octets);
    }

    /// The same with another age.
    pub(super) fn encode_with(&self, age: u16, octets: &mut Vec<u8>) {
        let count = u16::try_from(self.links.len()).unwrap_or(u16::MAX);
        octets.extend(self.origin.octets());
        octets.extend(self.sequence.to_be_bytes());
        octets.extend(age.to_be_bytes());
        octets.extend(count.to_be_bytes());
        self.links
            .iter()
            .for_each(|link| octets.extend(encode(link)));
    }
}

fn decode(octets: &[u8; Advertisement::LINK]) -> Result<Link, Reason> {
    let [a, b, c, d, length, _, high, low] = *octets;
    let (address, cost) = (Ipv4Addr::new(a, b, c, d), u16::from_be_bytes([high, low]));
    Reason::require(cost != 0, "Cost", cost, "must not be 0")?;
    if length == ROUTER {
        return Ok(Link::Router { id: address, cost });
    }
    let rule = "must be at most 32, or 255";
    let prefix = Prefix::new(IpAddr::V4(address), length);
    let illegal = |_| Reason::Illegal {
        field: "Length",
        value: length.into(),
        rule,
    };
    Ok(Link::Network {
        prefix: prefix.map_err(illegal)?,
        cost,
    })
}

fn encode(link: &Link) -> [u8; Advertisement::LINK] {
    let (address, length, cost) = match *link {
        Link::Router { id, cost } => (id, ROUTER, cost),
        Link::Network { prefix, cost } => match prefix.address() {
            IpAddr::V4(address) => (address, prefix.length(), cost),
            // No interface of this layer has one.
            IpAddr::V6(_) => (Ipv4Addr::UNSPECIFIED, 32, cost),
        },
    };
    let [a, b, c, d] = address.octets();
    let [high, low] = cost.to_be_bytes();
    [a, b, c, d, length, 0, high, low]
}
