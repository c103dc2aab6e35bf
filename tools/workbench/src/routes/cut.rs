//! Wires that are cut and joined on the way.

use std::str::FromStr;

use layercake_tower::{Network, NodeId};

/// The wire between two nodes, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cut {
    ends: [String; 2],
    pub(super) second: u32,
}

impl FromStr for Cut {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = "two nodes and a second expected: a.lab,b.lab@60";
        let (ends, second) = text.rsplit_once('@').ok_or(expected)?;
        let (a, b) = ends.split_once(',').ok_or(expected)?;
        let second = second.parse().map_err(|_| expected)?;
        let ends = [a.to_owned(), b.to_owned()];
        Ok(Cut { ends, second })
    }
}

impl Cut {
    /// The attachment of the wire at its first end.
    ///
    /// # Errors
    /// There is no such wire.
    pub(super) fn place(&self, network: &Network) -> Result<(NodeId, u16), String> {
        let [a, b] = &self.ends;
        let none = || format!("no wire leads from {a} to {b}");
        let (a, b) = (network.node(a).ok_or_else(none)?, network.node(b));
        let ports = 0..u16::try_from(network.attachments(a).len()).unwrap_or(0);
        let leads = |port: &u16| {
            let far = network.wire(a, *port).map(|(_, far, _)| far);
            far.is_some() && far == b
        };
        let port = ports.into_iter().find(leads).ok_or_else(none)?;
        Ok((a, port))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wire_is_found_by_its_ends() {
        let lab = Network::builtin(1).unwrap();
        let cut: Cut = "here.lab,switch.lab@60".parse().unwrap();
        assert_eq!((cut.second, cut.place(&lab)), (60, Ok((lab.local(), 0))));
        let cut: Cut = "here.lab,far.lab@60".parse().unwrap();
        let told = cut.place(&lab).unwrap_err();
        assert_eq!(told, "no wire leads from here.lab to far.lab");
        for bad in ["a", "a,b", "a@1", "a,b@x", "a,b@-1"] {
            assert!(bad.parse::<Cut>().is_err(), "{bad}");
        }
    }
}
