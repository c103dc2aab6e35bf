//! A packet has come in: is it for this node, and who gets it?
//!
//! | source | destination | answer |
//! |---|---|---|
//! | a group, loopback, 0.0.0.0/8 but for 0.0.0.0, or this node | any | discard |
//! | one host, or 0.0.0.0 | broadcast of a network here, 255.255.255.255, 224.0.0.1, a group joined | for us, as a group |
//! | one host, or 0.0.0.0 | another group, loopback, 0.0.0.0/8, 240.0.0.0/4 | discard |
//! | one host, or 0.0.0.0 | any host, but the frame was for a group of stations | discard |
//! | one host, or 0.0.0.0 | this node | for us |
//! | one host | another host | forward, if this is a router; else discard |
//! | 0.0.0.0 | another host | discard |
//!
//! A group is a multicast address, or the broadcast of a network here. 0.0.0.0 is a host that
//! does not know its address yet.
//!
//! Spec: RFC 1122 §3.2.1.3 (addresses), §3.3.6 (broadcasts); RFC 1812 §5.3.4 (frames to a
//! group), §5.3.7 (sources and destinations that a router does not forward).
//! Not here: what becomes of a fragment (`reassembly`).

use core::net::Ipv4Addr;

use layercake_base::{Context, Pdu, Reason};

use super::{Header, Ipv4};
use crate::Protocol;
use crate::icmp::Type;

/// Every host on the link. RFC 1112 §4.
const ALL_HOSTS: Ipv4Addr = Ipv4Addr::new(224, 0, 0, 1);

impl Ipv4 {
    /// True when the packet is for this node, false when it is to be forwarded. Says in the
    /// PDU's control information whether it is for a group.
    pub(super) fn is_for_us(
        &self,
        header: &Header,
        pdu: &mut Pdu,
    ) -> Result<bool, Reason> {
        let (source, destination) = (header.source, header.destination);
        let other = self.may_be_source(source);
        Reason::require(other, "Source Address", source, "is not another host's")?;
        let joined = destination == ALL_HOSTS || self.groups.contains(&destination);
        if joined || self.is_broadcast(destination) {
            pdu.set_ici(|ici| ici.group = true);
            return Ok(true);
        }
        let field = "Destination Address";
        Reason::require(is_one_host(destination), field, destination, "is no host's")?;
        let alone = !pdu.ici().group;
        let rule = "is one host's, but the frame was for a group";
        Reason::require(alone, field, destination, rule)?;
        if self.is_own(destination) {
            return Ok(true);
        }
        if !self.forward {
            return Err(Reason::dead_end(field, destination, "is not this host's"));
        }
        let known = !source.is_unspecified();
        Reason::require(known, "Source Address", source, "must not be forwarded")?;
        Ok(false)
    }

    /// True for another host's address, and for 0.0.0.0, whose host does not know its own yet.
    /// An answer to the broadcast of a network here would go to all of its stations.
    fn may_be_source(&self, source: Ipv4Addr) -> bool {
        (self.is_host(source) || source.is_unspecified()) && !self.is_own(source)
    }

    /// True for an address that can be one host's on the networks here.
    pub(super) fn is_host(&self, address: Ipv4Addr) -> bool {
        is_one_host(address) && !self.is_broadcast(address)
    }

    /// Takes a packet for this node in.
    pub(super) fn deliver(
        &mut self,
        packet: Pdu,
        header: &Header,
        cx: &mut Context<'_>,
    ) -> Result<(), Reason> {
        if header.more_fragments || header.is_later_fragment() {
            return self.gather(packet, header, cx);
        }
        let data = packet.octets().get(header.octets()..).unwrap_or_default();
        let echo =
            header.protocol == Protocol::ICMP && Type::of(data) == Some(Type::ECHO);
        if self.silent && echo && !self.is_own(header.source) {
            return Err(Reason::NoWay("this node answers no echo request"));
        }
        self.hand_up(packet, header, cx);
        Ok(())
    }

    /// Hands the data of a packet up, with what its header said.
    pub(super) fn hand_up(&self, mut packet: Pdu, header: &Header, cx: &mut Context<'_>) {
        packet.set_ici(|ici| {
            ici.source = Some(header.source.into());
            ici.destination = Some(header.destination.into());
            ici.next = u16::from(header.protocol.0);
            ici.hops = Some(header.time_to_live);
            ici.class = header.type_of_service;
            ici.dont_fragment = header.dont_fragment;
            ici.identification = Some(header.identification);
            ici.network_header = header.octets();
        });
        match packet.strip_front(header.octets()) {
            Ok(_) => cx.send_up(packet),
            Err(short) => cx.discard(packet, short.into()),
        }
    }

    /// True for the address of all hosts, everywhere or on a network of this node.
    fn is_broadcast(&self, address: Ipv4Addr) -> bool {
        let mut networks = self.interfaces.iter().map(|i| i.network());
        address.is_broadcast() || networks.any(|n| n.broadcast() == Some(address))
    }
}

/// True for an address that stands for one host anywhere: not this network (0.0.0.0/8), not
/// loopback (127.0.0.0/8), not a group or reserved (from 224.0.0.0). RFC 1122 §3.2.1.3.
pub(super) fn is_one_host(address: Ipv4Addr) -> bool {
    !matches!(address.octets()[0], 0 | 127 | 224..)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ipv4::lab::{FAR, NEAR, ROUTER, only, packet, router};
    use crate::samples;
    use layercake_base::Ici;

    /// What a node can do with a packet.
    #[derive(Debug, PartialEq)]
    enum Fate {
        Up { group: bool },
        Onwards,
        Gone,
    }

    fn fate(forward: bool, source: [u8; 4], destination: [u8; 4], group: bool) -> Fate {
        let octets = packet(Protocol::UDP, b"ports and so on", |h| {
            (h.source, h.destination) = (source.into(), destination.into());
        });
        let ici = Ici { group, ..Ici::NONE };
        let mut rig = router(|config| config.forward = forward);
        let out = rig.receive(&octets, ici);
        match (&out.up[..], &out.down[..]) {
            ([pdu], []) => Fate::Up {
                group: pdu.ici().group,
            },
            ([], [_]) => Fate::Onwards,
            ([], []) => Fate::Gone,
            _ => panic!("{out:?}"),
        }
    }

    /// The table in the file's documentation, line by line: for a router and for a host.
    #[test]
    fn packets_go_where_the_table_says() {
        use Fate::{Gone, Onwards, Up};
        let (near, far) = (NEAR.octets(), FAR.octets());
        let us = Up { group: false };
        let all = || Up { group: true };
        for (source, destination, group, router, host) in [
            ([224, 0, 0, 9], ROUTER.octets(), false, &Gone, &Gone),
            ([127, 0, 0, 1], ROUTER.octets(), false, &Gone, &Gone),
            ([10, 9, 2, 1], ROUTER.octets(), false, &Gone, &Gone),
            ([255; 4], ROUTER.octets(), false, &Gone, &Gone),
            ([10, 9, 1, 255], ROUTER.octets(), false, &Gone, &Gone),
            ([10, 9, 1, 255], far, false, &Gone, &Gone),
            ([0, 0, 0, 1], far, false, &Gone, &Gone),
            (near, [127, 0, 0, 1], false, &Gone, &Gone),
            (near, [0; 4], false, &Gone, &Gone),
            (near, [0, 0, 0, 1], false, &Gone, &Gone),
            (near, [240, 0, 0, 1], false, &Gone, &Gone),
            (near, ROUTER.octets(), false, &us, &us),
            (near, [10, 9, 2, 1], false, &us, &us),
            ([0; 4], ROUTER.octets(), false, &us, &us),
            ([0; 4], [255; 4], true, &all(), &all()),
            ([0; 4], far, false, &Gone, &Gone),
            (near, ROUTER.octets(), true, &Gone, &Gone),
            (near, [10, 9, 1, 255], false, &all(), &all()),
            (near, [255; 4], true, &all(), &all()),
            (near, [224, 0, 0, 1], true, &all(), &all()),
            (near, [224, 0, 0, 5], true, &Gone, &Gone),
            (near, far, true, &Gone, &Gone),
            (near, far, false, &Onwards, &Gone),
        ] {
            let what = format!("{source:?} to {destination:?} in a group frame: {group}");
            assert_eq!(
                &fate(true, source, destination, group),
                router,
                "router, {what}"
            );
            assert_eq!(
                &fate(false, source, destination, group),
                host,
                "host, {what}"
            );
        }
    }

    /// House rule: the field, the value found, and what is wrong with it.
    #[test]
    fn a_packet_that_goes_nowhere_is_told_with_its_address() {
        let (near, us) = (NEAR.octets(), ROUTER.octets());
        let far = FAR.octets();
        for (forward, source, destination, group, text) in [
            (
                true,
                [127, 0, 0, 1],
                us,
                false,
                "Source Address = 127.0.0.1 is not another host's",
            ),
            (
                true,
                near,
                [240, 0, 0, 1],
                false,
                "Destination Address = 240.0.0.1 is no host's",
            ),
            (
                true,
                near,
                us,
                true,
                "Destination Address = 10.9.1.1 is one host's, but the frame was for a group",
            ),
            (
                false,
                near,
                far,
                false,
                "Destination Address = 10.9.2.2 is not this host's",
            ),
            (
                true,
                [0; 4],
                far,
                false,
                "Source Address = 0.0.0.0 must not be forwarded",
            ),
        ] {
            let octets = packet(Protocol::UDP, b"data", |h| {
                (h.source, h.destination) = (source.into(), destination.into());
            });
            let mut rig = router(|config| config.forward = forward);
            assert_eq!(
                rig.receive(&octets, Ici { group, ..Ici::NONE }).told,
                [text]
            );
        }
    }

    #[test]
    fn a_group_that_was_joined_is_for_us() {
        let octets = packet(Protocol::UDP, b"routes", |h| {
            h.destination = [224, 0, 0, 9].into();
        });
        let mut config = None;
        let mut rig = router(|own| config = Some(own.clone()));
        assert!(rig.receive(&octets, Ici::NONE).up.is_empty());
        let joined = Ipv4::new(config.unwrap()).join([224, 0, 0, 9].into());
        let out = crate::rig::Rig::new(joined).receive(&octets, Ici::NONE);
        assert!(only(&out.up).ici().group);
    }

    #[test]
    fn the_user_hears_what_the_header_said() {
        let octets = packet(Protocol::UDP, b"data", |h| {
            h.destination = ROUTER;
            (h.time_to_live, h.type_of_service) = (9, 0xb8);
            (h.dont_fragment, h.identification) = (true, 77);
        });
        let out = router(|_| ()).receive(
            &octets,
            Ici {
                port: 1,
                ..Ici::NONE
            },
        );
        let expected = Ici {
            source: Some(NEAR.into()),
            destination: Some(ROUTER.into()),
            next: 17,
            hops: Some(9),
            class: 0xb8,
            dont_fragment: true,
            identification: Some(77),
            network_header: 20,
            port: 1,
            ..Ici::NONE
        };
        assert_eq!(*only(&out.up).ici(), expected);
    }

    #[test]
    fn a_silent_node_hands_up_no_echo_request_but_everything_else() {
        let mut silent = router(|config| {
            config.silent = true;
            config.interfaces[1].address = FAR;
        });
        assert!(silent.receive(&samples::ECHO, Ici::NONE).up.is_empty());
        let data = &samples::ECHO_REPLY[20..];
        let answer = packet(Protocol::ICMP, data, |_| ());
        assert_eq!(silent.receive(&answer, Ici::NONE).up.len(), 1);
    }
}
