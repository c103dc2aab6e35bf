//! A transmission in the letters of a terminal: bits, levels, and what was decided wrongly.
//!
//! ```text
//! bits     0   0   0   1   0   1   1   0
//! +1     ──┐ ┌─┐ ┌─┐   ┌───┐   ┌─┐ ┌───┐
//! -1       └─┘ └─┘ └───┘   └───┘ └─┘   └─
//! wrong                  ^
//! ```
//! Two columns for each symbol; 78 columns at most, then a new row. Long transmissions are cut.

use std::fmt::Write as _;

use super::cells::{labels, symbols_per_cell};
use super::line::{Run, level};

/// Symbols in a row of letters: two columns each, beside eight of margin.
const WIDE: usize = 34;
/// Symbols that are drawn.
const MOST: usize = 512;

/// The picture, one block of lines for each row.
pub(super) fn picture(run: &Run) -> String {
    let mut code = layercake_physical::code::named(run.code.name());
    let labels = code
        .as_mut()
        .map_or(Vec::new(), |code| labels(&mut **code, &run.octets));
    let per_cell = symbols_per_cell(&*run.code);
    let row = match per_cell {
        2..=WIDE => WIDE / per_cell * per_cell,
        1 => 32,
        // Half a block of 64B/66B.
        _ => per_cell.div_ceil(per_cell.div_ceil(WIDE)),
    };
    let mut text = String::new();
    let shown = run.symbols.len().min(MOST);
    for start in (0..shown).step_by(row) {
        let range = start..(start + row).min(shown);
        words(&labels, per_cell, range.clone(), &mut text);
        levels(run, range.clone(), &mut text);
        marks(run, range, &mut text);
    }
    if run.symbols.len() > shown {
        let _ = writeln!(text, "… and {} symbols more", run.symbols.len() - shown);
    }
    text
}

/// What the cells say, each word where its cell begins.
fn words(
    labels: &[String],
    per_cell: usize,
    range: std::ops::Range<usize>,
    text: &mut String,
) {
    let mut line = String::from("bits    ");
    for (cell, label) in labels.iter().enumerate() {
        let start = cell * per_cell;
        if range.contains(&start) && !label.is_empty() {
            let column = 8 + 2 * (start - range.start) + per_cell.min(2) / 2;
            let _ = write!(
                line,
                "{:1$}",
                "",
                column.saturating_sub(line.chars().count())
            );
            line.push_str(label);
        }
    }
    if line.len() > 8 {
        let _ = writeln!(text, "{}", line.trim_end());
    }
}

/// A line for each level, from the highest on.
fn levels(run: &Run, range: std::ops::Range<usize>, text: &mut String) {
    let alphabet = run.code.alphabet();
    let at = |place: usize| {
        run.symbols
            .get(place)
            .map(|symbol| level(alphabet, *symbol))
    };
    let mut known: Vec<i8> = (0..4).filter_map(|symbol| alphabet.level(symbol)).collect();
    known.sort_unstable_by(|a, b| b.cmp(a));
    known.dedup();
    for row in known {
        let name = if row == 0 {
            " 0".into()
        } else {
            format!("{row:+}")
        };
        let mut line = format!("{name:8}");
        for place in range.clone() {
            let now = at(place).unwrap_or(0);
            let before = place.checked_sub(1).and_then(at).unwrap_or(now);
            line.push(edge(row, before, now));
            line.push(if row == now { '─' } else { ' ' });
        }
        let _ = writeln!(text, "{}", line.trim_end());
    }
}

/// The letter between two symbols, in the row of one level.
fn edge(row: i8, before: i8, now: i8) -> char {
    match (row == before, row == now) {
        (true, true) => '─',
        (true, false) if now > before => '┘',
        (true, false) => '┐',
        (false, true) if now > before => '┌',
        (false, true) => '└',
        (false, false) if (before < row) != (now < row) => '│',
        (false, false) => ' ',
    }
}

/// Where symbols were decided wrongly, and the cell that is no code word.
fn marks(run: &Run, range: std::ops::Range<usize>, text: &mut String) {
    let violation = run.violation().unwrap_or(0..0);
    let errors: Vec<usize> = run.errors().filter(|at| range.contains(at)).collect();
    if errors.is_empty() && !range.clone().any(|at| violation.contains(&at)) {
        return;
    }
    let mut line = String::from("wrong   ");
    for place in range {
        line.push(if violation.contains(&place) { '!' } else { ' ' });
        line.push(if errors.contains(&place) { '^' } else { ' ' });
    }
    let _ = writeln!(text, "{}", line.trim_end());
}
