//! Waiting for sockets, signals and time at once: the only place where this crate sleeps on descriptors.
//!
//! Spec: poll(2), ppoll (nanosecond timeouts).
//! Not here: sleeping exactly until an instant to send a frame (`pace`).

use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, ppoll};
use nix::sys::time::TimeSpec;

use crate::clock::{Monotonic, monotonic};
use crate::failure::HostError;
use crate::signal::Signals;

/// How a wait over several sockets ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Woken {
    /// At least one socket has something: call `try_receive` on each.
    Ready,
    /// The deadline passed.
    Deadline,
    /// A watched signal came.
    Signal,
}

/// What poll(2) found on one socket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Readiness {
    /// A message is in the receive queue.
    pub(crate) message: bool,
    /// Something is in the error queue.
    pub(crate) error: bool,
}

/// Waits until one of `sockets` has a message or an error, a signal comes, or `deadline` passes.
///
/// No deadline means for ever. A deadline in the past still looks once. Call `try_receive` on each socket until it
/// returns nothing before waiting: a send that failed may have taken reports out of the kernel's queue.
///
/// # Errors
/// What poll(2) answers, except for interruptions, which are handled here.
pub fn wait(
    sockets: &[BorrowedFd<'_>],
    deadline: Option<Monotonic>,
    signals: Option<&Signals>,
) -> Result<Woken, HostError> {
    let mut found = vec![Readiness::default(); sockets.len()];
    wait_each(sockets, &mut found, deadline, signals)
}

/// [`wait`], and tells what was found on each socket.
pub(crate) fn wait_each(
    sockets: &[BorrowedFd<'_>],
    found: &mut [Readiness],
    deadline: Option<Monotonic>,
    signals: Option<&Signals>,
) -> Result<Woken, HostError> {
    loop {
        if signals.is_some_and(Signals::pending) {
            return Ok(Woken::Signal);
        }
        let left = deadline.map(|deadline| deadline.since(monotonic()));
        match poll_once(sockets, found, left, signals) {
            Ok(0) if left.is_some() => return Ok(Woken::Deadline),
            Ok(_) if found.iter().any(|one| one.message || one.error) => {
                return Ok(Woken::Ready);
            }
            // Only the signals' own descriptor woke, or a signal came: the next round asks which.
            Ok(_) => {
                if let Some(signals) = signals {
                    signals.drain();
                }
            }
            Err(Errno::EINTR) => {}
            Err(errno) => {
                return Err(HostError::new("wait for packets", &errno.into()));
            }
        }
    }
}

fn poll_once(
    sockets: &[BorrowedFd<'_>],
    found: &mut [Readiness],
    left: Option<Duration>,
    signals: Option<&Signals>,
) -> Result<i32, Errno> {
    let input = |fd| PollFd::new(fd, PollFlags::POLLIN);
    let mut polled: Vec<PollFd<'_>> = sockets.iter().map(|fd| input(*fd)).collect();
    polled.extend(signals.map(|signals| input(signals.as_fd())));
    let answer = ppoll(&mut polled, left.map(TimeSpec::from_duration), None)?;
    for (one, fd) in found.iter_mut().zip(&polled) {
        let events = fd.revents().unwrap_or(PollFlags::empty());
        one.message = events.contains(PollFlags::POLLIN);
        one.error = events.contains(PollFlags::POLLERR);
    }
    Ok(answer)
}
