//! What a ping tells its subscribers.
//!
//! Units: nanoseconds for times (`_ns`, from the start of the back end's clock), microseconds
//! for statistics (`_us`), octets for lengths.

use core::net::IpAddr;

use serde::Serialize;

use super::Times;
use crate::net::{Cause, Clock};

/// One thing that happened during a ping.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "record", rename_all = "kebab-case")]
pub enum Record {
    /// The run begins for one target.
    Started {
        /// What the user asked for.
        host: String,
        /// Its address.
        address: IpAddr,
        /// Octets of data in each probe.
        size: usize,
        /// Nanoseconds from 1970-01-01 UTC to time zero of this run.
        epoch_ns: u64,
    },
    /// A probe left.
    ProbeSent(Place),
    /// The one before was still unanswered when the next was due (asked for by `-O`).
    NoAnswerYet(Place),
    /// A probe was answered.
    Reply(Reply),
    /// A node on the way, or this host, says that a probe did not arrive.
    Error {
        /// Which probe.
        #[serde(flatten)]
        place: Place,
        /// Who says so.
        #[serde(skip_serializing_if = "Option::is_none")]
        from: Option<IpAddr>,
        /// Why.
        #[serde(flatten)]
        cause: Cause,
    },
    /// A probe could not be sent.
    NotSent {
        /// Which probe.
        #[serde(flatten)]
        place: Place,
        /// The MTU of the first link, when the probe was too long for it.
        #[serde(skip_serializing_if = "Option::is_none")]
        mtu: Option<u32>,
        /// Why, in words.
        reason: String,
    },
    /// Nothing came back within the timeout, or before the end of the run.
    Timeout(Place),
    /// How it goes (asked for by SIGQUIT).
    Status(Summary),
    /// How it went.
    Summary(Summary),
}

/// Which probe, and when the record was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// What the user asked for.
    pub host: String,
    /// Number of the probe, from 1; never repeats.
    pub probe: u64,
    /// Sequence number on the wire.
    pub sequence: u16,
    /// When.
    pub at_ns: u64,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reply {
    /// Which probe, and when the answer arrived.
    #[serde(flatten)]
    pub place: Place,
    /// Who answered.
    pub from: IpAddr,
    /// Octets of the ICMP message.
    pub octets: usize,
    /// Time to live that it arrived with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl: Option<u8>,
    /// From sending to answer.
    pub rtt_ns: u64,
    /// Who stamped the sending.
    pub sent_by: Clock,
    /// Who stamped the arrival.
    pub received_by: Clock,
    /// The seal in the data is ours; absent where the data is too short for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sealed: Option<bool>,
    /// It was answered before.
    pub duplicate: bool,
    /// It came after the timeout.
    pub late: bool,
    /// The checksum does not hold.
    pub corrupted: bool,
    /// Less came back than was sent.
    pub truncated: bool,
    /// Somebody else answered than was asked.
    pub different_address: bool,
    /// The first octet of the data that is not as it was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wrong: Option<Wrong>,
}

/// Data that is not as it was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Wrong {
    /// The first octet that differs, counted from 0.
    pub octet: usize,
    /// What it should be.
    pub expected: u8,
    /// What it is.
    pub found: u8,
    /// All data that came back, at most as much as was sent.
    pub data: Vec<u8>,
}

/// The figures of one target.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// What the user asked for.
    pub host: String,
    /// Its address.
    pub address: IpAddr,
    /// Probes sent.
    pub transmitted: u64,
    /// Probes answered.
    pub received: u64,
    /// Answers beyond the first.
    pub duplicates: u64,
    /// Answers with a wrong checksum.
    pub corrupted: u64,
    /// Errors told by others, or by the first link.
    pub errors: u64,
    /// Probes sent but not answered, in percent.
    pub loss_percent: f64,
    /// From the first sending to the last.
    pub elapsed_ns: u64,
    /// Round-trip times; absent when none was measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times: Option<Times>,
    /// Most probes under way at once.
    pub pipe: u64,
    /// Mean time between two probes of a fast run, in microseconds; absent otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gap_us: Option<u64>,
}

impl Summary {
    /// Whether anything came back, and everything that was asked for under a deadline.
    pub fn is_success(&self, count: Option<u64>, deadline: bool) -> bool {
        let enough = if deadline { count.unwrap_or(0) } else { 0 };
        self.received > 0 && self.received >= enough
    }
}
