//! Who has how much of something that is all taken.

use core::net::{IpAddr, Ipv6Addr};

/// What each sender has, by sender.
#[derive(Debug, Default)]
pub(super) struct Shares(Vec<(IpAddr, usize)>);

impl Shares {
    /// Adds up what is held anew.
    pub(super) fn count(&mut self, held: impl Iterator<Item = (IpAddr, usize)>) {
        self.0.clear();
        self.0.extend(held);
        self.0.sort_unstable();
        self.0.dedup_by(|next, sum| {
            let same = next.0 == sum.0;
            if same {
                sum.1 += next.1;
            }
            same
        });
    }

    /// Who has most, and how much.
    pub(super) fn largest(&self) -> Option<(IpAddr, usize)> {
        self.0.iter().copied().max_by_key(|(_, held)| *held)
    }
}

/// Whose share a sender's packets count for: its own, but one for all IPv6 addresses of a network,
/// since a host may use any of them (RFC 4291 §2.5.1: 64 bits are left to it).
pub(super) fn holder(sender: IpAddr) -> IpAddr {
    match sender {
        IpAddr::V4(_) => sender,
        IpAddr::V6(address) => {
            let network = address.to_bits() & !u128::from(u64::MAX);
            Ipv6Addr::from_bits(network).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_ipv6_addresses_of_a_network_have_one_share() {
        let of = |text: &str| holder(text.parse().unwrap());
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:0:0:2"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }

    #[test]
    fn what_a_sender_has_is_added_up() {
        let host = |n: u8| IpAddr::from([10, 9, 1, n]);
        let mut shares = Shares::default();
        assert_eq!(shares.largest(), None);
        shares.count([(host(3), 5), (host(1), 9), (host(3), 5)].into_iter());
        assert_eq!(shares.largest(), Some((host(3), 10)));
        shares.count([(host(2), 1)].into_iter());
        assert_eq!(shares.largest(), Some((host(2), 1)));
    }
}
