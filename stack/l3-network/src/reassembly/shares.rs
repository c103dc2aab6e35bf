//! Who has how much of something that is all taken.

use core::net::IpAddr;

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

#[cfg(test)]
mod tests {
    use super::*;

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
