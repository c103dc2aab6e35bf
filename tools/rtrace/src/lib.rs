//! `rtrace`: the path to a host, as a library for the binary, the man page and the completions.
#![forbid(unsafe_code)]

mod cli;
mod report;
mod run;

use clap::CommandFactory;

pub use cli::Cli;
pub use run::{Trouble, run};

/// The one definition of the command line: help, man page and completions come from it.
pub fn command() -> clap::Command {
    Cli::command()
}
