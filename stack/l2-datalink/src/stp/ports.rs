//! The ports of one bridge, by number.

use core::ops::{Index, IndexMut};

/// What a machine knows about each port.
#[derive(Debug)]
pub(super) struct Ports<P>(Vec<P>);

/// The number of a port that exists, counted from 0: only [`Ports`] makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Nr(u16);

impl Nr {
    pub(super) fn get(self) -> u16 {
        self.0
    }
}

impl<P> Ports<P> {
    pub(super) fn new(ports: Vec<P>) -> Self {
        Ports(ports)
    }

    /// The number, if there is such a port.
    pub(super) fn number(&self, port: u16) -> Option<Nr> {
        (usize::from(port) < self.0.len()).then_some(Nr(port))
    }

    /// All of them, from the lowest on.
    pub(super) fn numbers(&self) -> impl DoubleEndedIterator<Item = Nr> + use<P> {
        (0..u16::try_from(self.0.len()).unwrap_or(u16::MAX)).map(Nr)
    }

    pub(super) fn iter(&self) -> core::slice::Iter<'_, P> {
        self.0.iter()
    }

    pub(super) fn iter_mut(&mut self) -> core::slice::IterMut<'_, P> {
        self.0.iter_mut()
    }
}

impl<P> Index<Nr> for Ports<P> {
    type Output = P;

    #[expect(
        clippy::indexing_slicing,
        reason = "a number is made only for a port that exists, and ports never go away"
    )]
    fn index(&self, port: Nr) -> &P {
        &self.0[usize::from(port.0)]
    }
}

impl<P> IndexMut<Nr> for Ports<P> {
    #[expect(
        clippy::indexing_slicing,
        reason = "a number is made only for a port that exists, and ports never go away"
    )]
    fn index_mut(&mut self, port: Nr) -> &mut P {
        &mut self.0[usize::from(port.0)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ports_that_exist_have_a_number() {
        let mut ports = Ports::new(vec!['a', 'b']);
        assert_eq!(ports.number(2), None);
        let last = ports.number(1).unwrap();
        ports[last] = 'c';
        let all: Vec<_> = ports.numbers().map(|nr| (nr.get(), ports[nr])).collect();
        assert_eq!(all, [(0, 'a'), (1, 'c')]);
    }
}
