//! The packet that an ICMP error speaks of: its header and the beginning of its data.
//!
//! ```text
//! +-------------+--------------------+-------------------------+---------------------+
//! | ICMP header | quoted IPv4 header | at least 8 octets of it | perhaps extensions  |
//! +-------------+--------------------+-------------------------+---------------------+
//! ```
//! Spec: RFC 792; RFC 1812 §4.3.2.3 (as much as fits); RFC 4884 §4 (extensions behind it).
//! Checks: version 4, IHL, the whole header there. The rest is taken as it comes: routers
//! change time to live and checksum before they quote, and some cut or change more.
//! Not here: matching a quote with what was sent (`tools/probe`).

use layercake_base::Reason;

use super::{Echo, Type};
use crate::octets::chunk;
use crate::{Protocol, ipv4};

/// The packet that an ICMP error speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quoted<'a> {
    /// Its header, as the reporter saw it.
    pub header: ipv4::Header,
    /// The beginning of its data, as far as it was quoted; 8 octets or more from most.
    pub data: &'a [u8],
}

impl<'a> Quoted<'a> {
    /// The quote in a whole ICMP error message, whose header is 8 octets.
    ///
    /// # Errors
    /// No quoted header, or one that is not IPv4.
    pub fn in_message(message: &'a [u8]) -> Result<Self, Reason> {
        let quote = message.get(super::HEADER..).unwrap_or_default();
        // RFC 4884 §4: the length says where extensions begin; 0 where there are none.
        let words = match Type::of(message).is_some_and(Type::has_length) {
            true => message.get(5).copied().unwrap_or_default(),
            false => 0,
        };
        match usize::from(words) * 4 {
            0 => Self::decode(quote),
            length => Self::decode(quote.get(..length).unwrap_or(quote)),
        }
    }

    /// The packet whose first octets these are.
    ///
    /// # Errors
    /// Not the whole header, or a header that is not IPv4.
    pub fn decode(octets: &'a [u8]) -> Result<Self, Reason> {
        let header = ipv4::Header::decode_lax(octets)?;
        let data = octets.get(header.octets()..).unwrap_or_default();
        let length = usize::from(header.total_length);
        let data = match length.checked_sub(header.octets()) {
            Some(whole) => data.get(..whole).unwrap_or(data),
            None => data,
        };
        Ok(Quoted { header, data })
    }

    /// Source and destination port; `None` unless it is the first fragment of UDP or TCP.
    pub fn ports(&self) -> Option<(u16, u16)> {
        let known = matches!(self.header.protocol, Protocol::UDP | Protocol::TCP);
        let whole = self.data.len() >= 4;
        (known && whole && !self.header.is_later_fragment()).then(|| {
            let [source, destination] = [0, 2].map(|at| chunk(self.data, at));
            (u16::from_be_bytes(source), u16::from_be_bytes(destination))
        })
    }

    /// The echo header; `None` unless it is the first fragment of an ICMP echo.
    pub fn echo(&self) -> Option<Echo> {
        let icmp = self.header.protocol == Protocol::ICMP;
        let first = icmp && !self.header.is_later_fragment();
        first.then(|| Echo::decode_lax(self.data).ok()).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;
    use proptest::prelude::*;

    #[test]
    fn the_echo_that_died_is_recognised() {
        let quoted = Quoted::in_message(&samples::TIME_EXCEEDED[20..]).unwrap();
        let sent = Echo::decode(&samples::ECHO_TTL_1[20..]).unwrap();
        assert_eq!(quoted.echo(), Some(sent));
        assert_eq!(quoted.data, &samples::ECHO_TTL_1[20..]);
        assert_eq!(quoted.header.time_to_live, 1);
        assert_eq!(quoted.ports(), None);
    }

    #[test]
    fn the_datagram_that_nobody_wanted_is_recognised() {
        let quoted = Quoted::in_message(&samples::PORT_UNREACHABLE[20..]).unwrap();
        assert_eq!(quoted.ports(), Some((60220, 33434)));
        assert_eq!(quoted.echo(), None);
    }

    #[test]
    fn a_quote_cut_short_still_says_what_it_can() {
        let message = &samples::FRAGMENTATION_NEEDED[20..];
        let quoted = Quoted::in_message(message).unwrap();
        assert_eq!(quoted.header.total_length, 1408);
        assert_eq!(quoted.data.len(), 16);
        assert_eq!(quoted.echo().unwrap().identifier, 30535);
        let nothing = Quoted::in_message(&message[..8 + 19]);
        assert!(matches!(
            nothing,
            Err(Reason::TooShort {
                need: 20,
                have: 19,
                ..
            })
        ));
    }

    #[test]
    fn a_later_fragment_has_no_ports() {
        let mut message = samples::PORT_UNREACHABLE[20..].to_vec();
        message[8 + 7] = 1;
        assert_eq!(Quoted::in_message(&message).unwrap().ports(), None);
    }

    #[test]
    fn the_length_of_rfc_4884_ends_the_quote() {
        let mut message = samples::TIME_EXCEEDED[20..].to_vec();
        message[8 + 3] = 200;
        message.extend([0x20, 0, 0, 0]);
        assert_eq!(Quoted::in_message(&message).unwrap().data.len(), 20);
        message[5] = 9;
        assert_eq!(Quoted::in_message(&message).unwrap().data.len(), 16);
    }

    /// RFC 792, Redirect: the fifth to eighth octet are an address, here 10.1.1.3, and no length.
    #[test]
    fn the_address_in_a_redirect_does_not_cut_the_quote() {
        let quote = &samples::ECHO[..];
        let message = [&[5, 1, 0, 0, 10, 1, 1, 3][..], quote].concat();
        let quoted = Quoted::in_message(&message).unwrap();
        assert_eq!(quoted.data, &samples::ECHO[20..]);
    }

    proptest! {
        #[test]
        fn decode_never_panics(octets in proptest::collection::vec(any::<u8>(), 0..90)) {
            for quoted in [Quoted::in_message(&octets), Quoted::decode(&octets)].iter().flatten() {
                let _ = (quoted.ports(), quoted.echo());
            }
        }
    }
}
