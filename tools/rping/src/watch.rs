//! `--write` and `--explain`: what is done with the packets beside the report.

use std::cell::RefCell;
use std::io::IsTerminal;
use std::rc::Rc;

use layercake_kit::common::Common;
use layercake_kit::growth::Growth;
use layercake_kit::pcapng::Recorder;
use layercake_kit::seen::Tap;
use layercake_kit::story::Story;
use layercake_tower::Network;

use crate::run::{Trouble, trouble};

/// Columns of an explanation.
const WIDTH: usize = 120;

/// Looks at the packets that a back end shows.
#[derive(Debug)]
pub(crate) struct Watch {
    tap: Tap,
    recorder: Option<Recorder>,
    story: Option<Story>,
    growth: Option<Rc<RefCell<Growth>>>,
    failure: Option<Trouble>,
}

impl Watch {
    /// What the flags ask for. Creates the file, so it must come before rights are given away.
    pub(crate) fn open(common: &Common) -> Result<Self, Trouble> {
        let create = |path: &std::path::PathBuf| {
            let recorder = Recorder::create(path, "rping");
            recorder.map_err(|error| trouble(format!("{}: {error}", path.display())))
        };
        let color = common.color.wanted(std::io::stdout().is_terminal());
        Ok(Watch {
            tap: Tap::default(),
            recorder: common.write.as_ref().map(create).transpose()?,
            story: common.explain.then(|| Story::new(color, WIDTH)),
            growth: None,
            failure: None,
        })
    }

    pub(crate) fn is_wanted(&self) -> bool {
        self.recorder.is_some() || self.story.is_some()
    }

    pub(crate) fn attach(&mut self, tap: Tap) {
        self.tap = tap;
    }

    /// Follows the first message through the layers of the node that the tools run on.
    pub(crate) fn follow(&mut self, network: &mut Network) {
        if self.story.is_none() {
            return;
        }
        let here = network.local();
        let name = network.nodes().find(|(node, _)| *node == here);
        let name = name.map_or(String::new(), |(_, name)| name.to_owned());
        let growth = Rc::new(RefCell::new(Growth::at(&name)));
        network.observe(Box::new(Rc::clone(&growth)));
        self.growth = Some(growth);
    }

    /// Takes note of the packets since the last call; the story, when it is complete.
    pub(crate) fn look(&mut self, end: bool) -> Option<String> {
        while let Some(seen) = self.tap.take() {
            let recorded = self.recorder.as_mut().map(|recorder| recorder.on(&seen));
            if let Some(Err(error)) = recorded {
                self.failure = Some(trouble(error));
                self.recorder = None;
            }
            if let Some(story) = &mut self.story {
                story.on(&seen);
            }
        }
        let growth = self
            .growth
            .as_ref()
            .and_then(|growth| growth.try_borrow().ok());
        self.story.as_mut()?.tell(growth.as_deref(), end)
    }

    /// Takes note of the last packets and completes the file.
    pub(crate) fn finish(mut self) -> Result<(), Trouble> {
        self.look(true);
        if let Some(recorder) = self.recorder {
            recorder.finish().map_err(trouble)?;
        }
        self.failure.map_or(Ok(()), Err)
    }
}
