//! The captures of emulated traffic in `captures/`, as its README lists them.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, io};

/// One row of the README: a capture and the command that wrote it.
#[derive(Debug)]
pub struct Recorded {
    /// The capture in the project.
    pub file: PathBuf,
    /// The arguments of the command, without `--write FILE`.
    pub arguments: Vec<String>,
}

/// The captures that `command` wrote.
///
/// # Errors
/// The README cannot be read.
pub fn by(command: &str) -> io::Result<Vec<Recorded>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../captures");
    let text = fs::read_to_string(folder.join("README.md"))?;
    let rows = text.lines().filter_map(|line| row(line, command));
    Ok(rows
        .map(|(file, arguments)| Recorded {
            file: folder.join(file),
            arguments,
        })
        .collect())
}

/// The file and the arguments in a row like ``| `lab-x.pcapng` | `rping web.lab` | … |``.
fn row<'a>(line: &'a str, command: &str) -> Option<(&'a str, Vec<String>)> {
    let mut words = line.split('`').skip(1).step_by(2);
    let file = words.next().filter(|file| file.starts_with("lab-"))?;
    let arguments = words.next()?.strip_prefix(command)?;
    Some((
        file,
        arguments.split_whitespace().map(str::to_owned).collect(),
    ))
}

impl Recorded {
    /// Runs `binary` again as the row says; what it wrote, and what the project has.
    ///
    /// # Errors
    /// The command cannot be started, or one of the files cannot be read.
    pub fn again(&self, binary: &str, scratch: &Path) -> io::Result<(Vec<u8>, Vec<u8>)> {
        let name = self.file.file_name().unwrap_or_default();
        let written = scratch.join(name);
        let mut command = Command::new(binary);
        command
            .args(&self.arguments)
            .arg("--write")
            .arg(&written)
            .output()?;
        let octets = (fs::read(&written)?, fs::read(&self.file)?);
        fs::remove_file(&written)?;
        Ok(octets)
    }
}
