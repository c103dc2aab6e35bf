//! A fragment for this node has come, or a packet's time is over.

use layercake_base::{Context, Pdu, Reason};

use super::datagram::{Datagram, Face, Key};
use super::store::{Misfit, Store};
use crate::icmp::TimeExceeded;
use crate::ipv4::fragment::STEP;
use crate::ipv4::{Header, Ipv4};

impl Ipv4 {
    /// Takes in a fragment for this node. When it is the last that was missing, the packet goes
    /// the way of all packets for this node.
    pub(in crate::ipv4) fn gather(
        &mut self,
        fragment: Pdu,
        header: &Header,
        cx: &mut Context<'_>,
    ) -> Result<(), Reason> {
        let (start, end) = bounds(header)?;
        let key = Key::of(header);
        while let Some((oldest, why)) = self.waiting.make_room(&key, end) {
            oldest.discard(why, cx);
        }
        let Some(packet) = self.waiting.entry(key, cx.now()) else {
            return Err(Reason::NoWay("no place for a packet in fragments"));
        };
        let data = fragment.octets().get(header.octets()..);
        let data = data.unwrap_or_default();
        match packet.put(start, data, header) {
            Ok(()) => packet.took(fragment, header),
            Err(misfit) => {
                if let Some(face) = packet.face.take_if(|_| packet.dead) {
                    cx.discard(face.packet, misfit.clone());
                }
                return Err(misfit);
            }
        }
        self.close(&key, cx)
    }

    /// Puts a packet together and hands it up, if it is whole.
    fn close(&mut self, key: &Key, cx: &mut Context<'_>) -> Result<(), Reason> {
        let Some(index) = self.waiting.find(key) else {
            return Ok(());
        };
        let packet = self.waiting.packets.get(index);
        let Some(made) = packet.and_then(|packet| packet.build(cx)) else {
            return Ok(());
        };
        self.waiting.remove(index);
        let (packet, header) = made?;
        self.deliver(packet, &header, cx)
    }

    /// Gives up the packets whose time is over. Who sent one is told, if its first fragment is
    /// here. RFC 1122 §3.3.2.
    pub(in crate::ipv4) fn give_up(&mut self, cx: &mut Context<'_>) {
        while let Some(packet) = self.waiting.expired(cx.now()) {
            let Some(Face { packet, header }) = packet.face else {
                continue; // its end was told when it was discarded
            };
            if !header.is_later_fragment() {
                self.report(&packet, &header, TimeExceeded::REASSEMBLY.into(), cx);
            }
            let (field, why) = ("Identification", "was not put together in time");
            cx.discard(packet, Reason::dead_end(field, header.identification, why));
        }
    }
}

impl Datagram {
    /// Puts a fragment's data in its place. A misfit other than a mere repetition is the end of
    /// the whole packet, which holds no memory any more.
    fn put(&mut self, start: u16, data: &[u8], header: &Header) -> Result<(), Reason> {
        if self.dead {
            let why = "is of a packet that was discarded";
            let value = header.identification;
            return Err(Reason::dead_end("Identification", value, why));
        }
        let put = self.store.put(start, data, header.more_fragments);
        self.dead = !matches!(put, Ok(()) | Err(Misfit::Twice(_)));
        if self.dead {
            self.store = Store::default();
        }
        Ok(put?)
    }

    /// The whole packet and its header; `None` while something is missing.
    fn build(&self, cx: &mut Context<'_>) -> Option<Result<(Pdu, Header), Reason>> {
        let face = self.face.as_ref()?;
        let data = self.store.whole()?;
        Some(self.header(data.len()).and_then(|header| {
            let length = header.octets() + data.len();
            let mut packet = cx.allocate_from(&face.packet, length)?;
            let octets = packet.octets_mut();
            header.encode(octets)?;
            if let Some(place) = octets.get_mut(header.octets()..) {
                place.copy_from_slice(data);
            }
            Ok((packet, header))
        }))
    }

    /// Gives the packet up before its time.
    fn discard(self, why: Reason, cx: &mut Context<'_>) {
        if let Some(face) = self.face {
            cx.discard(face.packet, why);
        }
    }
}

/// Where the data of a fragment begins and ends in the packet's, in octets.
fn bounds(header: &Header) -> Result<(u16, u16), Reason> {
    let have = usize::from(header.total_length).saturating_sub(header.octets());
    let (field, need) = ("data of a fragment", 1);
    if have < need {
        return Err(Reason::TooShort { field, need, have });
    }
    let whole_steps = !header.more_fragments || have.is_multiple_of(STEP);
    let rule = "must leave a fragment that is not the last a multiple of 8 octets";
    Reason::require(whole_steps, "Total Length", header.total_length, rule)?;
    let start = usize::from(header.fragment_offset) * STEP;
    let (have, most) = (header.octets() + start + have, usize::from(u16::MAX));
    let too_long = Reason::TooLong {
        field: "IPv4 packet in fragments",
        have,
        most,
    };
    let fits = (have <= most).then(|| {
        let end = u16::try_from(have - header.octets()).ok()?;
        Some((u16::try_from(start).ok()?, end))
    });
    fits.flatten().ok_or(too_long)
}
