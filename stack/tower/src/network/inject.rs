//! Makes symbols of a frame that did not come from a node.

use layercake_base::{Context, Direction, Item, Layer, Outbox, Pdu, Reason, Room, World};

use crate::Recipe;
use crate::topology::Attachment;

/// The shortest Ethernet frame without its check sequence. IEEE 802.3-2018 §4.4.2.
const SHORTEST: usize = 60;

/// The symbols that a wire would bring for `frame`, an Ethernet frame without frame check.
pub(super) fn symbols(
    frame: &[u8],
    recipe: Recipe,
    world: &mut World,
) -> Result<Pdu, Reason> {
    let access = None; // the medium has brought the frame already
    let recipe = Recipe { access, ..recipe };
    let Ok(mut column) = recipe.column(&Attachment::Bridge) else {
        return Err(Reason::NoWay("the layers of a LAN do not fit"));
    };
    let spec = column.spec();
    let (have, most) = (frame.len(), spec.largest_body);
    if have > most {
        let field = "frame";
        return Err(Reason::TooLong { field, have, most });
    }
    let full = Reason::Full {
        queue: "pool",
        limit: world.pool.limit(),
    };
    let pdu = world.pool.allocate(spec.room, have.max(SHORTEST));
    let mut pdu = pdu.ok_or(full)?;
    if let Some(start) = pdu.octets_mut().get_mut(..have) {
        start.copy_from_slice(frame);
    }
    let (mut out, mut outside) = (Outbox::default(), Outbox::default());
    let item = Item::Pdu(Direction::Down, pdu);
    let mut cx = Context::new(world, &mut outside);
    cx.deliver(&mut column, &spec, &mut out, Room::default(), item);
    match out.pop() {
        Some(Item::Pdu(Direction::Down, symbols)) => Ok(symbols),
        _ => Err(Reason::NoWay("the frame was refused")),
    }
}
