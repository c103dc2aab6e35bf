//! Port State Transition machine (§17.30): what the roles want becomes what the port does.

use super::{Nr, Rapid, Rule};

pub(super) const RULES: &[Rule] = &[discarding, learning, forwarding];

/// To DISCARDING.
fn discarding(own: &mut Rapid, p: Nr) -> bool {
    let port = &mut own.ports[p];
    let open = port.learning || port.forwarding;
    let stops = port.forwarding && !port.forward || !port.learn;
    if !open || !stops {
        return false;
    }
    (port.learning, port.forwarding) = (false, false);
    true
}

/// DISCARDING to LEARNING.
fn learning(own: &mut Rapid, p: Nr) -> bool {
    let port = &mut own.ports[p];
    if port.learning || !port.learn {
        return false;
    }
    port.learning = true;
    true
}

/// LEARNING to FORWARDING.
fn forwarding(own: &mut Rapid, p: Nr) -> bool {
    let port = &mut own.ports[p];
    if port.forwarding || !port.learning || !port.forward {
        return false;
    }
    port.forwarding = true;
    true
}
