//! `rcap replay`: a capture onto an interface; `into` has the emulated network.

mod fit;
mod histogram;
mod report;
pub(crate) mod rounds;
pub(crate) mod schedule;
mod sending;

use std::process::ExitCode;

use crate::cli::Replay;
use crate::input::is_standard_input;
use crate::{Failure, into};

/// Sends the capture to where the arguments say.
pub(crate) fn run(arguments: &Replay) -> Result<ExitCode, Failure> {
    if is_standard_input(&arguments.file) && arguments.rounds != 1 {
        let asked = "standard input can be read only once: --loop needs a file";
        return Err(Failure::Asked(asked.into()));
    }
    if arguments.into.is_some() && arguments.rounds == 0 {
        let asked = "virtual time waits for nobody: --loop 0 would never end with --into";
        return Err(Failure::Asked(asked.into()));
    }
    match (&arguments.into, &arguments.interface) {
        (Some(host), _) => into::run(arguments, host),
        (None, Some(interface)) => onto(arguments, interface),
        (None, None) => Err(Failure::Asked("--interface or --into is needed".into())),
    }
}

/// Sends onto an interface and prints the report. Frames that were not sent make exit code 1.
fn onto(arguments: &Replay, interface: &str) -> Result<ExitCode, Failure> {
    let details = &arguments.details;
    if details.layers || details.hex || details.explain {
        let asked = "--layers, --hex and --explain show what --into brings about";
        return Err(Failure::Asked(asked.into()));
    }
    let (report, end) = if arguments.top {
        sending::at_top_speed(arguments, interface)
    } else {
        sending::on_schedule(arguments, interface)
    }?;
    if report.start.is_some() || end.is_ok() {
        report.print(arguments.json).map_err(Failure::Output)?;
    }
    end?;
    Ok(if report.all_sent() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
