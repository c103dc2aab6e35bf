//! Where frames come into a network and go out of it.

use layercake_base::{Direction, Ici, Item, Layer, Notice, Reason};

use super::{Arrival, Network, NodeId};
use crate::fit::Misfit;
use crate::outside;

/// An outside node of a [`Network`]: its wire leads out of the emulated world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutsideId(NodeId);

impl OutsideId {
    /// The same as a node.
    pub fn node(self) -> NodeId {
        self.0
    }
}

/// The world outside. In a topology file: a node of kind `outside`.
///
/// ```
/// use core::time::Duration;
/// use layercake_tower::{Medium, Network, topology};
///
/// let mut net = Network::new(1);
/// let left = net.add_outside("left", topology::lan_column()?)?;
/// let right = net.add_outside("right", topology::lan_column()?)?;
/// let delay = Duration::from_millis(5);
/// net.add_wire("wire", Medium { delay, ..Medium::default() }, left.node(), right.node());
///
/// net.set_attached(right, true);
/// net.enter(left, &[0xff; 60]).unwrap();
/// net.run_until(net.now() + delay);
/// assert_eq!(net.leave(right).unwrap().octets, [0xff; 60]);
/// # Ok::<(), layercake_tower::Misfit>(())
/// ```
impl Network {
    /// Adds a node that whoever runs the network gives frames to and takes frames from. It
    /// wants one wire.
    ///
    /// # Errors
    /// [`Misfit`] when `column` does not stand between frames and a wire.
    pub fn add_outside(
        &mut self,
        name: &str,
        column: impl Layer + 'static,
    ) -> Result<OutsideId, Misfit> {
        let node = self.add_node(name, outside::tower(column)?)?;
        self.outsides.insert(node.0);
        Ok(OutsideId(node))
    }

    /// The outside node with this name; `None` when there is none, or that node is another kind.
    pub fn outside(&self, name: &str) -> Option<OutsideId> {
        let node = self.node(name)?;
        self.outsides.contains(&node.0).then_some(OutsideId(node))
    }

    /// All outside nodes with their names.
    pub fn outsides(&self) -> impl Iterator<Item = (OutsideId, &str)> + '_ {
        self.nodes()
            .filter(|(node, _)| self.outsides.contains(&node.0))
            .map(|(node, name)| (OutsideId(node), name))
    }

    /// Whether somebody takes the frames that come out. At first nobody does, and they are
    /// discarded.
    pub fn set_attached(&mut self, outside: OutsideId, attached: bool) {
        let OutsideId(NodeId(index)) = outside;
        let notice = match attached {
            true => Notice::LinkUp { port: 0 },
            false => Notice::LinkDown { port: 0 },
        };
        if let Some(mut visit) = self.visit(index) {
            visit.tell(Item::Notice(Direction::Down, Box::new(notice)));
        }
        self.settle(index);
    }

    /// A whole Ethernet frame without frame check comes in now, and goes out on the node's wire;
    /// one shorter than 60 octets is padded with zeros, as a network card does.
    ///
    /// # Errors
    /// [`Reason`] when the frame is too long or no PDU is free. One without a whole header is
    /// counted and shown to the observer like any discard.
    pub fn enter(&mut self, outside: OutsideId, frame: &[u8]) -> Result<(), Reason> {
        self.send(outside.0, frame, Ici::NONE)
    }

    /// The oldest frame that came out, without frame check, and when it did.
    pub fn leave(&mut self, outside: OutsideId) -> Option<Arrival> {
        self.receive(outside.0)
    }
}
