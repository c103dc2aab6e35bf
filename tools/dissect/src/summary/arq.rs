//! The line of an ARQ frame that carries no packet.

use super::View;

/// What it is for, the frame that it speaks of, and the next one expected.
pub(super) fn line(view: &View<'_>, length: usize) -> String {
    let kind = view.shown("Type");
    let kind = kind.split_once('(').map_or(&*kind, |(_, name)| name);
    let kind = kind.trim_end_matches(')');
    let number = |field| view.number(field).unwrap_or(0);
    let speaks = match view.number("M") {
        Some(1) => format!(", N(S) {}", number("N(S)")),
        _ => String::new(),
    };
    let expected = number("N(R)");
    format!("ARQ {kind}{speaks}, N(R) {expected}, length {length}")
}
