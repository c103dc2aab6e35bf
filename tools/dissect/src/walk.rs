//! The walk through a frame: each protocol opens its layer and says what follows.
//!
//! A decoder reads its header by the names in its `Layout`, checks what it must to find the next
//! header, and returns. It never fails the walk: what it cannot follow becomes a fault of its
//! layer and the rest stays octets.

use layercake_base::{Fault, Layout, Reason};
use layercake_capfile::LinkType;

use crate::check::{self, Check, Verdict};
use crate::header::Header;
use crate::pseudo::{self, Pseudo};
use crate::span::Span;
use crate::{Dissected, Dissection, Part, PartKind, link};

/// Most layers that one frame is taken apart into. Real frames stay below ten; a frame made of
/// tags or tunnels only would otherwise cost one layer for each four octets.
pub const LAYER_LIMIT: usize = 32;

/// Reads one header.
pub(crate) type Decoder = fn(&mut Walk<'_>, Span) -> Result<Onward, Reason>;

/// What comes after a header.
pub(crate) enum Onward {
    /// A header that this decoder reads.
    Next(Decoder, Span),
    /// Octets that nobody here reads further.
    Payload(Span),
}

/// Takes a frame apart whose every octet was captured.
///
/// Works on any octets: what is malformed or cut ends in a fault of its layer.
pub fn dissect(link_type: LinkType, octets: &[u8]) -> Dissection<'_> {
    dissect_cut(link_type, octets, octets.len())
}

/// Takes a frame apart of which perhaps only the beginning was captured; `original_len` is its
/// length on the wire in octets.
pub fn dissect_cut(
    link_type: LinkType,
    octets: &[u8],
    original_len: usize,
) -> Dissection<'_> {
    let original_len = original_len.max(octets.len());
    let mut walk = Walk {
        octets,
        original_len,
        layers: Vec::new(),
        fault: None,
        quoted: 0,
        fragment: false,
    };
    if let Some(decoder) = link::decoder(link_type) {
        let span = Span {
            start: 0,
            end: original_len,
        };
        walk.run(decoder, span);
    }
    let (mut layers, fault) = (walk.layers, walk.fault);
    for layer in &mut layers {
        layer.parts.sort_by_key(|part| part.range.start);
    }
    Dissection {
        link_type,
        octets,
        original_len,
        layers,
        fault,
    }
}

/// A frame on the way to be a [`Dissection`].
pub(crate) struct Walk<'a> {
    octets: &'a [u8],
    original_len: usize,
    layers: Vec<Dissected>,
    fault: Option<Fault>,
    quoted: u8,
    /// The layers from here on are the first part of a packet that was cut into fragments.
    pub(crate) fragment: bool,
}

impl<'a> Walk<'a> {
    fn run(&mut self, first: Decoder, span: Span) {
        let (mut decoder, mut span) = (first, span);
        loop {
            let outcome = if self.layers.len() < LAYER_LIMIT {
                decoder(self, span)
            } else {
                let (queue, limit) = ("list of layers", LAYER_LIMIT);
                Err(Reason::Full { queue, limit })
            };
            match outcome {
                Ok(Onward::Next(next, body)) => (decoder, span) = (next, body),
                Ok(Onward::Payload(body)) => return self.part(PartKind::Payload, body),
                Err(reason) => return self.stop(reason, span),
            }
        }
    }

    /// Adds a layer whose header begins `span`, and returns the octets of its header.
    ///
    /// # Errors
    /// [`Reason::TooShort`] when they are not all there; the layer then shows those that are.
    pub(crate) fn open(
        &mut self,
        layout: &'static Layout,
        span: Span,
    ) -> Result<Header<'a>, Reason> {
        let (need, captured) = (layout.octets(), self.captured(span));
        let have = captured.len().min(need);
        // Where the layer before says that it is longer than what was captured.
        let start = span.start.min(self.octets.len());
        self.layers.push(Dissected {
            layout,
            header: start..start + have,
            parts: Vec::new(),
            fault: None,
            cut: false,
            check: None,
            quoted: self.quoted,
            end: span.end,
        });
        match captured.get(..need) {
            Some(octets) => Ok(Header { layout, octets }),
            None => Err(Reason::TooShort {
                field: layout.protocol,
                need,
                have,
            }),
        }
    }

    /// The captured octets of a span.
    pub(crate) fn captured(&self, span: Span) -> &'a [u8] {
        let end = span.end.min(self.octets.len());
        self.octets.get(span.start..end).unwrap_or(&[])
    }

    /// The octets of a span, if all of them were captured.
    pub(crate) fn whole(&self, span: Span) -> Option<&'a [u8]> {
        self.octets.get(span.start..span.end)
    }

    /// True when one more layer would be one too many.
    pub(crate) fn is_full(&self) -> bool {
        self.layers.len() >= LAYER_LIMIT
    }

    /// The layer opened last ends at `end`, and another of the same message follows.
    pub(crate) fn ends_within(&mut self, end: usize) {
        if let Some(layer) = self.layers.last_mut() {
            layer.end = end;
        }
    }

    /// Says what the octets of a span are to the layer opened last.
    pub(crate) fn part(&mut self, kind: PartKind, span: Span) {
        let len = self.captured(span).len();
        if let Some(layer) = self.layers.last_mut().filter(|_| len > 0) {
            let range = span.start..span.start + len;
            layer.parts.push(Part { kind, range });
        }
    }

    /// The layer opened last ends at `end` by its own length field; what follows up to the end
    /// of `span` was added by the layer around it, or nobody.
    pub(crate) fn ends_at(&mut self, end: usize, span: Span) {
        let outer = self.layers.len().checked_sub(2);
        self.pad(outer, end, span);
    }

    /// The same for several layers that lie behind each other in one: those that are `inside`.
    pub(crate) fn ends_around(
        &mut self,
        inside: fn(&Dissected) -> bool,
        end: usize,
        span: Span,
    ) {
        let outer = self.layers.iter().rposition(|layer| !inside(layer));
        self.pad(outer, end, span);
    }

    fn pad(&mut self, outer: Option<usize>, end: usize, span: Span) {
        if let Some(layer) = self.layers.last_mut() {
            layer.end = end;
        }
        let padding = end..span.end.min(self.octets.len());
        let outer = outer.and_then(|outer| self.layers.get_mut(outer));
        if let Some(outer) = outer.filter(|_| !padding.is_empty()) {
            let kind = PartKind::Padding;
            outer.parts.push(Part {
                kind,
                range: padding,
            });
        }
    }

    /// Only the first `octets` of the layer opened last are what its layout says.
    pub(crate) fn shorten(&mut self, octets: usize) {
        if let Some(layer) = self.layers.last_mut() {
            layer.header.end = layer.header.end.min(layer.header.start + octets);
        }
    }

    /// What follows `end` in the layer opened last is padding, up to the end of the capture.
    pub(crate) fn pad_from(&mut self, end: usize) {
        let padding = Span {
            start: end,
            end: self.octets.len(),
        };
        self.part(PartKind::Padding, padding);
    }

    /// Records what is wrong with the layer opened last without ending the walk.
    pub(crate) fn note(&mut self, fault: Result<(), Reason>) {
        let Err(reason) = fault else { return };
        if let Some(layer) = self.layers.last_mut().filter(|l| l.fault.is_none()) {
            layer.fault = Some(Fault {
                layer: layer.layout.protocol,
                offset: layer.header.start,
                reason,
            });
        }
    }

    /// From here on layers are quoted in an ICMP error.
    pub(crate) fn quote(&mut self) {
        self.quoted = self.quoted.saturating_add(1);
        self.fragment = false;
    }

    /// True in a quote and in a first fragment, which end before their length fields say.
    pub(crate) fn is_partial(&self) -> bool {
        self.quoted > 0 || self.fragment
    }

    /// Recomputes the internet checksum over the first `len` octets of `span`, which holds it at
    /// octet `at`. In a quote a wrong value is no fault: it is the quoting router that speaks.
    pub(crate) fn check(
        &mut self,
        field: &'static str,
        span: Span,
        len: usize,
        at: usize,
        pseudo: Option<Pseudo>,
    ) {
        let end = span.start + len;
        let covered = self.octets.get(span.start..end).unwrap_or(&[]);
        let (found, mut verdict) = check::verdict(covered, at, pseudo);
        if self.fragment {
            verdict = Verdict::Unknown;
        }
        let check = Check {
            field,
            covered: span.start..end,
            pseudo_header: pseudo.is_some(),
            found,
            verdict,
        };
        if self.quoted == 0 {
            self.note(check.fault());
        }
        if let Some(layer) = self.layers.last_mut() {
            layer.check = Some(check);
        }
    }

    /// The same for a checksum that also covers the addresses of the network header around it.
    pub(crate) fn check_with_pseudo_header(
        &mut self,
        field: &'static str,
        span: Span,
        at: usize,
        protocol: u16,
    ) {
        let pseudo = pseudo::header(self.octets, &self.layers, span.len(), protocol);
        match pseudo {
            Some(pseudo) => self.check(field, span, span.len(), at, Some(pseudo)),
            None => self.check(field, span, 0, at, None),
        }
    }

    /// Ends the walk: the layer opened last has the fault, and what is left of it is octets.
    fn stop(&mut self, reason: Reason, span: Span) {
        let snapped = self.octets.len() < self.original_len;
        let beyond = span.end > self.octets.len();
        let excused = matches!(reason, Reason::TooShort { .. })
            && (self.is_partial() || (snapped && beyond));
        let Some(layer) = self.layers.last_mut() else {
            let (layer, offset) = ("link", 0);
            self.fault = Some(Fault {
                layer,
                offset,
                reason,
            });
            return;
        };
        let rest = layer.body_start().max(span.start);
        layer.cut = excused;
        if !excused {
            layer.fault = None; // what ends the walk matters more than what was noted before
            self.note(Err(reason));
        }
        let rest = Span {
            start: rest,
            ..span
        };
        self.part(PartKind::Payload, rest);
    }
}
