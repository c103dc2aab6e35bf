//! A name that no check has, and the names that are like it.

use super::catalogue::ALGORITHMS;

/// No check has this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no check is named {name:?}; near it are {}", .near.join(", "))]
pub struct Unknown {
    /// The name asked for, cut after 40 characters.
    pub name: String,
    /// The names most like it, nearest first.
    pub near: Vec<&'static str>,
}

/// Characters of a name that are looked at; the longest of ours has fewer.
const LONGEST: usize = 40;

/// Names that an error lists.
const NEAR: usize = 4;

impl Unknown {
    pub(super) fn new(name: &str) -> Self {
        let wanted: Vec<u8> = letters(name).take(LONGEST).collect();
        let mut near: Vec<_> = ALGORITHMS
            .iter()
            .map(|algorithm| {
                let names = algorithm.names();
                let steps = names.map(|other| steps(&wanted, other)).min();
                (steps.unwrap_or(usize::MAX), algorithm.name)
            })
            .collect();
        near.sort_by_key(|(steps, _)| *steps);
        Unknown {
            name: name.chars().take(LONGEST).collect(),
            near: near.into_iter().map(|(_, name)| name).take(NEAR).collect(),
        }
    }
}

/// What counts in a name: letters and digits, in lower case.
pub(super) fn letters(name: &str) -> impl Iterator<Item = u8> {
    let octets = name.bytes().filter(|octet| !b"-/_. ".contains(octet));
    octets.map(|octet| octet.to_ascii_lowercase())
}

/// The fewest characters to insert, remove or replace to make one name of the other
/// (Levenshtein's distance).
fn steps(wanted: &[u8], name: &str) -> usize {
    let mut row: Vec<usize> = (0..=wanted.len()).collect();
    for (at, letter) in letters(name).enumerate() {
        let mut corner = at;
        let mut left = at + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (cell, other) in row.iter_mut().skip(1).zip(wanted) {
            let replaced = corner + usize::from(letter != *other);
            corner = *cell;
            left = replaced.min(left + 1).min(*cell + 1);
            *cell = left;
        }
    }
    row.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::NAMES;

    #[test]
    fn a_name_is_as_far_from_another_as_it_takes_steps() {
        let steps = |a: &str, b: &str| steps(&letters(a).collect::<Vec<_>>(), b);
        assert_eq!(steps("kitten", "sitting"), 3);
        assert_eq!(steps("", "abc"), 3);
        assert_eq!(steps("crc-32", "CRC32"), 0);
    }

    #[test]
    fn an_unknown_name_is_told_with_names_near_it() {
        let error = "CRC-32/ISO-HDL".parse::<super::super::Check>().unwrap_err();
        assert_eq!(error.near[0], "CRC-32/ISO-HDLC");
        let text = error.to_string();
        assert!(text.starts_with(
            "no check is named \"CRC-32/ISO-HDL\"; near it are CRC-32/ISO-HDLC, "
        ));
    }

    #[test]
    fn a_name_of_any_length_is_refused_briefly() {
        let error = Unknown::new(&"x".repeat(1_000_000));
        assert_eq!((error.name.len(), error.near.len()), (LONGEST, NEAR));
    }

    #[test]
    fn every_name_fits_into_what_is_looked_at() {
        assert!(NAMES.iter().all(|name| name.len() <= LONGEST));
    }
}
