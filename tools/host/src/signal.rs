//! Signals that a tool answers in its own time: SIGINT ends the run with a summary, SIGQUIT asks for the short line.
//!
//! A handler only sets a flag and writes one octet into a socket pair, so that a wait on packets ends at once
//! (the self-pipe trick). The third SIGINT ends the process as the first would by default, should it be stuck; the
//! second does not, for timeout(1) sends two at once, one to the process and one to its group.
//!
//! Spec: signal(7), sigaction(2).
//! Not here: what the tools print.

use std::io::Read;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use signal_hook::consts::{SIGINT, SIGQUIT};

use crate::failure::HostError;

/// Watches SIGINT and SIGQUIT from its creation to the end of the process.
#[derive(Debug)]
pub struct Signals {
    interrupt: Arc<AtomicBool>,
    quit: Arc<AtomicBool>,
    wake: UnixStream,
}

impl Signals {
    /// Starts to watch. Do it once, after names are resolved, so that Ctrl-C still ends a slow look-up.
    ///
    /// # Errors
    /// When the socket pair or a handler cannot be made.
    pub fn watch() -> Result<Self, HostError> {
        Self::install().map_err(|error| HostError::new("watch signals", &error))
    }

    fn install() -> std::io::Result<Self> {
        let (wake, handler) = UnixStream::pair()?;
        wake.set_nonblocking(true)?;
        let interrupt = Arc::new(AtomicBool::new(false));
        let quit = Arc::new(AtomicBool::new(false));
        end_at_the_third()?;
        signal_hook::flag::register(SIGINT, interrupt.clone())?;
        signal_hook::flag::register(SIGQUIT, quit.clone())?;
        for signal in [SIGINT, SIGQUIT] {
            signal_hook::low_level::pipe::register(signal, handler.try_clone()?)?;
        }
        Ok(Self {
            interrupt,
            quit,
            wake,
        })
    }

    /// True while a signal waits to be taken.
    #[must_use]
    pub fn pending(&self) -> bool {
        self.interrupt.load(Ordering::Relaxed) || self.quit.load(Ordering::Relaxed)
    }

    /// Whether SIGINT came. It stays true: the tool is expected to finish.
    #[must_use]
    pub fn interrupted(&self) -> bool {
        self.interrupt.load(Ordering::Relaxed)
    }

    /// Whether SIGQUIT came since the last call.
    #[must_use]
    pub fn take_quit(&self) -> bool {
        self.quit.swap(false, Ordering::Relaxed)
    }

    /// Empties the socket pair, so that a wait sleeps again.
    ///
    /// A handler sets its flag first and writes after: whoever asks [`pending`](Self::pending) after this call misses
    /// no signal, but an octet may well arrive for a flag that was taken long ago.
    pub(crate) fn drain(&self) {
        let mut octets = [0; 64];
        // An empty pair is no error here: the flags say it all.
        while matches!((&self.wake).read(&mut octets), Ok(length) if length > 0) {}
    }
}

/// SIGINTs that a tool answers in its own time.
const ANSWERED: u8 = 2;

#[allow(unsafe_code, reason = "no flag of signal-hook counts")]
fn end_at_the_third() -> std::io::Result<()> {
    let count = AtomicU8::new(0);
    let handler = move || {
        if count.fetch_add(1, Ordering::Relaxed) >= ANSWERED {
            // Nobody is left to hear of an error.
            let _ = signal_hook::low_level::emulate_default_handler(SIGINT);
        }
    };
    // SAFETY: the handler adds to an atomic number and calls `emulate_default_handler`, which is documented to be
    // async-signal-safe; it neither allocates nor locks nor panics.
    unsafe { signal_hook::low_level::register(SIGINT, handler) }.map(|_| ())
}

impl AsFd for Signals {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.wake.as_fd()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::time::Duration;

    use super::*;
    use crate::clock::monotonic;
    use crate::wait::{Woken, wait};

    /// No handler is installed: the test writes what one would.
    fn by_hand() -> (Signals, UnixStream) {
        let (wake, handler) = UnixStream::pair().unwrap();
        wake.set_nonblocking(true).unwrap();
        let signals = Signals {
            interrupt: Arc::default(),
            quit: Arc::default(),
            wake,
        };
        (signals, handler)
    }

    /// The handler of another thread was between its flag and its octet when the flag was taken.
    #[test]
    fn an_octet_without_a_signal_does_not_keep_a_wait_from_its_deadline() {
        let (signals, mut handler) = by_hand();
        handler.write_all(&[1]).unwrap();
        let soon = monotonic().plus(Duration::from_millis(5));
        assert_eq!(wait(&[], Some(soon), Some(&signals)), Ok(Woken::Deadline));
    }

    #[test]
    fn a_signal_ends_each_wait_until_it_is_taken() {
        let (signals, mut handler) = by_hand();
        signals.quit.store(true, Ordering::Relaxed);
        handler.write_all(&[1]).unwrap();
        for _ in 0..2 {
            assert_eq!(wait(&[], None, Some(&signals)), Ok(Woken::Signal));
        }
        assert!(signals.take_quit() && !signals.take_quit());
        let past = Some(monotonic());
        assert_eq!(wait(&[], past, Some(&signals)), Ok(Woken::Deadline));
    }
}
