//! Carrier sense: listens before it sends.
//!
//! ```text
//!   state      Frame      CarrierOff       the wait is over   Sent
//!   idle       decide     -                -                  -
//!   held       queue it   decide           -                  -          the medium is busy
//!   waiting    queue it   -                decide             -          a random time, or a slot
//!   sending    queue it   -                -                  decide, if there is one; or idle
//!
//!   decide                the medium is silent                 it is busy
//!   NonPersistent         send                                 wait at random, or give up
//!   OnePersistent         send                                 held
//!   PPersistent           send with probability p,             held
//!                         else wait one slot
//! ```
//! Spec: L. Kleinrock and F. A. Tobagi, Packet Switching in Radio Channels: Part I, IEEE
//! Transactions on Communications 23 (1975).  Units: nanoseconds.
//! Checks: the queue's limit, how often the medium was found busy.
//! Not here: collisions while sending (`csma_cd`), acknowledgement and repetition.
//!
//! A station hears another only after the delay between them, which is `a` frame times. What
//! starts within that time collides, so carrier sense is worth the more the shorter it is.

use core::time::Duration;

use layercake_base::{
    Context, Instant, Kind, Layer, Notice, Pdu, Reason, Service, Signal, Spec,
};

use super::QUEUE;
use super::outgoing::Outgoing;

/// What a station does that wants to send.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Persistence {
    /// Comes back after a random time when the medium is busy.
    NonPersistent {
        /// The longest wait; all up to it are equally likely.
        longest: Duration,
        /// A frame that finds the medium busy so often is discarded.
        attempts: u16,
    },
    /// Sends as soon as the medium is silent.
    OnePersistent,
    /// Sends with a probability in each slot in which the medium is silent.
    PPersistent {
        /// From 0.0 to 1.0.
        probability: f64,
        /// The length of a slot: the longest delay on the medium.
        slot: Duration,
    },
}

/// Sends when it hears no other station.
#[derive(Debug)]
pub struct Csma {
    persistence: Persistence,
    outgoing: Outgoing,
    /// Another station is heard.
    carrier: bool,
    /// How often the first frame has found the medium busy.
    found_busy: u16,
    /// When the random wait, or the slot, is over.
    wait: Option<Instant>,
}

impl Csma {
    /// Nothing to send yet; the medium is taken for silent until it says otherwise.
    pub fn new(persistence: Persistence) -> Self {
        Csma {
            persistence,
            outgoing: Outgoing::new(QUEUE),
            carrier: false,
            found_busy: 0,
            wait: None,
        }
    }

    /// Sends a frame or finds out when to try again. Ends, because each turn but the last takes
    /// a frame off the queue.
    fn decide(&mut self, cx: &mut Context<'_>) {
        while self.outgoing.is_ready() && self.wait.is_none() {
            if !self.carrier {
                self.find_silent(cx);
            } else if !self.find_busy(cx) {
                return;
            }
        }
    }

    /// The medium is silent.
    fn find_silent(&mut self, cx: &mut Context<'_>) {
        if let Persistence::PPersistent { probability, slot } = self.persistence
            && !cx.rng().chance(probability)
        {
            self.wait = Some(cx.now() + slot.max(Duration::from_nanos(1)));
            return;
        }
        self.found_busy = 0;
        self.outgoing.send_first(cx);
    }

    /// The medium is busy. True when the frame was given up, and it is the next one's turn.
    fn find_busy(&mut self, cx: &mut Context<'_>) -> bool {
        let Persistence::NonPersistent { longest, attempts } = self.persistence else {
            return false; // held until the carrier is off
        };
        self.found_busy += 1;
        if self.found_busy < attempts {
            let nanos = u64::try_from(longest.as_nanos()).unwrap_or(u64::MAX);
            let wait = Duration::from_nanos(cx.rng().below(nanos) + 1);
            self.wait = Some(cx.now() + wait);
            return false;
        }
        let why = Reason::dead_end("attempts", self.found_busy, "found the medium busy");
        self.found_busy = 0;
        if let Some(frame) = self.outgoing.pop(cx) {
            cx.discard(frame, why);
        }
        true
    }
}

impl Layer for Csma {
    fn spec(&self) -> Spec {
        Spec::new("csma", 2)
            .between(Service::Bits, Service::Bits)
            .kind(Kind::Queue)
    }

    fn send(&mut self, sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let others = self.outgoing.has_frames();
        self.outgoing.push(sdu)?;
        if !others {
            self.decide(cx);
        }
        Ok(())
    }

    fn receive(&mut self, pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        cx.send_up(pdu);
        Ok(())
    }

    fn deadline(&self) -> Option<Instant> {
        self.wait
    }

    fn on_deadline(&mut self, cx: &mut Context<'_>) {
        if self.wait.is_some_and(|over| over <= cx.now()) {
            self.wait = None;
            self.decide(cx);
        }
    }

    fn notice(&mut self, notice: Notice, cx: &mut Context<'_>) {
        match self.outgoing.hear(notice, cx) {
            Some(Signal::CarrierOn) => self.carrier = true,
            Some(Signal::CarrierOff) => {
                self.carrier = false;
                self.decide(cx);
            }
            Some(Signal::Sent) => self.decide(cx),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
