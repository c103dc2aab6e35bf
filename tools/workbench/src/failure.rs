//! Why the command could not do its work.

use std::io;
use std::path::Path;

/// What ends a subcommand before its end; exit code 2, but for [`Failure::NobodyReads`].
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// A file cannot be read or written.
    #[error("{name}: {source}")]
    File {
        /// The file, or "standard input".
        name: String,
        /// What the system says.
        source: io::Error,
    },
    /// Standard output is gone for another reason than that nobody reads it.
    #[error("cannot write to standard output: {0}")]
    Output(io::Error),
    /// Whoever read our output has gone, as `head` does: no error.
    #[error("nobody reads the output")]
    NobodyReads,
    /// The arguments ask for what cannot be.
    #[error("{0}")]
    Asked(String),
}

impl Failure {
    /// What was asked for cannot be, for this reason.
    pub(crate) fn asked(why: impl std::fmt::Display) -> Self {
        Failure::Asked(why.to_string())
    }

    /// A failure at this file.
    pub(crate) fn at(path: &Path, source: io::Error) -> Self {
        let name = path.display().to_string();
        Failure::File { name, source }
    }
}

/// Of standard output: files name themselves with [`Failure::at`].
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Failure::NobodyReads,
            _ => Failure::Output(error),
        }
    }
}
