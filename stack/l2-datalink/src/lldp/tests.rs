use hex_literal::hex;
use layercake_base::Layout;
use layercake_base::layout::Kind;
use proptest::prelude::*;

use super::*;

/// The LLDPDU of the capture in the Zeek project's tests, `testing/btest/Traces/lldp.pcap`.
const OF_A_SWITCH: [u8; 100] = hex!(
    "02070400222d81db10040207310602007808
     07506f72742023310a0d534d43475338502d536d6172740c23534d4347533850
     2d536d617274202d20534d43475338502d536d6172742076332e32300e040004
     0004100c0501c0a8020a0200000001000000"
);

#[test]
fn the_picture_is_the_layout() {
    assert_eq!(LAYOUT.octets(), TLV_OCTETS);
    LAYOUT.is_drawn_in(include_str!("../lldp.rs")).unwrap();
    for (layout, octets) in [
        (&CHASSIS_LAYOUT, 3),
        (&PORT_LAYOUT, 3),
        (&TIME_TO_LIVE_LAYOUT, 4),
        (&TEXT_LAYOUTS[0], 2),
        (&TEXT_LAYOUTS[1], 2),
        (&TEXT_LAYOUTS[2], 2),
        (&CAPABILITIES_LAYOUT, 6),
        (&MANAGEMENT_LAYOUT, 4),
        (&ORGANISATION_LAYOUT, 6),
        (&END_LAYOUT, 2),
    ] {
        assert_eq!((layout.flaw(), layout.octets()), (None, octets));
    }
}

/// The values are those that tshark shows for this frame.
#[test]
fn the_lldpdu_of_a_switch() {
    let lldpdu = Lldpdu::decode(&OF_A_SWITCH).unwrap();
    let mac = hex!("00222d81db10");
    assert_eq!(
        lldpdu.chassis,
        Id {
            subtype: 4,
            id: &mac
        }
    );
    assert_eq!(
        lldpdu.port,
        Id {
            subtype: 7,
            id: b"1"
        }
    );
    assert_eq!(lldpdu.time_to_live, 120);
    let optional: Vec<_> = lldpdu.optional().collect();
    let management = Management {
        subtype: 1,
        address: &[192, 168, 2, 10],
        numbering: 2,
        interface: 1,
        object: &[],
    };
    let expected = [
        Tlv::PortDescription(b"Port #1"),
        Tlv::SystemName(b"SMCGS8P-Smart"),
        Tlv::SystemDescription(b"SMCGS8P-Smart - SMCGS8P-Smart v3.20"),
        Tlv::SystemCapabilities {
            capable: 4,
            enabled: 4,
        },
        Tlv::ManagementAddress(management),
    ];
    assert_eq!(optional, expected);
    let again = Lldpdu::encode(lldpdu.chassis, lldpdu.port, 120, &optional).unwrap();
    assert_eq!(again, OF_A_SWITCH);
}

#[test]
fn each_breach_of_the_order_has_its_reason() {
    for (octets, text) in [
        (&hex!("")[..], "LLDP TLV needs 2 octets, have 0"),
        (
            &hex!("0402 0731"),
            "TLV Type = 2 must be 1, Chassis ID, in the first TLV",
        ),
        (
            &hex!("0202 0731 0602 0078"),
            "TLV Type = 3 must be 2, Port ID, in the second TLV",
        ),
        (
            &hex!("0202 0731 0402 0731 0a01 41"),
            "TLV Type = 5 must be 3, Time To Live, in the third TLV",
        ),
        (
            &hex!("0202 0731 0402 0731 0602 0078 0602 0078"),
            "TLV Type = 3 must not be 0 to 3 behind the first three TLVs",
        ),
        (&hex!("0201 07"), "Chassis ID needs 2 octets, have 1"),
        (
            &hex!("0202 0731 0402 0731 0601 00"),
            "Time To Live needs 2 octets, have 1",
        ),
        (
            &hex!("0202 0731 0402 0731 0602 0078 0a05 41"),
            "System Name needs 5 octets, have 1",
        ),
        (
            &hex!("0202 0731 0402 0731 0602 0078 0001 00"),
            "End Of LLDPDU is 1 octets, at most 0 fit",
        ),
        (
            &hex!("0202 0731 0402 0731 0602 0078 1009 00 01 0a 02 00000001 00"),
            "Management Address String Length = 0 must be 2 to 32",
        ),
        (
            &hex!("0202 0731 0402 0731 0602 0078 1009 02 01 0a 02 00000001 07"),
            "OID String Length = 7 must be what is left, up to 128",
        ),
    ] {
        let reason = Lldpdu::decode(octets).unwrap_err();
        assert_eq!(reason.to_string(), text);
    }
}

#[test]
fn padding_behind_the_end_is_no_part_of_it_and_the_end_may_be_missing() {
    let padded = [&OF_A_SWITCH[..], &[0xff; 9]].concat();
    let whole = Lldpdu::decode(&OF_A_SWITCH).unwrap();
    assert_eq!(Lldpdu::decode(&padded), Ok(whole));
    assert_eq!(Lldpdu::decode(&OF_A_SWITCH[..98]), Ok(whole));
}

#[test]
fn what_cannot_be_written_is_refused_and_leaves_nothing_behind() {
    let mut octets = b"before".to_vec();
    for (tlv, text) in [
        (
            Tlv::SystemName(&[0; 256]),
            "System Name is 256 octets, at most 255 fit",
        ),
        (
            Tlv::PortId {
                subtype: 1,
                id: b"",
            },
            "Port ID needs 2 octets, have 1",
        ),
        (
            Tlv::Reserved {
                kind: 5,
                information: b"x",
            },
            "TLV Type = 5 must be 9 to 126, a reserved one",
        ),
        (
            Tlv::Organisation {
                oui: [0; 3],
                subtype: 0,
                information: &[0; 508],
            },
            "organisationally specific TLV is 512 octets, at most 511 fit",
        ),
    ] {
        assert_eq!(tlv.encode(&mut octets).unwrap_err().to_string(), text);
        assert_eq!(octets, b"before");
    }
    let (chassis, port) = (
        Id {
            subtype: 7,
            id: b"a",
        },
        Id {
            subtype: 7,
            id: b"b",
        },
    );
    assert!(Lldpdu::encode(chassis, port, 1, &[Tlv::End]).is_err());
}

fn layout(kind: u8) -> &'static Layout {
    match kind {
        0 => &END_LAYOUT,
        1 => &CHASSIS_LAYOUT,
        2 => &PORT_LAYOUT,
        3 => &TIME_TO_LIVE_LAYOUT,
        4..=6 => &TEXT_LAYOUTS[usize::from(kind - 4)],
        7 => &CAPABILITIES_LAYOUT,
        8 => &MANAGEMENT_LAYOUT,
        127 => &ORGANISATION_LAYOUT,
        _ => &LAYOUT,
    }
}

/// What the layout of the type reads in the octets of an element.
fn agrees(tlv: &Tlv<'_>, octets: &[u8]) {
    let layout = layout(tlv.kind());
    let field = |name| layout.number(name, octets).unwrap();
    assert_eq!(field("TLV Type"), u64::from(tlv.kind()));
    match *tlv {
        Tlv::ChassisId { subtype, .. } => {
            assert_eq!(field("Chassis ID Subtype"), u64::from(subtype));
        }
        Tlv::PortId { subtype, .. } => {
            assert_eq!(field("Port ID Subtype"), u64::from(subtype));
        }
        Tlv::TimeToLive(seconds) => assert_eq!(field("TTL"), u64::from(seconds)),
        Tlv::SystemCapabilities { capable, enabled } => {
            assert_eq!(field("System Capabilities"), u64::from(capable));
            assert_eq!(field("Enabled Capabilities"), u64::from(enabled));
        }
        Tlv::ManagementAddress(management) => {
            let length = u64::try_from(management.address.len() + 1).unwrap();
            assert_eq!(field("Management Address String Length"), length);
            let subtype = u64::from(management.subtype);
            assert_eq!(field("Management Address Subtype"), subtype);
        }
        Tlv::Organisation { oui, subtype, .. } => {
            let [a, b, c] = oui;
            assert_eq!(field("OUI"), u64::from(u32::from_be_bytes([0, a, b, c])));
            assert_eq!(field("Subtype"), u64::from(subtype));
        }
        _ => {}
    }
}

#[test]
fn every_type_has_its_name_in_the_layout() {
    let Kind::Enum(names) = LAYOUT.find("TLV Type").unwrap().kind else {
        panic!("types have names");
    };
    let types: Vec<_> = names.iter().map(|(number, _)| *number).collect();
    assert_eq!(types, [0, 1, 2, 3, 4, 5, 6, 7, 8, 127]);
}

proptest! {
    #[test]
    fn an_element_decodes_to_what_encodes_to_the_same(
        kind in prop_oneof![0..=9_u8, Just(127)], information in proptest::collection::vec(any::<u8>(), 0..40),
        behind in proptest::collection::vec(any::<u8>(), 0..4), address in 2..12_u8
    ) {
        let mut information = information;
        if kind == 8 && let Some(first) = information.first_mut() {
            *first = address; // else hardly ever one that fits
            let object = usize::from(address) + 6;
            let rest = information.len().saturating_sub(object + 1);
            if let Some(length) = information.get_mut(object) {
                *length = u8::try_from(rest).unwrap();
            }
        }
        let length = u8::try_from(information.len()).unwrap();
        let octets = [&[kind << 1, length], &information[..], &behind[..]].concat();
        if let Ok((tlv, rest)) = Tlv::decode(&octets) {
            prop_assert_eq!(rest, &behind[..]);
            let mut again = Vec::new();
            tlv.encode(&mut again).unwrap();
            prop_assert_eq!(&again[..], &octets[..octets.len() - behind.len()]);
            agrees(&tlv, &octets);
        }
    }

    #[test]
    fn a_changed_lldpdu_is_read_or_refused_and_never_panics(
        at in 0..OF_A_SWITCH.len(), value: u8, end in 0..=OF_A_SWITCH.len()
    ) {
        let mut octets = OF_A_SWITCH;
        octets[at] = value;
        if let Ok(lldpdu) = Lldpdu::decode(&octets[..end]) {
            let optional: Vec<_> = lldpdu.optional().collect();
            prop_assert!(optional.len() <= end / 2);
            let (chassis, port) = (lldpdu.chassis, lldpdu.port);
            let again = Lldpdu::encode(chassis, port, lldpdu.time_to_live, &optional).unwrap();
            prop_assert_eq!(Lldpdu::decode(&again), Ok(lldpdu));
        }
    }

    #[test]
    fn decoding_never_panics(octets in proptest::collection::vec(any::<u8>(), 0..64)) {
        let _ = Lldpdu::decode(&octets);
    }
}
