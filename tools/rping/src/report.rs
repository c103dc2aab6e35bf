//! What the user reads: the text of ping, or JSON lines. A reader that goes away ends the run.

use std::io::{self, ErrorKind, Write};

use layercake_kit::watch::{Watch, WatchError};
use layercake_probe::json;
use layercake_probe::ping::Record;
use layercake_probe::ping::text::Text;

use crate::run::{Trouble, trouble};

/// The chosen form.
pub(crate) enum Form<'a> {
    Text(Box<Text<'a>>),
    Json(&'a mut dyn Write),
}

/// Why it could not go on.
enum Failure {
    Output(io::Error),
    Watch(WatchError),
}

/// A subscriber that remembers why it could not go on.
pub(crate) struct Report<'a> {
    form: Form<'a>,
    failure: Option<Failure>,
}

impl<'a> Report<'a> {
    pub(crate) fn new(form: Form<'a>) -> Self {
        Report {
            form,
            failure: None,
        }
    }

    /// Shows a record; false when that was not possible.
    pub(crate) fn on(&mut self, record: &Record) -> bool {
        let shown = match &mut self.form {
            Form::Text(text) => text.on(record),
            Form::Json(output) => {
                json::write_line(*output, record).and_then(|()| output.flush())
            }
        };
        self.keep(shown)
    }

    /// Shows what there is to explain before this record; false when a file or the output fails.
    pub(crate) fn watched(&mut self, watch: &mut Watch, record: &Record) -> bool {
        let told = match record {
            Record::Summary(_) => watch.end(),
            _ => watch.look(),
        };
        match told {
            Ok(told) => told.is_empty() || self.insert(&told),
            Err(error) => {
                self.failure = Some(Failure::Watch(error));
                false
            }
        }
    }

    /// Shows a text between the lines of a report; JSON has no place for it.
    pub(crate) fn insert(&mut self, insert: &str) -> bool {
        let shown = match &mut self.form {
            Form::Text(text) => text.insert(insert),
            Form::Json(_) => Ok(()),
        };
        self.keep(shown)
    }

    fn keep(&mut self, shown: io::Result<()>) -> bool {
        match shown {
            Ok(()) => true,
            Err(error) => {
                self.failure = Some(Failure::Output(error));
                false
            }
        }
    }

    /// What went wrong, except for a reader that had seen enough.
    pub(crate) fn failure(self) -> Option<Trouble> {
        match self.failure? {
            Failure::Output(error) if error.kind() == ErrorKind::BrokenPipe => None,
            Failure::Output(error) => Some(trouble(format!("cannot write: {error}"))),
            Failure::Watch(error) => Some(trouble(error)),
        }
    }
}
