//! One input for each figure, small and with everything in it.

use layercake_base::Rng;
use layercake_figure::{
    Ber, Cell, Curve, Event, Exchange, Fate, Input, Line, Look, Note, OverTime, Panel,
    Point, Side, Signal, Verdict,
};
use layercake_physical::Alphabet;
use layercake_physical::analog::ber::Modulation;
use layercake_physical::analog::{Channel, ClockRecovery, Filter, Receiver, theory};

/// A figure's name and what makes its input.
pub(crate) type Named = (&'static str, fn() -> Input);

pub(crate) const NAMED: [Named; 5] = [
    ("waveform", waveforms),
    ("eye", eyes),
    ("ber", rates),
    ("time-sequence", exchange),
    ("over-time", over_time),
];

pub(crate) const BITS: &str = "1011000111001010";

pub(crate) fn bits() -> Vec<bool> {
    BITS.chars().map(|bit| bit == '1').collect()
}

fn cells(symbols: u16) -> Vec<Cell> {
    let cell = |bit: char| Cell {
        text: bit.to_string(),
        symbols,
    };
    BITS.chars().map(cell).collect()
}

/// NRZ and AMI by symbols, and Manchester by halves with one of them turned over.
pub(crate) fn waveforms() -> Input {
    let noise = 0.16;
    let channel = Channel {
        rise: 0.4,
        noise,
        bandwidth: Some(1.2),
        ..Channel::default()
    };
    let mut rng = Rng::seeded(1);
    let mut signals = Vec::new();
    for modulation in [Modulation::Nrz, Modulation::Ami] {
        let line = channel.transmit(&modulation.levels(&bits()), &mut rng);
        let receiver = Receiver::new(Filter::Matched, modulation.alphabet());
        let looks = receiver.receive(&line).into_iter().zip(BITS.chars());
        let decisions = looks.map(|(decision, sent)| {
            let level = modulation.alphabet().level(decision.symbol).unwrap();
            let bit = if modulation == Modulation::Ami {
                level != 0
            } else {
                level > 0
            };
            let text = if bit { "1" } else { "0" };
            let verdict = if text.starts_with(sent) {
                Verdict::Right
            } else {
                Verdict::Wrong
            };
            Look {
                at: decision.at,
                value: decision.value,
                text: text.to_owned(),
                verdict,
            }
        });
        signals.push(Signal {
            name: modulation.name().to_owned(),
            samples: line.samples().to_vec(),
            per_symbol: line.per_symbol(),
            levels: levels(modulation.alphabet()),
            cells: cells(1),
            decisions: decisions.collect(),
        });
    }
    signals.push(manchester(channel, &mut rng));
    Input::Signals(signals)
}

fn levels(alphabet: Alphabet) -> Vec<f64> {
    let levels = (0..4).filter_map(|symbol| alphabet.level(symbol));
    levels.map(f64::from).collect()
}

/// The second half of cell 4 turned over is a violation; both halves of cell 10 are another bit.
fn manchester(channel: Channel, rng: &mut Rng) -> Signal {
    let mut sent = Modulation::Manchester.levels(&bits());
    for symbol in [9, 20, 21] {
        sent[symbol] = -sent[symbol];
    }
    let line = channel.transmit(&sent, rng);
    let decisions = Receiver::new(Filter::Matched, Alphabet::Binary).receive(&line);
    let cells_found = decisions.chunks(2).zip(BITS.chars());
    let looks = cells_found.map(|(halves, sent)| {
        let (text, verdict) = match (halves[0].symbol, halves[1].symbol) {
            (0, 1) if sent == '1' => ("1", Verdict::Right),
            (1, 0) if sent == '0' => ("0", Verdict::Right),
            (0, 1) => ("1", Verdict::Wrong),
            (1, 0) => ("0", Verdict::Wrong),
            _ => ("?", Verdict::Violation),
        };
        Look {
            at: halves[1].at,
            value: halves[1].value,
            text: text.to_owned(),
            verdict,
        }
    });
    Signal {
        name: "Manchester".to_owned(),
        samples: line.samples().to_vec(),
        per_symbol: line.per_symbol(),
        levels: levels(Alphabet::Binary),
        cells: cells(2),
        decisions: looks.collect(),
    }
}

/// A binary line with jitter, through the clock recovery, and four levels that noise closes.
pub(crate) fn eyes() -> Input {
    let mut rng = Rng::seeded(2);
    let mut signals = Vec::new();
    for (modulation, noise) in [(Modulation::Nrz, 0.1), (Modulation::Pam4, 0.12)] {
        let bits: Vec<_> = (0..96).map(|_| rng.chance(0.5)).collect();
        let channel = Channel {
            rise: 0.5,
            jitter: 0.03,
            drift: 200.0,
            noise,
            bandwidth: Some(0.9),
            ..Channel::default()
        };
        let line = channel.transmit(&modulation.levels(&bits), &mut rng);
        let clock = ClockRecovery {
            start: 0.15,
            ..ClockRecovery::default()
        };
        let receiver = Receiver {
            clock: Some(clock),
            ..Receiver::new(Filter::Threshold, modulation.alphabet())
        };
        let decisions = receiver.receive(&line).into_iter().map(|decision| Look {
            at: decision.at,
            value: decision.value,
            text: String::new(),
            verdict: Verdict::Right,
        });
        signals.push(Signal {
            name: format!("{} over a cable of 0.9 symbol rates", modulation.name()),
            samples: line.samples().to_vec(),
            per_symbol: line.per_symbol(),
            levels: levels(modulation.alphabet()),
            decisions: decisions.collect(),
            cells: Vec::new(),
        });
    }
    Input::Signals(signals)
}

/// Three curves with points beside them; the last point of the first saw no error at all.
pub(crate) fn rates() -> Input {
    type Theory = fn(f64) -> f64;
    let curves: [(&str, Theory); 3] = [
        ("NRZ", theory::antipodal),
        ("AMI", theory::ami),
        ("PAM-4", theory::pam_4),
    ];
    let curve = |(name, theory): (&str, Theory)| {
        let rate = |half: u8| {
            let eb_n0 = f64::from(half) / 2.0;
            (eb_n0, theory(theory::ratio(eb_n0)))
        };
        let point = |half: u8| {
            let (eb_n0, rate) = rate(half);
            let seen = rate > 1e-5;
            Point {
                eb_n0,
                rate: if seen { rate * 1.02 } else { 0.0 },
                low: if seen { rate * 0.9 } else { 0.0 },
                high: if seen { rate * 1.15 } else { 3e-5 },
            }
        };
        Curve {
            name: name.to_owned(),
            theory: (0..=22).map(rate).collect(),
            points: (0..=20).step_by(4).map(point).collect(),
        }
    };
    let title = "three line codes".to_owned();
    let curves = curves.into_iter().map(curve).collect();
    Input::Ber(Ber { title, curves })
}

/// Go-back-N with a window of three: one frame lost, one damaged, one acknowledgement lost.
pub(crate) fn exchange() -> Input {
    let event = |at: f64, from: Side, label: &str, fate: fn(f64) -> Fate| Event {
        at,
        from,
        label: label.to_owned(),
        fate: fate(at + 4.0),
    };
    use Fate::{Arrives, Lost, Refused};
    use Side::{Left, Right};
    let events = vec![
        event(0.0, Left, "DATA 0", Arrives),
        event(1.0, Left, "DATA 1", Lost),
        event(2.0, Left, "DATA 2", Refused),
        event(4.2, Right, "ACK 1", Arrives),
        event(8.4, Left, "DATA 3", Refused),
        event(14.0, Left, "DATA 1", Arrives),
        event(15.0, Left, "DATA 2", Arrives),
        event(16.0, Left, "DATA 3", Arrives),
        event(18.2, Right, "ACK 2", Arrives),
        event(19.2, Right, "ACK 3", Lost),
        event(20.2, Right, "ACK 4", Arrives),
    ];
    let note = |at: f64, side: Side, text: &str| Note {
        at,
        side,
        text: text.to_owned(),
    };
    let notes = vec![
        note(13.0, Left, "timer of 1 runs out"),
        note(6.0, Right, "2 is out of order"),
    ];
    Input::Exchange(Exchange {
        title: "go-back-N, window 3".to_owned(),
        left: "sender".to_owned(),
        right: "receiver".to_owned(),
        unit: "ms".to_owned(),
        events,
        notes,
    })
}

/// Three ways to choose between two ways, and what the packets feel.
pub(crate) fn over_time() -> Input {
    let line = |name: &str, steps: bool, values: &[u32]| Line {
        name: name.to_owned(),
        points: (0..)
            .map(|n| f64::from(10 * n))
            .zip(values.iter().map(|v| f64::from(*v)))
            .collect(),
        steps,
    };
    let ways = vec![
        line("hops", true, &[0, 0, 0, 0, 0, 0, 0]),
        line("delay", true, &[1, 0, 1, 0, 1, 0, 1]),
        line("average-delay", true, &[1, 1, 1, 1, 1, 1, 1]),
    ];
    let delays = vec![
        line("hops", false, &[40, 41, 40, 42, 40, 41, 40]),
        line("delay", false, &[9, 38, 12, 55, 10, 61, 11]),
        line("average-delay", false, &[9, 12, 11, 14, 10, 12, 11]),
    ];
    let panel = |name: &str, levels: &[&str], lines| Panel {
        name: name.to_owned(),
        levels: levels.iter().map(|own| (*own).to_owned()).collect(),
        lines,
    };
    Input::OverTime(OverTime {
        title: "Two ways from a to b".to_owned(),
        unit: "s".to_owned(),
        panels: vec![
            panel("way in use", &["direct", "hill"], ways),
            panel("delay of packets, ms", &[], delays),
        ],
    })
}
