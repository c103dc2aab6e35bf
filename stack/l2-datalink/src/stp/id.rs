//! Who is who in a spanning tree: identifiers of bridges and ports, and the vectors of both by
//! which bridges compare what they hear.
//!
//! Spec: IEEE 802.1D-2004 §9.2.5 (bridge identifier), §9.2.7 (port identifier), §17.5 and §17.6
//! (priority vectors and how they compare).
//! Units: the lower number is the better one, everywhere.
//! Not here: what a bridge does with them.

use core::fmt;

use layercake_base::Mac;

/// The identifier of a bridge: first its priority, then its address. The lowest one of all
/// becomes the root.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BridgeId {
    /// What a manager chose: multiples of 4096 where the low 12 bits name a VLAN.
    pub priority: u16,
    /// An address of the bridge, so that no two are equal.
    pub address: Mac,
}

impl BridgeId {
    /// As it is on the wire.
    pub fn octets(self) -> [u8; 8] {
        let ([high, low], [a, b, c, d, e, g]) =
            (self.priority.to_be_bytes(), self.address.0);
        [high, low, a, b, c, d, e, g]
    }
}

impl From<[u8; 8]> for BridgeId {
    fn from([high, low, address @ ..]: [u8; 8]) -> Self {
        BridgeId {
            priority: u16::from_be_bytes([high, low]),
            address: Mac(address),
        }
    }
}

/// As Linux shows it: `8000.020000000001`.
impl fmt::Display for BridgeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04x}.", self.priority)?;
        self.address.0.iter().try_for_each(|o| write!(f, "{o:02x}"))
    }
}

/// The identifier of a port within its bridge: four bits of priority, twelve of number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PortId(pub u16);

impl PortId {
    /// The greatest port number.
    pub const MOST: u16 = 0x0fff;

    /// `priority` counts in steps of 16, `number` from 1.
    pub const fn new(priority: u8, number: u16) -> Self {
        PortId(u16::from_be_bytes([priority & 0xf0, 0]) | number & Self::MOST)
    }

    /// The number without the priority.
    pub const fn number(self) -> u16 {
        self.0 & Self::MOST
    }
}

/// As Linux shows it: `8001`.
impl fmt::Display for PortId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04x}", self.0)
    }
}

/// A priority vector: who is the root, how far it is, and who says so. Compares field by field
/// from the first on; the lower one is better. IEEE 802.1D-2004 §17.5.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Vector {
    /// The bridge that is taken to be the root.
    pub root: BridgeId,
    /// What the path from `bridge` to the root costs.
    pub cost: u32,
    /// The bridge that says so.
    pub bridge: BridgeId,
    /// The port by which it says so.
    pub port: PortId,
}

impl Vector {
    /// The way to the root for a bridge that hears this at a port of that cost.
    #[must_use]
    pub const fn over(self, path_cost: u32) -> Self {
        let cost = self.cost.saturating_add(path_cost);
        Vector { cost, ..self }
    }

    /// From the same port of the same bridge, whatever their priorities are now.
    pub fn is_same_sender(&self, other: &Vector) -> bool {
        let same_bridge = self.bridge.address == other.bridge.address;
        same_bridge && self.port.number() == other.port.number()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn bridge(priority: u16, number: u16) -> BridgeId {
        let address = Mac::local(number);
        BridgeId { priority, address }
    }

    #[test]
    fn identifiers_are_shown_as_linux_shows_them() {
        assert_eq!(bridge(0x8000, 1).to_string(), "8000.020000000001");
        assert_eq!(PortId::new(128, 1).to_string(), "8001");
        assert_eq!(PortId::new(0xff, 0xffff).0, 0xffff);
        assert_eq!(PortId::new(16, 300).number(), 300);
    }

    #[test]
    fn a_lower_priority_wins_before_a_lower_address_does() {
        assert!(bridge(0x1000, 9) < bridge(0x8000, 1));
        assert!(bridge(0x8000, 1) < bridge(0x8000, 2));
        assert_eq!(
            BridgeId::from(bridge(0x1000, 9).octets()),
            bridge(0x1000, 9)
        );
    }

    /// IEEE 802.1D-2004 §17.6: root, then cost, then bridge, then port.
    #[test]
    fn vectors_compare_from_the_first_field_on() {
        let best = Vector {
            root: bridge(0, 1),
            cost: 10,
            bridge: bridge(0, 2),
            port: PortId::new(128, 1),
        };
        let worse = [
            Vector {
                port: PortId::new(128, 2),
                ..best
            },
            Vector {
                bridge: bridge(0, 3),
                port: PortId::new(0, 1),
                ..best
            },
            Vector {
                bridge: bridge(0, 1),
                ..best.over(1)
            },
            Vector {
                root: bridge(1, 0),
                cost: 0,
                ..best
            },
        ];
        assert!(worse.is_sorted());
        assert!(worse.iter().all(|vector| *vector > best));
        assert_eq!(best.over(u32::MAX).cost, u32::MAX);
    }
}
