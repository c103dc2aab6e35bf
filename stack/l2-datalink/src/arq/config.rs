//! How an [`Arq`](super::Arq) is set up. Both ends must be set up alike.

use core::time::Duration;

use super::timer::Timer;
use super::window::{Scheme, Window, WindowError};

/// The longest queue behind a window: memory for all of it is taken in advance.
pub const MOST_QUEUE: usize = 1 << 16;

/// How a link repeats what is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Config {
    /// Which of the three schemes.
    pub scheme: Scheme,
    /// Frames that may be out at a time, at most [`Scheme::largest_window`].
    pub window: u16,
    /// Bits of a sequence number, 1 to 16.
    pub sequence_bits: u8,
    /// How long a frame may go unacknowledged.
    pub timer: Timer,
    /// The receiver asks for what is missing: REJ with go-back-N, SREJ with selective repeat.
    /// Without it only time-outs repeat.
    pub reject: bool,
    /// How long an acknowledgement may wait for an I frame to go along with. Must be shorter
    /// than a fixed timer allows for.
    pub ack_delay: Duration,
    /// SDUs that may wait behind the window, at most [`MOST_QUEUE`]; more are refused.
    pub queue: usize,
    /// How often a frame is repeated before the link is reset, and a reset before the link is
    /// declared down. [`u32::MAX`] for ever.
    pub retries: u32,
}

impl Default for Config {
    /// Selective repeat with SREJ, a window of 64, 8 bits, an adaptive timer.
    fn default() -> Self {
        Config {
            scheme: Scheme::SelectiveRepeat,
            window: 64,
            sequence_bits: 8,
            timer: Timer::ADAPTIVE,
            reject: true,
            ack_delay: Duration::from_millis(1),
            queue: 64,
            retries: 10,
        }
    }
}

/// Why a link cannot be set up like that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The numbers are not enough for the window.
    #[error(transparent)]
    Window(#[from] WindowError),
    /// The queue would take too much memory.
    #[error("a queue of {0} SDUs; at most {MOST_QUEUE} may wait")]
    Queue(usize),
    /// The timer could never run out, or would always.
    #[error("{0:?}: every time must be above zero, and least <= initial <= most")]
    Timer(Timer),
}

impl Config {
    /// The windows of both sides, once everything is in order.
    pub(super) fn window(&self) -> Result<Window, ConfigError> {
        if !self.timer.is_possible() {
            return Err(ConfigError::Timer(self.timer));
        }
        if self.queue > MOST_QUEUE {
            return Err(ConfigError::Queue(self.queue));
        }
        Ok(Window::new(self.scheme, self.window, self.sequence_bits)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_possible_and_what_is_not_is_named() {
        assert!(Config::default().window().is_ok());
        let wide = Config {
            window: 129,
            ..Config::default()
        };
        let text = "a window of 129 frames; selective-repeat with 8-bit numbers allows at most 128";
        assert_eq!(wide.window().unwrap_err().to_string(), text);
        let never = Config {
            timer: Timer::Fixed(Duration::ZERO),
            ..Config::default()
        };
        let text =
            "Fixed(0ns): every time must be above zero, and least <= initial <= most";
        assert_eq!(never.window().unwrap_err().to_string(), text);
        let endless = Config {
            queue: usize::MAX,
            ..Config::default()
        };
        assert_eq!(
            endless.window().unwrap_err(),
            ConfigError::Queue(usize::MAX)
        );
    }
}
