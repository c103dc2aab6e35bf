//! UDP's checksum: over a pseudo-header with the addresses, then header and data.
//!
//! ```text
//! IPv4, RFC 768                          IPv6, RFC 8200 §8.1
//! +-----------------------------+        +-----------------------------+
//! |       source address        |        |       source address        | 16 octets
//! +-----------------------------+        +-----------------------------+
//! |     destination address     |        |     destination address     | 16 octets
//! +------+--------+-------------+        +-----------------------------+
//! | zero |   17   | UDP length  |        |   UDP length, 4 octets      |
//! +------+--------+-------------+        +----------------------+------+
//!                                        |    zero, 3 octets    |  17  |
//!                                        +----------------------+------+
//! ```
//! The two sum to the same: zeros add nothing, so length and 17 count once in each.

use core::net::IpAddr;

use layercake_base::checksum::Sum;
use layercake_base::{ChecksumState, Reason};

use super::Header;

/// UDP's protocol number. IANA, Assigned Internet Protocol Numbers.
pub const PROTOCOL: u16 = 17;

/// The checksum that belongs into `datagram`, a header with whatever checksum and its data.
/// What comes to zero is sent as ffff, because zero says "none". RFC 768.
pub fn checksum(source: IpAddr, destination: IpAddr, datagram: &[u8]) -> u16 {
    let sum = all_but_addresses(datagram).address(source);
    match sum.address(destination).finish() {
        0 => 0xffff,
        checksum => checksum,
    }
}

/// What the Checksum field of `datagram` holds as long as the addresses are owed
/// ([`settle`](layercake_base::checksum::settle)).
pub(super) fn owed(datagram: &[u8]) -> [u8; 2] {
    all_but_addresses(datagram).owed()
}

/// Holds the checksum of `datagram` against its octets and addresses. It must be exactly one
/// whole datagram, without padding.
///
/// # Errors
/// [`Reason::Mismatch`] with both values; [`Reason::Illegal`] for a zero over IPv6.
pub fn verify(
    source: IpAddr,
    destination: IpAddr,
    datagram: &[u8],
) -> Result<ChecksumState, Reason> {
    let found = Header::decode(datagram)?.checksum;
    if found == 0 {
        let rule = "must not be zero over IPv6";
        Reason::require(destination.is_ipv4(), "UDP checksum", found, rule)?;
        return Ok(ChecksumState::Absent);
    }
    let computed = checksum(source, destination, datagram);
    Reason::check("UDP checksum", found, computed)?;
    Ok(ChecksumState::Good)
}

/// Protocol and length of the pseudo-header, and the datagram but for its checksum.
fn all_but_addresses(datagram: &[u8]) -> Sum {
    let (front, data) = datagram
        .split_first_chunk::<8>()
        .map_or((&[][..], datagram), |(front, data)| {
            (front.as_slice(), data)
        });
    let length = u16::try_from(datagram.len()).unwrap_or(u16::MAX);
    Sum::default()
        .word(PROTOCOL)
        .word(length)
        .octets(front.get(..6).unwrap_or_default())
        .octets(data)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;
    use proptest::prelude::*;

    fn ends(source: &str, destination: &str) -> (IpAddr, IpAddr) {
        (source.parse().unwrap(), destination.parse().unwrap())
    }

    #[test]
    fn agrees_with_the_kernel_over_ipv4_and_ipv6() {
        let (source, destination) = ends("10.9.1.2", "10.9.2.2");
        let state = verify(source, destination, &samples::UDP);
        assert_eq!(state, Ok(ChecksumState::Good));
        let (source, destination) = ends("fd09:1::2", "fd09:2::2");
        let state = verify(source, destination, &samples::UDP_V6);
        assert_eq!(state, Ok(ChecksumState::Good));
    }

    #[test]
    fn a_changed_octet_and_a_changed_address_are_both_seen() {
        let (source, destination) = ends("10.9.1.2", "10.9.2.2");
        let mut datagram = samples::UDP;
        datagram[12] ^= 1;
        let reason = verify(source, destination, &datagram).unwrap_err();
        assert_eq!(
            reason.to_string(),
            "UDP checksum is 0x3715, computed 0x3815"
        );
        assert!(verify(destination, destination, &samples::UDP).is_err());
    }

    #[test]
    fn no_checksum_is_allowed_over_ipv4_only() {
        let mut datagram = samples::UDP;
        datagram[6..8].fill(0);
        let (source, destination) = ends("10.9.1.2", "10.9.2.2");
        let state = verify(source, destination, &datagram);
        assert_eq!(state, Ok(ChecksumState::Absent));
        let (source, destination) = ends("fd09:1::2", "fd09:2::2");
        let reason = verify(source, destination, &datagram).unwrap_err();
        let text = "UDP checksum = 0 must not be zero over IPv6";
        assert_eq!(reason.to_string(), text);
    }

    /// RFC 768: "If the computed checksum is zero, it is transmitted as all ones".
    #[test]
    fn a_checksum_that_comes_to_zero_is_sent_as_ones() {
        let (source, destination) = ends("0.0.0.0", "0.0.0.0");
        // 17 + 10 (pseudo-header) + 10 (length) + ffda = ffff, whose complement is 0.
        let datagram = [0, 0, 0, 0, 0, 10, 0xaa, 0xaa, 0xff, 0xda];
        assert_eq!(checksum(source, destination, &datagram), 0xffff);
    }

    proptest! {
        #[test]
        fn agrees_with_etherparse(
            v4: [[u8; 4]; 2], v6: [[u8; 16]; 2], ports: [u16; 2],
            data in proptest::collection::vec(any::<u8>(), 0..200),
        ) {
            let length = u16::try_from(8 + data.len()).unwrap();
            let theirs = etherparse::UdpHeader {
                source_port: ports[0],
                destination_port: ports[1],
                length,
                checksum: 0,
            };
            let datagram = [&theirs.to_bytes()[..], &data].concat();
            prop_assert_eq!(
                checksum(v4[0].into(), v4[1].into(), &datagram),
                theirs.calc_checksum_ipv4_raw(v4[0], v4[1], &data).unwrap()
            );
            prop_assert_eq!(
                checksum(v6[0].into(), v6[1].into(), &datagram),
                theirs.calc_checksum_ipv6_raw(v6[0], v6[1], &data).unwrap()
            );
        }

        #[test]
        fn what_is_computed_verifies(
            ends: [[u8; 4]; 2], mut data in proptest::collection::vec(any::<u8>(), 8..200),
        ) {
            let length = u16::try_from(data.len()).unwrap();
            data[4..6].copy_from_slice(&length.to_be_bytes());
            let sum = checksum(ends[0].into(), ends[1].into(), &data);
            data[6..8].copy_from_slice(&sum.to_be_bytes());
            let state = verify(ends[0].into(), ends[1].into(), &data);
            prop_assert_eq!(state, Ok(ChecksumState::Good));
        }
    }
}
