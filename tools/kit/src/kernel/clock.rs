//! The kernel's clocks on the scale of an engine, which starts at zero.

use layercake_base::Instant;
use layercake_host::SendOptions;
use layercake_host::clock::{Moment, Monotonic, Realtime, monotonic};
use layercake_host::signal::Signals;
use layercake_host::wait::{self, Woken as HostWoken};
use layercake_probe::net::{Clock, Failure, Outgoing, Stamp, Woken};
use std::os::fd::BorrowedFd;

/// Both clocks as they stood when the run began.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KernelClock(Moment);

impl KernelClock {
    pub(crate) fn start() -> Self {
        KernelClock(Moment::now())
    }

    pub(crate) fn now(self) -> Instant {
        self.instant(monotonic())
    }

    pub(crate) fn epoch(self) -> u64 {
        self.0.realtime.0
    }

    pub(crate) fn instant(self, at: Monotonic) -> Instant {
        Instant::ZERO + at.since(self.0.monotonic)
    }

    pub(crate) fn by_user(self, at: Monotonic) -> Stamp {
        Stamp {
            at: self.instant(at),
            clock: Clock::User,
        }
    }

    /// The kernel's stamp where it can be believed, else the time when this program saw it.
    pub(crate) fn stamp(self, told: Option<Realtime>, seen: Moment) -> Stamp {
        match told.and_then(|told| seen.place(told, self.0.monotonic)) {
            Some(at) => Stamp {
                at: self.instant(at),
                clock: Clock::Kernel,
            },
            None => self.by_user(seen.monotonic),
        }
    }

    /// Waits for sockets, signals and time.
    pub(crate) fn wait(
        self,
        sockets: &[BorrowedFd<'_>],
        until: Option<Instant>,
        signals: Option<&Signals>,
    ) -> Result<Woken, Failure> {
        let until = until.map(|at| self.deadline(at));
        let woken = wait::wait(sockets, until, signals);
        Ok(match woken.map_err(|error| Failure(error.to_string()))? {
            HostWoken::Ready => Woken::Arrival,
            HostWoken::Deadline => Woken::Deadline,
            HostWoken::Signal => which(signals),
        })
    }

    /// An engine's time on the clock that the sockets wait by.
    pub(crate) fn deadline(self, until: Instant) -> Monotonic {
        self.0.monotonic.plus(until.since(Instant::ZERO))
    }
}

/// What a signal asks for: SIGQUIT how it goes, any other the end.
pub(crate) fn which(signals: Option<&Signals>) -> Woken {
    match signals.is_some_and(Signals::take_quit) {
        true => Woken::Status,
        false => Woken::Interrupt,
    }
}

/// The choices of an engine for one probe, as the socket wants them.
pub(crate) fn send_options(probe: &Outgoing) -> SendOptions {
    use layercake_host::Fragmentation::{Allow, Probe};
    SendOptions {
        time_to_live: probe.ttl,
        traffic_class: Some(probe.tos),
        fragmentation: Some(if probe.dont_fragment { Probe } else { Allow }),
    }
}
