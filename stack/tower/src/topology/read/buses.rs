//! Buses and their stations, from the keys of a file.

use core::time::Duration;

use layercake_datalink::access;
use layercake_physical::code;

use super::Reader;
use crate::topology::error::TopologyError;
use crate::topology::file::{self, File, Link};
use crate::topology::plan::{Node, Wire};
use crate::topology::units;
use crate::wire::Medium;
use crate::{Access, Recipe};

/// Stations on one bus: IEEE 802.3 allows so many in a collision domain.
const MOST_STATIONS: usize = 1024;

/// Bits per second of the first Ethernet standard.
const USUAL_RATE: u64 = 10_000_000;

impl Reader<'_> {
    /// Adds the buses of a file to its wires.
    pub(super) fn buses(
        self,
        file: &File,
        nodes: &mut [Node],
        wires: &mut Vec<Wire>,
    ) -> Result<(), TopologyError> {
        for own in &file.bus {
            self.count_stations(own)?;
            let stations = own.between.get_ref().iter();
            let end = |text| self.end(text, wires.len(), nodes);
            let ends = stations.map(end).collect::<Result<Vec<_>, _>>()?;
            wires.push(self.bus(own, ends, wires.len())?);
        }
        Ok(())
    }

    fn count_stations(self, own: &file::Bus) -> Result<(), TopologyError> {
        let count = own.between.get_ref().len();
        if (2..=MOST_STATIONS).contains(&count) {
            return Ok(());
        }
        let (at, found) = (own.between.span().start, format!("{count} stations"));
        let expected = format!("2 to {MOST_STATIONS}");
        Err(self.places.error(at, "between", found, expected))
    }

    fn bus(
        self,
        own: &file::Bus,
        ends: Vec<(usize, usize)>,
        number: usize,
    ) -> Result<Wire, TopologyError> {
        let rate = self.optional("rate", own.rate.as_ref(), units::rate, units::RATE)?;
        let rate = rate.unwrap_or(USUAL_RATE);
        let delay =
            self.optional("delay", own.delay.as_ref(), units::time, units::TIME)?;
        let recipe = self.bus_recipe(own, rate)?;
        Ok(Wire {
            name: format!("bus {number}"),
            medium: Medium {
                rate,
                expansion: recipe.expansion(),
                delay: delay.unwrap_or(Duration::ZERO),
                ..Medium::default()
            },
            link: Link::Lan,
            recipe,
            ends,
            shared: true,
            mtu: self.mtu(own.mtu.as_ref())?,
            cost: self.number("cost", own.cost.as_ref(), 1..=65_535, 1)?,
        })
    }

    fn bus_recipe(self, own: &file::Bus, rate: u64) -> Result<Recipe, TopologyError> {
        let usual = Recipe::default();
        let name = self.one_of("access", own.access.as_ref(), &access::NAMES)?;
        let name = name.unwrap_or("csma-cd");
        let code = self.one_of("code", own.code.as_ref(), code::NAMES)?;
        Ok(Recipe {
            code: code.unwrap_or(usual.code),
            check: self.check(own.check.as_ref())?,
            access: Some(Access { name, rate }),
            ..usual
        })
    }
}
