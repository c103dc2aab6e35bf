//! Port Receive machine (§17.23): takes a BPDU in and notes which version its sender speaks.

use super::{MIGRATE_TIME, Nr, Rapid, Rule};
use crate::stp::Bpdu;

pub(super) const RULES: &[Rule] = &[discard, receive];

/// To DISCARD: a link that is down receives nothing, and waits for BPDUs anew.
fn discard(own: &mut Rapid, p: Nr) -> bool {
    let full = own.after(MIGRATE_TIME);
    let port = &mut own.ports[p];
    let waits = port.edge_delay_while != full;
    if port.port_enabled || (port.received.is_none() && !waits) {
        return false;
    }
    (port.received, port.rcvd_msg) = (None, None);
    (port.rcvd_rstp, port.rcvd_stp) = (false, false);
    port.edge_delay_while = full;
    true
}

/// To RECEIVE: there is a bridge on this LAN, so the port is no edge.
fn receive(own: &mut Rapid, p: Nr) -> bool {
    let full = own.after(MIGRATE_TIME);
    let port = &mut own.ports[p];
    if !port.port_enabled || port.rcvd_msg.is_some() {
        return false;
    }
    let Some(bpdu) = port.received.take() else {
        return false;
    };
    // updtBPDUVersion(), §17.21.22
    match bpdu {
        Bpdu::Rapid(_) => port.rcvd_rstp = true,
        Bpdu::Configuration(_) | Bpdu::TopologyChange => port.rcvd_stp = true,
    }
    port.oper_edge = false;
    port.rcvd_msg = Some(bpdu);
    port.edge_delay_while = full;
    true
}
