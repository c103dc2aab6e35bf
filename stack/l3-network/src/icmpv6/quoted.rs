//! The packet that an ICMPv6 error speaks of: its header and the beginning of its upper layer.
//!
//! ```text
//! +---------------+--------------------+-------------------+------------+---------------------+
//! | ICMPv6 header | quoted IPv6 header | extension headers | upper layer | perhaps extensions |
//! +---------------+--------------------+-------------------+------------+---------------------+
//! ```
//! Spec: RFC 4443 §2.4 (c) and (d): a node must get at the upper layer of the quote, which is
//! behind the extension headers; RFC 4884 §4.4, §4.5 (extensions behind the quote).
//! Checks: version 6, the whole header there, the extension headers whole and not too many.
//! Not here: matching a quote with what was sent (`tools/probe`).

use layercake_base::Reason;

use super::{Echo, HEADER, Type};
use crate::octets::{chunk, too_short};
use crate::{Protocol, ipv6};

/// The packet that an ICMPv6 error speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quoted<'a> {
    /// Its header, as the reporter saw it.
    pub header: ipv6::Header,
    /// What is behind its extension headers.
    pub protocol: Protocol,
    /// The beginning of that, as far as it was quoted.
    pub data: &'a [u8],
    /// It is a fragment other than the first: the data is no header.
    pub is_later_fragment: bool,
}

impl<'a> Quoted<'a> {
    /// The quote in a whole ICMPv6 error message, whose header is 8 octets.
    ///
    /// # Errors
    /// See Checks in the [module](self).
    pub fn in_message(message: &'a [u8]) -> Result<Self, Reason> {
        let quote = message.get(HEADER..).unwrap_or_default();
        match length(message) {
            0 => Self::decode(quote),
            length => Self::decode(quote.get(..length).unwrap_or(quote)),
        }
    }

    /// What follows a quote whose length is told; empty where there is nothing.
    pub fn extensions(message: &[u8]) -> &[u8] {
        let length = length(message);
        let behind = message.get(HEADER + length..).filter(|_| length > 0);
        behind.unwrap_or_default()
    }

    /// The packet whose first octets these are.
    ///
    /// # Errors
    /// See Checks in the [module](self).
    pub fn decode(octets: &'a [u8]) -> Result<Self, Reason> {
        let header = ipv6::Header::decode_lax(octets)?;
        let whole = ipv6::Header::OCTETS + usize::from(header.payload_length);
        let octets = octets.get(..whole).unwrap_or(octets);
        let chain = ipv6::extension::Chain::of(octets).end();
        let field = "quoted IPv6 packet with extension headers";
        let cut = too_short(field, octets.len() + 1, octets.len());
        let chain = chain.ok_or(cut)?;
        Ok(Quoted {
            header,
            protocol: chain.next_header(),
            data: octets.get(chain.at()..).unwrap_or_default(),
            is_later_fragment: chain.is_later_fragment(),
        })
    }

    /// Source and destination port; `None` unless it is the first fragment of UDP or TCP.
    pub fn ports(&self) -> Option<(u16, u16)> {
        let known = matches!(self.protocol, Protocol::UDP | Protocol::TCP);
        let whole = self.data.len() >= 4;
        (known && whole && !self.is_later_fragment).then(|| {
            let [source, destination] = [0, 2].map(|at| chunk(self.data, at));
            (u16::from_be_bytes(source), u16::from_be_bytes(destination))
        })
    }

    /// The echo header; `None` unless it is the first fragment of an ICMPv6 echo.
    pub fn echo(&self) -> Option<Echo> {
        let first = self.protocol == Protocol::ICMPV6 && !self.is_later_fragment;
        first.then(|| Echo::decode_lax(self.data).ok()).flatten()
    }
}

/// Octets of the quote where extensions follow it, else 0. RFC 4884 §4.
fn length(message: &[u8]) -> usize {
    let known = Type::of(message).is_some_and(Type::has_length);
    let words = message.get(4).filter(|_| known).copied();
    usize::from(words.unwrap_or_default()) * 8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;
    use hex_literal::hex;
    use proptest::prelude::*;

    #[test]
    fn the_datagram_that_nobody_wanted_is_recognised() {
        let quoted = Quoted::in_message(&samples::PORT_UNREACHABLE_V6[40..]).unwrap();
        assert_eq!(quoted.protocol, Protocol::UDP);
        assert_eq!(quoted.data[..4], hex!("b75b 829a"));
        assert_eq!(quoted.header.hop_limit, 63);
        assert_eq!(
            (quoted.ports(), quoted.echo()),
            (Some((46939, 33434)), None)
        );
    }

    #[test]
    fn the_echo_that_died_is_recognised() {
        let quoted = Quoted::in_message(&samples::TIME_EXCEEDED_V6[40..]).unwrap();
        let sent = Echo {
            reply: false,
            identifier: 0x7754,
            sequence_number: 1,
        };
        assert_eq!((quoted.echo(), quoted.ports()), (Some(sent), None));
        let later = Quoted {
            is_later_fragment: true,
            ..quoted
        };
        assert_eq!(later.echo(), None);
    }

    #[test]
    fn the_upper_layer_is_found_behind_extension_headers() {
        let mut packet = samples::ECHO_V6.to_vec();
        packet[6] = 60;
        packet[5] += 16;
        packet.splice(40..40, hex!("2c 00 01 04 00000000" "3a 00 0001 00000007"));
        let quoted = Quoted::decode(&packet).unwrap();
        assert_eq!(quoted.protocol, Protocol::ICMPV6);
        assert_eq!(quoted.data, &samples::ECHO_V6[40..]);
        assert!(!quoted.is_later_fragment);
        packet[51] = 8;
        assert!(Quoted::decode(&packet).unwrap().is_later_fragment);
        let text = "quoted IPv6 packet with extension headers needs 51 octets, have 50";
        assert_eq!(Quoted::decode(&packet[..50]).unwrap_err().to_string(), text);
    }

    #[test]
    fn the_length_of_rfc_4884_ends_the_quote() {
        let mut message = samples::TIME_EXCEEDED_V6[40..].to_vec();
        message.extend([0x20, 0, 0, 0]);
        message[8 + 5] = 200;
        assert_eq!(Quoted::in_message(&message).unwrap().data.len(), 20);
        message[4] = 7;
        assert_eq!(Quoted::in_message(&message).unwrap().data.len(), 16);
        assert_eq!(Quoted::extensions(&message), [0x20, 0, 0, 0]);
        message[0] = 2;
        assert_eq!(Quoted::extensions(&message), []);
        assert_eq!(
            Quoted::in_message(&message).unwrap().data.len(),
            20,
            "an MTU"
        );
    }

    proptest! {
        #[test]
        fn decode_never_panics(octets in proptest::collection::vec(any::<u8>(), 0..120)) {
            let _ = (Quoted::in_message(&octets), Quoted::decode(&octets));
        }
    }
}
