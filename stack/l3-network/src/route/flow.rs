//! Which flow a packet belongs to, as routers that balance load see it.
//!
//! Spec: RFC 2992 (hash of the flow); what is hashed follows the routers that Augustin et al.
//! met, "Avoiding traceroute anomalies with Paris traceroute", IMC 2006, §2: addresses, protocol
//! and the first four octets behind the IP header. Those are the ports of UDP and TCP; of ICMP
//! they are type, code and checksum, to which the identifier is added here. The checksum of a
//! classic ICMP probe changes with its sequence number, so such probes take different ways.
//! Fragments are hashed by addresses and protocol only, so that all of a packet stay together.

use core::net::IpAddr;

/// What is hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flow {
    /// Who sent the packet.
    pub source: IpAddr,
    /// Who shall get it.
    pub destination: IpAddr,
    /// What it carries.
    pub protocol: u8,
    /// The first octets behind the IP header: four of them, six for ICMP; zero for fragments.
    pub head: [u8; 6],
}

impl Flow {
    /// A hash that spreads over all 64 bits. `salt` makes routers choose independently of each
    /// other: with the same hash in a row, the second would see only one half of the flows.
    pub fn hash(&self, salt: u64) -> u64 {
        let ends = [self.source, self.destination];
        let hash = ends.iter().fold(BASIS ^ salt, |hash, end| match end {
            IpAddr::V4(address) => fnv(&address.octets(), hash),
            IpAddr::V6(address) => fnv(&address.octets(), hash),
        });
        spread(fnv(&self.head, fnv(&[self.protocol], hash)))
    }
}

const BASIS: u64 = 0xcbf2_9ce4_8422_2325;

/// FNV-1a.
fn fnv(octets: &[u8], hash: u64) -> u64 {
    octets.iter().fold(hash, |hash, &octet| {
        (hash ^ u64::from(octet)).wrapping_mul(0x100_0000_01b3)
    })
}

/// Carries the low bits, where FNV is good, into the high ones (MurmurHash3's finalizer).
fn spread(hash: u64) -> u64 {
    let hash = (hash ^ hash >> 33).wrapping_mul(0xff51_afd7_ed55_8ccd);
    let hash = (hash ^ hash >> 33).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ hash >> 33
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flow(port: u16) -> Flow {
        let [high, low] = port.to_be_bytes();
        Flow {
            source: [10, 0, 0, 1].into(),
            destination: [10, 0, 9, 1].into(),
            protocol: 17,
            head: [high, low, 0x82, 0x9a, 0, 0],
        }
    }

    #[test]
    fn ports_one_after_another_spread_over_two_ways() {
        let first = (33434..34434)
            .filter(|&port| flow(port).hash(1) < 1 << 63)
            .count();
        assert!((400..600).contains(&first), "{first}");
    }

    #[test]
    fn two_routers_choose_independently() {
        let both =
            |port: &u16| flow(*port).hash(1) < 1 << 63 && flow(*port).hash(2) < 1 << 63;
        let both = (33434..34434).filter(both).count();
        assert!((180..320).contains(&both), "{both}");
    }
}
