//! Between a bridge and its spanning tree: BPDUs in frames, orders into port states and table.

use layercake_base::{Context, Instant, Mac};

use super::Bridge;
use crate::stp::{self, Order, Protocol, Settings, Watch};

/// The spanning tree's machine, and who looks at it.
#[derive(Debug)]
pub(super) struct Tree {
    protocol: Box<dyn Protocol>,
    address: Mac,
    watch: Watch,
}

impl Tree {
    pub(super) fn new(settings: &Settings) -> Self {
        let protocol = stp::machine(settings);
        let watch = Watch::default();
        watch.update(Instant::ZERO, |status| protocol.report(status));
        Tree {
            protocol,
            address: settings.address,
            watch,
        }
    }

    pub(super) fn watch(&self) -> Watch {
        self.watch.clone()
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.protocol.deadline()
    }
}

impl Bridge {
    /// Tells the machine something, and does what it orders.
    pub(super) fn consult(
        &mut self,
        cx: &mut Context<'_>,
        tell: impl FnOnce(&mut dyn Protocol),
    ) {
        let Some(tree) = &mut self.tree else {
            return;
        };
        tell(&mut *tree.protocol);
        while let Some(order) = tree.protocol.order() {
            match order {
                Order::Transmit(port, bpdu) => {
                    let frame = stp::frame::encode(&bpdu, tree.address);
                    // Without a free PDU it is lost, as on a wire.
                    if let Some(mut pdu) = cx.allocate(frame.len()) {
                        pdu.octets_mut().copy_from_slice(&frame);
                        super::transmit(pdu, port, cx);
                    }
                }
                Order::Flush(port) => self.table.forget(port),
                Order::AgeSoon(ageing) => self.table.age_soon(ageing, cx.now()),
            }
        }
        let ports = &mut self.ports;
        tree.watch.update(cx.now(), |status| {
            tree.protocol.report(status);
            for (port, own) in ports.iter_mut().zip(&status.ports) {
                port.state = own.state;
            }
        });
    }
}
