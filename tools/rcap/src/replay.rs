//! `rcap replay`: a capture onto an interface.

mod fit;
mod histogram;
mod report;
mod schedule;
mod sending;

use std::process::ExitCode;

use crate::Failure;
use crate::cli::Replay;
use crate::input::is_standard_input;

/// Sends the capture and prints the report. Frames that were not sent make exit code 1.
pub(crate) fn run(arguments: &Replay) -> Result<ExitCode, Failure> {
    if is_standard_input(&arguments.file) && arguments.rounds != 1 {
        let asked = "standard input can be read only once: --loop needs a file";
        return Err(Failure::Asked(asked.into()));
    }
    let (report, end) = if arguments.top {
        sending::at_top_speed(arguments)
    } else {
        sending::on_schedule(arguments)
    }?;
    report.print(arguments.json).map_err(Failure::Output)?;
    end?;
    Ok(if report.all_sent() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
