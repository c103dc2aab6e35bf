//! Inspect and replay captures: what the command `rcap` does.
//!
//! `show` prints captures packet by packet; `replay` sends one onto an interface with its own
//! timing, or into a host of the emulated network.
//! [`command`] is the one definition of the command line, from which help, man page and shell
//! completions are made.

mod cli;
mod color;
mod failure;
mod input;
mod into;
mod output;
mod packet;
mod replay;
mod show;
mod text;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};

use cli::{Action, Cli};
use failure::Failure;

/// The command line, for the man page and shell completions.
#[must_use]
pub fn command() -> clap::Command {
    Cli::command()
}

/// Reads the arguments of the process and does what they say; a failure is told on standard
/// error. Gives the exit code; usage errors end the process with code 2.
#[must_use]
pub fn run() -> ExitCode {
    let done = match Cli::parse().action {
        Action::Show(arguments) => show::run(&arguments),
        Action::Replay(arguments) => replay::run(&arguments),
    };
    done.unwrap_or_else(|failure| {
        text::tell(format_args!("rcap: {failure}"));
        failure.exit_code()
    })
}
