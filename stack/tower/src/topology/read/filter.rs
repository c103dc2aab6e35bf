//! A node's packet filter, from the keys of a file.

use core::net::IpAddr;

use layercake_network::filter::Rule;

use super::Reader;
use crate::topology::error::TopologyError;
use crate::topology::file::{self, Kind, Text};
use crate::topology::plan::Node;

impl Reader<'_> {
    /// When the node's attachments are known: a rule names them by number or address.
    pub(super) fn filter(
        self,
        own: &file::Node,
        node: &Node,
    ) -> Result<Vec<Rule>, TopologyError> {
        let Some(texts) = &own.filter else {
            return Ok(Vec::new());
        };
        if !matches!(node.kind, Kind::Host | Kind::Router) {
            let found = format!("something for {:?}", node.name);
            let expected = "it at a host or router only";
            let at = texts.span().start;
            return Err(self.places.error(at, "filter", found, expected));
        }
        let rule = |text: &Text| {
            let rule = Rule::parse(text.get_ref(), |word| attachment(word, node));
            rule.map_err(|bad| {
                let expected = format!("{} where {} is", bad.expected, bad.found);
                self.bad("filter", text, expected)
            })
        };
        texts.get_ref().iter().map(rule).collect()
    }
}

/// The attachment with this number, or where the node has this address.
fn attachment(word: &str, node: &Node) -> Option<u16> {
    let number = match word.parse::<IpAddr>() {
        Ok(address) => node.ports.iter().position(|port| {
            let mut own = port.addresses.iter();
            own.any(|own| own.address == address)
        })?,
        Err(_) => word.parse().ok()?,
    };
    let known = number < node.ports.len();
    u16::try_from(number).ok().filter(|_| known)
}
