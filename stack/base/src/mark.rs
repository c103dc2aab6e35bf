//! What was done to a PDU, octet by octet, and by whom.

/// One change of a PDU. A layer's own calls make these; the composer signs them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The layer that did it, as named in its `Spec`; empty until the composer has signed.
    pub layer: &'static str,
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

/// How many marks a PDU carries; later ones are not kept. Five layers leave about ten.
const MOST: usize = 16;

/// A bounded list of marks that lives inside the slot.
#[derive(Clone, Debug)]
pub(crate) struct Marks {
    list: [Mark; MOST],
    len: usize,
    signed: usize,
}

impl Marks {
    const BLANK: Mark = Mark {
        layer: "",
        change: Change::Rewritten,
        at: 0,
        len: 0,
    };

    pub(crate) const fn new() -> Self {
        Marks {
            list: [Self::BLANK; MOST],
            len: 0,
            signed: 0,
        }
    }

    #[inline]
    pub(crate) fn push(&mut self, change: Change, at: usize, len: usize) {
        if let Some(place) = self.list.get_mut(self.len) {
            *place = Mark {
                layer: "",
                change,
                at,
                len,
            };
            self.len += 1;
        }
    }

    #[inline]
    pub(crate) fn all(&self) -> &[Mark] {
        self.list.get(..self.len).unwrap_or_default()
    }

    pub(crate) fn unsigned(&self) -> &[Mark] {
        self.list.get(self.signed..self.len).unwrap_or_default()
    }

    #[inline]
    pub(crate) fn sign(&mut self, layer: &'static str) {
        for mark in self.list.get_mut(self.signed..self.len).unwrap_or_default() {
            mark.layer = layer;
        }
        self.signed = self.len;
    }

    #[inline]
    pub(crate) fn clear(&mut self) {
        (self.len, self.signed) = (0, 0);
    }
}
