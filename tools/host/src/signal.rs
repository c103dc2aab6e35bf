//! Signals that a tool answers in its own time: SIGINT ends the run with a summary, SIGQUIT asks for the short line.
//!
//! A handler only sets a flag and writes one octet into a socket pair, so that a wait on packets ends at once
//! (the self-pipe trick). A second SIGINT while the first is unanswered ends the process as it would by default.
//!
//! Spec: signal(7), sigaction(2).
//! Not here: what the tools print.

use std::io::Read;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

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
        // Registered first, so that it sees the flag as the first SIGINT left it.
        signal_hook::flag::register_conditional_default(SIGINT, interrupt.clone())?;
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
        let mut octets = [0; 64];
        // An empty pipe is no error here: the flag says it all.
        while matches!((&self.wake).read(&mut octets), Ok(length) if length > 0) {}
        self.quit.swap(false, Ordering::Relaxed)
    }
}

impl AsFd for Signals {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.wake.as_fd()
    }
}
