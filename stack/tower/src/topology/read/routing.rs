//! How a router finds its routes, from the keys of a file.

use layercake_network::link_state::Metric;
use layercake_network::rip::Horizon;

use super::Reader;
use crate::topology::error::TopologyError;
use crate::topology::file::{self, Kind, SplitHorizon};
use crate::topology::plan::Routing;

impl Reader<'_> {
    /// The protocol and what it is told. A key of one protocol is of no use beside another.
    pub(super) fn routing(
        self,
        own: &file::Node,
    ) -> Result<Option<Routing>, TopologyError> {
        let spans =
            |key: &Option<toml::Spanned<_>>| key.as_ref().map(toml::Spanned::span);
        let stray = |at: usize, key: &str, expected: &str| {
            let found = format!("something for {:?}", own.name.get_ref());
            self.places.error(at, key, found, expected)
        };
        let routing = own.routing.as_ref().map(|routing| *routing.get_ref());
        if let Some(at) = spans(&own.routing)
            && *own.kind.get_ref() != Kind::Router
        {
            let expected = "it at a node of kind \"router\" only";
            return Err(stray(at.start, "routing", expected));
        }
        if let Some(metric) = &own.metric
            && routing != Some(file::Routing::LinkState)
        {
            let expected = "it beside routing = \"link-state\" only";
            return Err(stray(metric.span().start, "metric", expected));
        }
        if let Some(rip) = &own.rip
            && routing != Some(file::Routing::Rip)
        {
            let expected = "it beside routing = \"rip\" only";
            return Err(stray(rip.span().start, "rip", expected));
        }
        Ok(routing.map(|routing| match routing {
            file::Routing::Rip => rip(own),
            file::Routing::LinkState => Routing::LinkState {
                metric: metric(own),
            },
        }))
    }
}

fn metric(own: &file::Node) -> Metric {
    let metric = own.metric.as_ref().map(|metric| *metric.get_ref());
    match metric {
        Some(file::Metric::Hops) => Metric::Hops,
        Some(file::Metric::Delay) => Metric::Delay,
        Some(file::Metric::AverageDelay) => Metric::AverageDelay,
        Some(file::Metric::Cost) | None => Metric::Cost,
    }
}

/// Left out, all that helps against counting to infinity is on.
fn rip(own: &file::Node) -> Routing {
    let rip = own.rip.as_ref().map(|rip| *rip.get_ref());
    let horizon = match rip.and_then(|rip| rip.split_horizon) {
        Some(SplitHorizon::Off) => Horizon::Open,
        Some(SplitHorizon::On) => Horizon::Split,
        Some(SplitHorizon::Poison) | None => Horizon::Poisoned,
    };
    let triggered = rip.and_then(|rip| rip.triggered).unwrap_or(true);
    Routing::Rip { horizon, triggered }
}
