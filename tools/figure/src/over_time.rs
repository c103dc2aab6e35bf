//! `over-time`: values that change with time, in panels one under the other on one axis of time.
//!
//! ```text
//!  way  hill  |----__----__----   ── delay        steps: the value holds until the next one
//!      direct |    --    --       ╌╌ average
//!  ms      40 |   /\    /\
//!           0 |__/  \__/  \___    straight from one value to the next
//!             0    30    60  s
//! ```

use crate::scale::{Scale, float, ticks};
use crate::svg::{Svg, shortened, width};
use crate::{Error, Line, OverTime, Panel};

/// Panels in one picture.
const MOST_PANELS: usize = 8;
/// Lines in one panel: as many as there are colours.
const MOST_LINES: usize = 6;
/// Points of one line.
const MOST_POINTS: usize = 5000;
/// Named values in one panel.
const MOST_LEVELS: usize = 20;

const LEFT: f64 = 108.0;
const TOP: f64 = 46.0;
const WIDTH: f64 = 620.0;
/// Above each panel, for its name.
const HEAD: f64 = 24.0;
const BOTTOM: f64 = 46.0;
/// The height of a panel with numbers.
const HEIGHT: f64 = 132.0;
/// The height of each named value: lines on the same value lie beside each other in it.
const LEVEL: f64 = 34.0;
/// The height of each name of a line.
const KEY: f64 = 18.0;
/// From one of these lines to the next.
const BESIDE: f64 = 4.0;

pub(crate) fn draw(chart: &OverTime) -> Result<String, Error> {
    check(chart)?;
    let names = chart.panels.iter().flat_map(|panel| &panel.lines);
    let names = names.map(|line| width(&shortened(&line.name, 40)));
    let legend = names.fold(60.0, f64::max) + 62.0;
    let heights: f64 = chart.panels.iter().map(|panel| HEAD + height(panel)).sum();
    let size = (LEFT + WIDTH + 16.0 + legend, TOP + heights + BOTTOM);
    let title = format!("Over time: {}", shortened(&chart.title, 80));
    let mut svg = Svg::new(size.0, size.1, &title, &describe(chart));
    svg.text("head", (12.0, 24.0), &shortened(&chart.title, 80));
    let times = times(chart);
    let x = Scale::new(times, (LEFT, LEFT + WIDTH));
    let mut top = TOP;
    for panel in &chart.panels {
        let plot = Plot::of(panel, x, top + HEAD);
        svg.open("panel", &shortened(&panel.name, 80));
        svg.text(
            "name",
            (LEFT, top + HEAD - 8.0),
            &shortened(&panel.name, 80),
        );
        plot.draw(&mut svg, panel, times);
        svg.close();
        top += HEAD + height(panel);
    }
    axis(&mut svg, x, times, top, &chart.unit);
    Ok(svg.finish())
}

fn check(chart: &OverTime) -> Result<(), Error> {
    Error::count("panels", chart.panels.len(), MOST_PANELS)?;
    for panel in &chart.panels {
        Error::count("lines of a panel", panel.lines.len(), MOST_LINES)?;
        Error::at_most("named values", panel.levels.len(), MOST_LEVELS)?;
        for line in &panel.lines {
            Error::count("points of a line", line.points.len(), MOST_POINTS)?;
            let mut before = f64::MIN;
            for (time, value) in &line.points {
                Error::number("a time", *time)?;
                Error::number("a value", *value)?;
                let expected = "not before the time of the point in front of it";
                Error::require(*time >= before, "a time", *time, expected)?;
                before = *time;
            }
        }
    }
    Ok(())
}

/// From the first to the last point of all.
fn times(chart: &OverTime) -> (f64, f64) {
    let lines = chart.panels.iter().flat_map(|panel| &panel.lines);
    let times = lines.flat_map(|line| &line.points).map(|point| point.0);
    let least = times.clone().fold(f64::MAX, f64::min);
    let most = times.fold(least, f64::max);
    (least, most.max(least + 1e-3))
}

fn height(panel: &Panel) -> f64 {
    match panel.levels.len() {
        0 => HEIGHT,
        levels => f64::max(LEVEL * float(levels), KEY * float(panel.lines.len())) + 10.0,
    }
}

/// What is seen, in words.
fn describe(chart: &OverTime) -> String {
    let line = |line: &Line| {
        let values = line.points.iter().map(|point| point.1);
        let least = values.clone().fold(f64::MAX, f64::min);
        let most = values.fold(f64::MIN, f64::max);
        let name = shortened(&line.name, 40);
        let changes = line.points.windows(2);
        let changes = changes.filter(|pair| matches!(pair, [a, b] if a.1 != b.1));
        let count = changes.count();
        format!("{name} {least:.1} to {most:.1}, {count} changes")
    };
    let panel = |panel: &Panel| {
        let lines: Vec<_> = panel.lines.iter().map(line).collect();
        format!("{}: {}.", shortened(&panel.name, 80), lines.join("; "))
    };
    let panels: Vec<_> = chart.panels.iter().map(panel).collect();
    panels.join(" ")
}

/// One panel: time to the right, values upwards.
struct Plot {
    x: Scale,
    y: Scale,
    values: (f64, f64),
    top: f64,
    bottom: f64,
}

impl Plot {
    fn of(panel: &Panel, x: Scale, top: f64) -> Self {
        let bottom = top + height(panel) - 10.0;
        let values = match panel.levels.len() {
            0 => values(panel),
            levels => (-0.5, float(levels) - 0.5),
        };
        let y = Scale::new(values, (bottom, top));
        Plot {
            x,
            y,
            values,
            top,
            bottom,
        }
    }

    fn draw(&self, svg: &mut Svg, panel: &Panel, times: (f64, f64)) {
        let right = LEFT + WIDTH;
        for tick in ticks(times, 10.0) {
            let x = self.x.at(tick);
            svg.line("grid", (x, self.top), (x, self.bottom));
        }
        for (value, text) in self.marks(panel) {
            let y = self.y.at(value);
            svg.line("grid", (LEFT, y), (right, y));
            svg.text("small faint end", (LEFT - 8.0, y + 4.0), &text);
        }
        svg.line("line", (LEFT, self.top), (LEFT, self.bottom));
        svg.line("line", (LEFT, self.bottom), (right, self.bottom));
        for (index, line) in panel.lines.iter().enumerate() {
            let name = shortened(&line.name, 40);
            let aside = match panel.levels.len() {
                0 => 0.0,
                _ => BESIDE * (float(index) - float(panel.lines.len() - 1) / 2.0),
            };
            svg.open("series", &name);
            svg.polyline(&format!("c{index} values"), self.places(line, aside));
            let (x, y) = (right + 16.0, self.top + 8.0 + KEY * float(index));
            svg.line(&format!("c{index}"), (x, y), (x + 34.0, y));
            svg.text("key", (x + 42.0, y + 4.0), &name);
            svg.close();
        }
    }

    /// Values with a line across the panel, and what is written at it.
    fn marks(&self, panel: &Panel) -> Vec<(f64, String)> {
        match panel.levels.is_empty() {
            true => {
                let steps = (self.bottom - self.top) / 30.0;
                let ticks = ticks(self.values, steps);
                ticks.map(|tick| (tick, number(tick))).collect()
            }
            false => {
                let levels = panel.levels.iter().enumerate();
                let level =
                    |(at, name): (usize, &String)| (float(at), shortened(name, 14));
                levels.map(level).collect()
            }
        }
    }

    /// Where the points of a line are, so much lower.
    fn places(&self, line: &Line, aside: f64) -> impl Iterator<Item = (f64, f64)> {
        let mut before = None;
        line.points.iter().flat_map(move |(time, value)| {
            let place = (self.x.at(*time), self.y.at(*value) + aside);
            let corner = before.filter(|_| line.steps).map(|y| (place.0, y));
            before = Some(place.1);
            corner.into_iter().chain([place])
        })
    }
}

/// From zero, or below, to the largest value.
fn values(panel: &Panel) -> (f64, f64) {
    let values = panel.lines.iter().flat_map(|line| &line.points);
    let values = values.map(|point| point.1);
    let least = values.clone().fold(0.0, f64::min);
    let most = values.fold(least, f64::max);
    (least, if most > least { most } else { least + 1.0 })
}

fn axis(svg: &mut Svg, x: Scale, times: (f64, f64), bottom: f64, unit: &str) {
    for tick in ticks(times, 10.0) {
        svg.text("mid", (x.at(tick), bottom + 8.0), &number(tick));
    }
    let unit = shortened(unit, 20);
    svg.text("mid", (LEFT + WIDTH / 2.0, bottom + 28.0), &unit);
}

/// A number without the digits that rounding left behind.
fn number(value: f64) -> String {
    let text = format!("{}", (value * 1e9).round() / 1e9 + 0.0);
    text.replace('-', "\u{2212}")
}
