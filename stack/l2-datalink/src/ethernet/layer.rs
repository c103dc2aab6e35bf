//! The Ethernet layer of one station: header and padding down, address filter up.

use layercake_base::{Context, Layer, Mac, Pdu, Reason, Service, Spec};

use super::{Body, Header, LARGEST_BODY, OCTETS, SMALLEST_FRAME};
use crate::ether_type::EtherType;
use crate::llc::snap;

/// Adds the header and pads to the smallest frame going down; coming up it takes what is meant
/// for this station, for everybody, or for a group.
///
/// Sent are Ethernet II frames. Received are those and, as RFC 1122 §2.3.3 asks, IEEE 802.3
/// frames with the LLC and SNAP headers of RFC 1042, whose padding is cut off; other uses of LLC
/// have no layer above. Behind the body of an Ethernet II frame padding stays, since only the
/// body's own length can tell it.
///
/// Groups are not subscribed to: the layers above see each frame to a group and choose.
#[derive(Clone, Debug)]
pub struct Ethernet {
    station: Mac,
    largest_body: usize,
}

impl Ethernet {
    /// The layer of the station with this address, for bodies of up to [`LARGEST_BODY`] octets.
    pub const fn new(station: Mac) -> Self {
        Ethernet {
            station,
            largest_body: LARGEST_BODY,
        }
    }

    /// The same for bodies of up to `octets`: [`TAGGED_BODY`](super::TAGGED_BODY) below a VLAN
    /// layer, [`ENVELOPE_BODY`](super::ENVELOPE_BODY) below several,
    /// [`JUMBO_BODY`](super::JUMBO_BODY) where every station on the link takes that.
    #[must_use]
    pub const fn carrying(mut self, octets: usize) -> Self {
        self.largest_body = octets;
        self
    }
}

impl Layer for Ethernet {
    fn spec(&self) -> Spec {
        let padding = SMALLEST_FRAME - OCTETS;
        Spec::new("ethernet", 2)
            .between(Service::Stations, Service::Frames)
            .adds(OCTETS, padding)
            .limits(self.largest_body)
            .hands_down(OCTETS + self.largest_body)
    }

    fn send(&mut self, mut sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        self.require_fits(sdu.len())?;
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
        let body = header.body()?;
        pdu.strip_front(OCTETS)?;
        self.require_fits(pdu.len())?;
        let ether_type = match body {
            Body::Typed(ether_type) => ether_type,
            Body::Counted(octets) => open(&mut pdu, octets)?,
        };
        pdu.set_ici(|ici| {
            ici.link_source = Some(header.source);
            ici.link_destination = Some(header.destination);
            ici.next = ether_type.0;
            ici.group = group;
        });
        cx.send_up(pdu);
        Ok(())
    }
}

impl Ethernet {
    fn require_fits(&self, have: usize) -> Result<(), Reason> {
        let (field, most) = ("Ethernet body", self.largest_body);
        if have > most {
            return Err(Reason::TooLong { field, have, most });
        }
        Ok(())
    }
}

/// The header for `sdu`, from what travels beside it.
fn header(sdu: &Pdu, source: Mac) -> Result<Header, Reason> {
    let no_address = Reason::NoWay("no link address of the receiving station");
    let header = Header {
        destination: sdu.ici().link_destination.ok_or(no_address)?,
        source,
        ether_type: EtherType(sdu.ici().next),
    };
    match header.body()? {
        Body::Typed(_) => Ok(header),
        Body::Counted(_) => Err(Reason::Unhandled {
            field: "Length/Type",
            value: header.ether_type.0.into(),
        }),
    }
}

/// Cuts the padding of an IEEE 802.3 frame whose body has `length` octets, and takes off the
/// headers of RFC 1042. Gives what follows them.
fn open(pdu: &mut Pdu, length: usize) -> Result<EtherType, Reason> {
    let (field, need, have) = ("802.3 body", length, pdu.len());
    let short = Reason::TooShort { field, need, have };
    let padding = have.checked_sub(length).ok_or(short)?;
    pdu.strip_back(padding)?;
    let ether_type = snap::decode_rfc_1042(pdu.octets())?;
    pdu.strip_front(snap::RFC_1042_OCTETS)?;
    Ok(ether_type)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ether_type;
    use crate::ethernet::JUMBO_BODY;
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
    fn a_value_that_is_neither_length_nor_type_is_refused() {
        let mut rig = Rig::new(Ethernet::new(HERE));
        let mut kind = |value| {
            let result = rig.receive(&frame(HERE, value, b""), Ici::NONE);
            result.map_or_else(|reason| reason.kind(), |()| "taken")
        };
        let found = [0, 1500, 1501, 0x05ff, 0x0600].map(&mut kind);
        assert_eq!(
            found,
            ["too-short", "too-short", "illegal", "illegal", "taken"]
        );
    }

    /// RFC 1042; the body ends by its length, padding is no part of it.
    #[test]
    fn a_frame_with_the_headers_of_rfc_1042_is_taken_without_its_padding() {
        let mut rig = Rig::new(Ethernet::new(HERE));
        let body = [&snap::encode_rfc_1042(ether_type::IPV4)[..], b"packet"].concat();
        let padded = [&frame(HERE, 14, &body)[..], &[0xee; 32]].concat();
        rig.receive(&padded, Ici::NONE).unwrap();
        let up = rig.received();
        assert_eq!(up.octets(), b"packet");
        assert_eq!(up.ici().next, ether_type::IPV4.0);
        assert_eq!(up.ici().link_source, Some(THERE));
    }

    #[test]
    fn a_length_beyond_the_frame_and_another_use_of_llc_go_no_further() {
        let mut rig = Rig::new(Ethernet::new(HERE));
        let body = [&snap::encode_rfc_1042(ether_type::IPV4)[..], b"packet"].concat();
        let reason = rig.receive(&frame(HERE, 15, &body), Ici::NONE).unwrap_err();
        assert_eq!(reason.to_string(), "802.3 body needs 15 octets, have 14");
        let reason = rig.receive(&frame(HERE, 3, &[0x42, 0x42, 3]), Ici::NONE);
        let text = "DSAP = 66 is not handled here";
        assert_eq!(reason.unwrap_err().to_string(), text);
        assert!(rig.pop().is_none());
    }

    #[test]
    fn larger_frames_pass_where_the_layer_was_made_for_them() {
        let large = frame(HERE, 0x0800, &[7; LARGEST_BODY + 1]);
        let reason = Rig::new(Ethernet::new(HERE)).receive(&large, Ici::NONE);
        assert_eq!(reason.unwrap_err().kind(), "too-long");
        let mut jumbo = Rig::new(Ethernet::new(HERE).carrying(JUMBO_BODY));
        jumbo.receive(&large, Ici::NONE).unwrap();
        assert_eq!(jumbo.received().len(), LARGEST_BODY + 1);
        let ici = to(THERE, ether_type::IPV4);
        jumbo.send(&[7; JUMBO_BODY], ici).unwrap();
        assert_eq!(jumbo.sent().len(), OCTETS + JUMBO_BODY);
        assert!(jumbo.send(&[7; JUMBO_BODY + 1], ici).is_err());
    }
}
