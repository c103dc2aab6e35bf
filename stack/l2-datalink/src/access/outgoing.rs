//! The frame that is on the medium, and those that wait behind it.

use std::collections::VecDeque;

use layercake_base::{Context, Direction, Notice, Pdu, Reason, Signal};

/// What all layers of this module do alike.
#[derive(Debug)]
pub(super) struct Outgoing {
    frames: VecDeque<Pdu>,
    limit: usize,
    /// One of our transmissions is on the medium.
    sending: bool,
    /// A frame was refused, so the layer above wants to hear of room.
    refused: bool,
}

impl Outgoing {
    pub(super) fn new(limit: usize) -> Self {
        Outgoing {
            frames: VecDeque::new(),
            limit,
            sending: false,
            refused: false,
        }
    }

    /// A frame waits, and none is on the medium.
    pub(super) fn is_ready(&self) -> bool {
        !self.sending && !self.frames.is_empty()
    }

    pub(super) fn has_frames(&self) -> bool {
        !self.frames.is_empty()
    }

    /// Frames in the queue.
    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        self.frames.len()
    }

    /// Puts a frame at the end of the queue.
    pub(super) fn push(&mut self, sdu: Pdu) -> Result<(), Reason> {
        if self.frames.len() >= self.limit {
            self.refused = true;
            let (queue, limit) = ("access queue", self.limit);
            return Err(Reason::Full { queue, limit });
        }
        self.frames.push_back(sdu);
        Ok(())
    }

    /// Takes the first frame off the queue.
    pub(super) fn pop(&mut self, cx: &mut Context<'_>) -> Option<Pdu> {
        let frame = self.frames.pop_front();
        if frame.is_some() && core::mem::take(&mut self.refused) {
            cx.notify_up(Notice::Room);
        }
        frame
    }

    /// Sends the first frame, and forgets it.
    pub(super) fn send_first(&mut self, cx: &mut Context<'_>) {
        if let Some(frame) = self.pop(cx) {
            self.send(frame, cx);
        }
    }

    /// Sends a copy of the first frame, which stays.
    pub(super) fn send_copy(&mut self, cx: &mut Context<'_>) -> Result<(), Reason> {
        let Some(frame) = self.frames.front() else {
            return Ok(());
        };
        let mut copy = cx.allocate_from(frame, frame.len())?;
        copy.octets_mut().copy_from_slice(frame.octets());
        self.send(copy, cx);
        Ok(())
    }

    fn send(&mut self, frame: Pdu, cx: &mut Context<'_>) {
        self.sending = true;
        cx.send_down(frame);
        cx.wait_for_room(); // should it never reach the medium: see `hear`
    }

    /// What the medium says, if that is what the notice is; others are passed on.
    pub(super) fn hear(
        &mut self,
        notice: Notice,
        cx: &mut Context<'_>,
    ) -> Option<Signal> {
        match (notice, cx.flow()) {
            (Notice::Medium { signal, .. }, Direction::Up) => {
                let own = matches!(signal, Signal::Sent | Signal::Collision);
                if own && !self.sending {
                    return None; // of nothing that we sent
                }
                self.sending &= signal != Signal::Sent;
                Some(signal)
            }
            (Notice::Room, Direction::Up) => self.room(cx),
            (notice, _) => {
                cx.pass(notice);
                None
            }
        }
    }

    /// There is room below. While a transmission is on a shared medium there is none; so one
    /// that is thought to be out is over, or was lost on its way to the medium.
    fn room(&mut self, cx: &mut Context<'_>) -> Option<Signal> {
        if self.sending && cx.room_below() == 0 {
            cx.wait_for_room();
            return None;
        }
        cx.pass(Notice::Room);
        core::mem::take(&mut self.sending).then_some(Signal::Sent)
    }
}
