//! Which outside port somebody inside gets: its own, or another that may stand for it.
//!
//! Spec: RFC 4787 §4.2, REQ-3 (nobody's port is shared), REQ-3a (a port below 1024 stays below, another above) and REQ-4 (even
//! stays even, for RTP and RTCP); RFC 6056 §3.3.1 (at random). Identifiers of ICMP have no classes.

use core::net::Ipv4Addr;

use layercake_base::{Reason, Rng};

use super::table::Table;
use super::{Endpoint, Transport};

impl Table {
    /// An outside end that nobody has, with the same port if it is free.
    pub(super) fn free(
        &self,
        transport: Transport,
        inside: Endpoint,
        address: Ipv4Addr,
        rng: &mut Rng,
    ) -> Result<Endpoint, Reason> {
        let (queue, limit) = ("table of mappings", self.most);
        let full = Reason::Full { queue, limit };
        if self.mappings.len() - self.forwards >= limit {
            return Err(full);
        }
        let is_free = |port: &u16| {
            let outside = Endpoint::new(address, *port);
            !self.mappings.contains_key(&(transport, outside))
        };
        let port = Some(inside.port).filter(|port| *port != 0 && is_free(port));
        let port = port.or_else(|| {
            let mut choices = choices(transport, inside.port, rng);
            choices.find(is_free)
        });
        let port = port.ok_or(full)?;
        Ok(Endpoint::new(address, port))
    }
}

/// The ports that may stand for `port`, each once, from a random one on.
fn choices(transport: Transport, port: u16, rng: &mut Rng) -> impl Iterator<Item = u16> {
    let (first, last, step) = match (transport, port) {
        (Transport::Icmp, _) => (1, u16::MAX, 1),
        (_, 0..1024) => (2 - port % 2, 1023, 2),
        _ => (1024 + port % 2, u16::MAX, 2),
    };
    let count = (last - first) / step + 1;
    let start = u16::try_from(rng.below(count.into())).unwrap_or(0);
    (0..count).map(move |n| {
        let nth = (u32::from(start) + u32::from(n)) % u32::from(count);
        u16::try_from(u32::from(first) + nth * u32::from(step)).unwrap_or(last)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6056 §3.3.1: each once, from a random one on.
    #[test]
    fn every_port_of_the_class_and_parity_is_a_choice() {
        let mut rng = Rng::seeded(1);
        for (transport, port, count) in [
            (Transport::Udp, 7, 512),
            (Transport::Udp, 8, 511),
            (Transport::Tcp, 1024, 32_256),
            (Transport::Tcp, 65_535, 32_256),
            (Transport::Icmp, 7, 65_535),
        ] {
            let mut all: Vec<_> = choices(transport, port, &mut rng).collect();
            assert_eq!(all.len(), count);
            all.sort_unstable();
            all.dedup();
            assert_eq!(all.len(), count);
            assert!(!all.contains(&0));
            if transport != Transport::Icmp {
                let like = |p: &u16| p % 2 == port % 2 && (*p < 1024) == (port < 1024);
                assert!(all.iter().all(like));
            }
        }
    }
}
