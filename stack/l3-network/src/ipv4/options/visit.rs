//! A node writes itself into the options that ask for it: record route and timestamp.
//!
//! ```text
//! record route       +---------+---------+---------+---------+----------+---
//!                    |    7    | length  | pointer | address | address  | …
//!                    +---------+---------+---------+---------+----------+---
//! timestamp          +---------+---------+---------+------+------+------+------+---
//!                    |   68    | length  | pointer | over-| form | time | time | …        form 0
//!                    |         |         |         | flow |      | address, time | …      1, 3
//!                    +---------+---------+---------+------+------+------+------+---
//! ```
//! The pointer counts from 1 at the option's first octet, and says where the next entry goes;
//! beyond the length it says that there is no place left. In form 3 the sender wrote the
//! addresses, and only who has the next one puts in the time.
//!
//! Spec: RFC 791 §3.1, Record Route and Internet Timestamp; RFC 1812 §5.3.13 for routers.
//! Units: milliseconds since midnight UT, or, with the upper bit set, since some other time.
//! Checks: the pointer at 4 (5) or more, places not cut short, form 0, 1 or 3, at most 15 nodes
//! that found no place. What breaks a rule is answered with a parameter problem.
//! Not here: asking for either (`tools/probe`), source routes (refused, `ipv4/ask.rs`).

use core::net::Ipv4Addr;

use layercake_base::Reason;

use super::{Flaw, Item, Kind, Options};
use crate::octets::chunk;

/// A node that a packet visits.
#[derive(Clone, Copy, Debug)]
pub struct Visit<F> {
    /// Its address there where the packet goes on.
    pub address: Ipv4Addr,
    /// The time: see Units in the module.
    pub time: u32,
    /// Which addresses are its own.
    pub is_own: F,
}

impl<F: Fn(Ipv4Addr) -> bool> Visit<F> {
    /// The options after the visit.
    ///
    /// # Errors
    /// See Checks in the module.
    pub fn write(&self, options: &Options) -> Result<Options, Flaw> {
        let mut new = *options;
        for item in options.walk() {
            let item = item?;
            let entry = match item.kind {
                Kind::RECORD_ROUTE => self.route(&item)?,
                Kind::TIMESTAMP => self.timestamp(&item)?,
                _ => None,
            };
            if let Some(entry) = entry {
                new.put(item.at, &entry);
            }
        }
        Ok(new)
    }

    fn route(&self, item: &Item<'_>) -> Result<Option<Entry>, Flaw> {
        let place = place(item, 4, 4)?;
        let pointer = octet(item, 2);
        Ok(place.map(|at| Entry {
            at,
            octets: pad(&self.address.octets()),
            len: 4,
            field: (2, pointer.saturating_add(4)),
        }))
    }

    fn timestamp(&self, item: &Item<'_>) -> Result<Option<Entry>, Flaw> {
        let (pointer, form) = (octet(item, 2), octet(item, 3) & 0x0f);
        reaches(item, 5)?;
        let need = match form {
            0 => 4,
            1 | 3 => 8,
            _ => return Err(flaw(item, 3, "Flag", form, "must be 0, 1 or 3")),
        };
        let Some(at) = place(item, 5, need)? else {
            return if form == 3 { Ok(None) } else { overflow(item) };
        };
        let address: [u8; 4] = match form {
            3 => chunk(item.octets, at),
            _ => self.address.octets(),
        };
        if form == 3 && !(self.is_own)(address.into()) {
            return Ok(None);
        }
        let time = self.time.to_be_bytes();
        let octets = match form {
            0 => pad(&time),
            _ => chunk(&[address, time].concat(), 0),
        };
        let field = (2, pointer.saturating_add(need));
        let len = usize::from(need);
        Ok(Some(Entry {
            at,
            octets,
            len,
            field,
        }))
    }
}

/// What is written: an entry, and one octet of the fields before.
struct Entry {
    at: usize,
    octets: [u8; 8],
    len: usize,
    field: (usize, u8),
}

fn pad(four: &[u8; 4]) -> [u8; 8] {
    let [a, b, c, d] = *four;
    [a, b, c, d, 0, 0, 0, 0]
}

/// One more node that found no place.
fn overflow(item: &Item<'_>) -> Result<Option<Entry>, Flaw> {
    let (count, form) = (octet(item, 3) >> 4, octet(item, 3) & 0x0f);
    if count == 15 {
        return Err(flaw(item, 3, "Overflow", count, "can count no further"));
    }
    Ok(Some(Entry {
        at: 0,
        octets: [0; 8],
        len: 0,
        field: (3, (count + 1) << 4 | form),
    }))
}

/// Where in the option the next entry goes; `None` when there is no place left.
fn place(item: &Item<'_>, first: u8, need: u8) -> Result<Option<usize>, Flaw> {
    reaches(item, first)?;
    let (length, pointer) = (item.octets.len(), octet(item, 2));
    if pointer < first {
        return Err(flaw(item, 2, "Pointer", pointer, "points before the list"));
    }
    let at = usize::from(pointer) - 1;
    if at >= length {
        return Ok(None);
    }
    if at + usize::from(need) > length {
        return Err(flaw(item, 2, "Pointer", pointer, "leaves part of a place"));
    }
    Ok(Some(at))
}

/// Holds the length against the fields before the list, which begins at `first`.
fn reaches(item: &Item<'_>, first: u8) -> Result<(), Flaw> {
    if item.octets.len() + 1 >= usize::from(first) {
        return Ok(());
    }
    let (have, rule) = (octet(item, 1), "ends before the list");
    Err(flaw(item, 1, "Option Length", have, rule))
}

fn octet(item: &Item<'_>, at: usize) -> u8 {
    item.octets.get(at).copied().unwrap_or(0)
}

fn flaw(
    item: &Item<'_>,
    at: usize,
    field: &'static str,
    value: u8,
    rule: &'static str,
) -> Flaw {
    let value = value.into();
    Flaw {
        at: item.at + at,
        reason: Reason::Illegal { field, value, rule },
    }
}

impl Options {
    /// Writes an entry of the option that begins at `option`.
    fn put(&mut self, option: usize, entry: &Entry) {
        let (field, value) = entry.field;
        let own = self.octets.get_mut(option..).unwrap_or_default();
        if let Some(place) = own.get_mut(entry.at..entry.at + entry.len)
            && let Some(octets) = entry.octets.get(..entry.len)
        {
            place.copy_from_slice(octets);
        }
        if let Some(place) = own.get_mut(field) {
            *place = value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const US: Ipv4Addr = Ipv4Addr::new(10, 9, 2, 1);
    const NOON: u32 = 12 * 3600 * 1000;

    fn visit(octets: &[u8]) -> Result<Vec<u8>, (usize, String)> {
        let options = Options::new(octets).unwrap();
        let visit = Visit {
            address: US,
            time: NOON,
            is_own: |address| address == US,
        };
        let new = visit.write(&options);
        new.map(|options| options.octets().to_vec())
            .map_err(|flaw| (flaw.at, flaw.reason.to_string()))
    }

    /// By hand after RFC 791 §3.1: two places, the first taken, then both.
    #[test]
    fn an_address_goes_to_where_the_pointer_points() {
        let one = [1, 7, 11, 8, 10, 0, 0, 1, 0, 0, 0, 0];
        let two = [1, 7, 11, 12, 10, 0, 0, 1, 10, 9, 2, 1];
        assert_eq!(visit(&one).unwrap(), two);
        assert_eq!(visit(&two).unwrap(), two, "full: nothing changes");
    }

    /// 43,200,000 ms are 02932e00.
    #[test]
    fn the_time_is_written_in_each_of_the_three_forms() {
        let times = [68, 12, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        let after = [68, 12, 9, 0, 0x02, 0x93, 0x2e, 0, 0, 0, 0, 0];
        assert_eq!(visit(&times).unwrap(), after);
        let both = [68, 12, 5, 1, 0, 0, 0, 0, 0, 0, 0, 0];
        let after = [68, 12, 13, 1, 10, 9, 2, 1, 0x02, 0x93, 0x2e, 0];
        assert_eq!(visit(&both).unwrap(), after);
        let asked = [68, 12, 5, 3, 10, 9, 2, 1, 0, 0, 0, 0];
        let after = [68, 12, 13, 3, 10, 9, 2, 1, 0x02, 0x93, 0x2e, 0];
        assert_eq!(visit(&asked).unwrap(), after);
        let another = [68, 12, 5, 3, 10, 9, 2, 2, 0, 0, 0, 0];
        assert_eq!(visit(&another).unwrap(), another, "not ours");
        assert_eq!(visit(&after).unwrap(), after, "all have answered");
    }

    #[test]
    fn who_finds_no_place_for_the_time_counts_up() {
        for form in [0, 1] {
            let full = [68, 4, 5, 0xd0 | form];
            assert_eq!(visit(&full).unwrap(), [68, 4, 5, 0xe0 | form]);
        }
        let text = "Overflow = 15 can count no further".to_owned();
        assert_eq!(visit(&[1, 1, 1, 1, 68, 4, 5, 0xf0]), Err((7, text)));
    }

    #[test]
    fn what_breaks_a_rule_is_named_with_its_place() {
        for (octets, at, text) in [
            ([1, 7, 3, 3], 3, "Pointer = 3 points before the list"),
            ([7, 4, 4, 0], 2, "Pointer = 4 leaves part of a place"),
            ([7, 2, 1, 1], 1, "Option Length = 2 ends before the list"),
            ([68, 4, 4, 0], 2, "Pointer = 4 points before the list"),
            ([68, 4, 5, 2], 3, "Flag = 2 must be 0, 1 or 3"),
            ([1, 68, 3, 5], 2, "Option Length = 3 ends before the list"),
        ] {
            let found = visit(&octets);
            assert_eq!(found, Err((at, text.to_owned())), "{octets:?}");
        }
    }

    #[test]
    fn other_options_stay_as_they_are() {
        let octets = [148, 4, 0, 0, 130, 4, 9, 9, 30, 3, 4, 0];
        assert_eq!(visit(&octets).unwrap(), octets);
    }

    proptest! {
        #[test]
        fn no_options_can_harm_and_none_grow(
            words in proptest::collection::vec(any::<[u8; 4]>(), 0..=10), kind in 0..3_u8,
        ) {
            let mut octets = words.concat();
            if let Some(first) = octets.first_mut() {
                *first = [7, 68, *first][usize::from(kind)];
            }
            if let Ok(after) = visit(&octets) {
                prop_assert_eq!(after.len(), octets.len());
                let changed = after.iter().zip(&octets).filter(|(a, b)| a != b).count();
                prop_assert!(changed <= 40);
            }
        }
    }
}
