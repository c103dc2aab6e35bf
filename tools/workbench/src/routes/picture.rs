//! What was seen, as a picture over time.

use layercake_figure::{Error, Input, Line, OverTime, Panel, figure};

use super::report::{at, mean, ways};
use super::scene::{Scene, Series, Tick};

/// Lines that one panel has room for.
const MOST_LINES: usize = 6;
/// Seconds of which the mean delay is drawn as one point.
const MEAN: usize = 5;

pub(super) fn draw(scene: &Scene, all: &[Series]) -> Result<String, Error> {
    let panels = match scene.load {
        Some(_) => traffic(all),
        None => all.iter().map(|own| metrics(scene, own)).collect(),
    };
    let title = match scene.load {
        Some(_) => format!("Ways from {} to {}", at(scene), scene.to),
        None => format!("Routes to {}", scene.to),
    };
    let unit = "s".to_owned();
    figure(
        "over-time",
        &Input::OverTime(OverTime {
            title,
            unit,
            panels,
        }),
    )
}

/// The way in use, the costs where they are measured, and the delays.
fn traffic(all: &[Series]) -> Vec<Panel> {
    let mut names: Vec<_> = all.iter().flat_map(taken).collect();
    names.sort_unstable();
    names.dedup();
    let in_use = all.iter().map(|own| Line {
        name: own.variant.to_string(),
        points: points(own, |tick| place(&names, tick)),
        steps: true,
    });
    let mut panels = vec![Panel {
        name: "way in use, by the neighbour whom it begins with".to_owned(),
        lines: in_use.take(MOST_LINES).collect(),
        levels: names.clone(),
    }];
    let measured = all.iter().filter(|own| own.variant.is_measured());
    panels.extend(measured.map(costs));
    let delays = all.iter().map(|own| Line {
        name: own.variant.to_string(),
        points: delays(own),
        steps: false,
    });
    panels.push(Panel {
        name: format!("delay of the datagrams, ms, means of {MEAN} s"),
        levels: Vec::new(),
        lines: with_points(delays.collect()),
    });
    panels
}

fn taken(series: &Series) -> impl Iterator<Item = String> + '_ {
    let first = series.ticks.iter().filter_map(|tick| tick.routes.first());
    first
        .map(|known| known.over.clone())
        .filter(|name| !name.is_empty())
}

#[expect(clippy::cast_precision_loss, reason = "few ways")]
fn place(names: &[String], tick: &Tick) -> Option<f64> {
    let over = &tick.routes.first()?.over;
    let place = names.iter().position(|name| name == over)?;
    Some(place as f64)
}

fn costs(series: &Series) -> Panel {
    let line = |way: String| Line {
        points: points(series, |tick| {
            let cost = tick.costs.iter().find(|(name, _)| *name == way);
            cost.map(|(_, cost)| f64::from(*cost) / 10.0)
        }),
        name: format!("over {way}"),
        steps: true,
    };
    Panel {
        name: format!("{}: what each way is believed to take, ms", series.variant),
        levels: Vec::new(),
        lines: with_points(ways(series).into_iter().map(line).collect()),
    }
}

fn delays(series: &Series) -> Vec<(f64, f64)> {
    let ticks = series.ticks.get(1..).unwrap_or_default();
    let groups = (1..).zip(ticks.chunks(MEAN));
    let point = |(number, ticks): (u32, &[Tick])| {
        let delays: Vec<f64> = ticks
            .iter()
            .flat_map(|tick| &tick.delays)
            .copied()
            .collect();
        Some((5.0 * f64::from(number) - 2.5, mean(&delays)?))
    };
    groups.filter_map(point).collect()
}

/// The metrics of all routers; where there is no route, 16.
fn metrics(scene: &Scene, series: &Series) -> Panel {
    let line = |(router, name): (usize, &String)| Line {
        name: name.clone(),
        points: points(series, |tick| {
            let known = tick.routes.get(router)?;
            Some(f64::from(known.metric.unwrap_or(16)))
        }),
        steps: true,
    };
    let lines = scene.at.iter().enumerate().map(line);
    Panel {
        name: format!("{}: metric, 16 for no route", series.variant),
        levels: Vec::new(),
        lines: lines.take(MOST_LINES).collect(),
    }
}

/// A value when it changes, and at the end.
fn points(series: &Series, value: impl Fn(&Tick) -> Option<f64>) -> Vec<(f64, f64)> {
    let ticks = (0_u32..).zip(&series.ticks);
    let points =
        ticks.filter_map(|(second, tick)| Some((f64::from(second), value(tick)?)));
    let mut kept: Vec<(f64, f64)> = Vec::new();
    let mut last = None;
    for point in points {
        if kept.last().is_none_or(|before| before.1 != point.1) {
            kept.push(point);
        }
        last = Some(point);
    }
    kept.extend(last);
    kept
}

/// A line without points cannot be drawn.
fn with_points(lines: Vec<Line>) -> Vec<Line> {
    let drawn = lines.into_iter().filter(|line| !line.points.is_empty());
    drawn.take(MOST_LINES).collect()
}
