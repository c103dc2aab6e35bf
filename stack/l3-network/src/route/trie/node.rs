//! One step of the trie: what ends in it, and where it leads on.

use core::net::IpAddr;

use crate::route::Prefix;

/// Bits that one node reads.
pub(super) const STRIDE: u8 = 6;

/// What is left of a prefix on the way to its node.
#[derive(Clone, Copy)]
pub(super) struct Key {
    bits: u128,
    length: u8,
}

impl Key {
    /// More steps than any prefix takes.
    pub(super) const STEPS: u8 = 22;

    pub(super) fn of(prefix: Prefix) -> Self {
        let (bits, length) = (left_aligned(prefix.address()), prefix.length());
        Key { bits, length }
    }

    /// It ends in a node further down.
    pub(super) fn leads_on(self) -> bool {
        self.length > STRIDE
    }

    pub(super) fn six(self) -> u8 {
        first_six(self.bits)
    }

    pub(super) fn next(self) -> Self {
        Key {
            bits: self.bits << STRIDE,
            length: self.length.saturating_sub(STRIDE),
        }
    }

    /// Where it ends in its node.
    pub(super) fn slot(self) -> u32 {
        let deepest = u32::from(64 | self.six());
        deepest >> STRIDE.saturating_sub(self.length)
    }
}

pub(super) fn left_aligned(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_bits()) << 96,
        IpAddr::V6(address) => address.to_bits(),
    }
}

pub(super) fn first_six(bits: u128) -> u8 {
    bits.to_be_bytes()[0] >> 2
}

/// The slots of all prefixes that fit six bits.
pub(super) fn path(six: u8) -> u128 {
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
pub(super) struct Node<V> {
    /// Bit `n`: the prefix of slot `n` has a value. Slot 1 is that of no bits at all, which
    /// only the root uses.
    pub(super) ends: u128,
    /// Bit `n`: there is a child for the six bits `n`.
    pub(super) branches: u64,
    values: Box<[V]>,
    pub(super) children: Box<[Node<V>]>,
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
    pub(super) fn child(&self, six: u8) -> Option<&Node<V>> {
        let place = self.branches >> six & 1 == 1;
        place.then(|| self.children.get(self.place(six)))?
    }

    pub(super) fn child_mut(&mut self, six: u8) -> Option<&mut Node<V>> {
        let (there, place) = (self.branches >> six & 1 == 1, self.place(six));
        there.then(|| self.children.get_mut(place))?
    }

    pub(super) fn value(&self, slot: u32) -> Option<&V> {
        let there = self.ends >> slot & 1 == 1;
        there.then(|| self.values.get(self.rank(slot)))?
    }

    pub(super) fn value_mut(&mut self, slot: u32) -> Option<&mut V> {
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

    pub(super) fn insert(&mut self, mut key: Key, value: V) -> Option<V> {
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
    pub(super) fn remove(&mut self, key: Key, steps: u8) -> Option<V> {
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

    pub(super) fn for_each(&self, show: &mut impl FnMut(&V)) {
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
