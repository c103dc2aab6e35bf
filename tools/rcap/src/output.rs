//! Where packets go: the screen, and the copy that `--write` asks for.

mod copy;
mod json;
mod screen;

use std::io;
use std::path::Path;

use crate::Failure;
use crate::cli::Details;
use crate::packet::Packet;
use copy::Copy;
use screen::Screen;

/// Screen and copy together.
pub(crate) struct Output {
    screen: Screen,
    copy: Option<Copy>,
}

/// Why output does not go on.
pub(crate) enum Stop {
    Failed(Failure),
    /// Whoever read our output has gone, as `head` does: no error.
    NobodyReads,
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Stop::Failed(failure)
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Stop::NobodyReads
        } else {
            Stop::Failed(Failure::Output(error))
        }
    }
}

impl Output {
    pub(crate) fn new(
        details: &Details,
        json: bool,
        write: Option<&Path>,
    ) -> Result<Self, Failure> {
        Ok(Output {
            screen: Screen::new(details, json),
            copy: write.map(Copy::create).transpose()?,
        })
    }

    /// Packets of another file, or of a host, follow; `name` says which.
    pub(crate) fn begin(&mut self, name: String) {
        self.screen.begin(name);
        if let Some(copy) = &mut self.copy {
            copy.begin();
        }
    }

    pub(crate) fn packet(&mut self, packet: &Packet<'_>) -> Result<(), Stop> {
        self.screen.packet(packet)?;
        if let Some(copy) = &mut self.copy {
            copy.packet(packet)?;
        }
        Ok(())
    }

    /// Puts what was buffered on the screen.
    pub(crate) fn flush(&mut self) -> Result<(), Stop> {
        Ok(self.screen.flush()?)
    }

    /// Completes the copy.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        self.copy.map_or(Ok(()), Copy::finish)
    }
}
