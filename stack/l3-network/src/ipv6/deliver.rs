//! A packet has come in: is it for this node, and who gets it?
//!
//! | source | destination | answer |
//! |---|---|---|
//! | a group, ::1, an IPv4 address in disguise, or this node | any | discard |
//! | one host, or :: | a group that this node listens to there | for us, as a group |
//! | one host, or :: | another group, a group within a node, ::, ::1, an IPv4 address | discard |
//! | one host, or :: | this node; a link-local address counts on its link only | for us |
//! | one host, or :: | another host, but the frame was for a group of stations | discard |
//! | one host, or :: | a link-local address of another host | discard |
//! | :: | another host | discard |
//! | one host | another host | forward, if this is a router; else discard |
//!
//! :: is a host that does not know its address yet.
//!
//! Spec: RFC 4291 §2.5.2, §2.5.3, §2.5.6, §2.7 with erratum 3480 (groups within a node do not
//! come over a link); RFC 4007 §9.
//! Not here: a link-local source, which is answered (`forward`).

use layercake_base::{Context, Pdu, Reason};

use super::open::{Content, Refusal, open};
use super::scope::{Scope, is_link_local, is_one_host};
use super::{Header, Ipv6};
use crate::Protocol;
use crate::icmpv6::Type;

impl Ipv6 {
    /// True when the packet is for this node, false when it is to be forwarded. Says in the
    /// PDU's control information whether it is for a group.
    pub(super) fn is_for_us(
        &self,
        header: &Header,
        pdu: &mut Pdu,
    ) -> Result<bool, Reason> {
        let (source, destination) = (header.source, header.destination);
        let port = pdu.ici().port;
        let other = is_one_host(source) || source.is_unspecified();
        let other = other && !self.addresses.has(source, port);
        Reason::require(other, "Source Address", source, "is not another host's")?;
        let wide = Scope::of(destination) > Scope::INTERFACE;
        if destination.is_multicast() && wide && self.addresses.hears(destination, port) {
            pdu.set_ici(|ici| ici.group = true);
            return Ok(true);
        }
        let field = "Destination Address";
        Reason::require(is_one_host(destination), field, destination, "is no host's")?;
        if self.addresses.has(destination, port) {
            return Ok(true);
        }
        let alone = !pdu.ici().group;
        let rule = "is another host's, but the frame was for a group";
        Reason::require(alone, field, destination, rule)?;
        if !self.forward || is_link_local(destination) {
            return Err(Reason::dead_end(field, destination, "is not this host's"));
        }
        let known = !source.is_unspecified();
        Reason::require(known, "Source Address", source, "must not be forwarded")?;
        Ok(false)
    }

    /// Takes a packet for this node in.
    pub(super) fn deliver(
        &mut self,
        packet: Pdu,
        header: &Header,
        cx: &mut Context<'_>,
    ) -> Result<(), Reason> {
        let (protocol, at) = match open(&packet, header) {
            Ok(Content::Upper { protocol, at }) => (protocol, at),
            Ok(Content::Fragment(part)) => return self.gather(packet, header, &part, cx),
            Err(refusal) => return self.refuse(&packet, header, refusal, cx),
        };
        self.take_in(packet, header, (protocol, at), cx)
    }

    /// Takes a whole packet in, whose upper layer's packet begins behind `at` octets.
    pub(super) fn take_in(
        &mut self,
        packet: Pdu,
        header: &Header,
        (protocol, at): (Protocol, usize),
        cx: &mut Context<'_>,
    ) -> Result<(), Reason> {
        let data = packet.octets().get(at..).unwrap_or_default();
        let echo =
            protocol == Protocol::ICMPV6 && Type::of(data) == Some(Type::ECHO_REQUEST);
        if self.silent && echo && !self.addresses.has(header.source, packet.ici().port) {
            return Err(Reason::NoWay("this node answers no echo request"));
        }
        hand_up(packet, header, (protocol, at), cx);
        Ok(())
    }

    /// Tells the sender of a packet why it is not taken, if that is proper.
    pub(super) fn refuse(
        &mut self,
        packet: &Pdu,
        header: &Header,
        (error, reason): Refusal,
        cx: &mut Context<'_>,
    ) -> Result<(), Reason> {
        if let Some(error) = error {
            self.report(packet, header, error, cx);
        }
        Err(reason)
    }
}

/// Hands what is behind `at` octets of headers up, with what the first of them said.
pub(super) fn hand_up(
    mut packet: Pdu,
    header: &Header,
    (protocol, at): (Protocol, usize),
    cx: &mut Context<'_>,
) {
    packet.set_ici(|ici| {
        ici.source = Some(header.source.into());
        ici.destination = Some(header.destination.into());
        ici.next = u16::from(protocol.0);
        ici.hops = Some(header.hop_limit);
        ici.class = header.traffic_class;
        ici.flow_label = header.flow_label;
        ici.network_header = at;
    });
    match packet.strip_front(at) {
        Ok(_) => cx.send_up(packet),
        Err(short) => cx.discard(packet, short.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ipv6::lab::{NEAR, ROUTER, address, only, packet, router};
    use crate::samples;
    use layercake_base::Ici;

    /// What a node can do with a packet.
    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Fate {
        Up {
            group: bool,
        },
        Onwards,
        /// Discarded, and the sender is told.
        Answered,
        Gone,
    }

    fn fate(forward: bool, source: &str, destination: &str, group: bool) -> Fate {
        let octets = packet(Protocol::UDP, b"ports and so on", |h| {
            (h.source, h.destination) = (address(source), address(destination));
        });
        let mut rig = router(|config| config.forward = forward);
        let out = rig.receive(&octets, Ici { group, ..Ici::NONE });
        match (&out.up[..], &out.down[..]) {
            ([pdu], []) => Fate::Up {
                group: pdu.ici().group,
            },
            ([], [_]) if out.discards.is_empty() => Fate::Onwards,
            ([], [_]) => Fate::Answered,
            ([], []) => Fate::Gone,
            _ => panic!("{out:?}"),
        }
    }

    /// The table in the file's documentation, line by line: for a router and for a host, at
    /// attachment 0.
    #[test]
    fn packets_go_where_the_table_says() {
        use Fate::{Answered, Gone, Onwards, Up};
        let (near, us, far) = ("fd09:1::2", "fd09:1::1", "fd09:2::2");
        let (one, all) = (Up { group: false }, Up { group: true });
        for (source, destination, group, router, host) in [
            ("ff02::1", us, false, Gone, Gone),
            ("::1", us, false, Gone, Gone),
            ("::ffff:10.9.1.2", us, false, Gone, Gone),
            ("fd09:2::1", us, false, Gone, Gone),
            ("fe80::1", us, false, Gone, Gone),
            (near, "ff02::1", true, all, all),
            (near, "ff02::1:ff00:1", true, all, all),
            (near, "ff02::2", true, all, Gone),
            (near, "ff05::2", true, all, Gone),
            ("::", "ff02::1", true, all, all),
            (near, "ff02::9", true, Gone, Gone),
            (near, "ff01::1", true, Gone, Gone),
            (near, "ff00::1", true, Gone, Gone),
            (near, "::", false, Gone, Gone),
            (near, "::1", false, Gone, Gone),
            (near, "::ffff:10.9.1.1", false, Gone, Gone),
            (near, us, false, one, one),
            (near, "fd09:2::1", false, one, one),
            (near, "fe80::1", false, one, one),
            ("::", us, false, one, one),
            (near, us, true, all, all),
            (near, far, true, Gone, Gone),
            (near, "fe80::9", false, Gone, Gone),
            ("::", far, false, Gone, Gone),
            (near, far, false, Onwards, Gone),
            ("fe80::9", far, false, Answered, Gone),
        ] {
            let what = format!("{source} to {destination} in a group frame: {group}");
            let found = fate(true, source, destination, group);
            assert_eq!(found, router, "router, {what}");
            let found = fate(false, source, destination, group);
            assert_eq!(found, host, "host, {what}");
        }
    }

    /// House rule: the field, the value found, and what is wrong with it.
    #[test]
    fn a_packet_that_goes_nowhere_is_told_with_its_address() {
        let octets = packet(Protocol::UDP, b"data", |h| h.source = address("ff02::1"));
        let told = router(|_| ()).receive(&octets, Ici::NONE).told;
        assert_eq!(told, ["Source Address = ff02::1 is not another host's"]);
        let octets = packet(Protocol::UDP, b"data", |_| ());
        let told = router(|own| own.forward = false)
            .receive(&octets, Ici::NONE)
            .told;
        assert_eq!(told, ["Destination Address = fd09:2::2 is not this host's"]);
    }

    #[test]
    fn a_group_that_was_joined_is_for_us() {
        let group = address("ff02::9");
        let octets = packet(Protocol::UDP, b"routes", |h| h.destination = group);
        let mut config = None;
        let mut rig = router(|own| config = Some(own.clone()));
        assert!(rig.receive(&octets, Ici::NONE).up.is_empty());
        let joined = Ipv6::new(config.unwrap()).join(group);
        let out = crate::rig::Rig::new(joined).receive(&octets, Ici::NONE);
        assert!(only(&out.up).ici().group);
    }

    #[test]
    fn the_user_hears_what_the_header_said() {
        let octets = packet(Protocol::UDP, b"data", |h| {
            h.destination = ROUTER;
            (h.hop_limit, h.traffic_class, h.flow_label) = (9, 0xb8, 0x12345);
        });
        let ici = Ici {
            port: 1,
            ..Ici::NONE
        };
        let out = router(|_| ()).receive(&octets, ici);
        let expected = Ici {
            source: Some(NEAR.into()),
            destination: Some(ROUTER.into()),
            next: 17,
            hops: Some(9),
            class: 0xb8,
            flow_label: 0x12345,
            network_header: 40,
            port: 1,
            ..Ici::NONE
        };
        assert_eq!(*only(&out.up).ici(), expected);
    }

    #[test]
    fn a_silent_node_hands_up_no_echo_request_but_everything_else() {
        let mut silent = router(|config| {
            config.silent = true;
            config.interfaces[1].addresses[0].0 = address("fd09:2::2");
        });
        assert!(silent.receive(&samples::ECHO_V6, Ici::NONE).up.is_empty());
        let answer = packet(Protocol::ICMPV6, &samples::ECHO_REPLY_V6[40..], |_| ());
        assert_eq!(silent.receive(&answer, Ici::NONE).up.len(), 1);
    }
}
