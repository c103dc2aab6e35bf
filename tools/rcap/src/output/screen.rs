//! What appears on standard output for each packet.

use std::io::{self, BufWriter, IsTerminal as _, Stdout, Write as _};

use layercake_capfile::Kind;
use layercake_dissect::{
    Dissection, Style, Summarizer, dissect_cut, explained, hex, tree,
};

use crate::cli::Details;
use crate::color;
use crate::packet::Packet;
use crate::text::{harmless, time_of_day};

use super::json::{self, Object};

/// Writes packets in the form that was asked for.
pub(super) struct Screen {
    output: BufWriter<Stdout>,
    /// A person is watching: every packet appears at once.
    live: bool,
    style: Style,
    form: Form,
    file: String,
    summarizer: Summarizer,
}

/// What stands below the line of a packet, or instead of it.
#[derive(Clone, Copy)]
struct Form {
    layers: bool,
    hex: bool,
    explain: bool,
    json: bool,
}

impl Screen {
    pub(super) fn new(details: &Details, json: bool) -> Self {
        let stdout = io::stdout();
        Screen {
            live: stdout.is_terminal(),
            output: BufWriter::with_capacity(64 * 1024, stdout),
            style: color::style(details.color),
            form: Form {
                layers: details.layers,
                hex: details.hex,
                explain: details.explain,
                json,
            },
            file: String::new(),
            summarizer: Summarizer::default(),
        }
    }

    /// Begins with another file; conversations do not go on from one to the next.
    pub(super) fn begin(&mut self, name: String) {
        self.file = name;
        self.summarizer = Summarizer::default();
    }

    /// One packet, or custom block.
    pub(super) fn packet(&mut self, packet: &Packet<'_>) -> io::Result<()> {
        match (packet.kind, packet.interface) {
            (Kind::Packet, Some(interface)) => {
                let (link_type, len) = (interface.link_type, packet.wire_len());
                self.show(packet, &dissect_cut(link_type, packet.octets, len))?;
            }
            (kind, _) => self.block(packet, kind)?,
        }
        if self.live {
            self.output.flush()
        } else {
            Ok(())
        }
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }

    fn show(&mut self, packet: &Packet<'_>, frame: &Dissection<'_>) -> io::Result<()> {
        if self.form.json {
            let object = Object::of(&self.file, packet, Some(frame));
            return json::write(&mut self.output, &object);
        }
        let summary = self.summarizer.line(frame);
        writeln!(self.output, "{} {summary}", time_of_day(packet.time))?;
        self.comments(packet)?;
        if self.form.layers {
            self.below(&tree(frame, self.style))?;
        }
        if self.form.explain {
            self.below(&explained(frame, self.style))?;
        }
        if self.form.hex {
            self.below(&hex(frame, self.style))?;
        }
        Ok(())
    }

    /// A block of which only its vendor knows the meaning.
    fn block(&mut self, packet: &Packet<'_>, kind: Kind) -> io::Result<()> {
        if self.form.json {
            return json::write(&mut self.output, &Object::of(&self.file, packet, None));
        }
        let enterprise = match kind {
            Kind::Custom { enterprise, .. } => enterprise,
            Kind::Packet => 0,
        };
        let (time, len) = (time_of_day(packet.time), packet.octets.len());
        writeln!(
            self.output,
            "{time} custom block of enterprise {enterprise}, length {len}"
        )?;
        self.comments(packet)
    }

    /// Comments, and with details what is odd about the record.
    fn comments(&mut self, packet: &Packet<'_>) -> io::Result<()> {
        for line in packet.comments.iter().flat_map(|comment| comment.lines()) {
            writeln!(self.output, "    # {}", harmless(line))?;
        }
        if self.form.layers || self.form.explain {
            for oddity in &packet.oddities {
                writeln!(self.output, "    ! {oddity}")?;
            }
        }
        Ok(())
    }

    fn below(&mut self, text: &str) -> io::Result<()> {
        for line in text.lines() {
            writeln!(self.output, "    {line}")?;
        }
        Ok(())
    }
}
