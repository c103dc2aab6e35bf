//! Setting up, resetting and closing the link: what the actions of the table in `link` do.

use layercake_base::{Context, Instant, Notice, Reason};

use super::header::{Header, Type};
use super::layer::Arq;
use super::link::{self, Action, Event, State};
use super::sequence::Sequence;

/// The link as one end sees it.
#[derive(Debug, Default)]
pub(super) struct Link {
    pub(super) state: State,
    /// Ours, agreed on or proposed; the last one when the link is closed.
    pub(super) epoch: Option<u8>,
    /// The epoch before, and what was expected when it ended.
    before: Option<(u8, Sequence)>,
    /// UA or DM that is to go out.
    pub(super) answer: Option<Header>,
    /// SABM or DISC that is to go out.
    pub(super) request: Option<Header>,
    /// When it goes out again.
    pub(super) due: Option<Instant>,
    /// How often it went out.
    tries: u32,
    /// The other end has sent I, RR, REJ or SREJ in this epoch.
    pub(super) heard: bool,
}

impl Arq {
    /// Something happened to the link that is no frame.
    pub(super) fn happens(&mut self, event: Event, cx: &mut Context<'_>) {
        // Only a frame can be stale, and only a frame asks for more than `step` does.
        let _ = self.step(event, None, cx);
    }

    /// One step of the table; `None` for a frame that is stale.
    pub(super) fn step(
        &mut self,
        event: Event,
        frame: Option<Header>,
        cx: &mut Context<'_>,
    ) -> Option<Action> {
        let (state, action) = link::next(self.link.state, event)?;
        let was = core::mem::replace(&mut self.link.state, state);
        match (action, frame) {
            (Action::Propose, _) => self.propose(was, frame, cx),
            (Action::Accept, Some(frame)) => {
                self.leave(was);
                self.link.epoch = Some(frame.epoch);
                self.link.answer = Some(self.introduction(Type::Ua));
                self.enter(frame, cx);
            }
            (Action::Enter, Some(frame)) => self.enter(frame, cx),
            (Action::Confirm, _) => self.link.answer = Some(self.introduction(Type::Ua)),
            (Action::Decline, _) => self.link.answer = self.plain(Type::Dm),
            (Action::Deny, Some(frame)) => {
                let epoch = frame.epoch;
                self.link.answer = self.plain(Type::Dm).map(|dm| Header { epoch, ..dm });
            }
            (Action::Part, _) => self.request(cx),
            (Action::Agree, _) => {
                self.fail(cx);
                self.link.answer = self.plain(Type::Ua);
            }
            (Action::Fail, _) => self.fail(cx),
            (Action::Ignore | Action::Take, _) => {}
            (Action::Accept | Action::Enter | Action::Deny, None) => {}
        }
        Some(action)
    }

    /// The next epoch, counted from ours or from the one that the other end has told.
    fn propose(&mut self, was: State, frame: Option<Header>, cx: &mut Context<'_>) {
        self.leave(was);
        if frame.is_some() {
            self.link.tries = 0; // there is an answer, though not the one hoped for
        }
        let known = frame.map(|frame| frame.epoch).or(self.link.epoch);
        self.link.epoch = Some(match known {
            Some(epoch) => epoch.wrapping_add(1),
            None => cx.rng().next_u64().to_le_bytes()[0],
        });
        self.request(cx);
    }

    /// Remembers how far the epoch came that ends now.
    fn leave(&mut self, was: State) {
        if was == State::Up {
            let epoch = self.link.epoch;
            self.link.before = epoch.map(|epoch| (epoch, self.receiver.expected()));
            self.link.tries = 0;
        }
    }

    /// Sends SABM or DISC, by the state, and sets the timer for the next try.
    fn request(&mut self, cx: &mut Context<'_>) {
        if self.link.tries > self.config.retries {
            return self.happens(Event::NoAnswer, cx);
        }
        self.link.tries = self.link.tries.saturating_add(1);
        self.link.due = Some(cx.now() + self.rto.current());
        self.link.request = Some(match self.link.state {
            State::Closing => Header {
                kind: Type::Disc,
                sent: None,
                expected: 0,
                ..self.introduction(Type::Disc)
            },
            _ => self.introduction(Type::Sabm),
        });
    }

    /// The timer of the link: its request goes out again.
    pub(super) fn ask_again(&mut self, cx: &mut Context<'_>) {
        if self.link.due.is_some_and(|due| due <= cx.now()) {
            self.link.due = None;
            self.rto.back_off(cx.now(), cx.now());
            self.request(cx);
        }
    }

    /// A new epoch that both ends agree on begins, both at 0. `frame` says how far the epoch
    /// before came at the other end; what it does not know of is in doubt.
    fn enter(&mut self, frame: Header, cx: &mut Context<'_>) {
        let continues = self.settle(frame, cx.now());
        if !continues {
            while let Some(sdu) = self.sender.give_up() {
                let why = "the other end does not know whether it arrived";
                cx.discard(sdu, Reason::NoWay(why));
            }
            if core::mem::take(&mut self.told_up) {
                cx.notify_up(Notice::LinkDown { port: 0 });
            }
        }
        self.begin_at_0(cx);
        if !core::mem::replace(&mut self.told_up, true) {
            cx.notify_up(Notice::LinkUp { port: 0 });
        }
    }

    /// Takes what arrived in the epoch before off the queue. False when the ends do not
    /// remember the same one.
    fn settle(&mut self, frame: Header, now: Instant) -> bool {
        let Some((epoch, _)) = self.link.before else {
            return false;
        };
        let same = frame.sent == Some(epoch.into());
        let expected = self.window.first.with_number(frame.expected);
        let settle = |expected| self.sender.acknowledge(expected, now).is_ok();
        same && expected.is_some_and(settle)
    }

    /// The link is down: nothing that was not acknowledged will be sent.
    fn fail(&mut self, cx: &mut Context<'_>) {
        while let Some(sdu) = self.sender.take() {
            cx.discard(sdu, Reason::NoWay("the link is down"));
        }
        self.begin_at_0(cx);
        (self.link.before, self.link.answer) = (None, None);
        self.told_up = false;
        cx.notify_up(Notice::LinkDown { port: 0 });
    }

    fn begin_at_0(&mut self, cx: &mut Context<'_>) {
        self.sender.restart();
        for sdu in self.receiver.restart() {
            cx.discard(
                sdu,
                Reason::NoWay("the link was reset before its turn came"),
            );
        }
        self.acknowledgement.forget();
        self.rejecting = None;
        (self.link.request, self.link.due, self.link.tries) = (None, None, 0);
        self.link.heard = false;
    }

    /// SABM or UA: our epoch, and how far the one before came.
    fn introduction(&self, kind: Type) -> Header {
        let expected = self
            .link
            .before
            .map_or(0, |(_, expected)| expected.number());
        Header {
            kind,
            epoch: self.link.epoch.unwrap_or(0),
            sent: self.link.before.map(|(epoch, _)| epoch.into()),
            attempt: 0,
            expected,
        }
    }

    /// An answer that says no more than our epoch.
    fn plain(&self, kind: Type) -> Option<Header> {
        Some(Header {
            kind,
            epoch: self.link.epoch?,
            sent: None,
            attempt: 0,
            expected: 0,
        })
    }
}
