//! What a trace tells its subscribers.
//!
//! Units: nanoseconds for times and durations, octets for lengths. Field names say `_ns`.

use core::net::IpAddr;

use serde::{Serialize, Serializer};

use super::{Method, Refusal};
use crate::net::Clock;

/// One thing that happened during a trace. Times count from the start of the back end's clock.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "record", rename_all = "kebab-case")]
pub enum Record {
    /// The trace begins.
    Started {
        /// What the user asked for.
        name: String,
        /// Its address.
        target: IpAddr,
        /// How the probes look.
        method: Method,
        /// Time to live of the first probe.
        first: u8,
        /// Largest time to live.
        max: u8,
        /// Probes for each hop.
        queries: u8,
        /// Octets of a probe packet, IP header included.
        length: usize,
        /// Nanoseconds from 1970-01-01 UTC to time zero of this trace.
        epoch_ns: u64,
    },
    /// A probe left.
    ProbeSent {
        /// Which probe.
        #[serde(flatten)]
        probe: Position,
        /// When.
        at_ns: u64,
    },
    /// A probe was answered.
    HopReply {
        /// Which probe.
        #[serde(flatten)]
        probe: Position,
        /// When the answer arrived.
        at_ns: u64,
        /// The probe that brought the answer, when it is another: a router that refuses a probe
        /// to a far hop refuses those to nearer ones behind it too.
        #[serde(skip_serializing_if = "Option::is_none")]
        brought_by: Option<Position>,
        /// Who answered.
        from: IpAddr,
        /// From sending to answer.
        rtt_ns: u64,
        /// Who stamped the sending.
        sent_by: Clock,
        /// Who stamped the arrival.
        received_by: Clock,
        /// Time to live that the answer arrived with.
        #[serde(skip_serializing_if = "Option::is_none")]
        ttl: Option<u8>,
        /// The target itself answered.
        reached: bool,
        /// Why the probe will not arrive, as traceroute's sign.
        #[serde(serialize_with = "sign", skip_serializing_if = "Option::is_none")]
        refusal: Option<Refusal>,
        /// The extension structure of the answer (RFC 4884), in hexadecimal.
        #[serde(serialize_with = "hex", skip_serializing_if = "Vec::is_empty")]
        extensions: Vec<u8>,
    },
    /// Nobody answered a probe in time.
    Timeout {
        /// Which probe.
        #[serde(flatten)]
        probe: Position,
        /// When the waiting ended.
        at_ns: u64,
        /// How long it took.
        waited_ns: u64,
    },
    /// An answer came after its time, or for the second time.
    Late {
        /// Which probe.
        #[serde(flatten)]
        probe: Position,
        /// When.
        at_ns: u64,
        /// Who answered.
        from: Option<IpAddr>,
        /// From sending to answer.
        rtt_ns: u64,
        /// The probe had been answered before.
        duplicate: bool,
    },
    /// A probe was too long for this host's own link, and must not be cut: the path ends here.
    TooLong {
        /// Which probe.
        #[serde(flatten)]
        probe: Position,
        /// When.
        at_ns: u64,
        /// How long it took to find out.
        took_ns: u64,
        /// The longest packet that the link takes.
        mtu: u32,
    },
    /// A probe could not be sent; the trace ends.
    Failed {
        /// Why, in words.
        error: String,
    },
    /// The trace ends.
    PathFinished {
        /// When.
        at_ns: u64,
        /// The target answered.
        reached: bool,
        /// Number of the last hop that the report shows.
        hops: u8,
        /// Probes sent.
        sent: usize,
        /// Probes answered in time.
        answered: usize,
        /// The user ended it before its time.
        interrupted: bool,
    },
}

/// Which probe: the third one to hop 7.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Position {
    /// The time to live it was sent with.
    pub hop: u8,
    /// Which probe of this hop, from 1.
    pub query: u8,
}

fn sign<S: Serializer>(refusal: &Option<Refusal>, s: S) -> Result<S::Ok, S::Error> {
    match refusal {
        Some(refusal) => s.collect_str(refusal),
        None => s.serialize_none(),
    }
}

fn hex<S: Serializer>(octets: &[u8], s: S) -> Result<S::Ok, S::Error> {
    let digits: String = octets.iter().map(|octet| format!("{octet:02x}")).collect();
    s.serialize_str(&digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_is_one_flat_object() {
        let reply = Record::HopReply {
            probe: Position { hop: 3, query: 1 },
            at_ns: 9,
            brought_by: None,
            from: [192, 0, 2, 1].into(),
            rtt_ns: 7,
            sent_by: Clock::Kernel,
            received_by: Clock::User,
            ttl: Some(62),
            reached: false,
            refusal: Some(Refusal::Prohibited),
            extensions: vec![0x20, 0],
        };
        assert_eq!(
            serde_json::to_string(&reply).unwrap(),
            r#"{"record":"hop-reply","hop":3,"query":1,"at_ns":9,"from":"192.0.2.1","rtt_ns":7,"#
                .to_owned()
                + r#""sent_by":"kernel","received_by":"user","ttl":62,"reached":false,"#
                + r#""refusal":"!X","extensions":"2000"}"#
        );
    }
}
