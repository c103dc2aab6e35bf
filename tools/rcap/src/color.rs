//! The style of text on standard output.

use std::io::IsTerminal as _;

use layercake_dissect::Style;
use layercake_kit::common::Color;

/// With colours or without; four columns are left for the indent below a packet's line.
pub(crate) fn style(color: Color) -> Style {
    Style {
        color: color.wanted(std::io::stdout().is_terminal()),
        width: 96,
    }
}
