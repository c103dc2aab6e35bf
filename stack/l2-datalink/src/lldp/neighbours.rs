//! The stations that LLDP has heard on one link, until what they said grows old.

use core::time::Duration;

use layercake_base::{Instant, Mac, Reason};

use super::Lldpdu;

/// Neighbours in the table. A link between two stations has one.
pub(super) const NEIGHBOURS: usize = 64;

/// A station at the other end of the link.
#[derive(Clone, Debug)]
pub struct Neighbour {
    octets: Vec<u8>,
    /// The link address that it sent from.
    pub source: Option<Mac>,
    /// Until when what it said holds.
    pub until: Instant,
}

impl Neighbour {
    /// What it said last.
    pub fn lldpdu(&self) -> Option<Lldpdu<'_>> {
        Lldpdu::decode(&self.octets).ok() // was decoded before it was kept
    }
}

/// A bounded table; each neighbour's octets are kept as they came.
#[derive(Debug, Default)]
pub(super) struct Neighbours(Vec<Neighbour>);

impl Neighbours {
    pub(super) fn iter(&self) -> impl Iterator<Item = &Neighbour> {
        self.0.iter()
    }

    /// Remembers a neighbour for as long as it says, or forgets it if that is no time at all.
    pub(super) fn hear(
        &mut self,
        octets: &[u8],
        lldpdu: &Lldpdu<'_>,
        source: Option<Mac>,
        now: Instant,
    ) -> Result<(), Reason> {
        self.forget(now);
        let same = |known: &Neighbour| known.octets.starts_with(lldpdu.identity());
        let place = self.0.iter().position(same);
        if lldpdu.time_to_live == 0 {
            if let Some(place) = place {
                self.0.swap_remove(place);
            }
            return Ok(());
        }
        let until = now + Duration::from_secs(lldpdu.time_to_live.into());
        if let Some(known) = place.and_then(|place| self.0.get_mut(place)) {
            known.octets.clear();
            known.octets.extend_from_slice(octets);
            (known.source, known.until) = (source, until);
            return Ok(());
        }
        let (queue, limit) = ("lldp neighbours", NEIGHBOURS);
        if self.0.len() >= limit {
            return Err(Reason::Full { queue, limit });
        }
        let octets = octets.to_vec();
        self.0.push(Neighbour {
            octets,
            source,
            until,
        });
        Ok(())
    }

    /// When the next one grows old.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.0.iter().map(|known| known.until).min()
    }

    pub(super) fn forget(&mut self, now: Instant) {
        self.0.retain(|known| known.until > now);
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}
