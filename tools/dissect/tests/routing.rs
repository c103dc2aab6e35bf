//! What routers and neighbours tell each other, by hand after the RFCs: the layers, what is said
//! about them, and lines as tcpdump has them.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a wrong assumption must fail the test"
)]

use std::fs;
use std::process::Command;

use hex_literal::hex;
use layercake_capfile::{Packet, Timestamp, Writer};
use layercake_dissect::{
    Dissection, LinkType, Style, dissect, dissect_cut, explain, summary,
};

/// RFC 2453 §4: the question for the whole table, and two routes, one of them withdrawn.
const REQUEST: [u8; 24] = hex!("01020000 0000 0000 00000000 00000000 00000000 00000010");
const RESPONSE: [u8; 44] = hex!(
    "02020000 0002 0000 0a010000 ffff0000 00000000 00000001"
    "0002 0007 c0a80100 ffffff00 0a000009 00000010"
);
/// RFC 2080 §2.1: the same, and a next hop in front of a route.
const REQUEST_NG: [u8; 24] = hex!("01010000 00000000000000000000000000000000 0000 00 10");
const RESPONSE_NG: [u8; 64] = hex!(
    "02010000 20010db8000100000000000000000000 0000 30 01"
    "fe800000000000000000000000000005 0000 00 ff"
    "20010db8000200000000000000000000 0007 40 02"
);

/// A packet of IPv4 from 10.0.0.1 to the group of RIP, without checksums.
fn v4(protocol: u8, body: &[u8]) -> Vec<u8> {
    let length = u8::try_from(20 + body.len()).unwrap();
    let mut packet = hex!("45c00000 00010000 01000000 0a000001 e0000009").to_vec();
    (packet[3], packet[9]) = (length, protocol);
    let sum = layercake_base::checksum::internet(&packet);
    packet[10..12].copy_from_slice(&sum.to_be_bytes());
    packet.extend(body);
    packet
}

/// A packet of IPv6 from fe80::1 to a group.
fn v6(next: u8, hops: u8, body: &[u8]) -> Vec<u8> {
    let mut packet = hex!(
        "60000000 00000000 fe800000000000000000000000000001 ff020000000000000000000000000009"
    )
    .to_vec();
    packet[5] = u8::try_from(body.len()).unwrap();
    (packet[6], packet[7]) = (next, hops);
    packet.extend(body);
    packet
}

fn udp(port: u16, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(8 + body.len()).unwrap().to_be_bytes();
    let port = port.to_be_bytes();
    [&port[..], &port, &length, &[0, 0], body].concat()
}

fn names(dissection: &Dissection<'_>) -> Vec<&'static str> {
    let layers = dissection.layers.iter();
    layers.map(|layer| layer.layout.protocol).collect()
}

#[test]
fn a_rip_message_is_a_header_and_its_routes() {
    let packet = v4(17, &udp(520, &RESPONSE));
    let response = dissect(LinkType::IPV4, &packet);
    let layers = ["IPv4", "UDP", "RIP", "RIPv2 entry", "RIPv2 entry"];
    assert_eq!(names(&response), layers);
    assert_eq!(response.faults().count(), 0);
    let text = explain(LinkType::IPV4, &packet, Style::PLAIN);
    for said in [
        "16 bits of the address count",
        "16: cannot be reached",
        "a network of the",
    ] {
        assert!(text.contains(said), "{said} is missing in\n{text}");
    }
    let packet = v6(17, 255, &udp(521, &RESPONSE_NG));
    let response = dissect(LinkType::IPV6, &packet);
    assert_eq!(
        names(&response)[2..],
        ["RIP", "RIPng entry", "RIPng entry", "RIPng entry"]
    );
}

#[test]
fn what_is_wrong_with_a_rip_message_is_told() {
    let packet = v4(17, &udp(520, &RESPONSE[..30]));
    let faults = dissect(LinkType::IPV4, &packet);
    let faults: Vec<_> = faults.faults().map(ToString::to_string).collect();
    let last = faults.last().unwrap();
    assert!(
        last.contains("RIPv2 entry needs 20 octets, have 6"),
        "{faults:?}"
    );
    let many = [&RESPONSE[..4], &RESPONSE[4..24].repeat(60)].concat();
    let frame = [&hex!("ff030021")[..], &v4_long(&udp(520, &many))].concat();
    let many = dissect(LinkType::PPP, &frame);
    assert_eq!(many.layers.len(), layercake_dissect::LAYER_LIMIT);
}

/// A packet that is longer than one octet of its length can say.
fn v4_long(body: &[u8]) -> Vec<u8> {
    let mut packet = v4(17, &[]);
    let length = u16::try_from(20 + body.len()).unwrap();
    packet[2..4].copy_from_slice(&length.to_be_bytes());
    packet.extend(body);
    packet
}

/// An update with one advertisement of 10.0.0.1: a network and a neighbour.
#[test]
fn a_link_state_update_is_its_advertisements_and_links() {
    let mut message = hex!(
        "02010000 0a000001  0a000001 00000003 0005 0002"
        "c0a80100 18 00 0001  0a000002 ff 00 0004"
    );
    let sum = layercake_base::checksum::internet(&message);
    message[2..4].copy_from_slice(&sum.to_be_bytes());
    let packet = v4(253, &message);
    let update = dissect(LinkType::IPV4, &packet);
    assert_eq!(
        names(&update),
        [
            "IPv4",
            "link state",
            "link state advertisement",
            "link state link",
            "link state link"
        ]
    );
    assert_eq!(update.faults().count(), 0);
    let text = explain(LinkType::IPV4, &packet, Style::PLAIN);
    assert!(text.contains("255: the address is a router's ID"), "{text}");
}

/// RFC 4861 §4.2: an advertisement with a link address, an MTU and a prefix.
const ADVERTISEMENT: [u8; 64] = hex!(
    "86000000 40000708 00000000 00000000 0101020000000001 05010000000005dc"
    "030440c0 00278d00 00093a80 00000000 20010db8000100000000000000000000"
);

#[test]
fn an_advertisement_of_a_router_is_a_layer_for_each_option() {
    let packet = v6(58, 255, &ADVERTISEMENT);
    let own = dissect(LinkType::IPV6, &packet);
    assert_eq!(
        names(&own)[1..],
        [
            "ICMPv6 router advertisement",
            "Link-layer address option",
            "MTU option",
            "Prefix information option",
        ]
    );
    let text = explain(LinkType::IPV6, &packet, Style::PLAIN);
    for said in [
        "a default router for 1800 s",
        "assigned locally",
        "half of the address",
    ] {
        assert!(text.contains(said), "{said} is missing in\n{text}");
    }
    let mut none = packet.clone();
    none[40 + 17] = 0;
    let own = dissect(LinkType::IPV6, &none);
    let fault = own.faults().last().unwrap().to_string();
    assert!(fault.contains("Length = 0 must not be 0"), "{fault}");
}

/// The capture ends within an option, and another follows on the wire.
#[test]
fn an_option_behind_the_end_of_the_capture_lies_at_its_end() {
    let mut message = ADVERTISEMENT.to_vec();
    message.extend(hex!("6303 0000 00000000 0000000000000000 0000000000000000"));
    message.extend(hex!("0501000000000500"));
    let packet = v6(58, 255, &message);
    for cut in 40..packet.len() {
        let own = dissect_cut(LinkType::IPV6, &packet[..cut], packet.len());
        let ends = own.layers.iter().map(|layer| layer.header.end);
        assert!(ends.into_iter().all(|end| end <= cut), "{cut}: {own:?}");
    }
}

/// RFC 2711 §2.1; a jumbo payload (RFC 2675 §2) and an option that nobody knows.
#[test]
fn the_options_of_an_extension_header_are_told() {
    let body = hex!("3b 02 0502 0000 c204 00010000 fe 06 aabbccddeeff 01 02 0000");
    let packet = v6(0, 1, &body);
    let text = explain(LinkType::IPV6, &packet, Style::PLAIN);
    for said in [
        "router alert 0",
        "jumbo payload 65536",
        "option 0xfe, 6 octets",
        "PadN",
    ] {
        assert!(text.contains(said), "{said} is missing in\n{text}");
    }
}

/// RFC 4950 and RFC 5837 behind a quote of 128 octets, after RFC 4884 §4.
#[test]
fn the_extensions_of_an_error_are_told() {
    let mut message = hex!("0b00 0000 0020 0000").to_vec();
    let mut quote = v4(17, &udp(33434, &[]));
    quote.resize(128, 0);
    message.extend(quote);
    message.extend(hex!(
        "2000 0000 0008 0101 000643 01 0010 020c 00000007 00010000 0a000301"
    ));
    let sum = layercake_base::checksum::internet(&message);
    message[2..4].copy_from_slice(&sum.to_be_bytes());
    let packet = v4(1, &message);
    let text = explain(LinkType::IPV4, &packet, Style::PLAIN).replace("\n", " ");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for said in [
        "MPLS label 100, class 1, TTL 1, bottom of the stack",
        "it came in by the interface, index 7, 10.0.3.1",
    ] {
        assert!(text.contains(said), "{said} is missing in\n{text}");
    }
}

/// RFC 792, RFC 8335: each with the fields of its own layout.
#[test]
fn every_icmp_message_has_the_fields_of_its_type() {
    for (message, name, said) in [
        (
            &hex!("0e00 0000 0007 0001 00000001 00000002 00000003")[..],
            "ICMP timestamp",
            "Receive Timestamp",
        ),
        (
            &hex!("0501 0000 0a000001"),
            "ICMP redirect",
            "Gateway Internet Address",
        ),
        (
            &hex!("0c00 0000 14000000"),
            "ICMP parameter problem",
            "Pointer",
        ),
        (
            &hex!("2a00 0000 0007 01 01 2000 0000 0008 0302 00000002"),
            "ICMP extended echo",
            "the interface with index 2",
        ),
        (
            &hex!("2b00 0000 0007 01 06"),
            "ICMP extended echo reply",
            "State",
        ),
        (
            &hex!("0900 0000 0102 0708 0a000001 00000000"),
            "ICMP router advertisement",
            "Preference",
        ),
    ] {
        let packet = v4(1, message);
        let own = dissect(LinkType::IPV4, &packet);
        assert_eq!(names(&own)[1], name);
        let text = explain(LinkType::IPV4, &packet, Style::PLAIN);
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(said), "{said} is missing in\n{text}");
    }
}

/// The line of each packet is tcpdump's.
#[test]
fn agrees_with_tcpdump_on_rip_and_timestamps() {
    let mut old = RESPONSE;
    old[1] = 1;
    let packets = [
        (LinkType::IPV4, v4(17, &udp(520, &REQUEST))),
        (LinkType::IPV4, v4(17, &udp(520, &RESPONSE))),
        (LinkType::IPV4, v4(17, &udp(520, &old))),
        (LinkType::IPV4, v4(17, &udp(520, &hex!("09020000")))),
        (LinkType::IPV6, v6(17, 255, &udp(521, &REQUEST_NG))),
        (LinkType::IPV6, v6(17, 255, &udp(521, &RESPONSE_NG))),
        (LinkType::IPV6, v6(17, 255, &udp(521, &hex!("07010000")))),
        (
            LinkType::IPV4,
            v4(1, &hex!("0d00 0000 0007 0001 00000001 00000000 00000000")),
        ),
        (
            LinkType::IPV4,
            v4(1, &hex!("0e00 0000 0007 0001 02000001 00000002 05265bff")),
        ),
    ];
    let lines: Option<Vec<_>> = packets
        .iter()
        .map(|(kind, octets)| tcpdump(*kind, octets))
        .collect();
    let Some(lines) = lines else {
        let missing = "tcpdump is not installed: nothing to compare with";
        assert!(std::env::var_os("CI").is_none(), "{missing}");
        return println!("{missing}");
    };
    for ((kind, octets), line) in packets.iter().zip(lines) {
        assert_eq!(summary(&dissect(*kind, octets)), line);
    }
}

/// The line that tcpdump prints for a packet; `None` where it is not installed.
fn tcpdump(kind: LinkType, octets: &[u8]) -> Option<String> {
    let mut writer = Writer::new(Vec::new(), "routing").unwrap();
    let interface = writer.add_interface(kind, "", 0).unwrap();
    let packet = Packet::new(interface, Timestamp::new(1, 0), octets);
    writer.write(&packet).unwrap();
    let name = format!("layercake-routing-{}.pcapng", std::process::id());
    let path = std::env::temp_dir().join(name);
    fs::write(&path, writer.into_inner()).unwrap();
    let output = Command::new("tcpdump").arg("-tnr").arg(&path).output();
    fs::remove_file(&path).unwrap();
    let text = String::from_utf8(output.ok()?.stdout).unwrap();
    Some(text.lines().next().unwrap_or_default().to_owned())
}
