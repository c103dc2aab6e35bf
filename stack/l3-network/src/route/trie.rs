//! Longest prefix match: a trie that reads six bits of an address at each step.
//!
//! ```text
//!   10.1.2.7 = 000010 100000 000100 000010 000001 11
//!              |      |      |      |
//!            root --> node > node > node: 10.1.2.0/24 ends here, in slot 64 + 000010
//!
//!   the slots of a node, numbered like a heap:       a node: one cache line of 64 octets
//!                      1           nothing (root)    +-------+----------+--------+----------+
//!                2           3     1 bit: 0, 1       | ends  | branches | values | children |
//!             4     5     6     7  2 bits            +-------+----------+--------+----------+
//!            8 9   ..           15 3 bits             a bit    a bit      dense,   dense,
//!                  ...             ..                 for each for six    by rank  by rank
//!           64 65     ...      127 6 bits             slot     bits
//! ```
//! A slot is a prefix of one to six bits behind the way to its node, so a /24 and a /48 end in a
//! full step. Of the seven slots that fit six bits, the highest that is taken is the longest
//! prefix: one AND and one count of zeros. Values and children are stored without gaps; the
//! place of one is the number of lower bits that are set (its rank). A question visits at most 6
//! nodes for IPv4 and 22 for IPv6.
//!
//! Spec: Eatherton, Varghese and Dittia, "Tree bitmap", ACM CCR 34(2), 2004, of which this is
//! the variant with a stride of six that keeps prefixes of full steps in the upper node.
//! Units: bits of an address, the first one is the most significant of a `u128`.

mod node;
#[cfg(test)]
mod tests;

use core::net::IpAddr;

use super::Prefix;
use node::{Key, Node, STRIDE, first_six, left_aligned, path};

/// Values by prefix, found by the longest one that fits an address.
#[derive(Clone, Debug)]
pub struct Trie<V> {
    ipv4: Node<V>,
    ipv6: Node<V>,
    len: usize,
}

impl<V> Default for Trie<V> {
    fn default() -> Self {
        let (ipv4, ipv6) = (Node::default(), Node::default());
        Trie { ipv4, ipv6, len: 0 }
    }
}

impl<V> Trie<V> {
    /// How many prefixes have a value.
    pub fn len(&self) -> usize {
        self.len
    }

    /// True when no prefix has one.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Gives `prefix` a value, and back the one that it had.
    pub fn insert(&mut self, prefix: Prefix, value: V) -> Option<V> {
        let key = Key::of(prefix);
        let old = self.root_mut(prefix.address()).insert(key, value);
        self.len += usize::from(old.is_none());
        old
    }

    /// Takes the value of exactly this prefix away.
    pub fn remove(&mut self, prefix: Prefix) -> Option<V> {
        let old = self
            .root_mut(prefix.address())
            .remove(Key::of(prefix), Key::STEPS);
        self.len -= usize::from(old.is_some());
        old
    }

    /// The value of exactly this prefix.
    pub fn get(&self, prefix: Prefix) -> Option<&V> {
        let (mut node, mut key) = (self.root(prefix.address()), Key::of(prefix));
        while key.leads_on() {
            (node, key) = (node.child(key.six())?, key.next());
        }
        node.value(key.slot())
    }

    /// The value of exactly this prefix, to be changed.
    pub fn get_mut(&mut self, prefix: Prefix) -> Option<&mut V> {
        let (mut node, mut key) = (self.root_mut(prefix.address()), Key::of(prefix));
        while key.leads_on() {
            (node, key) = (node.child_mut(key.six())?, key.next());
        }
        node.value_mut(key.slot())
    }

    /// The value of the longest prefix that holds `address`.
    pub fn longest(&self, address: IpAddr) -> Option<&V> {
        let (mut node, mut bits) = (self.root(address), left_aligned(address));
        let mut best = None;
        loop {
            let six = first_six(bits);
            let fits = node.ends & path(six);
            if fits != 0 {
                best = Some((node, 127 - fits.leading_zeros()));
            }
            match node.child(six) {
                Some(child) => (node, bits) = (child, bits << STRIDE),
                None => break,
            }
        }
        let (node, slot) = best?;
        node.value(slot)
    }

    /// Shows every value, those of a node before those of its children.
    pub fn for_each(&self, mut show: impl FnMut(&V)) {
        self.ipv4.for_each(&mut show);
        self.ipv6.for_each(&mut show);
    }

    fn root(&self, address: IpAddr) -> &Node<V> {
        match address {
            IpAddr::V4(_) => &self.ipv4,
            IpAddr::V6(_) => &self.ipv6,
        }
    }

    fn root_mut(&mut self, address: IpAddr) -> &mut Node<V> {
        match address {
            IpAddr::V4(_) => &mut self.ipv4,
            IpAddr::V6(_) => &mut self.ipv6,
        }
    }
}
