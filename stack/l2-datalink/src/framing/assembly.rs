//! A frame that is being put together from what arrives, never larger than its limit.

use layercake_base::Reason;

use crate::framing::{LIMIT, Sink};

/// A frame on its way in. After a refusal it takes nothing more until [`Assembly::clear`].
#[derive(Clone, Debug)]
pub(crate) struct Assembly {
    octets: Vec<u8>,
    limit: usize,
    /// The frame was refused; what still comes of it is skipped.
    refused: bool,
}

impl Assembly {
    /// No octet is held before one arrives.
    pub(crate) const fn new(limit: usize) -> Self {
        Assembly {
            octets: Vec::new(),
            limit,
            refused: false,
        }
    }

    /// Octets of the largest frame.
    pub(crate) fn limit(&self) -> usize {
        self.limit
    }

    /// Octets so far.
    pub(crate) fn len(&self) -> usize {
        self.octets.len()
    }

    /// True when nothing came yet, not even a refusal.
    pub(crate) fn is_untouched(&self) -> bool {
        self.octets.is_empty() && !self.refused
    }

    /// True until the frame is refused.
    pub(crate) fn is_sound(&self) -> bool {
        !self.refused
    }

    /// Adds octets of the frame; beyond the limit the whole frame is refused.
    #[inline]
    pub(crate) fn extend(&mut self, run: &[u8], sink: &mut Sink<'_>) {
        if self.refused || run.is_empty() {
        } else if run.len() <= self.limit.saturating_sub(self.octets.len()) {
            self.octets.extend_from_slice(run);
        } else {
            self.refuse_as_too_long(sink);
        }
    }

    /// The limit is passed. How long the frame would have become is not known yet, so the
    /// reason tells the first length that is too much.
    #[cold]
    pub(crate) fn refuse_as_too_long(&mut self, sink: &mut Sink<'_>) {
        let (field, most) = ("frame", self.limit);
        let have = most.saturating_add(1);
        self.refuse(Reason::TooLong { field, have, most }, sink);
    }

    /// Refuses the frame, once.
    #[cold]
    pub(crate) fn refuse(&mut self, reason: Reason, sink: &mut Sink<'_>) {
        if !self.refused {
            self.refused = true;
            self.octets.clear();
            sink(Err(reason));
        }
    }

    /// The frame is whole: tells it unless it was refused, and begins the next.
    pub(crate) fn finish(&mut self, sink: &mut Sink<'_>) {
        if !self.refused {
            sink(Ok(&self.octets));
        }
        self.clear();
    }

    /// Begins afresh.
    pub(crate) fn clear(&mut self) {
        self.octets.clear();
        self.refused = false;
    }

    /// The octets, for a decoder whose unit is not the octet.
    pub(crate) fn octets_mut(&mut self) -> &mut Vec<u8> {
        &mut self.octets
    }
}

impl Default for Assembly {
    fn default() -> Self {
        Assembly::new(LIMIT)
    }
}
