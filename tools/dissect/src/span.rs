//! Where a layer lies in the frame.

/// Octets `start..end` of the frame as it was on the wire; `end` may lie beyond the capture.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Span {
    /// What is left after `octets` more.
    pub(crate) fn after(self, octets: usize) -> Span {
        let start = self.start.saturating_add(octets).min(self.end);
        Span { start, ..self }
    }

    pub(crate) fn len(self) -> usize {
        self.end.saturating_sub(self.start)
    }
}
