//! The flags that `rping` and `rtrace` share.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::via::Flags;

/// Flags that mean the same in `rping` and `rtrace`; `rcap` has those of them that fit it.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Options that rping and rtrace share")]
pub struct Common {
    /// Explain the packets layer by layer: range, field, value, meaning, clause, reason
    #[arg(long, conflicts_with = "json")]
    pub explain: bool,

    /// Print one JSON object a line instead of the report
    #[arg(long)]
    pub json: bool,

    /// Record the packets that were sent and received into a pcapng file
    #[arg(long, value_name = "FILE")]
    pub write: Option<PathBuf>,

    /// Run in the emulated network that this topology describes
    #[arg(long, value_name = "FILE")]
    pub net: Option<PathBuf>,

    /// Seed of the emulated network: the same seed gives the same run
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,

    /// Let a second of the emulated network take a second
    #[arg(long)]
    pub real_time: bool,

    /// When to use colours
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = Color::Auto)]
    pub color: Color,

    /// The way by a device: last, for it has headings of its own.
    #[command(flatten)]
    pub via: Flags,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set (no-color.org).
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Color {
    /// Whether to use colours on an output that is a terminal or not.
    pub fn wanted(self, terminal: bool) -> bool {
        let allowed =
            || std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        match self {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => terminal && allowed(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_gets_no_colours_unless_asked_for() {
        assert!(!Color::Auto.wanted(false));
        assert!(Color::Always.wanted(false));
        assert!(!Color::Never.wanted(true));
    }
}
