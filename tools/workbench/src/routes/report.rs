//! What was seen, as text.

use std::fmt::Write as _;

use super::load::BEGIN;
use super::scene::{Scene, Series, Tick};
use super::ways::Known;
use crate::output::{share, thousands};

/// One run: with traffic a line now and then, without it a line for each change of a route.
pub(super) fn table(scene: &Scene, series: &Series, every: u32) -> String {
    match scene.load {
        Some(_) => traffic(scene, series, every),
        None => routes(scene, series),
    }
}

fn traffic(scene: &Scene, series: &Series, every: u32) -> String {
    let ways = ways(series);
    let mut text = format!("{}: from {} to {}", series.variant, at(scene), scene.to);
    if let Some(load) = scene.load {
        let rate = thousands(load.rate);
        let _ = write!(
            text,
            ", {rate} bit/s from {} in bursts of {}, from {BEGIN} s on",
            scene.from, load.burst
        );
    }
    let _ = write!(text, "\n{:>6}  {:16}", "s", "way over");
    for way in &ways {
        let _ = write!(text, " {:>14}", format!("cost {way}"));
    }
    let _ = writeln!(
        text,
        " {:>9} {:>8} {:>8} {:>7}",
        "arrived", "mean ms", "p99 ms", "changes"
    );
    let every = usize::try_from(every).unwrap_or(usize::MAX);
    let ticks = series.ticks.get(1..).unwrap_or_default();
    for (number, ticks) in (1..).zip(ticks.chunks(every)) {
        let Some(last) = ticks.last() else { continue };
        let second = (number - 1) * every + ticks.len();
        let way = last.routes.first().map_or("-", over);
        let _ = write!(text, "{second:>6}  {way:16}");
        for own in &ways {
            let cost = last.costs.iter().find(|(name, _)| name == own);
            let cost = cost.map_or("-".to_owned(), |(_, cost)| cost.to_string());
            let _ = write!(text, " {cost:>14}");
        }
        let mut delays: Vec<f64> = ticks
            .iter()
            .flat_map(|tick| &tick.delays)
            .copied()
            .collect();
        delays.sort_by(f64::total_cmp);
        let _ = writeln!(
            text,
            " {:>9} {:>8} {:>8} {:>7}",
            delays.len(),
            number_or_dash(mean(&delays)),
            number_or_dash(percentile(&delays, 99)),
            last.changes
        );
    }
    text + "\n"
}

fn routes(scene: &Scene, series: &Series) -> String {
    let mut text = format!(
        "{}: metric and next hop to {}\n{:>6}",
        series.variant, scene.to, "s"
    );
    for name in &scene.at {
        let _ = write!(text, "  {name:16}");
    }
    end_line(&mut text);
    let mut before: Option<&Tick> = None;
    for (second, tick) in series.ticks.iter().enumerate() {
        if before.is_some_and(|before| before.routes == tick.routes) {
            continue;
        }
        let _ = write!(text, "{second:>6}");
        for known in &tick.routes {
            let known = match known.metric {
                None => "-".to_owned(),
                Some(metric) => format!("{metric} {}", known.over),
            };
            let _ = write!(text, "  {known:16}");
        }
        end_line(&mut text);
        before = Some(tick);
    }
    text + "\n"
}

/// All runs side by side.
pub(super) fn summary(scene: &Scene, all: &[Series]) -> String {
    if scene.load.is_none() {
        return counts(scene, all);
    }
    let mut text = format!(
        "{:16} {:>8} {:>8} {:>9} {:>9} {:>8} {:>8} {:>8}\n",
        "", "changes", "per min", "sent", "lost", "mean ms", "p99 ms", "most ms"
    );
    let seconds = scene.seconds.saturating_sub(BEGIN).max(1);
    for own in all {
        let changes = own.ticks.last().map_or(0, |tick| tick.changes);
        let arrived = u64::try_from(own.delays.len()).unwrap_or(0);
        let lost = own.sent.saturating_sub(arrived);
        #[expect(clippy::cast_precision_loss, reason = "a share for people")]
        let lost = share(lost as f64, own.sent as f64);
        let _ = writeln!(
            text,
            "{:16} {changes:>8} {:>8.1} {:>9} {lost:>9} {:>8} {:>8} {:>8}",
            own.variant,
            60.0 * f64::from(changes) / f64::from(seconds),
            thousands(own.sent),
            number_or_dash(mean(&own.delays)),
            number_or_dash(percentile(&own.delays, 99)),
            number_or_dash(own.delays.last().copied()),
        );
    }
    text
}

/// How often each router's route has changed since the first wire was cut, and when it did last.
fn counts(scene: &Scene, all: &[Series]) -> String {
    let cut = scene.first_cut();
    let mut text = format!("{:19}", format!("changes from {cut} s"));
    for name in &scene.at {
        let _ = write!(text, "  {name:16}");
    }
    end_line(&mut text);
    for own in all {
        let _ = write!(text, "{:19}", own.variant);
        for router in 0..scene.at.len() {
            let ticks = own.ticks.iter().enumerate().skip(cut);
            let mut seen = ticks.map(|(second, tick)| (second, tick.routes.get(router)));
            let (mut before, mut changes, mut last) = (seen.next(), 0, None);
            for own in seen {
                if before.is_some_and(|before| before.1 != own.1) {
                    (changes, last) = (changes + 1, Some(own.0));
                }
                before = Some(own);
            }
            let last = last.map_or(String::new(), |last| format!(", last at {last} s"));
            let _ = write!(text, "  {:16}", format!("{changes}{last}"));
        }
        end_line(&mut text);
    }
    text
}

fn end_line(text: &mut String) {
    text.truncate(text.trim_end().len());
    text.push('\n');
}

/// All ways whose costs were ever known, by the neighbours whom they begin with.
pub(super) fn ways(series: &Series) -> Vec<String> {
    let costs = series.ticks.iter().flat_map(|tick| &tick.costs);
    let mut names: Vec<_> = costs.map(|(name, _)| name.clone()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

pub(super) fn at(scene: &Scene) -> &str {
    scene.at.first().map_or("", String::as_str)
}

fn over(known: &Known) -> &str {
    match known.over.as_str() {
        "" => "-",
        name => name,
    }
}

pub(super) fn mean(values: &[f64]) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "few millions")]
    let count = values.len() as f64;
    (count > 0.0).then(|| values.iter().sum::<f64>() / count)
}

/// Of values in rising order.
fn percentile(values: &[f64], percent: usize) -> Option<f64> {
    values
        .get(values.len().saturating_sub(1) * percent / 100)
        .copied()
}

fn number_or_dash(number: Option<f64>) -> String {
    number.map_or("-".to_owned(), |number| format!("{number:.1}"))
}
