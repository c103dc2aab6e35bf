//! The pseudo-header: what a transport checksum covers beside the segment itself.
//!
//! Spec: RFC 768 (UDP), RFC 9293 §3.1 (TCP), RFC 8200 §8.1 (over IPv6).

use layercake_base::checksum::Sum;
use layercake_network::{ipv4, ipv6};

use crate::Dissected;
use crate::network::ROUTING;

/// A pseudo-header.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pseudo {
    /// The sum over it.
    pub(crate) sum: Sum,
    /// Zero in the field means that the sender used no checksum. UDP only.
    pub(crate) zero_is_absent: bool,
}

/// The pseudo-header the pseudo-header of a segment of `len` octets in the last of `layers`. `None`
/// when there is no IP header, or a source route hides the last destination.
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
    if behind.iter().any(|layer| layer.is(&ROUTING)) {
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
