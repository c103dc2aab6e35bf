//! The loop: what is due happens, frames come in and go out, and then everybody sleeps.

use std::fmt;

use layercake_base::Instant;
use layercake_host::HostError;
use layercake_host::clock::{Monotonic, monotonic};
use layercake_host::link::{Device, LONGEST, LinkError};
use layercake_host::pace::Pacer;
use layercake_host::signal::Signals;
use layercake_host::wait::wait;
use layercake_tower::{Network, OutsideId};

use crate::cable::{Cable, Traffic};
use crate::error::{AttachError, LiveError};

/// Events of the network that are handled before devices and signals are looked at again: some milliseconds at most.
const EVENTS: usize = 4096;

/// Frames received in one turn before others have theirs; as many as fit into the caches.
const BURST: usize = 64;

/// A network whose time passes as the real one does.
///
/// ```no_run
/// use layercake_host::link::{Settings, Tap};
/// use layercake_live::Live;
/// use layercake_tower::Network;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let network = Network::from_toml(&std::fs::read_to_string("wan.toml")?, 1)?;
/// let mut live = Live::new(network)?;
/// live.attach("wan", Tap::open("lc0")?)?;
/// let address = Some(([10, 0, 0, 254].into(), 24));
/// Settings { address, up: true, ..Settings::default() }.apply("lc0")?;
/// live.run_until(None, None, |_| false)?; // the kernel's `ping 10.0.0.1` is answered now
/// # Ok(())
/// # }
/// ```
pub struct Live {
    network: Network,
    /// When the network's time was zero.
    zero: Monotonic,
    cables: Vec<Cable>,
    buffer: Vec<u8>,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The deadline has come.
    Deadline,
    /// A watched signal came; ask the [`Signals`] which.
    Signal,
    /// The caller's condition was met.
    Stopped,
}

impl Live {
    /// From now on the network's time passes with the monotonic clock; for a fresh network it starts at zero.
    ///
    /// The timers of the calling thread are made exact, else the kernel may wake it 50 µs late.
    ///
    /// # Errors
    /// What prctl(2) answers.
    pub fn new(network: Network) -> Result<Self, HostError> {
        Pacer::new()?;
        let zero = monotonic().0.saturating_sub(network.now().as_nanos());
        Ok(Self {
            network,
            zero: Monotonic(zero),
            cables: Vec::new(),
            buffer: vec![0; LONGEST],
        })
    }

    /// Connects a device to the outside node of this name.
    ///
    /// # Errors
    /// [`AttachError`]: no such node, it has a device, or the device carries no Ethernet frames.
    pub fn attach(
        &mut self,
        name: &str,
        device: impl Device + 'static,
    ) -> Result<(), AttachError> {
        let outside = self.outside(name)?;
        if let Some(cable) = self.cable(outside) {
            return Err(AttachError::Taken {
                name: name.to_owned(),
                device: cable.device.name().to_owned(),
            });
        }
        if !device.is_ethernet() {
            let device = device.name().to_owned();
            return Err(AttachError::NotEthernet { device });
        }
        self.network.set_attached(outside, true);
        self.cables.push(Cable {
            outside,
            device: Box::new(device),
            traffic: Traffic::default(),
        });
        Ok(())
    }

    /// Frames through the device at the outside node of this name; `None` when it has none.
    #[must_use]
    pub fn traffic(&self, name: &str) -> Option<Traffic> {
        let cable = self.cable(self.network.outside(name)?)?;
        Some(cable.traffic)
    }

    /// The network, to send from its nodes, receive at them, or look on.
    pub fn network(&mut self) -> &mut Network {
        &mut self.network
    }

    /// The real time, as the network counts it. The network itself may be behind while much is due.
    #[must_use]
    pub fn now(&self) -> Instant {
        Instant::from_nanos(monotonic().0.saturating_sub(self.zero.0))
    }

    /// Runs until `deadline` (`None`: for ever), a signal, or until `stop` says so. `stop` is asked after whatever has
    /// happened, and may send and receive at nodes of the network; it is no event by itself, so a condition outside of
    /// the network needs a deadline as well.
    ///
    /// Sleeps whenever nothing is due. A frame that a device has received enters at the time when it is read; one that
    /// comes out goes to its device as soon as its time has come. A network with more to do than the machine can falls
    /// behind the clock, but devices, signals and `stop` have their turn after every few thousand events.
    ///
    /// # Errors
    /// [`LiveError`]: a device was removed or failed for good, or what poll(2) answers. That a device is down, or its
    /// queue full, is no error: those frames are counted as lost.
    pub fn run_until(
        &mut self,
        deadline: Option<Instant>,
        signals: Option<&Signals>,
        mut stop: impl FnMut(&mut Network) -> bool,
    ) -> Result<Ended, LiveError> {
        loop {
            let now = self.now();
            let mut busy = !self.catch_up(now);
            for cable in 0..self.cables.len() {
                busy |= self.take_in(cable)?;
            }
            busy |= !self.catch_up(now);
            let stopped = stop(&mut self.network);
            for cable in &mut self.cables {
                cable.hand_out(&mut self.network)?;
            }
            if stopped {
                return Ok(Ended::Stopped);
            }
            if signals.is_some_and(Signals::pending) {
                return Ok(Ended::Signal);
            }
            if deadline.is_some_and(|deadline| deadline <= now) {
                return Ok(Ended::Deadline);
            }
            if !busy {
                self.sleep(deadline, signals)?;
            }
        }
    }

    /// Brings the network what the device of this cable has received. True when more may wait.
    fn take_in(&mut self, cable: usize) -> Result<bool, LinkError> {
        for _ in 0..BURST {
            let Some(own) = self.cables.get_mut(cable) else {
                return Ok(false);
            };
            let Some(length) = own.read(&mut self.buffer)? else {
                return Ok(false);
            };
            // It may have been sent after the turn began: the network's time must be later than that.
            let in_time = self.catch_up(self.now());
            let frame = self.buffer.get(..length).unwrap_or_default();
            if let Some(own) = self.cables.get_mut(cable) {
                own.bring_in(&mut self.network, frame);
            }
            if !in_time {
                return Ok(true);
            }
        }
        Ok(true)
    }

    /// Lets happen what is due at `now`; false when that was too much for one turn.
    fn catch_up(&mut self, now: Instant) -> bool {
        let due = |network: &Network| network.next_event().is_some_and(|at| at <= now);
        for _ in 0..EVENTS {
            if !due(&self.network) {
                self.network.run_until(now);
                return true;
            }
            self.network.step();
        }
        false
    }

    /// Until something is due, a frame arrives or a signal comes.
    fn sleep(
        &self,
        deadline: Option<Instant>,
        signals: Option<&Signals>,
    ) -> Result<(), HostError> {
        let next = self.network.next_event().into_iter().chain(deadline).min();
        let until = next.map(|at| self.zero.plus(at.since(Instant::ZERO)));
        let all: Vec<_> = self.cables.iter().map(|one| one.device.as_fd()).collect();
        wait(&all, until, signals).map(|_the_next_turn_looks| ())
    }

    fn outside(&self, name: &str) -> Result<OutsideId, AttachError> {
        let existing = || {
            let all = self.network.outsides();
            all.map(|(_, name)| name.to_owned()).collect()
        };
        let found = self.network.outside(name);
        found.ok_or_else(|| AttachError::NoOutside {
            name: name.to_owned(),
            existing: existing(),
        })
    }

    fn cable(&self, outside: OutsideId) -> Option<&Cable> {
        self.cables.iter().find(|cable| cable.outside == outside)
    }
}

impl fmt::Debug for Live {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Live")
            .field("zero", &self.zero)
            .field("devices", &self.cables.len())
            .finish_non_exhaustive()
    }
}
