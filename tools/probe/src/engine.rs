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

/// Arrivals taken in at once, before the engine may send, tell or end again: a peer that floods
/// must not keep it from that.
const AT_ONCE: usize = 256;

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
            for _ in 0..AT_ONCE {
                let Some(incoming) = net.receive()? else {
                    break;
                };
                engine.on_incoming(&incoming, net.now());
            }
        }
        Woken::Deadline => {}
        Woken::Interrupt => engine.on_interrupt(net.now()),
        Woken::Status => engine.on_status(net.now()),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::{Clock, Kind, Stamp};

    /// A peer that never pauses.
    struct Flood(u64);

    impl Packets for Flood {
        fn send(&mut self, _probe: &Outgoing) -> Result<Sent, SendError> {
            Err(SendError::Busy)
        }

        fn receive(&mut self) -> Result<Option<Incoming>, Failure> {
            self.0 += 1;
            let seen = Instant::from_nanos(self.0);
            let clock = Clock::Virtual;
            Ok(Some(Incoming {
                at: Stamp { at: seen, clock },
                seen,
                from: None,
                ttl: None,
                kind: Kind::Left { ticket: self.0 },
            }))
        }
    }

    impl Time for Flood {
        fn now(&self) -> Instant {
            Instant::from_nanos(self.0)
        }

        fn epoch(&self) -> u64 {
            0
        }

        fn wait(&mut self, _until: Option<Instant>) -> Result<Woken, Failure> {
            Ok(Woken::Arrival)
        }
    }

    /// Ends at a time, whatever arrives.
    struct Patient(VecDeque<()>);

    impl Engine for Patient {
        type Record = ();

        fn poll(&mut self, now: Instant) -> Step {
            let end = Instant::from_nanos(1000);
            match now < end {
                true => Step::Wait(Some(end)),
                false => Step::Finished,
            }
        }

        fn on_sent(&mut self, _outcome: Result<Sent, SendError>, _now: Instant) {}
        fn on_incoming(&mut self, _incoming: &Incoming, _now: Instant) {}
        fn on_interrupt(&mut self, _now: Instant) {}
        fn on_status(&mut self, _now: Instant) {}

        fn records(&mut self) -> &mut VecDeque<()> {
            &mut self.0
        }
    }

    #[test]
    fn a_peer_that_never_pauses_does_not_hold_an_engine_up() {
        let mut flood = Flood(0);
        run(&mut Patient(VecDeque::new()), &mut flood, |()| true).unwrap();
        let most = 1000 + u64::try_from(AT_ONCE).unwrap();
        assert!(flood.0 <= most, "{} arrivals", flood.0);
    }
}
