//! The pseudo-header: what a transport checksum covers beside the segment itself.
//!
//! Spec: RFC 768 (UDP), RFC 9293 §3.1 (TCP), RFC 8200 §8.1 (over IPv6).

use layercake_base::checksum::Sum;
use layercake_network::ipv6::extension::options::DESTINATION;
use layercake_network::ipv6::extension::routing::LAYOUT as ROUTING;
use layercake_network::{ipv4, ipv6};

use crate::{Dissected, PartKind};

/// Option that holds the sender's home address, in place of the source. RFC 6275 §6.3.
const HOME_ADDRESS: u8 = 201;

/// A pseudo-header.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pseudo {
    /// The sum over it.
    pub(crate) sum: Sum,
    /// Zero in the field means that the sender used no checksum. UDP only.
    pub(crate) zero_is_absent: bool,
}

/// The pseudo-header the pseudo-header of a segment of `len` octets in the last of `layers`. `None`
/// when there is no IP header, when a source route hides the last destination, or when a mobile
/// node's home address stands in for its source.
pub(crate) fn header(
    octets: &[u8],
    layers: &[Dissected],
    len: usize,
    protocol: u16,
) -> Option<Pseudo> {
    let ip = layers
        .iter()
        .rposition(|layer| layer.is(&ipv4::LAYOUT) || layer.is(&ipv6::LAYOUT))?;
    let (ip, behind) = layers.get(ip..)?.split_first()?;
    if behind
        .iter()
        .any(|layer| layer.is(&ROUTING) || is_from_home(octets, layer))
    {
        return None;
    }
    let header = octets.get(ip.header.clone())?;
    let address = |name| header.get(ip.layout.find(name)?.octets());
    let len = u32::try_from(len).ok()?.to_be_bytes();
    let sum = Sum::default()
        .octets(address("Source Address")?)
        .octets(address("Destination Address")?)
        .octets(&len);
    Some(Pseudo {
        sum: sum.word(protocol),
        zero_is_absent: protocol == 17,
    })
}

/// True for destination options with a home address.
fn is_from_home(octets: &[u8], layer: &Dissected) -> bool {
    let part = layer
        .part(PartKind::Options)
        .filter(|_| layer.is(&DESTINATION));
    let mut rest = part
        .and_then(|part| octets.get(part.range.clone()))
        .unwrap_or(&[]);
    while let [kind, behind @ ..] = rest {
        // Type 0 is one octet of padding; all others have a length. RFC 8200 §4.2.
        rest = match (kind, behind) {
            (&HOME_ADDRESS, _) => return true,
            (0, _) => behind,
            (_, [len, data @ ..]) => data.get(usize::from(*len)..).unwrap_or(&[]),
            (_, []) => &[],
        };
    }
    false
}
