//! Options about names: which servers to ask, and how names that are not complete go on.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------+---------------+-------------------------------+
//! |     Type      |    Length     |           Reserved            |
//! +---------------+---------------+-------------------------------+
//! |                           Lifetime                            |
//! +---------------------------------------------------------------+
//! ```
//! The addresses of servers (type 25) or the endings of names (type 31) follow.
//!
//! Spec: RFC 8106 §5 (which replaces RFC 6106); names RFC 1035 §3.1, without compression.
//! Units: octets, Length in 8 octets; the lifetime in seconds, ffffffff is for ever, 0 ends it.
//! Checks: length: one address or more, one name or more; whole addresses, whole names.
//! Not here: looking up names.

use core::net::Ipv6Addr;

use layercake_base::Layout;
use layercake_base::layout::Kind;

use super::{LENGTH, TYPE};
use crate::octets::chunk;

/// Either option up to what its lifetime is about.
pub static LAYOUT: Layout = Layout {
    protocol: "DNS option",
    spec: "RFC 8106 §5.1, §5.2",
    fields: &[
        TYPE,
        LENGTH,
        Layout::field(
            16,
            16,
            "Reserved",
            Kind::Reserved,
            "sent as zero, ignored when received",
            "RFC 8106 §5.1",
        ),
        Layout::field(
            32,
            32,
            "Lifetime",
            Kind::Number("s"),
            "for so long what follows may be used",
            "RFC 8106 §5.1",
        ),
    ],
};

/// Type of the option with servers.
pub(super) const SERVER: u8 = 25;
/// Type of the option with endings of names.
pub(super) const SEARCH_LIST: u8 = 31;
/// Octets between Length and what follows.
const FIXED: usize = 6;
/// Octets of an address.
const ADDRESS: usize = 16;

/// Name servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecursiveDnsServer<'a> {
    /// For so many seconds they may be asked.
    pub lifetime: u32,
    addresses: &'a [[u8; ADDRESS]],
}

/// Endings of names that are not complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DnsSearchList<'a> {
    /// For so many seconds they may be used.
    pub lifetime: u32,
    names: &'a [u8],
}

impl<'a> RecursiveDnsServer<'a> {
    /// Servers that may be asked for `lifetime` seconds, each as the octets of its address.
    pub const fn new(lifetime: u32, addresses: &'a [[u8; ADDRESS]]) -> Self {
        RecursiveDnsServer {
            lifetime,
            addresses,
        }
    }

    /// The servers, in their order.
    pub fn addresses(&self) -> impl Iterator<Item = Ipv6Addr> + use<'a> {
        self.addresses.iter().map(|&octets| octets.into())
    }

    pub(super) fn read(body: &'a [u8]) -> Option<Self> {
        let (lifetime, rest) = lifetime(body)?;
        let (addresses, left) = rest.as_chunks();
        let whole = !addresses.is_empty() && left.is_empty();
        whole.then_some(RecursiveDnsServer {
            lifetime,
            addresses,
        })
    }

    /// Octets behind Length.
    pub(super) const fn body(&self) -> usize {
        FIXED + ADDRESS * self.addresses.len()
    }

    /// Writes the octets behind Length over `place`.
    pub(super) fn write(&self, place: &mut [u8]) -> Option<()> {
        write(self.lifetime, self.addresses.as_flattened(), place)
    }
}

impl<'a> DnsSearchList<'a> {
    /// Endings that may be used for `lifetime` seconds; `names` as RFC 1035 §3.1 has them, one
    /// behind the other. `None` when they are not whole.
    pub fn new(lifetime: u32, names: &'a [u8]) -> Option<Self> {
        let mut rest = names;
        while !rest.is_empty() {
            (_, rest) = name(rest)?;
        }
        (!names.is_empty()).then_some(DnsSearchList { lifetime, names })
    }

    /// The names, in their order, each as its labels: a length and so many octets, then a zero.
    pub fn names(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let mut rest = self.names;
        core::iter::from_fn(move || {
            let (first, behind) = name(rest)?;
            rest = behind;
            Some(first)
        })
    }

    /// Names are padded with zeros, which is what a name without labels looks like: names end
    /// where only zeros are left.
    pub(super) fn read(body: &'a [u8]) -> Option<Self> {
        let (lifetime, rest) = lifetime(body)?;
        let mut end = 0;
        while let Some(left) = rest.get(end..)
            && left.iter().any(|&octet| octet != 0)
        {
            end += name(left)?.0.len();
        }
        DnsSearchList::new(lifetime, rest.get(..end)?)
    }

    /// Octets behind Length, without padding.
    pub(super) const fn body(&self) -> usize {
        FIXED + self.names.len()
    }

    /// Writes the octets behind Length over `place`, which is zero.
    pub(super) fn write(&self, place: &mut [u8]) -> Option<()> {
        write(self.lifetime, self.names, place)
    }
}

/// The lifetime, and what follows it.
fn lifetime(body: &[u8]) -> Option<(u32, &[u8])> {
    let (fixed, rest) = body.split_first_chunk::<FIXED>()?;
    Some((u32::from_be_bytes(chunk(fixed, 2)), rest))
}

fn write(lifetime: u32, octets: &[u8], place: &mut [u8]) -> Option<()> {
    let (fixed, rest) = place.split_first_chunk_mut::<FIXED>()?;
    let [a, b, c, d] = lifetime.to_be_bytes();
    *fixed = [0, 0, a, b, c, d];
    rest.get_mut(..octets.len())?.copy_from_slice(octets);
    Some(())
}

/// The first name, and what follows it. RFC 1035 §2.3.4: labels of at most 63 octets, names of
/// at most 255.
fn name(octets: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut end = 0;
    loop {
        let label = *octets.get(end)?;
        end += 1 + usize::from(label);
        if label > 63 || end > 255 {
            return None;
        }
        if label == 0 {
            return octets.split_at_checked(end);
        }
    }
}
