//! Who inside is who outside, and which TCP connections go through.

use core::net::Ipv4Addr;
use core::time::Duration;
use std::collections::BTreeMap;

use layercake_base::{Instant, Reason, Rng};

use super::connection::{self, Event, Side, State};
use super::timers::{Expiry, Kept, Timers};
use super::{Config, Endpoint, Forward, Transport};

/// RFC 4787 §4.3, REQ-5: not less than 2 minutes, 5 recommended.
const UDP: Duration = Duration::from_secs(5 * 60);
/// RFC 5508 §3.2, REQ-2: not less than 60 seconds.
const ICMP: Duration = Duration::from_secs(60);

/// Mappings, and connections that use them.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) most: usize,
    most_connections: usize,
    /// The outside end of an inside one, at an address of ours.
    outside: BTreeMap<(Transport, Endpoint, Ipv4Addr), Endpoint>,
    /// Mappings by their outside end.
    pub(super) mappings: BTreeMap<(Transport, Endpoint), Mapping>,
    /// Those that stay.
    pub(super) forwards: usize,
    /// By outside end and peer.
    connections: BTreeMap<(Endpoint, Endpoint), Connection>,
    timers: Timers,
}

#[derive(Debug)]
pub(super) struct Mapping {
    inside: Endpoint,
    life: Life,
}

/// What a mapping lives on.
#[derive(Debug)]
enum Life {
    Forever,
    Time(Expiry),
    /// So many connections.
    Connections(usize),
}

#[derive(Debug)]
struct Connection {
    state: State,
    expiry: Expiry,
}

impl Table {
    pub(super) fn new(config: &Config) -> Self {
        let mut table = Table {
            most: config.mappings,
            most_connections: config.connections,
            outside: BTreeMap::new(),
            mappings: BTreeMap::new(),
            forwards: 0,
            connections: BTreeMap::new(),
            timers: Timers::default(),
        };
        for forward in &config.forwards {
            let Forward {
                transport,
                outside,
                inside,
            } = *forward;
            let taken = table.inside(transport, outside).is_some()
                || table.outside(transport, inside, outside.address).is_some();
            if transport != Transport::Icmp && !taken {
                table.insert(transport, inside, outside, Life::Forever);
            }
        }
        table.forwards = table.mappings.len();
        table
    }

    /// The outside end of an inside one.
    pub(super) fn outside(
        &self,
        transport: Transport,
        inside: Endpoint,
        address: Ipv4Addr,
    ) -> Option<Endpoint> {
        self.outside.get(&(transport, inside, address)).copied()
    }

    /// The inside end of an outside one.
    pub(super) fn inside(
        &self,
        transport: Transport,
        outside: Endpoint,
    ) -> Option<Endpoint> {
        self.mappings.get(&(transport, outside)).map(|m| m.inside)
    }

    /// The outside end of UDP or ICMP from inside: a new one if need be, used now.
    pub(super) fn used(
        &mut self,
        transport: Transport,
        inside: Endpoint,
        address: Ipv4Addr,
        (now, rng): (Instant, &mut Rng),
    ) -> Result<Endpoint, Reason> {
        let until = now
            + if transport == Transport::Udp {
                UDP
            } else {
                ICMP
            };
        if let Some(outside) = self.outside(transport, inside, address) {
            let kept = Kept::Mapping(transport, outside);
            let mapping = self.mappings.get_mut(&(transport, outside));
            if let Some(Life::Time(expiry)) = mapping.map(|m| &mut m.life) {
                self.timers.set(kept, expiry, until);
            }
            return Ok(outside);
        }
        let outside = self.free(transport, inside, address, rng)?;
        let expiry = self.timers.arm(Kept::Mapping(transport, outside), until);
        self.insert(transport, inside, outside, Life::Time(expiry));
        Ok(outside)
    }

    /// The outside end of a TCP segment from inside.
    pub(super) fn leaves(
        &mut self,
        (inside, peer): (Endpoint, Endpoint),
        address: Ipv4Addr,
        event: Event,
        (now, rng): (Instant, &mut Rng),
    ) -> Result<Endpoint, Reason> {
        let transport = Transport::Tcp;
        if let Some(outside) = self.outside(transport, inside, address) {
            self.segment((outside, peer), Side::Inside, event, now)?;
            return Ok(outside);
        }
        connection::next(None, Side::Inside, event).ok_or(STRAY)?;
        self.has_room(self.most_connections)?;
        let outside = self.free(transport, inside, address, rng)?;
        self.insert(transport, inside, outside, Life::Connections(0));
        self.segment((outside, peer), Side::Inside, event, now)?;
        Ok(outside)
    }

    /// A TCP segment between the outside end of a mapping and a peer.
    pub(super) fn segment(
        &mut self,
        ends: (Endpoint, Endpoint),
        side: Side,
        event: Event,
        now: Instant,
    ) -> Result<(), Reason> {
        let kept = Kept::Connection(ends.0, ends.1);
        let Some(connection) = self.connections.get_mut(&ends) else {
            return self.open(ends, side, event, now);
        };
        let was = connection.state;
        let state = connection::next(Some(was), side, event).unwrap_or(was);
        connection.state = state;
        if state != was || state.is_refreshed(event) {
            let expiry = &mut connection.expiry;
            self.timers.set(kept, expiry, now + state.time());
        }
        Ok(())
    }

    fn open(
        &mut self,
        ends: (Endpoint, Endpoint),
        side: Side,
        event: Event,
        now: Instant,
    ) -> Result<(), Reason> {
        let state = connection::next(None, side, event).ok_or(STRAY)?;
        self.has_room(match side {
            Side::Inside => self.most_connections,
            Side::Outside => self.most_connections / 2,
        })?;
        let kept = Kept::Connection(ends.0, ends.1);
        let expiry = self.timers.arm(kept, now + state.time());
        self.connections.insert(ends, Connection { state, expiry });
        let mapping = self.mappings.get_mut(&(Transport::Tcp, ends.0));
        if let Some(Life::Connections(count)) = mapping.map(|m| &mut m.life) {
            *count += 1;
        }
        Ok(())
    }

    fn has_room(&self, limit: usize) -> Result<(), Reason> {
        let queue = "table of connections";
        match self.connections.len() < limit {
            true => Ok(()),
            false => Err(Reason::Full { queue, limit }),
        }
    }

    fn insert(
        &mut self,
        transport: Transport,
        inside: Endpoint,
        outside: Endpoint,
        life: Life,
    ) {
        let key = (transport, inside, outside.address);
        self.outside.insert(key, outside);
        let mapping = Mapping { inside, life };
        self.mappings.insert((transport, outside), mapping);
    }

    fn remove(&mut self, transport: Transport, outside: Endpoint) {
        if let Some(mapping) = self.mappings.remove(&(transport, outside)) {
            let key = (transport, mapping.inside, outside.address);
            self.outside.remove(&key);
        }
    }

    /// When something is given up.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.timers.deadline()
    }

    /// Gives up what was not used for too long.
    pub(super) fn expire(&mut self, now: Instant) {
        while let Some(kept) = self.timers.due(now) {
            match kept {
                Kept::Mapping(transport, outside) => {
                    self.end_mapping(transport, outside, now)
                }
                Kept::Connection(outside, peer) => {
                    self.end_connection(outside, peer, now)
                }
            }
        }
    }

    fn end_mapping(&mut self, transport: Transport, outside: Endpoint, now: Instant) {
        let mapping = self.mappings.get_mut(&(transport, outside));
        match mapping.map(|m| &mut m.life) {
            Some(Life::Time(expiry)) if expiry.at > now => {
                let kept = Kept::Mapping(transport, outside);
                *expiry = self.timers.arm(kept, expiry.at);
            }
            _ => self.remove(transport, outside),
        }
    }

    fn end_connection(&mut self, outside: Endpoint, peer: Endpoint, now: Instant) {
        if let Some(connection) = self.connections.get_mut(&(outside, peer))
            && connection.expiry.at > now
        {
            let (kept, at) = (Kept::Connection(outside, peer), connection.expiry.at);
            connection.expiry = self.timers.arm(kept, at);
            return;
        }
        self.connections.remove(&(outside, peer));
        let transport = Transport::Tcp;
        let mapping = self.mappings.get_mut(&(transport, outside));
        if let Some(Life::Connections(count)) = mapping.map(|m| &mut m.life) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.remove(transport, outside);
            }
        }
    }

    /// Mappings and connections.
    #[cfg(test)]
    pub(super) fn len(&self) -> (usize, usize) {
        assert_eq!(self.mappings.len(), self.outside.len());
        (self.mappings.len(), self.connections.len())
    }
}

const STRAY: Reason = Reason::NoWay("the segment is on no connection and begins none");
