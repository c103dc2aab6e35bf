//! How text for people is laid out: colour or not, and how wide.

use anstyle::{AnsiColor, Effects};

/// Layout of the text that this crate makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// With ANSI colours.
    pub color: bool,
    /// Columns to fill; longer texts are wrapped.
    pub width: usize,
}

impl Style {
    /// No colours, a hundred columns.
    pub const PLAIN: Style = Style {
        color: false,
        width: 100,
    };
    /// Colours, a hundred columns.
    pub const COLOR: Style = Style {
        color: true,
        width: 100,
    };

    /// `text` in the colour of the layer with that number.
    pub(crate) fn layer(self, number: usize, text: &str) -> String {
        let color = PALETTE.get(number % PALETTE.len());
        self.paint(
            color.map_or(anstyle::Style::new(), |color| color.on_default()),
            text,
        )
    }

    /// `text` that stands out.
    pub(crate) fn bold(self, text: &str) -> String {
        self.paint(Effects::BOLD.into(), text)
    }

    /// `text` that stays in the background.
    pub(crate) fn dim(self, text: &str) -> String {
        self.paint(Effects::DIMMED.into(), text)
    }

    /// `text` that says what is wrong.
    pub(crate) fn fault(self, text: &str) -> String {
        self.paint(AnsiColor::Red.on_default() | Effects::BOLD, text)
    }

    fn paint(self, style: anstyle::Style, text: &str) -> String {
        if self.color {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }
}

/// Neighbouring layers differ; red is left for faults.
const PALETTE: [AnsiColor; 6] = [
    AnsiColor::Cyan,
    AnsiColor::Yellow,
    AnsiColor::Green,
    AnsiColor::Magenta,
    AnsiColor::Blue,
    AnsiColor::BrightCyan,
];

/// `text` broken at spaces into lines of at most `width` columns; a longer word stands alone.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wraps_at_spaces_and_keeps_long_words() {
        let lines = wrap("5 × 4 = 20 octets: no options", 11);
        assert_eq!(lines, ["5 × 4 = 20", "octets: no", "options"]);
        assert_eq!(wrap("incomprehensible yes", 4), ["incomprehensible", "yes"]);
    }

    #[test]
    fn paints_only_when_asked() {
        assert_eq!(Style::PLAIN.fault("x"), "x");
        assert_eq!(Style::COLOR.dim("x"), "\u{1b}[2mx\u{1b}[0m");
    }
}
