//! `--write` and `--explain`: what is done with the packets beside the report.

use std::io::IsTerminal;

use layercake_capfile::WriteError;

use crate::common::Common;
use crate::explain::Explainer;
use crate::pcapng::Recorder;
use crate::seen::Tap;

/// Looks at the packets that a back end's [`Tap`] shows.
#[derive(Debug)]
pub struct Watch {
    tap: Tap,
    recorder: Option<Recorder>,
    explainer: Option<Explainer>,
}

impl Watch {
    /// What the flags ask for; `None` when they ask for nothing. Creates the file of `--write`, so call it before
    /// rights are given away.
    ///
    /// # Errors
    /// Why the file cannot be written.
    pub fn open(common: &Common, program: &str) -> Result<Option<Self>, WriteError> {
        let path = common.write.as_deref();
        let recorder = path
            .map(|path| Recorder::create(path, program))
            .transpose()?;
        let color = common.color.wanted(std::io::stdout().is_terminal());
        let explainer = common.explain.then(|| Explainer::new(color));
        let wanted = recorder.is_some() || explainer.is_some();
        let tap = Tap::default();
        Ok(wanted.then_some(Watch {
            tap,
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
    pub fn look(&mut self) -> Result<String, WriteError> {
        let mut text = String::new();
        while let Some(seen) = self.tap.take() {
            if let Some(recorder) = &mut self.recorder {
                recorder.on(&seen)?;
            }
            let explained = self.explainer.as_mut().and_then(|one| one.on(&seen));
            text.push_str(&explained.unwrap_or_default());
        }
        Ok(text)
    }

    /// Takes note of the last packets and completes the file.
    ///
    /// # Errors
    /// Those of the file.
    pub fn finish(mut self) -> Result<String, WriteError> {
        let text = self.look()?;
        if let Some(recorder) = self.recorder {
            recorder.finish()?;
        }
        Ok(text)
    }
}
