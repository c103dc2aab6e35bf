//! Whether to use colour, and how wide the text may be.

use std::io::IsTerminal as _;

use layercake_dissect::Style;

use crate::cli::When;

/// The style for standard output. `NO_COLOR` counts when it is set and not empty (no-color.org).
pub(crate) fn style(when: When) -> Style {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    let dumb = set("TERM").is_none_or(|terminal| terminal == "dumb");
    let color = match when {
        When::Always => true,
        When::Never => false,
        When::Auto => {
            std::io::stdout().is_terminal() && set("NO_COLOR").is_none() && !dumb
        }
    };
    if color { Style::COLOR } else { Style::PLAIN }
}
