//! Names of addresses for the report: looked up beside the trace, waited for no longer than two seconds.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Duration;

use layercake_host::clock::{Monotonic, monotonic};
use layercake_host::resolve::Reverse;
use layercake_probe::trace::Names;

/// How long after its question a name is waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// The system's resolver.
pub(crate) struct SystemNames {
    reverse: Reverse,
    deadlines: HashMap<IpAddr, Monotonic>,
}

impl SystemNames {
    pub(crate) fn new(reverse: Reverse) -> Self {
        SystemNames {
            reverse,
            deadlines: HashMap::new(),
        }
    }
}

impl Names for SystemNames {
    fn ask(&mut self, address: IpAddr) {
        self.reverse.ask(address);
        let deadline = monotonic().plus(PATIENCE);
        self.deadlines.entry(address).or_insert(deadline);
    }

    fn name(&mut self, address: IpAddr) -> Option<String> {
        self.ask(address);
        let deadline = self.deadlines.get(&address).copied()?;
        self.reverse.name(address, deadline).map(str::to_owned)
    }
}
