//! BPDU: what bridges tell each other about the tree.
//!
//! A Rapid Spanning Tree BPDU; a Configuration BPDU is the same without the last octet, with
//! version and type 0, and with only the first and the last bit of the flags:
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +-------------------------------+---------------+---------------+
//! |      Protocol Identifier      |    Version    |   BPDU Type   |
//! +-+-+-+-+---+-+-+---------------+---------------+---------------+
//! |K|A|F|L|Rol|P|T|                                               |
//! +-+-+-+-+---+-+-+                                               +
//! |                        Root Identifier                        |
//! +               +-----------------------------------------------+
//! |               |                Root Path Cost                 |
//! +---------------+-----------------------------------------------+
//! |               |                                               |
//! +---------------+                                               +
//! |                       Bridge Identifier                       |
//! +               +-------------------------------+---------------+
//! |               |        Port Identifier        |  Message Age  |
//! +---------------+-------------------------------+---------------+
//! |               |            Max Age            |  Hello Time   |
//! +---------------+-------------------------------+---------------+
//! |               |         Forward Delay         |   V1 Length   |
//! +---------------+-------------------------------+---------------+
//! ```
//! K Topology Change Acknowledgment, A Agreement, F Forwarding, L Learning, P Proposal,
//! T Topology Change. A Topology Change Notification is the first four octets, its type is 128.
//!
//! Spec: IEEE 802.1D-2004 §9.3 (formats), §9.3.4 (validation), §9.2.8 (encoding of times).
//! Units: octets, big-endian; times in 1/256 s.
//! Checks: length, protocol identifier, type, the version of a rapid BPDU, Message Age below
//! Max Age in a Configuration BPDU. Bits and octets that a format does not use are ignored.
//! Not here: the frame around it ([`frame`](super::frame)); multiple spanning trees, whose
//! BPDUs are read as the rapid ones that they begin with, as §9.3.4 demands.

mod layout;

use core::time::Duration;

use layercake_base::Reason;

use super::{BridgeId, PortId, Vector};

pub use layout::{CONFIGURATION, RAPID, TOPOLOGY_CHANGE};

/// Octets of a Configuration BPDU.
pub const CONFIGURATION_OCTETS: usize = 35;
/// Octets of a Topology Change Notification.
pub const TOPOLOGY_CHANGE_OCTETS: usize = 4;
/// Octets of a Rapid Spanning Tree BPDU, the longest of the three.
pub const RAPID_OCTETS: usize = 36;

const CONFIGURATION_TYPE: u8 = 0x00;
const RAPID_TYPE: u8 = 0x02;
const TOPOLOGY_CHANGE_TYPE: u8 = 0x80;

/// A time as it is on the wire, in 1/256 s. IEEE 802.1D-2004 §9.2.8.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticks(pub u16);

impl Ticks {
    /// The time that it stands for.
    pub fn duration(self) -> Duration {
        Duration::from_nanos(u64::from(self.0) * 1_000_000_000 / 256)
    }
}

/// Rounded up, so that an age is never told too young; at most 255.99 s.
impl From<Duration> for Ticks {
    fn from(time: Duration) -> Self {
        let ticks = (time.as_nanos() * 256).div_ceil(1_000_000_000);
        Ticks(u16::try_from(ticks).unwrap_or(u16::MAX))
    }
}

/// A BPDU.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bpdu {
    /// STP: who the root is and how far.
    Configuration(Configuration),
    /// STP: towards the root, that the topology has changed.
    TopologyChange,
    /// RSTP: as the first, and what neighbours agree on.
    Rapid(Rapid),
}

/// What a Configuration BPDU says, and a rapid one too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Configuration {
    /// Root Identifier, Root Path Cost, Bridge Identifier and Port Identifier.
    pub vector: Vector,
    /// Message Age: since the root said so.
    pub message_age: Ticks,
    /// Max Age: when it is too old.
    pub max_age: Ticks,
    /// Hello Time: between two BPDUs of the root.
    pub hello_time: Ticks,
    /// Forward Delay: in each state on the way to forwarding.
    pub forward_delay: Ticks,
    /// Topology Change.
    pub topology_change: bool,
    /// Topology Change Acknowledgment.
    pub acknowledgment: bool,
}

/// What a Rapid Spanning Tree BPDU says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rapid {
    /// What a Configuration BPDU says too.
    pub configuration: Configuration,
    /// The role of the port that sent it.
    pub role: PortRole,
    /// May I forward at once?
    pub proposal: bool,
    /// You may.
    pub agreement: bool,
    /// The sender's port learns.
    pub learning: bool,
    /// The sender's port forwards.
    pub forwarding: bool,
}

/// Port Role, two bits. IEEE 802.1D-2004 §9.2.9.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PortRole {
    /// What no bridge sends; it is read as designated.
    #[default]
    Unknown,
    /// Alternate or backup.
    AlternateOrBackup,
    /// Root.
    Root,
    /// Designated.
    Designated,
}

impl Bpdu {
    /// Reads the BPDU at the start of `octets`; what follows it is padding, or of a later
    /// version.
    ///
    /// # Errors
    /// [`Reason`] by the checks above.
    pub fn decode(octets: &[u8]) -> Result<Self, Reason> {
        let [p0, p1, version, kind] = *chunk(octets, "BPDU")?;
        let protocol = u16::from_be_bytes([p0, p1]);
        let rule = "must be 0";
        Reason::require(protocol == 0, "Protocol Identifier", protocol, rule)?;
        match kind {
            TOPOLOGY_CHANGE_TYPE => Ok(Bpdu::TopologyChange),
            CONFIGURATION_TYPE => {
                let own = Configuration::decode(chunk(octets, "Configuration BPDU")?);
                let (age, rule) = (own.message_age, "must be below Max Age");
                Reason::require(age < own.max_age, "Message Age", age.0, rule)?;
                Ok(Bpdu::Configuration(own))
            }
            RAPID_TYPE => {
                let (field, rule) = ("Protocol Version Identifier", "must be at least 2");
                Reason::require(version >= 2, field, version, rule)?;
                Ok(Bpdu::Rapid(Rapid::decode(chunk(octets, "Rapid BPDU")?)))
            }
            other => Err(Reason::Unhandled {
                field: "BPDU Type",
                value: other.into(),
            }),
        }
    }

    /// The BPDU as it goes on the wire: its octets, and how many of them.
    pub fn encode(&self) -> ([u8; RAPID_OCTETS], usize) {
        let mut octets = [0; RAPID_OCTETS];
        let (version, kind, len) = match self {
            Bpdu::Configuration(own) => {
                own.encode(&mut octets, own.flags());
                (0, CONFIGURATION_TYPE, CONFIGURATION_OCTETS)
            }
            Bpdu::TopologyChange => (0, TOPOLOGY_CHANGE_TYPE, TOPOLOGY_CHANGE_OCTETS),
            Bpdu::Rapid(own) => {
                own.configuration.encode(&mut octets, own.flags());
                (2, RAPID_TYPE, RAPID_OCTETS)
            }
        };
        let [_, _, at_version, at_kind, ..] = &mut octets;
        (*at_version, *at_kind) = (version, kind);
        (octets, len)
    }
}

/// The first `N` octets.
fn chunk<'a, const N: usize>(
    octets: &'a [u8],
    field: &'static str,
) -> Result<&'a [u8; N], Reason> {
    let (need, have) = (N, octets.len());
    let short = Reason::TooShort { field, need, have };
    octets.first_chunk().ok_or(short)
}

impl Configuration {
    fn decode(octets: &[u8; CONFIGURATION_OCTETS]) -> Self {
        let [_, _, _, _, flags, r0, r1, r2, r3, r4, r5, r6, r7, rest @ ..] = *octets;
        let [c0, c1, c2, c3, b0, b1, b2, b3, b4, b5, b6, b7, rest @ ..] = rest;
        let [p0, p1, a0, a1, m0, m1, h0, h1, f0, f1] = rest;
        let ticks = |high, low| Ticks(u16::from_be_bytes([high, low]));
        Configuration {
            vector: Vector {
                root: BridgeId::from([r0, r1, r2, r3, r4, r5, r6, r7]),
                cost: u32::from_be_bytes([c0, c1, c2, c3]),
                bridge: BridgeId::from([b0, b1, b2, b3, b4, b5, b6, b7]),
                port: PortId(u16::from_be_bytes([p0, p1])),
            },
            message_age: ticks(a0, a1),
            max_age: ticks(m0, m1),
            hello_time: ticks(h0, h1),
            forward_delay: ticks(f0, f1),
            topology_change: flags & TOPOLOGY_CHANGE_BIT != 0,
            acknowledgment: flags & ACKNOWLEDGMENT_BIT != 0,
        }
    }

    /// Writes all but version and type.
    fn encode(&self, octets: &mut [u8; RAPID_OCTETS], flags: u8) {
        let Vector {
            root,
            cost,
            bridge,
            port,
        } = self.vector;
        let fields: [&[u8]; 9] = [
            &[flags],
            &root.octets(),
            &cost.to_be_bytes(),
            &bridge.octets(),
            &port.0.to_be_bytes(),
            &self.message_age.0.to_be_bytes(),
            &self.max_age.0.to_be_bytes(),
            &self.hello_time.0.to_be_bytes(),
            &self.forward_delay.0.to_be_bytes(),
        ];
        let all = fields.into_iter().flatten();
        for (octet, value) in octets.iter_mut().skip(TOPOLOGY_CHANGE_OCTETS).zip(all) {
            *octet = *value;
        }
    }

    fn flags(&self) -> u8 {
        bit(self.topology_change, TOPOLOGY_CHANGE_BIT)
            | bit(self.acknowledgment, ACKNOWLEDGMENT_BIT)
    }
}

const TOPOLOGY_CHANGE_BIT: u8 = 0b0000_0001;
const PROPOSAL_BIT: u8 = 0b0000_0010;
const LEARNING_BIT: u8 = 0b0001_0000;
const FORWARDING_BIT: u8 = 0b0010_0000;
const AGREEMENT_BIT: u8 = 0b0100_0000;
const ACKNOWLEDGMENT_BIT: u8 = 0b1000_0000;

fn bit(set: bool, mask: u8) -> u8 {
    if set { mask } else { 0 }
}

impl Rapid {
    fn decode(octets: &[u8; RAPID_OCTETS]) -> Self {
        let [configuration @ .., _version_1_length] = octets;
        let [_, _, _, _, flags, ..] = *octets;
        Rapid {
            configuration: Configuration::decode(configuration),
            role: match flags >> 2 & 0b11 {
                0 => PortRole::Unknown,
                1 => PortRole::AlternateOrBackup,
                2 => PortRole::Root,
                _ => PortRole::Designated,
            },
            proposal: flags & PROPOSAL_BIT != 0,
            agreement: flags & AGREEMENT_BIT != 0,
            learning: flags & LEARNING_BIT != 0,
            forwarding: flags & FORWARDING_BIT != 0,
        }
    }

    fn flags(&self) -> u8 {
        let role = match self.role {
            PortRole::Unknown => 0,
            PortRole::AlternateOrBackup => 1,
            PortRole::Root => 2,
            PortRole::Designated => 3,
        };
        self.configuration.flags()
            | role << 2
            | bit(self.proposal, PROPOSAL_BIT)
            | bit(self.agreement, AGREEMENT_BIT)
            | bit(self.learning, LEARNING_BIT)
            | bit(self.forwarding, FORWARDING_BIT)
    }
}

#[cfg(test)]
mod tests;
