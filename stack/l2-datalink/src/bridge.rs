//! Bridge: joins LANs into one, and learns from each frame where its sender is.
//!
//! ```text
//!              +-------- learn ------->  table: station -> port, for 300 s
//!   port ---> state of the port                  |
//!   in         +-------- forward -----> find destination ---> its port
//!                                                |
//!                                        unknown, or a group ---> limit ---> all other ports
//! ```
//! Without a spanning tree every port forwards while its link is up, and a loop of bridges would
//! circulate broadcasts for ever. [`Bridge::with_spanning_tree`] holds ports back.
//!
//! Spec: IEEE 802.1D-2004 §7.5 (port states), §7.7 (forwarding), §7.8 (learning), §7.9 (the
//! table, its ageing), §7.12 (addresses).
//! Units: seconds, frames per second.
//! Checks: the frame has a whole header, an individual source, and a destination beyond the
//! link, IEEE 802.1D-2004 §7.12.6.
//! Not here: the spanning tree's own rules ([`stp`](crate::stp)), VLANs, priorities; the check
//! sequence, which [`FrameCheck`](crate::FrameCheck) of each attachment takes off and puts on.

mod flood;
mod table;
#[cfg(test)]
mod tests;
mod tree;

use layercake_base::{
    Context, Instant, Kind, Layer, Mac, Notice, Pdu, Reason, Service, Spec,
};

use crate::ethernet::Header;
use crate::stp::{PortState, Settings, Watch};
use flood::Bucket;
pub use flood::{FloodCount, FloodLimit};
use table::Table;
use tree::Tree;

/// Carries each frame to the attachment where its destination was last heard, or to all but
/// the one that it came in at. Attachments are told apart by `port` beside the octets.
#[derive(Debug)]
pub struct Bridge {
    ports: Vec<Port>,
    table: Table,
    tree: Option<Tree>,
}

#[derive(Clone, Debug)]
struct Port {
    state: PortState,
    bucket: Bucket,
}

impl Bridge {
    /// A bridge with this number of attachments, and without a spanning tree.
    pub fn new(ports: u16) -> Self {
        let port = Port {
            state: PortState::Forwarding,
            bucket: Bucket::default(),
        };
        Bridge {
            ports: vec![port; usize::from(ports)],
            table: Table::default(),
            tree: None,
        }
    }

    /// A bridge that takes part in a spanning tree.
    ///
    /// # Errors
    /// [`Reason::Illegal`] that names the setting which is out of its range.
    pub fn with_spanning_tree(settings: &Settings) -> Result<Self, Reason> {
        settings.check()?;
        let ports = u16::try_from(settings.ports.len()).unwrap_or(u16::MAX);
        let mut bridge = Bridge::new(ports);
        for port in &mut bridge.ports {
            port.state = PortState::Disabled;
        }
        bridge.tree = Some(Tree::new(settings));
        Ok(bridge)
    }

    /// The same bridge, which floods no more than this of what comes in at each port.
    #[must_use]
    pub fn limit_flooding(mut self, limit: FloodLimit) -> Self {
        for port in &mut self.ports {
            port.bucket = Bucket::new(limit);
        }
        self
    }

    /// How many frames that came in at a port were flooded, and how many were beyond the limit.
    pub fn flood_count(&self, port: u16) -> FloodCount {
        let port = self.ports.get(usize::from(port));
        port.map(|port| port.bucket.count()).unwrap_or_default()
    }

    /// A look at what the spanning tree has come to; `None` without one.
    pub fn watch(&self) -> Option<Watch> {
        self.tree.as_ref().map(Tree::watch)
    }

    fn state(&self, port: u16) -> PortState {
        let port = self.ports.get(usize::from(port));
        port.map_or(PortState::Disabled, |port| port.state)
    }
}

impl Layer for Bridge {
    fn spec(&self) -> Spec {
        Spec::new("bridge", 2)
            .between(Service::User, Service::Frames)
            .kind(Kind::Branch)
    }

    fn send(&mut self, _sdu: Pdu, _cx: &mut Context<'_>) -> Result<(), Reason> {
        Err(Reason::NoWay("a bridge sends nothing of its own"))
    }

    fn receive(&mut self, pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let Header {
            destination,
            source,
            ..
        } = Header::decode(pdu.octets())?;
        let rule = "must not be a group";
        Reason::require(!source.is_group(), "Source Address", source, rule)?;
        if is_reserved(destination) {
            return self.keep(&pdu, destination, cx);
        }
        let from = pdu.ici().port;
        let state = self.state(from);
        if state.learns() {
            self.table.learn(source, from, cx.now());
        }
        require_forwarding(from, state)?;
        match self.table.find(destination, cx.now()) {
            Some(port) if port == from => {
                Err(stays(destination, "is where the frame came from"))
            }
            Some(port) => {
                require_forwarding(port, self.state(port))?;
                transmit(pdu, port, cx);
                Ok(())
            }
            None => self.flood(pdu, cx),
        }
    }

    fn deadline(&self) -> Option<Instant> {
        self.tree.as_ref().and_then(Tree::deadline)
    }

    fn on_deadline(&mut self, cx: &mut Context<'_>) {
        let now = cx.now();
        self.consult(cx, |protocol| protocol.tick(now));
    }

    fn notice(&mut self, notice: Notice, cx: &mut Context<'_>) {
        match notice {
            Notice::LinkUp { port } => self.set_link(port, true, cx),
            Notice::LinkDown { port } => self.set_link(port, false, cx),
            _ => {}
        }
        cx.pass(notice);
    }
}

impl Bridge {
    /// A frame to one of the reserved groups goes no further than this bridge.
    fn keep(
        &mut self,
        pdu: &Pdu,
        group: Mac,
        cx: &mut Context<'_>,
    ) -> Result<(), Reason> {
        if self.tree.is_none() || group != crate::stp::frame::BRIDGE_GROUP {
            return Err(stays(group, "is a group that stays on its link"));
        }
        let bpdu = crate::stp::frame::decode(pdu.octets())?;
        let (port, now) = (pdu.ici().port, cx.now());
        self.consult(cx, |protocol| protocol.receive(port, &bpdu, now));
        Ok(())
    }

    /// The link of a port went up or down. Nobody can be behind a link that is down.
    fn set_link(&mut self, port: u16, up: bool, cx: &mut Context<'_>) {
        if !up {
            self.table.forget(port);
        }
        if self.tree.is_some() {
            let now = cx.now();
            self.consult(cx, |protocol| protocol.link(port, up, now));
        } else if let Some(port) = self.ports.get_mut(usize::from(port)) {
            port.state = match up {
                true => PortState::Forwarding,
                false => PortState::Disabled,
            };
        }
    }

    /// A copy to each forwarding attachment but the one that the frame came in at, itself to
    /// the last.
    fn flood(&mut self, pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let from = pdu.ici().port;
        if let Some(port) = self.ports.get_mut(usize::from(from)) {
            port.bucket.take(cx.now())?;
        }
        let mut others = (0..)
            .zip(&self.ports)
            .filter(|(_, port)| port.state.forwards());
        let mut waiting: Option<u16> = None;
        while let Some((port, _)) = others.find(|(port, _)| *port != from) {
            if let Some(earlier) = waiting.replace(port) {
                let mut copy = cx.allocate_from(&pdu, pdu.len())?;
                copy.octets_mut().copy_from_slice(pdu.octets());
                transmit(copy, earlier, cx);
            }
        }
        let last = waiting.ok_or(Reason::NoWay("no other attachment"))?;
        transmit(pdu, last, cx);
        Ok(())
    }
}

fn transmit(mut pdu: Pdu, port: u16, cx: &mut Context<'_>) {
    pdu.set_ici(|ici| ici.port = port);
    cx.send_down(pdu);
}

fn stays(destination: Mac, why: &'static str) -> Reason {
    Reason::dead_end("Destination Address", destination, why)
}

/// IEEE 802.1D-2004 §7.7.1: a frame crosses only between ports that forward.
fn require_forwarding(port: u16, state: PortState) -> Result<(), Reason> {
    let why = match state {
        PortState::Forwarding => return Ok(()),
        PortState::Disabled => "is disabled",
        PortState::Blocking => "is blocking",
        PortState::Listening => "is listening",
        PortState::Discarding => "is discarding",
        PortState::Learning => "is learning",
    };
    Err(Reason::dead_end("port", port, why))
}

/// 01:80:c2:00:00:00 to 0f are for the stations of one link. IEEE 802.1D-2004 §7.12.6.
fn is_reserved(destination: Mac) -> bool {
    matches!(destination.0, [0x01, 0x80, 0xc2, 0, 0, 0..=0x0f])
}
