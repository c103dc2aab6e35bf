//! Where a field is: octets of the frame, and bits when it does not fill them.

use core::ops::Range;

use layercake_base::layout::Field;

/// The place of a field in the frame, whose header begins at octet `start`: `14`, `26-29`, and
/// with bits behind a dot `14.0-3`, `20.3-21.7`.
pub(crate) fn of_field(start: usize, field: &Field) -> String {
    let (first, last) = (field.at, field.at + field.width.max(1) - 1);
    let (from, to) = (start + first / 8, start + last / 8);
    match (first % 8, last % 8) {
        (0, 7) => of_octets(&(from..to + 1)),
        (bit, end) if from == to && bit == end => format!("{from}.{bit}"),
        (bit, end) if from == to => format!("{from}.{bit}-{end}"),
        (bit, end) => format!("{from}.{bit}-{to}.{end}"),
    }
}

/// Octets of the frame: `14`, `26-29`.
pub(crate) fn of_octets(range: &Range<usize>) -> String {
    match range.len() {
        0 => "-".into(),
        1 => range.start.to_string(),
        _ => format!("{}-{}", range.start, range.end - 1),
    }
}

/// The words "octet 14" or "octets 26-29".
pub(crate) fn in_words(range: &Range<usize>) -> String {
    let plural = if range.len() == 1 { "" } else { "s" };
    format!("octet{plural} {}", of_octets(range))
}

#[cfg(test)]
mod tests {
    use super::*;
    use layercake_network::ipv4::LAYOUT;

    #[test]
    fn tells_octets_and_bits() {
        let place = |name| of_field(14, LAYOUT.find(name).unwrap());
        assert_eq!(place("Version"), "14.0-3");
        assert_eq!(place("Time to Live"), "22");
        assert_eq!(place("Fragment Offset"), "20.3-21.7");
        assert_eq!(place("Source Address"), "26-29");
        assert_eq!(of_octets(&(3..3)), "-");
        assert_eq!(in_words(&(3..4)), "octet 3");
    }
}
