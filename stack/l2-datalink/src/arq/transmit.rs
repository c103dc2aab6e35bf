//! What goes out, up and down: as much as fits, the most urgent first.

use layercake_base::{Context, Notice, Outbox, Pdu, Reason};

use super::acknowledgement::Answered;
use super::header::{Header, OCTETS, Type};
use super::layer::Arq;
use super::link::State;
use super::window::Scheme;

/// SDUs that one call hands up when a gap closes in front of many. Half of what a tower carries
/// at a time, so that each may be answered; the rest follows at the same instant.
const AT_ONCE: usize = Outbox::USUAL / 2;

impl Arq {
    /// After anything that happened: hands up what is in order, hands down what may go now and
    /// fits, and tells the layer above of room.
    pub(super) fn run(&mut self, cx: &mut Context<'_>) {
        self.hand_up(cx);
        let mut room = cx.room_below();
        while room > 0 && self.transmit(cx) {
            room -= 1;
        }
        if room == 0 && self.wants_to_transmit() {
            cx.wait_for_room();
        }
        if self.room_wanted && self.has_room() {
            self.room_wanted = false;
            cx.notify_up(Notice::Room);
        }
    }

    /// Only while the link is up: SABM and UA of the next epoch have said how far this one came.
    fn hand_up(&mut self, cx: &mut Context<'_>) {
        if self.link.state != State::Up {
            return;
        }
        for _ in 0..AT_ONCE {
            let Some(sdu) = self.receiver.take() else {
                return;
            };
            cx.send_up(sdu);
        }
    }

    fn wants_to_transmit(&self) -> bool {
        self.link.answer.is_some()
            || self.link.request.is_some()
            || self.link.state == State::Up
                && (self.rejecting.is_some()
                    || self.asks() && self.receiver.wants_to_ask()
                    || self.acknowledgement.is_due()
                    || self.sender.wants_to_send())
    }

    /// True when this end asks for single frames.
    fn asks(&self) -> bool {
        self.config.reject && self.config.scheme == Scheme::SelectiveRepeat
    }

    /// Sends the most urgent frame: link control, then what the other end must hear to repeat
    /// the right frames, then SDUs, and an acknowledgement that none of these carried. False
    /// when there is nothing to send.
    fn transmit(&mut self, cx: &mut Context<'_>) -> bool {
        if let Some(header) = self.control() {
            return transmit_header(header, cx);
        }
        if self.link.state != State::Up {
            return false;
        }
        if let Some(header) = self.plea() {
            return transmit_header(header, cx);
        }
        if self.transmit_sdu(cx) {
            return true;
        }
        self.acknowledgement.is_due() && transmit_header(self.receive_ready(), cx)
    }

    fn control(&mut self) -> Option<Header> {
        self.link.answer.take().or_else(|| self.link.request.take())
    }

    /// REJ, SREJ, or an RR that says more than N(R).
    fn plea(&mut self) -> Option<Header> {
        if let Some(seen) = self.rejecting.take() {
            self.acknowledgement.carried();
            return Some(self.answer(Type::Rej, seen));
        }
        if self.acknowledgement.is_selective() {
            return Some(self.receive_ready());
        }
        let missing = self.receiver.ask().filter(|_| self.asks())?;
        self.acknowledgement.carried();
        Some(self.header(Type::Srej, Some(missing.number())))
    }

    fn receive_ready(&mut self) -> Header {
        match self.acknowledgement.tell() {
            Some(answered) => self.answer(Type::Rr, answered),
            None => self.header(Type::Rr, None),
        }
    }

    /// RR or REJ because of one transmission of a frame.
    fn answer(&self, kind: Type, Answered { number, attempt }: Answered) -> Header {
        Header {
            attempt,
            ..self.header(kind, Some(number.number()))
        }
    }

    /// The next SDU, new or again. It stays here, a copy of it goes; when there is no PDU for
    /// the copy, the frame is lost as if the line had lost it.
    fn transmit_sdu(&mut self, cx: &mut Context<'_>) -> bool {
        let header = self.header(Type::I, None);
        let Some((number, attempt, sdu)) = self.sender.next(cx.now()) else {
            return false;
        };
        let header = Header {
            sent: Some(number.number()),
            attempt,
            ..header
        };
        if let Ok(frame) = frame(sdu, header, cx) {
            self.acknowledgement.carried();
            cx.send_down(frame);
        }
        true
    }

    /// A header of this epoch that says what is expected.
    fn header(&self, kind: Type, sent: Option<u16>) -> Header {
        Header {
            kind,
            epoch: self.link.epoch.unwrap_or(0),
            sent,
            attempt: 0,
            expected: self.receiver.expected().number(),
        }
    }
}

/// A frame without SDU. When there is no PDU for it, it is lost as if the line had lost it.
fn transmit_header(header: Header, cx: &mut Context<'_>) -> bool {
    if let Some(mut pdu) = cx.allocate(OCTETS) {
        pdu.octets_mut().copy_from_slice(&header.encode());
        cx.send_down(pdu);
    }
    true
}

/// A copy of an SDU with a header in front. The copy begins where the SDU is; only the header
/// is this layer's work, and shown as that.
fn frame(sdu: &Pdu, header: Header, cx: &mut Context<'_>) -> Result<Pdu, Reason> {
    let mut pdu = cx.allocate_from(sdu, OCTETS + sdu.len())?;
    pdu.strip_front(OCTETS)?;
    pdu.octets_mut().copy_from_slice(sdu.octets());
    pdu.arrive();
    pdu.descend_from(sdu);
    pdu.prepend(OCTETS)?.copy_from_slice(&header.encode());
    Ok(pdu)
}
