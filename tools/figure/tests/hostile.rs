//! Hostile input: what cannot be drawn says why, and everything else is a bounded, well-formed
//! picture.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::indexing_slicing, reason = "a test fails by panicking")]
#![allow(missing_docs, reason = "no library")]

use layercake_figure::{
    Ber, Cell, Curve, Error, Event, Exchange, Fate, Input, Line, Look, NAMES, Note,
    OverTime, Panel, Point, Side, Signal, Verdict, figure,
};
use proptest::prelude::*;
use roxmltree::Document;

#[test]
fn texts_come_back_as_they_were_and_never_as_markup() {
    let hostile = "</text><script>alert('1')</script>&\"";
    let signal = Signal {
        name: hostile.to_owned(),
        samples: vec![1.0; 80],
        per_symbol: 8,
        levels: vec![1.0],
        cells: vec![Cell {
            text: hostile.to_owned(),
            symbols: 10,
        }],
        decisions: Vec::new(),
    };
    for name in ["waveform", "eye"] {
        let text = figure(name, &Input::Signals(vec![signal.clone()])).unwrap();
        let svg = Document::parse(&text).unwrap();
        assert!(!svg.descendants().any(|node| node.has_tag_name("script")));
        assert!(svg.descendants().any(|node| node.text() == Some(hostile)));
    }
}

#[test]
fn what_cannot_be_drawn_says_why() {
    let say = |name: &str, input: &Input| figure(name, input).unwrap_err().to_string();
    let none = Input::Signals(Vec::new());
    assert_eq!(
        say("pie", &none),
        "there is no figure \"pie\", only waveform, eye, ber, time-sequence, over-time"
    );
    assert_eq!(say("eye", &none), "there are no signals");
    assert_eq!(say("ber", &none), "this figure shows bit error rates");
    let point = Point {
        eb_n0: 1.0,
        rate: 1.5,
        low: 0.0,
        high: 1.0,
    };
    let curves = vec![Curve {
        points: vec![point],
        ..Curve::default()
    }];
    let chart = Input::Ber(Ber {
        curves,
        ..Ber::default()
    });
    assert_eq!(
        say("ber", &chart),
        "a bit error rate is 1.5, expected 0 to 1"
    );
    let mut signal = Signal {
        samples: vec![1.0; 80],
        per_symbol: 8,
        ..Signal::default()
    };
    signal.samples[3] = f64::NAN;
    let broken = Input::Signals(vec![signal.clone()]);
    assert!(say("waveform", &broken).starts_with("a sample, level or decision is NaN"));
    signal.samples = vec![0.0; 8 * 1025];
    let long = Input::Signals(vec![signal]);
    assert_eq!(
        say("waveform", &long),
        "1025 symbols, at most 1024 can be drawn"
    );
    let event = Event {
        at: 2.0,
        from: Side::Left,
        label: String::new(),
        fate: Fate::Lost(1.0),
    };
    let events = vec![event];
    let backwards = Input::Exchange(Exchange {
        events,
        ..Exchange::default()
    });
    let expected = "the end of an event is 1, expected not before its beginning";
    assert_eq!(say("time-sequence", &backwards), expected);
    assert_eq!(
        Err(Error::Nothing("curves")),
        figure("ber", &Input::Ber(Ber::default()))
    );
}

/// The longest picture of the inputs below.
const LONGEST: usize = 8_000_000;

/// Where numbers are so large that the next one is further away than the next tick, an axis
/// ends all the same.
#[test]
fn an_axis_of_large_numbers_ends() {
    for span in [0.0, 1.3e-4, 2.5e-4, 1e-3, 1.0, 1e12] {
        for first in [1e12 - span, -1e12] {
            let last = first + span;
            let note = |at| Note {
                at,
                side: Side::Left,
                text: String::new(),
            };
            let exchange = Exchange {
                notes: vec![note(first), note(last)],
                ..Exchange::default()
            };
            let theory = vec![(first, 0.1), (last, 0.01)];
            let curves = vec![Curve {
                theory,
                ..Curve::default()
            }];
            let chart = Ber {
                curves,
                ..Ber::default()
            };
            for (name, input) in [
                ("time-sequence", Input::Exchange(exchange)),
                ("ber", Input::Ber(chart)),
            ] {
                let text = figure(name, &input).unwrap();
                assert!(text.len() < 20_000, "{name} from {first} by {span}");
            }
        }
    }
}

/// As many samples, symbols and decisions as are let in, in the worst arrangement.
#[test]
fn the_largest_signals_make_bounded_pictures() {
    let samples: Vec<f64> = (0..200_000_u32)
        .map(|n| f64::from(n.wrapping_mul(2_654_435_761) >> 16) / 32_768.0 - 1.0)
        .collect();
    let look = Look {
        at: 100_000.0,
        value: 0.0,
        text: "?".to_owned(),
        verdict: Verdict::Violation,
    };
    let cell = Cell {
        text: "x".to_owned(),
        symbols: 0,
    };
    let mut signal = Signal {
        samples,
        per_symbol: u16::MAX,
        levels: vec![-1.0, 1.0],
        decisions: vec![look.clone(); 200_000],
        ..Signal::default()
    };
    let draw =
        |name, signal: &Signal| figure(name, &Input::Signals(vec![signal.clone()]));
    assert!(draw("eye", &signal).unwrap().len() < LONGEST);
    signal.cells = vec![cell; 2049];
    assert_eq!(
        draw("waveform", &signal).unwrap_err().to_string(),
        "2049 cells, at most 2048 can be drawn"
    );
    signal.cells.truncate(2048);
    assert_eq!(
        draw("waveform", &signal).unwrap_err().to_string(),
        "200000 decisions, at most 2048 can be drawn"
    );
    signal.decisions.truncate(2048);
    assert!(draw("waveform", &signal).unwrap().len() < LONGEST);
}

fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => -20.0..20.0_f64,
        1 => prop_oneof![Just(f64::NAN), Just(f64::INFINITY), Just(1e300), Just(0.0), Just(-1e12), Just(1e12), Just(1e12 - 2.5e-4)],
    ]
}

prop_compose! {
    fn any_signal()(
        name in ".*",
        samples in prop::collection::vec(any_number(), 0..60),
        per_symbol in prop_oneof![Just(0_u16), 1..9_u16, Just(u16::MAX)],
        levels in prop::collection::vec(-3.0..3.0_f64, 0..4),
        cells in prop::collection::vec((".*", 0..4_u16), 0..9),
        looks in prop::collection::vec((any_number(), any_number(), ".*", 0..3), 0..9),
    ) -> Signal {
        let cells = cells.into_iter().map(|(text, symbols)| Cell { text, symbols });
        let verdict = |n| [Verdict::Right, Verdict::Wrong, Verdict::Violation][n];
        let look = |(at, value, text, n): (f64, f64, String, i32)| {
            Look { at, value, text, verdict: verdict(usize::try_from(n).unwrap()) }
        };
        let decisions = looks.into_iter().map(look).collect();
        Signal { name, samples, per_symbol, levels, cells: cells.collect(), decisions }
    }
}

prop_compose! {
    fn any_exchange()(
        texts in prop::array::uniform4(".*"),
        events in prop::collection::vec((any_number(), any_number(), any::<bool>(), 0..3, ".*"), 0..12),
        notes in prop::collection::vec((any_number(), any::<bool>(), ".*"), 0..4),
    ) -> Exchange {
        let [title, left, right, unit] = texts;
        let side = |left| if left { Side::Left } else { Side::Right };
        let event = |(at, takes, left, fate, label): (f64, f64, bool, i32, String)| {
            let end = at + takes.abs();
            let fate = [Fate::Arrives(end), Fate::Lost(end), Fate::Refused(end)][usize::try_from(fate).unwrap()];
            Event { at, from: side(left), label, fate }
        };
        let note = |(at, left, text)| Note { at, side: side(left), text };
        Exchange {
            title, left, right, unit,
            events: events.into_iter().map(event).collect(),
            notes: notes.into_iter().map(note).collect(),
        }
    }
}

prop_compose! {
    fn any_chart()(
        title in ".*",
        curves in prop::collection::vec((
            ".*",
            prop::collection::vec((any_number(), 0.0..1.0_f64), 0..9),
            prop::collection::vec((any_number(), prop::array::uniform3(0.0..=1.0_f64)), 0..9),
        ), 0..4),
    ) -> Ber {
        let point = |(eb_n0, [rate, low, high]): (f64, [f64; 3])| Point { eb_n0, rate, low, high };
        let curve = |(name, theory, points): (String, Vec<_>, Vec<_>)| Curve {
            name, theory, points: points.into_iter().map(point).collect(),
        };
        Ber { title, curves: curves.into_iter().map(curve).collect() }
    }
}

prop_compose! {
    fn any_over_time()(
        texts in prop::array::uniform2(".*"),
        panels in prop::collection::vec((
            ".*",
            prop::collection::vec(".*", 0..4),
            prop::collection::vec((
                ".*", any::<bool>(), prop::collection::vec((any_number(), any_number()), 0..9),
            ), 0..4),
        ), 0..4),
    ) -> OverTime {
        let line = |(name, steps, mut points): (String, bool, Vec<(f64, f64)>)| {
            points.sort_by(|a, b| a.0.total_cmp(&b.0));
            Line { name, points, steps }
        };
        let panel = |(name, levels, lines): (String, Vec<String>, Vec<_>)| Panel {
            name, levels, lines: lines.into_iter().map(line).collect(),
        };
        let [title, unit] = texts;
        OverTime { title, unit, panels: panels.into_iter().map(panel).collect() }
    }
}

/// Panels, lines and points as many as are let in, and one more of each.
#[test]
fn the_largest_series_make_bounded_pictures() {
    let points: Vec<_> = (0..5000_u32)
        .map(|n| (f64::from(n), f64::from(n.wrapping_mul(2_654_435_761) >> 16)))
        .collect();
    let line = Line {
        points,
        steps: true,
        ..Line::default()
    };
    let panel = Panel {
        lines: vec![line; 6],
        ..Panel::default()
    };
    let mut chart = OverTime {
        panels: vec![panel; 8],
        ..OverTime::default()
    };
    let draw = |chart: &OverTime| figure("over-time", &Input::OverTime(chart.clone()));
    let say = |chart: &OverTime| draw(chart).unwrap_err().to_string();
    assert!(draw(&chart).unwrap().len() < LONGEST);
    chart.panels[0].lines[0].points[7].0 = 5.0;
    let expected =
        "a time is 5, expected not before the time of the point in front of it";
    assert_eq!(say(&chart), expected);
    chart.panels[0].lines[0].points.push((5000.0, 0.0));
    let expected = "5001 points of a line, at most 5000 can be drawn";
    assert_eq!(say(&chart), expected);
    chart.panels[0].lines.push(Line::default());
    assert_eq!(say(&chart), "7 lines of a panel, at most 6 can be drawn");
    chart.panels.push(Panel::default());
    assert_eq!(say(&chart), "9 panels, at most 8 can be drawn");
    assert_eq!(say(&OverTime::default()), "there are no panels");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// Whatever comes in: an error, or a well-formed picture of bounded size with finite numbers.
    #[test]
    fn any_input_is_refused_or_drawn(
        signals in prop::collection::vec(any_signal(), 0..3),
        exchange in any_exchange(),
        chart in any_chart(),
        over_time in any_over_time(),
    ) {
        let inputs = [
            Input::Signals(signals), Input::Exchange(exchange), Input::Ber(chart),
            Input::OverTime(over_time),
        ];
        for input in inputs {
            for name in NAMES {
                let Ok(text) = figure(name, &input) else { continue };
                prop_assert!(text.len() < 400_000, "{}", text.len());
                let svg = Document::parse(&text);
                prop_assert!(svg.is_ok(), "{name}: {svg:?}");
                let svg = svg.unwrap();
                for attribute in svg.descendants().flat_map(|n| n.attributes()) {
                    let value = attribute.value();
                    prop_assert!(!value.contains("NaN") && !value.contains("inf"), "{value}");
                }
            }
        }
    }
}
