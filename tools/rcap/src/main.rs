//! `rcap`: inspect and replay captures.

use std::process::ExitCode;

fn main() -> ExitCode {
    layercake_rcap::run()
}
