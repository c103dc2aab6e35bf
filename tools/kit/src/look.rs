//! How an explanation looks: its colours and its width.

use std::io::IsTerminal;

use anstyle::AnsiColor;

use crate::common::Common;

/// Columns where nobody says how many there are, and the most that are used.
const MOST: usize = 120;
/// Fewer are not laid out for.
const LEAST: usize = 72;

/// How an explanation is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Colours tell the layers apart.
    pub color: bool,
    /// Columns of a line.
    pub width: usize,
}

impl Look {
    /// As the flags, the terminal and the variable `COLUMNS` say.
    pub fn of(common: &Common) -> Self {
        let columns = std::env::var("COLUMNS").ok();
        Look {
            color: common.color.wanted(std::io::stdout().is_terminal()),
            width: width(columns.as_deref()),
        }
    }
}

/// The columns that were told, within what is sensible.
fn width(told: Option<&str>) -> usize {
    let told = told.and_then(|text| text.parse().ok());
    let seen = || terminal_size::terminal_size().map(|(width, _)| width.0.into());
    told.or_else(seen).unwrap_or(MOST).clamp(LEAST, MOST)
}

/// Text in the colour of its layer: the same as in the explanation that follows.
pub(crate) fn painted(layer: &str, text: &str, color: bool) -> String {
    let first = layer.split([' ', ',']).next().unwrap_or_default();
    let shade = match first.to_ascii_lowercase().as_str() {
        "ethernet" | "ppp" => AnsiColor::Cyan,
        "ipv4" | "ipv6" => AnsiColor::Yellow,
        "icmp" | "icmpv6" | "udp" => AnsiColor::Green,
        "frame-check" | "hdlc" => AnsiColor::Magenta,
        _ => AnsiColor::Blue,
    };
    let style = shade.on_default();
    match color {
        true => format!("{style}{text}{style:#}"),
        false => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_width_is_taken_within_what_is_sensible() {
        let widths = ["80", "10", "4000"].map(|told| width(Some(told)));
        assert_eq!(widths, [80, LEAST, MOST]);
    }

    #[test]
    fn layers_are_coloured_only_when_asked_for() {
        assert_eq!(painted("ipv4", "x", false), "x");
        assert_ne!(painted("ipv4", "x", true), painted("icmp", "x", true));
    }
}
