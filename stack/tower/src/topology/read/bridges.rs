//! What only a bridge has.

use layercake_datalink::stp::Version;

use super::Reader;
use crate::topology::error::TopologyError;
use crate::topology::file::{Kind, Node, SpanningTree};
use crate::topology::units;

impl Reader<'_> {
    /// The protocol and the priority; IEEE 802.1D-2004 table 17-2.
    pub(super) fn spanning_tree(
        self,
        own: &Node,
    ) -> Result<Option<(Version, u16)>, TopologyError> {
        let Some(key) = &own.spanning_tree else {
            let Some(priority) = &own.priority else {
                return Ok(None);
            };
            let (at, found) = (priority.span().start, priority.get_ref());
            let expected = "spanning_tree beside it";
            return Err(self.places.error(at, "priority", found, expected));
        };
        let version = match key.get_ref() {
            SpanningTree::Stp => Version::Stp,
            SpanningTree::Rstp => Version::Rstp,
        };
        self.only_at_a_bridge(own, "spanning_tree", key.span().start)?;
        let (number, range) = (own.priority.as_ref(), 0..=61_440);
        let priority = self.number("priority", number, range, 32_768)?;
        match (u16::try_from(priority), number) {
            (Ok(priority), _) if priority.is_multiple_of(4096) => {
                Ok(Some((version, priority)))
            }
            (_, number) => {
                let at = number.map_or(0, |number| number.span().start);
                let expected = "a multiple of 4096";
                Err(self.places.error(at, "priority", priority, expected))
            }
        }
    }

    /// Frames per second, and at once.
    pub(super) fn flood_limit(
        self,
        own: &Node,
    ) -> Result<Option<(u32, u32)>, TopologyError> {
        let (key, text) = ("flood_limit", own.flood_limit.as_ref());
        if let Some(text) = text {
            self.only_at_a_bridge(own, key, text.span().start)?;
        }
        self.optional(key, text, units::frequency, units::FREQUENCY)
    }

    fn only_at_a_bridge(
        self,
        own: &Node,
        key: &str,
        at: usize,
    ) -> Result<(), TopologyError> {
        if *own.kind.get_ref() == Kind::Bridge {
            return Ok(());
        }
        let found = format!("something for {:?}", own.name.get_ref());
        let expected = "it at a node of kind \"bridge\" only";
        Err(self.places.error(at, key, found, expected))
    }
}
