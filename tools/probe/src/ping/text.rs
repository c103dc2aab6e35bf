//! What people read: byte for byte the lines of iputils ping.
//!
//! ```text
//! PING web.lab (198.51.100.80) 56(84) bytes of data.
//! 64 bytes from web.lab (198.51.100.80): icmp_seq=1 ttl=61 time=14.7 ms
//!
//! --- web.lab ping statistics ---
//! 1 packets transmitted, 1 received, 0% packet loss, time 0ms
//! rtt min/avg/max/mdev = 14.742/14.742/14.742/0.000 ms
//! ```
//! Spec: iputils 20221126 as Debian ships it; recorded next to ours in the tests of `rping`.
//! Checks: names and addresses are escaped, whoever sent them.
//! Not here: what the numbers are ([`statistics`](super::Statistics)).

mod figures;
mod summary;
pub(crate) mod words;

use core::net::IpAddr;
use std::io::{self, Write};

use super::record::{Place, Record, Reply, Wrong};
use crate::escape::Escaped;
use crate::net::Cause;
use crate::trace::Names;
use figures::Time;

/// What to print and what not.
#[derive(Clone, Debug, Default)]
pub struct Style {
    /// Only the first line and the summary (`-q`).
    pub quiet: bool,
    /// The time of day before each line (`-D`).
    pub stamps: bool,
    /// A dot for each probe, taken back by each answer (`-f`).
    pub flood: bool,
    /// The pattern that the data repeats, told before the first line (`-p`).
    pub pattern: Vec<u8>,
    /// What follows the address in the first line (`-I`): ` from SOURCE INTERFACE:`.
    pub from: String,
    /// The identifier of the probes, told with each answer (`-v`).
    pub identifier: Option<u16>,
    /// The name of the program in its messages.
    pub program: &'static str,
}

/// Writes what iputils ping would; a subscriber of [`Record`]s.
pub struct Text<'a> {
    output: &'a mut dyn Write,
    errors: &'a mut dyn Write,
    names: Option<&'a mut dyn Names>,
    style: Style,
    size: usize,
    /// The targets have IPv6 addresses.
    v6: bool,
    epoch_ns: u64,
    pattern_told: bool,
}

impl<'a> Text<'a> {
    /// Lines to `output`, messages to `errors`, with names from `names` or without.
    pub fn new(
        output: &'a mut dyn Write,
        errors: &'a mut dyn Write,
        names: Option<&'a mut dyn Names>,
        style: Style,
    ) -> Self {
        Text {
            output,
            errors,
            names,
            style,
            size: 0,
            v6: false,
            epoch_ns: 0,
            pattern_told: false,
        }
    }

    /// Prints what this record has to say.
    ///
    /// # Errors
    /// Those of the outputs.
    pub fn on(&mut self, record: &Record) -> io::Result<()> {
        match record {
            Record::Started {
                host,
                address,
                size,
                epoch_ns,
            } => {
                (self.size, self.epoch_ns) = (*size, *epoch_ns);
                self.v6 = address.is_ipv6();
                self.header(host, *address)
            }
            Record::ProbeSent(_) => self.flood("."),
            Record::NoAnswerYet(place) => {
                self.stamp(place)?;
                writeln!(self.output, "no answer yet for icmp_seq={}", place.sequence)
            }
            Record::Reply(reply) => self.reply(reply),
            Record::Error { place, from, cause } => self.error(place, *from, cause),
            Record::NotSent { mtu, reason, .. } => self.not_sent(*mtu, reason),
            Record::Timeout(_) => Ok(()),
            Record::Status(summary) => summary::status(self.errors, summary),
            Record::Summary(summary) => summary::write(self.output, summary),
        }?;
        self.output.flush()
    }

    /// Puts a text between two lines.
    ///
    /// # Errors
    /// Those of the output.
    pub fn insert(&mut self, text: &str) -> io::Result<()> {
        self.output.write_all(text.as_bytes())?;
        self.output.flush()
    }

    fn header(&mut self, host: &str, address: IpAddr) -> io::Result<()> {
        if !self.style.pattern.is_empty() && !self.style.quiet && !self.pattern_told {
            self.pattern_told = true;
            let hex: String = self
                .style
                .pattern
                .iter()
                .map(|octet| format!("{octet:02x}"))
                .collect();
            writeln!(self.output, "PATTERN: 0x{hex}")?;
        }
        let (host, size) = (Escaped(host), self.size);
        let from = self.style.from.clone();
        match address {
            IpAddr::V4(_) => {
                let packet = size + 28;
                write!(self.output, "PING {host} ({address}){from}")?;
                writeln!(self.output, " {size}({packet}) bytes of data.")
            }
            IpAddr::V6(_) => {
                let named = self.named(address);
                writeln!(self.output, "PING {host}({named}){from} {size} data bytes")
            }
        }
    }

    /// An address with its name in front, if it has one.
    fn named(&mut self, address: IpAddr) -> String {
        let name = self.names.as_mut().and_then(|names| {
            names.ask(address);
            names.name(address)
        });
        match name {
            Some(name) => format!("{} ({address})", Escaped(&name)),
            None => address.to_string(),
        }
    }

    /// In a flood, these characters and nothing else.
    fn flood(&mut self, characters: &str) -> io::Result<()> {
        if self.style.flood && !self.style.quiet {
            self.output.write_all(characters.as_bytes())?;
        }
        Ok(())
    }

    fn stamp(&mut self, place: &Place) -> io::Result<()> {
        if self.style.stamps {
            let micros = self.epoch_ns.saturating_add(place.at_ns) / 1000;
            let (seconds, rest) = (micros / 1_000_000, micros % 1_000_000);
            write!(self.output, "[{seconds}.{rest:06}] ")?;
        }
        Ok(())
    }

    fn reply(&mut self, reply: &Reply) -> io::Result<()> {
        if self.style.quiet || self.style.flood {
            return self.flood(if reply.corrupted {
                "\u{8}C"
            } else {
                "\u{8} \u{8}"
            });
        }
        self.stamp(&reply.place)?;
        let from = self.named(reply.from);
        let (octets, sequence) = (reply.octets, reply.place.sequence);
        write!(
            self.output,
            "{octets} bytes from {from}: icmp_seq={sequence}"
        )?;
        if let Some(identifier) = self.style.identifier {
            write!(self.output, " ident={identifier}")?;
        }
        if let Some(ttl) = reply.ttl {
            write!(self.output, " ttl={ttl}")?;
        }
        if reply.truncated {
            return writeln!(self.output, " (truncated)");
        }
        if reply.sealed.is_some() {
            write!(self.output, " time={} ms", Time(reply.rtt_ns / 1000))?;
        }
        for (flag, words) in [
            (reply.duplicate, " (DUP!)"),
            (reply.corrupted, " (BAD CHECKSUM!)"),
            (reply.different_address, " (DIFFERENT ADDRESS!)"),
        ] {
            self.output
                .write_all(if flag { words.as_bytes() } else { &[] })?;
        }
        if let Some(wrong) = &reply.wrong {
            self.wrong(wrong)?;
        }
        writeln!(self.output)
    }

    fn wrong(&mut self, wrong: &Wrong) -> io::Result<()> {
        let Wrong {
            octet,
            expected,
            found,
            data,
        } = wrong;
        write!(self.output, "\nwrong data byte #{octet} ")?;
        write!(self.output, "should be 0x{expected:x} but was 0x{found:x}")?;
        // iputils shows what follows its time; where our seal is damaged, show that too.
        let begin = if *octet < 16 { 0 } else { 16 };
        for (at, octet) in data.iter().enumerate().skip(begin) {
            if at % 32 == begin {
                write!(self.output, "\n#{at}\t")?;
            }
            write!(self.output, "{octet:x} ")?;
        }
        Ok(())
    }

    fn error(
        &mut self,
        place: &Place,
        from: Option<IpAddr>,
        cause: &Cause,
    ) -> io::Result<()> {
        if self.style.quiet || self.style.flood {
            return self.flood("\u{8}E");
        }
        self.stamp(place)?;
        let from = from.map_or_else(|| "?".to_owned(), |from| self.named(from));
        let words = if self.v6 {
            words::v6(cause)
        } else {
            words::v4(cause)
        };
        writeln!(
            self.output,
            "From {from} icmp_seq={} {words}",
            place.sequence
        )
    }

    fn not_sent(&mut self, mtu: Option<u32>, reason: &str) -> io::Result<()> {
        if self.style.quiet || self.style.flood {
            return self.flood("E");
        }
        let program = self.style.program;
        match mtu {
            Some(mtu) => writeln!(
                self.errors,
                "{program}: local error: message too long, mtu={mtu}"
            ),
            None => writeln!(self.errors, "{program}: sendmsg: {}", Escaped(reason)),
        }
    }
}
