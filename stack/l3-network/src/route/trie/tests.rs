use super::*;
use core::mem::size_of;
use proptest::prelude::*;

/// The definition: every prefix is looked at.
#[derive(Default)]
struct Naive(Vec<(Prefix, u32)>);

impl Naive {
    fn insert(&mut self, prefix: Prefix, value: u32) -> Option<u32> {
        let old = self.remove(prefix);
        self.0.push((prefix, value));
        old
    }

    fn remove(&mut self, prefix: Prefix) -> Option<u32> {
        let at = self.0.iter().position(|(own, _)| *own == prefix)?;
        Some(self.0.remove(at).1)
    }

    fn longest(&self, address: IpAddr) -> Option<&u32> {
        let fits = self.0.iter().filter(|(own, _)| own.contains(address));
        fits.max_by_key(|(own, _)| own.length())
            .map(|(_, value)| value)
    }
}

/// Addresses close to each other, so that prefixes hold, part and replace one another. Bits
/// differ at the start, in the middle and at the end.
fn address() -> impl Strategy<Value = IpAddr> {
    let few = || prop::sample::select(vec![0, 1, 2, 3, 0x40, 0x80, 0xc0, 0xff_u8]);
    let v4 = [few(), few(), few(), few()].prop_map(IpAddr::from);
    let v6 = [few(), few(), few(), few()].prop_map(|[a, b, c, d]| {
        IpAddr::from([a, 0, b, 0, 0, 0, 0, c, c, 0, 0, 0, 0, b, 0, d])
    });
    prop_oneof![v4, v6]
}

fn prefix() -> impl Strategy<Value = Prefix> {
    (address(), 0..=128_u8).prop_map(|(address, length)| {
        let length = if address.is_ipv4() {
            length / 4
        } else {
            length
        };
        Prefix::new(address, length).unwrap()
    })
}

proptest! {
    /// What one learns from a trie is what a walk over all prefixes tells, after any order of
    /// insertions and removals.
    #[test]
    fn agrees_with_a_walk_over_all_prefixes(
        steps in prop::collection::vec((any::<bool>(), any::<bool>(), prefix()), 0..120),
        questions in prop::collection::vec(address(), 40),
    ) {
        let (mut trie, mut naive) = (Trie::default(), Naive::default());
        for (number, (first, second, prefix)) in (0..).zip(steps) {
            if first || second {
                prop_assert_eq!(trie.insert(prefix, number), naive.insert(prefix, number));
            } else {
                prop_assert_eq!(trie.remove(prefix), naive.remove(prefix));
            }
            prop_assert_eq!(trie.len(), naive.0.len());
            prop_assert_eq!(trie.longest(prefix.address()), naive.longest(prefix.address()));
        }
        for address in questions {
            prop_assert_eq!(trie.longest(address), naive.longest(address), "{}", address);
        }
        for (prefix, value) in &naive.0 {
            prop_assert_eq!(trie.get(*prefix), Some(value));
            prop_assert_eq!(trie.get_mut(*prefix).copied(), Some(*value));
        }
        let mut all = 0;
        trie.for_each(|_| all += 1);
        prop_assert_eq!(all, naive.0.len());
        for (prefix, value) in naive.0 {
            prop_assert_eq!(trie.remove(prefix), Some(value));
        }
        // Nothing is left behind that would grow with every change.
        prop_assert!(trie.is_empty());
        for root in [&trie.ipv4, &trie.ipv6] {
            prop_assert_eq!((root.ends, root.branches, root.children.len()), (0, 0, 0));
        }
    }
}

#[test]
fn a_node_is_one_cache_line() {
    assert_eq!(size_of::<Node<u32>>(), 64);
}

/// The picture on top of `trie.rs`.
#[test]
fn a_prefix_of_four_full_steps_ends_in_the_fourth_node() {
    let mut trie = Trie::default();
    trie.insert("10.1.2.0/24".parse().unwrap(), 'x');
    let way = [0b000010, 0b100000, 0b000100];
    let node = way
        .iter()
        .fold(&trie.ipv4, |node, six| node.child(*six).unwrap());
    assert_eq!((node.ends, node.branches), (1 << (64 + 0b000010), 0));
}

#[test]
fn the_empty_prefix_holds_all_of_its_own_kind() {
    let mut trie = Trie::default();
    trie.insert(Prefix::ALL_IPV4, 4);
    assert_eq!(trie.longest([255; 4].into()), Some(&4));
    assert_eq!(trie.longest([255; 16].into()), None);
    trie.insert("::/0".parse().unwrap(), 6);
    assert_eq!(trie.longest([255; 16].into()), Some(&6));
    assert_eq!(trie.remove(Prefix::ALL_IPV4), Some(4));
    assert_eq!(trie.longest([255; 4].into()), None);
}
