//! Slots that are used again and again, so that carrying a PDU allocates nothing.

use core::cell::RefCell;
use std::rc::{Rc, Weak};

use crate::mark::Marks;
use crate::{Direction, Ici, Pdu};

/// Octets that the layers below want in front of and behind a body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Room {
    /// Octets in front.
    pub head: usize,
    /// Octets behind.
    pub tail: usize,
}

/// The memory behind one PDU.
#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) storage: Vec<u8>,
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) id: u64,
    pub(crate) origin: u64,
    pub(crate) born: bool,
    /// The observer has heard that it goes no further.
    pub(crate) ended: bool,
    /// Where it goes, while it waits in an outbox.
    pub(crate) way: Direction,
    pub(crate) ici: Ici,
    pub(crate) marks: Marks,
    home: Weak<RefCell<Shelf>>,
}

#[derive(Debug)]
struct Shelf {
    #[expect(
        clippy::vec_box,
        reason = "the boxes move in and out; that is what is reused"
    )]
    free: Vec<Box<Slot>>,
    made: usize,
    most: usize,
    next_id: u64,
}

/// A bounded supply of PDUs. A dropped PDU finds its way back by itself.
///
/// Cloning gives another handle on the same supply. A slot grows to the largest PDU that it has
/// carried and stays so; a supply of `most` slots therefore holds at most `most` times
/// [`Pool::LARGEST`] octets.
#[derive(Clone, Debug)]
pub struct Pool(Rc<RefCell<Shelf>>);

impl Pool {
    /// The smallest slot: an Ethernet frame with room to spare.
    pub const SMALLEST: usize = 2048;

    /// The largest slot: the largest IP packet as Manchester symbols, with room to spare.
    pub const LARGEST: usize = 256 * 1024;

    /// A supply of at most `most` PDUs at a time.
    pub fn new(most: usize) -> Self {
        let shelf = Shelf {
            free: Vec::new(),
            made: 0,
            most,
            next_id: 1,
        };
        Pool(Rc::new(RefCell::new(shelf)))
    }

    /// A PDU with `body` octets, all zero, and room around them. `None` when the supply is
    /// used up or the PDU would be larger than [`Pool::LARGEST`].
    pub fn allocate(&self, room: Room, body: usize) -> Option<Pdu> {
        let need = room.head.checked_add(body)?.checked_add(room.tail)?;
        if need > Self::LARGEST {
            return None;
        }
        let mut shelf = self.0.try_borrow_mut().ok()?;
        let mut slot = match shelf.free.pop() {
            Some(slot) => slot,
            None => shelf.make(Rc::downgrade(&self.0))?,
        };
        slot.id = shelf.next_id;
        shelf.next_id += 1;
        slot.prepare(need, room.head, body);
        Some(Pdu::in_slot(slot))
    }

    /// PDUs that there can be at a time.
    pub fn limit(&self) -> usize {
        self.0.try_borrow().map_or(0, |shelf| shelf.most)
    }

    /// PDUs in use now.
    pub fn in_use(&self) -> usize {
        self.0
            .try_borrow()
            .map_or(0, |shelf| shelf.made - shelf.free.len())
    }

    /// What is left of the PDU with this number, if it is among the few that were dropped last
    /// and its slot was not used again.
    pub(crate) fn remains<T>(&self, id: u64, look: impl FnOnce(&Slot) -> T) -> Option<T> {
        let shelf = self.0.try_borrow().ok()?;
        shelf
            .free
            .iter()
            .rev()
            .take(LAST)
            .find(|slot| slot.id == id)
            .map(|slot| look(slot))
    }
}

/// How many dropped PDUs are looked at for one that a layer has just dropped: it, what it was
/// rewritten to or bounced as, and what a full queue pushed out.
const LAST: usize = 4;

impl Shelf {
    #[cold]
    fn make(&mut self, home: Weak<RefCell<Shelf>>) -> Option<Box<Slot>> {
        if self.made == self.most {
            return None;
        }
        self.made += 1;
        // The free list must take every slot back without growing in the middle of a run.
        self.free.reserve(self.made);
        Some(Box::new(Slot {
            storage: vec![0; Pool::SMALLEST],
            start: 0,
            end: 0,
            id: 0,
            origin: 0,
            born: false,
            ended: false,
            way: Direction::Down,
            ici: Ici::default(),
            marks: Marks::new(),
            home,
        }))
    }
}

impl Slot {
    #[inline]
    fn prepare(&mut self, need: usize, head: usize, body: usize) {
        if self.storage.len() < need {
            self.storage.resize(need.next_power_of_two(), 0);
        }
        (self.start, self.end) = (head, head + body);
        if let Some(octets) = self.storage.get_mut(head..head + body) {
            octets.fill(0);
        }
        self.origin = self.id;
        (self.born, self.ended) = (false, false);
        self.ici = Ici::default();
        self.marks.clear();
    }

    pub(crate) fn octets(&self) -> &[u8] {
        self.storage.get(self.start..self.end).unwrap_or_default()
    }

    /// `len` octets of the storage; the caller has seen that they are there.
    #[inline]
    pub(crate) fn part_mut(&mut self, at: usize, len: usize) -> &mut [u8] {
        self.storage.get_mut(at..at + len).unwrap_or_default()
    }

    /// Puts the slot back on its shelf; without a shelf the memory is freed.
    #[inline]
    pub(crate) fn go_home(self: Box<Self>) {
        if let Some(shelf) = self.home.upgrade()
            && let Ok(mut shelf) = shelf.try_borrow_mut()
        {
            shelf.free.push(self);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dropped_pdu_comes_back_and_is_given_out_clean() {
        let pool = Pool::new(1);
        let mut pdu = pool.allocate(Room::default(), 4).unwrap();
        pdu.octets_mut().fill(0xaa);
        assert!(pool.allocate(Room::default(), 1).is_none(), "only one slot");
        drop(pdu);
        let again = pool.allocate(Room { head: 2, tail: 2 }, 8).unwrap();
        assert_eq!(again.octets(), [0; 8]);
        assert!(again.marks().is_empty());
    }

    #[test]
    fn a_body_beyond_the_largest_slot_is_refused() {
        let pool = Pool::new(1);
        assert!(pool.allocate(Room::default(), Pool::LARGEST + 1).is_none());
        assert!(
            pool.allocate(
                Room {
                    head: usize::MAX,
                    tail: 1
                },
                1
            )
            .is_none()
        );
        assert!(pool.allocate(Room::default(), Pool::LARGEST).is_some());
    }

    #[test]
    fn a_pdu_outlives_its_pool() {
        let pdu = Pool::new(1).allocate(Room::default(), 3).unwrap();
        assert_eq!(pdu.octets().len(), 3);
    }

    #[test]
    fn what_was_dropped_last_can_still_be_seen() {
        let pool = Pool::new(2);
        let mut pdu = pool.allocate(Room::default(), 2).unwrap();
        pdu.octets_mut().copy_from_slice(b"hi");
        let id = pdu.id();
        drop(pdu);
        assert_eq!(
            pool.remains(id, |slot| slot.octets().to_vec()).unwrap(),
            b"hi"
        );
        assert_eq!(pool.in_use(), 0);
    }
}
