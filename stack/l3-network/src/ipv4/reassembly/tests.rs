use core::time::Duration;

use crate::Protocol;
use crate::icmp::{Quoted, TimeExceeded};
use crate::ipv4::lab::{NEAR, ROUTER, only, packet, router};
use crate::ipv4::{Header, Ipv4, Reassembly};
use crate::rig::{Out, Rig};
use layercake_base::{Ici, Layer, Pool};

/// A fragment of the packet with this identification, from the host nearby to the router.
pub(super) fn fragment(
    identification: u16,
    start: usize,
    data: &[u8],
    more: bool,
) -> Vec<u8> {
    packet(Protocol::UDP, data, |h| {
        h.destination = ROUTER;
        h.identification = identification;
        h.fragment_offset = u16::try_from(start / 8).unwrap();
        h.more_fragments = more;
    })
}

/// The octets that came up, if any did.
pub(super) fn up(out: &Out) -> Option<Vec<u8>> {
    assert!(out.up.len() <= 1);
    out.up.first().map(|pdu| pdu.octets().to_vec())
}

fn receive(rig: &mut Rig<Ipv4>, fragment: &[u8]) -> Out {
    rig.receive(fragment, Ici::NONE)
}

#[test]
fn two_fragments_become_the_packet_with_the_header_of_the_first() {
    let mut rig = router(|_| ());
    let last = fragment(9, 16, b"and the end", false);
    assert_eq!(up(&receive(&mut rig, &last)), None);
    let out = receive(&mut rig, &fragment(9, 0, b"sixteen octets, ", true));
    let pdu = only(&out.up);
    assert_eq!(pdu.octets(), b"sixteen octets, and the end");
    assert_eq!(
        (pdu.ici().source, pdu.ici().identification),
        (Some(NEAR.into()), Some(9))
    );
    let mut whole = out.up.into_iter().next().unwrap();
    whole.unstrip_front(20).unwrap();
    let header = Header::decode(whole.octets()).unwrap();
    let expected = Header {
        identification: 9,
        ..Header::new(NEAR, ROUTER, Protocol::UDP, 27)
    };
    assert_eq!(header, expected);
    assert_eq!(rig.layer.deadline(), None);
}

#[test]
fn fragments_of_other_packets_do_not_mix() {
    let mut rig = router(|_| ());
    let mut other = fragment(9, 8, b"stranger", false);
    other[15] = 77; // another source
    other[10..12].fill(0);
    let sum = layercake_base::checksum::internet(&other[..20]);
    other[10..12].copy_from_slice(&sum.to_be_bytes());
    let parts = [
        fragment(8, 8, b"previous", false),
        other,
        fragment(9, 0, b"this one", true),
    ];
    assert!(
        parts
            .iter()
            .all(|part| up(&receive(&mut rig, part)).is_none())
    );
    let out = receive(&mut rig, &fragment(9, 8, b" is mine", false));
    assert_eq!(up(&out).unwrap(), b"this one is mine");
}

/// What RFC 5722 says of IPv6: the packet is discarded, and what is still to come of it.
#[test]
fn an_overlap_is_the_end_of_the_whole_packet() {
    let mut rig = router(|_| ());
    receive(&mut rig, &fragment(9, 0, &[1; 16], true));
    let out = receive(&mut rig, &fragment(9, 8, &[2; 16], true));
    let text = "place of a fragment = 8 overlaps another: the packet is discarded";
    assert_eq!(
        out.told,
        [text, text],
        "the fragment that was kept, and this"
    );
    let out = receive(&mut rig, &fragment(9, 16, &[1; 8], false));
    let text = "Identification = 9 is of a packet that was discarded";
    assert_eq!((up(&out), out.told), (None, vec![text.to_owned()]));
    rig.at_millis(60_000);
    let out = rig.fire();
    assert_eq!(
        (out.told.len(), out.down.len()),
        (0, 0),
        "no message either"
    );
}

#[test]
fn a_duplicate_does_no_harm_and_other_data_in_its_place_does() {
    let mut rig = router(|_| ());
    receive(&mut rig, &fragment(9, 0, &[1; 16], true));
    let out = receive(&mut rig, &fragment(9, 0, &[1; 16], true));
    assert_eq!(out.told, ["place of a fragment = 0 is filled already"]);
    let out = receive(&mut rig, &fragment(9, 16, &[1; 8], false));
    assert_eq!(up(&out).unwrap(), [1; 24]);

    receive(&mut rig, &fragment(10, 0, &[1; 16], true));
    receive(&mut rig, &fragment(10, 0, &[2; 16], true));
    let out = receive(&mut rig, &fragment(10, 16, &[1; 8], false));
    assert_eq!(up(&out), None);
}

/// One fragment a line that is wrong by itself: nothing else is lost for it.
#[test]
fn a_fragment_that_can_be_of_no_packet_is_discarded_alone() {
    let mut rig = router(|_| ());
    receive(&mut rig, &fragment(9, 0, &[1; 16], true));
    let rule = "must leave a fragment that is not the last a multiple of 8 octets";
    for (start, data, more, text) in [
        (
            16,
            &[1; 8][..0],
            true,
            "data of a fragment needs 1 octets, have 0",
        ),
        (16, &[1; 7], true, &format!("Total Length = 27 {rule}")),
        (
            65_528,
            &[1; 8],
            false,
            "IPv4 packet in fragments is 65556 octets, at most 65535 fit",
        ),
    ] {
        let out = receive(&mut rig, &fragment(9, start, data, more));
        assert_eq!(out.told, [text]);
    }
    let out = receive(&mut rig, &fragment(9, 16, &[1; 8], false));
    assert_eq!(up(&out).unwrap(), [1; 24]);
}

/// A packet that would be too long only because its first fragment has a longer header.
#[test]
fn a_whole_that_is_longer_than_any_packet_is_discarded() {
    let mut rig = router(|_| ());
    for start in (0..65_480).step_by(1000) {
        let end = (start + 1000).min(65_512);
        receive(
            &mut rig,
            &fragment(9, start, &vec![1; end - start], end < 65_512),
        );
    }
    assert_eq!(
        rig.layer.deadline(),
        None,
        "65 512 and 20 octets are a packet"
    );
    let with_options = packet(Protocol::UDP, &[1; 1000], |h| {
        h.destination = ROUTER;
        h.identification = 10;
        h.more_fragments = true;
        h.options = crate::ipv4::Options::new(&[1; 8]).unwrap();
        h.total_length += 8;
    });
    receive(&mut rig, &with_options);
    let mut told = Vec::new();
    for start in (1000..65_480).step_by(1000) {
        let end = (start + 1000).min(65_512);
        let part = fragment(10, start, &vec![1; end - start], end < 65_512);
        told.extend(receive(&mut rig, &part).told);
    }
    let text = "IPv4 packet in fragments is 65540 octets, at most 65535 fit";
    assert_eq!(told, [text]);
    assert_eq!(rig.layer.deadline(), None);
}

/// RFC 1122 §3.3.2: the message goes out only when the first fragment is there.
#[test]
fn a_packet_that_is_not_whole_in_time_is_given_up_and_its_sender_told() {
    let mut rig = router(|_| ());
    let first = fragment(9, 0, b"16 octets of it.", true);
    receive(&mut rig, &fragment(9, 16, &[2; 8], true));
    rig.at_millis(59_000);
    receive(&mut rig, &first);
    receive(&mut rig, &fragment(8, 8, &[2; 8], false));
    let due = rig.layer.deadline().unwrap();
    assert_eq!(due.as_nanos(), 60_000_000_000, "since the first that came");
    rig.at_millis(60_000);
    let out = rig.fire();
    let text = "Identification = 9 was not put together in time";
    assert_eq!(out.told, [text]);
    let message = &only(&out.down).octets()[20..];
    let read = TimeExceeded::decode(message).unwrap();
    assert_eq!(read, TimeExceeded { code: 1, length: 0 });
    let quoted = Quoted::in_message(message).unwrap();
    assert_eq!(message[8..], first, "as it came");
    assert!(quoted.header.more_fragments);

    rig.at_millis(119_000);
    let out = rig.fire();
    assert_eq!((out.down.len(), out.discards), (0, vec!["no-way"]));
    assert_eq!(rig.layer.deadline(), None);
}

#[test]
fn the_time_lies_between_15_and_120_seconds() {
    for (said, counts) in [(1, 15), (30, 30), (600, 120)] {
        let mut rig = router(|config| {
            config.reassembly.time = Duration::from_secs(said);
        });
        receive(&mut rig, &fragment(9, 0, &[1; 8], true));
        let due = rig.layer.deadline().unwrap();
        assert_eq!(due.as_nanos(), counts * 1_000_000_000);
    }
}

/// Show: 20,000 fragments, each of a packet of its own, most of them far into it. What lies in
/// front of them takes no memory: each costs its 8 octets and the shortest list of pieces.
#[test]
fn a_flood_of_far_fragments_costs_what_it_brings() {
    let mut rig = small(50, 300_000);
    for number in 0..20_000_u16 {
        let start = if number % 3 == 0 { 0 } else { 65_000 };
        receive(&mut rig, &fragment(number, start, &[1; 8], true));
        assert!(rig.layer.waiting.packets() <= 50);
        assert!(rig.layer.waiting.octets() <= 50 * (8 + 4 * 6));
        assert!(rig.world.pool.in_use() <= 50);
    }
    let full: Vec<_> = rig.world.discards.iter().collect();
    let left = rig.layer.waiting.packets() as u64;
    assert_eq!(
        full,
        [("ipv4", "full", 20_000 - left)],
        "each has its Reason"
    );
    // What is honest still gets through.
    receive(&mut rig, &fragment(30_000, 0, &[1; 8], true));
    let out = receive(&mut rig, &fragment(30_000, 8, &[1; 3], false));
    assert_eq!(up(&out).unwrap(), [1; 11]);
}

/// Each of 400 packets lacks its last fragment, and has 40 of 1000 octets.
#[test]
fn a_flood_of_long_packets_stays_within_the_memory() {
    let mut rig = small(50, 300_000);
    let mut most = 0;
    for part in 0..400 * 40 {
        let (number, start) = (part / 40, usize::from(part % 40) * 1000);
        receive(&mut rig, &fragment(number, start, &[1; 1000], true));
        most = most.max(rig.layer.waiting.octets());
    }
    assert!((200_000..=300_000).contains(&most), "{most}");
    let full: Vec<_> = rig.world.discards.iter().collect();
    let left = rig.layer.waiting.packets() as u64;
    assert_eq!(full, [("ipv4", "full", 400 - left)]);
}

/// A router that keeps this much, in a world with 60 PDUs.
fn small(packets: usize, octets: usize) -> Rig<Ipv4> {
    let limits = Reassembly {
        packets,
        octets,
        ..Reassembly::default()
    };
    let mut rig = router(|config| config.reassembly = limits);
    rig.world.pool = Pool::new(60);
    rig
}

/// A first fragment from any host.
fn from(source: u32, identification: u16, data: &[u8]) -> Vec<u8> {
    packet(Protocol::UDP, data, |h| {
        (h.source, h.destination) = (source.into(), ROUTER);
        (h.identification, h.more_fragments) = (identification, true);
    })
}

/// Four packets of a quiet sender live through 1,000 of a loud one, which has the whole table
/// before, and drives out its own packets then; once by their number, once by their octets.
#[test]
fn a_sender_that_floods_drives_out_its_own_packets() {
    for (packets, octets, flood) in [(16, 1_000_000, 8), (1000, 0, 1480)] {
        let mut rig = small(packets, octets);
        rig.world.pool = Pool::new(1010);
        let flood = |rig: &mut Rig<Ipv4>, numbers: core::ops::Range<u16>| {
            for number in numbers {
                receive(rig, &from(0x0a63_0001, number, &vec![1; flood]));
            }
        };
        flood(&mut rig, 0..500);
        for number in 0..4 {
            receive(&mut rig, &fragment(number, 0, &[1; 800], true));
        }
        flood(&mut rig, 500..1000);
        for number in 0..4 {
            let out = receive(&mut rig, &fragment(number, 800, &[1; 8], false));
            assert!(up(&out) == Some(vec![1; 808]), "packet {number}");
        }
    }
}

/// No share helps against sources that are made up: then the oldest goes, whoever sent it.
#[test]
fn where_nobody_has_more_than_its_share_the_oldest_goes() {
    let mut rig = small(16, 0);
    receive(&mut rig, &fragment(9, 0, &[1; 8], true));
    for host in 0..15 {
        let out = receive(&mut rig, &from(0x0a63_0000 + host, 1, &[1; 8]));
        assert_eq!(out.told.len(), 0);
    }
    let out = receive(&mut rig, &from(0x0a63_0100, 1, &[1; 8]));
    let text = "table of packets in fragments is full at 16";
    assert_eq!(out.told, [text]);
    let out = receive(&mut rig, &fragment(9, 8, &[1; 8], false));
    assert_eq!(up(&out), None, "it was the oldest");
}

/// Each fragment of the dead packet wants the most memory, and none is taken in.
#[test]
fn a_discarded_packet_holds_no_memory_and_takes_none_from_others() {
    let mut rig = router(|config| config.reassembly.octets = 0);
    receive(&mut rig, &fragment(9, 0, &[1; 16], true));
    let before = rig.layer.waiting.octets();
    receive(&mut rig, &fragment(10, 0, &[1; 16], true));
    receive(&mut rig, &fragment(10, 8, &[2; 16], true));
    assert_eq!(rig.layer.waiting.octets(), before);
    receive(&mut rig, &fragment(11, 32_000, &[1; 16], true));
    let out = receive(&mut rig, &fragment(10, 65_000, &[1; 8], true));
    let text = "Identification = 10 is of a packet that was discarded";
    assert_eq!(out.told, [text]);
    let out = receive(&mut rig, &fragment(9, 16, &[1; 8], false));
    assert_eq!(up(&out).unwrap(), [1; 24]);
}

/// 8190 fragments of 8 octets are the most that a packet can come in.
#[test]
fn the_smallest_fragments_fit_into_the_least_memory() {
    let mut rig = router(|config| config.reassembly.octets = 0);
    let mut last = Out::default();
    for start in (0..65_512).step_by(8) {
        let part = fragment(9, start, &[1; 8], start + 8 < 65_512);
        last = receive(&mut rig, &part);
        assert!(rig.layer.waiting.octets() <= Reassembly::LEAST);
    }
    assert_eq!(up(&last).unwrap(), vec![1; 65_512]);
}

#[test]
fn memory_is_used_again() {
    let mut rig = router(|_| ());
    for number in 0..100 {
        receive(&mut rig, &fragment(number, 0, &[1; 1000], true));
        receive(&mut rig, &fragment(number, 1000, &[1; 8], false));
    }
    assert_eq!(rig.layer.waiting.spares(), 1);
    assert_eq!(rig.layer.waiting.octets(), 2 * 1000 + 4 * 6);
}

/// RFC 3168 §5.3.
#[test]
fn congestion_met_by_one_fragment_is_met_by_the_packet() {
    let part = |number, start, ecn: u8| {
        packet(Protocol::UDP, &[1; 8], |h| {
            h.destination = ROUTER;
            h.identification = number;
            h.type_of_service = 0xb8 | ecn;
            (h.fragment_offset, h.more_fragments) = (start, start == 0);
        })
    };
    let mut rig = router(|_| ());
    for (number, first, second, whole) in [
        (1, 0b10, 0b10, Some(0xba)),
        (2, 0b10, 0b11, Some(0xbb)),
        (3, 0b11, 0b01, Some(0xbb)),
        (4, 0b11, 0b00, None),
    ] {
        receive(&mut rig, &part(number, 0, first));
        let out = receive(&mut rig, &part(number, 1, second));
        assert_eq!(out.up.first().map(|pdu| pdu.ici().class), whole);
    }
}
