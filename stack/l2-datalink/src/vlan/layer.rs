//! The VLAN layer of one station: a tag down, the right tag up.

use layercake_base::{Context, Layer, Pdu, Reason, Service, Spec};

use super::{Header, OCTETS, PRIORITY_ONLY, RESERVED};
use crate::ether_type::{self, EtherType};

/// Puts each body into one virtual LAN: adds the tag going down; coming up it takes what has
/// that tag and strips it. Stands on [`Ethernet`](crate::Ethernet), which should carry four
/// octets more ([`TAGGED_BODY`](crate::ethernet::TAGGED_BODY)).
///
/// ```text
///   going down          Vlan          Ethernet
///   next = 0800   |  VLAN | body |   Ethernet | VLAN | body
///                 next = 8100
/// ```
/// Two of them are QinQ: the customer's tag above, [`Vlan::service`] below, inside
/// [`ENVELOPE_BODY`](crate::ethernet::ENVELOPE_BODY).
///
/// ```
/// use layercake_datalink::{Vlan, vlan};
///
/// let (customer, service) = (Vlan::new(42)?, Vlan::service(7)?.with_priority(3)?);
/// assert!(Vlan::new(vlan::RESERVED).is_err());
/// # Ok::<(), layercake_base::Reason>(())
/// ```
#[derive(Clone, Debug)]
pub struct Vlan {
    kind: EtherType,
    identifier: u16,
    priority: u8,
}

impl Vlan {
    /// The layer of a customer VLAN, 1 to 4094. With [`PRIORITY_ONLY`] the tags carry only the
    /// priority, and frames without a tag are taken too: both belong to no VLAN.
    ///
    /// # Errors
    /// [`Reason::Illegal`] for [`RESERVED`] and what does not fit 12 bits.
    pub fn new(identifier: u16) -> Result<Self, Reason> {
        Self::of(ether_type::VLAN, identifier)
    }

    /// The layer of a service VLAN, 1 to 4094: the outer tag of QinQ, IEEE 802.1ad.
    ///
    /// # Errors
    /// [`Reason::Illegal`] as for [`Vlan::new`].
    pub fn service(identifier: u16) -> Result<Self, Reason> {
        Self::of(ether_type::SERVICE_VLAN, identifier)
    }

    fn of(kind: EtherType, identifier: u16) -> Result<Self, Reason> {
        require_usable(identifier)?;
        Ok(Vlan {
            kind,
            identifier,
            priority: 0,
        })
    }

    /// The same with a Priority Code Point, 0 to 7, in each tag that it adds.
    ///
    /// # Errors
    /// [`Reason::Illegal`] for a priority beyond 7.
    pub fn with_priority(mut self, priority: u8) -> Result<Self, Reason> {
        Reason::require(priority <= 7, "PCP", priority, "must be at most 7")?;
        self.priority = priority;
        Ok(self)
    }
}

impl Layer for Vlan {
    fn spec(&self) -> Spec {
        let name = match self.kind {
            ether_type::SERVICE_VLAN => "service-vlan",
            _ => "vlan",
        };
        Spec::new(name, 2)
            .between(Service::Stations, Service::Stations)
            .adds(OCTETS, 0)
    }

    fn send(&mut self, mut sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let tag = Header {
            priority: self.priority,
            drop_eligible: false,
            identifier: self.identifier,
            ether_type: EtherType(sdu.ici().next),
        };
        sdu.prepend(OCTETS)?.copy_from_slice(&tag.encode());
        sdu.set_ici(|ici| ici.next = self.kind.0);
        cx.send_down(sdu);
        Ok(())
    }

    fn receive(&mut self, mut pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let next = EtherType(pdu.ici().next);
        if next == self.kind {
            let tag = Header::decode(pdu.octets())?;
            self.require_ours(&tag)?;
            pdu.strip_front(OCTETS)?;
            pdu.set_ici(|ici| ici.next = tag.ether_type.0);
        } else if self.identifier != PRIORITY_ONLY {
            let why = "is not the tag of this VLAN";
            return Err(Reason::dead_end("Length/Type", next.0, why));
        }
        cx.send_up(pdu);
        Ok(())
    }
}

impl Vlan {
    /// A length may not stand in a tag here: [`Ethernet`](crate::Ethernet) cuts only the
    /// padding of what it sees itself.
    fn require_ours(&self, tag: &Header) -> Result<(), Reason> {
        require_usable(tag.identifier)?;
        if tag.identifier != self.identifier {
            let why = "is not this VLAN's";
            return Err(Reason::dead_end("VID", tag.identifier, why));
        }
        if tag.ether_type < ether_type::SMALLEST {
            let (field, value) = ("Length/Type", tag.ether_type.0.into());
            return Err(Reason::Unhandled { field, value });
        }
        Ok(())
    }
}

/// IEEE 802.1Q-2018 table 9-2.
fn require_usable(identifier: u16) -> Result<(), Reason> {
    let rule = "must be at most 4094: 4095 is reserved";
    Reason::require(identifier < RESERVED, "VID", identifier, rule)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rig::Rig;
    use hex_literal::hex;
    use layercake_base::{Ici, Mac};
    use proptest::prelude::*;

    fn next(ether_type: EtherType) -> Ici {
        Ici {
            link_destination: Some(Mac::local(2)),
            next: ether_type.0,
            ..Ici::NONE
        }
    }

    /// The first frame of the QinQ capture of the tcpdump project, 802.1ad_QinQ.pcap: service
    /// VLAN 200 around customer VLAN 2001, ARP inside.
    #[test]
    fn two_layers_make_the_tags_of_a_captured_frame() {
        let mut customer = Rig::new(Vlan::new(2001).unwrap());
        let mut service = Rig::new(Vlan::service(200).unwrap());
        customer.send(b"arp", next(ether_type::ARP)).unwrap();
        let inner = customer.sent();
        assert_eq!(inner.ici().next, ether_type::VLAN.0);
        service.send(inner.octets(), *inner.ici()).unwrap();
        let outer = service.sent();
        assert_eq!(outer.ici().next, ether_type::SERVICE_VLAN.0);
        assert_eq!(outer.ici().link_destination, Some(Mac::local(2)));
        assert_eq!(
            outer.octets(),
            [&hex!("00c8 8100 07d1 0806")[..], b"arp"].concat()
        );

        service.receive(outer.octets(), *outer.ici()).unwrap();
        let inner = service.received();
        customer.receive(inner.octets(), *inner.ici()).unwrap();
        let body = customer.received();
        assert_eq!((body.octets(), body.ici().next), (&b"arp"[..], 0x0806));
    }

    #[test]
    fn the_reserved_number_and_a_priority_beyond_seven_are_refused() {
        let text = "VID = 4095 (0xfff) must be at most 4094: 4095 is reserved";
        assert_eq!(Vlan::new(4095).unwrap_err().to_string(), text);
        assert!(Vlan::service(0x1001).is_err());
        assert!(Vlan::new(4094).unwrap().with_priority(8).is_err());
        let mut rig = Rig::new(Vlan::new(1).unwrap());
        let reason = rig.receive(&hex!("0fff 0800"), next(ether_type::VLAN));
        assert_eq!(reason.unwrap_err().to_string(), text);
    }

    #[test]
    fn what_is_not_of_this_vlan_goes_no_further() {
        let mut rig = Rig::new(Vlan::new(5).unwrap());
        for (octets, ether_type, text) in [
            (
                &hex!("0006 0800")[..],
                ether_type::VLAN,
                "VID = 6 is not this VLAN's",
            ),
            (
                &hex!("0000 0800"),
                ether_type::VLAN,
                "VID = 0 is not this VLAN's",
            ),
            (
                b"packet",
                ether_type::IPV4,
                "Length/Type = 2048 (0x800) is not the tag of this VLAN",
            ),
            (
                &hex!("0005 0800"),
                ether_type::SERVICE_VLAN,
                "Length/Type = 34984 (0x88a8) is not the tag of this VLAN",
            ),
            (
                &hex!("0005 0003 424203"),
                ether_type::VLAN,
                "Length/Type = 3 is not handled here",
            ),
            (
                &hex!("0005 08"),
                ether_type::VLAN,
                "VLAN tag needs 4 octets, have 3",
            ),
        ] {
            let reason = rig.receive(octets, next(ether_type)).unwrap_err();
            assert_eq!(reason.to_string(), text);
        }
        assert!(rig.pop().is_none());
    }

    /// IEEE 802.1Q-2018 §6.9: a frame whose tag has VID 0 counts as one without a VLAN.
    #[test]
    fn a_priority_tag_is_stripped_and_an_untagged_frame_passes_where_there_is_no_vlan() {
        let layer = Vlan::new(PRIORITY_ONLY).unwrap().with_priority(5).unwrap();
        let mut rig = Rig::new(layer);
        rig.send(b"packet", next(ether_type::IPV4)).unwrap();
        let sent = rig.sent();
        assert_eq!(sent.octets(), [&hex!("a000 0800")[..], b"packet"].concat());
        rig.receive(sent.octets(), *sent.ici()).unwrap();
        assert_eq!(rig.received().octets(), b"packet");
        rig.receive(b"packet", next(ether_type::IPV4)).unwrap();
        assert_eq!(rig.received().octets(), b"packet");
    }

    proptest! {
        #[test]
        fn what_goes_down_comes_up(
            identifier in 0..RESERVED, priority in 0..=7_u8, ether_type in 0x600..=u16::MAX,
            body in proptest::collection::vec(any::<u8>(), 0..64)
        ) {
            let layer = Vlan::new(identifier).unwrap().with_priority(priority).unwrap();
            let mut rig = Rig::new(layer);
            rig.send(&body, next(EtherType(ether_type))).unwrap();
            let tagged = rig.sent();
            rig.receive(tagged.octets(), *tagged.ici()).unwrap();
            let up = rig.received();
            prop_assert_eq!(up.octets(), &body[..]);
            prop_assert_eq!(up.ici().next, ether_type);
        }

        #[test]
        fn any_octets_are_taken_or_refused(octets in proptest::collection::vec(any::<u8>(), 0..12)) {
            let mut rig = Rig::new(Vlan::new(5).unwrap());
            let taken = rig.receive(&octets, next(ether_type::VLAN)).is_ok();
            prop_assert_eq!(taken, rig.pop().is_some());
        }
    }
}
