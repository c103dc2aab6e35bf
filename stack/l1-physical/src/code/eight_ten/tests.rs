#![expect(
    clippy::unusual_byte_groupings,
    reason = "six and four bits, as the standard prints a group"
)]

use super::*;
use proptest::prelude::*;

const BOTH: [Disparity; 2] = [Disparity::Minus, Disparity::Plus];

fn encoded(octets: &[u8]) -> Vec<u8> {
    let mut symbols = Vec::new();
    EightTen::new().encode(octets, &mut symbols);
    symbols
}

/// One bit of an octet of logic.
fn bit(octet: u8, place: u32) -> bool {
    octet >> place & 1 == 1
}

/// The encoder as logic, after figures 3 to 8 of Widmer and Franaszek (1983): no table, and
/// nothing in common with ours. Gives the ten bits and whether the disparity behind is positive.
#[expect(clippy::nonminimal_bool, reason = "the gates of the paper")]
fn as_logic(octet: u8, k: bool, plus: bool) -> (u64, bool) {
    let [a, b, c, d, e, f, g, h] =
        [0, 1, 2, 3, 4, 5, 6, 7].map(|place| bit(octet, place));
    let ones = [a, b, c, d].iter().filter(|bit| **bit).count();
    let (l40, l31, l22, l13, l04) =
        (ones == 4, ones == 3, ones == 2, ones == 1, ones == 0);
    let d24 = e && d && !c && !b && !a;
    let six = [
        a,
        b && !l40 || l04,
        l04 || c || d24,
        d && !(a && b && c),
        (e || l13) && !d24,
        l22 && !e
            || e && !d && !c && !(a && b)
            || e && l40
            || k && e && d && c && !b && !a
            || e && !d && c && !b && !a,
    ];
    let minus_first = d24 || !e && !l22 && !l31; // written for positive disparity
    let plus_uneven = k || e && !l22 && !l13;
    let plus_first = plus_uneven || !e && !d && c && b && a; // written for negative disparity
    let turn_six = if plus { plus_first } else { minus_first };
    let between = plus ^ (minus_first || plus_uneven);
    let alternate =
        f && g && h && (k || if plus { !e && d && l31 } else { e && !d && l13 });
    let four = [
        f && !alternate,
        g || !f && !g && !h,
        h,
        !h && (g ^ f) || alternate,
    ];
    let written_for_plus = !f && !g || k && (f ^ g);
    let turn_four = if between { f && g } else { written_for_plus };
    let behind = between ^ (!f && !g || f && g && h);
    let six = six.iter().map(|bit| bit ^ turn_six);
    let four = four.iter().map(|bit| bit ^ turn_four);
    let ten = six
        .chain(four)
        .fold(0, |ten, bit| ten << 1 | u64::from(bit));
    (ten, behind)
}

fn is_control(octet: u8) -> bool {
    let (low, high) = (octet & 0x1f, octet >> 5);
    low == 28 || high == 7 && [23, 27, 29, 30].contains(&low)
}

/// All 256 data and 12 control groups at both disparities.
#[test]
fn agrees_with_the_logic_of_widmer_and_franaszek() {
    for (octet, control) in (0..=255).flat_map(|octet| [(octet, false), (octet, true)]) {
        if control && !is_control(octet) {
            continue;
        }
        for disparity in BOTH {
            let (ten, plus) = as_logic(octet, control, disparity == Disparity::Plus);
            let mut after = disparity;
            assert_eq!(
                encode(octet, control, &mut after),
                ten,
                "{octet:#x} {control} {disparity:?}"
            );
            assert_eq!(after == Disparity::Plus, plus);
        }
    }
}

/// IEEE 802.3-2018 Tables 36-1 and 36-2, rows as printed: octet, at RD -, at RD +.
#[test]
fn agrees_with_rows_of_the_standard() {
    let data = [
        (0x00, 0b100111_0100, 0b011000_1011), // D0.0
        (0x50, 0b011011_0101, 0b100100_0101), // D16.2
        (0xb5, 0b101010_1010, 0b101010_1010), // D21.5
        (0xc5, 0b101001_0110, 0b101001_0110), // D5.6
        (0xf1, 0b100011_0111, 0b100011_0001), // D17.7
        (0xeb, 0b110100_1110, 0b110100_1000), // D11.7
        (0xff, 0b101011_0001, 0b010100_1110), // D31.7
    ];
    let control = [
        (0x1c, 0b001111_0100, 0b110000_1011), // K28.0
        (0x3c, 0b001111_1001, 0b110000_0110), // K28.1
        (0xbc, 0b001111_1010, 0b110000_0101), // K28.5
        (0xfc, 0b001111_1000, 0b110000_0111), // K28.7
        (0xf7, 0b111010_1000, 0b000101_0111), // K23.7
        (0xfb, 0b110110_1000, 0b001001_0111), // K27.7
        (0xfd, 0b101110_1000, 0b010001_0111), // K29.7
        (0xfe, 0b011110_1000, 0b100001_0111), // K30.7
    ];
    let rows = data.map(|row| (row, false)).into_iter();
    for ((octet, minus, plus), control) in rows.chain(control.map(|row| (row, true))) {
        for (mut disparity, expected) in BOTH.into_iter().zip([minus, plus]) {
            assert_eq!(
                encode(octet, control, &mut disparity),
                expected,
                "{octet:#x}"
            );
        }
    }
}

/// Exactly the 256 and 12 groups are found again, at the disparity for which they were made.
#[test]
fn a_group_is_read_as_what_it_was_and_fits_where_it_was_made() {
    let mut groups = std::collections::BTreeMap::new();
    for (octet, control) in (0..=255).flat_map(|octet| [(octet, false), (octet, true)]) {
        if !control || is_control(octet) {
            for disparity in BOTH {
                let (ten, _) = as_logic(octet, control, disparity == Disparity::Plus);
                let entry = groups.entry(ten).or_insert(((octet, control), Vec::new()));
                assert_eq!(entry.0, (octet, control), "one group, two meanings");
                entry.1.push(disparity);
            }
        }
    }
    for ten in 0..1024 {
        let found = decode(ten);
        let expected = groups.get(&ten);
        assert_eq!(found.map(Found::word), expected.map(|entry| entry.0));
        for disparity in BOTH {
            let fits = expected.is_some_and(|entry| entry.1.contains(&disparity));
            assert_eq!(found.is_some_and(|found| found.fits(disparity)), fits);
        }
    }
}

/// Ordered sets of Table 36-3: /I2/ three times, /S/, D0.0, /T/, /R/, /R/ since the end is at an
/// even group, and idle up to whole octets.
#[test]
fn a_frame_of_one_octet_as_groups() {
    let text = "0011111010 1001000101 0011111010 1001000101 0011111010 1001000101 \
                1101101000 1001110100 1011101000 1110101000 0011111010 1001000101";
    let bits = text.bytes().filter(|c| *c != b' ').map(|c| c - b'0');
    assert_eq!(encoded(&[0]), Alphabet::Binary.pack(bits));
}

/// A line may idle at positive disparity before: /I1/, K28.5 and D5.6, leads to negative (Table
/// 36-3).
#[test]
fn a_comma_at_positive_disparity_is_found_as_well() {
    let sent: Vec<u8> = Alphabet::Binary.unpack(&encoded(b"idle")).collect();
    let first = "1100000101 1010010110".bytes().filter(|c| *c != b' ');
    let first: Vec<u8> = first.map(|c| c - b'0').collect();
    let heard = Alphabet::Binary.pack([&first[..], &sent[20..]].concat());
    let mut octets = Vec::new();
    assert_eq!(EightTen::new().decode(&heard, &mut octets), Ok(()));
    assert_eq!(octets, b"idle");
}

#[test]
fn a_group_that_is_none_and_one_of_the_wrong_disparity_are_told_apart() {
    let text = |symbols: &[u8]| {
        let reason = EightTen::new().decode(symbols, &mut Vec::new());
        reason.unwrap_err().to_string()
    };
    let mut symbols = encoded(&[0, 0]);
    let at = 70; // group 7, behind six groups of idle and the start
    let set = |symbols: &mut Vec<u8>, ten: u64| {
        let bits: Vec<u8> = Alphabet::Binary.unpack(symbols).collect();
        let group = (0..10).rev().map(|place| u8::from(ten >> place & 1 == 1));
        let bits = bits[..at]
            .iter()
            .copied()
            .chain(group)
            .chain(bits[at + 10..].iter().copied());
        *symbols = Alphabet::Binary.pack(bits);
    };
    set(&mut symbols, 0b111111_0100);
    assert_eq!(text(&symbols), "8b/10b violation in cell 7: 0b1111110100");
    set(&mut symbols, 0b011000_1011); // D0.0 for positive disparity
    assert_eq!(
        text(&symbols),
        "8b/10b disparity violation in cell 7: 0b110001011"
    );
    set(&mut symbols, 0b001111_1010); // K28.5 among data
    assert_eq!(
        text(&symbols),
        "8b/10b order violation in cell 7: 0b11111010"
    );
    assert_eq!(text(&symbols[..3]), "no idle in 3 octets");
}

proptest! {
    /// Ones less zeros, counted from -1, are -1 or +1 at each border of a group.
    #[test]
    fn the_disparity_stays_within_one_at_the_borders(octets in proptest::collection::vec(any::<u8>(), 0..200)) {
        let symbols = encoded(&octets);
        let mut disparity = -1_i32;
        let bits: Vec<u8> = Alphabet::Binary.unpack(&symbols).collect();
        for group in bits.chunks(10) {
            disparity += group.iter().map(|bit| i32::from(*bit) * 2 - 1).sum::<i32>();
            prop_assert!(disparity.abs() == 1);
        }
    }

    /// The comma at a place that is no border would be taken for one.
    #[test]
    fn no_comma_stands_across_a_border(octets in proptest::collection::vec(any::<u8>(), 0..200)) {
        let symbols = encoded(&octets);
        for at in 0..symbols.len() * 8 - 7 {
            let comma = [0b001_1111, 0b110_0000].map(Some).contains(&bits_at(&symbols, at, 7));
            prop_assert!(!comma || at % 10 == 0, "bit {at}");
        }
    }
}
