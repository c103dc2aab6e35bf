//! Parity in two dimensions: each wrong bit shows in its row and in its column, so that one
//! wrong bit can be found and turned back.
//!
//! ```text
//!            column  0 1 2 3 4 5 6 7   8
//!                  +-----------------+---+
//! octet 0   row 0  | 0 1 1 0 1 0 0 0 | 1 |   each row and each column, the last ones
//! octet 1   row 1  | 0 1 1 0 1 0 0 1 | 0 |   included, has an even number of ones
//!                  +-----------------+---+
//! parity    row 2  | 0 0 0 0 0 0 0 1 | 1 |
//!                  +-----------------+---+
//!
//! behind the frame:  column 8 from row 0 on, first row most significant, filled up with 0;
//!                    then the parity row:    101 00000   00000001
//! ```
//! Spec: textbook parity in two dimensions, rows of eight bits and a parity bit.
//! Units: a frame of n octets is n rows; its trailer is ⌈(n + 1) / 8⌉ + 1 octets.
//! Checks: a length that some number of rows gives, zeros behind the parity column, and the
//! parity of each row and column.
//! Not here: correction of more than a bit (`correct`).
//!
//! Any three wrong bits are seen, and any one is put right. The price of putting right: three
//! wrong bits at the corners of a rectangle look like one at the fourth. Four at all corners
//! are seen by nobody.

use layercake_base::{Context, Layer, Pdu, Reason, Service, Spec};

/// Columns of the frame's own bits; the parity column comes behind them.
const COLUMNS: u32 = 8;

/// The largest frame that the layer takes, in octets.
pub const BODY: usize = 1600;

/// Where a bit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The octet of the frame, or one past the last for the parity row.
    pub row: usize,
    /// 0 for the octet's most significant bit to 7; 8 for the parity column.
    pub column: u32,
}

/// What the parities say of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All are even.
    Whole,
    /// One row and one column are odd: the bit where they cross is wrong, if only one is.
    One(Place),
    /// Any other number is odd: more than one bit is wrong.
    Many {
        /// Rows with an odd number of ones.
        rows: usize,
        /// Columns with an odd number of ones.
        columns: u32,
    },
}

/// Octets of the trailer behind a frame of `body` octets.
pub const fn trailer(body: usize) -> usize {
    (body + 1).div_ceil(8) + 1
}

/// Octets of the frame in `whole`, frame and trailer; `None` when no frame has this length.
pub const fn body(whole: usize) -> Option<usize> {
    // Eight rows take nine octets, and two octets are there from the start.
    let Some(rest) = whole.checked_sub(2) else {
        return None;
    };
    let body = rest - rest / 9;
    if body + trailer(body) == whole {
        Some(body)
    } else {
        None
    }
}

/// Writes the trailer of `frame` to `trailer`, which should be [`trailer`] octets long.
pub fn encode(frame: &[u8], trailer: &mut [u8]) {
    let Some((row, column)) = trailer.split_last_mut() else {
        return;
    };
    *row = frame.iter().fold(0, |sum, octet| sum ^ octet);
    column.fill(0);
    for (at, octet) in frame.iter().chain([&*row]).enumerate() {
        if let Some(part) = column.get_mut(at / 8) {
            *part |= parity(*octet) << (7 - at % 8);
        }
    }
}

/// What the parities say of `whole`, frame and trailer.
///
/// # Errors
/// [`Reason::Illegal`] when no frame has this length, or when what fills up the parity column
/// is not zero.
pub fn inspect(whole: &[u8]) -> Result<Verdict, Reason> {
    let length = u64::try_from(whole.len()).unwrap_or(u64::MAX);
    let rule = "must be octets, a parity bit for each and one, and a parity row";
    let illegal = || Reason::Illegal {
        field: "octets of frame and parity",
        value: length.into(),
        rule,
    };
    let body = body(whole.len()).ok_or_else(illegal)?;
    let (frame, trailer) = whole.split_at_checked(body).ok_or_else(illegal)?;
    let (row, column) = trailer.split_last().ok_or_else(illegal)?;
    let fill = column.last().map_or(0, |last| last & fill_mask(body));
    Reason::require(fill == 0, "fill of the parity column", fill, "must be 0")?;
    Ok(judge(frame.iter().chain([row]), column))
}

/// The bits of the last octet of the parity column that belong to no row.
fn fill_mask(body: usize) -> u8 {
    0x7f_u8
        .checked_shr(u32::try_from(body % 8).unwrap_or(0))
        .unwrap_or(0)
}

/// Counts what is odd in rows of eight bits whose ninth is in `column`.
fn judge<'a>(rows: impl Iterator<Item = &'a u8>, column: &[u8]) -> Verdict {
    let (mut odd_rows, mut at_row, mut columns, mut ninth) = (0, 0, 0, 0);
    for (at, octet) in rows.enumerate() {
        let last = column
            .get(at / 8)
            .map_or(0, |part| part >> (7 - at % 8) & 1);
        columns ^= octet;
        ninth ^= last;
        if parity(*octet) != last {
            (odd_rows, at_row) = (odd_rows + 1, at);
        }
    }
    let odd_columns = columns.count_ones() + u32::from(ninth);
    match (odd_rows, odd_columns) {
        (0, 0) => Verdict::Whole,
        (1, 1) => Verdict::One(Place {
            row: at_row,
            column: columns.leading_zeros().min(COLUMNS),
        }),
        (rows, columns) => Verdict::Many { rows, columns },
    }
}

/// 1 when the number of ones is odd.
fn parity(octet: u8) -> u8 {
    u8::from(octet.count_ones() & 1 == 1)
}

/// Appends parity in two dimensions going down; coming up, turns one wrong bit back and refuses
/// a frame with more.
#[derive(Clone, Debug, Default)]
pub struct Plane;

impl Layer for Plane {
    fn spec(&self) -> Spec {
        Spec::new("parity-plane", 2)
            .between(Service::Frames, Service::Frames)
            .adds(0, trailer(BODY))
            .limits(BODY)
    }

    fn send(&mut self, mut sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let body = sdu.len();
        sdu.append(trailer(body))?;
        if let Some((frame, trailer)) = sdu.octets_mut().split_at_mut_checked(body) {
            encode(frame, trailer);
        }
        cx.send_down(sdu);
        Ok(())
    }

    fn receive(&mut self, mut pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        match inspect(pdu.octets())? {
            Verdict::Whole => {}
            Verdict::One(place) => turn(&mut pdu, place),
            Verdict::Many { rows, .. } => {
                let rows = u64::try_from(rows).unwrap_or(u64::MAX);
                let rule = "must be at most 1, and then with one odd column";
                Reason::require(false, "rows with odd parity", rows, rule)?;
            }
        }
        pdu.strip_back(pdu.len() - body(pdu.len()).unwrap_or(0))?;
        cx.send_up(pdu);
        Ok(())
    }
}

/// Turns the bit at `place`, if it is the frame's own: the parities are stripped anyway.
fn turn(pdu: &mut Pdu, place: Place) {
    let own = body(pdu.len()).is_some_and(|body| place.row < body);
    let octet = pdu.octets_mut().get_mut(place.row);
    if let (true, Some(octet)) = (own, octet) {
        *octet ^= 0x80_u8.checked_shr(place.column).unwrap_or(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rig::Rig;
    use layercake_base::Ici;
    use proptest::prelude::*;

    fn coded(frame: &[u8]) -> Vec<u8> {
        let mut whole = frame.to_vec();
        whole.resize(frame.len() + trailer(frame.len()), 0xff);
        let (frame, trailer) = whole.split_at_mut(frame.len());
        encode(frame, trailer);
        whole
    }

    /// Every bit that parity covers, the parities themselves included: octet and mask.
    fn bits(frame: &[u8]) -> Vec<(usize, u8)> {
        let whole = coded(frame).len();
        let fill = fill_mask(frame.len());
        (0..whole)
            .flat_map(|at| (0..8).map(move |bit| (at, 0x80_u8 >> bit)))
            .filter(|&(at, mask)| at != whole - 2 || mask & fill == 0)
            .collect()
    }

    fn with_wrong(whole: &[u8], wrong: &[(usize, u8)]) -> Vec<u8> {
        let mut whole = whole.to_vec();
        for &(at, mask) in wrong {
            whole[at] ^= mask;
        }
        whole
    }

    #[test]
    fn the_trailer_is_that_of_the_picture() {
        assert_eq!(coded(b"hi"), [b'h', b'i', 0b1010_0000, 0b0000_0001]);
    }

    #[test]
    fn every_length_comes_back_from_the_whole() {
        for length in 0..3000 {
            assert_eq!(body(length + trailer(length)), Some(length));
        }
        assert_eq!(
            (body(0), body(1), body(2), body(10)),
            (None, None, Some(0), None)
        );
    }

    #[test]
    fn any_one_wrong_bit_is_found_where_it_is() {
        for frame in [&b""[..], b"x", b"rows...", b"of eight", b"and of more"] {
            let whole = coded(frame);
            assert_eq!(inspect(&whole), Ok(Verdict::Whole));
            for wrong in bits(frame) {
                let Ok(Verdict::One(place)) = inspect(&with_wrong(&whole, &[wrong]))
                else {
                    panic!("{wrong:?} is not found");
                };
                if wrong.0 < frame.len() {
                    assert_eq!(
                        (place.row, 0x80 >> place.column),
                        (wrong.0, wrong.1.into())
                    );
                } else {
                    assert!(place.row == frame.len() || place.column == COLUMNS);
                }
            }
        }
    }

    #[test]
    fn any_two_wrong_bits_are_more_than_one_and_any_three_are_seen() {
        let frame = b"rows";
        let (whole, bits) = (coded(frame), bits(frame));
        for (at, &first) in bits.iter().enumerate() {
            for (next, &second) in bits.iter().enumerate().skip(at + 1) {
                let two = inspect(&with_wrong(&whole, &[first, second]));
                assert!(matches!(two, Ok(Verdict::Many { .. })), "{two:?}");
                for &third in &bits[next + 1..] {
                    let three = inspect(&with_wrong(&whole, &[first, second, third]));
                    assert_ne!(three, Ok(Verdict::Whole));
                }
            }
        }
    }

    #[test]
    fn four_wrong_bits_at_the_corners_of_a_rectangle_are_seen_by_nobody() {
        let corners = [(0, 0x40), (0, 0x02), (2, 0x40), (2, 0x02)];
        let whole = with_wrong(&coded(b"rows"), &corners);
        assert_eq!(inspect(&whole), Ok(Verdict::Whole));
    }

    #[test]
    fn the_layer_turns_one_wrong_bit_back_and_refuses_two() {
        let mut rig = Rig::new(Plane);
        rig.send(b"rows of eight", Ici::NONE).unwrap();
        let whole = rig.sent().octets().to_vec();
        for wrong in [(3, 0x10), (13, 0x80), (whole.len() - 1, 0x01)] {
            rig.receive(&with_wrong(&whole, &[wrong]), Ici::NONE)
                .unwrap();
            assert_eq!(rig.received().octets(), b"rows of eight");
        }
        let two = with_wrong(&whole, &[(3, 0x10), (4, 0x01)]);
        let reason = rig.receive(&two, Ici::NONE).unwrap_err();
        let text =
            "rows with odd parity = 2 must be at most 1, and then with one odd column";
        assert_eq!(reason.to_string(), text);
    }

    proptest! {
        #[test]
        fn any_octets_are_judged_without_panic(
            octets in proptest::collection::vec(any::<u8>(), 0..300)
        ) {
            let mut rig = Rig::new(Plane);
            if rig.receive(&octets, Ici::NONE).is_ok() {
                prop_assert_eq!(Some(rig.received().len()), body(octets.len()));
            }
        }

        #[test]
        fn a_frame_comes_back_whole(frame in proptest::collection::vec(any::<u8>(), 0..300)) {
            let mut rig = Rig::new(Plane);
            rig.send(&frame, Ici::NONE).unwrap();
            let whole = rig.sent();
            rig.receive(whole.octets(), Ici::NONE).unwrap();
            let received = rig.received();
            prop_assert_eq!(received.octets(), frame);
        }
    }
}
