//! A dissection as data for other programs.
//!
//! One object: link type, lengths, and the layers with their fields. Names and order of the
//! keys stay as they are within a version of the tools' output; new keys may be added.

use layercake_base::layout::{Raw, Value};
use serde::Serialize;

use crate::{Check, Dissected, Dissection, Part, Verdict, why};

/// A frame.
#[derive(Debug, Serialize)]
pub struct Frame {
    /// Number of the link type.
    pub link_type: u16,
    /// Octets on the wire.
    pub length: usize,
    /// Octets captured.
    pub captured: usize,
    /// Outermost first.
    pub layers: Vec<Layer>,
    /// Why there is no layer, when there should be one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
}

/// A layer. Places count from the start of the frame: octets in `start`, bits in the fields.
#[derive(Debug, Serialize)]
pub struct Layer {
    /// Name.
    pub protocol: &'static str,
    /// Where its header is described.
    pub spec: &'static str,
    /// First octet.
    pub start: usize,
    /// Octets of the header without options.
    pub length: usize,
    /// How many ICMP errors it is quoted in.
    pub quoted: u8,
    /// What the header says.
    pub fields: Vec<Field>,
    /// What else belongs to it.
    pub parts: Vec<Octets>,
    /// "good", "wrong", "absent", "offloaded" or "unknown", when it has a checksum.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checksum: Option<&'static str>,
    /// What is wrong with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// True when the capture or the quote ends inside of it.
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    pub cut: bool,
}

/// A field.
#[derive(Debug, Serialize)]
pub struct Field {
    /// Name, as in the specification.
    pub name: &'static str,
    /// First bit, from the start of the frame.
    pub start_bit: usize,
    /// Bits.
    pub width: usize,
    /// A number, or octets in hexadecimal for fields that are none.
    pub value: Number,
    /// As people read it.
    pub shown: String,
    /// What the field is for.
    pub meaning: &'static str,
    /// Where that is said.
    pub spec: &'static str,
    /// Why it has this value here, where that can be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// A value.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Number {
    /// At most 64 bits.
    Number(u64),
    /// Octets in hexadecimal.
    Octets(String),
}

/// Octets of a layer that are not in a field.
#[derive(Debug, Serialize)]
pub struct Octets {
    /// "Options", "Payload", "Padding" or "Extensions".
    pub kind: &'static str,
    /// First octet.
    pub start: usize,
    /// How many.
    pub length: usize,
    /// In hexadecimal.
    pub octets: String,
}

impl Frame {
    /// The data form of a dissection.
    pub fn of(dissection: &Dissection<'_>) -> Frame {
        let layers = dissection.layers.iter().enumerate();
        Frame {
            link_type: dissection.link_type.0,
            length: dissection.original_len,
            captured: dissection.octets.len(),
            layers: layers
                .map(|(number, layer)| Layer::of(dissection, number, layer))
                .collect(),
            fault: dissection.fault.as_ref().map(ToString::to_string),
        }
    }
}

impl Layer {
    fn of(dissection: &Dissection<'_>, number: usize, layer: &Dissected) -> Layer {
        let values = dissection.values(layer);
        let parts = layer.parts.iter();
        Layer {
            protocol: layer.layout.protocol,
            spec: layer.layout.spec,
            start: layer.header.start,
            length: layer.header.len(),
            quoted: layer.quoted,
            fields: values
                .map(|value| Field::of(dissection, number, layer, &value))
                .collect(),
            parts: parts.map(|part| Octets::of(dissection, part)).collect(),
            checksum: layer.check.as_ref().map(word),
            fault: layer.fault.as_ref().map(ToString::to_string),
            cut: layer.cut,
        }
    }
}

impl Field {
    fn of(
        dissection: &Dissection<'_>,
        number: usize,
        layer: &Dissected,
        value: &Value<'_>,
    ) -> Field {
        let field = value.field;
        Field {
            name: field.name,
            start_bit: layer.header.start * 8 + field.at,
            width: field.width,
            value: match value.raw {
                Raw::Number(number) => Number::Number(number),
                Raw::Octets(octets) => Number::Octets(hexadecimal(octets)),
            },
            shown: value.to_string(),
            meaning: field.meaning,
            spec: field.clause,
            why: why::why(dissection, number, value),
        }
    }
}

impl Octets {
    fn of(dissection: &Dissection<'_>, part: &Part) -> Octets {
        Octets {
            kind: part.kind.name(),
            start: part.range.start,
            length: part.range.len(),
            octets: hexadecimal(dissection.octets_of(&part.range)),
        }
    }
}

fn word(check: &Check) -> &'static str {
    match check.verdict {
        Verdict::Good => "good",
        Verdict::Wrong(_) => "wrong",
        Verdict::Absent => "absent",
        Verdict::Offloaded(_) => "offloaded",
        Verdict::Unknown => "unknown",
    }
}

fn hexadecimal(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}
