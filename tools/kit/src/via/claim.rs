//! What came of probing for the host's addresses.
//!
//! The ARP layer probes, and announces an address that nobody else has; who contradicts is discarded with a reason. An
//! onlooker sees both.
//!
//! Spec: RFC 5227 §2.1.1 (conflicts), §2.3 (announcing).
//! Not here: probing itself (`stack/l2-datalink`).

use std::net::Ipv4Addr;

use layercake_base::{Event, Mac, Observer, What};
use layercake_datalink::arp::{Opcode, Packet};

use crate::cable::Interface;

/// The name in the ARP layer's `Spec`.
const ARP: &str = "arp";

/// The addresses that are not ours yet, and the first that never will be.
#[derive(Debug, Default)]
pub(super) struct Claims {
    node: &'static str,
    open: Vec<Ipv4Addr>,
    lost: Option<(Ipv4Addr, Mac)>,
}

impl Claims {
    /// Of the node with this name.
    pub(super) fn of(node: &'static str, interfaces: &[Interface]) -> Self {
        let open = interfaces.iter().filter_map(|own| own.v4()).collect();
        let lost = None;
        Claims { node, open, lost }
    }

    /// All are ours, or one never will be.
    pub(super) fn are_decided(&self) -> bool {
        self.open.is_empty() || self.lost.is_some()
    }

    /// Nothing, if all addresses are ours.
    pub(super) fn outcome(&self) -> Result<(), String> {
        match (self.lost, self.open.first()) {
            (Some((address, holder)), _) => Err(format!(
                "{address} is in use: the station {holder} has it; choose another --via-addr"
            )),
            (None, Some(address)) => {
                Err(format!("nobody could be asked whether {address} is in use"))
            }
            (None, None) => Ok(()),
        }
    }

    fn announced(&mut self, packet: &Packet) {
        if packet.sender.protocol == packet.target.protocol {
            self.open.retain(|own| *own != packet.sender.protocol);
        }
    }

    /// A packet that the layer did not want: from who has the address, or probes for it too.
    fn refused(&mut self, packet: &Packet) {
        let probe = packet.sender.protocol.is_unspecified();
        let about = match (probe, packet.opcode) {
            (false, _) => packet.sender.protocol,
            (true, Opcode::Request) => packet.target.protocol,
            (true, Opcode::Reply) => return,
        };
        if self.open.contains(&about) {
            self.lost.get_or_insert((about, packet.sender.hardware));
        }
    }
}

impl Observer for Claims {
    fn on(&mut self, event: &Event<'_>) {
        if event.layer != ARP || event.node != self.node {
            return;
        }
        match (&event.what, Packet::decode(event.octets)) {
            (What::Born, Ok(packet)) => self.announced(&packet),
            (What::Discarded { .. }, Ok(packet)) => self.refused(&packet),
            _ => {}
        }
    }
}
