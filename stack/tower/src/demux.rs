//! Several layers side by side on one: which of them gets a PDU, its next protocol says.

use layercake_base::{
    Bounce, Context, Direction, Instant, Item, Layer, Notice, Pdu, Reason, Service, Spec,
};

use crate::boxed::{Boxed, BoxedFloor};
use crate::carrier::{Carrier, Floors};
use crate::fit::{self, Misfit};
use crate::floor::{Below, Floor, hand_out};

/// Boxed layers that share the layer below, chosen by the `next` of the control information.
///
/// ```text
///        +----------+----------+
///        | 1: icmp  | 17: udp  |   what comes out at the top has `next` set to the key
///        +----------+----------+
///        |        ipv4         |   a packet with another `next` goes back down, with
///        +---------------------+   `bounce` set, so that ipv4 can tell its sender
/// ```
pub struct Demux {
    floors: Row,
    carrier: Carrier,
    spec: Spec,
}

struct Row {
    floors: Vec<BoxedFloor>,
    /// The key of each floor.
    keys: Vec<u16>,
}

impl Demux {
    /// Puts layers side by side, each with the key that chooses it.
    ///
    /// # Errors
    /// [`Misfit`] when there is none, two have the same key, or they need different services.
    pub fn new(layers: Vec<(u16, Box<dyn Layer>)>) -> Result<Self, Misfit> {
        let floor = |(key, layer)| (key, Floor::new(layer, Below::NOTHING));
        let (keys, floors): (Vec<u16>, Vec<BoxedFloor>) =
            layers.into_iter().map(floor).unzip();
        let specs: Vec<Spec> = floors.iter().map(|floor| floor.spec).collect();
        distinct(&keys, &specs)?;
        let needs = fit::common(&specs, |spec| spec.needs)?;
        // Icmp and Udp give different things to whoever runs the tower.
        let offers = fit::common(&specs, |spec| spec.offers).unwrap_or(Service::User);
        let spec = fit::beside(&specs, offers, needs).ok_or(Misfit::Empty)?;
        // The most that one of them takes; each refuses itself what is too much for it.
        let most = specs.iter().map(|spec| spec.largest_body).max();
        let spec = Spec {
            largest_body: most.unwrap_or(spec.largest_body),
            ..spec
        };
        Ok(Demux {
            floors: Row { floors, keys },
            carrier: Carrier::default(),
            spec,
        })
    }

    fn tell_all(&mut self, way: Direction, notice: &Notice, cx: &mut Context<'_>) {
        for floor in 0..self.floors.count() {
            let item = Item::Notice(way, Box::new(notice.clone()));
            self.carrier.carry(&mut self.floors, floor, item, cx);
        }
    }
}

fn distinct(keys: &[u16], specs: &[Spec]) -> Result<(), Misfit> {
    let all: Vec<_> = keys.iter().zip(specs).collect();
    for (i, (key, left)) in all.iter().enumerate() {
        if let Some((_, right)) = all.iter().skip(i + 1).find(|(other, _)| other == key) {
            let (left, right, key) = (left.name, right.name, **key);
            return Err(Misfit::SameKey { left, right, key });
        }
    }
    Ok(())
}

impl Layer for Demux {
    fn spec(&self) -> Spec {
        self.spec
    }

    fn send(&mut self, sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let key = sdu.ici().next;
        let floor = self.floors.chosen_by(key).ok_or(Reason::Unhandled {
            field: "next protocol",
            value: key.into(),
        })?;
        let way = Direction::Down;
        self.carrier
            .carry_pdu(&mut self.floors, floor, way, sdu, cx);
        Ok(())
    }

    fn receive(&mut self, mut pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let Some(floor) = self.floors.chosen_by(pdu.ici().next) else {
            pdu.set_ici(|ici| ici.bounce = Some(Bounce::NoProtocol));
            cx.send_down(pdu);
            return Ok(());
        };
        let way = Direction::Up;
        self.carrier
            .carry_pdu(&mut self.floors, floor, way, pdu, cx);
        Ok(())
    }

    fn deadline(&self) -> Option<Instant> {
        self.floors.deadline()
    }

    fn on_deadline(&mut self, cx: &mut Context<'_>) {
        self.carrier.fire(&mut self.floors, cx);
    }

    fn notice(&mut self, notice: Notice, cx: &mut Context<'_>) {
        self.tell_all(cx.flow(), &notice, cx);
    }
}

impl Row {
    fn chosen_by(&self, key: u16) -> Option<usize> {
        self.keys.iter().position(|own| *own == key)
    }
}

impl Boxed for Row {
    fn floors(&self) -> &[BoxedFloor] {
        &self.floors
    }

    fn floors_mut(&mut self) -> &mut [BoxedFloor] {
        &mut self.floors
    }

    fn hand_out(&self, floor: usize, mut item: Item, cx: &mut Context<'_>) {
        if let (Item::Pdu(Direction::Up, pdu), Some(key)) =
            (&mut item, self.keys.get(floor))
        {
            pdu.set_ici(|ici| ici.next = *key);
        }
        hand_out(item, cx);
    }
}
