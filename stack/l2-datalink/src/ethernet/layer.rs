//! The Ethernet layer of one station: header and padding down, address filter up.

use layercake_base::{Context, Layer, Mac, Pdu, Reason, Service, Spec};

use super::{Header, LARGEST_BODY, OCTETS, SMALLEST_FRAME};
use crate::ether_type::{self, EtherType};

/// Adds the header and pads to the smallest frame going down; coming up it takes what is meant
/// for this station, for everybody, or for a group.
///
/// Groups are not subscribed to: the layers above see each frame to a group and choose.
/// Padding stays behind the body coming up, since only the body's own length can tell it.
#[derive(Clone, Debug)]
pub struct Ethernet {
    station: Mac,
}

impl Ethernet {
    /// The layer of the station with this address.
    pub const fn new(station: Mac) -> Self {
        Ethernet { station }
    }
}

impl Layer for Ethernet {
    fn spec(&self) -> Spec {
        let padding = SMALLEST_FRAME - OCTETS;
        Spec::new("ethernet", 2)
            .between(Service::Stations, Service::Frames)
            .adds(OCTETS, padding)
            .limits(LARGEST_BODY)
            .hands_down(OCTETS + LARGEST_BODY)
    }

    fn send(&mut self, mut sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let header = header(&sdu, self.station)?;
        sdu.prepend(OCTETS)?.copy_from_slice(&header.encode());
        let padding = SMALLEST_FRAME.saturating_sub(sdu.len());
        if padding > 0 {
            sdu.append(padding)?; // zero, RFC 894: padded with octets of zero
        }
        cx.send_down(sdu);
        Ok(())
    }

    fn receive(&mut self, mut pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let header = Header::decode(pdu.octets())?;
        let group = header.destination.is_group();
        if !group && header.destination != self.station {
            let (field, why) = ("Destination Address", "is not this station's");
            return Err(Reason::dead_end(field, header.destination, why));
        }
        require_type(header.ether_type)?;
        pdu.strip_front(OCTETS)?;
        pdu.set_ici(|ici| {
            ici.link_source = Some(header.source);
            ici.link_destination = Some(header.destination);
            ici.next = header.ether_type.0;
            ici.group = group;
        });
        cx.send_up(pdu);
        Ok(())
    }
}

/// The header for `sdu`, from what travels beside it.
fn header(sdu: &Pdu, source: Mac) -> Result<Header, Reason> {
    let ether_type = EtherType(sdu.ici().next);
    require_type(ether_type)?;
    if sdu.len() > LARGEST_BODY {
        return Err(Reason::TooLong {
            field: "Ethernet body",
            have: sdu.len(),
            most: LARGEST_BODY,
        });
    }
    let no_address = Reason::NoWay("no link address of the receiving station");
    let destination = sdu.ici().link_destination.ok_or(no_address)?;
    Ok(Header {
        destination,
        source,
        ether_type,
    })
}

/// IEEE 802.3-2018 §3.2.6: up to 1500 the field is a length and LLC follows, from 0x0600 it is
/// a type; what lies between is neither.
fn require_type(found: EtherType) -> Result<(), Reason> {
    let field = "Length/Type";
    if found <= ether_type::LARGEST_LENGTH {
        let value = found.0.into();
        return Err(Reason::Unhandled { field, value });
    }
    let rule = "must be at most 1500 or at least 1536";
    Reason::require(found >= ether_type::SMALLEST, field, found.0, rule)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rig::Rig;
    use layercake_base::Ici;

    const HERE: Mac = Mac::local(1);
    const THERE: Mac = Mac::local(2);

    fn to(destination: Mac, next: EtherType) -> Ici {
        Ici {
            link_destination: Some(destination),
            next: next.0,
            ..Ici::NONE
        }
    }

    fn frame(destination: Mac, ether_type: u16, body: &[u8]) -> Vec<u8> {
        let ether_type = EtherType(ether_type);
        let header = Header {
            destination,
            source: THERE,
            ether_type,
        };
        [&header.encode()[..], body].concat()
    }

    #[test]
    fn a_short_body_is_padded_with_zeros_to_sixty_octets() {
        let mut rig = Rig::new(Ethernet::new(HERE));
        rig.send(b"hi", to(THERE, ether_type::IPV4)).unwrap();
        let sent = rig.sent();
        assert_eq!(sent.octets().len(), SMALLEST_FRAME);
        let header = Header::decode(sent.octets()).unwrap();
        assert_eq!((header.destination, header.source), (THERE, HERE));
        assert_eq!(header.ether_type, ether_type::IPV4);
        assert_eq!(&sent.octets()[14..16], b"hi");
        assert!(sent.octets()[16..].iter().all(|&octet| octet == 0));
    }

    #[test]
    fn a_long_body_is_not_padded_and_one_beyond_the_largest_is_refused() {
        let mut rig = Rig::new(Ethernet::new(HERE));
        let ici = to(THERE, ether_type::IPV4);
        rig.send(&[7; LARGEST_BODY], ici).unwrap();
        assert_eq!(rig.sent().len(), 1514);
        let reason = rig.send(&[7; LARGEST_BODY + 1], ici).unwrap_err();
        assert_eq!(
            reason.to_string(),
            "Ethernet body is 1501 octets, at most 1500 fit"
        );
    }

    #[test]
    fn a_frame_without_receiver_or_type_is_not_sent() {
        let mut rig = Rig::new(Ethernet::new(HERE));
        let nobody = Ici {
            next: ether_type::IPV4.0,
            ..Ici::NONE
        };
        assert_eq!(rig.send(b"", nobody).unwrap_err().kind(), "no-way");
        let untyped = to(THERE, EtherType(0));
        assert_eq!(rig.send(b"", untyped).unwrap_err().kind(), "unhandled");
    }

    #[test]
    fn what_is_for_this_station_for_all_and_for_groups_is_taken() {
        let mut rig = Rig::new(Ethernet::new(HERE));
        let group = Mac([0x01, 0x00, 0x5e, 0, 0, 1]);
        for (destination, is_group) in
            [(HERE, false), (Mac::BROADCAST, true), (group, true)]
        {
            rig.receive(&frame(destination, 0x86dd, b"body"), Ici::NONE)
                .unwrap();
            let up = rig.received();
            assert_eq!(up.octets(), b"body");
            assert_eq!(up.ici().group, is_group);
            assert_eq!(up.ici().link_source, Some(THERE));
            assert_eq!(up.ici().link_destination, Some(destination));
            assert_eq!(up.ici().next, 0x86dd);
        }
    }

    #[test]
    fn a_frame_for_another_station_goes_no_further() {
        let mut rig = Rig::new(Ethernet::new(HERE));
        let reason = rig.receive(&frame(Mac::local(9), 0x0800, b""), Ici::NONE);
        let text = "Destination Address = 02:00:00:00:00:09 is not this station's";
        assert_eq!(reason.unwrap_err().to_string(), text);
        assert!(rig.pop().is_none());
    }

    #[test]
    fn a_length_and_a_value_that_is_neither_are_told_apart() {
        let mut rig = Rig::new(Ethernet::new(HERE));
        let mut kind = |value| {
            let result = rig.receive(&frame(HERE, value, b""), Ici::NONE);
            result.map_or_else(|reason| reason.kind(), |()| "taken")
        };
        let found = [0, 1500, 1501, 0x05ff, 0x0600].map(&mut kind);
        assert_eq!(
            found,
            ["unhandled", "unhandled", "illegal", "illegal", "taken"]
        );
    }
}
