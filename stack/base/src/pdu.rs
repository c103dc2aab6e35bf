//! The protocol data unit: octets with room in front and behind.
//!
//! ```text
//!   head-room        header        body        trailer        tail-room
//! +-------------+--------------+---------+----------------+--------------+
//! |    free     |              octets()                   |     free     |
//! +-------------+--------------+---------+----------------+--------------+
//!      prepend(n) <-                                   -> append(n)
//!               strip_front(n) ->                 <- strip_back(n)
//! ```

use core::ops::Range;

use crate::pool::Slot;
use crate::{Change, Direction, Ici, Mark, NoRoom, Short};

/// A protocol data unit: octets with room in front and behind, and what travels beside them.
///
/// Moving one moves one word. Its slot goes back to the [`Pool`](crate::Pool) when it is
/// dropped, wherever that happens. Octets that are added are zero, never somebody else's data.
#[derive(Debug)]
pub struct Pdu {
    /// `None` only while being dropped.
    slot: Option<Box<Slot>>,
}

impl Pdu {
    #[inline]
    pub(crate) fn in_slot(slot: Box<Slot>) -> Self {
        Pdu { slot: Some(slot) }
    }

    /// The octets of header, body and trailer as they are now.
    #[inline]
    pub fn octets(&self) -> &[u8] {
        self.slot.as_ref().map_or(&[], |slot| slot.octets())
    }

    /// How many octets there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.slot.as_ref().map_or(0, |slot| slot.end - slot.start)
    }

    /// True when there is no octet at all.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All octets, to be changed in place. Marks them as rewritten; [`Pdu::rewrite`] marks
    /// only a part.
    #[inline]
    pub fn octets_mut(&mut self) -> &mut [u8] {
        let len = self.len();
        self.rewrite(0..len).unwrap_or_default()
    }

    /// A part of the octets, to be changed in place.
    ///
    /// # Errors
    /// [`Short`] when the range reaches beyond the last octet.
    #[inline]
    pub fn rewrite(&mut self, range: Range<usize>) -> Result<&mut [u8], Short> {
        let slot = self.holding(range.start.max(range.end))?;
        let at = slot.start + range.start;
        slot.marks.push(Change::Rewritten, at, range.len());
        Ok(slot.part_mut(at, range.len()))
    }

    /// Encapsulates: adds `n` zero octets in front, for a header to be written into.
    ///
    /// # Errors
    /// [`NoRoom`] when the head-room is smaller than `n`.
    #[inline]
    pub fn prepend(&mut self, n: usize) -> Result<&mut [u8], NoRoom> {
        let slot = self.headed(n)?;
        slot.start -= n;
        let at = slot.start;
        slot.marks.push(Change::Prepended, at, n);
        let added = slot.part_mut(at, n);
        added.fill(0);
        Ok(added)
    }

    /// Encapsulates: adds `n` zero octets behind, for a trailer or padding.
    ///
    /// # Errors
    /// [`NoRoom`] when the tail-room is smaller than `n`.
    #[inline]
    pub fn append(&mut self, n: usize) -> Result<&mut [u8], NoRoom> {
        let slot = self.slot.as_deref_mut();
        let have = slot
            .as_ref()
            .map_or(0, |slot| slot.storage.len() - slot.end);
        let no_room = NoRoom { need: n, have };
        let slot = slot.filter(|_| n <= have).ok_or(no_room)?;
        let at = slot.end;
        slot.end += n;
        slot.marks.push(Change::Appended, at, n);
        let added = slot.part_mut(at, n);
        added.fill(0);
        Ok(added)
    }

    /// Decapsulates: removes `n` octets in front and gives them to be read.
    ///
    /// # Errors
    /// [`Short`] when there are fewer; nothing is removed then.
    #[inline]
    pub fn strip_front(&mut self, n: usize) -> Result<&[u8], Short> {
        let slot = self.holding(n)?;
        let at = slot.start;
        slot.start += n;
        slot.marks.push(Change::StrippedFront, at, n);
        Ok(slot.part_mut(at, n))
    }

    /// Decapsulates: removes `n` octets behind and gives them to be read.
    ///
    /// # Errors
    /// [`Short`] when there are fewer; nothing is removed then.
    #[inline]
    pub fn strip_back(&mut self, n: usize) -> Result<&[u8], Short> {
        let slot = self.holding(n)?;
        slot.end -= n;
        let at = slot.end;
        slot.marks.push(Change::StrippedBack, at, n);
        Ok(slot.part_mut(at, n))
    }

    /// Takes back a strip in front: the last `n` octets that were removed are part of the PDU
    /// again, if nothing was written there since.
    ///
    /// # Errors
    /// [`NoRoom`] when fewer octets lie in front.
    pub fn unstrip_front(&mut self, n: usize) -> Result<(), NoRoom> {
        let slot = self.headed(n)?;
        slot.start -= n;
        slot.marks.push(Change::Prepended, slot.start, n);
        Ok(())
    }

    /// The last `n` octets that were removed in front, to be read; `None` when fewer lie there.
    /// They are what they were if nothing was written there since.
    pub fn stripped_front(&self, n: usize) -> Option<&[u8]> {
        let slot = self.slot.as_ref()?;
        let from = slot.start.checked_sub(n)?;
        slot.storage.get(from..slot.start)
    }

    /// The slot, if the PDU has `need` octets.
    #[inline]
    fn holding(&mut self, need: usize) -> Result<&mut Slot, Short> {
        let have = self.len();
        let slot = self.slot.as_deref_mut().filter(|_| need <= have);
        slot.ok_or(Short { need, have })
    }

    /// The slot, if it has `need` octets in front of the PDU.
    #[inline]
    fn headed(&mut self, need: usize) -> Result<&mut Slot, NoRoom> {
        let have = self.slot.as_ref().map_or(0, |slot| slot.start);
        let slot = self.slot.as_deref_mut().filter(|_| need <= have);
        slot.ok_or(NoRoom { need, have })
    }

    /// What travels beside the octets.
    #[inline]
    pub fn ici(&self) -> &Ici {
        self.slot.as_ref().map_or(&Ici::NONE, |slot| &slot.ici)
    }

    /// What travels beside the octets, to be filled in.
    #[inline]
    pub fn set_ici(&mut self, set: impl FnOnce(&mut Ici)) {
        if let Some(slot) = self.slot.as_deref_mut() {
            set(&mut slot.ici);
        }
    }

    /// The number of this PDU, different for each that its pool gave out.
    #[inline]
    pub fn id(&self) -> u64 {
        self.slot.as_ref().map_or(0, |slot| slot.id)
    }

    /// The number of the PDU that this one was made from: its own unless a layer that makes
    /// new PDUs (a line code, a fragmenter, a bridge that floods) handed the origin on.
    #[inline]
    pub fn origin(&self) -> u64 {
        self.slot.as_ref().map_or(0, |slot| slot.origin)
    }

    /// Takes over what travels beside `parent`: its origin and its control information.
    pub fn descend_from(&mut self, parent: &Pdu) {
        let (origin, ici) = (parent.origin(), *parent.ici());
        if let Some(slot) = self.slot.as_deref_mut() {
            (slot.origin, slot.ici) = (origin, ici);
        }
    }

    /// Which octets the layer that has the PDU added, removed or changed since it got it,
    /// oldest first. The first sixteen are kept; an observer is not told of later ones.
    pub fn marks(&self) -> &[Mark] {
        self.slot.as_ref().map_or(&[], |slot| slot.marks.all())
    }

    /// The octets that a mark speaks of; they stay readable after a strip until something is
    /// written there.
    pub fn octets_of(&self, mark: &Mark) -> &[u8] {
        let range = mark.at..mark.at + mark.len;
        self.slot
            .as_ref()
            .and_then(|slot| slot.storage.get(range))
            .unwrap_or_default()
    }

    /// Where the octets of a mark lie in [`Pdu::octets`]; `None` when they are not part of it.
    pub fn range_of(&self, mark: &Mark) -> Option<Range<usize>> {
        let slot = self.slot.as_ref()?;
        let from = mark.at.checked_sub(slot.start)?;
        (mark.at + mark.len <= slot.end).then_some(from..from + mark.len)
    }

    /// Forgets marks and control information: the PDU has crossed a wire, and only its octets
    /// came along.
    pub fn arrive(&mut self) {
        if let Some(slot) = self.slot.as_deref_mut() {
            slot.marks.clear();
            slot.ici = Ici::default();
        }
    }

    #[inline]
    pub(crate) fn way(&self) -> Direction {
        self.slot.as_ref().map_or(Direction::Down, |slot| slot.way)
    }

    #[inline]
    pub(crate) fn set_way(&mut self, way: Direction) {
        if let Some(slot) = self.slot.as_deref_mut() {
            slot.way = way;
        }
    }

    /// The layer is done with it: what the next one does to it is another story.
    #[inline]
    pub(crate) fn clear_marks(&mut self) {
        if let Some(slot) = self.slot.as_deref_mut() {
            slot.marks.clear();
        }
    }

    /// The observer has heard that it goes no further.
    pub(crate) fn end(&mut self) {
        if let Some(slot) = self.slot.as_deref_mut() {
            slot.ended = true;
        }
    }

    /// True the first time it is asked.
    pub(crate) fn announce(&mut self) -> bool {
        self.slot
            .as_deref_mut()
            .is_some_and(|slot| !core::mem::replace(&mut slot.born, true))
    }
}

impl Drop for Pdu {
    #[inline]
    fn drop(&mut self) {
        if let Some(slot) = self.slot.take() {
            slot.go_home();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Pool, Room};

    fn pdu(room: Room, body: &[u8]) -> Pdu {
        let mut pdu = Pool::new(1).allocate(room, body.len()).unwrap();
        pdu.octets_mut().copy_from_slice(body);
        pdu.arrive();
        pdu
    }

    #[test]
    fn what_was_stripped_stays_readable() {
        let mut pdu = pdu(Room::default(), b"headbodytail");
        assert_eq!(pdu.strip_front(4).unwrap(), b"head");
        assert_eq!(pdu.strip_back(4).unwrap(), b"tail");
        assert_eq!(pdu.octets(), b"body");
        let shown: Vec<_> = pdu.marks().iter().map(|m| pdu.octets_of(m)).collect();
        assert_eq!(shown, [b"head", b"tail"]);
    }

    #[test]
    fn a_strip_can_be_taken_back() {
        let mut pdu = pdu(Room::default(), b"headbody");
        pdu.strip_front(4).unwrap();
        assert_eq!(pdu.stripped_front(4), Some(&b"head"[..]));
        assert_eq!(pdu.stripped_front(5), None);
        pdu.unstrip_front(4).unwrap();
        assert_eq!(pdu.octets(), b"headbody");
        assert_eq!(pdu.unstrip_front(1), Err(NoRoom { need: 1, have: 0 }));
    }

    #[test]
    fn no_room_and_no_octets_are_errors_that_change_nothing() {
        let mut pdu = pdu(Room { head: 1, tail: 0 }, b"ab");
        assert_eq!(pdu.prepend(2).unwrap_err(), NoRoom { need: 2, have: 1 });
        assert!(pdu.append(Pool::LARGEST).is_err());
        assert_eq!(pdu.strip_front(3).unwrap_err(), Short { need: 3, have: 2 });
        assert_eq!(pdu.strip_back(3).unwrap_err(), Short { need: 3, have: 2 });
        let (from, to) = (usize::MAX, 1);
        for range in [1..3, from..to] {
            assert!(pdu.rewrite(range).is_err());
        }
        assert_eq!(pdu.octets(), b"ab");
        assert!(pdu.marks().is_empty());
    }

    #[test]
    fn marks_move_with_what_is_added_in_front_of_them() {
        let mut pdu = pdu(Room { head: 8, tail: 0 }, b"body");
        pdu.prepend(2).unwrap().copy_from_slice(b"ip");
        pdu.prepend(3).unwrap().copy_from_slice(b"eth");
        let ranges: Vec<_> = pdu
            .marks()
            .iter()
            .map(|m| pdu.range_of(m).unwrap())
            .collect();
        assert_eq!(ranges, [3..5, 0..3]);
        assert_eq!(pdu.octets(), b"ethipbody");
    }

    #[test]
    fn one_word_is_all_that_moves() {
        assert_eq!(size_of::<Pdu>(), size_of::<usize>());
    }

    proptest::proptest! {
        /// A Pdu agrees with two naive vectors under any sequence of calls.
        #[test]
        fn agrees_with_a_naive_model(calls in proptest::collection::vec((0..4u8, 0..40usize), 0..60)) {
            let room = Room { head: 50, tail: 1000 };
            let mut pdu = pdu(room, &[7; 20]);
            let (mut model, mut head) = (vec![7u8; 20], 50);
            for (call, n) in calls {
                match call {
                    0 => if pdu.prepend(n).is_ok() {
                        head -= n;
                        model.splice(0..0, vec![0; n]);
                    } else {
                        assert!(n > head);
                    },
                    1 => { pdu.append(n).unwrap(); model.extend(vec![0; n]); }
                    2 => if pdu.strip_front(n).is_ok() {
                        head += n;
                        model.drain(..n);
                    } else {
                        assert!(n > model.len());
                    },
                    _ => if pdu.strip_back(n).is_ok() {
                        model.truncate(model.len() - n);
                    } else {
                        assert!(n > model.len());
                    },
                }
                assert_eq!(pdu.octets(), model);
            }
        }
    }
}
