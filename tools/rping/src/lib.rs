//! `rping`: ping, as a library for the binary, the man page and the completions.
//!
//! Reading order: `cli` (what can be asked for), `run` (what happens then).
#![forbid(unsafe_code)]

mod cli;
mod device;
mod mtu;
mod report;
mod run;

use clap::CommandFactory;

pub use cli::{Cli, Hint, Octets};
pub use run::{Trouble, run};

/// The one definition of the command line: help, man page and completions come from it.
pub fn command() -> clap::Command {
    Cli::command()
}
