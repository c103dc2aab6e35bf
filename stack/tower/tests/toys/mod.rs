//! Toy layers: small enough to see at a glance what a composition should do with them.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "shared by test files; each uses some, and a panic is a failed test"
)]

use core::time::Duration;

use layercake_base::{
    Context, Direction, Instant, Item, Kind, Layer, Notice, Outbox, Pdu, Reason, Room,
    Service, Spec, World,
};

/// Puts one letter in front and one behind; coming up, refuses what does not have them.
#[derive(Clone, Copy)]
pub struct Coat {
    pub name: &'static str,
    pub osi: u8,
    pub letter: u8,
}

pub fn coat(name: &'static str, osi: u8, letter: u8) -> Coat {
    Coat { name, osi, letter }
}

impl Layer for Coat {
    fn spec(&self) -> Spec {
        Spec::new(self.name, self.osi).adds(1, 1)
    }

    fn send(&mut self, mut sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        sdu.prepend(1)?[0] = self.letter;
        sdu.append(1)?[0] = self.letter;
        cx.send_down(sdu);
        Ok(())
    }

    fn receive(&mut self, mut pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let found = pdu.strip_front(1)?[0];
        Reason::check("letter", found, self.letter)?;
        let found = pdu.strip_back(1)?[0];
        Reason::check("letter", found, self.letter)?;
        cx.send_up(pdu);
        Ok(())
    }
}

/// Says every octet twice, in a PDU made anew.
pub struct Twice;

impl Layer for Twice {
    fn spec(&self) -> Spec {
        Spec::new("twice", 1).kind(Kind::Rewrite)
    }

    fn send(&mut self, sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let mut pdu = cx.allocate_from(&sdu, 2 * sdu.len())?;
        for (pair, octet) in pdu.octets_mut().chunks_mut(2).zip(sdu.octets()) {
            pair.fill(*octet);
        }
        cx.send_down(pdu);
        Ok(())
    }

    fn receive(&mut self, pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let mut sdu = cx.allocate_from(&pdu, pdu.len() / 2)?;
        for (octet, pair) in sdu.octets_mut().iter_mut().zip(pdu.octets().chunks(2)) {
            *octet = pair[0];
        }
        cx.send_up(sdu);
        Ok(())
    }
}

/// Passes on; a second after it was last asked to send, it sends a letter of its own.
pub struct Clockwork {
    pub due: Option<Instant>,
}

impl Layer for Clockwork {
    fn spec(&self) -> Spec {
        Spec::new("clockwork", 4)
    }

    fn send(&mut self, sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        self.due = Some(cx.now() + Duration::from_secs(1));
        cx.send_down(sdu);
        Ok(())
    }

    fn receive(&mut self, pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        cx.send_up(pdu);
        Ok(())
    }

    fn deadline(&self) -> Option<Instant> {
        self.due
    }

    fn on_deadline(&mut self, cx: &mut Context<'_>) {
        self.due = None;
        if let Some(mut pdu) = cx.allocate(1) {
            pdu.octets_mut()[0] = b'!';
            cx.send_down(pdu);
        }
    }
}

/// Answers everything, up and down, by sending it back.
pub struct Mirror;

impl Layer for Mirror {
    fn spec(&self) -> Spec {
        Spec::new("mirror", 5)
    }

    fn send(&mut self, sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        cx.send_up(sdu);
        Ok(())
    }

    fn receive(&mut self, pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        cx.send_down(pdu);
        Ok(())
    }
}

/// Hands each PDU on as three, numbered behind.
pub struct Triple;

impl Triple {
    fn three(pdu: &Pdu, cx: &mut Context<'_>) -> Result<[Pdu; 3], Reason> {
        let mut copy = |number: u8| {
            let mut copy = cx.allocate_from(pdu, pdu.len() + 1)?;
            copy.octets_mut()[..pdu.len()].copy_from_slice(pdu.octets());
            copy.octets_mut()[pdu.len()] = b'0' + number;
            Ok::<_, Reason>(copy)
        };
        Ok([copy(1)?, copy(2)?, copy(3)?])
    }
}

impl Layer for Triple {
    fn spec(&self) -> Spec {
        Spec::new("triple", 3)
    }

    fn send(&mut self, sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        for pdu in Self::three(&sdu, cx)? {
            cx.send_down(pdu);
        }
        Ok(())
    }

    fn receive(&mut self, pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        for pdu in Self::three(&pdu, cx)? {
            cx.send_up(pdu);
        }
        Ok(())
    }
}

/// Needs and offers what it is told to, and passes everything on.
pub struct Seam(pub &'static str, pub u8, pub Service, pub Service);

impl Layer for Seam {
    fn spec(&self) -> Spec {
        Spec::new(self.0, self.1).between(self.2, self.3)
    }

    fn send(&mut self, sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        cx.send_down(sdu);
        Ok(())
    }

    fn receive(&mut self, pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        cx.send_up(pdu);
        Ok(())
    }
}

/// A layer on a bench: what goes in, and what comes out below and above.
pub struct Bench<L> {
    pub layer: L,
    pub world: World,
    out: Outbox,
}

impl<L: Layer> Bench<L> {
    pub fn new(layer: L) -> Self {
        let (world, out) = (World::new(1, 64), Outbox::default());
        Bench { layer, world, out }
    }

    /// A PDU with `body` and the room that the layer asks for, handed to it.
    pub fn give(
        &mut self,
        way: Direction,
        body: &[u8],
        set: impl FnOnce(&mut layercake_base::Ici),
    ) {
        let room = match way {
            Direction::Down => self.layer.spec().room,
            Direction::Up => Room::default(),
        };
        let mut pdu = self.world.pool.allocate(room, body.len()).unwrap();
        pdu.octets_mut().copy_from_slice(body);
        pdu.arrive();
        pdu.set_ici(set);
        self.item(Item::Pdu(way, pdu));
    }

    pub fn notice(&mut self, way: Direction, notice: Notice) {
        self.item(Item::Notice(way, Box::new(notice)));
    }

    fn item(&mut self, item: Item) {
        let spec = self.layer.spec();
        let mut outer = Outbox::default();
        Context::new(&mut self.world, &mut outer).deliver(
            &mut self.layer,
            &spec,
            &mut self.out,
            Room::default(),
            item,
        );
    }

    pub fn fire(&mut self, at: Instant) {
        let spec = self.layer.spec();
        let mut outer = Outbox::default();
        self.world.now = at;
        let mut cx = Context::new(&mut self.world, &mut outer);
        cx.fire(&mut self.layer, &spec, &mut self.out, Room::default());
    }

    /// Everything that came out: an arrow and the octets as text, or a notice.
    pub fn came_out(&mut self) -> Vec<String> {
        let mut all = Vec::new();
        while let Some(item) = self.out.pop() {
            all.push(match item {
                Item::Pdu(way, pdu) => {
                    format!("{} {}", arrow(way), String::from_utf8_lossy(pdu.octets()))
                }
                Item::Notice(way, notice) => format!("{} {notice:?}", arrow(way)),
            });
        }
        all
    }

    /// The next PDU that came out.
    pub fn pdu(&mut self) -> Option<(Direction, Pdu)> {
        match self.out.pop()? {
            Item::Pdu(way, pdu) => Some((way, pdu)),
            Item::Notice(..) => self.pdu(),
        }
    }
}

fn arrow(way: Direction) -> &'static str {
    match way {
        Direction::Down => "v",
        Direction::Up => "^",
    }
}
