//! One layer on several columns: the attachments of a node, told apart by number.

use layercake_base::{
    Context, Direction, Instant, Item, Layer, Notice, Pdu, Reason, Spec,
};

use crate::boxed::{Boxed, BoxedFloor};
use crate::carrier::{Carrier, Floors};
use crate::fit::{self, Misfit};
use crate::floor::{Below, Floor, hand_out};

/// Boxed columns below one layer, chosen by the `port` of the control information.
///
/// ```text
///        +-----------------------------+
///        |            ipv4             |
///        +--------------+--------------+
///        |     arp      |     ppp      |   whatever leaves a column, up or down, has `port`
///        |   ethernet   |      …       |   set to the column's number
///        +--- port 0 ---+--- port 1 ---+
/// ```
pub struct Ports {
    floors: Fan,
    carrier: Carrier,
    spec: Spec,
}

struct Fan(Vec<BoxedFloor>);

impl Ports {
    /// Puts columns side by side; the first is port 0.
    ///
    /// # Errors
    /// [`Misfit`] when there is none, or they do not offer and need the same service.
    pub fn new(columns: Vec<Box<dyn Layer>>) -> Result<Self, Misfit> {
        let fan: Vec<_> = columns
            .into_iter()
            .map(|column| Floor::new(column, Below::NOTHING))
            .collect();
        let specs: Vec<Spec> = fan.iter().map(|floor| floor.spec).collect();
        let offers = fit::common(&specs, |spec| spec.offers)?;
        let needs = fit::common(&specs, |spec| spec.needs)?;
        let spec = fit::beside(&specs, offers, needs).ok_or(Misfit::Empty)?;
        Ok(Ports {
            floors: Fan(fan),
            carrier: Carrier::default(),
            spec,
        })
    }

    fn carry(
        &mut self,
        way: Direction,
        pdu: Pdu,
        cx: &mut Context<'_>,
    ) -> Result<(), Reason> {
        let port = pdu.ici().port;
        let floor = usize::from(port);
        Reason::require(
            floor < self.floors.count(),
            "port",
            port,
            "must be an attachment of this node",
        )?;
        self.carrier
            .carry_pdu(&mut self.floors, floor, way, pdu, cx);
        Ok(())
    }
}

impl Layer for Ports {
    fn spec(&self) -> Spec {
        self.spec
    }

    fn send(&mut self, sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        self.carry(Direction::Down, sdu, cx)
    }

    fn receive(&mut self, pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        self.carry(Direction::Up, pdu, cx)
    }

    fn deadline(&self) -> Option<Instant> {
        self.floors.deadline()
    }

    fn on_deadline(&mut self, cx: &mut Context<'_>) {
        self.carrier.fire(&mut self.floors, cx);
    }

    fn notice(&mut self, notice: Notice, cx: &mut Context<'_>) {
        let way = cx.flow();
        let only = notice.port().map(usize::from);
        for floor in 0..self.floors.count() {
            if only.is_none_or(|port| port == floor) {
                let item = Item::Notice(way, Box::new(notice.clone()));
                self.carrier.carry(&mut self.floors, floor, item, cx);
            }
        }
    }
}

impl Boxed for Fan {
    fn floors(&self) -> &[BoxedFloor] {
        &self.0
    }

    fn floors_mut(&mut self) -> &mut [BoxedFloor] {
        &mut self.0
    }

    fn hand_out(&self, floor: usize, mut item: Item, cx: &mut Context<'_>) {
        if let Ok(number) = u16::try_from(floor) {
            match &mut item {
                Item::Pdu(_, pdu) => pdu.set_ici(|ici| ici.port = number),
                Item::Notice(_, notice) => {
                    if let Some(port) = notice.port_mut() {
                        *port = number;
                    }
                }
            }
        }
        hand_out(item, cx);
    }
}
