//! What a search tells its subscribers.
//!
//! Units: nanoseconds for times (`_ns`, from the start of the back end's clock), octets of whole
//! packets for sizes.

use core::net::IpAddr;

use serde::Serialize;

use crate::net::Cause;

/// One thing that happened during a search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "record", rename_all = "kebab-case")]
pub enum Record {
    /// The search begins.
    Started {
        /// What the user asked for.
        host: String,
        /// Its address.
        address: IpAddr,
        /// Nanoseconds from 1970-01-01 UTC to time zero of this run.
        epoch_ns: u64,
    },
    /// A probe left, and then what became of it.
    Probe(Probed),
    /// The search is over.
    Finished(Finished),
}

/// Something about a probe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Probed {
    /// What the user asked for.
    pub host: String,
    /// Number of the probe, from 1.
    pub probe: usize,
    /// Octets of the whole packet.
    pub size: u16,
    /// The state that the search was in, as RFC 8899 names it.
    pub state: String,
    /// When.
    pub at_ns: u64,
    /// What.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// What became of a probe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    /// It left.
    Sent,
    /// It was answered.
    Arrived {
        /// By whom.
        from: IpAddr,
        /// From sending to answer.
        rtt_ns: u64,
        /// It had been taken for lost.
        late: bool,
    },
    /// A router says that it is too large for the next link.
    TooBig {
        /// Who says so.
        #[serde(skip_serializing_if = "Option::is_none")]
        from: Option<IpAddr>,
        /// What that link takes.
        mtu: u32,
    },
    /// It is too large for the first link.
    FirstLink {
        /// What that link takes; 0 when it does not say.
        mtu: u32,
    },
    /// Another error came back.
    Error {
        /// Who says so.
        #[serde(skip_serializing_if = "Option::is_none")]
        from: Option<IpAddr>,
        /// Why.
        #[serde(flatten)]
        cause: Cause,
    },
    /// It could not be sent.
    NotSent {
        /// Why, in words.
        reason: String,
    },
    /// Nothing came back in time.
    Lost,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finished {
    /// What the user asked for.
    pub host: String,
    /// Its address.
    pub address: IpAddr,
    /// The path MTU; absent when it was not found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mtu: Option<u16>,
    /// Who says that nothing larger gets through.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<Limit>,
    /// The router that told an MTU last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub router: Option<IpAddr>,
    /// Probes, with those that could not leave.
    pub probes: usize,
    /// Probes of which nothing was heard in time.
    pub lost: u64,
    /// From the beginning to the end.
    pub elapsed_ns: u64,
}

/// Who says that nothing larger gets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Limit {
    /// The first link takes no more.
    FirstLink,
    /// A router told it.
    Router,
    /// Nobody: larger packets vanish, which is what a black hole is.
    Silence,
}
