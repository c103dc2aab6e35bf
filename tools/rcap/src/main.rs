//! `rcap`: inspect and replay captures.

use std::io::Write as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    match layercake_rcap::run() {
        Ok(code) => code,
        Err(failure) => {
            // Unlike eprintln, no panic when nobody listens.
            let _nobody_listens = writeln!(std::io::stderr(), "rcap: {failure}");
            failure.exit_code()
        }
    }
}
