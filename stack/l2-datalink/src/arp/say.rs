//! What a station says by ARP: questions, answers, probes and announcements.

use core::net::Ipv4Addr;

use layercake_base::{Context, Ici, Mac, Pdu, Reason};

use super::{OCTETS, Opcode, Packet, Station};
use crate::ether_type;

impl Station {
    /// Asks everybody, or one station, who has a network address. Without a free PDU the
    /// question is left out; the next one comes in a second.
    pub(super) fn ask(self, protocol: Ipv4Addr, to: Mac, cx: &mut Context<'_>) {
        let hardware = Mac::default();
        let target = Station { hardware, protocol };
        let _ = self.transmit(Opcode::Request, target, to, cx);
    }

    /// Tells a station that asked who we are.
    pub(super) fn answer(
        self,
        target: Station,
        cx: &mut Context<'_>,
    ) -> Result<(), Reason> {
        self.transmit(Opcode::Reply, target, target.hardware, cx)
    }

    /// Asks who has our address, and says from whom to nobody, so that no table is changed.
    /// RFC 5227 §2.1.1.
    pub(super) fn probe(self, cx: &mut Context<'_>) {
        let nobody = Station {
            protocol: Ipv4Addr::UNSPECIFIED,
            ..self
        };
        nobody.ask(self.protocol, Mac::BROADCAST, cx);
    }

    /// Asks for our own address, so that every table is changed. RFC 5227 §2.3.
    pub(super) fn announce(self, cx: &mut Context<'_>) {
        self.ask(self.protocol, Mac::BROADCAST, cx);
    }

    fn transmit(
        self,
        opcode: Opcode,
        target: Station,
        to: Mac,
        cx: &mut Context<'_>,
    ) -> Result<(), Reason> {
        let sender = self;
        let packet = Packet {
            opcode,
            sender,
            target,
        };
        let no_pdu = Reason::NoWay("no free PDU for an ARP packet");
        let mut pdu = cx.allocate(OCTETS).ok_or(no_pdu)?;
        pdu.octets_mut().copy_from_slice(&packet.encode());
        pdu.set_ici(|ici| {
            *ici = Ici {
                next: ether_type::ARP.0,
                ..Ici::NONE
            }
        });
        deliver(pdu, to, cx);
        Ok(())
    }
}

/// Hands a PDU down to the station with this link address.
pub(super) fn deliver(mut pdu: Pdu, hardware: Mac, cx: &mut Context<'_>) {
    pdu.set_ici(|ici| ici.link_destination = Some(hardware));
    cx.send_down(pdu);
}
