//! The LLDP agent of one attachment: tells who we are, and remembers who the others are.

use core::time::Duration;

use layercake_base::{
    Context, Direction, Ici, Instant, Layer, Mac, Notice, Pdu, Reason, Service, Spec,
};

use super::neighbours::Neighbours;
use super::{
    Id, Lldpdu, NEAREST_BRIDGE, NEAREST_CUSTOMER_BRIDGE, NEAREST_NON_TPMR_BRIDGE,
    Neighbour, Tlv,
};
use crate::{ether_type, ethernet};

/// Between two LLDPDUs: msgTxInterval. IEEE 802.1AB-2016 §9.2.5.7.
const INTERVAL: Duration = Duration::from_secs(30);
/// How long ours hold, in seconds: four intervals, msgTxHold, and one second.
/// IEEE 802.1AB-2016 §9.2.5.22.
const TIME_TO_LIVE: u16 = 121;

/// Sends an LLDPDU every thirty seconds beside what goes down, and takes those of others out
/// of what comes up. Stands on [`Ethernet`](crate::Ethernet) of the attachment, below everything
/// else.
///
/// A [`Notice::LinkDown`] from above says that this station leaves the link: the last LLDPDU
/// tells so, with a Time To Live of 0. One from below, that the link is gone, empties the table
/// of neighbours. After either nothing is sent until a [`Notice::LinkUp`].
#[derive(Debug)]
pub struct Lldp {
    advertisement: Vec<u8>,
    goodbye: Vec<u8>,
    /// When to send next; `None` while the link is down.
    next: Option<Instant>,
    neighbours: Neighbours,
}

impl Lldp {
    /// The agent of the system `chassis` at its port `port`, which tells `optional` besides.
    ///
    /// # Errors
    /// What is wrong with one of them, or [`Reason::TooLong`] when all of them do not fit into a
    /// frame.
    pub fn new(
        chassis: Id<'_>,
        port: Id<'_>,
        optional: &[Tlv<'_>],
    ) -> Result<Self, Reason> {
        let advertisement = Lldpdu::encode(chassis, port, TIME_TO_LIVE, optional)?;
        let (have, most) = (advertisement.len(), ethernet::LARGEST_BODY);
        let field = "LLDPDU";
        if have > most {
            return Err(Reason::TooLong { field, have, most });
        }
        Ok(Lldp {
            advertisement,
            goodbye: Lldpdu::encode(chassis, port, 0, &[])?,
            next: Some(Instant::ZERO),
            neighbours: Neighbours::default(),
        })
    }

    /// Whom it has heard, while that holds.
    pub fn neighbours(&self) -> impl Iterator<Item = &Neighbour> {
        self.neighbours.iter()
    }
}

impl Layer for Lldp {
    fn spec(&self) -> Spec {
        Spec::new("lldp", 2).between(Service::Stations, Service::Stations)
    }

    fn send(&mut self, sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        cx.send_down(sdu);
        Ok(())
    }

    fn receive(&mut self, pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        if pdu.ici().next != ether_type::LLDP.0 {
            cx.send_up(pdu);
            return Ok(());
        }
        require_group(pdu.ici().link_destination)?;
        let lldpdu = Lldpdu::decode(pdu.octets())?;
        if self.advertisement.starts_with(lldpdu.identity()) {
            return Err(Reason::NoWay("an LLDPDU of our own came back"));
        }
        let source = pdu.ici().link_source;
        self.neighbours
            .hear(pdu.octets(), &lldpdu, source, cx.now())
    }

    fn deadline(&self) -> Option<Instant> {
        let both = [self.next, self.neighbours.deadline()];
        both.into_iter().flatten().min()
    }

    fn on_deadline(&mut self, cx: &mut Context<'_>) {
        self.neighbours.forget(cx.now());
        if self.next.is_some_and(|next| next <= cx.now()) {
            self.next = Some(cx.now() + INTERVAL);
            transmit(&self.advertisement, cx);
        }
    }

    fn notice(&mut self, notice: Notice, cx: &mut Context<'_>) {
        match (&notice, cx.flow()) {
            (Notice::LinkUp { .. }, _) => self.next = Some(cx.now()),
            (Notice::LinkDown { .. }, Direction::Up) => {
                self.next = None;
                self.neighbours.clear();
            }
            (Notice::LinkDown { .. }, Direction::Down) => {
                self.next = None;
                transmit(&self.goodbye, cx);
            }
            _ => {}
        }
        cx.pass(notice);
    }
}

/// IEEE 802.1AB-2016 §7.1: LLDPDUs are for one of three groups.
fn require_group(destination: Option<Mac>) -> Result<(), Reason> {
    let groups = [
        NEAREST_BRIDGE,
        NEAREST_NON_TPMR_BRIDGE,
        NEAREST_CUSTOMER_BRIDGE,
    ];
    match destination {
        Some(other) if !groups.contains(&other) => {
            let why = "is no group of LLDP";
            Err(Reason::dead_end("Destination Address", other, why))
        }
        _ => Ok(()),
    }
}

/// Without a free PDU this one is left out; the next comes in thirty seconds.
fn transmit(octets: &[u8], cx: &mut Context<'_>) {
    let Some(mut pdu) = cx.allocate(octets.len()) else {
        return;
    };
    pdu.octets_mut().copy_from_slice(octets);
    pdu.set_ici(|ici| {
        *ici = Ici {
            next: ether_type::LLDP.0,
            link_destination: Some(NEAREST_BRIDGE),
            ..Ici::NONE
        }
    });
    cx.send_down(pdu);
}

#[cfg(test)]
mod tests;
