//! What appears on standard output for each packet.

use std::io::{self, BufWriter, IsTerminal as _, Stdout, Write as _};
use std::path::Path;

use layercake_capfile::{Kind, Record};
use layercake_dissect::{
    Dissection, Style, Summarizer, dissect_cut, explained, hex, tree,
};

use crate::cli::Show;
use crate::text::{harmless, time_of_day};

use super::json;

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
    pub(super) fn new(arguments: &Show, style: Style) -> Self {
        let stdout = io::stdout();
        Screen {
            live: stdout.is_terminal(),
            output: BufWriter::with_capacity(64 * 1024, stdout),
            style,
            form: Form {
                layers: arguments.layers,
                hex: arguments.hex,
                explain: arguments.explain,
                json: arguments.json,
            },
            file: String::new(),
            summarizer: Summarizer::default(),
        }
    }

    /// Begins with another file; conversations do not go on from one to the next.
    pub(super) fn begin(&mut self, path: &Path) {
        self.file = path.display().to_string();
        self.summarizer = Summarizer::default();
    }

    /// One packet, or custom block.
    pub(super) fn packet(&mut self, record: &Record<'_>) -> io::Result<()> {
        match (record.kind, record.interface) {
            (Kind::Packet, Some(interface)) => {
                let original = usize::try_from(record.original_len).unwrap_or(usize::MAX);
                let packet = dissect_cut(interface.link_type, record.octets, original);
                self.show(record, &packet)?;
            }
            (kind, _) => self.block(record, kind)?,
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

    fn show(&mut self, record: &Record<'_>, packet: &Dissection<'_>) -> io::Result<()> {
        if self.form.json {
            let object = json::Packet::of(&self.file, record, Some(packet));
            return line(&mut self.output, &object);
        }
        let summary = self.summarizer.line(packet);
        writeln!(self.output, "{} {summary}", time_of_day(record.time()))?;
        self.comments(record)?;
        if self.form.layers {
            self.below(&tree(packet, self.style))?;
        }
        if self.form.explain {
            self.below(&explained(packet, self.style))?;
        }
        if self.form.hex {
            self.below(&hex(packet, self.style))?;
        }
        Ok(())
    }

    /// A block of which only its vendor knows the meaning.
    fn block(&mut self, record: &Record<'_>, kind: Kind) -> io::Result<()> {
        if self.form.json {
            let object = json::Packet::of(&self.file, record, None);
            return line(&mut self.output, &object);
        }
        let enterprise = match kind {
            Kind::Custom { enterprise, .. } => enterprise,
            Kind::Packet => 0,
        };
        let (time, len) = (time_of_day(record.time()), record.octets.len());
        writeln!(
            self.output,
            "{time} custom block of enterprise {enterprise}, length {len}"
        )?;
        self.comments(record)
    }

    /// Comments, and with details what is odd about the record.
    fn comments(&mut self, record: &Record<'_>) -> io::Result<()> {
        for comment in record.comments() {
            writeln!(self.output, "    # {}", harmless(&comment))?;
        }
        if self.form.layers || self.form.explain {
            for oddity in record.oddities() {
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

/// One object on one line.
fn line(output: &mut impl io::Write, object: &json::Packet<'_>) -> io::Result<()> {
    serde_json::to_writer(&mut *output, object)?;
    writeln!(output)
}
