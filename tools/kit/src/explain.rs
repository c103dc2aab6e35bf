//! Explains packets, each kind once: the second probe has nothing to say that the first did not.

use std::collections::HashSet;

use layercake_dissect::{LinkType, Style, dissect, explained, summary};

use crate::common::Common;
use crate::look::Look;
use crate::seen::Seen;
use crate::watch::Explain;

/// Remembers which kinds of packets were explained.
#[derive(Debug)]
pub struct Explainer {
    style: Style,
    known: HashSet<Kind>,
}

/// Direction, link type, and for each layer its protocol and how deep it is quoted.
type Kind = (bool, LinkType, Vec<(&'static str, u8)>);

impl Explainer {
    /// Explains with or without colours.
    pub fn new(color: bool) -> Self {
        let style = if color { Style::COLOR } else { Style::PLAIN };
        Explainer {
            style,
            known: HashSet::new(),
        }
    }

    /// One as the flags want it; `None` when they want none.
    pub fn wanted(common: &Common) -> Option<Box<dyn Explain>> {
        let explainer =
            || Box::new(Explainer::new(Look::of(common).color)) as Box<dyn Explain>;
        common.explain.then(explainer)
    }
}

impl Explain for Explainer {
    /// A line and the explanation of a packet whose kind is new, else `None`.
    fn on(&mut self, seen: &Seen) -> Option<String> {
        let dissection = dissect(seen.link_type, &seen.octets);
        let layers = dissection.layers.iter();
        let protocols = layers.map(|layer| (layer.layout.protocol, layer.quoted));
        let kind = (seen.outbound, seen.link_type, protocols.collect());
        if !self.known.insert(kind) {
            return None;
        }
        let way = if seen.outbound { "sent" } else { "received" };
        let remark = seen
            .remark
            .map_or(String::new(), |remark| format!(" ({remark})"));
        let line = summary(&dissection);
        Some(format!(
            "{way}: {line}{remark}\n{}\n",
            explained(&dissection, self.style)
        ))
    }
}
