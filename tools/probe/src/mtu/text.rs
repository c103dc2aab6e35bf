//! What people read of a search: a line for each probe, then what was found.

use core::net::IpAddr;
use core::time::Duration;
use std::io::{self, Write};

use super::{Finished, Limit, Outcome, Probed, Record};
use crate::escape::Escaped;
use crate::ping::text::words;

/// A subscriber that writes text.
pub struct Text<'a> {
    output: &'a mut dyn Write,
    /// The last lines only.
    quiet: bool,
}

impl std::fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Text").finish_non_exhaustive()
    }
}

impl<'a> Text<'a> {
    /// Writes to `output`; when quiet without a line for each probe.
    pub fn new(output: &'a mut dyn Write, quiet: bool) -> Self {
        Text { output, quiet }
    }

    /// Writes what a record says.
    ///
    /// # Errors
    /// Those of the output.
    pub fn on(&mut self, record: &Record) -> io::Result<()> {
        match record {
            Record::Started { host, address, .. } => {
                let host = Escaped(host);
                writeln!(self.output, "MTU of the path to {host} ({address})")?;
            }
            Record::Probe(probe) if !self.quiet => self.probe(probe)?,
            Record::Probe(_) => {}
            Record::Finished(finished) => self.finished(finished)?,
        }
        self.output.flush()
    }

    /// Writes a text between the lines of the report.
    ///
    /// # Errors
    /// Those of the output.
    pub fn insert(&mut self, text: &str) -> io::Result<()> {
        write!(self.output, "{text}")?;
        self.output.flush()
    }

    fn probe(&mut self, probe: &Probed) -> io::Result<()> {
        let what = match &probe.outcome {
            Outcome::Sent => return Ok(()),
            Outcome::Arrived { rtt_ns, late, .. } => {
                let late = if *late { ", late" } else { "" };
                format!("arrived, {:.3} ms{late}", millis(*rtt_ns))
            }
            Outcome::TooBig { from, mtu } => {
                format!("too large: {} takes {mtu}", named(*from))
            }
            Outcome::FirstLink { mtu: 0 } => "too large for the first link".to_owned(),
            Outcome::FirstLink { mtu } => {
                format!("too large: the first link takes {mtu}")
            }
            Outcome::Error { from, cause } => {
                let told = match from {
                    Some(IpAddr::V6(_)) => words::v6(cause),
                    _ => words::v4(cause),
                };
                format!("{}: {told}", named(*from))
            }
            Outcome::NotSent { reason } => format!("not sent: {}", Escaped(reason)),
            Outcome::Lost => "lost".to_owned(),
        };
        let Probed {
            probe, state, size, ..
        } = probe;
        writeln!(self.output, "{probe:3}  {state:<15}  {size:5}  {what}")
    }

    fn finished(&mut self, end: &Finished) -> io::Result<()> {
        let found = match (end.mtu, end.limit) {
            (Some(mtu), Some(limit)) => {
                let why = match limit {
                    Limit::FirstLink => "all that the first link takes".to_owned(),
                    Limit::Router => format!("as {} says", named(end.router)),
                    Limit::Silence => "no router says so: a black hole".to_owned(),
                };
                format!("the path takes {mtu} octets, {why}")
            }
            _ => "the path MTU was not found".to_owned(),
        };
        let (probes, lost) = (end.probes, end.lost);
        let seconds = Duration::from_nanos(end.elapsed_ns).as_secs_f64();
        writeln!(
            self.output,
            "{found}; {probes} probes, {lost} lost, {seconds:.3} s"
        )
    }
}

fn named(from: Option<IpAddr>) -> String {
    from.map_or_else(|| "somebody".to_owned(), |from| from.to_string())
}

fn millis(nanos: u64) -> f64 {
    Duration::from_nanos(nanos).as_secs_f64() * 1000.0
}
