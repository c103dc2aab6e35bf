//! What every header file is held to.

use layercake_base::{Layout, layout::picture_in};

/// The picture in the file's documentation is the layout's, and the layout has no gap.
#[track_caller]
pub(crate) fn picture(layout: &Layout, source: &str) {
    assert_eq!(layout.flaw(), None);
    let drawn = layout.diagram();
    assert_eq!(picture_in(source).as_deref(), Some(&*drawn), "\n{drawn}");
}

/// The field called `name` holds `value` in `octets`.
#[track_caller]
pub(crate) fn field(layout: &Layout, octets: &[u8], name: &str, value: impl Into<u64>) {
    assert_eq!(layout.number(name, octets), Some(value.into()), "{name}");
}
