//! What every router has said last: the map from which the ways are worked out.
//!
//! Spec: RFC 2328 §13 (which of two is newer), §14 (ages).
//! Bounds: [`Database::MOST`] routers.

use core::net::Ipv4Addr;
use core::time::Duration;
use std::collections::BTreeMap;

use layercake_base::{Instant, Reason};

use super::{Advertisement, Link};

/// The newest advertisement of each router.
#[derive(Debug, Default)]
pub(super) struct Database {
    all: BTreeMap<Ipv4Addr, Stored>,
    /// Nothing expires before.
    sweep: Option<Instant>,
}

#[derive(Debug)]
struct Stored {
    said: Advertisement,
    expires: Instant,
}

/// What an advertisement is to one who knows others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Newer,
    /// Newer, but it says the same: somebody repeats himself.
    Renewed,
    Same,
    Older,
}

impl Database {
    /// Routers that are remembered at most; each takes up to a kilooctet.
    pub(super) const MOST: usize = 4096;

    /// Takes an advertisement in, if it is newer than what is known.
    pub(super) fn hear(
        &mut self,
        said: Advertisement,
        now: Instant,
    ) -> Result<Verdict, Reason> {
        let mut verdict = Verdict::Newer;
        if let Some(old) = self.all.get(&said.origin) {
            match said.sequence.cmp(&old.said.sequence) {
                core::cmp::Ordering::Less => return Ok(Verdict::Older),
                core::cmp::Ordering::Equal => return Ok(Verdict::Same),
                core::cmp::Ordering::Greater if old.said.links == said.links => {
                    verdict = Verdict::Renewed;
                }
                core::cmp::Ordering::Greater => {}
            }
        } else if self.all.len() >= Self::MOST {
            let (queue, limit) = ("routers of link state", Self::MOST);
            return Err(Reason::Full { queue, limit });
        }
        let left = Advertisement::MAX_AGE.saturating_sub(said.age);
        let expires = now + Duration::from_secs(left.into());
        self.sweep = [self.sweep, Some(expires)].into_iter().flatten().min();
        self.all.insert(said.origin, Stored { said, expires });
        Ok(verdict)
    }

    /// What a router has said, and its age of now.
    pub(super) fn tell(
        &self,
        origin: Ipv4Addr,
        now: Instant,
    ) -> Option<(&Advertisement, u16)> {
        let stored = self.all.get(&origin)?;
        let left = stored.expires.since(now).as_secs();
        let left = u16::try_from(left).unwrap_or(Advertisement::MAX_AGE);
        Some((&stored.said, Advertisement::MAX_AGE.saturating_sub(left)))
    }

    /// All routers in rising order, with what hangs on each.
    pub(super) fn all(&self) -> impl Iterator<Item = (Ipv4Addr, &[Link])> + '_ {
        let all = self.all.iter();
        all.map(|(router, stored)| (*router, stored.said.links.as_slice()))
    }

    pub(super) fn sequence(&self, router: Ipv4Addr) -> Option<u32> {
        Some(self.all.get(&router)?.said.sequence)
    }

    pub(super) fn routers(&self) -> impl Iterator<Item = Ipv4Addr> + '_ {
        self.all.keys().copied()
    }

    /// When something expires, at the earliest.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.sweep
    }

    /// Forgets what nobody has repeated for an hour; true when there was such.
    pub(super) fn sweep(&mut self, now: Instant) -> bool {
        if self.sweep.is_none_or(|at| at > now) {
            return false;
        }
        let before = self.all.len();
        self.all.retain(|_, stored| stored.expires > now);
        self.sweep = self.all.values().map(|stored| stored.expires).min();
        self.all.len() < before
    }
}
