//! A header whose octets are all there, read by the names in its layout.

use layercake_base::Layout;
use layercake_base::layout::{Raw, Value};

/// The octets of a header, read by name.
#[derive(Clone, Copy)]
pub(crate) struct Header<'a> {
    pub(crate) layout: &'static Layout,
    pub(crate) octets: &'a [u8],
}

impl Header<'_> {
    /// The number in a field of at most 64 bits. A name that the layout lacks is a mistake of
    /// this crate: debug builds stop at it, and every test runs as one; others read 0.
    pub(crate) fn number(&self, field: &str) -> u64 {
        let field = self.layout.find(field);
        debug_assert!(field.is_some());
        match field.and_then(|field| Value::read(field, self.octets)) {
            Some(Value {
                raw: Raw::Number(number),
                ..
            }) => number,
            _ => 0,
        }
    }

    /// A number of octets in a field.
    pub(crate) fn count(&self, field: &str) -> usize {
        usize::try_from(self.number(field)).unwrap_or(usize::MAX)
    }
}
