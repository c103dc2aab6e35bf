//! `--write` and `--explain`: what is done with the packets beside the report.

use std::fmt::Debug;
use std::path::PathBuf;

use layercake_capfile::WriteError;

use crate::common::Common;
use crate::pcapng::Recorder;
use crate::seen::{Seen, Tap};

/// Tells people about packets.
pub trait Explain: Debug {
    /// Looks at a packet; what there is to say now.
    fn on(&mut self, seen: &Seen) -> Option<String>;

    /// What is left to say when no more packets come.
    fn end(&mut self) -> Option<String> {
        None
    }
}

/// The file of `--write` cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("{}: {error}", path.display())]
pub struct WatchError {
    /// The file.
    pub path: PathBuf,
    /// Why.
    pub error: WriteError,
}

/// Looks at the packets that a back end's [`Tap`] shows.
#[derive(Debug)]
pub struct Watch {
    tap: Tap,
    path: PathBuf,
    recorder: Option<Recorder>,
    explainer: Option<Box<dyn Explain>>,
}

impl Watch {
    /// Records where `--write` asks for it, and lets an explainer look on; `None` when there is nothing to do. Creates
    /// the file, so call it before rights are given away.
    ///
    /// # Errors
    /// Why the file cannot be written.
    pub fn open(
        common: &Common,
        program: &str,
        explainer: Option<Box<dyn Explain>>,
    ) -> Result<Option<Self>, WatchError> {
        let path = common.write.clone().unwrap_or_default();
        let create = |path: &PathBuf| Recorder::create(path, program);
        let recorder = common.write.as_ref().map(create).transpose();
        let recorder = recorder.map_err(|error| WatchError {
            path: path.clone(),
            error,
        })?;
        let wanted = recorder.is_some() || explainer.is_some();
        Ok(wanted.then(|| Watch {
            tap: Tap::default(),
            path,
            recorder,
            explainer,
        }))
    }

    /// Looks at the packets of this tap from now on.
    pub fn attach(&mut self, tap: Tap) {
        self.tap = tap;
    }

    /// Takes note of the packets since the last call; what there is to explain about them.
    ///
    /// # Errors
    /// Those of the file.
    pub fn look(&mut self) -> Result<String, WatchError> {
        let mut text = String::new();
        while let Some(seen) = self.tap.take() {
            if let Some(Err(error)) = self.recorder.as_mut().map(|one| one.on(&seen)) {
                return Err(self.failed(error));
            }
            let explained = self.explainer.as_mut().and_then(|one| one.on(&seen));
            text.push_str(&explained.unwrap_or_default());
        }
        Ok(text)
    }

    /// As [`look`](Self::look), and what is left to explain: no more packets come.
    ///
    /// # Errors
    /// Those of the file.
    pub fn end(&mut self) -> Result<String, WatchError> {
        let mut text = self.look()?;
        let rest = self.explainer.as_mut().and_then(|one| one.end());
        text.push_str(&rest.unwrap_or_default());
        if let missed @ 1.. = self.tap.missed() {
            text.push_str(&format!("{missed} packets were too many to be seen\n"));
        }
        Ok(text)
    }

    /// Takes note of the last packets and completes the file.
    ///
    /// # Errors
    /// Those of the file.
    pub fn finish(mut self) -> Result<String, WatchError> {
        let text = self.end()?;
        match self.recorder.take().map(Recorder::finish) {
            Some(Err(error)) => Err(self.failed(error)),
            _ => Ok(text),
        }
    }

    fn failed(&self, error: WriteError) -> WatchError {
        let path = self.path.clone();
        WatchError { path, error }
    }
}
