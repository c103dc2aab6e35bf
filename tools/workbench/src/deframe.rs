//! `layercake deframe`: frames out of a line that may be damaged, and why some are not there.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write as _};
use std::path::PathBuf;

use clap::Args;
use layercake_base::Reason;

use crate::output::thousands;
use crate::stage::Choice;
use crate::{Failure, input, output};

/// Find the frames in a stream that `layercake frame` has made, damaged or not
///
/// What the frames carried goes to standard output, without those that are not whole; each of
/// them is told on standard error with its reason. Give the same options as to `frame`.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 all frames were whole; 1 some were not; 2 bad usage or bad file."
)]
pub(crate) struct Deframe {
    /// The line; `-` is standard input
    #[arg(value_name = "FILE", default_value = "-")]
    file: PathBuf,

    #[command(flatten)]
    choice: Choice,
}

/// Octets after which a reason is told its place.
const STEP: usize = 16;
/// Reasons that are told one by one.
const TOLD: u64 = 10;

/// Copies what the frames carry; false when some were not whole.
pub(crate) fn run(arguments: &Deframe) -> Result<bool, Failure> {
    let mut stages = arguments.choice.stages();
    let mut out = BufWriter::new(io::stdout().lock());
    let mut receiver = Receiver::default();
    let mut carried = Vec::new();
    input::each_piece(&arguments.file, |piece| {
        for part in piece.chunks(STEP) {
            stages.decode(part, &mut |found| receiver.found(found, &mut carried));
            receiver.octets += count(part.len());
        }
        out.write_all(&carried)?;
        carried.clear();
        Ok(())
    })?;
    stages.end(&mut |found| receiver.found(found, &mut carried));
    out.write_all(&carried)?;
    out.flush()?;
    output::tell(receiver.report(&stages.names()));
    Ok(receiver.bad == 0)
}

/// Counts what was found.
#[derive(Debug, Default)]
struct Receiver {
    /// Octets of the line so far.
    octets: u64,
    good: u64,
    carried: u64,
    bad: u64,
    /// What was found last was no frame.
    lost: bool,
    resynchronised: u64,
    kinds: BTreeMap<&'static str, u64>,
}

impl Receiver {
    fn found(&mut self, found: Result<&[u8], Reason>, carried: &mut Vec<u8>) {
        match found {
            Ok(frame) => {
                self.good += 1;
                self.carried += count(frame.len());
                self.resynchronised += u64::from(self.lost);
                self.lost = false;
                carried.extend_from_slice(frame);
            }
            Err(reason) => {
                self.bad += 1;
                self.lost = true;
                *self.kinds.entry(reason.kind()).or_default() += 1;
                if self.bad <= TOLD {
                    let (good, at) = (thousands(self.good), thousands(self.octets));
                    output::tell(format_args!(
                        "after {good} whole frames, near octet {at}: {reason}"
                    ));
                }
            }
        }
    }

    fn report(&self, names: &str) -> String {
        let kinds = self.kinds.iter();
        let kinds: Vec<_> = kinds
            .map(|(kind, times)| format!("{} {kind}", thousands(*times)))
            .collect();
        let kinds = match kinds.is_empty() {
            true => String::new(),
            false => format!(" ({})", kinds.join(", ")),
        };
        format!(
            "{} whole frames, {} octets; {} discarded{kinds}; back in step {} times ({names})",
            thousands(self.good),
            thousands(self.carried),
            thousands(self.bad),
            thousands(self.resynchronised),
        )
    }
}

fn count(octets: usize) -> u64 {
    u64::try_from(octets).unwrap_or(u64::MAX)
}
