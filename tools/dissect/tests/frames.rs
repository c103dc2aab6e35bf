//! Frames made by hand: what each layer is, where it ends, and what is said about it.

use hex_literal::hex;
use layercake_dissect::{
    Dissection, LinkType, PartKind, Style, Verdict, dissect, dissect_cut, explain,
    hex as octets, summary, tree,
};

/// A ping of 8 octets of data, as a kernel sends it.
const PING: [u8; 50] = hex!(
    "02 00 00 00 00 02  02 00 00 00 00 01  08 00"
    "45 00 00 24 be ef 40 00 40 01 67 e7 0a 00 00 01 0a 00 00 02"
    "08 00 66 62 00 07 00 01  61 62 63 64 65 66 67 68"
);

fn names(dissection: &Dissection<'_>) -> Vec<&'static str> {
    dissection
        .layers
        .iter()
        .map(|layer| layer.layout.protocol)
        .collect()
}

/// The only fault of a frame as text.
fn fault(dissection: &Dissection<'_>) -> String {
    let faults: Vec<_> = dissection.faults().map(ToString::to_string).collect();
    assert_eq!(faults.len(), 1, "{faults:?}");
    faults.concat()
}

#[test]
fn a_ping_is_three_layers_and_its_data() {
    let ping = dissect(LinkType::ETHERNET, &PING);
    assert_eq!(names(&ping), ["Ethernet", "IPv4", "ICMP echo"]);
    let headers: Vec<_> = ping
        .layers
        .iter()
        .map(|layer| layer.header.clone())
        .collect();
    assert_eq!(headers, [0..14, 14..34, 34..42]);
    assert_eq!(
        ping.layers[2].part(PartKind::Payload).unwrap().range,
        42..50
    );
    assert_eq!(ping.faults().count(), 0);
    let line = "IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id 7, seq 1, length 16";
    assert_eq!(summary(&ping), line);
}

/// A ping in PPP behind the header of a line that repeats what is lost, and an
/// acknowledgement.
#[test]
fn a_frame_of_a_line_with_arq_is_its_header_and_ppp() {
    let mut frame = hex!("03 21 00 05 00 02  ff 03 00 21").to_vec();
    frame.extend(&PING[14..]);
    let ping = dissect(LinkType::USER0, &frame);
    assert_eq!(names(&ping), ["ARQ", "PPP", "IPv4", "ICMP echo"]);
    assert_eq!(ping.faults().count(), 0);
    let ready = hex!("13 21 00 05 00 06");
    let ready = dissect(LinkType::USER0, &ready);
    assert_eq!(summary(&ready), "ARQ RR, N(S) 5, N(R) 6, length 6");
    let strange = dissect(LinkType::USER0, &[0xff; 6]);
    assert!(fault(&strange).contains("Type"), "{}", fault(&strange));
}

#[test]
fn reasons_are_computed_from_the_frame() {
    let text = explain(
        LinkType::ETHERNET,
        &PING,
        Style {
            color: false,
            width: 200,
        },
    );
    for reason in [
        "why: IPv4 follows at octet 14",
        "why: 5 × 4 = 20: no options follow",
        "why: 20 header + 16 body",
        "why: means nothing here: DF forbids fragments",
        "why: a usual start: no router has forwarded it, if it began with 64",
        "why: ICMP echo follows at octet 34",
        "why: computed over octets 14-33: the same",
        "why: private use: not routed in the internet, RFC 1918",
        "why: a question: asks for its 8 octets of data back",
        "why: computed over octets 34-49: the same",
    ] {
        assert!(text.contains(reason), "{reason}\n{text}");
    }
}

/// The reason for a field of the layer with that number.
fn why(frame: &[u8], layer: usize, field: &str) -> Option<String> {
    let frame = dissect(LinkType::RAW, frame);
    let mut values = frame.values(frame.layers.get(layer)?);
    let value = values.find(|value| value.field.name == field);
    frame.why(layer, &value?)
}

/// A number in a field is no address and no port because it could be one.
#[test]
fn only_addresses_and_ports_are_told_as_such() {
    let mut v6 = [0; 40];
    v6[..8].copy_from_slice(&hex!("60 01 23 45 00 00 3b 40"));
    assert_eq!(why(&v6, 0, "Flow Label"), None);
    assert!(why(&v6, 0, "Hop Limit").is_some());
    let v4 = hex!("41 00 00 14 00 00 00 00 40 3b 00 07 0a 00 00 01 0a 00 00 02");
    assert!(why(&v4, 0, "Source Address").is_some());
    assert_eq!(why(&v4, 0, "Header Checksum"), None); // the IHL tells no header to sum up
    let udp = hex!(
        "45 00 00 1c 00 00 00 00 40 11 00 00 0a 00 00 01 0a 00 00 02"
        "00 35 00 35 00 04 00 50"
    );
    assert_eq!(why(&udp, 1, "Checksum"), None); // the Length tells no datagram to sum up
    assert!(why(&udp, 1, "Source Port").unwrap().contains("DNS"));
}

#[test]
fn reasons_that_hold_for_some_packets_are_told_for_those_only() {
    let segment = |bits: u8| {
        let mut octets = hex!(
            "45 00 00 28 00 00 00 00 40 06 00 00 0a 00 00 01 0a 00 00 02"
            "00 50 00 50 00 00 00 01 00 00 00 01 50 00 00 09 00 00 00 00"
        );
        octets[33] = bits;
        why(&octets, 1, "Urgent Pointer")
    };
    assert!(segment(0x10).unwrap().contains("URG is not set"));
    assert_eq!(segment(0x30), None); // URG is set, and 0 is then a place
    let arp = |operation: u8| {
        let mut frame = hex!(
            "ff ff ff ff ff ff 02 00 00 00 00 01 08 06"
            "00 01 08 00 06 04 00 01 02 00 00 00 00 01 00 00 00 00"
            "00 00 00 00 00 00 00 00 00 00"
        );
        frame[21] = operation;
        let frame = dissect(LinkType::ETHERNET, &frame);
        let values: Vec<_> = frame.values(&frame.layers[1]).collect();
        let reasons = values.iter().filter(|v| v.field.name.ends_with('a'));
        reasons.filter_map(|value| frame.why(1, value)).count()
    };
    assert_eq!((arp(1), arp(3)), (3, 0)); // RARP asks with the same zeros for another reason
    let mut jumbo = [0; 48];
    jumbo[..8].copy_from_slice(&hex!("60 00 00 00 00 00 00 40"));
    assert!(
        why(&jumbo, 0, "Payload Length")
            .unwrap()
            .contains("RFC 2675")
    );
}

#[test]
fn a_changed_octet_is_told_with_the_checksum_that_would_fit() {
    let mut frame = PING;
    frame[22] = 63; // a hop fewer, and the checksum as before
    let dissection = dissect(LinkType::ETHERNET, &frame);
    assert_eq!(names(&dissection).len(), 3);
    let told = "IPv4 at octet 14: Header Checksum is 0x67e7, computed 0x68e7";
    assert_eq!(fault(&dissection), told);
    let text = explain(
        LinkType::ETHERNET,
        &frame,
        Style {
            color: false,
            width: 200,
        },
    );
    assert!(
        text.contains("computed over octets 14-33: 0x68e7, so it differs"),
        "{text}"
    );
    assert!(
        text.contains("why: one router forwarded it, if it began with 64"),
        "{text}"
    );
}

/// Wherever a frame ends: as it stands it is malformed; when it was longer it is only cut.
#[test]
fn an_end_too_early_is_a_fault_and_a_cut_capture_is_none() {
    for len in 1..PING.len() {
        let short = dissect(LinkType::ETHERNET, &PING[..len]);
        assert!(short.faults().count() > 0 || len == 14, "{len}");
        let cut = dissect_cut(LinkType::ETHERNET, &PING[..len], PING.len());
        assert_eq!(cut.faults().count(), 0, "{len}: {:?}", cut.faults().next());
        let in_header = len < 42;
        assert_eq!(cut.layers.iter().any(|layer| layer.cut), in_header, "{len}");
    }
}

#[test]
fn an_icmp_error_holds_the_quoted_packet_as_layers() {
    let frame = hex!(
        "45 00 00 38 00 00 00 00 40 01 66 c3 0a 00 00 01 0a 00 00 02"
        "0b 00 ae ec 00 00 00 00"
        "45 00 00 3c 12 34 00 00 01 11 93 73 0a 00 00 02 0a 00 00 09"
        "c3 50 82 9a 00 28 00 00"
    );
    let error = dissect(LinkType::RAW, &frame);
    assert_eq!(names(&error), ["IPv4", "ICMP time exceeded", "IPv4", "UDP"]);
    let quoted: Vec<_> = error.layers.iter().map(|layer| layer.quoted).collect();
    assert_eq!(quoted, [0, 0, 1, 1]);
    assert_eq!(error.faults().count(), 0, "{}", tree(&error, Style::PLAIN));
    let text = explain(
        LinkType::RAW,
        &frame,
        Style {
            color: false,
            width: 200,
        },
    );
    assert!(
        text.contains("why: about the IPv4 packet quoted at octet 28"),
        "{text}"
    );
    assert!(
        text.contains("why: 33434 + 0: the habit of traceroute probes"),
        "{text}"
    );
    let line = "IP 10.0.0.1 > 10.0.0.2: ICMP time exceeded in-transit, length 36";
    assert_eq!(summary(&error), line);
}

#[test]
fn padding_belongs_to_the_layer_around_and_stands_at_the_end() {
    let mut frame = PING.to_vec();
    frame.resize(60, 0);
    let dissection = dissect(LinkType::ETHERNET, &frame);
    assert_eq!(
        dissection.layers[0].part(PartKind::Padding).unwrap().range,
        50..60
    );
    let text = tree(&dissection, Style::PLAIN);
    let (ethernet, icmp) = (
        text.rfind("Ethernet, behind").unwrap(),
        text.find("ICMP").unwrap(),
    );
    assert!(ethernet > icmp, "{text}");
    let text = explain(
        LinkType::ETHERNET,
        &frame,
        Style {
            color: false,
            width: 200,
        },
    );
    assert!(
        text.contains("IPv4 ends 10 octets early: a frame must have 60"),
        "{text}"
    );
}

#[test]
fn tags_lengths_and_extension_headers_are_layers_of_their_own() {
    let tagged =
        hex!("02 00 00 00 00 02 02 00 00 00 00 01 88 a8 00 c8 81 00 07 d1 88 b5 00 00");
    let tagged = dissect(LinkType::ETHERNET, &tagged);
    assert_eq!(names(&tagged), ["Ethernet", "VLAN", "VLAN"]);
    let length = hex!("01 80 c2 00 00 00 02 00 00 00 00 01 00 03 e0 e0 03 00 00");
    let length = dissect(LinkType::ETHERNET, &length);
    assert_eq!(names(&length), ["Ethernet", "LLC"]);
    assert_eq!(length.layers[1].header, 14..17);
    assert_eq!(
        length.layers[0].part(PartKind::Padding).unwrap().range,
        17..19
    );
    let chain = hex!(
        "60 00 00 00 00 10 00 01 fe800000000000000000000000000001 ff020000000000000000000000000016"
        "3a 00 05 02 00 00 01 00  8f 00 73 22 00 00 00 00"
    );
    let chain = dissect(LinkType::IPV6, &chain);
    assert_eq!(names(&chain), ["IPv6", "IPv6 hop-by-hop options", "ICMPv6"]);
    let check = chain.layers[2].check.as_ref().unwrap();
    assert_eq!((check.verdict, check.pseudo_header), (Verdict::Good, true));
}

#[test]
fn what_is_not_read_is_named_and_shown_as_octets() {
    let radio = dissect(LinkType::IEEE802_11, &[8, 0, 1]);
    assert!(radio.layers.is_empty());
    assert_eq!(
        tree(&radio, Style::PLAIN),
        "IEEE802_11 (IEEE 802.11): 3 octets\n"
    );
    assert!(octets(&radio, Style::PLAIN).contains("0000  08 00 01"));
    let version = dissect(LinkType::RAW, &[0x75; 40]);
    assert_eq!(
        fault(&version),
        "link at octet 0: Version = 7 must be 4 or 6"
    );
}

#[test]
fn without_colour_a_letter_below_tells_the_layer() {
    let text = octets(&dissect(LinkType::ETHERNET, &PING), Style::PLAIN);
    let expected = "\
a Ethernet, octets 0-13
b IPv4, octets 14-33
c ICMP echo, octets 34-41
C Payload, octets 42-49
0000  02 00 00 00 00 02 02 00  00 00 00 01 08 00 45 00  ..............E.
      a  a  a  a  a  a  a  a   a  a  a  a  a  a  b  b
0010  00 24 be ef 40 00 40 01  67 e7 0a 00 00 01 0a 00  .$..@.@.g.......
      b  b  b  b  b  b  b  b   b  b  b  b  b  b  b  b
0020  00 02 08 00 66 62 00 07  00 01 61 62 63 64 65 66  ....fb....abcdef
      b  b  c  c  c  c  c  c   c  c  C  C  C  C  C  C
0030  67 68                                             gh
      C  C
";
    assert_eq!(text, expected);
    let colored = octets(&dissect(LinkType::ETHERNET, &PING), Style::COLOR);
    assert!(colored.contains("\u{1b}[36m02") && !colored.contains("      a  a"));
}

/// The Linux kernel leaves the sum over the pseudo-header for the network card to complete.
#[test]
fn a_checksum_left_to_the_card_is_no_fault() {
    let frame = hex!(
        "45 00 00 1e 00 00 40 00 40 11 26 cd 0a 00 00 01 0a 00 00 02"
        "c3 50 00 35 00 0a 14 1e  68 69"
    );
    let dissection = dissect(LinkType::RAW, &frame);
    assert_eq!(dissection.faults().count(), 0);
    let check = dissection.layers[1].check.as_ref().unwrap();
    assert!(matches!(check.verdict, Verdict::Offloaded(_)), "{check:?}");
}

/// The headers of RFC 1042 in front of an ARP request, with padding that the length cuts off.
#[test]
fn behind_a_length_come_llc_and_snap() {
    let mut frame = hex!(
        "ff ff ff ff ff ff 02 00 00 00 00 01 00 24"
        "aa aa 03 00 00 00 08 06"
        "00 01 08 00 06 04 00 01 02 00 00 00 00 01 0a 00 00 01"
        "00 00 00 00 00 00 0a 00 00 02 00 00 00 00 00 00 00 00 00 00"
    );
    let arp = dissect(LinkType::ETHERNET, &frame);
    assert_eq!(names(&arp), ["Ethernet", "LLC", "SNAP", "ARP"]);
    assert_eq!(arp.faults().count(), 0);
    let padding = arp.layers[0].part(PartKind::Padding).unwrap();
    assert_eq!(padding.range, 50..60);
    let line = "ARP, Request who-has 10.0.0.2 tell 10.0.0.1, length 28";
    assert_eq!(summary(&arp), line);
    let text = explain(
        LinkType::ETHERNET,
        &frame,
        Style {
            color: false,
            width: 200,
        },
    );
    for reason in [
        "at most 1500, so a length: 36 octets of LLC follow",
        "SNAP follows at octet 17",
        "0: the PID is an EtherType, RFC 1042",
    ] {
        assert!(text.contains(reason), "{reason}\n{text}");
    }
    // Of another organisation the numbers are not read.
    frame[19] = 0x0c;
    let cisco = dissect(LinkType::ETHERNET, &frame);
    assert_eq!(names(&cisco), ["Ethernet", "LLC", "SNAP"]);
    assert_eq!(
        cisco.layers[2].part(PartKind::Payload).unwrap().range,
        22..50
    );
}

#[test]
fn the_formats_of_llc_are_told_apart() {
    let layers = |llc: [u8; 4]| {
        let head = hex!("ff ff ff ff ff ff 02 00 00 00 00 01 00 04");
        let frame = [&head[..], &llc].concat();
        let frame = dissect(LinkType::ETHERNET, &frame);
        let fields: Vec<_> = frame.layers[1].layout.fields.iter().collect();
        let faults = frame.faults().map(ToString::to_string).collect::<String>();
        (fields.len(), frame.layers[1].header.clone(), faults)
    };
    assert_eq!(layers([0xe0, 0xe0, 0x03, 0]), (3, 14..17, String::new()));
    assert_eq!(layers([0xf0, 0xf0, 0x0a, 0x0c]), (6, 14..18, String::new()));
    assert_eq!(layers([0xf0, 0xf1, 0x05, 0x0c]), (7, 14..18, String::new()));
    let (_, _, fault) = layers([0xf0, 0xf1, 0x0d, 0x0c]);
    assert!(fault.contains("SS = 3"), "{fault}");
}

/// The first frame of `802.1D_spanning_tree.pcap` of tcpdump's tests, from a root; a later one of
/// the same bridge would differ in the Message Age alone.
const CATALYST: [u8; 60] = hex!(
    "01 80 c2 00 00 00 00 19 06 ea b8 85 00 26 42 42 03 00 00 00 00 00 80 01 00 19 06 ea"
    "b8 80 00 00 00 00 80 01 00 19 06 ea b8 80 80 05 00 00 14 00 02 00 0f 00 00 00 00 00"
    "00 00 00 00"
);

#[test]
fn a_bpdu_is_a_layer_behind_llc_with_fields_and_reasons() {
    let frame = dissect(LinkType::ETHERNET, &CATALYST);
    assert_eq!(names(&frame), ["Ethernet", "LLC", "STP"]);
    assert_eq!(frame.faults().count(), 0);
    assert_eq!(frame.layers[2].header, 17..52);
    let line = "STP 802.1d, Config, Flags [none], bridge-id \
                8001.00:19:06:ea:b8:80.8005, length 35";
    assert_eq!(summary(&frame), line);
    let style = Style {
        color: false,
        width: 200,
    };
    let text = explain(LinkType::ETHERNET, &CATALYST, style);
    for reason in [
        "STP follows at octet 17",
        "the same as the root's: the sender takes itself for the root",
        "in seconds: 20",
    ] {
        assert!(text.contains(reason), "{reason}\n{text}");
    }
}

#[test]
fn each_wrong_bpdu_is_told_by_its_fault_and_its_line() {
    let told = |at: usize, value: u8| {
        let mut frame = CATALYST;
        frame[at] = value;
        let frame = dissect(LinkType::ETHERNET, &frame);
        let faults = frame.faults().map(ToString::to_string).collect::<String>();
        (faults, summary(&frame))
    };
    let (fault, line) = told(18, 1);
    assert!(fault.contains("Protocol Identifier = 1"), "{fault}");
    assert_eq!(line, "unknown STP version, length 35");
    let (fault, line) = told(20, 7);
    assert!(fault.contains("BPDU Type = 7"), "{fault}");
    assert_eq!(line, "STP 802.1d, Unknown BPDU Type (0x07)");
    let (fault, line) = told(13, 37);
    assert!(fault.contains("35 octets, have 34"), "{fault}");
    assert_eq!(line, "STP 802.1d, Config (invalid)");
    let (fault, _) = told(44, 20);
    assert!(fault.contains("Message Age"), "{fault}");
    let cut = layercake_dissect::dissect_cut(LinkType::ETHERNET, &CATALYST[..40], 60);
    assert_eq!(summary(&cut), "STP 802.1d, Config [|stp]");
}

#[test]
fn two_tags_are_two_layers() {
    let frame = hex!(
        "ff ff ff ff ff ff 00 20 d2 5a fb 3f 88 a8 00 c8 81 00 07 d1 08 06"
        "00 01 08 00 06 04 00 01 00 20 d2 5a fb 3f ac 15 4f 61"
        "00 00 00 00 00 00 ac 15 4f 64"
    );
    let arp = dissect(LinkType::ETHERNET, &frame);
    assert_eq!(names(&arp), ["Ethernet", "VLAN", "VLAN", "ARP"]);
    let text = explain(
        LinkType::ETHERNET,
        &frame,
        Style {
            color: false,
            width: 200,
        },
    );
    for reason in [
        "the frame travels in VLAN 200",
        "the frame travels in VLAN 2001",
    ] {
        assert!(text.contains(reason), "{reason}\n{text}");
    }
}

/// The LLDPDU of the switch in the Zeek project's tests, its name changed to one that would
/// clear a screen, and padding behind its end.
#[test]
fn each_element_of_lldp_is_a_layer() {
    let frame = hex!(
        "01 80 c2 00 00 0e 00 22 2d 81 db 10 88 cc"
        "02 07 04 00 22 2d 81 db 10  04 02 07 31  06 02 00 78"
        "0a 05 1b 5b 32 4a 78  0e 04 00 04 00 04"
        "10 0c 05 01 c0 a8 02 0a 02 00 00 00 01 00  fe 06 00 12 0f 01 03 6c"
        "00 00  00 00 00 00"
    );
    let lldp = dissect(LinkType::ETHERNET, &frame);
    let expected = [
        "Ethernet",
        "LLDP Chassis ID",
        "LLDP Port ID",
        "LLDP Time To Live",
        "LLDP System Name",
        "LLDP System Capabilities",
        "LLDP Management Address",
        "LLDP organisationally specific",
        "LLDP End",
    ];
    assert_eq!(names(&lldp), expected);
    assert_eq!(lldp.faults().count(), 0);
    assert_eq!(lldp.layers[1].header, 14..17);
    assert_eq!(
        lldp.layers[1].part(PartKind::Options).unwrap().range,
        17..23
    );
    let padding = lldp.layers[0].part(PartKind::Padding).unwrap();
    assert_eq!(padding.range, frame.len() - 4..frame.len());
    assert_eq!(summary(&lldp), "LLDP, length 58: .[2Jx");
    let text = explain(
        LinkType::ETHERNET,
        &frame,
        Style {
            color: false,
            width: 200,
        },
    );
    for reason in [
        "00:22:2d:81:db:10",
        "four times the 30 seconds between two of them",
        "\".[2Jx\"",
        "LLDP ends here by its own length",
    ] {
        assert!(text.contains(reason), "{reason}\n{text}");
    }
}

#[test]
fn what_is_wrong_with_lldp_is_told_at_its_element() {
    let told = |lldpdu: &[u8]| {
        let head = hex!("01 80 c2 00 00 0e 02 00 00 00 00 01 88 cc");
        let frame = [&head[..], lldpdu].concat();
        fault(&dissect(LinkType::ETHERNET, &frame))
    };
    for (lldpdu, text) in [
        (
            &hex!("04 02 07 31 00 00")[..],
            "LLDP Port ID at octet 14: TLV Type = 2 must be 1, Chassis ID, in the first TLV",
        ),
        (
            &hex!("02 02 07 31 04 02 07 31 06 02 00 78 06 02 00 01"),
            "LLDP Time To Live at octet 26: TLV Type = 3 must not be 1 to 3 behind the first three TLVs",
        ),
        (
            &hex!("02 02 07 31 04 02 07 31 06 02 00 78 0a 09 41"),
            "LLDP System Name at octet 26: TLV needs 11 octets, have 3",
        ),
        (
            &hex!("02 02 07 31 04 02 07 31 06 02 00 78 0e 02 00 04 00 00"),
            "LLDP System Capabilities at octet 26: System Capabilities needs 4 octets, have 2",
        ),
        (
            &hex!("02"),
            "LLDP Chassis ID at octet 14: LLDP Chassis ID needs 3 octets, have 1",
        ),
    ] {
        assert_eq!(told(lldpdu), text);
    }
}
