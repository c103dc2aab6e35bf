//! Fragments: where the first one went, the others go.
//!
//! Only a first fragment has ports. What is done to it is written down under source,
//! destination, protocol and identification, and done to the others too. Those that come before
//! it wait a while. A fragmented packet gets an identification of its own going out, since two
//! hosts inside may have chosen the same.
//!
//! Spec: RFC 4787 §11, REQ-14 (fragments out of order; no more memory than planned); RFC 3022
//! §5.3 and RFC 6864 §5.3 (identifications).
//! Bound: [`FLOWS`] packets, [`HELD`] PDUs.

use core::net::Ipv4Addr;
use core::time::Duration;
use std::collections::VecDeque;

use layercake_base::{Direction, Instant, Pdu, Reason};

use super::packet::Packet;
use super::rewrite::Change;
use crate::Protocol;

/// Packets whose fragments are on their way.
pub(super) const FLOWS: usize = 64;
/// Fragments that wait for their first one.
pub(super) const HELD: usize = 16;
/// How long a packet may take, and how long a fragment waits for the first one.
const TIME: Duration = Duration::from_secs(30);
const PATIENCE: Duration = Duration::from_secs(5);

/// What all fragments of one packet have in common, as they arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key {
    way: Direction,
    source: Ipv4Addr,
    destination: Ipv4Addr,
    protocol: Protocol,
    identification: u16,
}

impl Key {
    pub(super) const fn of(packet: &Packet, way: Direction) -> Key {
        Key {
            way,
            source: packet.header.source,
            destination: packet.header.destination,
            protocol: packet.header.protocol,
            identification: packet.header.identification,
        }
    }
}

/// What was done to first fragments, and others that wait for theirs; oldest first.
#[derive(Debug)]
pub(super) struct Fragments {
    done: VecDeque<(Key, Change, Instant)>,
    held: VecDeque<(Key, Pdu, Instant)>,
}

impl Fragments {
    pub(super) fn new() -> Self {
        Fragments {
            done: VecDeque::with_capacity(FLOWS),
            held: VecDeque::with_capacity(HELD),
        }
    }

    /// A first fragment has come, and this was done to it.
    pub(super) fn first(&mut self, key: Key, change: Change, now: Instant) {
        self.done.retain(|(other, _, _)| *other != key);
        if self.done.len() == FLOWS {
            self.done.pop_front();
        }
        self.done.push_back((key, change, now + TIME));
    }

    /// What was done to the first one.
    pub(super) fn change(&self, key: &Key, now: Instant) -> Option<Change> {
        let mut done = self.done.iter();
        let (_, change, _) = done.find(|(k, _, until)| k == key && *until > now)?;
        Some(*change)
    }

    /// Keeps a fragment that came before the first one.
    pub(super) fn hold(
        &mut self,
        key: Key,
        pdu: Pdu,
        now: Instant,
    ) -> Result<(), Reason> {
        if self.held.len() == HELD {
            let (queue, limit) = ("queue of fragments before their first one", HELD);
            return Err(Reason::Full { queue, limit });
        }
        self.held.push_back((key, pdu, now + PATIENCE));
        Ok(())
    }

    /// Takes out a fragment that has waited for this.
    pub(super) fn waiting(&mut self, key: &Key) -> Option<Pdu> {
        let index = self.held.iter().position(|(other, _, _)| other == key)?;
        self.held.remove(index).map(|(_, pdu, _)| pdu)
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.held.front().map(|(_, _, until)| *until)
    }

    /// Takes out a fragment that has waited for too long.
    pub(super) fn expired(&mut self, now: Instant) -> Option<Pdu> {
        let (_, _, until) = self.held.front()?;
        let over = *until <= now;
        over.then(|| self.held.pop_front())
            .flatten()
            .map(|(_, pdu, _)| pdu)
    }
}
