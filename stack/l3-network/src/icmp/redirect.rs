//! ICMP redirect: another router on your network is nearer to where you want to go.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------+---------------+-------------------------------+
//! |     Type      |     Code      |           Checksum            |
//! +---------------+---------------+-------------------------------+
//! |                   Gateway Internet Address                    |
//! +---------------------------------------------------------------+
//! ```
//! The packet's header and the beginning of its data follow ([`Quoted`](super::Quoted)).
//!
//! Spec: RFC 792, Redirect; RFC 1122 §3.2.2.2 (hosts), RFC 1812 §5.2.7.2 (routers: code 1 or 3).
//! Units: octets, big-endian.
//! Checks: length, checksum over header and quote, type 5.
//! Not here: whether to believe it (`ipv4/redirect.rs`).

use core::net::Ipv4Addr;

use layercake_base::layout::Kind;
use layercake_base::{Layout, Reason};

use super::{CHECKSUM, HEADER, TYPE, Type, check, code, write};
use crate::octets::chunk;

/// The header; the quote follows.
pub static LAYOUT: Layout = Layout {
    protocol: "ICMP redirect",
    spec: "RFC 792, Redirect",
    fields: &[
        TYPE,
        code(Kind::Enum(CODES), "for which packets"),
        CHECKSUM,
        Layout::field(
            32,
            32,
            "Gateway Internet Address",
            Kind::Ipv4,
            "the router that the packets should go to",
            "RFC 792, Redirect",
        ),
    ],
};

/// Codes by name. RFC 792.
pub const CODES: &[(u64, &str)] = &[
    (0, "for the network"),
    (1, "for the host"),
    (2, "for the type of service and network"),
    (3, "for the type of service and host"),
];

/// The header of the message; the quote is the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// For which packets.
    pub code: u8,
    /// The router that they should go to.
    pub gateway: Ipv4Addr,
}

impl Redirect {
    /// Packets for the host should go to `gateway`.
    pub const fn host(gateway: Ipv4Addr) -> Self {
        Redirect { code: 1, gateway }
    }

    /// The header at the start of `message`, whose checksum covers all of it.
    ///
    /// # Errors
    /// See Checks in the [module](self).
    pub fn decode(message: &[u8]) -> Result<Redirect, Reason> {
        let octets = check(message)?;
        let kind = Type(octets[0]);
        Reason::require(kind == Type::REDIRECT, "Type", kind.0, "must be 5")?;
        let gateway: [u8; 4] = chunk(&octets, 4);
        Ok(Redirect {
            code: octets[1],
            gateway: gateway.into(),
        })
    }

    /// Writes the header over the first octets of `message`, with the checksum over all of it.
    ///
    /// # Errors
    /// `message` is shorter than the header.
    pub fn encode(&self, message: &mut [u8]) -> Result<(), Reason> {
        let mut octets = [0; HEADER];
        octets[0] = Type::REDIRECT.0;
        octets[1] = self.code;
        octets[4..8].copy_from_slice(&self.gateway.octets());
        write(octets, message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::held;
    use proptest::prelude::*;

    #[test]
    fn the_picture_is_the_layout() {
        LAYOUT.is_drawn_in(include_str!("redirect.rs")).unwrap();
    }

    proptest! {
        #[test]
        fn the_codec_the_layout_and_etherparse_agree(
            code in 0..4_u8, gateway: [u8; 4],
            quote in proptest::collection::vec(any::<u8>(), 0..80),
        ) {
            let ours = Redirect { code, gateway: gateway.into() };
            let mut message = [&[0xaa; 8], &quote[..]].concat();
            ours.encode(&mut message).unwrap();
            prop_assert_eq!(Redirect::decode(&message), Ok(ours));
            held::field(&LAYOUT, &message, "Type", 5_u8);
            held::field(&LAYOUT, &message, "Code", code);
            let address = u32::from_be_bytes(gateway);
            held::field(&LAYOUT, &message, "Gateway Internet Address", address);

            let code = etherparse::icmpv4::RedirectCode::from_u8(code).unwrap();
            let theirs = etherparse::icmpv4::RedirectHeader { code, gateway_internet_address: gateway };
            let (slice, _) = etherparse::Icmpv4Header::from_slice(&message).unwrap();
            prop_assert_eq!(slice.icmp_type, etherparse::Icmpv4Type::Redirect(theirs));
        }
    }
}
