use proptest::prelude::*;

use super::*;
use crate::ipv6::lab::{NEAR, ROUTER, address, only, packet, router};
use crate::reassembly::model::{self, Kept, any_fragment, honest};
use crate::rig::{Out, Rig};
use layercake_base::{Ici, Layer, Pool};

/// A protocol of which no header is known, so that any octets will do.
const ANY: Protocol = Protocol(253);

/// A fragment of the packet with this identification, from the host nearby to the router.
fn fragment(protocol: Protocol, start: usize, data: &[u8], more: bool) -> Vec<u8> {
    let header = FragmentHeader {
        next_header: protocol,
        fragment_offset: u16::try_from(start / 8).unwrap(),
        more_fragments: more,
        identification: 9,
    };
    let data = [&header.encode(), data].concat();
    packet(Protocol::IPV6_FRAG, &data, |h| h.destination = ROUTER)
}

fn receive(rig: &mut Rig<Ipv6>, fragment: &[u8]) -> Out {
    rig.receive(fragment, Ici::NONE)
}

/// Type, code and pointer of the only message that went to the sender.
fn told(out: &Out) -> (u8, u8, u32) {
    let octets = only(&out.down).octets();
    let header = Header::decode(octets).unwrap();
    assert_eq!(header.destination, NEAR);
    let pointer = u32::from_be_bytes(octets[44..48].try_into().unwrap());
    (octets[40], octets[41], pointer)
}

#[test]
fn two_fragments_become_the_packet_with_the_header_of_the_first() {
    let mut rig = router(|_| ());
    let mut last = fragment(Protocol(99), 16, b"and the end", false);
    last[7] = 3;
    assert!(receive(&mut rig, &last).up.is_empty());
    let out = receive(&mut rig, &fragment(ANY, 0, b"sixteen octets, ", true));
    let pdu = only(&out.up);
    assert_eq!(pdu.octets(), b"sixteen octets, and the end");
    let ici = pdu.ici();
    assert_eq!(
        (ici.next, ici.hops, ici.network_header),
        (253, Some(64), 40)
    );
    let mut whole = out.up.into_iter().next().unwrap();
    whole.unstrip_front(40).unwrap();
    let expected = packet(ANY, b"sixteen octets, and the end", |h| {
        h.destination = ROUTER;
    });
    assert_eq!(whole.octets(), expected);
    assert_eq!(rig.layer.deadline(), None);
}

/// The kernel's checksum covers all 1308 octets: they are put together right. The answer goes back
/// in the pieces of the kernel's.
#[test]
fn a_large_ping_of_the_kernel_is_answered_as_the_kernel_does() {
    use crate::rig::Rig;
    use crate::samples;
    let mut rig = router(|config| config.interfaces[0].mtu = 1280);
    let [first, last] = samples::fragments_v6();
    assert!(receive(&mut rig, &last).up.is_empty());
    let question = receive(&mut rig, &first).up.remove(0);
    let mut icmp = Rig::new(crate::Icmpv6::new());
    let answer = icmp.deliver(layercake_base::Direction::Up, question);
    let out = rig.deliver(
        layercake_base::Direction::Down,
        answer.down.into_iter().next().unwrap(),
    );
    assert_eq!(out.down.len(), 2);
    for (ours, kernel) in out.down.iter().zip(samples::fragments_back_v6()) {
        let mut ours = ours.octets().to_vec();
        // Flow label and identification differ from node to node.
        ours[1..4].copy_from_slice(&kernel[1..4]);
        ours[44..48].copy_from_slice(&kernel[44..48]);
        assert_eq!(ours, kernel);
    }
}

/// RFC 8200 §4.5: what stands in front of the fragment header stays, what is behind is opened.
#[test]
fn headers_on_both_sides_of_the_fragment_header_are_looked_at() {
    let mut rig = router(|_| ());
    let part = |offset: u16, more, data: &[u8]| {
        let own = FragmentHeader {
            next_header: Protocol::IPV6_OPTS,
            fragment_offset: offset,
            more_fragments: more,
            identification: 1,
        };
        let options = [44, 0, 1, 4, 0, 0, 0, 0];
        let data = [&options[..], &own.encode(), data].concat();
        packet(Protocol::HOPOPT, &data, |h| h.destination = ROUTER)
    };
    let first = [&[253, 0, 1, 4, 0, 0, 0, 0][..], b"in front"].concat();
    assert!(receive(&mut rig, &part(0, true, &first)).up.is_empty());
    let out = receive(&mut rig, &part(2, false, b"behind"));
    let pdu = only(&out.up);
    assert_eq!(
        (pdu.octets(), pdu.ici().next),
        (&b"in frontbehind"[..], 253)
    );
    assert_eq!(pdu.ici().network_header, 56);
}

/// RFC 5722 §3: the packet is discarded, what is still to come of it too, and nobody is told.
#[test]
fn an_overlap_is_the_end_of_the_whole_packet() {
    let mut rig = router(|_| ());
    receive(&mut rig, &fragment(ANY, 0, &[1; 16], true));
    let out = receive(&mut rig, &fragment(ANY, 8, &[2; 16], true));
    let text = "place of a fragment = 8 overlaps another: the packet is discarded";
    assert_eq!((out.told, out.down.len()), (vec![text.to_owned(); 2], 0));
    let out = receive(&mut rig, &fragment(ANY, 16, &[1; 8], false));
    let text = "Identification = 9 is of a packet that was discarded";
    assert_eq!((out.up.len(), out.told), (0, vec![text.to_owned()]));
    rig.at_millis(60_000);
    let out = rig.fire();
    assert_eq!((out.told.len(), out.down.len()), (0, 0));
}

/// RFC 8200 §4.5, one error a line: what the sender is told, and nothing else is lost for it.
#[test]
fn a_fragment_that_can_be_of_no_packet_is_discarded_alone() {
    let mut rig = router(|_| ());
    receive(&mut rig, &fragment(ANY, 0, &[1; 16], true));
    let out = receive(&mut rig, &fragment(ANY, 16, &[1; 7], true));
    assert_eq!(told(&out), (4, 0, 4));
    let rule = "must leave a fragment that is not the last a multiple of 8 octets";
    assert_eq!(out.told, [format!("Payload Length = 15 {rule}")]);
    let out = receive(&mut rig, &fragment(ANY, 65_528, &[1; 8], false));
    assert_eq!(told(&out), (4, 0, 42));
    let text = "IPv6 packet in fragments is 65536 octets, at most 65535 fit";
    assert_eq!(out.told, [text]);
    let out = receive(&mut rig, &fragment(ANY, 16, &[], false));
    assert_eq!(out.down.len(), 0);
    assert_eq!(out.told, ["data of a fragment needs 1 octets, have 0"]);
    let out = receive(&mut rig, &fragment(ANY, 16, &[1; 8], false));
    assert_eq!(only(&out.up).octets(), [1; 24]);
}

/// RFC 7112 §5.
#[test]
fn a_first_fragment_without_all_headers_is_told() {
    for (protocol, data, whole) in [
        (Protocol::TCP, &[0; 16][..], false),
        (Protocol::TCP, &[0; 24], true),
        (Protocol::UDP, &[0; 8], true),
        (Protocol::ICMPV6, &[0; 8], true),
        (Protocol::IPV6_OPTS, &[6, 1, 1, 4, 0, 0, 0, 0], false),
        (Protocol::IPV6_OPTS, &[6, 0, 1, 4, 0, 0, 0, 0], false),
        (Protocol::IPV6_OPTS, &[253, 0, 1, 4, 0, 0, 0, 0], true),
    ] {
        let out = receive(&mut router(|_| ()), &fragment(protocol, 0, data, true));
        match whole {
            true => assert_eq!((out.down.len(), out.discards.len()), (0, 0)),
            false => assert_eq!(told(&out), (4, 3, 0)),
        }
    }
}

/// RFC 8200 §4.5: 60 s, and code 1 if the first fragment is there.
#[test]
fn a_packet_that_is_not_whole_in_time_is_given_up_and_its_sender_told() {
    for (start, messages) in [(0, 1), (16, 0)] {
        let mut rig = router(|_| ());
        rig.at_millis(1000);
        receive(&mut rig, &fragment(ANY, start, &[1; 16], true));
        let deadline = rig.layer.deadline().unwrap();
        assert_eq!(deadline.as_nanos(), 61_000_000_000);
        rig.at_millis(61_000);
        let out = rig.fire();
        assert_eq!(out.down.len(), messages);
        if messages > 0 {
            assert_eq!(told(&out), (3, 1, 0));
        }
        assert_eq!(
            out.told,
            ["Identification = 9 was not put together in time"]
        );
        assert_eq!(rig.layer.deadline(), None);
    }
}

#[test]
fn fragments_of_other_packets_do_not_mix() {
    let mut rig = router(|_| ());
    let mut parts = [(); 3].map(|()| fragment(ANY, 8, b"stranger", false));
    parts[0][23] = 77; // another source
    parts[1][47] = 8; // another identification
    parts[2][24..40].copy_from_slice(&address("fd09:2::1").octets());
    for part in &parts {
        assert!(receive(&mut rig, part).up.is_empty());
    }
    assert!(
        receive(&mut rig, &fragment(ANY, 0, b"this one", true))
            .up
            .is_empty()
    );
    let out = receive(&mut rig, &fragment(ANY, 8, b" is mine", false));
    assert_eq!(only(&out.up).octets(), b"this one is mine");
}

/// RFC 4007 §6: the same link-local address on another link is another host's.
#[test]
fn link_local_senders_on_two_links_do_not_mix() {
    let mut rig = router(|_| ());
    let mut from = |port, start, more| {
        let mut octets = fragment(ANY, start, b"12345678", more);
        octets[8..24].copy_from_slice(&address("fe80::9").octets());
        let out = rig.receive(&octets, Ici { port, ..Ici::NONE });
        out.up.len()
    };
    assert_eq!(from(0, 0, true) + from(1, 8, false), 0);
    assert_eq!(from(0, 8, false), 1);
    assert_eq!(from(1, 0, true), 1);
}

#[test]
fn a_fragment_within_fragments_is_refused() {
    let mut rig = router(|_| ());
    let inner = [253, 0, 0, 1, 0, 0, 0, 7, 1, 2, 3, 4, 5, 6, 7, 8];
    receive(&mut rig, &fragment(Protocol::IPV6_FRAG, 0, &inner, true));
    let out = receive(&mut rig, &fragment(ANY, 16, &[1; 8], false));
    assert_eq!((out.up.len(), out.down.len()), (0, 0));
    assert_eq!(out.told, ["a fragment within fragments"]);
    assert_eq!(rig.layer.deadline(), None, "nothing waits");
}

/// RFC 3168 §5.3.
#[test]
fn congestion_met_by_one_fragment_is_met_by_the_packet() {
    for (marks, whole) in [([2, 3], Some(3)), ([2, 2], Some(2)), ([0, 3], None)] {
        let mut rig = router(|_| ());
        let mut parts = [
            fragment(ANY, 0, &[1; 8], true),
            fragment(ANY, 8, &[1; 8], false),
        ];
        for (part, mark) in parts.iter_mut().zip(marks) {
            part[1] |= mark << 4;
        }
        assert!(receive(&mut rig, &parts[0]).up.is_empty());
        let out = receive(&mut rig, &parts[1]);
        assert_eq!(out.up.first().map(|pdu| pdu.ici().class), whole);
    }
}

fn agree(fragments: &[Kept]) -> usize {
    let mut rig = router(|_| ());
    rig.world.pool = Pool::new(64);
    model::agree(fragments, |(start, data, more)| {
        let out = receive(&mut rig, &fragment(ANY, *start, data, *more));
        out.up.first().map(|pdu| pdu.octets().to_vec())
    })
}

proptest! {
    #[test]
    fn agrees_with_a_naive_model_when_fragments_are_hostile(
        fragments in proptest::collection::vec(any_fragment(), 0..24),
    ) {
        agree(&fragments);
    }

    #[test]
    fn agrees_with_a_naive_model_when_the_network_is_poor(
        steps in 2..24_usize, cuts: u32, order in proptest::collection::vec(0..24_usize, 0..60),
    ) {
        let fragments = honest(steps, cuts);
        let scheduled: Vec<_> =
            order.iter().filter_map(|&next| fragments.get(next).cloned()).collect();
        agree(&scheduled);
    }

    /// Nothing is lost: the packet comes up once for each time that all of it came.
    #[test]
    fn what_comes_in_any_order_is_put_together(
        steps in 2..24_usize, cuts: u32, keys in any::<[u32; 24]>(),
    ) {
        let mut fragments: Vec<_> = honest(steps, cuts | 2).into_iter().zip(keys).collect();
        fragments.sort_by_key(|(_, key)| *key);
        let fragments: Vec<_> = fragments.into_iter().map(|(kept, _)| kept).collect();
        prop_assert_eq!(agree(&fragments), 1);
    }
}
