//! The layer: what the medium says becomes events, actions become signals and frames.

use layercake_base::{
    Context, Instant, Kind, Layer, Notice, Pdu, Reason, Service, Signal, Spec,
};

use super::deference::Deference;
use super::{Action, Event, Settings, State, next};
use crate::access::outgoing::Outgoing;

const LATE: Reason = Reason::NoWay("collided late: the network is wider than a slot");

/// Sends when the medium is free; when others do too, stops and tries again later.
#[derive(Debug)]
pub struct CsmaCd {
    settings: Settings,
    state: State,
    deference: Deference,
    outgoing: Outgoing,
    /// Of the first frame.
    collisions: u16,
    /// When the transmission began that is out.
    began: Instant,
    collided_late: bool,
    /// When the random wait is over.
    back_off: Instant,
}

impl CsmaCd {
    /// A station with nothing to send; the medium is taken for silent until it says otherwise.
    pub fn new(settings: Settings) -> Self {
        CsmaCd {
            settings,
            state: State::Idle,
            deference: Deference::new(settings.gap_part_1, settings.gap_part_2),
            outgoing: Outgoing::new(settings.queue.max(1)),
            collisions: 0,
            began: Instant::ZERO,
            collided_late: false,
            back_off: Instant::ZERO,
        }
    }

    /// What the station is doing.
    pub fn state(&self) -> State {
        self.state
    }

    /// Something happens; what there is no arrow for changes nothing.
    fn happens(&mut self, event: Event, cx: &mut Context<'_>) {
        if let Some((state, action)) = next(self.state, event) {
            self.state = state;
            match action {
                Action::Nothing => {}
                Action::Send => self.begin(cx),
                Action::Jam => self.jam(cx),
                Action::BackOff => self.draw(cx),
            }
        }
    }

    /// Sends if it may: before anything happens, because the gap may be over at this very
    /// instant, and afterwards. Ends, because a frame that cannot be sent leaves the queue.
    fn take_turn(&mut self, cx: &mut Context<'_>) {
        self.deference.advance(cx.now());
        while self.state == State::Deferring && self.deference.is_clear() {
            self.happens(Event::Free, cx);
        }
        self.deference.miss_turn();
    }

    fn begin(&mut self, cx: &mut Context<'_>) {
        (self.began, self.collided_late) = (cx.now(), false);
        match self.outgoing.send_copy(cx) {
            Ok(()) => self.deference.begin(),
            Err(why) => self.finish(Some(why), cx), // no PDU is free for the copy
        }
    }

    /// IEEE 802.3-2018 §4.2.3.2.4: enforces the collision, so that all hear it.
    fn jam(&mut self, cx: &mut Context<'_>) {
        self.collisions += 1;
        self.collided_late = cx.now() - self.began > self.settings.slot;
        let bits = self.settings.jam_bits;
        let (port, signal) = (0, Signal::Jam { bits });
        cx.notify_down(Notice::Medium { port, signal });
    }

    /// IEEE 802.3-2018 §4.2.3.2.5: the truncated binary exponential back-off.
    fn draw(&mut self, cx: &mut Context<'_>) {
        let slots = self.settings.back_off(self.collisions, cx.rng());
        let slot = u64::try_from(self.settings.slot.as_nanos()).unwrap_or(u64::MAX);
        let wait = core::time::Duration::from_nanos(slot.saturating_mul(slots));
        self.back_off = cx.now() + wait;
    }

    /// The transmission is over, jam included.
    fn over(&mut self, cx: &mut Context<'_>) {
        self.deference.over(cx.now());
        match (self.state, self.given_up()) {
            (State::Jamming, None) => self.happens(Event::Again, cx),
            (State::Jamming, why) => self.finish(why, cx),
            _ => self.finish(None, cx),
        }
    }

    /// Why the frame that has just collided is not tried again.
    fn given_up(&self) -> Option<Reason> {
        let tried = self.collisions >= self.settings.attempt_limit;
        let often = || Reason::dead_end("attempts", self.collisions, "have all collided");
        match self.collided_late {
            true => Some(LATE),
            false => tried.then(often),
        }
    }

    /// The first frame is done with: sent, or discarded.
    fn finish(&mut self, discarded: Option<Reason>, cx: &mut Context<'_>) {
        self.collisions = 0;
        if let (Some(frame), Some(why)) = (self.outgoing.pop(cx), discarded) {
            cx.discard(frame, why);
        }
        let event = match self.outgoing.has_frames() {
            true => Event::Sent,
            false => Event::SentLast,
        };
        self.happens(event, cx);
    }

    /// IEEE 802.3-2018 §4.2.3.3 and §4.2.4.2.2: nothing shorter than the collision window.
    fn require_size(&self, pdu: &Pdu) -> Result<(), Reason> {
        let (have, need) = (pdu.len(), self.settings.smallest_frame);
        let field = "frame";
        let short = Reason::TooShort { field, need, have };
        if have < need { Err(short) } else { Ok(()) }
    }
}

impl Layer for CsmaCd {
    fn spec(&self) -> Spec {
        Spec::new("csma-cd", 2)
            .between(Service::Bits, Service::Bits)
            .kind(Kind::Queue)
    }

    fn send(&mut self, sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        self.require_size(&sdu)?;
        self.outgoing.push(sdu)?;
        self.take_turn(cx);
        self.happens(Event::Frame, cx);
        self.take_turn(cx);
        Ok(())
    }

    fn receive(&mut self, pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        self.require_size(&pdu)?;
        cx.send_up(pdu);
        Ok(())
    }

    /// A station that does not wait for the end of the gap is not woken for it.
    fn deadline(&self) -> Option<Instant> {
        match self.state {
            State::Deferring => self.deference.deadline(),
            State::BackingOff => Some(self.back_off),
            State::Idle | State::Sending | State::Jamming => None,
        }
    }

    fn on_deadline(&mut self, cx: &mut Context<'_>) {
        self.take_turn(cx);
        if self.state == State::BackingOff && self.back_off <= cx.now() {
            self.happens(Event::BackOffOver, cx);
        }
        self.take_turn(cx);
    }

    fn notice(&mut self, notice: Notice, cx: &mut Context<'_>) {
        self.take_turn(cx);
        match self.outgoing.hear(notice, cx) {
            Some(Signal::CarrierOn) => self.deference.carrier_on(),
            Some(Signal::CarrierOff) => self.deference.carrier_off(cx.now()),
            Some(Signal::Collision) => self.happens(Event::Collision, cx),
            Some(Signal::Sent) => self.over(cx),
            Some(Signal::Jam { .. }) | None => {}
        }
        self.take_turn(cx);
    }
}

#[cfg(test)]
mod tests;
