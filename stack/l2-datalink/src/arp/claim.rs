//! The station's own address: probed for, announced, defended.
//!
//! ```text
//!           0 to 1 s        3 probes, 1 to 2 s apart, then 2 s      2 announcements, 2 s apart
//!   Begin ------------> Probing -------------------------> Announcing -----------> Held
//!                          |                                   |                    |
//!                          +--------- a conflict --------------+--------------------+---> Lost
//!                                                                 unless defended
//! ```
//! Spec: RFC 5227 §2.1 (probing), §2.3 (announcing), §2.4 (conflicts later on).
//! Units: seconds.
//! Not here: the choice of another address, which is for whoever chose this one.

use core::time::Duration;

use layercake_base::{Instant, Rng};

/// Longest random wait before the first probe. RFC 5227 §1.1, as all of these.
pub(super) const PROBE_WAIT: Duration = Duration::from_secs(1);
/// Probes.
pub(super) const PROBE_NUM: u32 = 3;
/// Shortest pause between two probes.
pub(super) const PROBE_MIN: Duration = Duration::from_secs(1);
/// Longest pause between two probes.
pub(super) const PROBE_MAX: Duration = Duration::from_secs(2);
/// From the last probe to the first announcement.
pub(super) const ANNOUNCE_WAIT: Duration = Duration::from_secs(2);
/// Announcements.
pub(super) const ANNOUNCE_NUM: u32 = 2;
/// Between two announcements.
pub(super) const ANNOUNCE_INTERVAL: Duration = Duration::from_secs(2);
/// Conflicts after which probing becomes slow.
pub(super) const MAX_CONFLICTS: u32 = 10;
/// How slow: between two attempts.
pub(super) const RATE_LIMIT_INTERVAL: Duration = Duration::from_secs(60);
/// At most one defence in this time.
pub(super) const DEFEND_INTERVAL: Duration = Duration::from_secs(10);

/// What a station does when another one uses its address. RFC 5227 §2.4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Defence {
    /// (a) It gives the address up at once.
    Yield,
    /// (b) It announces the address once, and gives it up when the other one goes on within
    /// ten seconds.
    Once,
    /// (c) It announces the address at most every ten seconds, and never gives it up: for
    /// stations that others know by a fixed address.
    Always,
}

/// How the station stands with its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Nothing was said of it yet.
    Begin,
    /// Probes were sent, and the next is due then.
    Probing(u32, Instant),
    /// Announcements were sent, and the next is due then.
    Announcing(u32, Instant),
    /// It is ours.
    Held,
    /// It is somebody else's.
    Lost,
}

/// What a station must say now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Say {
    /// Does anybody have this address?
    Probe,
    /// We have it.
    Announce,
}

/// What follows from a conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Announce the address.
    Defend,
    /// Use it no longer.
    GiveUp,
    /// Nothing: it is not ours, or the last defence was just now.
    Stay,
}

/// One address and what is done for it.
#[derive(Debug)]
pub(super) struct Claim {
    pub(super) state: State,
    pub(super) defence: Defence,
    probes: bool,
    conflicts: u32,
    /// When the address was defended last.
    defended: Option<Instant>,
}

impl Claim {
    pub(super) const fn held() -> Self {
        Claim {
            state: State::Held,
            defence: Defence::Always,
            probes: false,
            conflicts: 0,
            defended: None,
        }
    }

    pub(super) const fn announcing() -> Self {
        let state = State::Announcing(0, Instant::ZERO);
        let held = Self::held();
        Claim { state, ..held }
    }

    pub(super) const fn probing() -> Self {
        Claim {
            state: State::Begin,
            defence: Defence::Once,
            probes: true,
            conflicts: 0,
            defended: None,
        }
    }

    /// The link is there again; who else is on it now? RFC 5227 §2.1.
    pub(super) fn link_up(&mut self) {
        if self.probes {
            self.state = State::Begin;
        }
    }

    /// True from the first announcement on. RFC 5227 §2.3.
    pub(super) fn is_ours(&self) -> bool {
        match self.state {
            State::Announcing(..) | State::Held => true,
            State::Begin | State::Probing(..) | State::Lost => false,
        }
    }

    /// True while another station's probe for the address is a conflict. RFC 5227 §2.1.1.
    pub(super) fn is_probed_for(&self) -> bool {
        matches!(self.state, State::Begin | State::Probing(..))
    }

    /// True when it was given up.
    pub(super) fn is_lost(&self) -> bool {
        self.state == State::Lost
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        match self.state {
            State::Begin => Some(Instant::ZERO),
            State::Probing(_, next) | State::Announcing(_, next) => Some(next),
            State::Held | State::Lost => None,
        }
    }

    /// The next arrow of the figure, if its time has come; called until there is none.
    pub(super) fn due(&mut self, now: Instant, rng: &mut Rng) -> Option<Say> {
        if self.state == State::Begin {
            self.state = State::Probing(0, now + self.wait(rng));
        }
        let (state, say) = match self.state {
            State::Probing(sent, next) if next <= now => match sent + 1 {
                probe @ ..PROBE_NUM => {
                    let pause = PROBE_MIN + random(PROBE_MAX - PROBE_MIN, rng);
                    (State::Probing(probe, now + pause), Say::Probe)
                }
                probe @ PROBE_NUM => {
                    (State::Probing(probe, now + ANNOUNCE_WAIT), Say::Probe)
                }
                _ => (announced(1, now), Say::Announce),
            },
            State::Announcing(sent, next) if next <= now => {
                (announced(sent + 1, now), Say::Announce)
            }
            _ => return None,
        };
        self.state = state;
        Some(say)
    }

    /// RFC 5227 §2.1.1: after many conflicts, slowly.
    fn wait(&self, rng: &mut Rng) -> Duration {
        let slow = match self.conflicts {
            MAX_CONFLICTS.. => RATE_LIMIT_INTERVAL,
            _ => Duration::ZERO,
        };
        slow + random(PROBE_WAIT, rng)
    }

    /// Another station uses the address, or probes for it together with us.
    pub(super) fn conflict(&mut self, now: Instant) -> Outcome {
        let lately = self
            .defended
            .is_some_and(|at| now.since(at) < DEFEND_INTERVAL);
        let outcome = match (self.state, self.defence) {
            (State::Lost, _) => Outcome::Stay,
            (State::Begin | State::Probing(..), _) => Outcome::GiveUp,
            (_, Defence::Yield) => Outcome::GiveUp,
            (_, Defence::Once) if lately => Outcome::GiveUp,
            (_, Defence::Always) if lately => Outcome::Stay,
            (_, Defence::Once | Defence::Always) => Outcome::Defend,
        };
        match outcome {
            Outcome::Defend => self.defended = Some(now),
            Outcome::GiveUp => {
                self.state = State::Lost;
                self.conflicts = self.conflicts.saturating_add(1);
            }
            Outcome::Stay => {}
        }
        outcome
    }
}

/// The state after that many announcements.
fn announced(sent: u32, now: Instant) -> State {
    match sent {
        ..ANNOUNCE_NUM => State::Announcing(sent, now + ANNOUNCE_INTERVAL),
        _ => State::Held,
    }
}

/// A random time up to `most`.
fn random(most: Duration, rng: &mut Rng) -> Duration {
    let nanos = u64::try_from(most.as_nanos()).unwrap_or(u64::MAX);
    Duration::from_nanos(rng.below(nanos.saturating_add(1)))
}

#[cfg(test)]
mod tests;
