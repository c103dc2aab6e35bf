//! Options: what the messages of neighbour discovery carry behind their fixed part.
//!
//! ```text
//!  0                   1
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5
//! +---------------+---------------+
//! |     Type      |    Length     |
//! +---------------+---------------+
//! ```
//! Every option begins like this; the files below describe those that are understood.
//!
//! Spec: RFC 4861 §4.6.  Units: octets, big-endian; Length in 8 octets, the first two included.
//! Checks: each option has a length that is not 0 and that many octets; a link-layer address is
//! one of Ethernet. What is unknown, or has a length that its kind cannot have, is skipped
//! ([`Opt::Unknown`]): RFC 4861 §4.6 has unknown options ignored.
//! Not here: which message may carry which option: RFC 4861 §6.1.2 has others ignored.

pub mod dns;
pub mod link_layer_address;
pub mod mtu;
pub mod nonce;
pub mod prefix_information;
pub mod redirected_header;
pub mod route_information;

use layercake_base::layout::{Field, Kind};
use layercake_base::{Layout, Mac, Reason};

use crate::octets::too_short;

pub use dns::{DnsSearchList, RecursiveDnsServer};
pub use prefix_information::PrefixInformation;
pub use route_information::RouteInformation;

/// What all options have in common.
pub static LAYOUT: Layout = Layout {
    protocol: "Neighbor discovery option",
    spec: "RFC 4861 §4.6",
    fields: &[TYPE, LENGTH],
};

/// The Type field, as every option has it.
const TYPE: Field = Layout::field(
    0,
    8,
    "Type",
    Kind::Enum(KINDS),
    "what the option is",
    "RFC 4861 §4.6",
);

/// The Length field, as every option has it.
const LENGTH: Field = Layout::field(
    8,
    8,
    "Length",
    Kind::Scaled(8, "octets"),
    "length of the whole option",
    "RFC 4861 §4.6",
);

/// Types by name, from IANA, IPv6 Neighbor Discovery Option Formats.
pub const KINDS: &[(u64, &str)] = &[
    (1, "Source Link-layer Address"),
    (2, "Target Link-layer Address"),
    (3, "Prefix Information"),
    (4, "Redirected Header"),
    (5, "MTU"),
    (14, "Nonce"),
    (24, "Route Information"),
    (25, "Recursive DNS Server"),
    (31, "DNS Search List"),
    (38, "PREF64"),
];

/// Length is counted in so many octets.
const UNIT: usize = 8;

/// One option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opt<'a> {
    /// The link-layer address of the sender.
    SourceLinkLayerAddress(Mac),
    /// The link-layer address of the target.
    TargetLinkLayerAddress(Mac),
    /// Which addresses are on the link, and may be made here.
    PrefixInformation(PrefixInformation),
    /// The beginning of the packet that a redirect is about.
    RedirectedHeader(&'a [u8]),
    /// The largest packet of the link, in octets.
    Mtu(u32),
    /// A number that tells one's own question from that of another.
    Nonce(&'a [u8]),
    /// A network that the router leads to.
    RouteInformation(RouteInformation),
    /// Name servers.
    RecursiveDnsServer(RecursiveDnsServer<'a>),
    /// Endings of names that are not complete.
    DnsSearchList(DnsSearchList<'a>),
    /// Another, or one whose length does not fit: its type, and what follows its length.
    Unknown(u8, &'a [u8]),
}

impl<'a> Opt<'a> {
    /// The option of type `kind` with these octets behind its length.
    fn read(kind: u8, body: &'a [u8]) -> Opt<'a> {
        let known = match kind {
            link_layer_address::SOURCE => {
                link_layer_address::read(body).map(Opt::SourceLinkLayerAddress)
            }
            link_layer_address::TARGET => {
                link_layer_address::read(body).map(Opt::TargetLinkLayerAddress)
            }
            prefix_information::KIND => {
                PrefixInformation::read(body).map(Opt::PrefixInformation)
            }
            redirected_header::KIND => {
                redirected_header::read(body).map(Opt::RedirectedHeader)
            }
            mtu::KIND => mtu::read(body).map(Opt::Mtu),
            nonce::KIND => nonce::read(body).map(Opt::Nonce),
            route_information::KIND => {
                RouteInformation::read(body).map(Opt::RouteInformation)
            }
            dns::SERVER => RecursiveDnsServer::read(body).map(Opt::RecursiveDnsServer),
            dns::SEARCH_LIST => DnsSearchList::read(body).map(Opt::DnsSearchList),
            _ => None,
        };
        known.unwrap_or(Opt::Unknown(kind, body))
    }

    /// Octets of the whole option.
    pub fn octets(&self) -> usize {
        let body = match self {
            Opt::SourceLinkLayerAddress(_) | Opt::TargetLinkLayerAddress(_) => 6,
            Opt::PrefixInformation(_) => prefix_information::BODY,
            Opt::RedirectedHeader(packet) => redirected_header::body(packet),
            Opt::Mtu(_) => mtu::BODY,
            Opt::Nonce(nonce) => nonce.len(),
            Opt::RouteInformation(route) => route.body(),
            Opt::RecursiveDnsServer(servers) => servers.body(),
            Opt::DnsSearchList(list) => list.body(),
            Opt::Unknown(_, body) => body.len(),
        };
        (2 + body).next_multiple_of(UNIT)
    }

    /// Octets of all these.
    pub fn octets_of(options: &[Opt<'_>]) -> usize {
        options.iter().map(Opt::octets).sum()
    }

    /// Writes all these over `place`, zeros behind them; `None` when they do not fit.
    pub(super) fn encode_all(options: &[Opt<'_>], mut place: &mut [u8]) -> Option<()> {
        for option in options {
            let (own, rest) = place.split_at_mut_checked(option.octets())?;
            option.encode(own)?;
            place = rest;
        }
        Some(())
    }

    /// Writes the option over `place`, which has its length.
    fn encode(&self, place: &mut [u8]) -> Option<()> {
        let units = u8::try_from(place.len() / UNIT).ok()?;
        let ([kind, length], body) = place.split_first_chunk_mut::<2>()?;
        body.fill(0);
        (*kind, *length) = (self.kind(), units);
        match self {
            Opt::SourceLinkLayerAddress(mac) | Opt::TargetLinkLayerAddress(mac) => {
                *body.first_chunk_mut()? = mac.0;
            }
            Opt::PrefixInformation(prefix) => *body.first_chunk_mut()? = prefix.write(),
            Opt::RedirectedHeader(packet) => redirected_header::write(packet, body)?,
            Opt::Mtu(mtu) => *body.first_chunk_mut()? = mtu::write(*mtu),
            Opt::RouteInformation(route) => route.write(body)?,
            Opt::RecursiveDnsServer(servers) => servers.write(body)?,
            Opt::DnsSearchList(list) => list.write(body)?,
            Opt::Nonce(octets) | Opt::Unknown(_, octets) => {
                body.get_mut(..octets.len())?.copy_from_slice(octets);
            }
        }
        Some(())
    }

    const fn kind(&self) -> u8 {
        match self {
            Opt::SourceLinkLayerAddress(_) => link_layer_address::SOURCE,
            Opt::TargetLinkLayerAddress(_) => link_layer_address::TARGET,
            Opt::PrefixInformation(_) => prefix_information::KIND,
            Opt::RedirectedHeader(_) => redirected_header::KIND,
            Opt::Mtu(_) => mtu::KIND,
            Opt::Nonce(_) => nonce::KIND,
            Opt::RouteInformation(_) => route_information::KIND,
            Opt::RecursiveDnsServer(_) => dns::SERVER,
            Opt::DnsSearchList(_) => dns::SEARCH_LIST,
            Opt::Unknown(kind, _) => *kind,
        }
    }
}

/// The options of one message, all of them whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options<'a>(&'a [u8]);

impl<'a> Options<'a> {
    /// The options that `octets` are, to the last.
    ///
    /// # Errors
    /// See Checks in the [module](self).
    pub fn decode(octets: &'a [u8]) -> Result<Self, Reason> {
        let mut rest = octets;
        while !rest.is_empty() {
            let (kind, body, behind) = split(rest)?;
            if matches!(
                kind,
                link_layer_address::SOURCE | link_layer_address::TARGET
            ) {
                let field = "Length of a link-layer address option";
                let rule = "must be 8 octets, as Ethernet has it";
                Reason::require(body.len() == 6, field, body.len() as u64 + 2, rule)?;
            }
            rest = behind;
        }
        Ok(Options(octets))
    }

    /// The options, in their order: at most one for each 8 octets of the packet.
    pub fn iter(&self) -> impl Iterator<Item = Opt<'a>> + use<'a> {
        let mut rest = self.0;
        core::iter::from_fn(move || {
            let (kind, body, behind) = split(rest).ok()?;
            rest = behind;
            Some(Opt::read(kind, body))
        })
    }

    /// The link-layer address of the sender, if it says it.
    pub fn source_link_layer_address(&self) -> Option<Mac> {
        self.iter().find_map(|option| match option {
            Opt::SourceLinkLayerAddress(mac) => Some(mac),
            _ => None,
        })
    }

    /// The link-layer address of the target, if the sender says it.
    pub fn target_link_layer_address(&self) -> Option<Mac> {
        self.iter().find_map(|option| match option {
            Opt::TargetLinkLayerAddress(mac) => Some(mac),
            _ => None,
        })
    }

    /// The nonce, if there is one.
    pub fn nonce(&self) -> Option<&'a [u8]> {
        self.iter().find_map(|option| match option {
            Opt::Nonce(nonce) => Some(nonce),
            _ => None,
        })
    }
}

/// The first option: its type, what follows its length, and what follows the option.
fn split(octets: &[u8]) -> Result<(u8, &[u8], &[u8]), Reason> {
    const NAME: &str = "neighbor discovery option";
    let short = |need| too_short(NAME, need, octets.len());
    let &[kind, length] = octets.first_chunk().ok_or(short(2))?;
    Reason::require(length != 0, "Length of an option", length, "must not be 0")?;
    let need = usize::from(length) * UNIT;
    let (option, behind) = octets.split_at_checked(need).ok_or(short(need))?;
    Ok((kind, option.get(2..).unwrap_or_default(), behind))
}

#[cfg(test)]
mod tests;
