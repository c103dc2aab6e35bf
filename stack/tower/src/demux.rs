//! Several layers side by side on one: which of them gets a PDU, its next protocol says.

use layercake_base::{
    Bounce, Context, Direction, Instant, Item, Layer, Notice, Outbox, Pdu, Reason,
    Service, Spec,
};

use crate::carrier::{Carrier, Floors};
use crate::fit::{self, Misfit};
use crate::floor::{Below, Floor, earliest};

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

struct Row(Vec<(u16, Floor<Box<dyn Layer>>)>);

impl Demux {
    /// Puts layers side by side, each with the key that chooses it.
    ///
    /// # Errors
    /// [`Misfit`] when there is none, two have the same key, or they need different services.
    pub fn new(layers: Vec<(u16, Box<dyn Layer>)>) -> Result<Self, Misfit> {
        let row: Vec<_> = layers
            .into_iter()
            .map(|(key, layer)| (key, Floor::new(layer, Below::NOTHING)))
            .collect();
        let specs: Vec<Spec> = row.iter().map(|(_, floor)| floor.spec).collect();
        distinct(&row)?;
        let needs = fit::common(&specs, |spec| spec.needs)?;
        // Icmp and Udp give different things to whoever runs the tower.
        let offers = fit::common(&specs, |spec| spec.offers).unwrap_or(Service::User);
        let spec = fit::beside(&specs, offers, needs).ok_or(Misfit::Empty)?;
        Ok(Demux {
            floors: Row(row),
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

fn distinct(row: &[(u16, Floor<Box<dyn Layer>>)]) -> Result<(), Misfit> {
    for (i, (key, floor)) in row.iter().enumerate() {
        let twin = row.iter().skip(i + 1).find(|(other, _)| other == key);
        if let Some((_, twin)) = twin {
            return Err(Misfit::SameKey {
                left: floor.spec.name,
                right: twin.spec.name,
                key: *key,
            });
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
        earliest(
            self.floors
                .0
                .iter()
                .map(|(_, floor)| floor.layer.deadline()),
        )
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
        self.0.iter().position(|(own, _)| *own == key)
    }
}

impl Floors for Row {
    fn count(&self) -> usize {
        self.0.len()
    }

    #[inline]
    fn call(
        &mut self,
        floor: usize,
        way: Direction,
        pdu: Pdu,
        out: &mut Outbox,
        cx: &mut Context<'_>,
    ) {
        if let Some((_, floor)) = self.0.get_mut(floor) {
            floor.call(way, pdu, out, cx);
        }
    }

    fn tell(
        &mut self,
        floor: usize,
        way: Direction,
        notice: Notice,
        out: &mut Outbox,
        cx: &mut Context<'_>,
    ) {
        if let Some((_, floor)) = self.0.get_mut(floor) {
            floor.tell(way, notice, out, cx);
        }
    }

    fn fire(&mut self, floor: usize, out: &mut Outbox, cx: &mut Context<'_>) {
        if let Some((_, floor)) = self.0.get_mut(floor) {
            floor.fire(out, cx);
        }
    }

    fn neighbour(&self, _floor: usize, _way: Direction) -> Option<usize> {
        None
    }

    fn leave(&self, floor: usize, mut item: Item, cx: &mut Context<'_>) {
        if let (Item::Pdu(Direction::Up, pdu), Some((key, _))) =
            (&mut item, self.0.get(floor))
        {
            pdu.set_ici(|ici| ici.next = *key);
        }
        crate::floor::hand_out(item, cx);
    }
}
