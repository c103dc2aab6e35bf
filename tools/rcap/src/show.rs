//! `rcap show`: captures, packet by packet.

use std::path::Path;
use std::process::ExitCode;

use crate::cli::Show;
use crate::output::{Output, Stop};
use crate::packet::Packet;
use crate::text::tell;
use crate::{Failure, input};

/// Shows every packet of every file. The first file that cannot be read to its end is the
/// failure; those after it are still shown. When output fails, nothing can be.
pub(crate) fn run(arguments: &Show) -> Result<ExitCode, Failure> {
    let write = arguments.write.as_deref();
    input::keep(&arguments.files, write)?;
    let mut output = Output::new(&arguments.details, arguments.json, write)?;
    let mut left = arguments.count.unwrap_or(u64::MAX);
    let mut failures = Vec::new();
    for path in &arguments.files {
        match file(path, &mut left, &mut output) {
            Err(Stop::Failed(failure)) => {
                let goes_on = failure.is_of_input();
                failures.push(failure);
                if !goes_on {
                    break;
                }
            }
            Err(Stop::NobodyReads) => break,
            Ok(()) => {}
        }
    }
    failures.extend(output.finish().err());
    report(failures)
}

/// All failures but the last are told here, the last by whoever called.
fn report(mut failures: Vec<Failure>) -> Result<ExitCode, Failure> {
    let last = failures.pop();
    for failure in failures {
        tell(format_args!("rcap: {failure}"));
    }
    last.map_or(Ok(ExitCode::SUCCESS), Err)
}

/// Shows the packets of one file, at most `left`.
fn file(path: &Path, left: &mut u64, output: &mut Output) -> Result<(), Stop> {
    if *left == 0 {
        return Ok(());
    }
    let mut capture = input::open(path)?;
    output.begin(path.display().to_string());
    while *left > 0 {
        match capture.next_record() {
            Ok(Some(record)) => {
                *left -= 1;
                output.packet(&Packet::from(&record))?;
            }
            Ok(None) => break,
            Err(source) => {
                output.flush()?; // what was readable stands before the error
                let path = path.into();
                return Err(Failure::Capture { path, source }.into());
            }
        }
    }
    output.flush()
}
