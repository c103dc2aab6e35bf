//! What the symbols of a code look like on the line: alignment, polarity, direct current, runs,
//! efficiency.

use super::*;

/// Symbols in order of time.
fn symbols_of(name: &str, octets: &[u8]) -> Vec<u8> {
    code(name)
        .alphabet()
        .unpack(&encoded(name, octets))
        .collect()
}

fn levels_of(name: &str, octets: &[u8]) -> Vec<i8> {
    let alphabet = code(name).alphabet();
    let symbols = symbols_of(name, octets).into_iter();
    symbols
        .map(|symbol| alphabet.level(symbol).unwrap())
        .collect()
}

/// The line with its two wires exchanged.
fn upside_down(alphabet: Alphabet, symbols: &[u8]) -> Vec<u8> {
    let turned = alphabet.unpack(symbols).map(|symbol| {
        let level = alphabet.level(symbol).unwrap();
        (0..4)
            .find(|other| alphabet.level(*other) == Some(-level))
            .unwrap()
    });
    alphabet.pack(turned)
}

const EITHER_WAY_UP: &[&str] = &[
    "nrzi-mark",
    "nrzi-space",
    "differential-manchester",
    "ami",
    "mlt-3",
    "4b5b-nrzi",
    "4b5b-mlt-3",
];

const FOUND_AT_ANY_SYMBOL: &[&str] = &["4b5b-nrzi", "4b5b-mlt-3", "8b10b", "64b66b"];

proptest! {
    #[test]
    fn differential_codes_are_read_either_way_up(octets in proptest::collection::vec(any::<u8>(), 0..200)) {
        for name in EITHER_WAY_UP {
            let turned = upside_down(code(name).alphabet(), &encoded(name, &octets));
            prop_assert_eq!(decoded(name, &turned), Ok(octets.clone()), "{}", name);
        }
    }

    /// Noise in front, of any length.
    #[test]
    fn block_codes_are_found_at_any_symbol(
        octets in proptest::collection::vec(any::<u8>(), 0..200),
        noise in proptest::collection::vec(0..4_u8, 0..150),
    ) {
        for name in FOUND_AT_ANY_SYMBOL {
            let mask = (1 << code(name).alphabet().bits_per_symbol()) - 1;
            let noise = noise.iter().map(|symbol| symbol & mask).collect();
            prop_assert_eq!(found_behind(name, noise, &octets), Ok(octets.clone()), "{}", name);
        }
    }

    /// The end of another transmission in front, its idle included: whoever begins to listen
    /// in the middle of one hears the next.
    #[test]
    fn block_codes_are_found_behind_another_transmission(
        octets in proptest::collection::vec(any::<u8>(), 0..200),
        earlier in proptest::collection::vec(any::<u8>(), 1..40),
        heard in 0..200_usize,
    ) {
        for name in FOUND_AT_ANY_SYMBOL {
            let mut end = symbols_of(name, &earlier);
            end.drain(..end.len() - heard.min(end.len() / 2));
            prop_assert_eq!(found_behind(name, end, &octets), Ok(octets.clone()), "{}", name);
        }
    }
}

/// What is decoded of a transmission of `octets` with symbols in front. Behind it, the line idles
/// on to a whole octet.
fn found_behind(name: &str, front: Vec<u8>, octets: &[u8]) -> Result<Vec<u8>, Reason> {
    let mut heard = [front, symbols_of(name, octets)].concat();
    if heard.len() % 8 < 4 && name == "4b5b-mlt-3" {
        heard.splice(0..0, [0; 4]); // so that less than a group is missing
    }
    while !heard.len().is_multiple_of(8) {
        // Idle in NRZI is a step each time; to the others less than a group is nothing.
        let last = heard.last().copied().unwrap_or(0);
        heard.push(if name == "4b5b-nrzi" { 1 - last } else { 0 });
    }
    decoded(name, &code(name).alphabet().pack(heard))
}

/// Every pair of octets occurs, and many longer ones.
fn all_pairs() -> Vec<u8> {
    let pairs = (0..=255_u8).flat_map(|a| (0..=255_u8).flat_map(move |b| [a, b]));
    pairs.chain(random(1 << 16, 1)).collect()
}

/// The sum of all levels so far, from `before` on: its least and its greatest value.
fn running_sum(name: &str, before: i64) -> (i64, i64) {
    let mut sum = before;
    let sums = levels_of(name, &all_pairs()).into_iter().map(|level| {
        sum += i64::from(level);
        sum
    });
    sums.fold((before, before), |(least, most), sum| {
        (least.min(sum), most.max(sum))
    })
}

/// Half a cell of Manchester is the most that stands alone; pulses of AMI cancel in pairs; a
/// group of 8b/10b begins and ends at -1 or +1 (§36.2.4.4) and leads to 3 at most between.
#[test]
fn balanced_codes_have_no_direct_current() {
    let codes = ["manchester", "manchester-thomas", "differential-manchester"];
    for name in codes {
        assert_eq!(running_sum(name, 0), (-1, 1), "{name}");
    }
    assert_eq!(running_sum("ami", 0), (0, 1));
    assert_eq!(running_sum("8b10b", -1), (-3, 3));
}

fn longest_run(symbols: &[u8]) -> usize {
    let runs = symbols.chunk_by(|a, b| a == b);
    runs.map(<[u8]>::len).max().unwrap_or(0)
}

/// Manchester: two half cells. 4B/5B: three zeros between steps, so four equal levels. 8b/10b:
/// five, as Widmer and Franaszek promise.
#[test]
fn the_longest_run_of_equal_symbols_is_the_bound_of_the_code() {
    let bounds = [
        ("manchester", 2),
        ("manchester-thomas", 2),
        ("differential-manchester", 2),
        ("4b5b-nrzi", 4),
        ("8b10b", 5),
    ];
    for (name, bound) in bounds {
        assert_eq!(
            longest_run(&symbols_of(name, &all_pairs())),
            bound,
            "{name}"
        );
    }
}

/// Bits per symbol in theory, beside the per cent that textbooks give; what a transmission adds
/// around its octets is less than 100 octets long.
#[test]
fn efficiency_is_that_of_theory() {
    let theory = [
        ("manchester", 50.0),
        ("manchester-thomas", 50.0),
        ("differential-manchester", 50.0),
        ("4b5b-nrzi", 80.0),
        ("4b5b-mlt-3", 80.0),
        ("8b10b", 80.0),
        ("64b66b", 96.97),
        ("pam-4", 200.0),
    ];
    let octets = random(1_000_000, 2);
    for mut code in all() {
        let name = code.name();
        let mut symbols = Vec::new();
        code.encode(&octets, &mut symbols);
        let count = symbols.len() * code.alphabet().symbols_per_octet();
        let (bits, per) = code.efficiency();
        let (bits, per) = (u64::from(bits), u64::from(per));
        let (sent, count) = (8_000_000, u64::try_from(count).unwrap());
        let needed = (sent * per).div_ceil(bits);
        assert!((needed..needed + 800).contains(&count), "{name}: {count}");
        let percent = theory
            .iter()
            .find(|(of, _)| *of == name)
            .map_or(100.0, |of| of.1);
        let measured =
            100.0 * f64::from(8_000_000) / f64::from(u32::try_from(count).unwrap());
        assert!((measured - percent).abs() < 0.01, "{name}: {measured} %");
    }
}
