//! What cannot be drawn, and why.

/// Why there is no picture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No figure has this name.
    #[error("there is no figure {0:?}, only {list}", list = crate::NAMES.join(", "))]
    UnknownName(String),
    /// The figure shows another kind of input.
    #[error("this figure shows {0}")]
    WrongInput(&'static str),
    /// There is nothing to draw.
    #[error("there are no {0}")]
    Nothing(&'static str),
    /// There is more than a picture can show.
    #[error("{found} {what}, at most {most} can be drawn")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many there may be.
        most: usize,
    },
    /// A value is infinite or not a number, or outside the values that it can have.
    #[error("{what} is {found}, expected {expected}")]
    Value {
        /// Which value.
        what: &'static str,
        /// The value.
        found: String,
        /// What it can be.
        expected: &'static str,
    },
}

impl Error {
    /// From one to `most` things.
    pub(crate) fn count(
        what: &'static str,
        found: usize,
        most: usize,
    ) -> Result<(), Self> {
        match found {
            0 => Err(Error::Nothing(what)),
            _ => Error::at_most(what, found, most),
        }
    }

    /// From none to `most` things.
    pub(crate) fn at_most(
        what: &'static str,
        found: usize,
        most: usize,
    ) -> Result<(), Self> {
        if found > most {
            return Err(Error::TooMany { what, found, most });
        }
        Ok(())
    }

    /// A number that can be drawn: neither infinite nor so large that differences vanish.
    pub(crate) fn number(what: &'static str, found: f64) -> Result<(), Self> {
        let expected = "a number within ±1e12";
        Self::require(found.abs() <= 1e12, what, found, expected)
    }

    /// A value for which something holds.
    pub(crate) fn require(
        holds: bool,
        what: &'static str,
        found: f64,
        expected: &'static str,
    ) -> Result<(), Self> {
        if holds {
            return Ok(());
        }
        let found = found.to_string();
        Err(Error::Value {
            what,
            found,
            expected,
        })
    }
}
