use layercake_base::Rng;

use super::super::{Channel, Filter, Receiver};
use super::*;

const EDGES: Alphabet = Alphabet::Binary;

fn alternating(count: usize) -> Vec<i8> {
    [1, -1].into_iter().cycle().take(count).collect()
}

fn random(count: usize, rng: &mut Rng) -> Vec<i8> {
    (0..count)
        .map(|_| if rng.chance(0.5) { 1 } else { -1 })
        .collect()
}

/// What the receiver makes of levels that crossed a channel.
fn through(channel: Channel, clock: ClockRecovery, levels: &[i8]) -> Vec<i8> {
    let line = channel.transmit(levels, &mut Rng::seeded(5));
    let receiver = Receiver {
        clock: Some(clock),
        ..Receiver::new(Filter::Matched, EDGES)
    };
    let decisions = receiver.receive(&line);
    let level = |symbol| EDGES.level(symbol).unwrap();
    decisions.iter().map(|d| level(d.symbol)).collect()
}

/// Whether levels come through, none lost and none twice.
fn holds(channel: Channel, clock: ClockRecovery, levels: &[i8]) -> bool {
    through(channel, clock, levels) == levels
}

fn steady() -> Channel {
    Channel {
        rise: 0.3,
        ..Channel::default()
    }
}

/// The largest whole number up to `most` for which it works, given that it works below it.
fn largest(most: u32, works: impl Fn(u32) -> bool) -> u32 {
    let (mut good, mut bad) = (0, most + 1);
    while bad - good > 1 {
        let middle = good.midpoint(bad);
        *if works(middle) { &mut good } else { &mut bad } = middle;
    }
    good
}

#[test]
fn a_steady_line_is_looked_at_in_the_middle_of_each_symbol() {
    let levels = random(500, &mut Rng::seeded(1));
    let line = steady().transmit(&levels, &mut Rng::seeded(1));
    let middles = ClockRecovery::default().track(&line, EDGES, 1.0);
    let expected = (0..500).map(|symbol| (float(symbol) + 0.5) * 16.0);
    for (found, expected) in middles.iter().zip(expected) {
        assert!((found - expected).abs() < 1e-9, "{found} {expected}");
    }
    assert_eq!(middles.len(), 500);
}

#[test]
fn lock_is_held_under_drift_and_jitter_and_noise() {
    let levels = random(20_000, &mut Rng::seeded(2));
    for drift in [-1000.0, -100.0, 0.0, 100.0, 1000.0] {
        let channel = Channel {
            drift,
            jitter: 0.05,
            noise: 0.3,
            ..steady()
        };
        assert!(holds(channel, ClockRecovery::default(), &levels), "{drift}");
    }
    // Without the loop a thousand parts in a million are lost after 500 symbols.
    let (phase, period) = (0.0, 0.0);
    let dead = ClockRecovery {
        phase,
        period,
        start: 0.0,
    };
    let drift = 1000.0;
    assert!(!holds(Channel { drift, ..steady() }, dead, &levels));
}

#[test]
fn ternary_and_quaternary_lines_are_followed_too() {
    let mut rng = Rng::seeded(3);
    for alphabet in [Alphabet::Ternary, Alphabet::Quaternary] {
        let mut draw = || u8::try_from(rng.below(alphabet.levels().into())).unwrap();
        let symbols: Vec<u8> = (0..5000).map(|_| draw()).collect();
        let level = |s: &u8| alphabet.level(*s).unwrap();
        let levels: Vec<i8> = symbols.iter().map(level).collect();
        let channel = Channel {
            drift: 300.0,
            jitter: 0.02,
            noise: 0.05,
            attenuation: 12.0,
            ..steady()
        };
        let line = channel.transmit(&levels, &mut rng.clone());
        let receiver = Receiver {
            gain: channel.gain(),
            clock: Some(ClockRecovery::default()),
            ..Receiver::new(Filter::Matched, alphabet)
        };
        let found: Vec<u8> = receiver.receive(&line).iter().map(|d| d.symbol).collect();
        let wrong = symbols.iter().zip(&found).filter(|(a, b)| a != b).count();
        assert_eq!((found.len(), wrong), (5000, 0), "{alphabet:?}");
    }
}

/// From any phase, except where early and late are alike: 32 alternating symbols in front
/// suffice for the rest to be right. A start half a symbol off may count one more or less.
#[test]
fn lock_is_found_from_every_phase() {
    let mut levels = alternating(32);
    levels.extend(random(300, &mut Rng::seeded(4)));
    for hundredths in -48..=48 {
        let start = f64::from(hundredths) / 100.0;
        let clock = ClockRecovery {
            start,
            ..ClockRecovery::default()
        };
        let found = through(steady(), clock, &levels);
        assert!(found.ends_with(&levels[32..]), "{start}");
    }
}

/// The pull-in range, measured: after a preamble of 64 alternating symbols, 2000 random ones
/// come through while the clocks differ by up to so many parts in a million. The README states
/// it; drift of real oscillators is 100 or less.
#[test]
fn the_pull_in_range_is_what_the_readme_says() {
    let mut levels = alternating(64);
    levels.extend(random(2000, &mut Rng::seeded(6)));
    let range = |sign: f64| {
        largest(90_000, |drift| {
            let drift = sign * f64::from(drift);
            holds(
                Channel { drift, ..steady() },
                ClockRecovery::default(),
                &levels,
            )
        })
    };
    assert_eq!((range(1.0), range(-1.0)), (61_886, 61_955)); // the same on every machine
}

/// The other two rows of the README: both clocks 4 % apart with jitter and noise, and a tenth of
/// a symbol of jitter at a drift of 100 parts in a million.
#[test]
fn lock_is_held_where_the_readme_says() {
    let mut levels = alternating(64);
    levels.extend(random(2000, &mut Rng::seeded(6)));
    for (drift, jitter, noise) in [
        (44_000.0, 0.05, 0.3),
        (-44_000.0, 0.05, 0.3),
        (100.0, 0.10, 0.0),
    ] {
        let channel = Channel {
            drift,
            jitter,
            noise,
            ..steady()
        };
        assert!(
            holds(channel, ClockRecovery::default(), &levels),
            "{channel:?}"
        );
    }
}

/// The longest run of equal levels after which the next edge is still counted right, after
/// 2000 random symbols for the loop to settle.
fn longest_run(drift: f64, jitter: f64, clock: ClockRecovery) -> u32 {
    let channel = Channel {
        drift,
        jitter,
        ..steady()
    };
    let settle = random(2000, &mut Rng::seeded(7));
    largest(60_000, |run| {
        let mut levels = settle.clone();
        levels.extend(alternating(2));
        levels.extend(vec![1; usize::try_from(run).unwrap()]);
        levels.extend(alternating(20).iter().map(|level| -level));
        holds(channel, clock, &levels)
    })
}

/// A loop of first order coasts at the nominal period, wrong by the drift, and loses count at
/// half a symbol less the error that it lags behind by (drift / phase share / density of edges).
#[test]
fn a_first_order_loop_coasts_for_half_a_symbol_of_drift() {
    let clock = ClockRecovery {
        period: 0.0,
        ..ClockRecovery::default()
    };
    for drift in [100.0, 500.0, 1000.0] {
        let found = f64::from(longest_run(drift, 0.0, clock));
        let lag = drift * 1e-6 / 0.1 / 0.5;
        let theory = (0.5 - lag) / (drift * 1e-6);
        assert!(drift > 100.0 || found == 4983.0, "{found}"); // the README's
        assert!(
            (found / theory - 1.0).abs() < 0.02,
            "{drift}: {found} {theory}"
        );
    }
}

/// A loop of second order knows the drift, so without jitter it coasts almost for ever; with
/// jitter it knows it only so well.
#[test]
fn a_second_order_loop_coasts_much_longer() {
    let clock = ClockRecovery::default();
    let runs = [0.0, 0.01, 0.02, 0.05].map(|jitter| longest_run(100.0, jitter, clock));
    assert_eq!(runs, [60_000, 6877, 3515, 1349]); // the README's; 60 000 is all that is tried
}

#[test]
fn the_period_moves_a_tenth_at_most() {
    for (error, period) in [(0.2, 4.2), (3.0, 4.4), (-0.2, 3.8), (-3.0, 3.6)] {
        let mut lock = Lock {
            phase: 0.0,
            share: 1.0,
            nominal: 4.0,
            period: 4.0,
            boundary: 0.0,
            errors: error,
            edges: 1.0,
            middles: Vec::new(),
        };
        lock.correct();
        assert!((lock.period - period).abs() < 1e-12, "{}", lock.period);
    }
}

#[test]
fn hostile_samples_and_settings_end() {
    let samples = [
        f64::NAN,
        1.0,
        f64::INFINITY,
        -1.0,
        f64::NEG_INFINITY,
        1e308,
        -1e308,
    ];
    for setting in [f64::NAN, f64::INFINITY, -1.0, 1.0, 1e300] {
        let clock = ClockRecovery {
            phase: setting,
            period: setting,
            start: setting,
        };
        for per_symbol in [0, 1, 2, 65_535] {
            let line = Waveform::new(samples.repeat(9), per_symbol);
            let middles = clock.track(&line, Alphabet::Quaternary, setting);
            assert!(middles.len() < 200, "{}", middles.len());
            assert!(middles.iter().all(|middle| middle.is_finite()));
        }
    }
}
