//! What only a bridge has.

use layercake_datalink::stp::{Times, Version};

use super::Reader;
use crate::topology::error::TopologyError;
use crate::topology::file::{self, Kind, Node};
use crate::topology::plan::SpanningTree;
use crate::topology::units;

impl Reader<'_> {
    /// The protocol with its priority and times.
    pub(super) fn spanning_tree(
        self,
        own: &Node,
    ) -> Result<Option<SpanningTree>, TopologyError> {
        let Some(key) = &own.spanning_tree else {
            return self.without_spanning_tree(own).map(|()| None);
        };
        self.only_at_a_bridge(own, "spanning_tree", key.span().start)?;
        Ok(Some(SpanningTree {
            version: match key.get_ref() {
                file::SpanningTree::Stp => Version::Stp,
                file::SpanningTree::Rstp => Version::Rstp,
            },
            priority: self.priority(own)?,
            times: self.times(own, key.span().start)?,
        }))
    }

    /// Keys that say nothing without a spanning tree.
    fn without_spanning_tree(self, own: &Node) -> Result<(), TopologyError> {
        for (key, number) in [
            ("priority", &own.priority),
            ("hello_time", &own.hello_time),
            ("max_age", &own.max_age),
            ("forward_delay", &own.forward_delay),
        ] {
            if let Some(number) = number {
                let (at, found) = (number.span().start, number.get_ref());
                let expected = "spanning_tree beside it";
                return Err(self.places.error(at, key, found, expected));
            }
        }
        Ok(())
    }

    /// IEEE 802.1D-2004 table 17-2.
    fn priority(self, own: &Node) -> Result<u16, TopologyError> {
        let number = own.priority.as_ref();
        let priority = self.number("priority", number, 0..=61_440, 32_768)?;
        match u16::try_from(priority) {
            Ok(priority) if priority.is_multiple_of(4096) => Ok(priority),
            _ => {
                let at = number.map_or(0, |number| number.span().start);
                let expected = "a multiple of 4096";
                Err(self.places.error(at, "priority", priority, expected))
            }
        }
    }

    /// Whole seconds, in the ranges of IEEE 802.1D-1998 table 8-3.
    fn times(self, own: &Node, at: usize) -> Result<Times, TopologyError> {
        let hello = self.number("hello_time", own.hello_time.as_ref(), 1..=10, 2)?;
        let max_age = self.number("max_age", own.max_age.as_ref(), 6..=40, 20)?;
        let delay = own.forward_delay.as_ref();
        let delay = self.number("forward_delay", delay, 4..=30, 15)?;
        let short = |number: u32| u8::try_from(number).unwrap_or(u8::MAX);
        let times = Times::seconds(short(hello), short(max_age), short(delay));
        times.map_err(|_| {
            let at = own.max_age.as_ref().map_or(at, |own| own.span().start);
            let (least, most) = (2 * (hello + 1), 2 * (delay - 1));
            let expected = format!(
                "{least} to {most}, from twice (hello_time + 1) to twice (forward_delay - 1)"
            );
            self.places.error(at, "max_age", max_age, expected)
        })
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
