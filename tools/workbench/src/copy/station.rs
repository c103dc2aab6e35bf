//! One end of the link: ARQ over a frame check, and the memory that they work with.
//!
//! Nothing here sends or waits: time, frames and SDUs come with the call.

use std::collections::VecDeque;

use layercake_base::{
    Context, Direction, Ici, Instant, Item, Layer as _, Notice, Outbox, Pdu, Room, Spec,
    World,
};
use layercake_datalink::FrameCheck;
use layercake_datalink::arq::{self, Arq};
use layercake_tower::Stack;

use crate::Failure;

/// PDUs in this tower at a time: window, queue, and what is early.
const PDUS: usize = 70_000;
/// SDUs that may wait behind the window.
const QUEUE: usize = 64;

/// A tower of its own.
pub(super) struct Station {
    tower: Stack<Arq, FrameCheck>,
    spec: Spec,
    most: usize,
    world: World,
    out: Outbox,
    outside: Outbox,
    /// What came out at the top.
    delivered: VecDeque<Vec<u8>>,
    /// The link was declared down.
    down: bool,
}

impl Station {
    /// One end of a link that is not set up yet.
    ///
    /// # Errors
    /// Window and numbers do not go together.
    pub(super) fn new(config: arq::Config) -> Result<Self, Failure> {
        let asked = |error: &dyn std::fmt::Display| Failure::Asked(error.to_string());
        let most = usize::from(config.window) + QUEUE;
        let config = arq::Config {
            queue: QUEUE,
            ..config
        };
        let arq = Arq::new(config).map_err(|error| asked(&error))?;
        let tower =
            Stack::new(arq, FrameCheck::default()).map_err(|misfit| asked(&misfit))?;
        Ok(Station {
            spec: tower.spec(),
            tower,
            most,
            world: World::new(1, PDUS),
            out: Outbox::default(),
            outside: Outbox::default(),
            delivered: VecDeque::new(),
            down: false,
        })
    }

    /// Whether another SDU finds room.
    pub(super) fn takes(&mut self) -> bool {
        self.tower.upper().pending() < self.most
    }

    /// Whether every SDU has been acknowledged.
    pub(super) fn is_idle(&mut self) -> bool {
        self.tower.upper().pending() == 0
    }

    /// True once the link was declared down.
    pub(super) fn is_down(&self) -> bool {
        self.down
    }

    /// An SDU from above; there should be room for it.
    pub(super) fn send(&mut self, sdu: &[u8], now: Instant, line: usize) {
        let room = self.spec.room;
        self.enter(Direction::Down, room, sdu, now, line);
    }

    /// A frame from the line.
    pub(super) fn receive(&mut self, frame: &[u8], now: Instant, line: usize) {
        self.enter(Direction::Up, Room::default(), frame, now, line);
    }

    fn enter(
        &mut self,
        way: Direction,
        room: Room,
        octets: &[u8],
        now: Instant,
        line: usize,
    ) {
        // Without memory it is lost, as on a line.
        let Some(mut pdu) = self.world.pool.allocate(room, octets.len()) else {
            return;
        };
        pdu.octets_mut().copy_from_slice(octets);
        pdu.set_ici(|own| *own = Ici::NONE);
        self.call(Some(Item::Pdu(way, pdu)), now, line);
    }

    /// Lets timers run out, and what waits for the line go on when it has room.
    pub(super) fn tick(&mut self, now: Instant, line: usize) {
        if self.tower.deadline().is_some_and(|due| due <= now) {
            self.call(None, now, line);
        }
        if line > 0 && std::mem::take(&mut self.world.room_wanted) {
            let room = Item::Notice(Direction::Up, Box::new(Notice::Room));
            self.call(Some(room), now, line);
        }
    }

    /// When the next timer runs out.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.tower.deadline()
    }

    /// The next frame for the line.
    pub(super) fn transmission(&mut self) -> Option<Pdu> {
        while let Some(item) = self.out.pop() {
            match item {
                Item::Pdu(Direction::Down, frame) => return Some(frame),
                Item::Pdu(Direction::Up, sdu) => {
                    self.delivered.push_back(sdu.octets().to_vec())
                }
                Item::Notice(Direction::Up, notice) => {
                    self.down |= matches!(*notice, Notice::LinkDown { .. });
                }
                Item::Notice(Direction::Down, _) => {}
            }
        }
        None
    }

    /// Whether an SDU has come that nobody has taken.
    pub(super) fn delivery_waits(&self) -> bool {
        !self.delivered.is_empty()
    }

    /// The next SDU that has come.
    pub(super) fn delivery(&mut self) -> Option<Vec<u8>> {
        self.delivered.pop_front()
    }

    fn call(&mut self, item: Option<Item>, now: Instant, line: usize) {
        self.world.now = now;
        self.world.room = self.spec.room;
        let mut cx =
            Context::new(&mut self.world, &mut self.outside).with_room_below(line);
        let (tower, out) = (&mut self.tower, &mut self.out);
        match item {
            Some(item) => cx.deliver(tower, &self.spec, out, Room::default(), item),
            None => cx.fire(tower, &self.spec, out, Room::default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use layercake_datalink::arq::Timer;

    use super::*;

    /// Nobody answers: every timer is waited for, and then the link is down, in bounded time.
    #[test]
    fn a_link_without_an_answer_is_declared_down() {
        let config = arq::Config {
            timer: Timer::Fixed(Duration::from_millis(100)),
            retries: 5,
            ..arq::Config::default()
        };
        let mut station = Station::new(config).unwrap();
        let mut now = Instant::ZERO;
        station.send(b"anybody?", now, 8);
        let mut frames = 0;
        loop {
            while station.transmission().is_some() {
                frames += 1;
            }
            if station.is_down() {
                break;
            }
            now = station.deadline().unwrap().max(now);
            station.tick(now, 8);
        }
        assert!(now < Instant::ZERO + Duration::from_secs(10), "{now}");
        assert!((5..=7).contains(&frames), "{frames}");
        assert!(station.is_idle(), "what was not acknowledged is discarded");
    }

    #[test]
    fn windows_that_cannot_work_are_refused() {
        let config = arq::Config {
            window: 200,
            ..arq::Config::default()
        };
        let error = Station::new(config).err().unwrap().to_string();
        assert!(error.contains("allows at most 128"), "{error}");
    }
}
