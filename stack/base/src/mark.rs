//! What a layer did to the octets of a PDU since it got it.

/// One change of a PDU. A layer's own calls make these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// What was done.
    pub change: Change,
    /// First octet, counted from the start of the slot (see [`Pdu::octets_of`]).
    ///
    /// [`Pdu::octets_of`]: crate::Pdu::octets_of
    pub(crate) at: usize,
    /// Octets concerned.
    pub len: usize,
}

/// The ways in which a layer can change a PDU.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// A header was added in front.
    Prepended,
    /// A trailer was added behind.
    Appended,
    /// A header was removed.
    StrippedFront,
    /// A trailer was removed.
    StrippedBack,
    /// Octets were changed in place.
    Rewritten,
}

/// How many marks a layer can leave on one PDU; later ones are not kept. Most leave one or two.
const MOST: usize = 16;

/// A bounded list of marks that lives inside the slot.
#[derive(Clone, Debug)]
pub(crate) struct Marks {
    list: [Mark; MOST],
    len: usize,
}

impl Marks {
    const BLANK: Mark = Mark {
        change: Change::Rewritten,
        at: 0,
        len: 0,
    };

    pub(crate) const fn new() -> Self {
        Marks {
            list: [Self::BLANK; MOST],
            len: 0,
        }
    }

    #[inline]
    pub(crate) fn push(&mut self, change: Change, at: usize, len: usize) {
        if let Some(place) = self.list.get_mut(self.len) {
            *place = Mark { change, at, len };
            self.len += 1;
        }
    }

    #[inline]
    pub(crate) fn all(&self) -> &[Mark] {
        self.list.get(..self.len).unwrap_or_default()
    }

    #[inline]
    pub(crate) fn clear(&mut self) {
        self.len = 0;
    }
}
