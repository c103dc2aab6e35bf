//! The data of a packet as far as it has come, and which places it fills.

use layercake_base::Reason;

/// One fragment's data: its place in the packet's, and where it lies in memory; in octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece {
    start: u16,
    end: u16,
    at: u16,
}

/// The data of one packet as far as it has come.
#[derive(Clone, Debug, Default)]
pub(super) struct Store {
    /// As it came: no octet for a hole.
    octets: Vec<u8>,
    /// By place in the packet; no two overlap.
    pieces: Vec<Piece>,
    /// Octets that there are in all, once the last fragment has come.
    whole: Option<u16>,
}

impl Store {
    /// The most octets and pieces that there can be memory for.
    const MOST: (usize, usize) = (65_536, 8192);
    /// The shortest list of pieces.
    const FEW: usize = 4;

    /// Memory that this takes, in octets.
    pub(super) fn memory(&self) -> usize {
        self.octets.capacity() + self.pieces.capacity() * size_of::<Piece>()
    }

    /// Forgets the data, but keeps its memory.
    pub(super) fn clear(&mut self) {
        self.octets.clear();
        self.pieces.clear();
        self.whole = None;
    }

    /// Octets that have come.
    pub(super) fn have(&self) -> usize {
        self.octets.len()
    }

    /// True when no octet is missing.
    pub(super) fn is_whole(&self) -> bool {
        self.whole.map(usize::from) == Some(self.have())
    }

    /// Writes each piece to its place.
    pub(super) fn write(&self, place: &mut [u8]) {
        for piece in &self.pieces {
            let range = usize::from(piece.start)..usize::from(piece.end);
            if let (Some(place), Some(data)) = (place.get_mut(range), self.data(piece)) {
                place.copy_from_slice(data);
            }
        }
    }

    /// Memory that one more piece of `length` octets takes in addition, in octets.
    pub(super) fn growth(&self, length: usize) -> usize {
        let (octets, pieces) = self.wanted(length);
        (octets - self.octets.capacity())
            + (pieces - self.pieces.capacity()) * size_of::<Piece>()
    }

    /// Octets and pieces that there should be memory for when one more of `length` octets comes.
    fn wanted(&self, length: usize) -> (usize, usize) {
        let (most_octets, most_pieces) = Self::MOST;
        let (octets, pieces) = (self.octets.capacity(), self.pieces.capacity());
        let need = self.octets.len() + length;
        let octets = match need <= octets {
            true => octets,
            false => need.max((octets * 2).min(most_octets)),
        };
        let pieces = match self.pieces.len() < pieces {
            true => pieces,
            false => (pieces * 2).min(most_pieces).max(Self::FEW),
        };
        (octets, pieces.max(self.pieces.capacity()))
    }

    /// Puts data in its place; `more` says that it is not the last.
    ///
    /// # Errors
    /// The data is here already, or contradicts what is here; see [`Misfit`].
    pub(super) fn put(
        &mut self,
        start: u16,
        data: &[u8],
        more: bool,
    ) -> Result<(), Misfit> {
        let octet = |place| u16::try_from(place).map_err(|_| Misfit::Length(start));
        let end = octet(usize::from(start) + data.len())?;
        let index = self.place(start, end, data, more)?;
        let at = octet(self.octets.len())?;
        if !more {
            self.whole = Some(end);
        }
        let (octets, pieces) = self.wanted(data.len());
        self.octets.reserve_exact(octets - self.octets.len());
        self.pieces.reserve_exact(pieces - self.pieces.len());
        self.octets.extend_from_slice(data);
        self.pieces.insert(index, Piece { start, end, at });
        Ok(())
    }

    /// The data of a piece.
    fn data(&self, piece: &Piece) -> Option<&[u8]> {
        let (at, length) = (usize::from(piece.at), piece.end - piece.start);
        self.octets.get(at..at + usize::from(length))
    }

    /// Where in the list a piece belongs that fits.
    fn place(
        &self,
        start: u16,
        end: u16,
        data: &[u8],
        more: bool,
    ) -> Result<usize, Misfit> {
        let index = self.pieces.partition_point(|piece| piece.start < start);
        let before = index.checked_sub(1).and_then(|i| self.pieces.get(i));
        let behind = self.pieces.get(index);
        let here = behind.filter(|piece| (piece.start, piece.end) == (start, end));
        if let Some(here) = here {
            let last = self.whole == Some(end);
            let same = self.data(here) == Some(data) && last != more;
            return Err(if same {
                Misfit::Twice(start)
            } else {
                Misfit::Overlap(start)
            });
        }
        let overlaps = before.is_some_and(|piece| piece.end > start)
            || behind.is_some_and(|piece| piece.start < end);
        if overlaps {
            return Err(Misfit::Overlap(start));
        }
        let farthest = self.pieces.last().map_or(0, |piece| piece.end);
        let agrees = match self.whole {
            Some(whole) => more && end < whole,
            None => more || end >= farthest,
        };
        agrees.then_some(index).ok_or(Misfit::Length(start))
    }
}

/// Why a fragment cannot be put beside those that are here. With it where its data starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Misfit {
    /// The same octets are here already.
    Twice(u16),
    /// Some octets of it are here already, from another fragment.
    Overlap(u16),
    /// It ends where no fragment can, because the end is known, or it ends the packet too early.
    Length(u16),
}

impl From<Misfit> for Reason {
    fn from(misfit: Misfit) -> Self {
        let field = "place of a fragment";
        match misfit {
            Misfit::Twice(start) => Reason::dead_end(field, start, "is filled already"),
            Misfit::Overlap(start) => Reason::Illegal {
                field,
                value: start.into(),
                rule: "overlaps another: the packet is discarded",
            },
            Misfit::Length(start) => Reason::Illegal {
                field,
                value: start.into(),
                rule: "contradicts the packet's end: the packet is discarded",
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// However the pieces lie and whether they fit: memory is what came, at most doubled,
        /// and `growth` has foretold it.
        #[test]
        fn memory_grows_with_what_comes(
            pieces in proptest::collection::vec((0..8190_u16, 1..1500_usize), 0..200),
        ) {
            let (mut store, mut come, mut most) = (Store::default(), 0, 0);
            for (step, length) in pieces {
                let before = store.memory();
                let foretold = before + store.growth(length);
                let put = store.put(step * 8, &vec![7; length], true);
                come += length * usize::from(put.is_ok());
                most += usize::from(put.is_ok());
                prop_assert_eq!(store.memory(), if put.is_ok() { foretold } else { before });
                let list = (2 * most).max(Store::FEW) * size_of::<Piece>();
                prop_assert!(store.memory() <= 2 * come + list);
            }
        }
    }
}
