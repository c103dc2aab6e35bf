//! Interface identifiers: the half of an address that a station makes by itself.
//!
//! Spec: RFC 4291 §2.5.1 and Appendix A (modified EUI-64), RFC 2464 §4, §5; RFC 7217 §5
//! (stable and opaque); RFC 5453 §3 (identifiers that nobody may have).
//! Not here: temporary addresses (RFC 8981).

use core::hash::Hasher;
use core::net::Ipv6Addr;

use layercake_base::Mac;
use siphasher::sip::SipHasher24;

/// The link-local network, fe80::/64.
pub(super) const LINK_LOCAL: Ipv6Addr = Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0);

/// How a station makes its interface identifiers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Identifiers {
    /// From its link address. Whoever sees one knows the station on every link.
    Eui64,
    /// From the prefix and a secret: the same again on the same link, and another elsewhere.
    /// The secret is drawn once for a station and kept.
    Stable([u8; 16]),
}

/// Without the secret.
impl core::fmt::Debug for Identifiers {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Identifiers::Eui64 => "Eui64",
            Identifiers::Stable(_) => "Stable(..)",
        })
    }
}

impl Identifiers {
    /// The address in a network of 64 bits, after `conflicts` that others had; `None` when there
    /// is no other one.
    pub(super) fn address(
        self,
        network: Ipv6Addr,
        mac: Mac,
        conflicts: u8,
    ) -> Option<Ipv6Addr> {
        match self {
            Identifiers::Eui64 => (conflicts == 0).then(|| join(network, eui_64(mac))),
            Identifiers::Stable(secret) => {
                let mut identifiers = (conflicts..=u8::MAX)
                    .map(|counter| stable(network, mac, counter, &secret));
                let free = identifiers.find(|&identifier| !is_reserved(identifier))?;
                Some(join(network, free))
            }
        }
    }
}

/// RFC 7217 §5: RID = F(Prefix, Net_Iface, Network_ID, DAD_Counter, secret_key). F is SipHash,
/// the interface its link address; there is no network identifier.
fn stable(network: Ipv6Addr, mac: Mac, counter: u8, secret: &[u8; 16]) -> [u8; 8] {
    let mut hash = SipHasher24::new_with_key(secret);
    let [prefix, _] = halves(network);
    hash.write(&prefix);
    hash.write(&mac.0);
    hash.write(&[counter]);
    hash.finish().to_be_bytes()
}

/// RFC 5453 §3: the routers of a subnet, addresses of IANA's block of EUI-64, anycast addresses.
fn is_reserved(identifier: [u8; 8]) -> bool {
    let number = u64::from_be_bytes(identifier);
    matches!(
        number,
        0 | 0x0200_5eff_fe00_0000..=0x0200_5eff_feff_ffff
            | 0xfdff_ffff_ffff_ff80..=0xfdff_ffff_ffff_ffff
    )
}

/// The identifier of a station by its link address: ff and fe in the middle, and the bit for
/// "unique in the world" is turned over.
pub fn eui_64(mac: Mac) -> [u8; 8] {
    let [a, b, c, d, e, f] = mac.0;
    [a ^ 0b10, b, c, 0xff, 0xfe, d, e, f]
}

/// The address with the first 64 bits of `prefix` and this identifier.
fn join(prefix: Ipv6Addr, identifier: [u8; 8]) -> Ipv6Addr {
    let [[a, b, c, d, e, f, g, h], _] = halves(prefix);
    let [i, j, k, l, m, n, o, p] = identifier;
    [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p].into()
}

/// The network and the interface identifier of an address.
pub(super) fn halves(address: Ipv6Addr) -> [[u8; 8]; 2] {
    let [a, b, c, d, e, f, g, h, rest @ ..] = address.octets();
    [[a, b, c, d, e, f, g, h], rest]
}

/// The link-local address of a station by its link address.
pub fn link_local(mac: Mac) -> Ipv6Addr {
    join(LINK_LOCAL, eui_64(mac))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAC: Mac = Mac([0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde]);

    /// RFC 2464 §4, §5: the example of an interface with 34-56-78-9A-BC-DE.
    #[test]
    fn the_example_of_rfc_2464() {
        assert_eq!(
            eui_64(MAC),
            [0x36, 0x56, 0x78, 0xff, 0xfe, 0x9a, 0xbc, 0xde]
        );
        let expected: Ipv6Addr = "fe80::3656:78ff:fe9a:bcde".parse().unwrap();
        assert_eq!(link_local(MAC), expected);
    }

    /// RFC 7217 §4: the same on the same network, another on another one, for another station,
    /// secret or after a conflict.
    #[test]
    fn a_stable_address_is_the_same_again_and_another_elsewhere() {
        let network = |text: &str| text.parse::<Ipv6Addr>().unwrap();
        let (here, there) = (network("2001:db8:a::"), network("2001:db8:b::"));
        let of = |network, mac, conflicts, secret| {
            let identifiers = Identifiers::Stable([secret; 16]);
            identifiers.address(network, mac, conflicts).unwrap()
        };
        let address = of(here, MAC, 0, 7);
        assert_eq!(of(here, MAC, 0, 7), address);
        assert_eq!(halves(address)[0], halves(here)[0]);
        let others = [
            of(there, MAC, 0, 7),
            of(here, Mac::local(1), 0, 7),
            of(here, MAC, 1, 7),
            of(here, MAC, 0, 8),
        ];
        for other in others {
            assert_ne!(halves(other)[1], halves(address)[1]);
        }
        assert_eq!(Identifiers::Eui64.address(here, MAC, 1), None);
        assert_eq!(format!("{:?}", Identifiers::Stable([7; 16])), "Stable(..)");
    }

    /// RFC 5453 §3.
    #[test]
    fn nobody_gets_an_identifier_that_is_reserved() {
        assert!(is_reserved([0; 8]));
        assert!(is_reserved([2, 0, 0x5e, 0xff, 0xfe, 0, 0x52, 0x13]));
        assert!(is_reserved([
            0xfd, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x80
        ]));
        assert!(!is_reserved([
            0xfd, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f
        ]));
        assert!(!is_reserved(eui_64(MAC)));
    }
}
