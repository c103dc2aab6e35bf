//! What a dissection is: a frame's octets, and which layer each of them belongs to.

use core::ops::Range;

use layercake_base::layout::Value;
use layercake_base::{Fault, Layout};
use layercake_capfile::LinkType;

use crate::Check;

/// A frame taken apart. Ranges count octets from the start of the frame.
#[derive(Clone, Debug)]
pub struct Dissection<'a> {
    /// What the frame begins with.
    pub link_type: LinkType,
    /// What was captured of it.
    pub octets: &'a [u8],
    /// Its length on the wire, in octets; more than was captured when a snap length cut it.
    pub original_len: usize,
    /// The layers, outermost first; at most [`LAYER_LIMIT`](crate::LAYER_LIMIT).
    pub layers: Vec<Dissected>,
    /// Why there is not even one layer, when there should be.
    pub fault: Option<Fault>,
}

/// One layer of a frame.
#[derive(Clone, Debug)]
pub struct Dissected {
    /// The description of its header.
    pub layout: &'static Layout,
    /// The octets of the header that the layout describes, as far as they were captured.
    pub header: Range<usize>,
    /// What else belongs to the layer, in the order of the frame.
    pub parts: Vec<Part>,
    /// What is wrong with it. After a check value that differs the next layer still follows;
    /// after anything else the rest of the frame is octets.
    pub fault: Option<Fault>,
    /// Its check value, recomputed.
    pub check: Option<Check>,
    /// The octets end before the layer does, for a good reason: the capture or the quote in an
    /// ICMP error was cut there.
    pub cut: bool,
    /// How many ICMP errors it is quoted in, one inside the other; 0 for the frame itself.
    pub quoted: u8,
    /// Where the layer ends on the wire, by its own length field or the one around it.
    pub(crate) end: usize,
}

/// Octets of a layer that its layout does not describe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What they are.
    pub kind: PartKind,
    /// Where they are.
    pub range: Range<usize>,
}

/// What the octets of a [`Part`] are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartKind {
    /// The variable part of the header.
    Options,
    /// The body, when no layer below explains it.
    Payload,
    /// Added to reach a least length, or what follows the end that an inner length field told.
    Padding,
    /// Extension objects behind the quote of an ICMP error, RFC 4884.
    Extensions,
}

impl PartKind {
    /// The name as people read it.
    pub const fn name(self) -> &'static str {
        match self {
            PartKind::Options => "Options",
            PartKind::Payload => "Payload",
            PartKind::Padding => "Padding",
            PartKind::Extensions => "Extensions",
        }
    }
}

impl<'a> Dissection<'a> {
    /// The octets of a range, as far as they were captured.
    pub fn octets_of(&self, range: &Range<usize>) -> &'a [u8] {
        let end = range.end.min(self.octets.len());
        self.octets.get(range.start..end).unwrap_or(&[])
    }

    /// The fields of a layer that were captured, with their values.
    pub fn values(&self, layer: &Dissected) -> impl Iterator<Item = Value<'a>> + use<'a> {
        layer.layout.values(self.octets_of(&layer.header))
    }

    /// Why `value` stands in the layer with that number, counted from the outermost; `None` where
    /// nothing can be told.
    pub fn why(&self, layer: usize, value: &Value<'_>) -> Option<String> {
        crate::why::why(self, layer, value)
    }

    /// The number in a field of a layer.
    pub(crate) fn number(&self, layer: &Dissected, field: &str) -> Option<u64> {
        layer.layout.number(field, self.octets_of(&layer.header))
    }

    /// The layers in the order of the wire: each with the parts in front of the layer inside of
    /// it, then, from the inside out, those with parts behind it (padding, extensions).
    pub(crate) fn in_wire_order(&self) -> impl Iterator<Item = Stretch<'_>> {
        let layers = || self.layers.iter().enumerate();
        let inner = |number: usize| self.layers.get(number + 1);
        let fronts = layers().map(move |(number, layer)| {
            let end = inner(number).map_or(usize::MAX, |inner| inner.header.start);
            let behind = layer.parts.partition_point(|part| part.range.start < end);
            let (parts, _) = layer.parts.split_at(behind);
            Stretch {
                number,
                layer,
                parts,
                header: true,
            }
        });
        let backs = layers().rev().filter_map(move |(number, layer)| {
            let end = inner(number)?.header.start;
            let behind = layer.parts.partition_point(|part| part.range.start < end);
            let (_, parts) = layer.parts.split_at(behind);
            (!parts.is_empty()).then_some(Stretch {
                number,
                layer,
                parts,
                header: false,
            })
        });
        fronts.chain(backs)
    }

    /// Everything that is wrong with the frame, outermost layer first.
    pub fn faults(&self) -> impl Iterator<Item = &Fault> {
        let layers = self.layers.iter().filter_map(|layer| layer.fault.as_ref());
        self.fault.iter().chain(layers)
    }
}

/// Octets of one layer that lie together.
pub(crate) struct Stretch<'a> {
    /// Number of the layer, from the outside.
    pub(crate) number: usize,
    pub(crate) layer: &'a Dissected,
    pub(crate) parts: &'a [Part],
    /// True for the stretch that begins with the header.
    pub(crate) header: bool,
}

impl Dissected {
    /// True when this layer has that layout.
    pub(crate) fn is(&self, layout: &'static Layout) -> bool {
        core::ptr::eq(self.layout, layout)
    }

    /// The first part of that kind.
    pub fn part(&self, kind: PartKind) -> Option<&Part> {
        self.parts.iter().find(|part| part.kind == kind)
    }

    /// First octet behind the whole header, options included.
    pub(crate) fn body_start(&self) -> usize {
        self.part(PartKind::Options)
            .map_or(self.header.end, |part| part.range.end)
    }
}
