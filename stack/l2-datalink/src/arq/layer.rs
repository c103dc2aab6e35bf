//! The ARQ layer: what comes from above, from below, and with time.
//!
//! Spec, Units, Checks: as in the module above. Here is what arrives; `transmit` has what goes
//! out, `control` what is done to the link.

use layercake_base::{
    Context, Direction, Instant, Kind, Layer, Notice, Pdu, Pool, Reason, Service, Spec,
};

use super::acknowledgement::{Acknowledgement, Answered};
use super::config::{Config, ConfigError};
use super::control::Link;
use super::header::{Header, OCTETS, Type};
use super::link::{Action, Age, Event, State};
use super::receiver::{Receiver, Verdict};
use super::sender::{NotOut, Sender};
use super::sequence::Sequence;
use super::timer::Rto;
use super::window::Window;

/// The largest body that fits a PDU together with the headers of up to 4 KiB of this layer and
/// all below it. Each transmission is a copy in a PDU of its own.
pub const LARGEST_BODY: usize = Pool::LARGEST - 4096;

/// Delivers each SDU once and in order over frames that get lost.
///
/// The link is set up when the first SDU comes, or when the layer above sends
/// [`Notice::LinkUp`] down; [`Notice::LinkDown`] from above closes it. Upwards the same notices
/// tell when the link is up and when it is down; when it goes down, every SDU that was not
/// acknowledged is discarded with its reason. An SDU that comes later is a new attempt.
///
/// An SDU that finds the queue full is refused; [`Notice::Room`] goes up when there is room.
///
/// What an observer sees of one SDU: kept; then for each transmission a PDU of the same origin
/// born, wrapped in six octets of header and passed down, with a fired timer in between when
/// that was the cause. At the other end: stripped and passed up; or kept, when one before it is
/// missing; or discarded as a duplicate.
#[derive(Debug)]
pub struct Arq {
    pub(super) config: Config,
    pub(super) window: Window,
    pub(super) link: Link,
    pub(super) sender: Sender<Pdu>,
    pub(super) receiver: Receiver<Pdu>,
    pub(super) rto: Rto,
    pub(super) acknowledgement: Acknowledgement,
    /// This frame has shown a gap, which REJ shall tell.
    pub(super) rejecting: Option<Answered>,
    /// The layer above believes that the link is up.
    pub(super) told_up: bool,
    /// The layer above wants to hear when the queue has room.
    pub(super) room_wanted: bool,
}

impl Arq {
    /// One end of a link that is not set up yet. All memory that it needs for window and queue
    /// is taken now.
    ///
    /// # Errors
    /// [`ConfigError`] when window and numbers do not go together, or the timer is impossible.
    pub fn new(config: Config) -> Result<Self, ConfigError> {
        let window = config.window()?;
        let most = window.send.saturating_add(config.queue);
        Ok(Arq {
            config,
            window,
            link: Link::default(),
            sender: Sender::new(window, most),
            receiver: Receiver::new(window),
            rto: Rto::new(config.timer),
            acknowledgement: Acknowledgement::new(config.ack_delay, window.send),
            rejecting: None,
            told_up: false,
            room_wanted: false,
        })
    }

    /// Where the link is.
    pub fn state(&self) -> State {
        self.link.state
    }

    /// SDUs from above that the other end has not acknowledged.
    pub fn pending(&self) -> usize {
        self.sender.len()
    }

    /// How long a frame may go unacknowledged now.
    pub fn timeout(&self) -> core::time::Duration {
        self.rto.current()
    }

    pub(super) fn has_room(&self) -> bool {
        self.sender.len() < self.window.send.saturating_add(self.config.queue)
    }
}

impl Layer for Arq {
    fn spec(&self) -> Spec {
        Spec::new("arq", 2)
            .between(Service::Frames, Service::Frames)
            .adds(OCTETS, 0)
            .kind(Kind::Queue)
    }

    fn send(&mut self, sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        self.accept(sdu)?;
        self.happens(Event::Open, cx);
        self.run(cx);
        Ok(())
    }

    fn receive(&mut self, pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let header = Header::decode(pdu.octets())?;
        let mut pdu = Some(pdu);
        let result = self.frame(header, &mut pdu, cx);
        self.run(cx);
        // A frame that goes no further is dropped last: an answer in its slot would hide it
        // from the observer.
        drop(pdu);
        result
    }

    fn deadline(&self) -> Option<Instant> {
        let up = self.link.state == State::Up;
        let timers = [
            self.link.due,
            self.sender.deadline(self.rto.current()).filter(|_| up),
            self.acknowledgement.deadline().filter(|_| up),
            // What did not fit into one call goes on at once.
            (up && self.receiver.is_ready()).then_some(Instant::ZERO),
        ];
        timers.into_iter().flatten().min()
    }

    fn on_deadline(&mut self, cx: &mut Context<'_>) {
        self.ask_again(cx);
        if self.link.state == State::Up {
            self.expire(cx);
            self.acknowledgement.expire(cx.now());
            if self.receiver.is_ready() {
                self.acknowledgement.hurry();
            }
        }
        self.run(cx);
    }

    fn notice(&mut self, notice: Notice, cx: &mut Context<'_>) {
        match (&notice, cx.flow()) {
            // Perhaps the layer above waits for that too.
            (Notice::Room, _) => self.room_wanted = true,
            (Notice::LinkUp { .. }, Direction::Down) => self.happens(Event::Open, cx),
            (Notice::LinkDown { .. }, Direction::Down) => self.happens(Event::Close, cx),
            // The layer above hears of the link from this layer, not of the line below it.
            (Notice::LinkUp { .. }, Direction::Up) => {}
            (Notice::LinkDown { .. }, Direction::Up) => self.happens(Event::Break, cx),
            _ => return cx.pass(notice),
        }
        self.run(cx);
    }
}

/// What comes from above.
impl Arq {
    fn accept(&mut self, sdu: Pdu) -> Result<(), Reason> {
        let (field, have, most) = ("SDU", sdu.len(), LARGEST_BODY);
        if have > most {
            return Err(Reason::TooLong { field, have, most });
        }
        if self.link.state == State::Closing {
            return Err(Reason::NoWay("the link is being closed"));
        }
        if !self.has_room() {
            self.room_wanted = true;
            let (queue, limit) = ("arq queue", self.sender.len());
            return Err(Reason::Full { queue, limit });
        }
        self.sender.push(sdu);
        Ok(())
    }
}

/// What comes from below.
impl Arq {
    fn frame(
        &mut self,
        header: Header,
        pdu: &mut Option<Pdu>,
        cx: &mut Context<'_>,
    ) -> Result<(), Reason> {
        let age = Age::of(header.epoch, self.link.epoch);
        let event = match header.kind {
            Type::Sabm if self.is_forgotten(age) => Event::Forgotten,
            Type::Sabm => Event::Sabm(age),
            Type::Ua => Event::Ua(age),
            Type::Disc => Event::Disc(age),
            Type::Dm => Event::Dm(age),
            Type::I | Type::Rr | Type::Rej | Type::Srej => Event::Numbered(age),
        };
        let other = |why| Err(Reason::dead_end("Epoch", header.epoch, why));
        match self.step(event, Some(header), cx) {
            None => other("is over, or not agreed on"),
            Some(Action::Take) => self.numbered(header, pdu, cx.now()),
            Some(Action::Deny) if header.kind != Type::Disc => other("is unknown here"),
            Some(_) => Ok(()),
        }
    }

    /// True when the other end proposes an epoch in which it has been up.
    fn is_forgotten(&self, age: Age) -> bool {
        age == Age::Same && self.link.heard && self.link.state == State::Up
    }

    /// I, RR, REJ or SREJ of our epoch. Whatever else it says, N(R) acknowledges; in an I frame
    /// it may be late, which is no reason to refuse the SDU.
    fn numbered(
        &mut self,
        header: Header,
        pdu: &mut Option<Pdu>,
        now: Instant,
    ) -> Result<(), Reason> {
        self.link.heard = true;
        let expected = self.number("N(R)", header.expected)?;
        let number = match header.sent {
            Some(sent) => Some(self.number("N(S)", sent)?),
            None => None,
        };
        let attempt = header.attempt;
        let answered = number.map(|number| Answered { number, attempt });
        let took = answered.filter(|_| header.kind == Type::Rr);
        let took = took.and_then(|Answered { number, .. }| {
            self.sender.arrived(number, attempt, now)
        });
        let acknowledged = self.sender.acknowledge(expected, now);
        if let Some(took) = took.or(acknowledged.ok().flatten()) {
            self.rto.sample(took);
        }
        match (header.kind, answered) {
            (Type::I, Some(frame)) => return self.information(frame, pdu, now),
            _ if acknowledged == Err(NotOut) => {
                let why = "acknowledges what is not out";
                return Err(Reason::dead_end("N(R)", header.expected, why));
            }
            (Type::Rej, Some(seen)) => self.sender.reject(seen.number, attempt),
            (Type::Srej, Some(missing)) => self.sender.reject_selectively(missing.number),
            _ => {}
        }
        Ok(())
    }

    /// An I frame, by the verdict of the receiver.
    fn information(
        &mut self,
        frame: Answered,
        pdu: &mut Option<Pdu>,
        now: Instant,
    ) -> Result<(), Reason> {
        let number = frame.number;
        let refused = |why| Err(Reason::dead_end("N(S)", number.number(), why));
        match self.receiver.judge(number) {
            verdict @ (Verdict::InOrder | Verdict::Early) => {
                if let Some(mut sdu) = pdu.take() {
                    sdu.strip_front(OCTETS)?;
                    self.receiver.hold(number, sdu);
                }
                if verdict == Verdict::Early {
                    self.acknowledgement.answer_early(frame);
                } else if self.receiver.has_early() {
                    self.acknowledgement.answer(frame); // a gap closes: say so at once
                } else {
                    self.acknowledgement.owe(frame, now);
                }
                Ok(())
            }
            Verdict::Duplicate => {
                self.acknowledgement.answer(frame);
                refused("has arrived before")
            }
            Verdict::Gap => {
                if self.config.reject && self.receiver.reject() {
                    self.rejecting = Some(frame);
                }
                self.acknowledgement.hurry();
                refused("comes while one before it is missing")
            }
            Verdict::Outside => refused("is outside of the window"),
        }
    }

    /// A number of a frame, if it has m bits.
    pub(super) fn number(
        &self,
        field: &'static str,
        number: u16,
    ) -> Result<Sequence, Reason> {
        let (value, rule) = (number.into(), "has more bits than numbers here");
        let known = self.window.first.with_number(number);
        known.ok_or(Reason::Illegal { field, value, rule })
    }
}

/// What comes with time.
impl Arq {
    /// Frames that are overdue are sent again; the link is reset when that has been tried often
    /// enough.
    fn expire(&mut self, cx: &mut Context<'_>) {
        let rto = self.rto.current();
        while let Some(lost) = self.sender.expire(cx.now(), rto) {
            self.rto.back_off(lost.from, cx.now());
            if lost.times > self.config.retries {
                return self.happens(Event::NoAnswer, cx);
            }
        }
    }
}
