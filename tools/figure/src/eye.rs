//! `eye`: every symbol on top of the others, so that what varies is seen at once.
//!
//! ```text
//!   +1  ====\ /======\ /====     open in the middle: room for noise (height)
//!            X        X          and for a clock that is off (width)
//!   -1  ====/ \======/ \====
//!          -½    0    +½         symbol times from where the receiver looks
//! ```

use crate::scale::{Scale, float, whole};
use crate::signals::{check, level_lines, names, signed, symbols, voltages};
use crate::svg::{Svg, shortened};
use crate::{Error, Look, Signal, Verdict};

const LEFT: f64 = 64.0;
const WIDTH: f64 = 480.0;
const RIGHT: f64 = 24.0;
const TOP: f64 = 8.0;
const ROW: f64 = 268.0;
const PLOT: (f64, f64) = (28.0, 218.0);
/// Symbols drawn of each signal; the first ones. More make no other picture, but a slower one.
const MOST_TRACES: usize = 400;
/// Samples drawn of each signal, over all its traces: 250 a symbol, 400 times over.
const MOST_DRAWN: usize = 200_000;

pub(crate) fn draw(signals: &[Signal]) -> Result<String, Error> {
    check(signals)?;
    let height = TOP + ROW * float(signals.len());
    let title = format!("Eye diagram: {}", names(signals));
    let openings: Vec<_> = signals.iter().map(opening).collect();
    let lines = signals.iter().zip(&openings);
    let words: Vec<_> = lines
        .map(|(signal, open)| {
            format!("{}: {}.", shortened(&signal.name, 40), words(*open))
        })
        .collect();
    let mut svg = Svg::new(LEFT + WIDTH + RIGHT, height, &title, &words.join(" "));
    for (index, (signal, open)) in signals.iter().zip(openings).enumerate() {
        panel(&mut svg, signal, open, TOP + ROW * float(index));
    }
    Ok(svg.finish())
}

/// How high the eye is where the receiver looks, in words.
fn words(opening: Option<f64>) -> String {
    match opening {
        Some(open) if open > 0.0 => {
            format!("eye height {}", signed(open).replace('+', ""))
        }
        Some(_) => "the eye is closed".to_owned(),
        None => "eye height unknown".to_owned(),
    }
}

fn panel(svg: &mut Svg, signal: &Signal, open: Option<f64>, top: f64) {
    let (left, right) = (LEFT, LEFT + WIDTH);
    let x = Scale::new((-1.0, 1.0), (left, right));
    let y = voltages(signal, top + PLOT.0, top + PLOT.1);
    svg.open("eye", &signal.name);
    svg.text("name", (left, top + 16.0), &shortened(&signal.name, 50));
    svg.text("small faint end", (right, top + 16.0), &words(open));
    level_lines(svg, signal, y, left, right);
    let per_symbol = f64::from(signal.per_symbol.max(1));
    let traces = MOST_DRAWN / (2 * usize::from(signal.per_symbol) + 1);
    for middle in middles(signal).into_iter().take(traces.min(MOST_TRACES)) {
        let first = whole((middle - per_symbol - 0.5).ceil());
        let samples = signal.samples.iter().enumerate().skip(first);
        let from_middle = |index| (float(index) + 0.5 - middle) / per_symbol;
        let trace = samples.map(|(index, voltage)| (from_middle(index), *voltage));
        let trace = trace.take_while(|(at, _)| *at <= 1.0);
        svg.polyline("trace", trace.map(|(at, v)| (x.at(at), y.at(v))));
    }
    let bottom = top + PLOT.1;
    svg.line("cut", (x.at(0.0), top + PLOT.0), (x.at(0.0), bottom));
    for (at, text) in [
        (-1.0, "\u{2212}1"),
        (-0.5, "\u{2212}½"),
        (0.0, "0"),
        (0.5, "+½"),
        (1.0, "+1"),
    ] {
        svg.line("line", (x.at(at), bottom), (x.at(at), bottom + 4.0));
        svg.text("small faint mid", (x.at(at), bottom + 17.0), text);
    }
    svg.line("line", (left, bottom), (right, bottom));
    let words = "symbol times from where the receiver looks";
    svg.text("small faint mid", (x.at(0.0), bottom + 33.0), words);
    svg.close();
}

/// Where symbols have their middles: where the receiver looked, else by counting.
fn middles(signal: &Signal) -> Vec<f64> {
    if !signal.decisions.is_empty() {
        return signal.decisions.iter().map(|look| look.at).collect();
    }
    let per_symbol = f64::from(signal.per_symbol.max(1));
    let count = whole(symbols(signal));
    let middle = |symbol| (float(symbol) + 0.5) * per_symbol;
    (0..count).map(middle).collect()
}

/// The least distance, over all pairs of neighbouring levels, between the lowest voltage of the
/// upper and the highest of the lower where the receiver looks; `None` with less than two
/// levels seen. Voltages belong to the level nearest to them, so an eye in which a decision was
/// wrong is closed, whatever the distance.
fn opening(signal: &Signal) -> Option<f64> {
    let wrong = |look: &Look| look.verdict != Verdict::Right;
    if signal.decisions.iter().any(wrong) {
        return Some(0.0);
    }
    let mut levels = signal.levels.clone();
    levels.sort_by(f64::total_cmp);
    let mut ranges: Vec<Option<(f64, f64)>> = vec![None; levels.len()];
    for middle in middles(signal) {
        let Some(voltage) = signal.samples.get(whole(middle)) else {
            continue;
        };
        let distance = |level: &f64| (level - voltage).abs();
        let nearest = levels.iter().zip(&mut ranges);
        let nearest = nearest.min_by(|a, b| distance(a.0).total_cmp(&distance(b.0)));
        if let Some((_, range)) = nearest {
            let (low, high) = range.unwrap_or((*voltage, *voltage));
            *range = Some((low.min(*voltage), high.max(*voltage)));
        }
    }
    let seen: Vec<_> = ranges.into_iter().flatten().collect();
    let gaps = seen.windows(2).filter_map(|pair| match pair {
        [below, above] => Some(above.0 - below.1),
        _ => None,
    });
    gaps.min_by(f64::total_cmp)
}
