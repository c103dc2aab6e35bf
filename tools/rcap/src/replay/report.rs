//! What a replay achieved.

use std::io::{self, Write as _};
use std::time::Duration;

use layercake_host::clock::{Monotonic, monotonic};
use serde::Serialize;

use super::fit::Misfits;
use super::histogram::Histogram;

/// Version of the JSON object.
const VERSION: u32 = 1;

/// Counts and times of one replay.
#[derive(Clone, Debug)]
pub(super) struct Report {
    /// When the first frame was due, once one was read.
    pub(super) start: Option<Monotonic>,
    took: Duration,
    /// Frames and octets that the kernel took.
    pub(super) frames: u64,
    octets: u64,
    pub(super) misfits: Misfits,
    /// Frames whose time lay before that of their predecessor.
    pub(super) backward: u64,
    /// There was no schedule to be late on.
    top: bool,
    lateness: Histogram,
    /// How late the last frame was.
    drift: Duration,
}

/// The same as data. Times in nanoseconds.
#[derive(Debug, Serialize)]
struct Object {
    version: u32,
    frames: u64,
    octets: u64,
    seconds: f64,
    frames_per_second: f64,
    bits_per_second: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    timing_error_ns: Option<Timing>,
    not_sent: NotSent,
    /// Sent as far as they were captured.
    cut: u64,
    /// Captured before their predecessor, and sent at once.
    backward: u64,
}

#[derive(Debug, Serialize)]
struct Timing {
    median: u64,
    p99: u64,
    max: u64,
    end_drift: u64,
}

#[derive(Debug, Serialize)]
struct NotSent {
    too_long: u64,
    too_short: u64,
    other_link_type: u64,
}

impl Report {
    /// Nothing was read yet; `top` without a schedule.
    pub(super) fn new(top: bool) -> Self {
        Report {
            start: None,
            took: Duration::ZERO,
            frames: 0,
            octets: 0,
            misfits: Misfits::default(),
            backward: 0,
            top,
            lateness: Histogram::default(),
            drift: Duration::ZERO,
        }
    }

    /// The replay is over.
    pub(super) fn end(&mut self) {
        let took = self.start.map(|start| monotonic().since(start));
        self.took = took.unwrap_or_default();
    }

    /// The kernel took a frame.
    pub(super) fn sent(&mut self, octets: usize) {
        self.frames += 1;
        self.octets += octets as u64;
    }

    /// A frame was handed over this long after it was due.
    pub(super) fn late(&mut self, by: Duration) {
        self.lateness.add(by);
        self.drift = by;
    }

    /// True when no frame was left out.
    pub(super) fn all_sent(&self) -> bool {
        self.misfits.unsent() == 0
    }

    pub(super) fn print(&self, json: bool) -> io::Result<()> {
        let mut output = io::stdout().lock();
        if json {
            serde_json::to_writer(&mut output, &self.object())?;
            return writeln!(output);
        }
        let object = self.object();
        let (rate, mega) = (object.frames_per_second, object.bits_per_second / 1e6);
        writeln!(
            output,
            "{} frames, {} octets in {:.6} s: {rate:.0} frames/s, {mega:.3} Mbit/s",
            self.frames, self.octets, object.seconds
        )?;
        if let Some(timing) = &object.timing_error_ns {
            writeln!(output, "{}", timing.line())?;
        }
        self.remarks()
            .iter()
            .try_for_each(|line| writeln!(output, "{line}"))
    }

    fn object(&self) -> Object {
        let seconds = self.took.as_secs_f64();
        let per_second = |count: u64| {
            if seconds > 0.0 {
                count as f64 / seconds
            } else {
                0.0
            }
        };
        let Misfits {
            too_long,
            too_short,
            other_link,
            cut,
            ..
        } = self.misfits;
        Object {
            version: VERSION,
            frames: self.frames,
            octets: self.octets,
            seconds,
            frames_per_second: per_second(self.frames),
            bits_per_second: per_second(self.octets) * 8.0,
            timing_error_ns: (!self.top && self.frames > 0).then(|| Timing {
                median: self.lateness.percentile(50),
                p99: self.lateness.percentile(99),
                max: self.lateness.max(),
                end_drift: u64::try_from(self.drift.as_nanos()).unwrap_or(u64::MAX),
            }),
            not_sent: NotSent {
                too_long,
                too_short,
                other_link_type: other_link,
            },
            cut,
            backward: self.backward,
        }
    }

    /// A line for everything that is not as captured.
    fn remarks(&self) -> Vec<String> {
        let Misfits {
            too_long,
            longest,
            too_short,
            other_link,
            cut,
        } = self.misfits;
        let lines = [
            (
                too_long,
                format!("not sent, too long for the interface (up to {longest} octets)"),
            ),
            (
                too_short,
                "not sent, shorter than an Ethernet header".into(),
            ),
            (
                other_link,
                "not sent, of another link type than Ethernet".into(),
            ),
            (cut, "sent as far as they were captured, not whole".into()),
            (
                self.backward,
                "sent at once, captured before their predecessor".into(),
            ),
        ];
        let told = lines.iter().filter(|(count, _)| *count > 0);
        told.map(|(count, what)| format!("{count} frames {what}"))
            .collect()
    }
}

impl Timing {
    fn line(&self) -> String {
        let micro = |nanos: u64| nanos as f64 / 1000.0;
        let [median, p99, max, drift] =
            [self.median, self.p99, self.max, self.end_drift].map(micro);
        format!(
            "handed over late by: median {median:.3} µs, 99 % {p99:.3} µs, \
             max {max:.3} µs; last frame {drift:.3} µs"
        )
    }
}
