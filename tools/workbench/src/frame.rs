//! `layercake frame`: a file as frames on a line, and what that costs.

use std::io::{self, BufWriter, Write as _};
use std::path::PathBuf;

use clap::Args;
use layercake_datalink::framing::Framing;

use crate::output::{percent, thousands};
use crate::stage::{Choice, Stages};
use crate::{Failure, input, output};

/// Cut a stream into frames and write them as they go over a line
///
/// The overhead is told on standard error, beside the law of the framing.
#[derive(Debug, Args)]
pub(crate) struct Frame {
    /// What to carry; `-` is standard input
    #[arg(value_name = "FILE", default_value = "-")]
    file: PathBuf,

    /// Octets of each frame; the last may be shorter
    #[arg(
        long, value_name = "OCTETS", default_value_t = 256, conflicts_with = "lines",
        value_parser = clap::value_parser!(u16).range(1..)
    )]
    size: u16,

    /// Make a frame of each line of text
    #[arg(long)]
    lines: bool,

    #[command(flatten)]
    choice: Choice,
}

/// Longest line that becomes one frame.
const LONGEST: usize = 16_384;

/// Copies the stream as frames.
pub(crate) fn run(arguments: &Frame) -> Result<bool, Failure> {
    let mut sender = Sender::new(arguments.choice.stages());
    let mut out = BufWriter::new(io::stdout().lock());
    let mut rest = Vec::new();
    let cut = |rest: &[u8]| match arguments.lines {
        true => {
            let end = rest.iter().take(LONGEST).position(|octet| *octet == b'\n');
            end.map(|end| end + 1)
                .or((rest.len() >= LONGEST).then_some(LONGEST))
        }
        false => {
            let size = usize::from(arguments.size);
            (rest.len() >= size).then_some(size)
        }
    };
    input::each_piece(&arguments.file, |piece| {
        rest.extend_from_slice(piece);
        let mut from = 0;
        while let Some(len) = rest.get(from..).and_then(cut) {
            let frame = rest.get(from..from + len).unwrap_or_default();
            out.write_all(sender.send(frame)?)?;
            from += len;
        }
        rest.drain(..from);
        Ok(())
    })?;
    if !rest.is_empty() {
        out.write_all(sender.send(&rest)?)?;
    }
    out.flush()?;
    output::tell(sender.report());
    Ok(true)
}

/// Makes frames and counts.
struct Sender {
    stages: Stages,
    line: Vec<u8>,
    frames: u64,
    /// Octets carried, given to the framing, and on the line.
    carried: u64,
    framed: u64,
    on_line: u64,
    /// Octets on the line by law: for random octets, and at most.
    expected: f64,
    most: u64,
}

impl Sender {
    fn new(stages: Stages) -> Self {
        Sender {
            stages,
            line: Vec::new(),
            frames: 0,
            carried: 0,
            framed: 0,
            on_line: 0,
            expected: 0.0,
            most: 0,
        }
    }

    /// The frame as it goes over the line.
    fn send(&mut self, frame: &[u8]) -> Result<&[u8], Failure> {
        self.line.clear();
        let body = self.stages.encode(frame, &mut self.line);
        let body = body.map_err(|reason| Failure::Asked(reason.to_string()))?;
        let framing: &dyn Framing = self.stages.framing();
        self.expected += framing.expected(u32::try_from(body).unwrap_or(u32::MAX));
        self.most += count(framing.longest(body));
        self.frames += 1;
        self.carried += count(frame.len());
        self.framed += count(body);
        self.on_line += count(self.line.len());
        Ok(&self.line)
    }

    fn report(&self) -> String {
        let Sender {
            carried,
            framed,
            on_line,
            most,
            ..
        } = *self;
        let of_check = framed.saturating_sub(carried);
        let of_framing = on_line.saturating_sub(framed);
        #[expect(clippy::cast_precision_loss, reason = "a share for people")]
        let (whole, expected, most) = (
            framed as f64,
            self.expected - framed as f64,
            most.saturating_sub(framed) as f64,
        );
        format!(
            "{} frames, {} octets, {} on the line ({})\n\
             check and correction add {} octets, {} of the data\n\
             framing adds {} octets, {} (law: {} for random octets, at most {})",
            thousands(self.frames),
            thousands(carried),
            thousands(on_line),
            self.stages.names(),
            thousands(of_check),
            percent(of_check, carried),
            thousands(of_framing),
            percent(of_framing, framed),
            output::share(expected, whole),
            output::share(most, whole),
        )
    }
}

fn count(octets: usize) -> u64 {
    u64::try_from(octets).unwrap_or(u64::MAX)
}
