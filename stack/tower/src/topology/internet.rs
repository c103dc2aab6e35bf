//! The network layers of a host or router, and those that stand on them.
//!
//! ```text
//!   +--------+-----------------+--------+
//!   |  Icmp  | Udp, and others | Icmpv6 |     Demux: by protocol
//!   +--------+--------+--------+--------+
//!   |      Ipv4       |      Ipv6       |     Families; Ipv4 alone where nobody speaks IPv6
//!   +-----------------+-----------------+
//!   |              Filter               |     where the node has one
//!   +-----------------+-----------------+
//!   |                Nat                |     in a router that has one
//!   +-----------------+-----------------+
//!   |  Arp | Ndp  |  Ppp  |  Arp | Ndp  |     Ports: by attachment
//! ```

use layercake_base::Layer;
use layercake_network::route::SharedTable;
use layercake_network::{Icmp, Icmpv6, Ipv4, Ipv6, Protocol, ipv4, ipv6};

use crate::{Demux, Families, Misfit, Ports, Tower};

/// What a host or router is told about itself, for each family.
#[derive(Clone, Debug, Default)]
pub struct Configs {
    /// Of IPv4.
    pub v4: ipv4::Config,
    /// Of IPv6; `None` for a node that does not speak it.
    pub v6: Option<ipv6::Config>,
}

impl From<ipv4::Config> for Configs {
    fn from(v4: ipv4::Config) -> Self {
        Configs { v4, v6: None }
    }
}

/// Layers that stand on a network layer, by the protocol that each of them handles.
pub(super) type Users = Vec<(u16, Box<dyn Layer>)>;

/// The network layers of a node.
pub(super) struct Internet {
    pub(super) v4: Ipv4,
    pub(super) v6: Option<Ipv6>,
    /// What stands between them and the attachments, from the top down.
    pub(super) below: Vec<Box<dyn Layer>>,
}

impl From<Configs> for Internet {
    fn from(configs: Configs) -> Self {
        Internet {
            v4: Ipv4::new(configs.v4),
            v6: configs.v6.map(Ipv6::new),
            below: Vec::new(),
        }
    }
}

impl Internet {
    /// The routes of each family.
    pub(super) fn tables(&self) -> Vec<SharedTable> {
        let v6 = self.v6.as_ref().map(Ipv6::table);
        core::iter::once(self.v4.table()).chain(v6).collect()
    }

    /// The tower of a node: `users` and ICMP above, `columns` below.
    pub(super) fn between(
        self,
        mut users: Users,
        columns: Vec<Box<dyn Layer>>,
    ) -> Result<Tower, Misfit> {
        users.insert(0, (Protocol::ICMP.0.into(), Box::new(Icmp::new())));
        let network: Box<dyn Layer> = match self.v6 {
            None => Box::new(self.v4),
            Some(v6) => {
                users.push((Protocol::ICMPV6.0.into(), Box::new(Icmpv6::new())));
                Box::new(Families::new(self.v4, v6)?)
            }
        };
        let above = Tower::builder().layer(Demux::new(users)?).layer(network);
        let below = self.below.into_iter();
        below
            .fold(above, |tower, layer| tower.layer(layer))
            .layer(Ports::new(columns)?)
            .build()
    }
}
