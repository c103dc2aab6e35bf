//! An engine decides what to send and when; it never does it itself.
//!
//! ```text
//!        poll(now) -> Send(probe) | Wait(until) | Finished
//!   engine <------------------------------------------------ run -----> back end
//!        on_sent, on_incoming, on_interrupt, on_status          send, wait, receive
//! ```
//! So the same engine runs against the kernel, against the emulated network in virtual time,
//! and in a test against a script.

use std::collections::VecDeque;

use layercake_base::Instant;

use crate::net::{Failure, Incoming, Outgoing, Packets, SendError, Sent, Time, Woken};

/// What an engine wants next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Send this; the outcome comes back through [`Engine::on_sent`] before the next poll.
    Send(Outgoing),
    /// Nothing to do until then (`None`: until something arrives).
    Wait(Option<Instant>),
    /// The run is over.
    Finished,
}

/// A probing engine: a state machine without sockets and without a clock.
///
/// The caller's duty: `now` never goes back; each [`Step::Send`] is followed by one `on_sent`.
pub trait Engine {
    /// What it tells its subscribers.
    type Record;

    /// What to do at this time.
    fn poll(&mut self, now: Instant) -> Step;

    /// The probe of the last poll left, or did not.
    fn on_sent(&mut self, outcome: Result<Sent, SendError>, now: Instant);

    /// Something arrived. It may be anything.
    fn on_incoming(&mut self, incoming: &Incoming, now: Instant);

    /// The user wants to stop; the next poll finishes.
    fn on_interrupt(&mut self, now: Instant);

    /// The user wants to know how it goes; answered by a record.
    fn on_status(&mut self, now: Instant);

    /// Records since the last call, oldest first.
    fn records(&mut self) -> &mut VecDeque<Self::Record>;
}

/// Runs an engine on a back end to its end and hands each record to `subscriber`, which may
/// stop the run by answering `false` (its reader went away).
///
/// # Errors
/// [`Failure`] of the back end.
pub fn run<E: Engine>(
    engine: &mut E,
    net: &mut (impl Packets + Time + ?Sized),
    mut subscriber: impl FnMut(&E::Record) -> bool,
) -> Result<(), Failure> {
    loop {
        let step = engine.poll(net.now());
        while let Some(record) = engine.records().pop_front() {
            if !subscriber(&record) {
                return Ok(());
            }
        }
        match step {
            Step::Send(probe) => {
                let outcome = net.send(&probe);
                engine.on_sent(outcome, net.now());
            }
            Step::Wait(until) => wait(engine, net, until)?,
            Step::Finished => return Ok(()),
        }
    }
}

fn wait<E: Engine>(
    engine: &mut E,
    net: &mut (impl Packets + Time + ?Sized),
    until: Option<Instant>,
) -> Result<(), Failure> {
    match net.wait(until)? {
        Woken::Arrival => {
            while let Some(incoming) = net.receive()? {
                engine.on_incoming(&incoming, net.now());
            }
        }
        Woken::Deadline => {}
        Woken::Interrupt => engine.on_interrupt(net.now()),
        Woken::Status => engine.on_status(net.now()),
    }
    Ok(())
}
