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

#[cfg(test)]
mod tests;

use core::net::IpAddr;

use super::Prefix;

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

/// Bits that one node reads.
const STRIDE: u8 = 6;

/// What is left of a prefix on the way to its node.
#[derive(Clone, Copy)]
struct Key {
    bits: u128,
    length: u8,
}

impl Key {
    /// More steps than any prefix takes.
    const STEPS: u8 = 22;

    fn of(prefix: Prefix) -> Self {
        let (bits, length) = (left_aligned(prefix.address()), prefix.length());
        Key { bits, length }
    }

    /// It ends in a node further down.
    fn leads_on(self) -> bool {
        self.length > STRIDE
    }

    fn six(self) -> u8 {
        first_six(self.bits)
    }

    fn next(self) -> Self {
        Key {
            bits: self.bits << STRIDE,
            length: self.length.saturating_sub(STRIDE),
        }
    }

    /// Where it ends in its node.
    fn slot(self) -> u32 {
        let deepest = u32::from(64 | self.six());
        deepest >> STRIDE.saturating_sub(self.length)
    }
}

fn left_aligned(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_bits()) << 96,
        IpAddr::V6(address) => address.to_bits(),
    }
}

fn first_six(bits: u128) -> u8 {
    bits.to_be_bytes()[0] >> 2
}

/// The slots of all prefixes that fit six bits.
fn path(six: u8) -> u128 {
    PATHS.get(usize::from(six)).copied().unwrap_or(0)
}

static PATHS: [u128; 64] = paths();

#[expect(clippy::indexing_slicing, reason = "fails when compiled, or never")]
const fn paths() -> [u128; 64] {
    let mut paths = [0; 64];
    let mut six = 0;
    while six < 64 {
        let mut slot = 64 | six;
        while slot > 0 {
            paths[six] |= 1 << slot;
            slot >>= 1;
        }
        six += 1;
    }
    paths
}

/// One step of the way.
#[derive(Clone, Debug)]
struct Node<V> {
    /// Bit `n`: the prefix of slot `n` has a value. Slot 1 is that of no bits at all, which
    /// only the root uses.
    ends: u128,
    /// Bit `n`: there is a child for the six bits `n`.
    branches: u64,
    values: Box<[V]>,
    children: Box<[Node<V>]>,
}

impl<V> Default for Node<V> {
    fn default() -> Self {
        Node {
            ends: 0,
            branches: 0,
            values: Box::default(),
            children: Box::default(),
        }
    }
}

impl<V> Node<V> {
    #[inline]
    fn child(&self, six: u8) -> Option<&Node<V>> {
        let place = self.branches >> six & 1 == 1;
        place.then(|| self.children.get(self.place(six)))?
    }

    fn child_mut(&mut self, six: u8) -> Option<&mut Node<V>> {
        let (there, place) = (self.branches >> six & 1 == 1, self.place(six));
        there.then(|| self.children.get_mut(place))?
    }

    fn value(&self, slot: u32) -> Option<&V> {
        let there = self.ends >> slot & 1 == 1;
        there.then(|| self.values.get(self.rank(slot)))?
    }

    fn value_mut(&mut self, slot: u32) -> Option<&mut V> {
        let (there, rank) = (self.ends >> slot & 1 == 1, self.rank(slot));
        there.then(|| self.values.get_mut(rank))?
    }

    /// Where among the children the one for `six` is, or belongs.
    fn place(&self, six: u8) -> usize {
        rank((self.branches & ((1 << six) - 1)).count_ones())
    }

    /// Where among the values the one of `slot` is, or belongs.
    fn rank(&self, slot: u32) -> usize {
        rank((self.ends & ((1 << slot) - 1)).count_ones())
    }

    fn insert(&mut self, mut key: Key, value: V) -> Option<V> {
        let mut node = self;
        while key.leads_on() {
            (node, key) = (node.child_or_new(key.six())?, key.next());
        }
        let slot = key.slot();
        if let Some(old) = node.value_mut(slot) {
            return Some(core::mem::replace(old, value));
        }
        let rank = node.rank(slot);
        insert_at(&mut node.values, rank, value);
        node.ends |= 1 << slot;
        None
    }

    fn child_or_new(&mut self, six: u8) -> Option<&mut Node<V>> {
        let place = self.place(six);
        if self.branches >> six & 1 == 0 {
            insert_at(&mut self.children, place, Node::default());
            self.branches |= 1 << six;
        }
        self.children.get_mut(place)
    }

    /// Nodes on the way that hold nothing any more go with the value. `steps` bounds the depth.
    fn remove(&mut self, key: Key, steps: u8) -> Option<V> {
        if !key.leads_on() {
            let slot = key.slot();
            let rank = self.rank(slot);
            self.value(slot)?;
            self.ends &= !(1 << slot);
            return remove_at(&mut self.values, rank);
        }
        let (six, steps) = (key.six(), steps.checked_sub(1)?);
        let child = self.child_mut(six)?;
        let old = child.remove(key.next(), steps)?;
        if child.ends == 0 && child.branches == 0 {
            let place = self.place(six);
            self.branches &= !(1 << six);
            remove_at(&mut self.children, place);
        }
        Some(old)
    }

    fn for_each(&self, show: &mut impl FnMut(&V)) {
        self.values.iter().for_each(&mut *show);
        self.children.iter().for_each(|child| child.for_each(show));
    }
}

/// A count of at most 128 as an index.
fn rank(ones: u32) -> usize {
    usize::try_from(ones).unwrap_or(usize::MAX)
}

/// Puts `new` before what is at `at`, and keeps no room for more.
fn insert_at<T>(place: &mut Box<[T]>, at: usize, new: T) {
    let mut all = core::mem::take(place).into_vec();
    all.reserve_exact(1);
    all.insert(at.min(all.len()), new);
    *place = all.into_boxed_slice();
}

/// Takes what is at `at` out, and keeps no room for it.
fn remove_at<T>(place: &mut Box<[T]>, at: usize) -> Option<T> {
    let mut all = core::mem::take(place).into_vec();
    let old = (at < all.len()).then(|| all.remove(at));
    *place = all.into_boxed_slice();
    old
}
