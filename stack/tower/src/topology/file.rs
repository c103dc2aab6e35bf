//! The keys of a topology file, as they stand there.

use serde::Deserialize;
use toml::Spanned;

/// A value that is written as a text, with its place in the file.
pub(super) type Text = Spanned<String>;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) local: Option<Text>,
    #[serde(default)]
    pub(super) node: Vec<Spanned<Node>>,
    #[serde(default)]
    pub(super) wire: Vec<Spanned<Wire>>,
    #[serde(default)]
    pub(super) bus: Vec<Bus>,
    #[serde(default)]
    pub(super) name: Vec<Name>,
}

/// `[[node]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Node {
    pub(super) name: Text,
    pub(super) kind: Spanned<Kind>,
    #[serde(default)]
    pub(super) routes: Option<Routes>,
    #[serde(default)]
    pub(super) silent: bool,
    pub(super) icmp_rate: Option<Text>,
    pub(super) advertise: Option<Spanned<bool>>,
    #[serde(default)]
    pub(super) interface_information: bool,
    pub(super) mpls: Option<Spanned<Vec<u32>>>,
    #[serde(default)]
    pub(super) balance: Balance,
    pub(super) time_to_live: Option<Spanned<u32>>,
    pub(super) routing: Option<Spanned<Routing>>,
    pub(super) metric: Option<Spanned<Metric>>,
    pub(super) rip: Option<Spanned<Rip>>,
    pub(super) spanning_tree: Option<Spanned<SpanningTree>>,
    pub(super) priority: Option<Spanned<u32>>,
    pub(super) hello_time: Option<Spanned<u32>>,
    pub(super) max_age: Option<Spanned<u32>>,
    pub(super) forward_delay: Option<Spanned<u32>>,
    pub(super) flood_limit: Option<Text>,
    pub(super) nat: Option<Spanned<Nat>>,
    pub(super) filter: Option<Spanned<Vec<Text>>>,
}

/// `nat = { outside = ["203.0.113.1"], forward = ["tcp 8080 to 10.0.0.2:80"] }`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = r#"{ outside = ["203.0.113.1"] }"#)]
pub(super) struct Nat {
    pub(super) outside: Spanned<Vec<Text>>,
    #[serde(default)]
    pub(super) forward: Vec<Text>,
    pub(super) mappings: Option<Spanned<u32>>,
}

/// Which protocol a bridge speaks with others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum SpanningTree {
    Stp,
    Rstp,
}

/// How a router finds its routes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Routing {
    Rip,
    LinkState,
}

/// What makes a way short for a router that speaks link state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Metric {
    Hops,
    Cost,
    Delay,
    AverageDelay,
}

/// `rip = { split_horizon = "poison", triggered = true }`
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = r#"{ split_horizon = "poison", triggered = true }"#
)]
pub(super) struct Rip {
    pub(super) split_horizon: Option<SplitHorizon>,
    pub(super) triggered: Option<bool>,
}

/// What a neighbour hears about routes that go over itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum SplitHorizon {
    Off,
    On,
    Poison,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    Host,
    Router,
    Bridge,
    Outside,
}

/// How a node chooses among routes of equal cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Balance {
    #[default]
    Flow,
    Packet,
}

/// Routes that are written down: "PREFIX/LENGTH via ADDRESS". Without this key they are
/// computed.
pub(super) type Routes = Vec<Text>;

/// `[[wire]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wire {
    pub(super) between: [Text; 2],
    pub(super) link: Spanned<Link>,
    pub(super) code: Option<Text>,
    pub(super) correct: Option<Text>,
    pub(super) framing: Option<Text>,
    pub(super) check: Option<Text>,
    pub(super) arq: Option<Arq>,
    pub(super) rate: Option<Text>,
    pub(super) delay: Option<Text>,
    pub(super) jitter: Option<Text>,
    pub(super) loss: Option<Text>,
    pub(super) bursts: Option<Bursts>,
    pub(super) duplication: Option<Text>,
    pub(super) reordering: Option<Reordering>,
    pub(super) bit_errors: Option<Text>,
    pub(super) queue: Option<Spanned<u32>>,
    pub(super) mtu: Option<Spanned<u32>>,
    pub(super) cost: Option<Spanned<u32>>,
}

/// `arq = { scheme = "selective-repeat", window = 8, sequence_bits = 4, timeout = "50 ms" }`
#[derive(Debug, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = r#"{ scheme = "selective-repeat", window = 8 }"#
)]
pub(super) struct Arq {
    pub(super) scheme: Text,
    pub(super) window: Option<Spanned<u32>>,
    pub(super) sequence_bits: Option<Spanned<u32>>,
    pub(super) timeout: Option<Text>,
}

/// `[[bus]]`: a LAN that many stations share.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Bus {
    pub(super) between: Spanned<Vec<Text>>,
    pub(super) access: Option<Text>,
    pub(super) code: Option<Text>,
    pub(super) check: Option<Text>,
    pub(super) rate: Option<Text>,
    pub(super) delay: Option<Text>,
    pub(super) mtu: Option<Spanned<u32>>,
    pub(super) cost: Option<Spanned<u32>>,
}

/// How stations on a wire frame what they say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Link {
    Lan,
    Serial,
}

/// `bursts = { enter = "1%", leave = "20%", loss = "80%" }`
#[derive(Debug, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = r#"{ enter = "1%", leave = "20%", loss = "80%" }"#
)]
pub(super) struct Bursts {
    pub(super) enter: Text,
    pub(super) leave: Text,
    pub(super) loss: Text,
}

/// `reordering = { chance = "1%", by = "5 ms" }`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = r#"{ chance = "1%", by = "5 ms" }"#)]
pub(super) struct Reordering {
    pub(super) chance: Text,
    pub(super) by: Text,
}

/// `[[name]]`: a name that no node has, for an address.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Name {
    pub(super) name: Text,
    pub(super) address: Text,
}
