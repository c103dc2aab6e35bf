//! `layercake`: try one layer by itself; see `layercake --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    layercake_workbench::run()
}
