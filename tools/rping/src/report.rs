//! What the user reads: the text of ping, or JSON lines. A reader that goes away ends the run.

use std::io::{self, ErrorKind, Write};

use layercake_probe::json;
use layercake_probe::ping::Record;
use layercake_probe::ping::text::Text;

/// The chosen form.
pub(crate) enum Form<'a> {
    Text(Box<Text<'a>>),
    Json(&'a mut dyn Write),
}

/// A subscriber that remembers why it could not go on.
pub(crate) struct Report<'a> {
    form: Form<'a>,
    failure: Option<io::Error>,
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
                self.failure = Some(error);
                false
            }
        }
    }

    /// What went wrong, except for a reader that had seen enough.
    pub(crate) fn failure(self) -> Option<io::Error> {
        self.failure
            .filter(|error| error.kind() != ErrorKind::BrokenPipe)
    }
}
