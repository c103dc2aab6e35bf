//! The report as traceroute prints it, piece by piece as it becomes known.
//!
//! ```text
//! traceroute to far.lab (10.0.9.2), 30 hops max, 60 byte packets
//!  1  gate.lab (10.0.1.1)  0.412 ms  0.398 ms  0.401 ms
//!  2  * * *
//!  3  10.0.2.1 (10.0.2.1)  5.020 ms  10.0.2.5 (10.0.2.5)  5.031 ms !X *
//! ```
//! Spec: traceroute 2.1.2 of Debian (`print_header`, `print_probe`).
//! Not here: looking names up: [`Names`] is asked as soon as an address is known, and again
//! when its line is printed.

#[cfg(test)]
mod tests;

use core::net::IpAddr;
use std::io::{self, Write};

use super::{Position, Record};
use crate::escape::Escaped;

/// Finds names of addresses without blocking the trace.
pub trait Names {
    /// The name of this address will be wanted soon.
    fn ask(&mut self, address: IpAddr);

    /// Its name, if there is one and it became known within bounded time.
    fn name(&mut self, address: IpAddr) -> Option<String>;
}

/// What became of one probe.
#[derive(Clone, Debug)]
enum Outcome {
    Silence,
    TooLong {
        took_ns: u64,
        mtu: u32,
    },
    Reply {
        from: IpAddr,
        rtt_ns: u64,
        sign: String,
        last: bool,
    },
}

/// Writes the report; a subscriber of [`Record`]s.
pub struct Text<'a> {
    output: &'a mut dyn Write,
    /// `None` prints addresses only.
    names: Option<&'a mut dyn Names>,
    outcomes: Vec<Option<Outcome>>,
    first: u8,
    queries: u8,
    /// Index into `outcomes` of the next one to print.
    printed: usize,
    /// The address that was printed last on this line.
    shown: Option<IpAddr>,
    /// Index behind the last outcome that belongs to the path.
    end: usize,
}

impl<'a> Text<'a> {
    /// A report to `output`, with names from `names` or without.
    pub fn new(output: &'a mut dyn Write, names: Option<&'a mut dyn Names>) -> Self {
        Text {
            output,
            names,
            outcomes: Vec::new(),
            first: 1,
            queries: 1,
            printed: 0,
            shown: None,
            end: usize::MAX,
        }
    }

    /// Takes note of a record and prints what can be printed now.
    ///
    /// # Errors
    /// Those of the output.
    pub fn on(&mut self, record: &Record) -> io::Result<()> {
        match record {
            Record::Started {
                name,
                target,
                max,
                length,
                first,
                queries,
                ..
            } => {
                (self.first, self.queries) = (*first, (*queries).max(1));
                write!(
                    self.output,
                    "traceroute to {} ({target}), {max} hops max, {length} byte packets",
                    Escaped(name)
                )?;
            }
            Record::HopReply {
                probe,
                from,
                rtt_ns,
                reached,
                refusal,
                ..
            } => {
                if let Some(names) = &mut self.names {
                    names.ask(*from);
                }
                let sign =
                    refusal.map_or_else(String::new, |refusal| format!(" {refusal}"));
                let last = *reached || refusal.is_some();
                let reply = Outcome::Reply {
                    from: *from,
                    rtt_ns: *rtt_ns,
                    sign,
                    last,
                };
                self.learn(*probe, reply);
            }
            Record::Timeout { probe, .. } => self.learn(*probe, Outcome::Silence),
            Record::PathFinished { .. } => {
                self.print_known()?;
                writeln!(self.output)?;
            }
            Record::TooLong {
                probe,
                took_ns,
                mtu,
                ..
            } => {
                let (took_ns, mtu) = (*took_ns, *mtu);
                self.learn(*probe, Outcome::TooLong { took_ns, mtu });
            }
            Record::ProbeSent { .. } | Record::Late { .. } | Record::Failed { .. } => {}
        }
        self.print_known()?;
        self.output.flush()
    }

    fn learn(&mut self, probe: Position, outcome: Outcome) {
        let queries = usize::from(self.queries);
        let hop = usize::from(probe.hop.saturating_sub(self.first));
        let index = hop * queries + usize::from(probe.query.saturating_sub(1));
        if index >= self.outcomes.len() {
            self.outcomes.resize(index + 1, None);
        }
        if matches!(
            outcome,
            Outcome::Reply { last: true, .. } | Outcome::TooLong { .. }
        ) {
            self.end = self.end.min((hop + 1) * queries);
        }
        if let Some(place) = self.outcomes.get_mut(index) {
            *place = Some(outcome);
        }
    }

    /// Prints outcomes up to the first that is still open.
    fn print_known(&mut self) -> io::Result<()> {
        while self.printed < self.end {
            let Some(Some(outcome)) = self.outcomes.get(self.printed) else {
                break;
            };
            let outcome = outcome.clone();
            self.print(&outcome)?;
            self.printed += 1;
        }
        Ok(())
    }

    fn print(&mut self, outcome: &Outcome) -> io::Result<()> {
        let queries = usize::from(self.queries);
        if self.printed.is_multiple_of(queries) {
            let hop = self.printed / queries + usize::from(self.first);
            write!(self.output, "\n{hop:2} ")?;
            self.shown = None;
        }
        match outcome {
            Outcome::Silence => write!(self.output, " *"),
            Outcome::TooLong { took_ns, mtu } => {
                write!(self.output, " *  {} ms !F-{mtu}", Millis(*took_ns))
            }
            Outcome::Reply {
                from, rtt_ns, sign, ..
            } => {
                if self.shown.replace(*from) != Some(*from) {
                    self.print_address(*from)?;
                }
                write!(self.output, "  {} ms{sign}", Millis(*rtt_ns))
            }
        }
    }

    fn print_address(&mut self, address: IpAddr) -> io::Result<()> {
        let Some(names) = &mut self.names else {
            return write!(self.output, " {address}");
        };
        match names.name(address) {
            Some(name) => write!(self.output, " {} ({address})", Escaped(&name)),
            None => write!(self.output, " {address} ({address})"),
        }
    }
}

impl core::fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Text")
            .field("outcomes", &self.outcomes)
            .finish_non_exhaustive()
    }
}

/// Nanoseconds as milliseconds with three decimals, rounded to the nearest.
struct Millis(u64);

impl core::fmt::Display for Millis {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let micros = self.0.saturating_add(500) / 1000;
        write!(f, "{}.{:03}", micros / 1000, micros % 1000)
    }
}
