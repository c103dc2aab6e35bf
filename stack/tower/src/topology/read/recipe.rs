//! The layers of a wire's ends, from the keys of a file.

use layercake_datalink::{Check, check, correct, framing};
use layercake_physical::code;

use super::Reader;
use crate::Recipe;
use crate::topology::error::TopologyError;
use crate::topology::file::{self, Link, Text};

impl Reader<'_> {
    pub(super) fn recipe(self, own: &file::Wire) -> Result<Recipe, TopologyError> {
        let usual = Recipe::default();
        if let (Some(text), Link::Lan) = (&own.framing, own.link.get_ref()) {
            let expected = "no framing on a LAN, where silence ends a frame";
            return Err(self.bad("framing", text, expected));
        }
        let code = self.one_of("code", own.code.as_ref(), code::NAMES)?;
        let framing = self.one_of("framing", own.framing.as_ref(), &framing::NAMES)?;
        Ok(Recipe {
            code: code.unwrap_or(usual.code),
            correct: self.one_of("correct", own.correct.as_ref(), &correct::NAMES)?,
            framing: framing.unwrap_or(usual.framing),
            check: self.check(own)?,
        })
    }

    fn one_of(
        self,
        key: &str,
        text: Option<&Text>,
        names: &[&'static str],
    ) -> Result<Option<&'static str>, TopologyError> {
        let find = |text: &str| names.iter().find(|name| **name == text).copied();
        let expected = format!("one of {}", names.join(", "));
        self.optional(key, text, find, &expected)
    }

    fn check(self, own: &file::Wire) -> Result<Check, TopologyError> {
        let Some(text) = &own.check else {
            return Ok(Check::default());
        };
        text.get_ref().parse().map_err(|unknown: check::Unknown| {
            let near = unknown.near.join(", ");
            let expected = format!("the name of a check; near it are {near}");
            self.bad("check", text, expected)
        })
    }
}
