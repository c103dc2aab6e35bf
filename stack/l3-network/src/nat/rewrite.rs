//! New ends for a packet, and checksums that follow word by word.
//!
//! ```text
//!   checksum of      covers
//!   IP header        its addresses
//!   TCP, UDP         addresses (pseudo-header) and ports; 0 in UDP is no checksum and stays
//!   ICMP             identifier; of an error all that it quotes, with the checksums in there
//! ```
//! Spec: RFC 1624 §3, equation 3; RFC 768 (0 is no checksum, so a sum of 0 becomes ffff);
//! RFC 5508 REQ-4 and REQ-5 (the quoted packet).
//! Not here: octets that a quote does not have; they need no change.

use core::ops::Range;

use layercake_base::{Pdu, Reason, checksum};

use super::endpoint::End;
use super::packet::{Cited, Content, Packet};
use super::{Endpoint, Transport};
use crate::icmp::HEADER;

/// What becomes of a packet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Change {
    /// The end that is replaced. In the quote of an ICMP error it is the other one.
    pub(super) end: Option<(End, Endpoint)>,
    pub(super) identification: Option<u16>,
}

impl Change {
    /// Makes it.
    pub(super) fn apply(&self, packet: &Packet, pdu: &mut Pdu) -> Result<(), Reason> {
        let header = packet.header.octets();
        let end = match packet.content {
            Content::Ports(ports) => header + ports.transport.header(),
            Content::Question(_) | Content::Answer(_) => header + HEADER,
            Content::Error(cited) => {
                let quoted = cited.header + cited.transport.header();
                (header + HEADER + quoted).min(packet.header.total_length.into())
            }
            Content::Later | Content::Other => header,
        };
        let mut patch = Patch {
            octets: pdu.rewrite(0..end)?,
            around: None,
        };
        if let Some(identification) = self.identification {
            patch.set(4, identification, &[Sum::plain(10)]);
        }
        if let Some((end, new)) = self.end {
            patch.ends(packet, end, new);
        }
        if let Some((_, new)) = self.end
            && matches!(packet.content, Content::Answer(_))
            && new.port == 0
        {
            settle_zero(pdu, header..packet.header.total_length.into())?;
        }
        Ok(())
    }
}

/// A checksum that follows.
#[derive(Clone, Copy, Debug)]
struct Sum {
    at: usize,
    /// 0 says that there is none.
    may_be_absent: bool,
}

impl Sum {
    const fn plain(at: usize) -> Sum {
        Sum {
            at,
            may_be_absent: false,
        }
    }

    const fn of(transport: Transport, data: usize) -> Sum {
        Sum {
            at: data + transport.checksum_at(),
            may_be_absent: matches!(transport, Transport::Udp),
        }
    }
}

/// Octets that are changed by words.
struct Patch<'a> {
    octets: &'a mut [u8],
    /// Where the checksum stands that covers every change: that of an ICMP error.
    around: Option<usize>,
}

impl Patch<'_> {
    fn ends(&mut self, packet: &Packet, end: End, new: Endpoint) {
        let data = packet.header.octets();
        match packet.content {
            Content::Ports(ports) => {
                self.end((0, data), Some(ports.transport), end, new);
            }
            Content::Question(_) | Content::Answer(_) => {
                self.end((0, data), Some(Transport::Icmp), end, new);
            }
            Content::Error(cited) => {
                self.end((0, data), None, end, new);
                self.quote(data, cited, end.other(), new);
            }
            Content::Later | Content::Other => self.end((0, data), None, end, new),
        }
    }

    /// `message` is where the ICMP error begins.
    fn quote(&mut self, message: usize, cited: Cited, end: End, new: Endpoint) {
        let quote = message + HEADER;
        self.around = Some(message + Transport::Icmp.checksum_at());
        let place = (quote, quote + cited.header);
        self.end(place, Some(cited.transport), end, new);
        self.around = None;
    }

    /// `ip` is where the IP header begins, `data` where it ends.
    fn end(
        &mut self,
        (ip, data): (usize, usize),
        transport: Option<Transport>,
        end: End,
        new: Endpoint,
    ) {
        let header = Sum::plain(ip + 10);
        let sum = transport.map(|transport| Sum::of(transport, data));
        let covers_addresses = transport.is_some_and(|t| t != Transport::Icmp);
        let (address, port) = match end {
            End::Source => (ip + 12, data),
            End::Destination => (ip + 16, data + 2),
        };
        let [a, b, c, d] = new.address.octets();
        for (at, word) in [(address, [a, b]), (address + 2, [c, d])] {
            let word = u16::from_be_bytes(word);
            match sum.filter(|_| covers_addresses) {
                Some(sum) => self.set(at, word, &[header, sum]),
                None => self.set(at, word, &[header]),
            }
        }
        if let (Some(transport), Some(sum)) = (transport, sum) {
            let identifier = transport == Transport::Icmp;
            self.set(if identifier { data + 4 } else { port }, new.port, &[sum]);
        }
    }

    /// Changes one word, and the checksums with it.
    fn set(&mut self, at: usize, new: u16, sums: &[Sum]) {
        let Some(old) = self.word(at) else {
            return;
        };
        self.write(at, new);
        for sum in sums {
            match self.word(sum.at) {
                None => (),
                Some(0) if sum.may_be_absent => (),
                Some(found) => match checksum::update(found, old, new) {
                    0 if sum.may_be_absent => self.write(sum.at, 0xffff),
                    updated => self.write(sum.at, updated),
                },
            }
        }
    }

    fn word(&self, at: usize) -> Option<u16> {
        let word = self.octets.get(at..at + 2)?.first_chunk()?;
        Some(u16::from_be_bytes(*word))
    }

    fn write(&mut self, at: usize, new: u16) {
        let old = self.word(at);
        if let Some(place) = self.octets.get_mut(at..at + 2) {
            place.copy_from_slice(&new.to_be_bytes());
        }
        if let (Some(old), Some(around)) = (old, self.around) {
            let whole = Patch {
                octets: &mut *self.octets,
                around: None,
            };
            let found = whole.word(around).unwrap_or_default();
            let updated = checksum::update(found, old, new);
            if let Some(place) = self.octets.get_mut(around..around + 2) {
                place.copy_from_slice(&updated.to_be_bytes());
            }
        }
    }
}

/// An echo reply may become all zeros, the one case in which the update is wrong: it gives 0
/// where ffff is right ([`checksum::update`]).
fn settle_zero(pdu: &mut Pdu, message: Range<usize>) -> Result<(), Reason> {
    let zero = |octets: &[u8]| octets.iter().all(|octet| *octet == 0);
    if pdu.octets().get(message.clone()).is_some_and(zero) {
        let at = message.start + Transport::Icmp.checksum_at();
        pdu.rewrite(at..at + 2)?.fill(0xff);
    }
    Ok(())
}
