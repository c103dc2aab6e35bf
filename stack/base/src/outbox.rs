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
    /// A notice. In a box because it is rare: an item is then two words, and carrying one from
    /// layer to layer moves no more than that.
    Notice(Direction, Box<Notice>),
}

/// A bounded queue between the layers of one composition, first in, first out.
///
/// Its memory for PDUs is there from the start and never grows. A PDU is one word here, and its
/// way is kept in its slot: what a layer hands out is taken up again at once, and a processor
/// waits some ten cycles when it reads as a whole what was just written in parts.
#[derive(Debug)]
pub struct Outbox {
    pdus: VecDeque<Pdu>,
    /// Notices, each with the number of PDUs that were handed out before it.
    notices: VecDeque<(u64, Direction, Box<Notice>)>,
    most: usize,
    /// PDUs taken out so far.
    taken: u64,
}

impl Outbox {
    /// Enough for a tower whose layers answer each PDU with a few.
    pub const USUAL: usize = 64;

    /// Room for `most` items.
    pub fn new(most: usize) -> Self {
        Outbox {
            pdus: VecDeque::with_capacity(most),
            notices: VecDeque::new(),
            most,
            taken: 0,
        }
    }

    /// Puts an item at the end.
    ///
    /// # Errors
    /// The item itself, when the outbox is full.
    #[inline]
    pub fn push(&mut self, item: Item) -> Result<(), Item> {
        if self.len() >= self.most {
            return Err(item);
        }
        match item {
            Item::Pdu(way, mut pdu) => {
                pdu.set_way(way);
                self.pdus.push_back(pdu);
            }
            Item::Notice(way, notice) => self.push_notice(way, notice),
        }
        Ok(())
    }

    /// Takes the oldest item.
    #[inline]
    pub fn pop(&mut self) -> Option<Item> {
        if !self.notices.is_empty()
            && let Some(notice) = self.pop_notice()
        {
            return Some(notice);
        }
        let pdu = self.pdus.pop_front()?;
        self.taken += 1;
        Some(Item::Pdu(pdu.way(), pdu))
    }

    /// Takes the one PDU that waits; `None` when there is none, or more, or a notice. For
    /// composers, whose usual case this is.
    #[inline]
    pub fn pop_single(&mut self) -> Option<(Direction, Pdu)> {
        if self.pdus.len() != 1 || !self.notices.is_empty() {
            return None;
        }
        let pdu = self.pdus.pop_front()?;
        self.taken += 1;
        Some((pdu.way(), pdu))
    }

    #[cold]
    fn push_notice(&mut self, way: Direction, notice: Box<Notice>) {
        let before = self.taken + self.pdus.len() as u64;
        self.notices.push_back((before, way, notice));
    }

    /// The oldest notice, if no PDU is older.
    #[cold]
    fn pop_notice(&mut self) -> Option<Item> {
        let (before, ..) = self.notices.front()?;
        if *before > self.taken {
            return None;
        }
        let (_, way, notice) = self.notices.pop_front()?;
        Some(Item::Notice(way, notice))
    }

    /// Items that wait.
    #[inline]
    pub fn len(&self) -> usize {
        self.pdus.len() + self.notices.len()
    }

    /// True when nothing waits.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Items that still fit.
    #[inline]
    pub fn free(&self) -> usize {
        self.most - self.len()
    }

    /// True when the PDU with this number is waiting here.
    pub(crate) fn holds(&self, id: u64) -> bool {
        self.pdus.iter().any(|pdu| pdu.id() == id)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Pool, Room};

    #[test]
    fn pdus_and_notices_come_out_in_the_order_in_which_they_went_in() {
        let pool = Pool::new(8);
        let mut outbox = Outbox::new(5);
        let pdu = |body| pool.allocate(Room::default(), body).unwrap();
        let items = [
            Item::Pdu(Direction::Down, pdu(1)),
            Item::Notice(Direction::Up, Box::new(Notice::Room)),
            Item::Notice(Direction::Down, Box::new(Notice::Congestion)),
            Item::Pdu(Direction::Up, pdu(2)),
            Item::Notice(Direction::Up, Box::new(Notice::Room)),
        ];
        for _ in 0..2 {
            // Twice, so that the counts do not start at zero.
            outbox.push(Item::Pdu(Direction::Up, pdu(3))).unwrap();
            outbox.pop().unwrap();
        }
        for item in items {
            outbox.push(item).unwrap();
        }
        assert!(outbox.push(Item::Pdu(Direction::Up, pdu(3))).is_err());
        let told: Vec<_> = core::iter::from_fn(|| outbox.pop())
            .map(|item| match item {
                Item::Pdu(way, pdu) => format!("{way:?} {}", pdu.len()),
                Item::Notice(way, notice) => format!("{way:?} {notice:?}"),
            })
            .collect();
        let expected = ["Down 1", "Up Room", "Down Congestion", "Up 2", "Up Room"];
        assert_eq!(told, expected);
        assert!(outbox.is_empty());
    }
}
