//! One end of an ARQ link under commands: SDUs from above, any frames from below, time, a line
//! that is full, notices. It never holds more than its window and queue, sends only frames that
//! decode, delivers nothing without a frame, and its timers always move on.
//!
//! The first four octets are the settings; each command is an octet and its arguments.
#![no_main]

use core::time::Duration;

use layercake_base::{
    Context, Direction, Instant, Item, Layer, Notice, Outbox, Room, World,
};
use layercake_datalink::Arq;
use layercake_datalink::arq::{Config, Header, SCHEMES, Scheme, Timer};

/// Calls of `on_deadline` that a command may cause.
const FIRINGS: usize = 4096;

libfuzzer_sys::fuzz_target!(|octets: &[u8]| {
    let Some((settings, commands)) = octets.split_first_chunk::<4>() else {
        return;
    };
    let Some(mut end) = End::new(*settings) else {
        return;
    };
    let mut rest = commands.iter().copied();
    while end.command(&mut rest).is_some() {
        end.check();
    }
});

struct End {
    arq: Arq,
    world: World,
    outbox: Outbox,
    room: usize,
    /// PDUs that the layer may hold.
    most: usize,
    /// The epoch of the last frame that it sent.
    epoch: u8,
    frames_in: u64,
    delivered: u64,
}

impl End {
    fn new([scheme, bits, window, more]: [u8; 4]) -> Option<Self> {
        let timer = match more >> 7 {
            0 => Timer::Fixed(Duration::from_millis(20)),
            _ => Timer::ADAPTIVE,
        };
        let config = Config {
            scheme: Scheme::named(SCHEMES[usize::from(scheme) % SCHEMES.len()])?,
            window: window.into(),
            sequence_bits: bits % 20,
            timer,
            reject: more & 1 == 1,
            ack_delay: Duration::from_millis(u64::from(more >> 1 & 0b11)),
            queue: usize::from(more >> 3 & 0b11),
            retries: u32::from(more >> 5 & 0b11),
        };
        Some(End {
            arq: Arq::new(config).ok()?,
            world: World::new(1, 1024),
            outbox: Outbox::default(),
            room: Outbox::USUAL,
            most: 2 * usize::from(config.window) + config.queue,
            epoch: 0,
            frames_in: 0,
            delivered: 0,
        })
    }

    /// Does the next command; `None` when there is none.
    fn command(&mut self, rest: &mut impl Iterator<Item = u8>) -> Option<()> {
        match rest.next()? % 6 {
            0 => {
                let sdu = vec![0xaa; rest.next()?.into()];
                self.pdu(Direction::Down, &sdu);
            }
            1 => {
                let len = rest.next()?;
                let frame: Vec<u8> = rest.take(len.into()).collect();
                self.pdu(Direction::Up, &frame);
            }
            2 => {
                // A header in an epoch close to the link's, with numbers of one octet.
                let control = rest.next()?;
                let epoch = self.epoch.wrapping_add(rest.next()? % 3);
                let frame = [control, epoch, 0, rest.next()?, 0, rest.next()?, 0xaa];
                let len = if control < 0x10 { 7 } else { 6 };
                self.pdu(Direction::Up, &frame[..len]);
            }
            3 => self.pass(Duration::from_millis(rest.next()?.into())),
            4 => {
                self.room = usize::from(rest.next()? % 4);
                self.notice(Direction::Up, Notice::Room);
            }
            _ => {
                let what = rest.next()?;
                let way = [Direction::Up, Direction::Down][usize::from(what & 1)];
                self.notice(
                    way,
                    match what >> 1 & 0b11 {
                        0 => Notice::LinkUp { port: 0 },
                        1 => Notice::LinkDown { port: 0 },
                        _ => Notice::Congestion,
                    },
                );
            }
        }
        Some(())
    }

    fn pdu(&mut self, way: Direction, octets: &[u8]) {
        let room = self.arq.spec().room;
        let mut pdu = self
            .world
            .pool
            .allocate(room, octets.len())
            .expect("a PDU is free");
        pdu.octets_mut().copy_from_slice(octets);
        self.frames_in += u64::from(way == Direction::Up);
        self.call(|arq, spec, outbox, cx| {
            cx.deliver(arq, spec, outbox, Room::default(), Item::Pdu(way, pdu));
        });
    }

    fn notice(&mut self, way: Direction, notice: Notice) {
        let item = Item::Notice(way, Box::new(notice));
        self.call(|arq, spec, outbox, cx| {
            cx.deliver(arq, spec, outbox, Room::default(), item);
        });
    }

    /// Time passes, with every deadline at its instant.
    fn pass(&mut self, span: Duration) {
        let end = self.world.now + span;
        let mut firings = 0;
        while let Some(due) = self.arq.deadline().filter(|due| *due <= end) {
            self.world.now = self.world.now.max(due);
            self.call(|arq, spec, outbox, cx| {
                cx.fire(arq, spec, outbox, Room::default());
            });
            firings += 1;
            assert!(firings < FIRINGS, "a timer does not move on");
        }
        self.world.now = end.max(Instant::ZERO);
    }

    fn call(
        &mut self,
        act: impl FnOnce(&mut Arq, &layercake_base::Spec, &mut Outbox, &mut Context<'_>),
    ) {
        let (spec, mut outer) = (self.arq.spec(), Outbox::default());
        let mut cx = Context::new(&mut self.world, &mut outer).with_room_below(self.room);
        act(&mut self.arq, &spec, &mut self.outbox, &mut cx);
        let mut sent = 0;
        while let Some(item) = self.outbox.pop() {
            match item {
                Item::Pdu(Direction::Down, pdu) => {
                    let header = Header::decode(pdu.octets());
                    self.epoch = header.expect("what is sent decodes").epoch;
                    sent += 1;
                }
                Item::Pdu(Direction::Up, _) => self.delivered += 1,
                Item::Notice(..) => {}
            }
        }
        assert!(sent <= self.room, "{sent} frames for {} places", self.room);
    }

    fn check(&self) {
        let held = self.world.pool.in_use();
        assert!(held <= self.most, "{held} PDUs are held");
        assert!(self.delivered <= self.frames_in);
    }
}
