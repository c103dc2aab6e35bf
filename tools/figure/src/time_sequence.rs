//! `time-sequence`: two stations, time downwards, and what goes back and forth.
//!
//! ```text
//!  ms         sender            receiver
//!   0   DATA 0  |\___              |
//!       DATA 1  |\_  \____         |
//!   5           |  X      \------->|  ACK 1     arrow: arrives
//!               |        ____------|            cross on the way: lost
//!  10  timeout  |<------'          |            dashed, cross at the end: refused
//! ```

mod labels;

use crate::scale::{Scale, float, ticks};
use crate::svg::{Svg, shortened, width};
use crate::{Error, Event, Exchange, Fate, Side};
use labels::Labels;

/// Events and notes in one picture.
const MOST: usize = 2000;
/// Between the two stations.
const BETWEEN: f64 = 320.0;
/// Room for the numbers on the left.
const AXIS: f64 = 70.0;
const TOP: f64 = 76.0;
const BOTTOM: f64 = 48.0;

pub(crate) fn draw(exchange: &Exchange) -> Result<String, Error> {
    check(exchange)?;
    let title = format!("Time sequence: {}", shortened(&exchange.title, 80));
    let labels = Labels::of(exchange);
    let first = exchange.events.iter().map(|e| e.at);
    let first = first.chain(exchange.notes.iter().map(|n| n.at));
    let first = first.fold(f64::MAX, f64::min);
    let last = exchange.events.iter().map(|e| end(e.fate));
    let last = last.chain(exchange.notes.iter().map(|n| n.at));
    let last = last.fold(first, f64::max);
    let height = labels.height(last - first);
    let margins = labels.margins();
    let picture = Picture {
        left: AXIS + margins.0,
        right: AXIS + margins.0 + BETWEEN,
        times: (first, last),
        y: Scale::new((first, last), (TOP, TOP + height)),
    };
    let lowest = labels.lowest(picture.y).max(TOP + height);
    let size = (picture.right + margins.1 + 12.0, lowest + BOTTOM);
    let mut svg = Svg::new(size.0, size.1, &title, &describe(exchange));
    svg.text("head", (12.0, 24.0), &shortened(&exchange.title, 80));
    picture.stations(&mut svg, exchange, lowest + 10.0);
    picture.axis(&mut svg, &exchange.unit);
    for event in &exchange.events {
        picture.event(&mut svg, event);
    }
    labels.draw(&mut svg, picture.y, (picture.left, picture.right));
    legend(&mut svg, exchange, (picture.left, lowest + 34.0));
    Ok(svg.finish())
}

fn check(exchange: &Exchange) -> Result<(), Error> {
    let count = exchange.events.len() + exchange.notes.len();
    Error::count("events and notes", count, MOST)?;
    for event in &exchange.events {
        Error::number("the time of an event", event.at)?;
        let end = end(event.fate);
        Error::number("the end of an event", end)?;
        let expected = "not before its beginning";
        Error::require(end >= event.at, "the end of an event", end, expected)?;
    }
    let mut notes = exchange.notes.iter();
    notes.try_for_each(|note| Error::number("the time of a note", note.at))
}

/// When a transmission is over.
const fn end(fate: Fate) -> f64 {
    match fate {
        Fate::Arrives(at) | Fate::Lost(at) | Fate::Refused(at) => at,
    }
}

/// What is seen, in words.
fn describe(exchange: &Exchange) -> String {
    let count = |which: fn(&Fate) -> bool| {
        exchange.events.iter().filter(|e| which(&e.fate)).count()
    };
    format!(
        "{} transmissions between {} and {}: {} arrive, {} are lost, {} are refused.",
        exchange.events.len(),
        shortened(&exchange.left, 40),
        shortened(&exchange.right, 40),
        count(|fate| matches!(fate, Fate::Arrives(_))),
        count(|fate| matches!(fate, Fate::Lost(_))),
        count(|fate| matches!(fate, Fate::Refused(_))),
    )
}

/// Where things are.
struct Picture {
    left: f64,
    right: f64,
    times: (f64, f64),
    y: Scale,
}

impl Picture {
    fn stations(&self, svg: &mut Svg, exchange: &Exchange, bottom: f64) {
        for (x, name) in [(self.left, &exchange.left), (self.right, &exchange.right)] {
            svg.text("name mid", (x, TOP - 22.0), &shortened(name, 30));
            svg.line("line station", (x, TOP - 12.0), (x, bottom));
        }
    }

    /// Round times, about 60 pixels apart.
    fn axis(&self, svg: &mut Svg, unit: &str) {
        let (first, last) = self.times;
        svg.text(
            "small faint end",
            (AXIS - 14.0, TOP - 22.0),
            &shortened(unit, 8),
        );
        if first == last {
            let y = self.y.at(first);
            svg.text("small faint end", (AXIS - 14.0, y + 4.0), &number(first));
            return;
        }
        let pixels = self.y.at(last) - self.y.at(first);
        for tick in ticks(self.times, pixels / 60.0) {
            let y = self.y.at(tick);
            svg.text("small faint end", (AXIS - 14.0, y + 4.0), &number(tick));
            svg.line("line", (AXIS - 9.0, y), (AXIS - 4.0, y));
            svg.line("grid", (self.left, y), (self.right, y));
        }
    }

    fn event(&self, svg: &mut Svg, event: &Event) {
        let (from, to) = match event.from {
            Side::Left => (self.left, self.right),
            Side::Right => (self.right, self.left),
        };
        let (start, end) = (self.y.at(event.at), self.y.at(end(event.fate)));
        let on_the_way =
            |part: f64| (from + (to - from) * part, start + (end - start) * part);
        svg.open("event", &event.label);
        match event.fate {
            Fate::Arrives(_) => {
                svg.line("sent arrives", on_the_way(0.0), on_the_way(1.0));
                tip(svg, on_the_way(0.0), on_the_way(1.0));
            }
            Fate::Lost(_) => {
                svg.line("gone lost", on_the_way(0.0), on_the_way(0.6));
                svg.cross("cross", on_the_way(0.6), 5.0);
            }
            Fate::Refused(_) => {
                svg.line("gone refused", on_the_way(0.0), on_the_way(1.0));
                svg.cross("cross", on_the_way(1.0), 5.0);
            }
        }
        svg.close();
    }
}

/// The head of an arrow.
fn tip(svg: &mut Svg, from: (f64, f64), to: (f64, f64)) {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = (dx * dx + dy * dy).sqrt();
    let (along, across) = ((dx / length, dy / length), (-dy / length, dx / length));
    let corner = |side: f64| {
        let x = to.0 - 9.0 * along.0 + side * across.0;
        let y = to.1 - 9.0 * along.1 + side * across.1;
        (x, y)
    };
    svg.polygon("tip", [to, corner(3.5), corner(-3.5)].into_iter());
}

/// What the crosses mean, when there are any.
fn legend(svg: &mut Svg, exchange: &Exchange, (mut x, y): (f64, f64)) {
    let has = |which: fn(&Fate) -> bool| exchange.events.iter().any(|e| which(&e.fate));
    let lost = has(|fate| matches!(fate, Fate::Lost(_)));
    let refused = has(|fate| matches!(fate, Fate::Refused(_)));
    for (seen, text) in [
        (lost, "cross on the way: lost"),
        (refused, "cross at the end: refused"),
    ] {
        if seen {
            svg.line("gone", (x, y), (x + 20.0, y));
            svg.cross("cross", (x + 20.0, y), 4.0);
            svg.text("small faint", (x + 32.0, y + 4.0), text);
            x += 48.0 + 0.8 * width(text); // small letters
        }
    }
}

/// A time without the digits that rounding left behind.
fn number(time: f64) -> String {
    let text = format!("{}", (time * 1e9).round() / 1e9 + 0.0);
    text.replace('-', "\u{2212}")
}

/// The height that so many things want, at most.
fn most_height(count: usize) -> f64 {
    (30.0 * float(count)).clamp(260.0, 6000.0)
}
