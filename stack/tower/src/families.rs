//! IPv4 and IPv6 side by side, each with a layer of its own on the same neighbours.

use core::net::IpAddr;

use layercake_base::{
    Context, Direction, Instant, Item, Layer, Notice, Pdu, Reason, Service, Spec,
};

use crate::boxed::{Boxed, BoxedFloor};
use crate::carrier::{Carrier, Floors};
use crate::fit::{self, Misfit};
use crate::floor::{Below, Floor, hand_out};

/// The EtherType of IPv6. IANA, IEEE 802 Numbers.
const IPV6: u16 = 0x86dd;

/// Two boxed layers that share the layers above and below: one for IPv4, one for IPv6.
///
/// ```text
///        +--------------+--------------+
///        |     ipv4     |     ipv6     |   down: by the family of the next hop, or else of the
///        +--------------+--------------+         destination
///             +-------+-------+            up: by the EtherType in `next`; what is neither is
///             |  arp  |  ndp  |                IPv4's to refuse
///             +-------+-------+
///             |   ethernet    |            the same once more, for one attachment
///             +---------------+
/// ```
/// A notice about an address is told to the layer of its family, any other to both; of what both
/// then pass on, one is enough.
pub struct Families {
    floors: Pair,
    carrier: Carrier,
    spec: Spec,
}

struct Pair([BoxedFloor; 2]);

/// Places in the [`Pair`].
const V4: usize = 0;
const V6: usize = 1;

impl Families {
    /// Puts the two side by side.
    ///
    /// # Errors
    /// [`Misfit`] when they do not offer and need the same service.
    pub fn new(
        v4: impl Layer + 'static,
        v6: impl Layer + 'static,
    ) -> Result<Self, Misfit> {
        let floor = |layer: Box<dyn Layer>| Floor::new(layer, Below::NOTHING);
        let floors = [floor(Box::new(v4)), floor(Box::new(v6))];
        let specs = [&floors[0], &floors[1]].map(|floor| floor.spec);
        let offers: Service = fit::common(&specs, |spec| spec.offers)?;
        let needs: Service = fit::common(&specs, |spec| spec.needs)?;
        let spec = fit::beside(&specs, offers, needs).ok_or(Misfit::Empty)?;
        Ok(Families {
            floors: Pair(floors),
            carrier: Carrier::default(),
            spec,
        })
    }
}

impl Layer for Families {
    fn spec(&self) -> Spec {
        self.spec
    }

    fn send(&mut self, sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let to = sdu.ici().next_hop.or(sdu.ici().destination);
        let floor = to.map_or(V4, of);
        let way = Direction::Down;
        self.carrier
            .carry_pdu(&mut self.floors, floor, way, sdu, cx);
        Ok(())
    }

    fn receive(&mut self, pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let floor = if pdu.ici().next == IPV6 { V6 } else { V4 };
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
        let way = cx.flow();
        let only = concerned(&notice);
        for floor in 0..self.floors.count() {
            if only.is_none_or(|own| own == floor) {
                let item = Item::Notice(way, Box::new(notice.clone()));
                self.carrier.carry(&mut self.floors, floor, item, cx);
            }
        }
    }
}

fn of(address: IpAddr) -> usize {
    if address.is_ipv6() { V6 } else { V4 }
}

/// Whom a notice concerns, when it concerns one family.
fn concerned(notice: &Notice) -> Option<usize> {
    match notice {
        Notice::PathMtu { destination, .. }
        | Notice::TooLarge { destination, .. }
        | Notice::Undelivered { destination, .. }
        | Notice::Redirect { destination, .. } => Some(of(*destination)),
        Notice::Address { address, .. }
        | Notice::Router { address, .. }
        | Notice::AddressConflict { address, .. } => Some(of(*address)),
        Notice::OnLink { network, .. } => Some(of(*network)),
        Notice::Reachable { neighbour, .. } => Some(of(*neighbour)),
        Notice::LinkParameters { .. } => Some(V6), // only its routers speak of links
        _ => None,
    }
}

impl Boxed for Pair {
    fn floors(&self) -> &[BoxedFloor] {
        &self.0
    }

    fn floors_mut(&mut self) -> &mut [BoxedFloor] {
        &mut self.0
    }

    fn hand_out(&self, floor: usize, item: Item, cx: &mut Context<'_>) {
        match &item {
            Item::Notice(_, notice) if floor == V6 && concerned(notice).is_none() => {}
            _ => hand_out(item, cx),
        }
    }
}
