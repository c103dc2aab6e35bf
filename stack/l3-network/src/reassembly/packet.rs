//! One packet of which some fragments have come.

use layercake_base::{Context, Instant, Pdu, Reason};

use super::Key;
use super::marks::Marks;
use super::store::{Misfit, Store};
use super::waiting::Fragment;

/// One packet of which some fragments have come.
#[derive(Debug)]
pub(crate) struct Packet<K, H> {
    pub(super) key: K,
    pub(super) expires: Instant,
    pub(super) store: Store,
    /// The fragment that begins the packet, once it has come; before that the one that came
    /// first.
    pub(crate) face: Option<Face<H>>,
    /// The packet is discarded, and what is still to come of it will be.
    pub(super) dead: bool,
    marks: Marks,
}

/// A fragment with its header.
#[derive(Debug)]
pub(crate) struct Face<H> {
    pub(crate) packet: Pdu,
    pub(crate) header: H,
    /// It begins the packet.
    pub(crate) first: bool,
}

impl<K: Key, H> Packet<K, H> {
    pub(super) fn new(key: K, expires: Instant, store: Store) -> Self {
        Packet {
            key,
            expires,
            store,
            face: None,
            dead: false,
            marks: Marks::default(),
        }
    }

    /// Octets of the packet's data, which are all there.
    pub(crate) fn octets(&self) -> usize {
        self.store.have()
    }

    /// Writes the packet's data, each octet in its place.
    pub(crate) fn write(&self, place: &mut [u8]) {
        self.store.write(place);
    }

    /// The congestion mark of the whole. RFC 3168 §5.3.
    ///
    /// # Errors
    /// The marks of the fragments contradict each other.
    pub(crate) fn mark(&self) -> Result<u8, Reason> {
        self.marks.all()
    }

    /// Puts a fragment's data in its place; gives back the PDU of a fragment of which nothing else
    /// is kept. A misfit other than a mere repetition is the end of the whole packet, which holds
    /// no memory any more.
    pub(super) fn put(
        &mut self,
        packet: Pdu,
        fragment: Fragment<K, H>,
        cx: &mut Context<'_>,
    ) -> Result<Option<Pdu>, Reason> {
        if self.dead {
            let why = "is of a packet that was discarded";
            let number = fragment.key.identification();
            return Err(Reason::dead_end("Identification", number, why));
        }
        let data = fragment.data(&packet);
        match self.store.put(fragment.start, data, fragment.more) {
            Ok(()) => Ok(self.took(packet, fragment, cx)),
            Err(twice @ Misfit::Twice(_)) => Err(twice.into()),
            Err(misfit) => {
                self.dead = true;
                self.store = Store::default();
                if let Some(face) = self.face.take() {
                    cx.discard(face.packet, misfit.into());
                }
                Err(misfit.into())
            }
        }
    }

    /// A fragment has found its place: the packet remembers what it must of it.
    fn took(
        &mut self,
        packet: Pdu,
        fragment: Fragment<K, H>,
        cx: &mut Context<'_>,
    ) -> Option<Pdu> {
        self.marks.add(fragment.class);
        let (header, first) = (fragment.header, fragment.start == 0);
        if self.face.is_some() && !first {
            return Some(packet);
        }
        let face = Face {
            packet,
            header,
            first,
        };
        if let Some(before) = self.face.replace(face) {
            cx.consume(before.packet);
        }
        None
    }

    /// Gives the packet up before its time.
    pub(super) fn discard(self, why: Reason, cx: &mut Context<'_>) {
        if let Some(face) = self.face {
            cx.discard(face.packet, why);
        }
    }
}
