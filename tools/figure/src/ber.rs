//! `ber`: bit error rates against Eb/N0, on a logarithmic scale.
//!
//! ```text
//! 10⁻¹ |-o-_
//! 10⁻² |    -o-_            line   theory
//! 10⁻³ |        o-_         o      measured, the stroke through it the interval
//! 10⁻⁴ |___________o____
//!      0   2   4   6   dB
//! ```

use crate::scale::{Scale, float, ticks};
use crate::svg::{Svg, shortened, width};
use crate::{Ber, Curve, Error, Point};

/// Curves in one picture: as many as there are colours.
const MOST_CURVES: usize = 6;
/// Points of one line or one measurement.
const MOST_POINTS: usize = 2000;
/// The lowest rate that is drawn, as a power of ten.
const LOWEST: f64 = -15.0;

const LEFT: f64 = 68.0;
const TOP: f64 = 54.0;
const PLOT: (f64, f64) = (520.0, 360.0);
const BOTTOM: f64 = 48.0;

pub(crate) fn draw(chart: &Ber) -> Result<String, Error> {
    check(chart)?;
    let names = chart.curves.iter().map(|curve| shortened(&curve.name, 40));
    let legend = names.map(|name| width(&name)).fold(90.0, f64::max) + 62.0;
    let size = (LEFT + PLOT.0 + 16.0 + legend, TOP + PLOT.1 + BOTTOM);
    let title = format!("Bit error rate: {}", shortened(&chart.title, 80));
    let mut svg = Svg::new(size.0, size.1, &title, &describe(chart));
    svg.text("head", (LEFT, 24.0), &shortened(&chart.title, 80));
    let axes = Axes::of(chart);
    axes.draw(&mut svg);
    for (index, curve) in chart.curves.iter().enumerate() {
        let name = shortened(&curve.name, 40);
        svg.open("curve", &name);
        axes.curve(&mut svg, curve, index);
        key(&mut svg, &name, index);
        svg.close();
    }
    let words = (
        LEFT + PLOT.0 + 20.0,
        TOP + 22.0 * float(chart.curves.len()) + 16.0,
    );
    svg.text("small faint", words, "lines: theory");
    svg.text("small faint", (words.0, words.1 + 16.0), "marks: measured,");
    svg.text(
        "small faint",
        (words.0, words.1 + 30.0),
        "with their intervals",
    );
    Ok(svg.finish())
}

fn check(chart: &Ber) -> Result<(), Error> {
    Error::count("curves", chart.curves.len(), MOST_CURVES)?;
    for curve in &chart.curves {
        let count = curve.theory.len() + curve.points.len();
        Error::count("points of a curve", count, MOST_POINTS)?;
        for (eb_n0, rate) in &curve.theory {
            Error::number("Eb/N0", *eb_n0)?;
            check_rate(*rate)?;
        }
        for point in &curve.points {
            Error::number("Eb/N0", point.eb_n0)?;
            [point.rate, point.low, point.high]
                .into_iter()
                .try_for_each(check_rate)?;
        }
    }
    Ok(())
}

fn check_rate(rate: f64) -> Result<(), Error> {
    let holds = (0.0..=1.0).contains(&rate);
    Error::require(holds, "a bit error rate", rate, "0 to 1")
}

/// What is seen, in words.
fn describe(chart: &Ber) -> String {
    let point = |p: &Point| {
        let Point {
            eb_n0,
            rate,
            low,
            high,
        } = p;
        format!("{eb_n0:.1} dB {rate:.2e} ({low:.2e} to {high:.2e})")
    };
    let curve = |curve: &Curve| {
        let points: Vec<_> = curve.points.iter().take(50).map(point).collect();
        format!("{}: {}.", shortened(&curve.name, 40), points.join(", "))
    };
    let curves: Vec<_> = chart.curves.iter().map(curve).collect();
    curves.join(" ")
}

/// Decibels to the right, powers of ten upwards.
struct Axes {
    x: Scale,
    y: Scale,
    decibels: (f64, f64),
    decades: (f64, f64),
}

impl Axes {
    fn of(chart: &Ber) -> Self {
        let theory = chart.curves.iter().flat_map(|c| &c.theory).copied();
        let points = chart.curves.iter().flat_map(|c| &c.points);
        let measured =
            points.flat_map(|p| [p.rate, p.low, p.high].map(|rate| (p.eb_n0, rate)));
        let (mut decibels, mut decades) = ((f64::MAX, f64::MIN), (0.0, -1.0));
        for (eb_n0, rate) in theory.chain(measured) {
            decibels = (f64::min(decibels.0, eb_n0), f64::max(decibels.1, eb_n0));
            if rate > 0.0 {
                decades = (0.0, f64::min(decades.1, rate.log10().floor()));
            }
        }
        let decades = (decades.1.max(LOWEST), decades.0);
        if decibels.0 == decibels.1 {
            decibels = (decibels.0 - 1.0, decibels.1 + 1.0);
        }
        Axes {
            x: Scale::new(decibels, (LEFT, LEFT + PLOT.0)),
            y: Scale::new(decades, (TOP + PLOT.1, TOP)),
            decibels,
            decades,
        }
    }

    /// The place of a rate; zero is at the bottom.
    fn place(&self, eb_n0: f64, rate: f64) -> (f64, f64) {
        let decade = if rate > 0.0 { rate.log10() } else { f64::MIN };
        (self.x.at(eb_n0), self.y.at(decade))
    }

    fn draw(&self, svg: &mut Svg) {
        let (right, bottom) = (LEFT + PLOT.0, TOP + PLOT.1);
        let mut decade = self.decades.0;
        while decade <= self.decades.1 {
            let y = self.y.at(decade);
            svg.line("grid", (LEFT, y), (right, y));
            svg.text("end", (LEFT - 8.0, y + 4.0), &power_of_ten(decade));
            decade += 1.0;
        }
        for tick in ticks(self.decibels, 10.0) {
            let x = self.x.at(tick);
            svg.line("grid", (x, TOP), (x, bottom));
            let text = format!("{}", (tick * 1e6).round() / 1e6 + 0.0);
            svg.text("mid", (x, bottom + 18.0), &text.replace('-', "\u{2212}"));
        }
        svg.line("line", (LEFT, bottom), (right, bottom));
        svg.line("line", (LEFT, TOP), (LEFT, bottom));
        svg.text("mid", (LEFT + PLOT.0 / 2.0, bottom + 38.0), "Eb/N0 in dB");
        svg.text("small faint", (12.0, TOP - 10.0), "bit error rate");
    }

    fn curve(&self, svg: &mut Svg, curve: &Curve, index: usize) {
        let line = curve
            .theory
            .iter()
            .map(|(eb_n0, rate)| self.place(*eb_n0, *rate));
        if !curve.theory.is_empty() {
            svg.polyline(&format!("c{index} theory"), line);
        }
        for point in &curve.points {
            let class = format!("c{index} mark");
            let (low, high) = (
                self.place(point.eb_n0, point.low),
                self.place(point.eb_n0, point.high),
            );
            svg.line(&class, low, high);
            for (x, y) in [low, high] {
                svg.line(&class, (x - 4.0, y), (x + 4.0, y));
            }
            // Of no error at all only the upper bound is known.
            if point.rate > 0.0 {
                let class = format!("{class} point");
                mark(svg, &class, index, self.place(point.eb_n0, point.rate));
            }
        }
    }
}

/// A power of ten as people write it.
fn power_of_ten(exponent: f64) -> String {
    let digits = format!("{exponent}");
    let raised = digits.chars().map(|digit| match digit {
        '-' => '⁻',
        '0' => '⁰',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '4' => '⁴',
        '5' => '⁵',
        '6' => '⁶',
        '7' => '⁷',
        '8' => '⁸',
        '9' => '⁹',
        other => other,
    });
    match digits.as_str() {
        "0" => "1".to_owned(),
        _ => "10".chars().chain(raised).collect(),
    }
}

/// Marks differ in form as well as in colour, and are hollow: two on one place are both seen.
fn mark(svg: &mut Svg, class: &str, index: usize, (x, y): (f64, f64)) {
    let form: &[(f64, f64)] = match index % 3 {
        0 => return svg.circle(class, (x, y), 4.0),
        1 => &[(-5.0, -5.0), (5.0, -5.0), (5.0, 5.0), (-5.0, 5.0)],
        _ => &[(0.0, -6.0), (6.0, 0.0), (0.0, 6.0), (-6.0, 0.0)],
    };
    svg.polygon(class, form.iter().map(|(dx, dy)| (x + dx, y + dy)));
}

/// A line of the legend, to the right of the plot.
fn key(svg: &mut Svg, name: &str, index: usize) {
    let (x, y) = (LEFT + PLOT.0 + 20.0, TOP + 10.0 + 22.0 * float(index));
    svg.line(&format!("c{index}"), (x, y), (x + 34.0, y));
    mark(svg, &format!("c{index} mark"), index, (x + 17.0, y));
    svg.text("key", (x + 42.0, y + 4.0), name);
}
