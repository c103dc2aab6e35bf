//! Where a layer puts what its neighbours shall get.

use std::collections::VecDeque;

use crate::{Notice, Pdu};

/// Which way something travels through a tower.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Towards the medium.
    Down,
    /// Towards the user.
    Up,
}

/// Something on its way from one layer to its neighbour.
#[derive(Debug)]
pub enum Item {
    /// A PDU.
    Pdu(Direction, Pdu),
    /// A notice.
    Notice(Direction, Notice),
}

/// A bounded queue between the layers of one composition, first in, first out.
///
/// Its memory is there from the start; it never grows.
#[derive(Debug)]
pub struct Outbox {
    queue: VecDeque<Item>,
    most: usize,
}

impl Outbox {
    /// Enough for a tower whose layers answer each PDU with a few.
    pub const USUAL: usize = 64;

    /// Room for `most` items.
    pub fn new(most: usize) -> Self {
        Outbox {
            queue: VecDeque::with_capacity(most),
            most,
        }
    }

    /// Puts an item at the end.
    ///
    /// # Errors
    /// The item itself, when the outbox is full.
    #[inline]
    pub fn push(&mut self, item: Item) -> Result<(), Item> {
        if self.queue.len() == self.most {
            return Err(item);
        }
        self.queue.push_back(item);
        Ok(())
    }

    /// Takes the oldest item.
    #[inline]
    pub fn pop(&mut self) -> Option<Item> {
        self.queue.pop_front()
    }

    /// Items that still fit.
    #[inline]
    pub fn free(&self) -> usize {
        self.most - self.queue.len()
    }

    /// True when the PDU with this number is waiting here.
    pub(crate) fn holds(&self, id: u64) -> bool {
        self.queue
            .iter()
            .any(|item| matches!(item, Item::Pdu(_, pdu) if pdu.id() == id))
    }

    /// How many items fit at all.
    pub fn limit(&self) -> usize {
        self.most
    }
}

impl Default for Outbox {
    fn default() -> Self {
        Outbox::new(Self::USUAL)
    }
}
