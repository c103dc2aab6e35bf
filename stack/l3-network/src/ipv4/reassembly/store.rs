//! Data in its place, and which places are taken.

use layercake_base::Reason;

/// The place of one fragment's data in the packet's, in octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece {
    start: u16,
    end: u16,
}

/// The data of one packet as far as it has come.
#[derive(Clone, Debug, Default)]
pub(super) struct Store {
    octets: Vec<u8>,
    /// By place; no two overlap.
    pieces: Vec<Piece>,
    /// Octets that are there.
    have: usize,
    /// Octets that there are in all, once the last fragment has come.
    whole: Option<u16>,
}

impl Store {
    /// The smallest piece of memory for data, in octets.
    const LEAST: usize = 2048;
    /// The shortest list of pieces.
    const FEW: usize = 16;

    /// Memory that this takes, in octets.
    pub(super) fn memory(&self) -> usize {
        self.octets.capacity() + self.pieces.capacity() * size_of::<Piece>()
    }

    /// Forgets the data, but keeps its memory.
    pub(super) fn clear(&mut self) {
        self.octets.clear();
        self.pieces.clear();
        (self.have, self.whole) = (0, None);
    }

    /// The data up to its end; `None` while there are holes.
    pub(super) fn whole(&self) -> Option<&[u8]> {
        let whole = usize::from(self.whole?);
        self.octets.get(..whole).filter(|_| self.have == whole)
    }

    /// Memory that one more piece, which ends at `end`, may take in addition, in octets.
    pub(super) fn growth(&self, end: u16) -> usize {
        let (octets, pieces) = self.wanted(end);
        (octets - self.octets.capacity())
            + (pieces - self.pieces.capacity()) * size_of::<Piece>()
    }

    /// Octets and pieces that there should be memory for.
    fn wanted(&self, end: u16) -> (usize, usize) {
        let (octets, pieces) = (self.octets.capacity(), self.pieces.capacity());
        let enough = usize::from(end).next_power_of_two().max(Self::LEAST);
        let more = (pieces * 2).max(Self::FEW);
        (
            if octets < usize::from(end) {
                enough
            } else {
                octets
            },
            if self.pieces.len() == pieces {
                more
            } else {
                pieces
            },
        )
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
        let end = usize::from(start) + data.len();
        let end = u16::try_from(end).map_err(|_| Misfit::Length(start))?;
        let index = self.place(start, end, data, more)?;
        if !more {
            self.whole = Some(end);
        }
        self.reserve(end);
        if self.octets.len() < usize::from(end) {
            self.octets.resize(usize::from(end), 0);
        }
        if let Some(place) = self.octets.get_mut(usize::from(start)..usize::from(end)) {
            place.copy_from_slice(data);
        }
        self.pieces.insert(index, Piece { start, end });
        self.have += data.len();
        Ok(())
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
        if behind == Some(&Piece { start, end }) {
            let here = self.octets.get(usize::from(start)..usize::from(end));
            let last = self.whole == Some(end);
            let same = here == Some(data) && last != more;
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

    fn reserve(&mut self, end: u16) {
        let (octets, pieces) = self.wanted(end);
        self.octets.reserve_exact(octets - self.octets.len());
        self.pieces.reserve_exact(pieces - self.pieces.len());
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
