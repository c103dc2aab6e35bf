//! Nothing that arrives can panic, hang or grow without bound.

mod common;

use layercake_dissect::json::Frame;
use layercake_dissect::{
    Dissection, LAYER_LIMIT, LinkType, Style, Summarizer, dissect_cut, explained, hex,
    summary, tree,
};
use proptest::prelude::*;

/// Every link type that is read, and one that is not.
const LINK_TYPES: [u16; 13] = [0, 1, 9, 12, 14, 50, 101, 108, 113, 228, 229, 276, 147];

/// Shows a frame in every way, and holds what every dissection must keep.
fn show_all(dissection: &Dissection<'_>) {
    assert!(dissection.layers.len() <= LAYER_LIMIT);
    for layer in &dissection.layers {
        let ranges = layer.parts.iter().map(|part| &part.range);
        for range in ranges.chain([&layer.header]) {
            assert!(range.start <= range.end && range.end <= dissection.octets.len());
        }
        assert!(layer.header.len() <= layer.layout.octets());
    }
    let lines = [
        summary(dissection),
        tree(dissection, Style::PLAIN),
        hex(dissection, Style::PLAIN),
        explained(dissection, Style::PLAIN),
        Summarizer::default().line(dissection),
    ];
    for line in lines {
        assert!(
            line.chars().all(|c| !c.is_control() || c == '\n'),
            "{line:?}"
        );
    }
    assert!(serde_json::to_string(&Frame::of(dissection)).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_octets_of_any_link_type_are_shown(
        octets in proptest::collection::vec(any::<u8>(), 0..200),
        link_type in proptest::sample::select(&LINK_TYPES[..]),
        missing in 0..100_usize,
    ) {
        show_all(&dissect_cut(LinkType(link_type), &octets, octets.len() + missing));
    }

    /// Octets that pass for IPv4, so that the random ones reach the layers inside.
    #[test]
    fn any_octets_inside_of_ip_are_shown(
        mut octets in proptest::collection::vec(any::<u8>(), 60..200),
        version in 5..=7_u8, protocol in proptest::sample::select(&[1_u8, 4, 6, 17, 41, 58][..]),
        kind in proptest::sample::select(&[0_u8, 3, 5, 11, 12, 45][..]),
    ) {
        let len = u16::try_from(octets.len()).unwrap();
        octets[0] = 0x40 | version;
        octets[2..4].copy_from_slice(&len.to_be_bytes());
        octets[6..8].fill(0);
        octets[9] = protocol;
        octets[usize::from(version) * 4] = kind;
        show_all(&dissect_cut(LinkType::RAW, &octets, octets.len()));
    }

    #[test]
    fn any_octets_inside_of_ipv6_are_shown(
        mut octets in proptest::collection::vec(any::<u8>(), 60..200),
        next in proptest::sample::select(&[0_u8, 6, 17, 43, 44, 58, 60][..]), kind in 0..5_u8,
    ) {
        octets[0] = 0x60;
        octets[6] = next;
        octets[40] = kind;
        show_all(&dissect_cut(LinkType::RAW, &octets, octets.len()));
    }
}

/// Every packet of the public captures, malformed ones among them.
#[test]
fn every_public_packet_is_shown_in_every_form() {
    let mut packets = 0;
    let folders = [
        "malformed",
        "linktypes",
        "ipv6",
        "icmpv6",
        "tunnels",
        "ppp-hdlc",
        "tcp",
    ];
    for path in common::captures(&folders) {
        println!("{}", common::name(&path)); // seen only when it fails
        common::each_packet(&path, |_, packet| {
            show_all(packet);
            packets += 1;
        });
    }
    println!("{packets} packets shown");
}

/// A frame made of VLAN tags alone would be one layer for each four octets.
#[test]
fn a_frame_of_tags_ends_at_the_limit() {
    let octets = [0x81, 0x00].repeat(5000);
    let dissection = dissect_cut(LinkType::ETHERNET, &octets, octets.len());
    assert_eq!(dissection.layers.len(), LAYER_LIMIT);
    let last = dissection.layers.last().unwrap();
    assert_eq!(last.fault.as_ref().unwrap().reason.kind(), "full");
    show_all(&dissection);
}
