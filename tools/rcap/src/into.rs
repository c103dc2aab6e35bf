//! `rcap replay --into`: a capture into a host of the emulated network.

mod adapt;
mod lab;

use std::process::ExitCode;
use std::time::Duration;

use layercake_base::{Instant, Reason};
use layercake_capfile::Record;

use crate::cli::Replay;
use crate::output::{Output, Stop};
use crate::replay::rounds::{Event, Go, rounds};
use crate::replay::schedule::Schedule;
use crate::text::tell;
use crate::{Failure, input};
use adapt::adapt;
use lab::Lab;

/// Virtual time that the network is given after the last frame: every retry of ARP and every
/// way through the built-in network is over by then.
const SETTLE: Duration = Duration::from_secs(5);

/// Hands every frame to the host when it is due, shows what crosses its network card, and tells
/// the counts on standard error.
pub(crate) fn run(arguments: &Replay, host: &str) -> Result<ExitCode, Failure> {
    let lab = Lab::open(arguments, host)?;
    let write = arguments.write.as_deref();
    input::keep(std::slice::from_ref(&arguments.file), write)?;
    let mut output = Output::new(&arguments.details, arguments.json, write)?;
    output.begin(host.to_owned());
    let schedule = Schedule::new(arguments.speed);
    let mut run = Run {
        lab,
        output,
        schedule,
        handed: 0,
        unspoken: 0,
        refused: None,
    };
    let end = run.all(arguments);
    if end.is_ok() || run.handed > 0 {
        run.tell(host);
    }
    let code = if run.handed > 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    };
    run.output.finish()?;
    match end {
        Err(Stop::Failed(failure)) => Err(failure),
        Ok(()) | Err(Stop::NobodyReads) => Ok(code),
    }
}

/// One replay.
struct Run {
    lab: Lab,
    output: Output,
    schedule: Schedule,
    /// Frames that the host got.
    handed: u64,
    /// Frames that carry neither IPv4 nor ARP.
    unspoken: u64,
    /// Frames that the network does not take, and why the first was refused.
    refused: Option<(u64, Reason)>,
}

impl Run {
    fn all(&mut self, arguments: &Replay) -> Result<(), Stop> {
        let limit = arguments.limit.unwrap_or(u64::MAX);
        let read = rounds(arguments, |event| {
            match event {
                Event::Again => self.schedule.again(),
                Event::Record(record) => self.record(record)?,
            }
            Ok(if self.handed < limit {
                Go::On
            } else {
                Go::Stop
            })
        });
        if let Err(Stop::NobodyReads) = read {
            return read;
        }
        // What was readable runs to its end also when the file is damaged.
        let end = self.lab.now() + SETTLE;
        self.lab.run_until(end, None, &mut self.output)?;
        self.output.flush()?;
        read
    }

    fn record(&mut self, record: &Record<'_>) -> Result<(), Stop> {
        let due = Instant::ZERO + self.schedule.due(record.time());
        self.lab.run_until(due, None, &mut self.output)?;
        let Some(adapted) = adapt(record, self.lab.station()) else {
            self.unspoken += 1;
            return Ok(());
        };
        if let Err(reason) = self.lab.inject(&adapted.frame) {
            self.refused.get_or_insert((0, reason)).0 += 1;
            return Ok(());
        }
        self.handed += 1;
        self.lab.run_until(due, Some(&adapted), &mut self.output)
    }

    fn tell(&self, host: &str) {
        let (address, sent) = (self.lab.station().address, self.lab.sent());
        tell(format_args!(
            "{} frames handed to {host} ({address}), which sent {sent}",
            self.handed
        ));
        if self.unspoken > 0 {
            tell(format_args!(
                "{} frames left out: they carry neither IPv4 nor ARP, and {host} speaks nothing else",
                self.unspoken
            ));
        }
        if let Some((count, reason)) = &self.refused {
            tell(format_args!("{count} frames left out: {reason}"));
        }
        for (layer, reason, count) in self.lab.discards() {
            tell(format_args!(
                "{count} discarded in the network by {layer}: {reason}"
            ));
        }
    }
}
