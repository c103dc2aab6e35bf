//! The bench where one layer is tried by itself: what the command `layercake` does.
//!
//! ```text
//!   text -> wire      a line code on a noisy wire, and what its receiver makes of it
//!           ber       how often a bit is decided wrongly, beside theory
//!   file -> frame -> corrupt -> deframe -> file
//!   file -> check     its check value, by any name
//!   file -> copy      to another process, over a line that loses frames
//!   text -> send      two stations, one wire, and a symbol that was flipped on it
//!   kernel <-> host   one of our hosts on a TAP device, in real time
//!   kernel <-> net    a whole emulated network behind one
//!   routes            which ways routers choose as time goes by
//! ```
//! Reading order: `cli`, then each subcommand in a file of its own name. [`command`] is the one
//! definition of the command line, from which help, man pages and completions are made.
#![forbid(unsafe_code)]

mod account;
mod ber;
mod chance;
mod check;
mod cli;
mod copy;
mod corrupt;
mod deframe;
mod failure;
mod frame;
mod host;
mod input;
mod net;
mod output;
mod record;
mod routes;
mod run;
mod send;
mod stage;
mod wire;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};

use cli::{Action, Cli};
use failure::Failure;

/// The command line, for the man pages and shell completions.
#[must_use]
pub fn command() -> clap::Command {
    Cli::command()
}

/// Reads the arguments of the process and does what they say; a failure is told on standard
/// error. Exit codes: 0 done; 1 done, but something was lost or differs; 2 not done.
#[must_use]
pub fn run() -> ExitCode {
    let done = match Cli::parse().action {
        Action::Check(arguments) => check::run(&arguments),
        Action::Corrupt(arguments) => corrupt::run(&arguments),
        Action::Frame(arguments) => frame::run(&arguments),
        Action::Deframe(arguments) => deframe::run(&arguments),
        Action::Copy(arguments) => copy::run(&arguments),
        Action::CopyReceive(arguments) => copy::receive(&arguments),
        Action::Send(arguments) => send::run(&arguments),
        Action::Host(arguments) => host::run(&arguments),
        Action::Net(arguments) => net::run(&arguments),
        Action::Routes(arguments) => routes::run(&arguments),
        Action::Wire(arguments) => wire::run(&arguments),
        Action::Ber(arguments) => ber::run(&arguments),
    };
    match done {
        Ok(true) | Err(Failure::NobodyReads) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => {
            output::tell(format_args!("layercake: {failure}"));
            ExitCode::from(2)
        }
    }
}
