//! One packet of which some fragments have come.

use core::net::Ipv4Addr;

use layercake_base::{Instant, Pdu, Reason};

use super::store::Store;
use crate::Protocol;
use crate::ipv4::Header;

/// What all fragments of a packet have in common. RFC 791 §3.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key {
    source: Ipv4Addr,
    destination: Ipv4Addr,
    protocol: Protocol,
    identification: u16,
}

impl Key {
    pub(super) fn of(header: &Header) -> Self {
        Key {
            source: header.source,
            destination: header.destination,
            protocol: header.protocol,
            identification: header.identification,
        }
    }
}

/// One packet of which some fragments have come.
#[derive(Debug)]
pub(super) struct Datagram {
    pub(super) key: Key,
    pub(super) expires: Instant,
    pub(super) store: Store,
    /// The fragment that begins the packet, once it has come; before that the one that came
    /// first.
    pub(super) face: Option<Face>,
    /// The packet is discarded, and what is still to come of it will be.
    pub(super) dead: bool,
    marks: Marks,
}

/// A fragment with its header.
#[derive(Debug)]
pub(super) struct Face {
    pub(super) packet: Pdu,
    pub(super) header: Header,
}

impl Datagram {
    pub(super) fn new(key: Key, expires: Instant, store: Store) -> Self {
        Datagram {
            key,
            expires,
            store,
            face: None,
            dead: false,
            marks: Marks::default(),
        }
    }

    /// A fragment has found its place: the packet remembers what it must of it.
    pub(super) fn took(&mut self, packet: Pdu, header: &Header) {
        self.marks.add(header.type_of_service);
        if self.face.is_none() || !header.is_later_fragment() {
            let header = *header;
            self.face = Some(Face { packet, header });
        }
    }

    /// The header of the packet when `data` octets are all.
    pub(super) fn header(&self, data: usize) -> Result<Header, Reason> {
        let (field, most) = ("IPv4 packet in fragments", usize::from(u16::MAX));
        let first = self.face.as_ref().map(|face| face.header);
        let first = first.ok_or(Reason::NoWay("a packet without a fragment"))?;
        let have = first.octets() + data;
        let too_long = Reason::TooLong { field, have, most };
        Ok(Header {
            total_length: u16::try_from(have).map_err(|_| too_long)?,
            more_fragments: false,
            type_of_service: first.type_of_service & !0b11 | self.marks.all()?,
            ..first
        })
    }
}

/// Which congestion marks the fragments had. RFC 3168 §5.3.
#[derive(Clone, Copy, Debug, Default)]
struct Marks {
    /// One bit for each of the four codepoints.
    seen: u8,
    last: u8,
}

impl Marks {
    fn add(&mut self, type_of_service: u8) {
        self.last = type_of_service & 0b11;
        self.seen |= 1 << self.last;
    }

    /// The mark of the whole: "congestion" if one fragment met it, unless another says that its
    /// transport does not know such marks, which cannot be.
    fn all(self) -> Result<u8, Reason> {
        let has = |codepoint: u8| self.seen & 1 << codepoint != 0;
        match (has(0b11), has(0b00)) {
            (true, true) => Err(Reason::Illegal {
                field: "ECN of fragments",
                value: self.seen.into(),
                rule: "must not hold both 0 and 3 (one bit for each value)",
            }),
            (true, false) => Ok(0b11),
            (false, _) => Ok(self.last),
        }
    }
}
