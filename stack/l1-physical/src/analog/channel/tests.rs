use super::*;

fn send(channel: Channel, levels: &[i8]) -> Waveform {
    channel.transmit(levels, &mut Rng::seeded(1))
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-12, "{found} for {expected}");
}

#[test]
fn the_ideal_channel_changes_nothing() {
    let levels = [1, 1, -1, 3, 0, -3, -3, 1];
    for per_symbol in [1, 2, 7, 16] {
        let channel = Channel {
            per_symbol,
            ..Channel::default()
        };
        assert_eq!(
            send(channel, &levels),
            Waveform::of_levels(&levels, per_symbol)
        );
    }
}

#[test]
fn an_edge_is_a_raised_cosine_centred_on_its_instant() {
    let channel = Channel {
        per_symbol: 100,
        rise: 0.4,
        ..Channel::default()
    };
    let line = send(channel, &[-1, 1, 1]);
    for (index, sample) in line.samples().iter().enumerate() {
        let u = ((float(index) + 0.5 - 80.0) / 40.0).clamp(0.0, 1.0);
        close(*sample, -(PI * u).cos());
    }
    close(line.mean(99.0, 101.0), 0.0);
}

/// A first-order system that is stepped reaches 1 - 1/e after its time constant 1 / 2πf, and
/// halves the power of a sine at its cut-off frequency (1/√2 in voltage).
#[test]
fn the_cable_is_one_pole() {
    let (bandwidth, per_symbol) = (0.01, 100_u16);
    let channel = Channel {
        per_symbol,
        bandwidth: Some(bandwidth),
        ..Channel::default()
    };
    let mut step = vec![0; 1];
    step.resize(200, 1);
    let line = send(channel, &step);
    let constant = 100.0 / (2.0 * PI * bandwidth); // in samples
    // The step enters at place 100; after n samples the output is 1 - e^(-n / constant).
    for n in [1, 50, 1591, 3000, 9000] {
        close(
            line.samples()[100 + n - 1],
            1.0 - (-float(n) / constant).exp(),
        );
    }
    let turn = |i: usize| 2.0 * PI * bandwidth * float(i) / 100.0;
    let mut sine: Vec<_> = (0..200_000).map(|i| turn(i).sin()).collect();
    channel.cable(&mut sine);
    let tail = &sine[100_000..];
    let power = tail.iter().map(|v| v * v).sum::<f64>() / float(tail.len());
    // Half of the input's ½, up to what sampling bends (2πf / 100 = 0.0006).
    assert!((power - 0.25).abs() < 5e-4, "{power}");
}

#[test]
fn six_decibels_are_half_the_voltage() {
    let channel = |attenuation| Channel {
        attenuation,
        ..Channel::default()
    };
    close(channel(0.0).gain(), 1.0);
    close(channel(20.0).gain(), 0.1);
    close(channel(20.0 * 2.0_f64.log10()).gain(), 0.5);
    close(send(channel(40.0), &[3, -1]).samples()[20], -0.01);
}

#[test]
fn a_fast_clock_ends_early_and_a_slow_one_late() {
    let levels: Vec<i8> = (0..2000).map(|i| if i % 2 == 0 { 1 } else { -1 }).collect();
    let length = |drift| {
        let channel = Channel {
            drift,
            ..Channel::default()
        };
        send(channel, &levels).samples().len()
    };
    assert_eq!(length(0.0), 32_000);
    assert_eq!(length(1000.0), 31_969); // 32000 / 1.001 = 31968.03
    assert_eq!(length(-1000.0), 32_033); // 32000 / 0.999 = 32032.03
}

/// Edges at k plus a normal shift: their spread is the jitter, and it does not grow with k.
#[test]
fn jitter_moves_each_edge_by_itself() {
    let levels: Vec<i8> = (0..4000).map(|i| if i % 2 == 0 { 1 } else { -1 }).collect();
    let channel = Channel {
        per_symbol: 200,
        jitter: 0.05,
        ..Channel::default()
    };
    let line = send(channel, &levels);
    let samples = line.samples();
    let edges = (1..samples.len()).filter(|i| samples[*i] != samples[*i - 1]);
    let errors: Vec<f64> = edges
        .map(float)
        .map(|at| at / 200.0 - (at / 200.0).round())
        .collect();
    assert_eq!(errors.len(), 3999);
    for half in errors.chunks(2000) {
        let variance = half.iter().map(|e| e * e).sum::<f64>() / float(half.len());
        // Five sigma of a standard deviation from 2000: 5 · 0.05 / √4000 = 0.004.
        assert!(
            (variance.sqrt() - 0.05).abs() < 0.004,
            "{}",
            variance.sqrt()
        );
    }
}

#[test]
fn the_same_seed_gives_the_same_samples_and_another_does_not() {
    let channel = Channel {
        rise: 0.3,
        jitter: 0.02,
        bandwidth: Some(0.8),
        noise: 0.1,
        ..Channel::default()
    };
    let with = |seed| channel.transmit(&[1, -1, 1, 1, -1], &mut Rng::seeded(seed));
    assert_eq!(with(1), with(1));
    assert_ne!(with(1), with(2));
}

#[test]
fn values_beyond_the_largest_count_as_the_largest() {
    let levels = [1, -1, 1, 1, -1, 1];
    let ideal = Channel::default();
    let with = |rise, drift, jitter| Channel {
        rise,
        drift,
        jitter,
        ..ideal
    };
    for (beyond, largest) in [
        (with(7.0, 0.0, 0.0), with(1.0, 0.0, 0.0)),
        (with(0.0, 3e5, 0.0), with(0.0, 1e5, 0.0)),
        (with(0.0, -3e5, 0.0), with(0.0, -1e5, 0.0)),
        (with(0.0, 0.0, f64::INFINITY), with(0.0, 0.0, 0.5)),
    ] {
        assert_eq!(send(beyond, &levels), send(largest, &levels));
        assert_ne!(send(largest, &levels), send(ideal, &levels));
    }
}

#[test]
fn values_without_sense_are_bounded() {
    let nan = f64::NAN;
    let channel = Channel {
        per_symbol: 0,
        rise: nan,
        drift: nan,
        jitter: -1.0,
        bandwidth: Some(nan),
        attenuation: nan,
        noise: nan,
    };
    assert_eq!(send(channel, &[1, -1]).samples(), [1.0, 1.0]); // a band of nothing
    let channel = Channel {
        rise: f64::INFINITY,
        drift: f64::NEG_INFINITY,
        jitter: f64::INFINITY,
        bandwidth: Some(f64::INFINITY),
        attenuation: f64::INFINITY,
        ..Channel::default()
    };
    let line = send(channel, &[1, -1, 1]);
    assert!(line.samples().len() < 60);
    assert!(line.samples().iter().all(|v| *v == 0.0));
    assert!(send(Channel::default(), &[]).samples().is_empty());
}
