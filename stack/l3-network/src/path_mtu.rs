//! Packetisation-layer path MTU discovery: how large a packet gets through, found by sending some.
//!
//! ```text
//!   MIN          PLPMTU        told         refused          MAX
//!    +---------------+------------+-------------+--------------+
//!    |   gets through               ?           | does not     |
//!    +---------------+------------+-------------+--------------+
//!                         the next probe lies here
//! ```
//! A machine without sockets and without a clock, for any protocol whose peer says what has
//! arrived. It asks for probes of a size; its user sends them, never to be fragmented, and says
//! what became of them. No router has to say anything: where "packet too big" messages get lost
//! (a black hole), three lost probes of a size say the same.
//!
//! | call | when |
//! |---|---|
//! | [`PathMtu::poll`] | at first, after every other call, and when the time has come that it told |
//! | [`PathMtu::on_acknowledged`] | the peer has a probe of this size |
//! | [`PathMtu::on_lost`] | a probe is known to be lost, sooner than its timer says |
//! | [`PathMtu::on_packet_too_big`] | a router says which size it takes, about a packet really sent (§4.6.1) |
//! | [`PathMtu::on_black_hole`] | packets of the present size vanish, as an acknowledged protocol sees |
//!
//! What a router says is never believed, only tried next: a size that it told counts when a probe
//! of that size has arrived, and one octet more has not.
//!
//! Spec: RFC 8899 §4.6.2, §5; RFC 4821 §7 (what to probe).  Units: octets, of whole packets or of
//! what a protocol puts into them, as its user likes, if always the same.
//! Bound: one probe in flight; no memory that grows.
//! Not here: whether a message may be believed to come from the path, which its user knows; probes
//! that carry data of users.

mod machine;
mod range;
mod settings;

use layercake_base::Instant;

pub use machine::State;
use machine::{Action, Event};
use range::Range;
pub use settings::Settings;

/// What the machine wants next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Send a probe of this size. Its PROBE_TIMER runs from now on.
    Probe {
        /// Octets.
        size: u16,
    },
    /// Nothing before then; `None` until another call.
    Wait(Option<Instant>),
}

/// The search for the path MTU to one peer.
#[derive(Clone, Debug)]
pub struct PathMtu {
    settings: Settings,
    state: State,
    range: Range,
    /// PROBED_SIZE, while there is something to find out.
    probed: Option<u16>,
    /// PROBE_COUNT: probes of that size that were lost one after the other.
    count: u8,
    /// When the probe that is on its way counts as lost (PROBE_TIMER).
    due: Option<Instant>,
    /// When a larger size is tried again (PMTU_RAISE_TIMER).
    raise: Instant,
    /// When the present size is tried again (CONFIRMATION_TIMER).
    confirm: Option<Instant>,
}

impl PathMtu {
    /// A machine that waits to hear that there is a peer.
    pub fn new(settings: Settings) -> Self {
        let settings = settings.clamped();
        PathMtu {
            settings,
            state: State::Disabled,
            range: Range::new(settings.base, settings.most),
            probed: None,
            count: 0,
            due: None,
            raise: Instant::ZERO,
            confirm: None,
        }
    }

    /// Where the search is.
    pub fn state(&self) -> State {
        self.state
    }

    /// The largest packet to send now (PLPMTU). No probe has confirmed it yet while the state is
    /// BASE, ERROR or DISABLED.
    pub fn size(&self) -> u16 {
        self.range.passes()
    }

    /// The size of the probe that is on its way.
    pub fn in_flight(&self) -> Option<u16> {
        self.probed.filter(|_| self.due.is_some())
    }

    /// There is a peer. RFC 8899 §5.2: the protocol indicates connectivity.
    pub fn on_connected(&mut self, now: Instant) {
        self.step(Event::Connected, now);
    }

    /// The peer is gone.
    pub fn on_disconnected(&mut self, now: Instant) {
        self.step(Event::Disconnected, now);
    }

    /// What to do at this time.
    pub fn poll(&mut self, now: Instant) -> Step {
        if self.due.is_some_and(|due| due <= now) {
            self.lose(now);
        }
        if self.state == State::SearchComplete && self.probed.is_none() {
            if self.raise <= now {
                self.step(Event::RaiseTimer, now);
            } else if self.confirm.is_some_and(|confirm| confirm <= now) {
                self.step(Event::ConfirmationTimer, now);
            }
        }
        match (self.due, self.probed) {
            (Some(due), _) => Step::Wait(Some(due)),
            (None, Some(size)) => {
                self.due = Some(now + self.settings.probe_timer);
                Step::Probe { size }
            }
            (None, None) => Step::Wait(self.rests_until()),
        }
    }

    /// The peer has got a packet of this size that could not be fragmented. A late answer counts
    /// too: the size was given up in vain.
    ///
    /// The caller's duty: only what was really sent may be acknowledged.
    pub fn on_acknowledged(&mut self, size: u16, now: Instant) {
        let larger = size > self.range.passes() && size <= self.settings.most;
        if self.state == State::Disabled || !larger && self.probed != Some(size) {
            return;
        }
        self.range.accept(size);
        match self.state {
            State::SearchComplete if larger => self.step(Event::RaiseTimer, now),
            _ => self.step(Event::Acknowledged, now),
        }
    }

    /// The probe of this size that is on its way is known to be lost.
    pub fn on_lost(&mut self, size: u16, now: Instant) {
        if self.due.is_some() && self.probed == Some(size) {
            self.lose(now);
        }
    }

    /// A router has said that it takes no more than `size` octets.
    ///
    /// The caller's duty: the message quotes a packet that was sent to this peer, and that is
    /// larger than what it tells. RFC 8899 §4.6.1.
    pub fn on_packet_too_big(&mut self, size: u16, now: Instant) {
        if let Some(event) = self.meaning(size) {
            self.range.hear(size);
            self.step(event, now);
        }
    }

    /// Packets of the present size no longer arrive, while others do. RFC 8899 §4.3.
    pub fn on_black_hole(&mut self, now: Instant) {
        self.step(Event::BlackHole, now);
    }

    /// Which interval a size that a router told falls into; `None` where the message is to be
    /// discarded. RFC 8899 §4.6.2.
    fn meaning(&self, size: u16) -> Option<Event> {
        let Settings { least, base, .. } = self.settings;
        let passes = self.range.passes();
        let probed = self.probed.unwrap_or(passes);
        let credible = (least..probed).contains(&size);
        credible.then_some(match size {
            _ if size > passes => Event::TooBigBelowProbed,
            _ if size == passes => Event::TooBigAtPlpmtu,
            _ if size >= base => Event::TooBigBelowPlpmtu,
            _ => Event::TooBigBelowBase,
        })
    }

    /// The probe that is on its way is lost.
    fn lose(&mut self, now: Instant) {
        self.due = None;
        self.count += 1;
        if self.count < self.settings.max_probes {
            return self.step(Event::Lost, now);
        }
        if let Some(size) = self.probed {
            self.range.refuse(size);
        }
        self.step(Event::GivenUp, now);
    }

    fn step(&mut self, event: Event, now: Instant) {
        let Some((state, action)) = machine::next(self.state, event) else {
            return;
        };
        self.state = state;
        self.act(action, now);
    }

    fn act(&mut self, action: Action, now: Instant) {
        match action {
            Action::Repeat => {}
            Action::Stop => self.probe(None),
            Action::FromBase => self.begin_at(self.settings.base),
            Action::FromLeast => self.begin_at(self.settings.least),
            Action::Confirm => self.probe(Some(self.range.passes())),
            Action::Confirmed => self.rest(now, self.raise),
            Action::Rest => self.rest(now, now + self.settings.raise_timer),
            Action::Reopen => {
                self.range.forget();
                self.search(now);
            }
            Action::Search => self.search(now),
        }
    }

    /// Falls back to this size, and tries it first.
    fn begin_at(&mut self, size: u16) {
        self.range.fall_to(size);
        self.probe(Some(size));
    }

    fn search(&mut self, now: Instant) {
        self.probe(self.range.next());
        if self.probed.is_none() {
            self.step(Event::NothingLeft, now);
        }
    }

    fn rest(&mut self, now: Instant, raise: Instant) {
        self.probe(None);
        self.raise = raise;
        self.confirm = self.settings.confirmation_timer.map(|timer| now + timer);
    }

    /// Wants this size to be probed, anew.
    fn probe(&mut self, size: Option<u16>) {
        (self.probed, self.count, self.due) = (size, 0, None);
    }

    fn rests_until(&self) -> Option<Instant> {
        let rests = self.state == State::SearchComplete;
        let until = self.confirm.map_or(self.raise, |at| at.min(self.raise));
        rests.then_some(until)
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
