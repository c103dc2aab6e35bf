//! What a codec reads, held against what the layout of the same header says stands there.

use std::net::{Ipv4Addr, Ipv6Addr};

use layercake_base::Layout;
use layercake_base::layout::{Kind, Raw, Value};

use crate::ours::Seen;

impl Seen {
    /// Compares fields that were set, by tshark's name, with those of a layout.
    pub(crate) fn laid(
        &mut self,
        layout: &Layout,
        octets: &[u8],
        pairs: &[(&'static str, &str)],
    ) {
        for (name, field) in pairs {
            let Some(told) = self.fields.get(name) else {
                continue;
            };
            let field = layout.find(field).unwrap();
            let value = Value::read(field, octets).map(|value| number(&value));
            if value != Some(plain(told)) {
                let (protocol, name) = (layout.protocol, field.name);
                let what = format!("{protocol}, {name}: layout {value:?}, codec {told}");
                self.changed.push(what);
            }
            self.laid += 1;
        }
    }
}

/// A field's value as a number; a scaled one in its unit, but for the offset of a fragment,
/// which codec and tshark count in steps.
fn number(value: &Value<'_>) -> u128 {
    match (value.raw, value.field.kind) {
        (Raw::Number(steps), _) if value.field.name == "Fragment Offset" => steps.into(),
        (Raw::Number(steps), Kind::Scaled(step, _)) => u128::from(steps * step),
        (Raw::Number(number), _) => number.into(),
        (Raw::Octets(octets), _) => octets
            .iter()
            .fold(0, |sum, octet| sum << 8 | u128::from(*octet)),
    }
}

/// A value in the words of tshark as a number.
fn plain(text: &str) -> u128 {
    if let Some(digits) = text.strip_prefix("0x") {
        return u128::from_str_radix(digits, 16).unwrap();
    }
    if let Ok(address) = text.parse::<Ipv4Addr>() {
        return address.to_bits().into();
    }
    if let Ok(address) = text.parse::<Ipv6Addr>() {
        return address.to_bits();
    }
    text.parse().unwrap()
}
