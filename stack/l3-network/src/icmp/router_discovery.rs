//! ICMP router discovery: who routes here, and who asks.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------+---------------+-------------------------------+
//! |     Type      |     Code      |           Checksum            |
//! +---------------+---------------+-------------------------------+
//! |   Num Addrs   |Addr Entry Size|           Lifetime            |
//! +---------------+---------------+-------------------------------+
//! |                        Router Address                         |
//! +---------------------------------------------------------------+
//! |                       Preference Level                        |
//! +---------------------------------------------------------------+
//! ```
//! The last two rows stand once for each address. A solicitation is the header alone, in
//! which all but type and checksum is zero.
//!
//! Spec: RFC 1256 §3.  Units: octets, big-endian; Addr Entry Size in 4 octets, Lifetime in
//! seconds; the preference is signed, larger is better.
//! Checks: length, checksum, type 9 or 10, code 0 (16 too in an advertisement: RFC 5944 §2.1.1);
//! one address or more, entries of two words or more, all of them there (RFC 1256 §5.2).
//! Not here: choosing a router by them: routes are configured.

use core::net::Ipv4Addr;

use layercake_base::layout::Kind;
use layercake_base::{Layout, Reason};

use super::{CHECKSUM, HEADER, TYPE, Type, check, code, write};
use crate::octets::{chunk, too_short};

/// An advertisement up to its first address.
pub static LAYOUT: Layout = Layout {
    protocol: "ICMP router advertisement",
    spec: "RFC 1256 §3",
    fields: &[
        TYPE,
        code(Kind::Number(""), "0; 16 from a mobility agent"),
        CHECKSUM,
        Layout::field(
            32,
            8,
            "Num Addrs",
            Kind::Number(""),
            "how many addresses follow",
            "RFC 1256 §3",
        ),
        Layout::field(
            40,
            8,
            "Addr Entry Size",
            Kind::Scaled(4, "octets"),
            "of each address with its preference",
            "RFC 1256 §3",
        ),
        Layout::field(
            48,
            16,
            "Lifetime",
            Kind::Number("s"),
            "for so long the addresses hold",
            "RFC 1256 §3",
        ),
        Layout::field(
            64,
            32,
            "Router Address",
            Kind::Ipv4,
            "of the router, on the network where it says this",
            "RFC 1256 §3",
        ),
        Layout::field(
            96,
            32,
            "Preference Level",
            Kind::Hex,
            "signed; larger is better",
            "RFC 1256 §3",
        ),
    ],
};

/// Octets of an entry that hold something.
const ENTRY: usize = 8;

/// An advertisement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RouterAdvertisement<'a> {
    /// For so many seconds the addresses hold.
    pub lifetime: u16,
    /// Octets of each entry.
    size: usize,
    entries: &'a [u8],
}

/// One address of an advertisement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The router's address.
    pub address: Ipv4Addr,
    /// How good it is as a default router; larger is better.
    pub preference: i32,
}

impl<'a> RouterAdvertisement<'a> {
    /// The advertisement at the start of `message`, whose checksum covers all of it.
    ///
    /// # Errors
    /// See Checks in the [module](self).
    pub fn decode(message: &'a [u8]) -> Result<Self, Reason> {
        let header = check(message)?;
        let kind = Type(header[0]);
        let right = kind == Type::ROUTER_ADVERTISEMENT;
        Reason::require(right, "Type", kind.0, "must be 9")?;
        let known = matches!(header[1], 0 | 16);
        Reason::require(known, "Code", header[1], "must be 0 or 16")?;
        let (count, words) = (header[4], header[5]);
        Reason::require(count >= 1, "Num Addrs", count, "must be 1 or more")?;
        Reason::require(words >= 2, "Addr Entry Size", words, "must be 2 or more")?;
        let size = usize::from(words) * 4;
        let (need, have) = (HEADER + usize::from(count) * size, message.len());
        let entries = message.get(HEADER..need);
        Ok(RouterAdvertisement {
            lifetime: u16::from_be_bytes(chunk(&header, 6)),
            size,
            entries: entries.ok_or(too_short("ICMP router advertisement", need, have))?,
        })
    }

    /// The addresses, in their order.
    pub fn entries(&self) -> impl Iterator<Item = Entry> + use<'a> {
        self.entries.chunks_exact(self.size).map(|entry| Entry {
            address: chunk::<4>(entry, 0).into(),
            preference: i32::from_be_bytes(chunk(entry, 4)),
        })
    }

    /// Writes an advertisement with these addresses over all of `message`.
    ///
    /// # Errors
    /// `message` is not as long as the header and 8 octets for each address, or there are more
    /// than 255 addresses.
    pub fn encode(
        lifetime: u16,
        entries: &[Entry],
        message: &mut [u8],
    ) -> Result<(), Reason> {
        let (need, have) = (HEADER + entries.len() * ENTRY, message.len());
        let short = too_short("room for an ICMP router advertisement", need, have);
        let places = message.get_mut(HEADER..need).ok_or(short)?;
        for (place, entry) in places.as_chunks_mut::<ENTRY>().0.iter_mut().zip(entries) {
            let [a, b, c, d] = entry.address.octets();
            let [e, f, g, h] = entry.preference.to_be_bytes();
            *place = [a, b, c, d, e, f, g, h];
        }
        let (field, have, most) = ("Num Addrs", entries.len(), usize::from(u8::MAX));
        let too_long = Reason::TooLong { field, have, most };
        let mut header = [0; HEADER];
        header[0] = Type::ROUTER_ADVERTISEMENT.0;
        header[4] = u8::try_from(entries.len()).map_err(|_| too_long)?;
        header[5] = 2;
        header[6..8].copy_from_slice(&lifetime.to_be_bytes());
        write(header, message)
    }
}

/// Holds a solicitation against what it must be.
///
/// # Errors
/// See Checks in the [module](self).
pub fn check_solicitation(message: &[u8]) -> Result<(), Reason> {
    let header = check(message)?;
    let kind = Type(header[0]);
    let right = kind == Type::ROUTER_SOLICITATION;
    Reason::require(right, "Type", kind.0, "must be 10")?;
    Reason::require(header[1] == 0, "Code", header[1], "must be 0")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::held;
    use hex_literal::hex;
    use proptest::prelude::*;

    #[test]
    fn the_picture_is_the_layout() {
        LAYOUT
            .is_drawn_in(include_str!("router_discovery.rs"))
            .unwrap();
    }

    /// By hand after RFC 1256 §3: 10.0.0.1 with preference 0 and 10.0.0.2 with -2^31, which
    /// says "not as a default", for 1800 seconds; entries of three words, the third unknown.
    #[test]
    fn an_advertisement_with_longer_entries_is_read() {
        let mut message = hex!(
            "0900 0000 0203 0708 0a000001 00000000 ffffffff 0a000002 80000000 ffffffff"
        );
        let sum = layercake_base::checksum::internet(&message).to_be_bytes();
        message[2..4].copy_from_slice(&sum);
        let read = RouterAdvertisement::decode(&message).unwrap();
        assert_eq!(read.lifetime, 1800);
        let entries: Vec<_> = read.entries().collect();
        let entry = |last, preference| Entry {
            address: Ipv4Addr::new(10, 0, 0, last),
            preference,
        };
        assert_eq!(entries, [entry(1, 0), entry(2, i32::MIN)]);
    }

    #[test]
    fn what_breaks_a_rule_of_rfc_1256_is_refused_by_name() {
        for (header, text) in [
            ([8, 0, 0, 0, 1, 2, 0, 0], "Type = 8 must be 9"),
            ([9, 1, 0, 0, 1, 2, 0, 0], "Code = 1 must be 0 or 16"),
            ([9, 0, 0, 0, 0, 2, 0, 0], "Num Addrs = 0 must be 1 or more"),
            (
                [9, 0, 0, 0, 1, 1, 0, 0],
                "Addr Entry Size = 1 must be 2 or more",
            ),
            (
                [9, 0, 0, 0, 2, 2, 0, 0],
                "ICMP router advertisement needs 24 octets, have 16",
            ),
        ] {
            let mut message = [0; 16];
            write(header, &mut message).unwrap();
            let reason = RouterAdvertisement::decode(&message).unwrap_err();
            assert_eq!(reason.to_string(), text);
        }
        let mut solicitation = [0; 8];
        write([10, 0, 0, 0, 0, 0, 0, 0], &mut solicitation).unwrap();
        assert_eq!(check_solicitation(&solicitation), Ok(()));
        write([10, 1, 0, 0, 0, 0, 0, 0], &mut solicitation).unwrap();
        let reason = check_solicitation(&solicitation).unwrap_err();
        assert_eq!(reason.to_string(), "Code = 1 must be 0");
    }

    proptest! {
        #[test]
        fn decode_after_encode_is_identity_and_the_layout_agrees(
            lifetime: u16, all in proptest::collection::vec(any::<([u8; 4], i32)>(), 1..10),
        ) {
            let entries: Vec<_> = all
                .iter()
                .map(|&(address, preference)| Entry { address: address.into(), preference })
                .collect();
            let mut message = vec![0xaa; 8 + 8 * entries.len()];
            RouterAdvertisement::encode(lifetime, &entries, &mut message).unwrap();
            let read = RouterAdvertisement::decode(&message).unwrap();
            prop_assert_eq!(read.lifetime, lifetime);
            prop_assert_eq!(read.entries().collect::<Vec<_>>(), entries);
            held::field(&LAYOUT, &message, "Lifetime", lifetime);
            held::field(&LAYOUT, &message, "Num Addrs", all.len() as u64);
            held::field(&LAYOUT, &message, "Router Address", u32::from_be_bytes(all[0].0));
        }

        #[test]
        fn decode_never_panics(mut octets in proptest::collection::vec(any::<u8>(), 8..60)) {
            let header = [9, 0, 0, 0, octets[4], octets[5], octets[6], octets[7]];
            write(header, &mut octets).unwrap();
            if let Ok(read) = RouterAdvertisement::decode(&octets) {
                prop_assert!(read.entries().count() > 0);
            }
        }
    }
}
