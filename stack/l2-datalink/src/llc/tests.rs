use super::*;
use hex_literal::hex;
use proptest::prelude::*;

#[test]
fn the_picture_is_the_layout() {
    assert_eq!(LAYOUT.octets(), UNNUMBERED_OCTETS);
    LAYOUT.is_drawn_in(include_str!("../llc.rs")).unwrap();
    for numbered in [&INFORMATION_LAYOUT, &SUPERVISORY_LAYOUT] {
        assert_eq!(
            (numbered.octets(), numbered.flaw()),
            (Header::LONGEST, None)
        );
    }
}

/// ISO/IEC 8802-2 §5.4.2, as RFC 1042 and the spanning tree use it, and an XID of class I.
#[test]
fn the_pdus_of_snap_of_the_spanning_tree_and_an_identification() {
    let snap = Header::decode(&hex!("aa aa 03")).unwrap();
    assert_eq!(snap, Header::information(Sap::SNAP));
    let bridge = Header::decode(&hex!("42 42 03")).unwrap();
    assert_eq!(bridge, Header::information(Sap::BRIDGE));
    let identify = Header::decode(&hex!("00 01 bf 81 01 00")).unwrap();
    assert!(identify.response);
    let (function, poll) = (Unnumbered::IDENTIFY, true);
    assert_eq!(identify.control, Control::Unnumbered { function, poll });
}

#[test]
fn numbers_and_functions_of_a_connection() {
    let information = Header::decode(&hex!("f0 f0 0a 0d")).unwrap();
    let expected = Control::Information {
        sent: 5,
        expected: 6,
        poll: true,
    };
    assert_eq!(information.control, expected);
    for (first, function) in [
        (0x01, Supervisory::ReceiveReady),
        (0x05, Supervisory::ReceiveNotReady),
        (0x09, Supervisory::Reject),
    ] {
        let found = Header::decode(&[0xf0, 0xf1, first, 0xfe]).unwrap();
        let expected = Control::Supervisory {
            function,
            expected: 127,
            poll: false,
        };
        assert_eq!((found.control, found.response), (expected, true));
    }
}

#[test]
fn each_refusal_has_its_reason() {
    for (octets, text) in [
        (&hex!("aa aa")[..], "LLC header needs 3 octets, have 2"),
        (&hex!("f0 f0 00"), "LLC header needs 4 octets, have 3"),
        (&hex!("f0 f0 01"), "LLC header needs 4 octets, have 3"),
        (
            &hex!("f0 f0 0d 00"),
            "SS = 3 must be 0, RR, 1, RNR, or 2, REJ",
        ),
        (&hex!("f0 f0 11 00"), "Reserved = 1 must be 0"),
    ] {
        assert_eq!(Header::decode(octets).unwrap_err().to_string(), text);
    }
    let mut room = [0; 2];
    let reason = Header::information(Sap::SNAP).encode(&mut room);
    assert_eq!(reason.unwrap_err().kind(), "too-short");
}

/// The layout of the format that the control field has.
fn layout(control: Control) -> &'static layercake_base::Layout {
    match control {
        Control::Information { .. } => &INFORMATION_LAYOUT,
        Control::Supervisory { .. } => &SUPERVISORY_LAYOUT,
        Control::Unnumbered { .. } => &LAYOUT,
    }
}

proptest! {
    #[test]
    fn codec_and_layout_agree(octets: [u8; 4]) {
        if let Ok(header) = Header::decode(&octets) {
            let layout = layout(header.control);
            let mut wire = [0; 4];
            header.encode(&mut wire).unwrap();
            prop_assert_eq!(&wire[..header.octets()], &octets[..header.octets()]);
            prop_assert_eq!(layout.octets(), header.octets());
            let field = |name| layout.number(name, &octets).unwrap();
            prop_assert_eq!(field("DSAP"), u64::from(header.destination.0));
            let ssap = header.source.0 | u8::from(header.response);
            prop_assert_eq!(field("SSAP"), u64::from(ssap));
            match header.control {
                Control::Information { sent, expected, poll } => {
                    prop_assert_eq!(field("N(S)"), u64::from(sent));
                    prop_assert_eq!(field("N(R)"), u64::from(expected));
                    prop_assert_eq!((field("P/F"), field("Format")), (u64::from(poll), 0));
                }
                Control::Supervisory { function, expected, poll } => {
                    prop_assert_eq!(field("SS"), u64::from(function.number()));
                    prop_assert_eq!(field("N(R)"), u64::from(expected));
                    prop_assert_eq!((field("P/F"), field("Format")), (u64::from(poll), 1));
                }
                Control::Unnumbered { function, poll } => {
                    prop_assert_eq!(field("Control"), u64::from(function.octet() | u8::from(poll) << 4));
                }
            }
        }
    }

    #[test]
    fn decoding_never_panics(octets in proptest::collection::vec(any::<u8>(), 0..8)) {
        let _ = Header::decode(&octets);
    }
}
