//! Names of addresses for a report that never waits long for one.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Duration;

use layercake_host::HostError;
use layercake_host::clock::{Monotonic, monotonic};
use layercake_host::resolve::Reverse;
use layercake_probe::trace::Names;
use layercake_tower::Network;

/// How long after its question a name is waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// Addresses that are asked about. Senders can be forged without end: the rest is neither remembered nor waited for.
const MOST: usize = 1024;

/// The names that the resolver of this machine knows.
#[derive(Debug)]
pub struct SystemNames {
    reverse: Reverse,
    deadlines: HashMap<IpAddr, Monotonic>,
}

impl SystemNames {
    /// Starts to look names up beside the probing.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn start() -> Result<Self, HostError> {
        let deadlines = HashMap::new();
        Reverse::start().map(|reverse| SystemNames { reverse, deadlines })
    }
}

impl Names for SystemNames {
    fn ask(&mut self, address: IpAddr) {
        if self.deadlines.len() < MOST {
            self.reverse.ask(address);
            let deadline = monotonic().plus(PATIENCE);
            self.deadlines.entry(address).or_insert(deadline);
        }
    }

    fn name(&mut self, address: IpAddr) -> Option<String> {
        self.ask(address);
        let deadline = self.deadlines.get(&address).copied()?;
        self.reverse.name(address, deadline).map(str::to_owned)
    }
}

/// The names of an emulated network.
#[derive(Clone, Debug)]
pub struct LabNames(HashMap<IpAddr, String>);

impl LabNames {
    /// Every address of every node with the node's name.
    pub fn of(network: &Network) -> Self {
        let mut names = HashMap::new();
        for (node, name) in network.nodes() {
            let Some(configs) = network.configs(node) else {
                continue;
            };
            let v4 = configs.v4.interfaces.iter().map(|own| own.address.into());
            let v6 = configs.v6.iter().flat_map(|config| &config.interfaces);
            let v6 = v6
                .flat_map(|own| &own.addresses)
                .map(|(own, _)| IpAddr::V6(*own));
            names.extend(v4.chain(v6).map(|address| (address, name.to_owned())));
        }
        LabNames(names)
    }
}

impl Names for LabNames {
    fn ask(&mut self, _address: IpAddr) {}

    fn name(&mut self, address: IpAddr) -> Option<String> {
        self.0.get(&address).cloned()
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv6Addr;

    use super::*;

    #[test]
    fn forged_senders_without_end_are_not_remembered() {
        let mut names = SystemNames::start().unwrap();
        let deadline = monotonic();
        let forged = |number: u16| IpAddr::from(Ipv6Addr::from(u128::from(number)));
        let known = (0..1024).map(|number| (forged(number), deadline));
        names.deadlines.extend(known);
        let one_more = IpAddr::from([10, 9, 9, 9]);
        assert_eq!(names.name(one_more), None);
        assert_eq!(names.deadlines.len(), MOST);
    }
}
