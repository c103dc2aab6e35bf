use super::*;
use crate::FrameCheck;
use crate::rig::Rig;
use layercake_base::Ici;
use proptest::prelude::*;

fn named(name: &str) -> Check {
    name.parse().unwrap()
}

fn frame() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(any::<u8>(), 0..400)
}

fn any_check() -> impl Strategy<Value = Check> {
    proptest::sample::select(Check::all().collect::<Vec<_>>())
}

/// The trailer as it follows a frame.
fn trailer(check: Check, frame: &[u8]) -> Vec<u8> {
    let mut trailer = vec![0; check.octets()];
    check.write(check.compute(frame), &mut trailer);
    trailer
}

/// CRCs: the catalogue's column "check". Adler-32, Fletcher-16 and -32: published for the same
/// nine octets. Internet: 3132 + 3334 + 3536 + 3738 + 3900 = 109d4, so 09d5, so f62a. Parity: 33
/// ones.
#[test]
fn each_gives_its_check_value_over_the_nine_digits() {
    for check in Check::all() {
        assert_eq!(check.compute(b"123456789"), check.check_value(), "{check}");
    }
    assert_eq!(named("CRC-32").check_value(), 0xcbf4_3926);
    assert_eq!(named("CRC-32C").check_value(), 0xe306_9283);
    assert_eq!(named("CRC-64/XZ").check_value(), 0x995d_c9bb_df19_39fa);
    assert_eq!(
        named("CRC-64/ECMA-182").check_value(),
        0x6c40_df5f_0b49_7347
    );
    assert_eq!(named("FCS-16").check_value(), 0x906e);
    assert_eq!(named("CRC-8/SMBUS").check_value(), 0xf4);
}

/// RFC 1662 §C.2 and §C.3 state the residues of their two as f0b8 and debb20e3.
#[test]
fn over_any_frame_with_its_own_value_behind_it_a_crc_leaves_its_residue() {
    for check in Check::all() {
        let Some(crc) = check.crc() else { continue };
        for frame in [&b""[..], b"any frame", &[0xa5; 300]] {
            let whole = [frame, &trailer(check, frame)].concat();
            let register = check.compute(&whole) ^ crc.final_xor;
            assert_eq!(Some(register), check.residue(), "{check}");
        }
    }
    assert_eq!(named("FCS-16").residue(), Some(0xf0b8));
    assert_eq!(named("FCS-32").residue(), Some(0xdebb_20e3));
    assert_eq!(named("internet").residue(), None);
}

/// "abcde" and its like, as Fletcher's checksum is commonly exemplified; "Wikipedia" for Adler.
#[test]
fn the_sums_agree_with_the_published_examples() {
    let vectors: [(&str, &[u8], u64); 9] = [
        ("Fletcher-16", b"abcde", 0xc8f0),
        ("Fletcher-16", b"abcdef", 0x2057),
        ("Fletcher-16", b"abcdefgh", 0x0627),
        ("Fletcher-32", b"abcde", 0xf04f_c729),
        ("Fletcher-32", b"abcdef", 0x5650_2d2a),
        ("Fletcher-32", b"abcdefgh", 0xebe1_9591),
        ("Adler-32", b"Wikipedia", 0x11e6_0398),
        ("Adler-32", b"", 1),
        (
            "internet",
            &[0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7],
            0x220d,
        ),
    ];
    for (name, octets, value) in vectors {
        assert_eq!(named(name).compute(octets), value, "{name}");
    }
}

/// RFC 3720 §B.4: 32 octets of zeros, of ones, rising, falling; the values as their octets
/// follow the data.
#[test]
fn crc_32c_agrees_with_the_examples_of_rfc_3720() {
    let rising: Vec<u8> = (0..32).collect();
    let falling: Vec<u8> = (0..32).rev().collect();
    let check = named("CRC-32C");
    assert_eq!(trailer(check, &[0; 32]), [0xaa, 0x36, 0x91, 0x8a]);
    assert_eq!(trailer(check, &[0xff; 32]), [0x43, 0xab, 0xa8, 0x62]);
    assert_eq!(trailer(check, &rising), [0x4e, 0x79, 0xdd, 0x46]);
    assert_eq!(trailer(check, &falling), [0x5c, 0xdb, 0x3f, 0x11]);
}

#[test]
fn every_name_and_alias_means_one_check() {
    let names: Vec<_> = Check::all().map(Check::name).collect();
    assert_eq!(names, NAMES);
    for check in Check::all() {
        for name in core::iter::once(check.name()).chain(check.aliases().iter().copied())
        {
            assert_eq!(Check::named(name), Some(check), "{name}");
            assert_eq!(Check::named(&name.to_lowercase()), Some(check), "{name}");
        }
    }
    assert_eq!(Check::named("crc32c"), Check::named("CRC-32/ISCSI"));
    assert_eq!(Check::default(), named("CRC-32/ISO-HDLC"));
    assert_eq!(Check::named("CRC-32/"), Some(Check::default()));
    assert_eq!(Check::named(""), None);
    assert_eq!(Check::named("CRC-33"), None);
}

#[test]
fn a_value_follows_its_frame_in_the_order_of_its_algorithm() {
    let octets = |name| trailer(named(name), b"123456789");
    assert_eq!(octets("CRC-32"), [0x26, 0x39, 0xf4, 0xcb]);
    assert_eq!(octets("CRC-32/BZIP2"), [0xfc, 0x89, 0x19, 0x18]);
    assert_eq!(octets("CRC-24/OPENPGP"), [0x21, 0xcf, 0x02]);
    assert_eq!(octets("Adler-32"), [0x09, 0x1e, 0x01, 0xde]);
    assert_eq!(octets("parity-even"), [1]);
}

/// The definition of each, a bit or a word at a time, as its standard words it.
fn naive(check: Check, octets: &[u8]) -> u64 {
    if let Some(crc) = check.crc() {
        return divide(&crc, octets);
    }
    let ones: u32 = octets.iter().map(|octet| octet.count_ones()).sum();
    match check.name() {
        "parity-even" => (ones % 2).into(),
        "parity-odd" => (1 - ones % 2).into(),
        "LRC" => (0..8)
            .map(|bit| {
                (octets.iter().filter(|o| *o >> bit & 1 == 1).count() as u64 % 2) << bit
            })
            .sum(),
        "internet" => {
            let sum = octets.chunks(2).fold(0_u64, |sum, pair| {
                let sum = sum
                    + (u64::from(pair[0]) << 8)
                    + u64::from(*pair.get(1).unwrap_or(&0));
                (sum & 0xffff) + (sum >> 16)
            });
            sum ^ 0xffff
        }
        "Fletcher-16" => two_sums(octets.iter().map(|&o| o.into()), (0, 255, 8)),
        "Adler-32" => two_sums(octets.iter().map(|&o| o.into()), (1, 65_521, 16)),
        "Fletcher-32" => {
            let word = |pair: &[u8]| {
                u64::from(pair[0]) + (u64::from(*pair.get(1).unwrap_or(&0)) << 8)
            };
            two_sums(octets.chunks(2).map(word), (0, 65_535, 16))
        }
        name => panic!("{name} has no definition here"),
    }
}

fn two_sums(
    words: impl Iterator<Item = u64>,
    (low, modulus, shift): (u64, u64, u32),
) -> u64 {
    let add = |(low, high), word| {
        (
            (low + word) % modulus,
            (high + (low + word) % modulus) % modulus,
        )
    };
    let (low, high) = words.fold((low, 0), add);
    high << shift | low
}

/// Long division, as Williams describes it: the register takes one bit at a time.
fn divide(crc: &Parameters, octets: &[u8]) -> u64 {
    let top = crc.width_bits - 1;
    let mask = u64::MAX >> (63 - top);
    let mut register = crc.initial;
    for octet in octets {
        for bit in 0..8 {
            let bit = if crc.reflected_in { bit } else { 7 - bit };
            let carry = (register >> top & 1) ^ u64::from(octet >> bit & 1);
            register = (register << 1 & mask) ^ (crc.polynomial * carry);
        }
    }
    if crc.reflected_out {
        register = register.reverse_bits() >> (63 - top);
    }
    register ^ crc.final_xor
}

/// Both ways of a CRC: tables for short frames, another crate for long ones.
#[test]
fn every_crc_agrees_with_the_tables_of_the_crate_crc_at_each_length() {
    let octets: Vec<u8> = (0..=250).cycle().take(2000).collect();
    for check in Check::all() {
        let Method::Crc(engine) = &check.0.method else {
            continue;
        };
        for length in (0..300).chain([511, 512, 1024, 1499, 1500, 2000]) {
            let octets = &octets[..length];
            assert_eq!(
                check.compute(octets),
                engine.tables.compute(octets),
                "{check}"
            );
        }
    }
}

/// All patterns of wrong bits that fit into the width of each CRC of 8 and 16 bits, at five
/// places of a frame of eight octets, the first and the last among them.
#[test]
fn every_burst_within_the_width_of_a_crc_is_found() {
    for check in Check::all().filter(|check| check.width_bits() <= 16) {
        let Some(crc) = check.crc() else { continue };
        let whole = [&b"a frame."[..], &trailer(check, b"a frame.")].concat();
        let bits = 8 * whole.len();
        // The first and last place and some in between; by linearity all are alike.
        let places = [0, 5, 13, 40, bits - crc.width_bits as usize];
        for burst in 1..1_u128 << crc.width_bits {
            for place in places {
                let wrong = line(crc.reflected_in, burst << place, &whole);
                let (frame, trailer) = wrong.split_at(8);
                assert_ne!(
                    check.compute(frame),
                    check.read(trailer),
                    "{check} {burst:x}"
                );
            }
        }
    }
}

/// Of all bursts one bit longer than the width exactly one goes unseen, the polynomial itself: one
/// in 2^(width - 1). Of those two bits longer it is again one, (x + 1) times the polynomial, but
/// one in 2^width; and so it stays.
#[test]
fn of_the_longer_bursts_as_many_go_unseen_as_theory_says() {
    for name in [
        "CRC-8/SMBUS",
        "CRC-8/MAXIM-DOW",
        "CRC-16/ARC",
        "CRC-16/IBM-SDLC",
    ] {
        let check = named(name);
        let crc = check.crc().unwrap();
        let whole = [&b"a frame."[..], &trailer(check, b"a frame.")].concat();
        for (longer, unseen) in [(1, 1), (2, 1), (3, 2)] {
            let last = crc.width_bits + longer - 1;
            let between = 0..1_u128 << (last - 1);
            let found = between.filter(|between| {
                let burst = 1 | between << 1 | 1 << last;
                let wrong = line(crc.reflected_in, burst << 11, &whole);
                let (frame, trailer) = wrong.split_at(8);
                check.compute(frame) == check.read(trailer)
            });
            assert_eq!(found.count(), unseen, "{name}, {longer} bits longer");
        }
    }
}

/// `octets` with the bits of `wrong` turned, counted in the order in which a line carries them.
fn line(least_first: bool, wrong: u128, octets: &[u8]) -> Vec<u8> {
    let parts = octets.iter().zip(wrong.to_le_bytes());
    let turn = |part: u8| {
        if least_first {
            part
        } else {
            part.reverse_bits()
        }
    };
    parts.map(|(octet, part)| octet ^ turn(part)).collect()
}

/// Words in another order, and 0000 for ffff, leave a one's complement sum as it was.
#[test]
fn the_internet_checksum_is_blind_to_order_and_to_the_two_zeros() {
    let check = named("internet");
    let sent = [1, 2, 0, 0, 3, 4];
    for unseen in [[3, 4, 0, 0, 1, 2], [1, 2, 0xff, 0xff, 3, 4]] {
        assert_eq!(check.compute(&sent), check.compute(&unseen));
        for other in ["Adler-32", "CRC-16/IBM-SDLC"].map(named) {
            assert_ne!(other.compute(&sent), other.compute(&unseen));
        }
    }
    // Fletcher sees the order, but has two zeros as well.
    let fletcher = named("Fletcher-16");
    assert_ne!(fletcher.compute(&[1, 2]), fletcher.compute(&[2, 1]));
    assert_eq!(fletcher.compute(&[1, 0, 2]), fletcher.compute(&[1, 255, 2]));
}

#[test]
fn a_frame_too_short_for_the_value_is_refused_by_each() {
    for check in Check::all() {
        let short = vec![0; check.octets() - 1];
        let reason = Rig::new(FrameCheck::new(check))
            .receive(&short, Ici::NONE)
            .unwrap_err();
        assert_eq!(reason.kind(), "too-short", "{check}");
    }
}

/// Sums that are not reduced often enough overflow first where every word is the largest.
#[test]
fn the_largest_words_do_not_overflow() {
    let octets = vec![0xff; 100_001];
    for name in ["Fletcher-16", "Fletcher-32", "Adler-32", "internet"] {
        let check = named(name);
        assert_eq!(check.compute(&octets), naive(check, &octets));
    }
}

proptest! {
    #[test]
    fn each_agrees_with_its_definition(check in any_check(), octets in frame()) {
        prop_assert_eq!(check.compute(&octets), naive(check, &octets));
    }

    #[test]
    fn adler_agrees_with_another_crate(octets in frame()) {
        let value = adler2::adler32_slice(&octets);
        prop_assert_eq!(named("Adler-32").compute(&octets), u64::from(value));
    }

    #[test]
    fn pieces_give_the_same_as_the_whole(
        check in any_check(), octets in frame(), cuts in proptest::collection::vec(0..60_usize, 0..20)
    ) {
        let (mut running, mut rest) = (check.start(), &octets[..]);
        for cut in cuts {
            let (piece, behind) = rest.split_at(cut.min(rest.len()));
            running.add(piece);
            rest = behind;
        }
        prop_assert_eq!(running.with(rest).finish(), check.compute(&octets));
    }

    #[test]
    fn a_frame_crosses_the_layer_with_each_check(check in any_check(), body in frame()) {
        let mut rig = Rig::new(FrameCheck::new(check));
        rig.send(&body, Ici::NONE).unwrap();
        let sent = rig.sent();
        prop_assert_eq!(sent.len(), body.len() + check.octets());
        rig.receive(sent.octets(), Ici::NONE).unwrap();
        let received = rig.received();
        prop_assert_eq!(received.octets(), body);
    }

    #[test]
    fn one_wrong_bit_is_found_by_each(check in any_check(), body in frame(), at: usize) {
        let mut rig = Rig::new(FrameCheck::new(check));
        rig.send(&body, Ici::NONE).unwrap();
        let mut frame = rig.sent().octets().to_vec();
        let at = at % (8 * frame.len());
        frame[at / 8] ^= 1 << (at % 8);
        let reason = rig.receive(&frame, Ici::NONE).unwrap_err();
        prop_assert_eq!(reason.kind(), "mismatch");
    }

    #[test]
    fn any_name_is_known_or_refused_with_near_names(name in ".{0,60}") {
        match name.parse::<Check>() {
            Ok(check) => prop_assert_eq!(Check::named(&name), Some(check)),
            Err(error) => prop_assert!(!error.near.is_empty()),
        }
    }
}
