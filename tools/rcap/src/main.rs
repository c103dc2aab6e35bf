//! `rcap`: inspect and replay captures.

use std::process::ExitCode;

fn main() -> ExitCode {
    match layercake_rcap::run() {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("rcap: {failure}");
            failure.exit_code()
        }
    }
}
