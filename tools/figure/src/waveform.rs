//! `waveform`: the voltage on a line under the bits that it says, and what was understood.
//!
//! ```text
//! NRZ-L
//! sent    |   1   |   0   |   0   |    cells, each with what it says
//!   +1    |-------+       |       |
//!         |   o   |   o   |   x   |    o where the receiver looked
//!   -1            +-------+-------+
//! found       1       0       ?        wrong ones and violations stand out
//! ```

use std::fmt::Write as _;

use crate::scale::{Scale, float};
use crate::signals::{check, check_length, level_lines, names, symbols, voltages};
use crate::svg::{Svg, shortened, width};
use crate::{Error, Look, Signal, Verdict};

const LEFT: f64 = 64.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 8.0;
/// From the top of one signal to the next: name, cells, voltage, decisions, gap.
const ROW: f64 = 190.0;
const CELLS: f64 = 42.0;
const PLOT: (f64, f64) = (52.0, 146.0);
const FOUND: f64 = 164.0;
/// Of the explanation of the marks.
const LEGEND: f64 = 16.0;

pub(crate) fn draw(signals: &[Signal]) -> Result<String, Error> {
    check(signals)?;
    check_length(signals)?;
    let longest = signals.iter().map(symbols).fold(0.0, f64::max);
    let plot = (longest * 40.0).clamp(320.0, 860.0).max(longest * 14.0);
    let rows = TOP + ROW * float(signals.len());
    let any = signals.iter().any(|signal| !signal.decisions.is_empty());
    let height = if any { rows + LEGEND } else { rows };
    let title = format!("Waveform: {}", names(signals));
    let mut svg = Svg::new(LEFT + plot + RIGHT, height, &title, &describe(signals));
    for (index, signal) in signals.iter().enumerate() {
        let x = Scale::new((0.0, symbols(signal)), (LEFT, LEFT + plot));
        let row = Row {
            signal,
            x,
            top: TOP + ROW * float(index),
        };
        row.draw(&mut svg);
    }
    if any {
        legend(&mut svg, rows + 2.0);
    }
    Ok(svg.finish())
}

/// What the marks on the voltage mean.
fn legend(svg: &mut Svg, y: f64) {
    svg.circle("ok", (LEFT, y - 4.0), 2.6);
    svg.text("small faint", (LEFT + 8.0, y), "voltage decided by");
    svg.circle("bad", (LEFT + 134.0, y - 4.0), 3.4);
    svg.text("small faint", (LEFT + 142.0, y), "wrong");
    svg.cross("cross", (LEFT + 194.0, y - 4.0), 4.0);
    svg.text("small faint", (LEFT + 204.0, y), "violates the line code");
}

/// What is seen, in words.
fn describe(signals: &[Signal]) -> String {
    let mut text = String::new();
    for signal in signals {
        let count = |verdict| {
            let of_it = signal.decisions.iter().filter(|d| d.verdict == verdict);
            of_it.count()
        };
        let sent: String = signal.cells.iter().map(|c| c.text.as_str()).collect();
        let found: String = signal.decisions.iter().map(|d| d.text.as_str()).collect();
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "{}: {} samples, sent {}, found {}; {} decisions wrong, {} violations. ",
            shortened(&signal.name, 40),
            signal.samples.len(),
            shortened(&sent, 80),
            shortened(&found, 80),
            count(Verdict::Wrong),
            count(Verdict::Violation),
        );
    }
    text.trim_end().to_owned()
}

/// One signal on its place; `x` maps symbols.
struct Row<'a> {
    signal: &'a Signal,
    x: Scale,
    top: f64,
}

impl Row<'_> {
    fn draw(&self, svg: &mut Svg) {
        let (left, right) = (LEFT, self.x.at(f64::MAX));
        let y = voltages(self.signal, self.top + PLOT.0, self.top + PLOT.1);
        svg.open("signal", &self.signal.name);
        let name = shortened(&self.signal.name, 100);
        svg.text("name", (left, self.top + 16.0), &name);
        level_lines(svg, self.signal, y, left, right);
        self.cells(svg);
        self.voltage(svg, y);
        self.decisions(svg, y);
        svg.close();
    }

    /// The boundaries of the cells, and what each says where that fits.
    fn cells(&self, svg: &mut Svg) {
        if self.signal.cells.is_empty() {
            return;
        }
        let y = self.top + CELLS;
        svg.text("small faint end", (LEFT - 6.0, y), "sent");
        let (mut at, end) = (0.0, symbols(self.signal));
        self.boundary(svg, at);
        for cell in &self.signal.cells {
            let next = at + f64::from(cell.symbols);
            if at >= end {
                break;
            }
            let (from, to) = (self.x.at(at), self.x.at(next));
            if width(&cell.text) <= to - from + 4.0 {
                svg.text("cell mid", ((from + to) / 2.0, y), &cell.text);
            }
            self.boundary(svg, next);
            at = next;
        }
    }

    fn boundary(&self, svg: &mut Svg, symbol: f64) {
        let x = self.x.at(symbol);
        let (top, bottom) = (self.top + CELLS - 12.0, self.top + PLOT.1 + 4.0);
        svg.line("cut", (x, top), (x, bottom));
    }

    /// Every sample as it lasts for its interval would be stairs; a line through the middles
    /// shows edges as they are, with the ends drawn out to the edges of the picture.
    fn voltage(&self, svg: &mut Svg, y: Scale) {
        let samples = &self.signal.samples;
        let place = |sample: f64| self.x.at(sample / self.per_symbol());
        let middles = samples.iter().enumerate();
        let middles = middles.map(|(i, v)| (place(float(i) + 0.5), y.at(*v)));
        let end = |at: f64, v: Option<&f64>| v.map(|v| (place(at), y.at(*v)));
        let first = end(0.0, samples.first());
        let last = end(float(samples.len()), samples.last());
        svg.polyline("wave", first.into_iter().chain(middles).chain(last));
    }

    fn per_symbol(&self) -> f64 {
        f64::from(self.signal.per_symbol.max(1))
    }

    fn decisions(&self, svg: &mut Svg, y: Scale) {
        if self.signal.decisions.is_empty() {
            return;
        }
        let found = self.top + FOUND;
        svg.text("small faint end", (LEFT - 6.0, found), "found");
        let mut free = f64::MIN; // texts end here
        for look in &self.signal.decisions {
            let x = self.x.at(look.at / self.per_symbol());
            self.look(svg, look, (x, y.at(look.value)));
            let half = width(&look.text) / 2.0;
            let matters = look.verdict != Verdict::Right;
            if x - half >= free + 1.0 || matters {
                let class = if matters { "bad name mid" } else { "mid" };
                svg.text(class, (x, found), &shortened(&look.text, 20));
                free = x + half;
            }
        }
    }

    /// A dot where the receiver looked; what is not right stands out over the whole height.
    fn look(&self, svg: &mut Svg, look: &Look, at: (f64, f64)) {
        let (top, height) = (self.top + PLOT.0, PLOT.1 - PLOT.0);
        match look.verdict {
            Verdict::Right => svg.circle("ok look", at, 2.6),
            Verdict::Wrong => {
                svg.rect("odd", (at.0 - 6.0, top), (12.0, height));
                svg.circle("bad look", at, 3.4);
            }
            Verdict::Violation => {
                svg.rect("odd", (at.0 - 6.0, top), (12.0, height));
                svg.cross("cross look", at, 4.0);
            }
        }
    }
}
