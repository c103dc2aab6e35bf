//! The loops that send: one frame after the other on the schedule, or batches at top speed.
//!
//! Both read the capture while they send, so that its size does not matter; a record is read
//! in the time before its frame is due.

use std::time::Duration;

use layercake_host::clock::monotonic;
use layercake_host::link::{BatchSender, LinkError, LinkSender};
use layercake_host::pace::{Pace, Pacer};
use layercake_host::signal::Signals;

use crate::Failure;
use crate::cli::Replay;

use super::report::Report;
use super::rounds::{Event, Go, rounds};
use super::schedule::Schedule;

/// From the first frame being read to its being due: more than a wake-up takes.
const LEAD: Duration = Duration::from_millis(2);
/// Octets and frames that are collected for one hand-over to the kernel at top speed.
const BATCH_OCTETS: usize = 256 * 1024;
const BATCH_FRAMES: usize = 256;

/// The report, and how the replay ended: a failure is told after the report.
type Outcome = Result<(Report, Result<(), Failure>), Failure>;

/// Sends each frame when it is due.
pub(super) fn on_schedule(arguments: &Replay, interface: &str) -> Outcome {
    let mut link = LinkSender::open(interface)?;
    let interface = link.interface().clone();
    let (pacer, signals) = (Pacer::new()?, Signals::watch()?);
    let mut schedule = Schedule::new(arguments.speed);
    let mut report = Report::new(false);
    let end = rounds(arguments, |event| {
        let record = match event {
            Event::Again => {
                schedule.again();
                return Ok(Go::On);
            }
            Event::Record(record) => record,
        };
        // Opening a file may take long; the schedule begins when there is a frame.
        let start = *report.start.get_or_insert_with(|| monotonic().plus(LEAD));
        let due = schedule.due(record.time());
        if !report.misfits.allow(record, &interface) {
            return Ok(go_on(arguments, &report, &signals));
        }
        match pacer.until(start.plus(due), Some(&signals))? {
            Pace::Late(late) => report.late(late),
            Pace::Signal => return Ok(Go::Stop),
        }
        send(&mut link, record.octets, &mut report)?;
        Ok(go_on(arguments, &report, &signals))
    });
    report.end();
    report.backward = schedule.backward;
    Ok((report, end))
}

/// Hands frames to the kernel as fast as it takes them.
pub(super) fn at_top_speed(arguments: &Replay, interface: &str) -> Outcome {
    let mut link = BatchSender::open(interface)?;
    let interface = link.interface().clone();
    let signals = Signals::watch()?;
    let mut report = Report::new(true);
    let mut batch = Batch::default();
    let mut end = rounds(arguments, |event| {
        let Event::Record(record) = event else {
            return Ok(Go::On);
        };
        report.start.get_or_insert_with(monotonic);
        if report.misfits.allow(record, &interface) {
            batch.add(record.octets);
        }
        let enough = arguments
            .limit
            .is_some_and(|limit| batch.frames(&report) >= limit);
        if enough || batch.is_full() {
            batch.send(&mut link, &mut report)?;
        }
        Ok(go_on(arguments, &report, &signals))
    });
    if end.is_ok() {
        end = batch.send(&mut link, &mut report);
    }
    report.end();
    Ok((report, end))
}

/// Stops at the limit and at a signal, which also ends a replay that sends nothing.
fn go_on(arguments: &Replay, report: &Report, signals: &Signals) -> Go {
    let enough = arguments.limit.is_some_and(|limit| report.frames >= limit);
    if enough || signals.pending() {
        Go::Stop
    } else {
        Go::On
    }
}

/// Sends one frame. The kernel knows best what is too long.
fn send(link: &mut LinkSender, frame: &[u8], report: &mut Report) -> Result<(), Failure> {
    match link.send(frame) {
        Ok(()) => report.sent(frame.len()),
        Err(LinkError::FrameTooLong { length, .. }) => {
            report.misfits.too_long += 1;
            report.misfits.longest = report.misfits.longest.max(length);
        }
        Err(LinkError::FrameTooShort { .. }) => report.misfits.too_short += 1,
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

/// Frames on their way to the kernel, one behind the other.
#[derive(Debug, Default)]
struct Batch {
    octets: Vec<u8>,
    ends: Vec<usize>,
}

impl Batch {
    fn add(&mut self, frame: &[u8]) {
        self.octets.extend_from_slice(frame);
        self.ends.push(self.octets.len());
    }

    fn is_full(&self) -> bool {
        self.octets.len() >= BATCH_OCTETS || self.ends.len() >= BATCH_FRAMES
    }

    /// Frames that were sent, and those that wait here.
    fn frames(&self, report: &Report) -> u64 {
        report.frames + self.ends.len() as u64
    }

    fn send(
        &mut self,
        link: &mut BatchSender,
        report: &mut Report,
    ) -> Result<(), Failure> {
        let starts = std::iter::once(&0).chain(&self.ends);
        let frames = starts
            .zip(&self.ends)
            .filter_map(|(from, to)| self.octets.get(*from..*to));
        let frames: Vec<&[u8]> = frames.collect();
        link.send_all(&frames)?;
        frames.iter().for_each(|frame| report.sent(frame.len()));
        self.octets.clear();
        self.ends.clear();
        Ok(())
    }
}
