//! Figures as functions: data in, an SVG picture out.
//!
//! ```text
//! figure(name, &Input) -> Result<String, Error>
//!
//! waveform        the voltage under the bits that it says, and what the receiver decided
//! eye             the same voltage, every symbol on top of the others
//! ber             bit error rates on a logarithmic scale, theory as lines, measurements as points
//! time-sequence   two stations, and what goes back and forth between them
//! over-time       values that change with time, in panels one under the other
//! ```
//! The same input gives the same text: coordinates are rounded to a tenth of a pixel. A picture
//! stands alone: no script, no font, nothing to fetch; it follows the colours of the page, or
//! as a file of its own the reader's choice of light or dark; `title` and `desc` say what it
//! shows. Texts from the input are escaped, so they may come from anybody.
//!
//! Not here: files, screens, and where the numbers come from.
#![forbid(unsafe_code)]

mod ber;
mod error;
mod eye;
mod input;
mod over_time;
mod scale;
mod signals;
mod svg;
mod time_sequence;
mod waveform;

pub use error::Error;
pub use input::{
    Ber, Cell, Curve, Event, Exchange, Fate, Input, Line, Look, Note, OverTime, Panel,
    Point, Side, Signal, Verdict,
};

/// The figures, as `figure` knows them.
pub const NAMES: &[&str] = &["waveform", "eye", "ber", "time-sequence", "over-time"];

/// Draws the figure of this name.
///
/// # Errors
/// [`Error::UnknownName`]; [`Error::WrongInput`] when the figure shows another kind of input;
/// else what is wrong with the input: too much, nothing, not a number, or out of order.
pub fn figure(name: &str, input: &Input) -> Result<String, Error> {
    match (name, input) {
        ("waveform", Input::Signals(signals)) => waveform::draw(signals),
        ("eye", Input::Signals(signals)) => eye::draw(signals),
        ("ber", Input::Ber(chart)) => ber::draw(chart),
        ("time-sequence", Input::Exchange(exchange)) => time_sequence::draw(exchange),
        ("over-time", Input::OverTime(chart)) => over_time::draw(chart),
        ("waveform" | "eye", _) => Err(Error::WrongInput("signals")),
        ("ber", _) => Err(Error::WrongInput("bit error rates")),
        ("time-sequence", _) => Err(Error::WrongInput("an exchange")),
        ("over-time", _) => Err(Error::WrongInput("values over time")),
        _ => Err(Error::UnknownName(name.to_owned())),
    }
}
