//! Options: what may follow the fixed fields of a pcapng block.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +-------------------------------+-------------------------------+
//! |          Option Code          |         Option Length         |
//! +-------------------------------+-------------------------------+
//! |         Option Value, padded to a multiple of 4 octets        |
//! +---------------------------------------------------------------+
//! ```
//! Spec: draft-ietf-opsawg-pcapng, section 3.5.  Units: octets, byte order of the section.
//! Checks: each option ends within its block. The list ends with `opt_endofopt` or with the block.
//! Not here: what the options mean (`section`, `packet`).

use crate::ByteOrder;
use crate::order::Fields;

/// Option codes; which one means what depends on the block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Code(pub(crate) u16);

impl Code {
    pub(crate) const END: Self = Self(0);
    pub(crate) const COMMENT: Self = Self(1);
    pub(crate) const SECTION_HARDWARE: Self = Self(2);
    pub(crate) const SECTION_OS: Self = Self(3);
    pub(crate) const SECTION_APPLICATION: Self = Self(4);
    pub(crate) const INTERFACE_NAME: Self = Self(2);
    pub(crate) const INTERFACE_DESCRIPTION: Self = Self(3);
    pub(crate) const INTERFACE_RESOLUTION: Self = Self(9);
    pub(crate) const INTERFACE_FILTER: Self = Self(11);
    pub(crate) const INTERFACE_OS: Self = Self(12);
    pub(crate) const INTERFACE_FCS_LENGTH: Self = Self(13);
    pub(crate) const INTERFACE_OFFSET: Self = Self(14);
    pub(crate) const INTERFACE_HARDWARE: Self = Self(15);
    /// `epb_flags`, and `pack_flags` of the obsolete packet block.
    pub(crate) const PACKET_FLAGS: Self = Self(2);
}

/// Comments kept of a section or an interface; real files have a few.
const MOST_COMMENTS: usize = 256;

/// The options of one block, decoded as they are walked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options<'a> {
    order: ByteOrder,
    octets: &'a [u8],
}

impl<'a> Options<'a> {
    pub(crate) fn new(order: ByteOrder, octets: &'a [u8]) -> Self {
        Self { order, octets }
    }

    pub(crate) fn order(&self) -> ByteOrder {
        self.order
    }

    /// Each option, up to the end of the list or the first fault.
    pub(crate) fn iter(self) -> Walk<'a> {
        Walk {
            order: self.order,
            rest: self.octets,
            fault: false,
        }
    }

    /// The values of the options with one code.
    pub(crate) fn values(self, wanted: Code) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        self.iter()
            .filter(move |(code, _)| *code == wanted)
            .map(|(_, value)| value)
    }

    /// The first value with one code, as text.
    pub(crate) fn text(self, wanted: Code) -> Option<String> {
        self.values(wanted).next().map(text)
    }

    /// The comments, as text; those beyond the 256th are left out, because a hostile block of 16 MiB has two million
    /// of one octet each, and as strings they take eight times the room.
    pub(crate) fn comments(self) -> Vec<String> {
        let comments = self.values(Code::COMMENT).map(text);
        comments.take(MOST_COMMENTS).collect()
    }

    /// Where the first option begins that does not fit its block; `None` when all do.
    pub(crate) fn fault(self) -> Option<usize> {
        let mut walk = self.iter();
        while walk.next().is_some() {}
        walk.fault.then(|| self.octets.len() - walk.rest.len())
    }
}

/// Real files hold other encodings, and some writers end strings with a zero octet.
fn text(value: &[u8]) -> String {
    let end = value
        .iter()
        .rposition(|octet| *octet != 0)
        .map_or(0, |last| last + 1);
    String::from_utf8_lossy(value.get(..end).unwrap_or_default()).into_owned()
}

/// Iterator over options. After the last one `rest` begins at the fault, if there is one.
#[derive(Debug)]
pub(crate) struct Walk<'a> {
    order: ByteOrder,
    rest: &'a [u8],
    fault: bool,
}

impl<'a> Iterator for Walk<'a> {
    type Item = (Code, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() || self.fault {
            return None;
        }
        let Some((code, value, rest)) = split(self.order, self.rest) else {
            self.fault = true;
            return None;
        };
        if code == Code::END {
            self.rest = &[];
            return None;
        }
        self.rest = rest;
        Some((code, value))
    }
}

/// One option and what follows it. The padding of the last one may be missing.
fn split(order: ByteOrder, octets: &[u8]) -> Option<(Code, &[u8], &[u8])> {
    let mut fields = Fields::new(order, octets);
    let (code, length) = (Code(fields.u16()?), usize::from(fields.u16()?));
    let value = fields.rest().get(..length)?;
    let rest = fields
        .rest()
        .get(length.next_multiple_of(4)..)
        .unwrap_or_default();
    Some((code, value, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: [u8; 20] = [
        1, 0, 3, 0, b'a', b'b', b'c', 0, 2, 0, 4, 0, 9, 0, 0, 0, 0, 0, 0, 0,
    ];

    fn options(octets: &[u8]) -> Options<'_> {
        Options::new(ByteOrder::Little, octets)
    }

    #[test]
    fn ends_at_the_end_mark_or_at_the_end_of_the_block() {
        for end in [20, 16] {
            let list = options(&LIST[..end]);
            let codes: Vec<_> = list.iter().map(|(code, _)| code.0).collect();
            assert_eq!(codes, [1, 2]);
            assert_eq!(list.fault(), None);
        }
    }

    #[test]
    fn accepts_a_last_value_whose_padding_is_missing() {
        assert_eq!(options(&LIST[..7]).comments(), ["abc"]);
        assert_eq!(options(&LIST[..7]).fault(), None);
    }

    #[test]
    fn keeps_the_first_comments_of_a_block_that_has_thousands() {
        let many = LIST[..8].repeat(3 * MOST_COMMENTS);
        assert_eq!(options(&many).comments(), vec!["abc"; MOST_COMMENTS]);
        assert_eq!(options(&many).fault(), None);
    }

    #[test]
    fn keeps_what_came_before_a_fault_and_says_where_it_is() {
        let list = options(&LIST[..14]);
        assert_eq!(list.comments(), ["abc"]);
        assert_eq!(list.fault(), Some(8));
        assert_eq!(options(&LIST[..10]).fault(), Some(8));
    }
}
