use super::*;
use hex_literal::hex;
use proptest::prelude::*;

#[test]
fn the_picture_is_the_layout() {
    assert_eq!(LAYOUT.octets(), OCTETS);
    LAYOUT.is_drawn_in(include_str!("../arp.rs")).unwrap();
}

/// RFC 826, "An Example": X asks for the address of Y.
#[test]
fn the_example_of_rfc_826_decodes_to_a_request() {
    let octets = hex!("0001 0800 06 04 0001 020000000001 0a000001 000000000000 0a000002");
    let packet = Packet::decode(&octets).unwrap();
    assert_eq!(packet.opcode, Opcode::Request);
    assert_eq!(packet.sender.hardware, Mac::local(1));
    assert_eq!(packet.sender.protocol, Ipv4Addr::new(10, 0, 0, 1));
    assert_eq!(packet.target.hardware, Mac::default());
    assert_eq!(packet.target.protocol, Ipv4Addr::new(10, 0, 0, 2));
}

#[test]
fn each_field_has_its_own_reason() {
    let good = hex!("0001 0800 06 04 0001 020000000001 0a000001 000000000000 0a000002");
    let text = |at: usize, value| {
        let mut octets = good;
        octets[at] = value;
        Packet::decode(&octets).unwrap_err().to_string()
    };
    assert_eq!(text(1, 6), "ar$hrd = 6 must be 1, Ethernet");
    assert_eq!(
        text(2, 9),
        "ar$pro = 2304 (0x900) must be 2048 (0x800), IPv4"
    );
    assert_eq!(text(4, 8), "ar$hln = 8 must be 6");
    assert_eq!(text(5, 16), "ar$pln = 16 must be 4");
    assert_eq!(text(7, 3), "ar$op = 3 must be 1, request, or 2, reply");
    let short = Packet::decode(&good[..27]).unwrap_err();
    assert_eq!(short.to_string(), "ARP packet needs 28 octets, have 27");
}

fn number(mac: Mac) -> u64 {
    mac.0
        .iter()
        .fold(0, |sum, &octet| sum << 8 | u64::from(octet))
}

fn any_packet() -> impl Strategy<Value = Packet> {
    (any::<bool>(), any::<[u8; 20]>()).prop_map(|(request, stations)| {
        let [sender, target] = Station::decode_pair(stations);
        let opcode = if request {
            Opcode::Request
        } else {
            Opcode::Reply
        };
        Packet {
            opcode,
            sender,
            target,
        }
    })
}

proptest! {
    #[test]
    fn codec_layout_and_etherparse_agree(packet in any_packet()) {
        let wire = packet.encode();
        prop_assert_eq!(Packet::decode(&wire), Ok(packet));
        let field = |name| LAYOUT.number(name, &wire).unwrap();
        prop_assert_eq!(field("ar$hrd"), 1);
        prop_assert_eq!(field("ar$pro"), 0x0800);
        prop_assert_eq!((field("ar$hln"), field("ar$pln")), (6, 4));
        prop_assert_eq!(field("ar$op"), u64::from(packet.opcode.number()));
        prop_assert_eq!(field("ar$sha"), number(packet.sender.hardware));
        prop_assert_eq!(field("ar$tha"), number(packet.target.hardware));
        prop_assert_eq!(field("ar$spa"), u64::from(packet.sender.protocol.to_bits()));
        prop_assert_eq!(field("ar$tpa"), u64::from(packet.target.protocol.to_bits()));
        let oracle = etherparse::ArpPacket::from_slice(&wire).unwrap();
        let oracle = oracle.try_eth_ipv4().unwrap();
        prop_assert_eq!(oracle.operation.0, packet.opcode.number());
        prop_assert_eq!(oracle.sender_mac, packet.sender.hardware.0);
        prop_assert_eq!(oracle.sender_ipv4, packet.sender.protocol.octets());
        prop_assert_eq!(oracle.target_mac, packet.target.hardware.0);
        prop_assert_eq!(oracle.target_ipv4, packet.target.protocol.octets());
    }

    #[test]
    fn what_decodes_encodes_to_the_same_octets(octets in proptest::collection::vec(any::<u8>(), 0..40)) {
        if let Ok(packet) = Packet::decode(&octets) {
            prop_assert_eq!(&packet.encode()[..], &octets[..OCTETS]);
        }
    }

    #[test]
    fn octets_that_are_nearly_right_never_panic(packet in any_packet(), at in 0..8_usize, value: u8, len in 0..40_usize) {
        let mut octets = [&packet.encode()[..], &[0; 12]].concat();
        octets[at] = value;
        if let Ok(packet) = Packet::decode(&octets[..len]) {
            prop_assert_eq!(&packet.encode()[..], &octets[..OCTETS]);
        }
    }
}
