//! Runs the command and makes its output comparable.

use std::process::{Command, Output};

/// The `rping` of this build with these arguments.
pub(crate) fn rping(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rping"));
    command.args(arguments);
    command
}

/// What a command printed to standard output.
pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Every number that is a time becomes `#`: after `time=` and `time `, in the rtt line, in `[…]`.
pub(crate) fn without_times(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let words = line.split(' ').map(|word| match word.split_once('=') {
            Some(("time", _)) => "time=#".to_owned(),
            _ if word.starts_with('[') && word.ends_with(']') => "[#]".to_owned(),
            _ if word.ends_with("ms") && word.len() > 2 => "#ms".to_owned(),
            _ if word.contains('/') && word.starts_with(|c: char| c.is_ascii_digit()) => {
                let parts = word.split('/').map(|_| "#");
                parts.collect::<Vec<_>>().join("/")
            }
            _ => word.to_owned(),
        });
        words.collect::<Vec<_>>().join(" ") + "\n"
    });
    lines.collect()
}
