//! `rcap show`: captures, packet by packet.

mod copy;
mod json;
mod screen;

use std::io;
use std::path::Path;
use std::process::ExitCode;

use layercake_capfile::Record;

use crate::cli::Show;
use crate::{Failure, color, input};
use copy::Copy;
use screen::Screen;

/// Shows every packet of every file. The first file that cannot be read to its end is the
/// failure; those after it are still shown.
pub(crate) fn run(arguments: &Show) -> Result<ExitCode, Failure> {
    let style = color::style(arguments.color);
    let mut show = Run {
        screen: Screen::new(arguments, style),
        copy: arguments.write.as_deref().map(Copy::create).transpose()?,
        left: arguments.count.unwrap_or(u64::MAX),
    };
    let mut failures = Vec::new();
    for path in &arguments.files {
        match show.file(path) {
            Err(Stop::Failed(failure)) => failures.push(failure),
            Err(Stop::NobodyReads) => return Ok(ExitCode::SUCCESS),
            Ok(()) => {}
        }
    }
    if let Some(copy) = show.copy {
        copy.finish()?;
    }
    report(failures)
}

/// All failures but the last are told here, the last by whoever called.
fn report(mut failures: Vec<Failure>) -> Result<ExitCode, Failure> {
    let last = failures.pop();
    for failure in failures {
        eprintln!("rcap: {failure}");
    }
    last.map_or(Ok(ExitCode::SUCCESS), Err)
}

/// One run over all files.
struct Run {
    screen: Screen,
    copy: Option<Copy>,
    /// Packets that may still be shown.
    left: u64,
}

/// Why a file is not shown any further.
enum Stop {
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

impl Run {
    fn file(&mut self, path: &Path) -> Result<(), Stop> {
        if self.left == 0 {
            return Ok(());
        }
        let mut capture = input::open(path)?;
        self.screen.begin(path);
        if let Some(copy) = &mut self.copy {
            copy.begin();
        }
        while self.left > 0 {
            match capture.next_record() {
                Ok(Some(record)) => self.packet(&record)?,
                Ok(None) => break,
                Err(source) => {
                    self.screen.flush()?; // what was readable stands before the error
                    let path = path.into();
                    return Err(Failure::Capture { path, source }.into());
                }
            }
        }
        Ok(self.screen.flush()?)
    }

    fn packet(&mut self, record: &Record<'_>) -> Result<(), Stop> {
        self.left -= 1;
        self.screen.packet(record)?;
        if let Some(copy) = &mut self.copy {
            copy.packet(record)?;
        }
        Ok(())
    }
}
