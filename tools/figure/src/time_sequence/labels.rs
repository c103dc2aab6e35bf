//! What is written beside the stations: labels of transmissions at their sender, and notes.

use super::most_height;
use crate::scale::Scale;
use crate::svg::{Svg, shortened, width};
use crate::{Exchange, Side};

/// Letters of a label.
const LETTERS: usize = 36;
/// From one label to the next on one side.
const LINE: f64 = 15.0;
/// Between a station and its labels.
const GAP: f64 = 12.0;

/// A text beside one of the stations.
struct Label {
    at: f64,
    text: String,
    class: &'static str,
}

/// The texts of both sides, each in order of time.
pub(super) struct Labels {
    left: Vec<Label>,
    right: Vec<Label>,
}

impl Labels {
    pub(super) fn of(exchange: &Exchange) -> Self {
        let side = |side: Side| {
            let events = exchange.events.iter().filter(|event| event.from == side);
            let events = events.map(|event| Label {
                at: event.at,
                text: shortened(&event.label, LETTERS),
                class: "label",
            });
            let notes = exchange.notes.iter().filter(|note| note.side == side);
            let notes = notes.map(|note| Label {
                at: note.at,
                text: shortened(&note.text, LETTERS),
                class: "note bad",
            });
            let mut labels: Vec<_> = events.chain(notes).collect();
            labels.sort_by(|a, b| a.at.total_cmp(&b.at));
            labels
        };
        Labels {
            left: side(Side::Left),
            right: side(Side::Right),
        }
    }

    /// Room to the left of the one and to the right of the other station.
    pub(super) fn margins(&self) -> (f64, f64) {
        let widest = |labels: &[Label]| {
            let widths = labels.iter().map(|label| width(&label.text));
            widths.fold(60.0, f64::max) + GAP
        };
        (widest(&self.left), widest(&self.right))
    }

    /// The height for `span` of time at which labels of one side stand below each other without
    /// being moved, within reason.
    pub(super) fn height(&self, span: f64) -> f64 {
        let gaps = [&self.left, &self.right].into_iter().flat_map(|labels| {
            labels.windows(2).filter_map(|pair| match pair {
                [before, after] => Some(after.at - before.at),
                _ => None,
            })
        });
        let least = gaps.filter(|gap| *gap > 0.0).fold(f64::MAX, f64::min);
        let most = most_height(self.left.len() + self.right.len());
        (span / least * LINE).clamp(220.0, most)
    }

    /// Where each label stands: beside its time, or below the one before.
    fn places(labels: &[Label], y: Scale) -> impl Iterator<Item = (f64, &Label)> {
        labels.iter().scan(f64::MIN, move |free, label| {
            let place = y.at(label.at).max(*free);
            *free = place + LINE;
            Some((place, label))
        })
    }

    /// The lowest place of a label.
    pub(super) fn lowest(&self, y: Scale) -> f64 {
        let places = [&self.left, &self.right];
        let places = places
            .into_iter()
            .filter_map(|labels| Self::places(labels, y).last());
        places.map(|(place, _)| place).fold(0.0, f64::max)
    }

    /// Draws them beside the stations, with a thin line to its time for each that was moved.
    pub(super) fn draw(&self, svg: &mut Svg, y: Scale, stations: (f64, f64)) {
        for (labels, station, way, anchor) in [
            (&self.left, stations.0, -1.0, "end"),
            (&self.right, stations.1, 1.0, "start"),
        ] {
            for (place, label) in Self::places(labels, y) {
                let class = format!("{} {anchor}", label.class);
                let x = station + way * GAP;
                svg.text(&class, (x, place + 4.0), &label.text);
                let time = y.at(label.at);
                if place - time > 3.0 {
                    svg.line("cut", (station, time), (x - way * 2.0, place));
                }
            }
        }
    }
}
