//! The layers of a wire's ends, from the keys of a file.

use layercake_datalink::arq::Scheme;
use layercake_datalink::{Check, arq, check, correct, framing};
use layercake_physical::code;

use super::Reader;
use crate::Recipe;
use crate::topology::error::TopologyError;
use crate::topology::file::{self, Link, Text};
use crate::topology::units;

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
            check: self.check(own.check.as_ref())?,
            access: None,
            arq: own
                .arq
                .as_ref()
                .map(|arq| self.arq(arq, *own.link.get_ref()))
                .transpose()?,
        })
    }

    pub(super) fn one_of(
        self,
        key: &str,
        text: Option<&Text>,
        names: &[&'static str],
    ) -> Result<Option<&'static str>, TopologyError> {
        let find = |text: &str| names.iter().find(|name| **name == text).copied();
        let expected = format!("one of {}", names.join(", "));
        self.optional(key, text, find, &expected)
    }

    fn arq(self, own: &file::Arq, link: Link) -> Result<arq::Config, TopologyError> {
        if link == Link::Lan {
            let expected = "no ARQ on a LAN, which has more than two stations";
            return Err(self.bad("arq", &own.scheme, expected));
        }
        let usual = arq::Config::default();
        let expected = format!("one of {}", arq::SCHEMES.join(", "));
        let scheme = self.value("arq.scheme", &own.scheme, Scheme::named, &expected)?;
        let (bits, window) = (own.sequence_bits.as_ref(), own.window.as_ref());
        let most_bits = arq::MOST_BITS.into();
        let bits = self.number("arq.sequence_bits", bits, 1..=most_bits, 8)?;
        let bits = u8::try_from(bits).unwrap_or(arq::MOST_BITS);
        let most = scheme.largest_window(bits);
        let window = self.number(
            "arq.window",
            window,
            1..=most.into(),
            most.min(usual.window).into(),
        )?;
        Ok(arq::Config {
            scheme,
            sequence_bits: bits,
            window: u16::try_from(window).unwrap_or(most),
            timer: self.timer(own)?,
            ..usual
        })
    }

    fn timer(self, own: &file::Arq) -> Result<arq::Timer, TopologyError> {
        let Some(text) = &own.timeout else {
            return Ok(arq::Timer::ADAPTIVE);
        };
        let above_zero = |text: &str| units::time(text).filter(|time| !time.is_zero());
        let time = self.value("arq.timeout", text, above_zero, units::TIME)?;
        Ok(arq::Timer::Fixed(time))
    }

    pub(super) fn check(self, text: Option<&Text>) -> Result<Check, TopologyError> {
        let Some(text) = text else {
            return Ok(Check::default());
        };
        text.get_ref().parse().map_err(|unknown: check::Unknown| {
            let near = unknown.near.join(", ");
            let expected = format!("the name of a check; near it are {near}");
            self.bad("check", text, expected)
        })
    }
}
