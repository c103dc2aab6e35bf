//! What ends the command, and with which exit code.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use layercake_capfile::WriteError;
use layercake_host::HostError;
use layercake_host::link::LinkError;
use layercake_tower::TopologyError;

/// Why the command could not do its work.
///
/// Exit codes are those of tshark: 2 for a file that cannot be read to its end (what was
/// readable has been shown) or written; 1 for everything else.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// A file cannot be opened.
    #[error("cannot open {}: {source}", .path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A capture ends early or is no capture.
    #[error("{}: {source}", .path.display())]
    Capture {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: layercake_capfile::Error,
    },
    /// The file that packets are copied to cannot be written.
    #[error("{}: {source}", .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: WriteError,
    },
    /// Standard output is gone for another reason than that nobody reads it.
    #[error("cannot write to standard output: {0}")]
    Output(io::Error),
    /// The interface.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// The topology of an emulated network.
    #[error("{name}: {source}")]
    Topology {
        /// The file, or the name of the built-in network.
        name: String,
        /// Line, key and what was expected.
        source: TopologyError,
    },
    /// Any other answer of the system.
    #[error(transparent)]
    Host(#[from] HostError),
    /// The arguments ask for what cannot be.
    #[error("{0}")]
    Asked(String),
}

impl Failure {
    /// True when a file could not be read: the next may be better.
    pub(crate) fn is_of_input(&self) -> bool {
        matches!(self, Failure::Open { .. } | Failure::Capture { .. })
    }

    /// The exit code of the process.
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Failure::Open { .. } | Failure::Capture { .. } | Failure::Write { .. } => {
                ExitCode::from(2)
            }
            _ => ExitCode::FAILURE,
        }
    }
}
