//! Pure ALOHA: sends when there is something to send.
//!
//! ```text
//!   state     Frame            Sent                            anything else
//!   idle      send it          -                               -
//!   sending   queue it         send the next one, or idle      -
//! ```
//! Spec: N. Abramson, The ALOHA System, AFIPS 1970.  Units: frames.
//! Checks: the queue's limit.
//! Not here: acknowledgement and repetition.
//!
//! A frame gets through when no other begins within one frame time before or after its own
//! beginning. With a mean of G frames offered in each frame time, independent of each other, that
//! happens with probability e^(−2G): a share S = G e^(−2G) of the medium is used, 0.184 at most.

use layercake_base::{Context, Kind, Layer, Notice, Pdu, Reason, Service, Signal, Spec};

use super::QUEUE;
use super::outgoing::Outgoing;

/// Sends at once, whatever others do.
#[derive(Debug)]
pub struct Aloha {
    outgoing: Outgoing,
}

impl Aloha {
    /// Nothing to send yet.
    pub fn new() -> Self {
        Aloha {
            outgoing: Outgoing::new(QUEUE),
        }
    }

    fn send_if_ready(&mut self, cx: &mut Context<'_>) {
        if self.outgoing.is_ready() {
            self.outgoing.send_first(cx);
        }
    }
}

impl Default for Aloha {
    fn default() -> Self {
        Self::new()
    }
}

impl Layer for Aloha {
    fn spec(&self) -> Spec {
        Spec::new("aloha", 2)
            .between(Service::Bits, Service::Bits)
            .kind(Kind::Queue)
    }

    fn send(&mut self, sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        self.outgoing.push(sdu)?;
        self.send_if_ready(cx);
        Ok(())
    }

    fn receive(&mut self, pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        cx.send_up(pdu);
        Ok(())
    }

    fn notice(&mut self, notice: Notice, cx: &mut Context<'_>) {
        if self.outgoing.hear(notice, cx) == Some(Signal::Sent) {
            self.send_if_ready(cx);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rig::Rig;
    use layercake_base::{Direction, Ici};

    fn medium(signal: Signal) -> Notice {
        Notice::Medium { port: 0, signal }
    }

    #[test]
    fn a_frame_goes_at_once_and_the_next_when_it_is_over() {
        let mut rig = Rig::new(Aloha::new());
        rig.send(b"one", Ici::NONE).unwrap();
        rig.tell(Direction::Up, medium(Signal::CarrierOn));
        rig.send(b"two", Ici::NONE).unwrap();
        assert_eq!(rig.sent().octets(), b"one");
        assert!(rig.pop().is_none());
        rig.tell(Direction::Up, medium(Signal::Sent));
        assert_eq!(rig.sent().octets(), b"two");
        rig.tell(Direction::Up, medium(Signal::Sent));
        rig.tell(Direction::Up, medium(Signal::Sent));
        assert!(rig.pop().is_none());
    }

    #[test]
    fn a_full_queue_refuses_and_tells_when_it_is_not() {
        let mut rig = Rig::new(Aloha::new());
        rig.world.pool = layercake_base::Pool::new(2 * QUEUE);
        for _ in 0..=QUEUE {
            rig.send(b"frame", Ici::NONE).unwrap();
        }
        let refused = rig.send(b"frame", Ici::NONE).unwrap_err();
        assert_eq!(refused.to_string(), "access queue is full at 64");
        assert_eq!(rig.sent().octets(), b"frame");
        rig.tell(Direction::Up, medium(Signal::Sent));
        assert_eq!(rig.told(), (Direction::Up, Notice::Room));
        assert_eq!(rig.sent().octets(), b"frame");
    }

    /// As on a plain wire, which says nothing but that it has room.
    #[test]
    fn a_frame_that_the_medium_never_had_does_not_stop_the_next() {
        let mut rig = Rig::new(Aloha::new());
        rig.send(b"one", Ici::NONE).unwrap();
        rig.send(b"two", Ici::NONE).unwrap();
        assert!(rig.world.room_wanted);
        assert_eq!(rig.sent().octets(), b"one");
        rig.tell(Direction::Up, Notice::Room);
        assert_eq!(rig.told(), (Direction::Up, Notice::Room));
        assert_eq!(rig.sent().octets(), b"two");
    }
}
