//! The `rtrace` command: see `rtrace --help`.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use layercake_probe::escape::Escaped;
use layercake_rtrace::{Cli, Trouble, run};

/// 128 + SIGINT, as a shell reports a program that the signal ended.
const INTERRUPTED: u8 = 130;

fn main() -> ExitCode {
    let trouble = match run(&Cli::parse()) {
        Ok(()) => return ExitCode::SUCCESS,
        Err(trouble) => trouble,
    };
    let status = match trouble {
        Trouble::Interrupted => return ExitCode::from(INTERRUPTED),
        Trouble::Usage(_) => 2,
        Trouble::Run(_) => 1,
    };
    // Names come into it as they were given; a closed stderr is nobody's loss.
    let _told = writeln!(io::stderr(), "rtrace: {}", Escaped(&trouble.to_string()));
    ExitCode::from(status)
}
