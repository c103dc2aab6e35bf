//! Links are measured: probes go out and come back, and now and then the others hear of it.

use layercake_base::{Context, Instant};

use super::{Interface, LinkState, Neighbour, PERIOD, PROBE, a_little_less, any_part};
use crate::link_state::Type;

impl LinkState {
    /// A probe to each neighbour.
    pub(super) fn probe(&mut self, cx: &mut Context<'_>) {
        let now = cx.now();
        // Each router looks at its own time, or all would swing to the same side at once.
        self.look = self.look.or(Some(now + any_part(PERIOD, cx)));
        self.probe = Some(now + a_little_less(PROBE, cx));
        let mut ports = core::mem::take(&mut self.ports);
        for port in ports.iter_mut().filter(|port| port.up) {
            for there in port.neighbours.iter_mut().filter(|there| there.two_way) {
                let number = there.gauge.probe(now);
                self.transmit_number(Type::Probe, number, &port.own, there, cx);
            }
        }
        self.ports = ports;
    }

    /// The number of a probe, or of one that is sent back.
    pub(super) fn transmit_number(
        &mut self,
        kind: Type,
        number: u32,
        own: &Interface,
        there: &Neighbour,
        cx: &mut Context<'_>,
    ) {
        self.body.clear();
        self.body.extend(number.to_be_bytes());
        self.transmit(kind, own, there.address, cx);
    }

    /// What has become of the delays since we looked last.
    pub(super) fn look(&mut self, now: Instant) {
        self.look = Some(now + PERIOD);
        let mut changed = false;
        for there in self.ports.iter_mut().flat_map(|port| &mut port.neighbours) {
            changed |= there.gauge.look(self.metric);
        }
        if changed {
            self.links_changed(now);
        }
    }
}
