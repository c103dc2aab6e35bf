//! The `rping` command: see `rping --help`.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use layercake_probe::escape::Escaped;
use layercake_rping::{Cli, run};

/// Exit status as documented for ping(8): 0 when the target answered, 1 when it did not, 2 for
/// everything else.
fn main() -> ExitCode {
    let answered = run(&Cli::parse()).map_err(anyhow::Error::from);
    match answered {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(trouble) => {
            // Names come into it as they were given; a closed stderr is nobody's loss.
            let text = format!("{trouble:#}");
            let _told = writeln!(io::stderr(), "rping: {}", Escaped(&text));
            ExitCode::from(2)
        }
    }
}
