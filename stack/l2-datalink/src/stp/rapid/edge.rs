//! Bridge Detection machine (§17.25): a port where no bridge answers is an edge, and forwards
//! without asking.

use super::{Nr, Rapid, Rule};

pub(super) const RULES: &[Rule] = &[edge, not_edge];

/// To EDGE: a manager says so, or nobody has answered a proposal for a while.
fn edge(own: &mut Rapid, p: Nr) -> bool {
    let port = &mut own.ports[p];
    let by_order = !port.port_enabled && port.admin_edge;
    let silent = !port.edge_delay_while.is_running();
    let by_silence = port.auto_edge && silent && port.send_rstp && port.proposing;
    if port.oper_edge || !(by_order || by_silence) {
        return false;
    }
    port.oper_edge = true;
    true
}

/// To NOT_EDGE: the link went down, and another may come. (That a BPDU came in is noted by the
/// machine that receives.)
fn not_edge(own: &mut Rapid, p: Nr) -> bool {
    let port = &mut own.ports[p];
    if !port.oper_edge || port.port_enabled || port.admin_edge {
        return false;
    }
    port.oper_edge = false;
    true
}
