//! The `rtrace` command: see `rtrace --help`.

use std::process::ExitCode;

use clap::Parser;
use layercake_rtrace::{Cli, Trouble, run};

fn main() -> ExitCode {
    match run(&Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("rtrace: {trouble}");
            ExitCode::from(match trouble {
                Trouble::Usage(_) => 2,
                Trouble::Run(_) => 1,
            })
        }
    }
}
