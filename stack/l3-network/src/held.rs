//! What every header file is held to.

use layercake_base::Layout;

/// The field called `name` holds `value` in `octets`.
#[track_caller]
pub(crate) fn field(layout: &Layout, octets: &[u8], name: &str, value: impl Into<u64>) {
    assert_eq!(layout.number(name, octets), Some(value.into()), "{name}");
}
