//! Running the command.

use std::io::Write as _;
use std::process::{Command, Stdio};

/// What came of a run.
pub(crate) struct Ran {
    pub(crate) out: Vec<u8>,
    pub(crate) told: String,
    pub(crate) code: i32,
}

impl Ran {
    /// Standard output as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.out.clone()).unwrap()
    }
}

/// Runs `layercake` with these arguments, separated by spaces, and this standard input.
pub(crate) fn layercake(arguments: &str, input: &[u8]) -> Ran {
    layercake_with(&arguments.split_whitespace().collect::<Vec<_>>(), input)
}

/// The same with arguments that hold spaces.
pub(crate) fn layercake_with(arguments: &[&str], input: &[u8]) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_layercake"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let input = input.to_vec();
    // A command that does not read its input closes it; that is its right.
    let writer = std::thread::spawn(move || drop(pipe.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    Ran {
        out: output.stdout,
        told: String::from_utf8(output.stderr).unwrap(),
        code: output.status.code().unwrap(),
    }
}
