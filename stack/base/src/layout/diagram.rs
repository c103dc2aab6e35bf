//! The picture that RFCs draw of a header, drawn from its [`Layout`].

use core::fmt::{self, Write as _};

use super::{Field, Layout};

/// Bits in one row of the picture.
const ROW: usize = 32;

impl Layout {
    /// The header as an RFC draws it: ruler on top, 32 bits a row, two columns a bit.
    pub fn diagram(&self) -> String {
        let rows = self.bits().div_ceil(ROW);
        let mut picture = ruler(self.bits().min(ROW));
        for row in 0..rows {
            self.draw_rule(row, &mut picture);
            self.draw_cells(row, &mut picture);
        }
        self.draw_rule(rows, &mut picture);
        picture
    }

    /// For tests: the layout has no flaw, and the picture in the `//!` documentation of a source
    /// file, [`picture_in`], is its own.
    ///
    /// # Errors
    /// [`Misdrawn`], which shows what is wrong.
    pub fn is_drawn_in(&self, source: &str) -> Result<(), Misdrawn> {
        if let Some(field) = self.flaw() {
            let name = field.name;
            return Err(Misdrawn(format!(
                "{name} has a gap before it, a wrong width, or a label that does not fit"
            )));
        }
        let diagram = self.diagram();
        match picture_in(source) {
            Some(picture) if picture == diagram => Ok(()),
            _ => Err(Misdrawn(format!("the picture should be\n{diagram}"))),
        }
    }

    /// The line above row `row`: dashes where one field ends and another begins.
    fn draw_rule(&self, row: usize, picture: &mut String) {
        let width = self.row_bits(row.saturating_sub(1)).max(self.row_bits(row));
        for column in 0..width {
            let bit = row * ROW + column;
            picture.push(if self.has_corner(row, column) {
                '+'
            } else {
                self.rule_at(bit)
            });
            picture.push(self.rule_at(bit));
        }
        picture.push_str("+\n");
    }

    fn draw_cells(&self, row: usize, picture: &mut String) {
        let (start, end) = (row * ROW, row * ROW + self.row_bits(row));
        for field in self
            .fields
            .iter()
            .filter(|f| f.at < end && f.at + f.width > start)
        {
            let label = if self.label_row(field.at, field.width) == row {
                field.label.unwrap_or(field.name)
            } else {
                ""
            };
            let columns = columns(field, row);
            let _ = write!(picture, "|{label:^columns$}");
        }
        picture.push_str("|\n");
    }

    /// True when the cell that carries the label of `field` is wide enough for all of it.
    pub(super) fn has_room_for_label(&self, field: &Field) -> bool {
        let label = field.label.unwrap_or(field.name);
        let row = self.label_row(field.at, field.width);
        label.chars().count() <= columns(field, row)
    }

    /// The row that carries the name of a field: the middle one of those that it fills, or the
    /// one where more of it lies.
    fn label_row(&self, at: usize, width: usize) -> usize {
        let (first, last) = (at / ROW, (at + width - 1) / ROW);
        let in_first = (first + 1) * ROW - at;
        let in_last = at + width - last * ROW;
        match last - first {
            0 => first,
            1 if in_last > in_first => last,
            1 => first,
            rows => {
                first + rows.div_ceil(2) - usize::from(in_first == ROW && rows % 2 == 1)
            }
        }
    }

    /// Bits in a row: 32 but for the last.
    fn row_bits(&self, row: usize) -> usize {
        self.bits().saturating_sub(row * ROW).min(ROW)
    }

    /// A space inside a field that goes on from the row above, else a dash.
    fn rule_at(&self, bit: usize) -> char {
        let above = bit.checked_sub(ROW).and_then(|bit| self.field_at(bit));
        if above.is_some() && above == self.field_at(bit) {
            ' '
        } else {
            '-'
        }
    }

    /// A corner stands at the edge, and where a field begins above or below the rule.
    fn has_corner(&self, row: usize, column: usize) -> bool {
        let begins = |row: usize| {
            let bit = row * ROW + column;
            column < self.row_bits(row) && self.fields.iter().any(|field| field.at == bit)
        };
        column == 0 || begins(row) || row.checked_sub(1).is_some_and(begins)
    }

    fn field_at(&self, bit: usize) -> Option<usize> {
        self.fields
            .iter()
            .position(|field| (field.at..field.at + field.width).contains(&bit))
    }
}

/// Why a [`Layout`] and the picture in its documentation do not agree.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Misdrawn(String);

/// As it is displayed, so that a test that fails draws the right picture.
impl fmt::Debug for Misdrawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Columns between the bars of a field's cell in this row.
fn columns(field: &Field, row: usize) -> usize {
    let (start, end) = (row * ROW, (row + 1) * ROW);
    let (from, to) = (field.at.max(start), (field.at + field.width).min(end));
    (to.saturating_sub(from) * 2).saturating_sub(1)
}

/// Two lines that number the bits: tens, then units.
fn ruler(bits: usize) -> String {
    let tens: String = (0..bits)
        .map(|b| {
            if b % 10 == 0 {
                format!(" {}", b / 10)
            } else {
                "  ".into()
            }
        })
        .collect();
    let units: String = (0..bits).map(|bit| format!(" {}", bit % 10)).collect();
    format!("{}\n{units}\n", tens.trim_end())
}

/// The first ```` ```text ```` block in the `//!` documentation of a source file, for tests that
/// hold a protocol's picture against its [`Layout`].
pub fn picture_in(source: &str) -> Option<String> {
    let docs = source.lines().map_while(|line| line.strip_prefix("//!"));
    let mut block = docs
        .skip_while(|line| line.trim() != "```text")
        .skip(1)
        .peekable();
    block.peek()?;
    let lines = block.take_while(|line| line.trim() != "```");
    Some(
        lines
            .map(|line| format!("{}\n", line.strip_prefix(' ').unwrap_or(line)))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::SAMPLE;
    use super::*;

    #[test]
    fn draws_what_an_rfc_draws() {
        let expected = "\x200                   1                   2                   3
 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
+-------+-------+-----+---------+-------------------------------+
|Version|  IHL  |Flags|  Type   |           Checksum            |
+-------+-------+-----+---------+-------------------------------+
|                        Source Address                         |
+---------------------------------------------------------------+
|                            Station                            |
+                               +-------------------------------+
|                               |             Rest              |
+-------------------------------+-------------------------------+
";
        assert_eq!(SAMPLE.diagram(), expected, "\n{}", SAMPLE.diagram());
    }

    #[test]
    fn a_picture_of_something_else_is_refused_with_the_right_one() {
        let right = SAMPLE.diagram();
        let drawn = |picture: &str| {
            let lines = picture.lines().map(|line| format!("//! {line}\n"));
            format!("//! ```text\n{}//! ```\n", lines.collect::<String>())
        };
        assert_eq!(SAMPLE.is_drawn_in(&drawn(&right)), Ok(()));
        for wrong in [drawn(&right.replace("IHL", "ihl")), String::new()] {
            let misdrawn = SAMPLE.is_drawn_in(&wrong).unwrap_err();
            assert!(format!("{misdrawn:?}").ends_with(&right), "{misdrawn}");
        }
    }

    #[test]
    fn finds_the_picture_in_the_documentation() {
        let source =
            "//! A thing.\n//!\n//! ```text\n//!  0\n//! +-+\n//! ```\n//! More.\n";
        assert_eq!(picture_in(source).unwrap(), " 0\n+-+\n");
        assert_eq!(picture_in("//! No picture.\n"), None);
    }
}
