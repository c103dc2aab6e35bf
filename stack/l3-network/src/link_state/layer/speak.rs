//! What goes out: hellos at once; updates and acknowledgements together, a few at a time.

use core::net::Ipv4Addr;
use core::time::Duration;

use layercake_base::{Context, Ici, Instant, Reason};

use super::{Interface, LinkState, Neighbour};
use crate::link_state::{GROUP, HEADER, MOST_BODY, Message, PROTOCOL, Type};

/// Messages that go out at once, over all attachments.
const BURST: usize = 16;

/// From news to telling them, and from one burst to the next.
const PACE: Duration = Duration::from_millis(10);

/// Without an acknowledgement for so long, it is said again. RFC 2328 appendix C.3,
/// RxmtInterval.
const REPEAT: Duration = Duration::from_secs(5);

/// Internet control: the precedence of routing protocols. RFC 1812 §5.3.3.
const CLASS: u8 = 0xc0;

impl LinkState {
    pub(super) fn speak_soon(&mut self, now: Instant) {
        let soon = now + PACE;
        self.speak = Some(self.speak.map_or(soon, |at| at.min(soon)));
    }

    /// A hello on one link, which names all that were heard there. RFC 2328 §9.5.
    pub(super) fn greet(&mut self, at: usize, cx: &mut Context<'_>) {
        let Some(port) = self.ports.get(at).filter(|port| port.up) else {
            return;
        };
        self.body.clear();
        for there in &port.neighbours {
            self.body.extend(there.id.octets());
        }
        self.transmit(Type::Hello, &port.own, GROUP, cx);
    }

    /// Says what neighbours shall know, as much as fits now.
    pub(super) fn speak(&mut self, cx: &mut Context<'_>) {
        let now = cx.now();
        let mut left = BURST.min(cx.room_below());
        let mut body = core::mem::take(&mut self.body);
        let mut ports = core::mem::take(&mut self.ports);
        self.speak = None;
        for port in &mut ports {
            for there in &mut port.neighbours {
                there.repeat(now);
                while left > 0
                    && let Some(kind) = self.next_body(there, &mut body, now)
                {
                    core::mem::swap(&mut self.body, &mut body);
                    self.transmit(kind, &port.own, there.address, cx);
                    core::mem::swap(&mut self.body, &mut body);
                    left -= 1;
                }
                let more = !(there.pending.is_empty() && there.acknowledge.is_empty());
                let next = if more { Some(now + PACE) } else { there.repeat };
                self.speak = [self.speak, next].into_iter().flatten().min();
            }
        }
        (self.body, self.ports) = (body, ports);
    }

    /// The next thing that a neighbour shall get.
    fn next_body(
        &self,
        there: &mut Neighbour,
        body: &mut Vec<u8>,
        now: Instant,
    ) -> Option<Type> {
        body.clear();
        if !there.acknowledge.is_empty() {
            let many = there.acknowledge.len().min(MOST_BODY / 8);
            for (origin, sequence) in there.acknowledge.drain(..many) {
                body.extend(origin.octets());
                body.extend(sequence.to_be_bytes());
            }
            return Some(Type::Acknowledgement);
        }
        while let Some(origin) = there.pending.first().copied() {
            if let Some((said, age)) = self.database.borrow().tell(origin, now) {
                if body.len() + said.octets() > MOST_BODY {
                    break;
                }
                said.encode_with(age, body);
                there.unacknowledged.insert(origin);
                there.repeat.get_or_insert(now + REPEAT);
            }
            there.pending.remove(&origin);
        }
        (!body.is_empty()).then_some(Type::Update)
    }

    /// Sends the body that was collected.
    pub(super) fn transmit(
        &self,
        kind: Type,
        own: &Interface,
        destination: Ipv4Addr,
        cx: &mut Context<'_>,
    ) {
        let Some(mut pdu) = cx.allocate(HEADER + self.body.len()) else {
            let (queue, limit) = ("pool", self.body.len());
            let full = Reason::Full { queue, limit };
            return cx.world().discards.count("link-state", &full);
        };
        pdu.set_ici(|ici| {
            *ici = Ici {
                source: Some(own.address.into()),
                destination: Some(destination.into()),
                next: PROTOCOL.0.into(),
                port: own.port,
                class: CLASS,
                hops: Some(1),
                ..Ici::NONE
            }
        });
        if let Some(place) = pdu.octets_mut().get_mut(HEADER..) {
            place.copy_from_slice(&self.body);
        }
        Message::finish(kind, self.router, pdu.octets_mut());
        cx.send_down(pdu);
    }
}
