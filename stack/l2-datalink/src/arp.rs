//! ARP: which link address does the station with this network address have?
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +-------------------------------+-------------------------------+
//! |            ar$hrd             |            ar$pro             |
//! +---------------+---------------+-------------------------------+
//! |    ar$hln     |    ar$pln     |             ar$op             |
//! +---------------+---------------+-------------------------------+
//! |                            ar$sha                             |
//! +                               +-------------------------------+
//! |                               |            ar$spa             |
//! +-------------------------------+-------------------------------+
//! |                               |                               |
//! +-------------------------------+                               +
//! |                            ar$tha                             |
//! +---------------------------------------------------------------+
//! |                            ar$tpa                             |
//! +---------------------------------------------------------------+
//! ```
//! Spec: RFC 826, "Packet format", with Ethernet and IPv4 addresses; RFC 1122 §2.3.2 for what
//! becomes of entries; RFC 5227 for probes, announcements and address conflicts.
//! Units: octets, big-endian.
//! Checks: length; hardware space 1, protocol space 0800, address lengths 6 and 4, opcode 1 or 2.
//! Not here: other kinds of addresses, reverse ARP (RFC 903), doubt: a neighbour that is known
//! is believed when it says that its link address is another now, as RFC 826 has it.
//!
//! The field names are those of RFC 826, which are shorter than what people say: `sha` is the
//! hardware address of the sender, `tpa` the protocol address of the target.

mod claim;
mod layer;
mod neighbour;
mod say;
mod table;

use core::net::Ipv4Addr;

use layercake_base::layout::Kind;
use layercake_base::{Layout, Mac, Reason};

use crate::ether_type;

pub use claim::Defence;
pub use layer::Arp;

/// Octets of a packet for Ethernet and IPv4.
pub const OCTETS: usize = 28;

/// A packet for Ethernet and IPv4, bit by bit.
pub static LAYOUT: Layout = Layout {
    protocol: "ARP",
    spec: "RFC 826, Packet format",
    fields: &[
        Layout::field(
            0,
            16,
            "ar$hrd",
            Kind::Enum(&[(1, "Ethernet")]),
            "hardware address space: the kind of link addresses",
            "RFC 826, Packet format",
        ),
        Layout::field(
            16,
            16,
            "ar$pro",
            Kind::Enum(ether_type::NAMES),
            "protocol address space: the kind of network addresses, as an EtherType",
            "RFC 826, Packet format",
        ),
        Layout::field(
            32,
            8,
            "ar$hln",
            Kind::Number("octets"),
            "length of each hardware address",
            "RFC 826, Packet format",
        ),
        Layout::field(
            40,
            8,
            "ar$pln",
            Kind::Number("octets"),
            "length of each protocol address",
            "RFC 826, Packet format",
        ),
        Layout::field(
            48,
            16,
            "ar$op",
            Kind::Enum(&[(1, "request"), (2, "reply")]),
            "opcode: question or answer",
            "RFC 826, Packet format",
        ),
        Layout::field(
            64,
            48,
            "ar$sha",
            Kind::Mac,
            "hardware address of the sender of this packet",
            "RFC 826, Packet format",
        ),
        Layout::field(
            112,
            32,
            "ar$spa",
            Kind::Ipv4,
            "protocol address of the sender of this packet; 0.0.0.0 in a probe",
            "RFC 826, Packet format; RFC 5227 §1.1",
        ),
        Layout::field(
            144,
            48,
            "ar$tha",
            Kind::Mac,
            "hardware address of the target, without meaning in a request",
            "RFC 826, Packet format",
        ),
        Layout::field(
            192,
            32,
            "ar$tpa",
            Kind::Ipv4,
            "protocol address of the target",
            "RFC 826, Packet format",
        ),
    ],
};

/// ar$hrd: Ethernet.
const ETHERNET: u16 = 1;
/// ar$hln and ar$pln: octets of a link address and of an IPv4 address.
const LENGTHS: [u8; 2] = [6, 4];

/// Question or answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opcode {
    /// Who has the target's protocol address?
    Request,
    /// The sender has it.
    Reply,
}

/// A station as ARP knows it: a link address and a network address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Station {
    /// Its hardware address.
    pub hardware: Mac,
    /// Its protocol address.
    pub protocol: Ipv4Addr,
}

/// The values of a packet for Ethernet and IPv4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packet {
    /// ar$op: question or answer.
    pub opcode: Opcode,
    /// ar$sha and ar$spa: who sent the packet.
    pub sender: Station,
    /// ar$tha and ar$tpa: whom it asks for or answers.
    pub target: Station,
}

impl Packet {
    /// Reads the packet at the start of `octets`; padding may follow.
    ///
    /// # Errors
    /// [`Reason::TooShort`], or [`Reason::Illegal`] that names the field.
    pub fn decode(octets: &[u8]) -> Result<Self, Reason> {
        let (need, have) = (OCTETS, octets.len());
        let field = "ARP packet";
        let short = Reason::TooShort { field, need, have };
        let packet = octets.first_chunk::<OCTETS>().ok_or(short)?;
        let [h0, h1, p0, p1, hln, pln, o0, o1, stations @ ..] = *packet;
        let [hrd, pro] = [[h0, h1], [p0, p1]].map(u16::from_be_bytes);
        Reason::require(hrd == ETHERNET, "ar$hrd", hrd, "must be 1, Ethernet")?;
        let ipv4 = pro == ether_type::IPV4.0;
        Reason::require(ipv4, "ar$pro", pro, "must be 2048 (0x800), IPv4")?;
        let [hardware, protocol] = LENGTHS;
        Reason::require(hln == hardware, "ar$hln", hln, "must be 6")?;
        Reason::require(pln == protocol, "ar$pln", pln, "must be 4")?;
        let opcode = Opcode::from_number(u16::from_be_bytes([o0, o1]))?;
        let [sender, target] = Station::decode_pair(stations);
        Ok(Packet {
            opcode,
            sender,
            target,
        })
    }

    /// The packet as it goes on the wire.
    pub fn encode(&self) -> [u8; OCTETS] {
        let mut octets = [0; OCTETS];
        let [pro0, pro1] = ether_type::IPV4.0.to_be_bytes();
        let [hrd0, hrd1] = ETHERNET.to_be_bytes();
        let [op0, op1] = self.opcode.number().to_be_bytes();
        let [hln, pln] = LENGTHS;
        let fixed = [hrd0, hrd1, pro0, pro1, hln, pln, op0, op1];
        let (sender, target) = (self.sender.encode(), self.target.encode());
        let parts = fixed.into_iter().chain(sender).chain(target);
        for (octet, part) in octets.iter_mut().zip(parts) {
            *octet = part;
        }
        octets
    }
}

impl Opcode {
    fn from_number(number: u16) -> Result<Self, Reason> {
        match number {
            1 => Ok(Opcode::Request),
            2 => Ok(Opcode::Reply),
            _ => Err(Reason::Illegal {
                field: "ar$op",
                value: number.into(),
                rule: "must be 1, request, or 2, reply",
            }),
        }
    }

    const fn number(self) -> u16 {
        match self {
            Opcode::Request => 1,
            Opcode::Reply => 2,
        }
    }
}

impl Station {
    fn decode_pair(octets: [u8; 20]) -> [Station; 2] {
        let [a, b, c, d, e, f, g, h, i, j, rest @ ..] = octets;
        [[a, b, c, d, e, f, g, h, i, j], rest].map(|station| {
            let [a, b, c, d, e, f, protocol @ ..] = station;
            Station {
                hardware: Mac([a, b, c, d, e, f]),
                protocol: Ipv4Addr::from(protocol),
            }
        })
    }

    fn encode(&self) -> [u8; 10] {
        let [a, b, c, d, e, f] = self.hardware.0;
        let [g, h, i, j] = self.protocol.octets();
        [a, b, c, d, e, f, g, h, i, j]
    }
}

#[cfg(test)]
mod tests;
