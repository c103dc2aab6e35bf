//! What the user reads, and what is done with the packets beside it. A reader that goes away ends the run.

use std::io::{self, ErrorKind, Write};

use layercake_kit::watch::Watch;
use layercake_probe::json;
use layercake_probe::trace::{Record, Text};

use crate::run::{Trouble, failed};

/// The chosen form.
pub(crate) enum Form<'a> {
    Text(Text<'a>),
    Json(&'a mut dyn Write),
}

/// A subscriber that remembers why it could not go on.
pub(crate) struct Report<'a> {
    form: Form<'a>,
    watch: Option<Watch>,
    explained: String,
    trouble: Option<Trouble>,
}

impl<'a> Report<'a> {
    pub(crate) fn new(form: Form<'a>, watch: Option<Watch>) -> Self {
        Report {
            form,
            watch,
            explained: String::new(),
            trouble: None,
        }
    }

    /// Shows a record; false when that was not possible.
    pub(crate) fn on(&mut self, record: &Record) -> bool {
        match record {
            Record::Failed { error } => self.trouble = Some(Trouble::Run(error.clone())),
            Record::PathFinished {
                interrupted: true, ..
            } => {
                self.trouble = Some(Trouble::Interrupted);
            }
            _ => {}
        }
        let shown = match &mut self.form {
            Form::Text(text) => text.on(record),
            Form::Json(output) => {
                json::write_line(*output, record).and_then(|()| output.flush())
            }
        };
        self.look() && self.keep(shown)
    }

    fn look(&mut self) -> bool {
        match self.watch.as_mut().map(Watch::look) {
            None => {}
            Some(Ok(text)) => self.explained.push_str(&text),
            Some(Err(error)) => self.trouble = Some(failed(error)),
        }
        !matches!(self.trouble, Some(Trouble::Run(_)))
    }

    fn keep(&mut self, shown: io::Result<()>) -> bool {
        match shown {
            Ok(()) => true,
            // The reader has seen enough.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => false,
            Err(error) => {
                self.trouble = Some(failed(format!("cannot write: {error}")));
                false
            }
        }
    }

    /// Completes the file of `--write`; what there is to explain.
    pub(crate) fn finish(mut self) -> Result<String, Trouble> {
        if let Some(watch) = self.watch {
            let rest = watch.finish().map_err(failed)?;
            self.explained.push_str(&rest);
        }
        if !self.explained.is_empty() {
            self.explained.insert(0, '\n');
        }
        self.trouble.map_or(Ok(self.explained), Err)
    }
}
