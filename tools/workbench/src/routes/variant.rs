//! The same topology with other settings of its routing protocol.

use std::fmt;
use std::str::FromStr;

use toml::{Table, Value};

/// What is different in one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Variant {
    AsWritten,
    Metric(Metric),
    Cures(Cures),
}

/// A metric of link state, by the name that topologies have for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Metric(&'static str);

impl Metric {
    const ALL: [&'static str; 4] = ["hops", "cost", "delay", "average-delay"];

    /// Its costs are measured, and so change.
    pub(super) fn is_measured(self) -> bool {
        matches!(self.0, "delay" | "average-delay")
    }
}

impl FromStr for Metric {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Metric::ALL.into_iter().find(|own| *own == text);
        let expected = || format!("expected one of {}", Metric::ALL.join(", "));
        found.map(Metric).ok_or_else(expected)
    }
}

/// What helps RIP against counting to infinity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cures {
    None,
    Split,
    Poison,
    All,
}

impl Cures {
    const ALL: [(&'static str, Cures); 4] = [
        ("none", Cures::None),
        ("split", Cures::Split),
        ("poison", Cures::Poison),
        ("all", Cures::All),
    ];

    fn name(self) -> &'static str {
        let found = Cures::ALL.into_iter().find(|(_, own)| *own == self);
        found.map_or("", |(name, _)| name)
    }

    /// As the key `rip` of a topology.
    fn table(self) -> Table {
        let split_horizon = match self {
            Cures::None => "off",
            Cures::Split => "on",
            Cures::Poison | Cures::All => "poison",
        };
        let triggered = self == Cures::All;
        Table::from_iter([
            ("split_horizon".to_owned(), Value::from(split_horizon)),
            ("triggered".to_owned(), Value::from(triggered)),
        ])
    }
}

impl FromStr for Cures {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Cures::ALL.into_iter().find(|(name, _)| *name == text);
        let names = Cures::ALL.map(|(name, _)| name).join(", ");
        found
            .map(|(_, own)| own)
            .ok_or(format!("expected one of {names}"))
    }
}

impl Variant {
    /// The topology with these settings.
    ///
    /// # Errors
    /// No router of the topology speaks that protocol.
    pub(super) fn apply(self, text: &str) -> Result<String, String> {
        let (protocol, key, value) = match self {
            Variant::AsWritten => return Ok(text.to_owned()),
            Variant::Metric(own) => ("link-state", "metric", Value::from(own.0)),
            Variant::Cures(own) => ("rip", "rip", Value::Table(own.table())),
        };
        let mut file: Table = text.parse().map_err(|error| format!("{error}"))?;
        let mut changed = false;
        let nodes = file.get_mut("node").and_then(Value::as_array_mut);
        let nodes = nodes.into_iter().flatten().filter_map(Value::as_table_mut);
        for node in nodes {
            if node.get("routing").and_then(Value::as_str) == Some(protocol) {
                node.insert(key.to_owned(), value.clone());
                changed = true;
            }
        }
        match changed {
            true => Ok(file.to_string()),
            false => Err(format!(
                "no router has routing = \"{protocol}\" in the topology"
            )),
        }
    }

    pub(super) fn is_measured(self) -> bool {
        matches!(self, Variant::Metric(metric) if metric.is_measured())
    }
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Variant::AsWritten => "as written",
            Variant::Metric(own) => own.0,
            Variant::Cures(own) => own.name(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use layercake_tower::Network;

    /// The topologies that this crate ships.
    #[test]
    fn every_variant_of_the_examples_is_a_topology() {
        let ways = include_str!("../../examples/two-ways.toml");
        let row = include_str!("../../examples/three-in-a-row.toml");
        for name in Metric::ALL {
            let variant = Variant::Metric(name.parse().unwrap());
            let text = variant.apply(ways).unwrap();
            assert_eq!(text.matches(&format!("metric = \"{name}\"")).count(), 3);
            assert!(Network::from_toml(&text, 1).is_ok());
            assert!(variant.apply(row).is_err());
        }
        for (name, cures) in Cures::ALL {
            assert_eq!(name.parse(), Ok(cures));
            let text = Variant::Cures(cures).apply(row).unwrap();
            assert!(Network::from_toml(&text, 1).is_ok(), "{text}");
        }
        assert_eq!(Variant::AsWritten.apply(ways).unwrap(), ways);
    }
}
