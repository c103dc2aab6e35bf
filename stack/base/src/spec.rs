//! What a layer is and needs. Towers are checked against it before they run.

use core::fmt;

use crate::Room;

/// The service at the seam between two layers, from the medium up. ISO 7498-1 calls the seam a
/// service access point; a tower fits when what is needed above is what is offered below.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// Symbols on a medium, as a wire carries them.
    Symbols,
    /// A run of bits with a beginning and an end, but no further meaning.
    Bits,
    /// Frames: delimited octets.
    Frames,
    /// Delivery to a station on the same link, by link address and protocol.
    Stations,
    /// Delivery to a neighbour on the same link, by network address (next hop) and protocol.
    Link,
    /// Delivery to a host anywhere, by network address and protocol.
    Network,
    /// Delivery to a port.
    Transport,
    /// The top of a tower: whoever runs it.
    User,
    /// Fits anywhere: a layer that changes nothing about the service, like a tracer.
    Any,
}

/// How a layer treats the PDUs that cross it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Adds a header or trailer to each PDU and takes it off again.
    Wrap,
    /// Replaces each PDU by another with other octets: a line code, a cipher.
    Rewrite,
    /// Holds PDUs back and sends them when it sees fit: a reliable protocol, a shaper.
    Queue,
    /// Sends each PDU to one of several neighbours.
    Branch,
}

/// What a layer is and needs. Sizes in octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spec {
    /// The name that observers, counters and errors use.
    pub name: &'static str,
    /// The name of the lowest layer inside; the same as `name` for a single layer.
    pub bottom: &'static str,
    /// OSI layer number, 1 to 7. ISO 7498-1.
    pub osi: u8,
    /// Single layers inside.
    pub layers: usize,
    /// What it gives to the layer above.
    pub offers: Service,
    /// What it wants from the layer below.
    pub needs: Service,
    /// Octets that it may add in front and behind.
    pub room: Room,
    /// The largest body that it takes from above.
    pub largest_body: usize,
    /// The largest PDU that it hands to the layer below.
    pub largest_pdu: usize,
    /// How it treats PDUs.
    pub kind: Kind,
}

impl Spec {
    /// A layer that wraps, with no header yet and no limit on size.
    pub const fn new(name: &'static str, osi: u8) -> Self {
        Spec {
            name,
            bottom: name,
            osi,
            layers: 1,
            offers: Service::Any,
            needs: Service::Any,
            room: Room { head: 0, tail: 0 },
            largest_body: usize::MAX,
            largest_pdu: usize::MAX,
            kind: Kind::Wrap,
        }
    }

    /// What it gives to the layer above and wants from the layer below.
    pub const fn between(mut self, offers: Service, needs: Service) -> Self {
        (self.offers, self.needs) = (offers, needs);
        self
    }

    /// Octets of header and trailer.
    pub const fn adds(mut self, head: usize, tail: usize) -> Self {
        self.room = Room { head, tail };
        self.limits(self.largest_body)
    }

    /// The largest body that it takes; the largest PDU follows from header and trailer.
    pub const fn limits(mut self, largest_body: usize) -> Self {
        self.largest_body = largest_body;
        let whole = largest_body.saturating_add(self.room.head);
        self.largest_pdu = whole.saturating_add(self.room.tail);
        self
    }

    /// The largest PDU that it hands down, for a layer that cuts bodies into pieces or
    /// refuses what is larger while it runs.
    pub const fn hands_down(mut self, largest_pdu: usize) -> Self {
        self.largest_pdu = largest_pdu;
        self
    }

    /// How it treats PDUs.
    pub const fn kind(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Service::Symbols => "symbols on a medium",
            Service::Bits => "a run of bits",
            Service::Frames => "frames",
            Service::Stations => "delivery to a station by link address",
            Service::Link => "delivery to a neighbour by network address",
            Service::Network => "delivery to a host",
            Service::Transport => "delivery to a port",
            Service::User => "a user",
            Service::Any => "any service",
        })
    }
}
