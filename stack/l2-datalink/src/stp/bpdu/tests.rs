use super::*;
use hex_literal::hex;
use layercake_base::{Layout, Mac};
use proptest::prelude::*;

#[test]
fn the_pictures_are_the_layouts() {
    assert_eq!(RAPID.octets(), RAPID_OCTETS);
    RAPID.is_drawn_in(include_str!("../bpdu.rs")).unwrap();
    assert_eq!(CONFIGURATION.octets(), CONFIGURATION_OCTETS);
    assert_eq!(CONFIGURATION.flaw(), None);
    assert_eq!(TOPOLOGY_CHANGE.octets(), TOPOLOGY_CHANGE_OCTETS);
    assert_eq!(TOPOLOGY_CHANGE.flaw(), None);
}

const CISCO: BridgeId = BridgeId {
    priority: 0x8001,
    address: Mac([0x00, 0x19, 0x06, 0xea, 0xb8, 0x80]),
};

/// The first frame of `802.1D_spanning_tree.pcap` of tcpdump's tests; the values are those that
/// tshark 4.0.17 shows.
#[test]
fn reads_a_configuration_bpdu_of_a_catalyst() {
    let octets = hex!(
        "00 00 00 00 00 80 01 00 19 06 ea b8 80 00 00 00 00 80 01 00 19 06 ea b8 80 80 05"
        "00 00 14 00 02 00 0f 00"
    );
    let vector = Vector {
        root: CISCO,
        cost: 0,
        bridge: CISCO,
        port: PortId(0x8005),
    };
    let expected = Bpdu::Configuration(Configuration {
        vector,
        message_age: Ticks(0),
        max_age: Duration::from_secs(20).into(),
        hello_time: Duration::from_secs(2).into(),
        forward_delay: Duration::from_secs(15).into(),
        ..Configuration::default()
    });
    assert_eq!(Bpdu::decode(&octets), Ok(expected));
    let (again, len) = expected.encode();
    assert_eq!(&again[..len], octets);
}

/// The ninth frame of `802.1w_rapid_STP.pcap` of tcpdump's tests: flags 1e, as the port starts
/// to learn and still proposes.
#[test]
fn reads_a_rapid_bpdu_of_a_catalyst() {
    let octets = hex!(
        "00 00 02 02 1e 80 01 00 19 06 ea b8 80 00 00 00 00 80 01 00 19 06 ea b8 80 80 0c"
        "00 00 14 00 02 00 0f 00 00"
    );
    let found = Bpdu::decode(&octets).unwrap();
    let Bpdu::Rapid(rapid) = found else {
        panic!("{found:?}");
    };
    assert_eq!(rapid.role, PortRole::Designated);
    let flags = [
        rapid.proposal,
        rapid.learning,
        rapid.forwarding,
        rapid.agreement,
    ];
    assert_eq!(flags, [true, true, false, false]);
    assert_eq!(rapid.configuration.vector.root, CISCO);
    assert_eq!(rapid.configuration.vector.port, PortId(0x800c));
    let (again, len) = found.encode();
    assert_eq!(&again[..len], octets);
}

#[test]
fn what_is_no_bpdu_is_refused_with_the_field() {
    let says = |octets: &[u8]| Bpdu::decode(octets).unwrap_err().to_string();
    assert_eq!(says(&[0, 0, 0]), "BPDU needs 4 octets, have 3");
    assert_eq!(
        says(&[1, 0, 0, 0x80]),
        "Protocol Identifier = 256 (0x100) must be 0"
    );
    assert_eq!(says(&[0, 0, 0, 1]), "BPDU Type = 1 is not handled here");
    assert_eq!(
        says(&[0; 34]),
        "Configuration BPDU needs 35 octets, have 34"
    );
    let text = "Protocol Version Identifier = 1 must be at least 2";
    assert_eq!(says(&[0, 0, 1, 2]), text);
    assert_eq!(says(&[0, 0, 2, 2]), "Rapid BPDU needs 36 octets, have 4");
    assert_eq!(says(&[0; 35]), "Message Age = 0 must be below Max Age");
}

/// IEEE 802.1D-2004 §9.3.4: what a later version adds is not looked at.
#[test]
fn a_bpdu_of_a_later_version_is_read_as_one_of_the_own() {
    let (mut octets, _) = Bpdu::Rapid(Rapid::default()).encode();
    octets[2] = 3;
    let longer = [&octets[..], &[0xff; 66]].concat();
    assert_eq!(Bpdu::decode(&longer), Ok(Bpdu::Rapid(Rapid::default())));
    let notification = [0, 0, 9, 0x80, 0xff];
    assert_eq!(Bpdu::decode(&notification), Ok(Bpdu::TopologyChange));
}

#[test]
fn times_are_in_256ths_of_a_second_rounded_up() {
    assert_eq!(Ticks::from(Duration::from_secs(1)), Ticks(256));
    assert_eq!(Ticks::from(Duration::from_nanos(1)), Ticks(1));
    assert_eq!(Ticks::from(Duration::from_secs(300)), Ticks(u16::MAX));
    assert_eq!(Ticks(128).duration(), Duration::from_millis(500));
}

fn configuration() -> impl Strategy<Value = Configuration> {
    let vector = any::<([u8; 8], u32, [u8; 8], u16)>();
    let times = any::<(u16, u16, u16, u16)>();
    (vector, times, any::<(bool, bool)>()).prop_map(|(vector, times, flags)| {
        let (root, cost, bridge, port) = vector;
        Configuration {
            vector: Vector {
                root: root.into(),
                cost,
                bridge: bridge.into(),
                port: PortId(port),
            },
            message_age: Ticks(times.0.min(times.1.saturating_sub(1))),
            max_age: Ticks(times.1.max(1)),
            hello_time: Ticks(times.2),
            forward_delay: Ticks(times.3),
            topology_change: flags.0,
            acknowledgment: flags.1,
        }
    })
}

fn bpdu() -> impl Strategy<Value = Bpdu> {
    let role = prop::sample::select(vec![
        PortRole::Unknown,
        PortRole::AlternateOrBackup,
        PortRole::Root,
        PortRole::Designated,
    ]);
    let rapid = (configuration(), role, any::<(bool, bool, bool, bool)>());
    prop_oneof![
        Just(Bpdu::TopologyChange),
        configuration().prop_map(Bpdu::Configuration),
        rapid.prop_map(|(configuration, role, flags)| Bpdu::Rapid(Rapid {
            configuration,
            role,
            proposal: flags.0,
            agreement: flags.1,
            learning: flags.2,
            forwarding: flags.3,
        })),
    ]
}

/// Every field of the picture holds what the codec wrote there.
fn agrees(layout: &Layout, octets: &[u8], own: &Configuration) {
    let field = |name| layout.number(name, octets).unwrap();
    let Vector {
        root,
        cost,
        bridge,
        port,
    } = own.vector;
    assert_eq!(field("Root Identifier"), u64::from_be_bytes(root.octets()));
    assert_eq!(field("Root Path Cost"), u64::from(cost));
    assert_eq!(
        field("Bridge Identifier"),
        u64::from_be_bytes(bridge.octets())
    );
    assert_eq!(field("Port Identifier"), u64::from(port.0));
    assert_eq!(field("Message Age"), u64::from(own.message_age.0));
    assert_eq!(field("Max Age"), u64::from(own.max_age.0));
    assert_eq!(field("Hello Time"), u64::from(own.hello_time.0));
    assert_eq!(field("Forward Delay"), u64::from(own.forward_delay.0));
    assert_eq!(field("Topology Change"), u64::from(own.topology_change));
    let acknowledgment = field("Topology Change Acknowledgment");
    assert_eq!(acknowledgment, u64::from(own.acknowledgment));
}

proptest! {
    #[test]
    fn decode_after_encode_is_identity(bpdu in bpdu()) {
        let (octets, len) = bpdu.encode();
        prop_assert_eq!(Bpdu::decode(&octets[..len]), Ok(bpdu));
        prop_assert!(Bpdu::decode(&octets[..len - 1]).is_err());
    }

    #[test]
    fn codec_and_layout_agree(bpdu in bpdu()) {
        let (octets, len) = bpdu.encode();
        match bpdu {
            Bpdu::Configuration(own) => agrees(&CONFIGURATION, &octets[..len], &own),
            Bpdu::TopologyChange => {
                let kind = TOPOLOGY_CHANGE.number("BPDU Type", &octets[..len]);
                prop_assert_eq!(kind, Some(0x80));
            }
            Bpdu::Rapid(own) => {
                agrees(&RAPID, &octets[..len], &own.configuration);
                let field = |name| RAPID.number(name, &octets).unwrap();
                prop_assert_eq!(field("Proposal"), u64::from(own.proposal));
                prop_assert_eq!(field("Agreement"), u64::from(own.agreement));
                prop_assert_eq!(field("Learning"), u64::from(own.learning));
                prop_assert_eq!(field("Forwarding"), u64::from(own.forwarding));
                prop_assert_eq!(field("Port Role"), own.role as u64);
            }
        }
    }

    #[test]
    fn decoding_never_panics(octets in proptest::collection::vec(any::<u8>(), 0..60)) {
        let _ = Bpdu::decode(&octets);
    }

    #[test]
    fn octets_that_begin_like_a_bpdu_never_panic(
        kind in prop::sample::select(vec![0, 2, 0x80]),
        rest in proptest::collection::vec(any::<u8>(), 0..60),
    ) {
        let octets = [&[0, 0, 2, kind], &rest[..]].concat();
        if let Ok(bpdu) = Bpdu::decode(&octets) {
            let (again, len) = bpdu.encode();
            prop_assert_eq!(Bpdu::decode(&again[..len]), Ok(bpdu));
        }
    }
}
