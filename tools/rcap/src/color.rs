//! The style of text on standard output.

use std::io::IsTerminal as _;

use layercake_dissect::Style;
use layercake_kit::common::Color;

/// With colours or without.
pub(crate) fn style(color: Color) -> Style {
    if color.wanted(std::io::stdout().is_terminal()) {
        Style::COLOR
    } else {
        Style::PLAIN
    }
}
