//! A capture, read as often as asked.

use layercake_capfile::Record;

use crate::cli::Replay;
use crate::{Failure, input};

/// What happens in a replay.
pub(crate) enum Event<'a, 'r> {
    /// The next record of the capture.
    Record(&'a Record<'r>),
    /// The capture begins anew.
    Again,
}

/// Whether to go on.
#[derive(PartialEq, Eq)]
pub(crate) enum Go {
    On,
    Stop,
}

/// Reads the capture as often as asked.
pub(crate) fn rounds<E: From<Failure>>(
    arguments: &Replay,
    mut each: impl FnMut(Event<'_, '_>) -> Result<Go, E>,
) -> Result<(), E> {
    let path = &arguments.file;
    let mut round = 0;
    while arguments.rounds == 0 || round < arguments.rounds {
        let mut capture = input::open(path)?;
        let failed = |source| Failure::Capture {
            path: path.clone(),
            source,
        };
        let mut empty = true;
        while let Some(record) = capture.next_record().map_err(failed)? {
            empty = false;
            if each(Event::Record(&record))? == Go::Stop {
                return Ok(());
            }
        }
        if empty {
            return Ok(()); // however often it is read
        }
        each(Event::Again)?;
        round += 1;
    }
    Ok(())
}
