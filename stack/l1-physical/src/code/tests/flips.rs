//! One wrong symbol: what each code makes of it.

use super::*;

/// What became of each possible wrong symbol, one at a time.
#[derive(Debug, Default, PartialEq, Eq)]
struct Outcome {
    violations: usize,
    changed: usize,
    unnoticed: usize,
}

/// Every symbol of the transmission of `octets` in turn replaced by every other of the alphabet.
fn outcome(
    name: &str,
    octets: &[u8],
    mut each: impl FnMut(usize, &[u8], bool),
) -> Outcome {
    let alphabet = code(name).alphabet();
    let sent: Vec<u8> = alphabet.unpack(&encoded(name, octets)).collect();
    let mut outcome = Outcome::default();
    for at in 0..sent.len() {
        let others = (0..4).filter(|other| *other != sent[at]);
        for other in others.filter(|other| alphabet.level(*other).is_some()) {
            let mut heard = sent.clone();
            heard[at] = other;
            let result = decoded(name, &alphabet.pack(heard.iter().copied()));
            match &result {
                Err(_) => outcome.violations += 1,
                Ok(found) if found != octets => outcome.changed += 1,
                Ok(_) => outcome.unnoticed += 1,
            }
            each(at, &heard, result.is_err());
        }
    }
    outcome
}

fn counted(name: &str, octets: &[u8]) -> (usize, usize, usize) {
    let Outcome {
        violations,
        changed,
        unnoticed,
    } = outcome(name, octets, |_, _, _| ());
    (violations, changed, unnoticed)
}

/// Every wrong symbol was a violation or changed the octets, and this many per cent were
/// violations: the share of the README, which other octets move by a point or two.
fn assert_share(outcome: &Outcome, percent: usize) {
    let all = outcome.violations + outcome.changed;
    let share = 100 * outcome.violations / all;
    assert_eq!(outcome.unnoticed, 0);
    assert!(percent.abs_diff(share) <= 2, "{share} %, {outcome:?}");
}

/// Each level is a bit; NRZI sees only the eight symbols of idle.
#[test]
fn codes_without_redundancy_see_nothing() {
    let octets = random(64, 3);
    assert_eq!(counted("nrz-l", &octets), (0, 512, 0));
    assert_eq!(counted("nrzi-mark", &octets), (8, 512, 0));
    assert_eq!(counted("nrzi-space", &octets), (8, 512, 0));
    assert_eq!(counted("pam-4", &octets), (0, 256 * 3, 0));
}

/// A cell without a step; a group that does not exist or leaves the disparity wrong, which
/// the next uneven group tells, in the idle at the latest.
#[test]
fn manchester_and_8b10b_see_every_flipped_symbol() {
    let octets = random(64, 4);
    assert_eq!(counted("manchester", &octets), (1024, 0, 0));
    assert_eq!(counted("manchester-thomas", &octets), (1024, 0, 0));
    assert_eq!(
        counted("differential-manchester", &octets),
        (1024 + 16, 0, 0)
    );
    // Six groups of idle, start, 64 of data, end, extend twice, two of idle.
    assert_eq!(counted("8b10b", &octets), (760, 0, 0));
}

/// The rule in one line: pulses alternate.
fn alternates(pulses: &[u8]) -> bool {
    let present: Vec<u8> = pulses.iter().copied().filter(|pulse| *pulse != 0).collect();
    present.windows(2).all(|pair| pair[0] != pair[1])
}

/// Unseen is only what happens before the second pulse or behind the last but one.
#[test]
fn ami_sees_all_but_the_ends() {
    let octets = random(64, 5);
    let sent: Vec<u8> = Alphabet::Ternary.unpack(&encoded("ami", &octets)).collect();
    let silent =
        |symbols: &mut dyn Iterator<Item = &u8>| symbols.take_while(|s| **s == 0).count();
    let ends = silent(&mut sent.iter()) + silent(&mut sent.iter().rev());
    let mut judged = 0;
    let outcome = outcome("ami", &octets, |at, heard, refused| {
        judged += 1;
        assert_eq!(refused, !alternates(heard), "symbol {at}");
    });
    // A pulse of the fitting polarity at either end, or the first or last pulse gone.
    let (violations, changed) = (1024 - ends - 2, ends + 2);
    assert_eq!(
        outcome,
        Outcome {
            violations,
            changed,
            unnoticed: 0
        }
    );
    assert_eq!(judged, 1024);
}

/// The rule of MLT-3 in words: neighbours are equal or one of them is 0, and runs alternate.
fn keeps_to_the_cycle(levels: &[u8]) -> bool {
    let leaps = levels
        .windows(2)
        .any(|pair| pair[0] != pair[1] && !pair.contains(&0));
    let mut runs = levels.to_vec();
    runs.dedup();
    !leaps && alternates(&runs)
}

#[test]
fn mlt_3_sees_what_leaves_its_cycle() {
    let octets = random(64, 6);
    let outcome = outcome("mlt-3", &octets, |at, heard, refused| {
        assert_eq!(refused, !keeps_to_the_cycle(heard), "symbol {at}");
    });
    assert_share(&outcome, 75);
}

/// The sixteen groups of data, Table 24-1 of IEEE 802.3-2018.
const DATA: [&str; 16] = [
    "11110", "01001", "10100", "10101", "01010", "01011", "01110", "01111", "10010",
    "10011", "10110", "10111", "11010", "11011", "11100", "11101",
];

/// A wrong level is two wrong bits, its own step and the next. Unseen are those that make
/// data of data; all in the delimiters and in idle are seen.
#[test]
fn four_five_sees_what_is_no_data() {
    let octets = random(64, 7);
    let mut unseen = 0;
    let outcome = outcome("4b5b-nrzi", &octets, |at, heard, refused| {
        let mut level = 0;
        let bits = heard.iter().map(|now| {
            if *now == core::mem::replace(&mut level, *now) {
                '0'
            } else {
                '1'
            }
        });
        let bits: Vec<char> = bits.collect();
        let groups: Vec<String> =
            bits.chunks(5).map(|group| group.iter().collect()).collect();
        let data = &groups[8..8 + 128];
        let rest_is_right = groups[..8].join("") == "1".repeat(30) + "1100010001"
            && groups[8 + 128..]
                .join("")
                .starts_with("01101001110011100111");
        let all_data = data.iter().all(|group| DATA.contains(&group.as_str()));
        let fits = rest_is_right && all_data && !groups[8 + 132..].join("").contains('0');
        assert_eq!(refused, !fits, "symbol {at}");
        unseen += usize::from(fits);
    });
    assert_eq!(outcome.changed, unseen);
    assert_share(&outcome, 57);
}

/// The line of 100BASE-TX has both rules, of MLT-3 and of 4B/5B.
#[test]
fn scrambled_four_five_leaves_nothing_unnoticed() {
    let outcome = outcome("4b5b-mlt-3", &random(64, 8), |_, _, _| ());
    assert_share(&outcome, 89);
}

/// A header is always seen, data never; the first six bits of the first idle block are the
/// only ones that nobody needs.
#[test]
fn block_66_sees_headers_and_control_blocks() {
    let octets = random(64 * 8, 9);
    let mut unseen = Vec::new();
    let outcome = outcome("64b66b", &octets, |at, _, refused| {
        if !refused {
            unseen.push(at);
        }
    });
    assert_eq!(outcome.unnoticed, 6);
    assert_eq!(unseen[..6], [2, 3, 4, 5, 6, 7]);
    // Blocks: 2 of idle, start, 64 of data, end. The last one's bits that spread into the end
    // block (the last 58, tapped 39 and 58 later) are seen there.
    let data = unseen[6..].to_vec();
    let in_data = |at: &usize| (3..67).contains(&(at / 66)) && at % 66 >= 2;
    assert!(data.iter().all(in_data));
    assert_eq!(data.len(), 64 * 64 - 58);
}
