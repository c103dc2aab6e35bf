//! Octets and what they mean.

use core::net::IpAddr;

use hex_literal::hex;
use proptest::prelude::*;

use crate::held;
use crate::rip::*;

/// Two routes, one of them dead; the octets follow from RFC 2453 §4 by hand.
const RESPONSE: [u8; 44] = hex!(
    "02 02 0000"
    "0002 0000 0a090300 ffffff00 00000000 00000002"
    "0002 1234 00000000 00000000 0a090107 00000010"
);

/// RFC 2080 §2.1 by hand: a next hop, and a route behind it.
const RESPONSE_NG: [u8; 44] = hex!(
    "02 01 0000"
    "fe80 0000 0000 0000 0000 0000 0000 0007 0000 00 ff"
    "2001 0db8 0003 0000 0000 0000 0000 0000 0042 30 05"
);

fn entries(message: &Message<'_>) -> Vec<Entry> {
    message.entries().map(Result::unwrap).collect()
}

#[test]
fn the_pictures_are_the_layouts() {
    HEADER_LAYOUT
        .is_drawn_in(include_str!("../../rip.rs"))
        .unwrap();
    V2_ENTRY_LAYOUT
        .is_drawn_in(include_str!("../v2.rs"))
        .unwrap();
    NG_ENTRY_LAYOUT
        .is_drawn_in(include_str!("../ng.rs"))
        .unwrap();
}

#[test]
fn a_response_is_read_and_written_back() {
    let message = Message::decode(Version::V2, &RESPONSE).unwrap();
    let found = entries(&message);
    let route = |prefix: &str, tag, next_hop, metric| {
        let prefix = prefix.parse().unwrap();
        Entry::Route(Route {
            prefix,
            tag,
            next_hop,
            metric,
        })
    };
    let hop = Some(IpAddr::from([10, 9, 1, 7]));
    let expected = [
        route("10.9.3.0/24", 0, None, 2),
        route("0.0.0.0/0", 0x1234, hop, 16),
    ];
    assert_eq!(
        (message.command, &found[..]),
        (Command::Response, &expected[..])
    );
    let mut octets = [0; 44];
    encode(Version::V2, Command::Response, &found, &mut octets).unwrap();
    assert_eq!(octets, RESPONSE);
}

#[test]
fn a_response_of_ripng_is_read_and_written_back() {
    let message = Message::decode(Version::Ng, &RESPONSE_NG).unwrap();
    let found = entries(&message);
    let hop = "fe80::7".parse().ok();
    let route = Route {
        prefix: "2001:db8:3::/48".parse().unwrap(),
        tag: 0x42,
        next_hop: None,
        metric: 5,
    };
    assert_eq!(found, [Entry::NextHop(hop), Entry::Route(route)]);
    let mut octets = [0; 44];
    encode(Version::Ng, Command::Response, &found, &mut octets).unwrap();
    assert_eq!(octets, RESPONSE_NG);
}

/// RFC 2453 §3.9.1 and RFC 2080 §2.4.1.
#[test]
fn only_one_entry_asks_for_everything() {
    for version in [Version::V2, Version::Ng] {
        let mut octets = [0; 24];
        encode(version, Command::Request, &[Entry::Whole], &mut octets).unwrap();
        let message = Message::decode(version, &octets).unwrap();
        assert!(message.asks_for_all());
        let mut octets = [0; 44];
        encode(version, Command::Request, &[Entry::Whole; 2], &mut octets).unwrap();
        assert!(!Message::decode(version, &octets).unwrap().asks_for_all());
    }
}

/// In a response the same entry says that the default route has gone.
#[test]
fn the_default_route_of_ripng_can_die() {
    let mut octets = [0; 24];
    encode(Version::Ng, Command::Response, &[Entry::Whole], &mut octets).unwrap();
    let message = Message::decode(Version::Ng, &octets).unwrap();
    let Entry::Route(route) = entries(&message)[0] else {
        panic!("{message:?}");
    };
    assert_eq!(
        (route.prefix.to_string().as_str(), route.metric),
        ("::/0", 16)
    );
}

#[test]
fn a_message_that_is_none_is_refused_by_name() {
    let change = |at: usize, octet: u8| {
        let mut octets = RESPONSE;
        octets[at] = octet;
        octets.to_vec()
    };
    let mut secret = change(4, 0xff);
    secret[5] = 0xff;
    let long = [&RESPONSE[..4], &[0; 26 * 20]].concat();
    for (octets, text) in [
        (
            RESPONSE[..23].to_vec(),
            "RIP message needs 24 octets, have 23",
        ),
        (
            RESPONSE[..43].to_vec(),
            "RIP message needs 44 octets, have 43",
        ),
        (vec![2; 3], "RIP message needs 24 octets, have 3"),
        (change(0, 3), "Command = 3 is not handled here"),
        (change(1, 1), "Version = 1 is another version"),
        (long, "RIP message is 524 octets, at most 504 fit"),
        (
            secret,
            "Address Family Identifier = 65535 (0xffff) is authentication, which is not \
             expected here",
        ),
    ] {
        let reason = Message::decode(Version::V2, &octets).unwrap_err();
        assert_eq!(reason.to_string(), text);
    }
}

/// RFC 2453 §3.9.2: "is the destination address valid, is the metric valid".
#[test]
fn a_bad_entry_is_refused_by_name_and_does_not_spoil_the_others() {
    for (at, octet, text) in [
        (5, 3, "Address Family Identifier = 3 is not handled here"),
        (
            8,
            127,
            "IP Address = 127.9.3.0 is no destination of a route",
        ),
        (
            8,
            224,
            "IP Address = 224.9.3.0 is no destination of a route",
        ),
        (8, 0, "IP Address = 0.9.3.0 is no destination of a route"),
        (13, 0xfd, "Subnet Mask = 255.253.255.0 has a gap"),
        (16, 240, "Next Hop = 240.0.0.0 is no host's"),
        (23, 0, "Metric = 0 must be 1 to 16"),
        (23, 17, "Metric = 17 must be 1 to 16"),
        (20, 1, "Metric = 16777218 (0x1000002) must be 1 to 16"),
    ] {
        let mut octets = RESPONSE;
        octets[at] = octet;
        let message = Message::decode(Version::V2, &octets).unwrap();
        let found: Vec<_> = message.entries().collect();
        assert_eq!(found[0].as_ref().unwrap_err().to_string(), text);
        assert!(found[1].is_ok());
    }
    for (at, octet, text) in [
        (
            24,
            0xff,
            "IPv6 Prefix = ff01:db8:3:: is no destination of a route",
        ),
        (42, 129, "Prefix Len = 129 must be at most 128"),
        (43, 0, "Metric = 0 must be 1 to 16"),
    ] {
        let mut octets = RESPONSE_NG;
        octets[at] = octet;
        let message = Message::decode(Version::Ng, &octets).unwrap();
        let found = message.entries().nth(1).unwrap();
        assert_eq!(found.unwrap_err().to_string(), text);
    }
}

/// 10.0.0.0/1 is 0.0.0.0/1, and fec0::/9 is fe80::/9: neither may be told on.
#[test]
fn what_is_masked_away_does_not_make_a_destination() {
    let mut octets = RESPONSE;
    octets[12..16].copy_from_slice(&[0x80, 0, 0, 0]);
    let message = Message::decode(Version::V2, &octets).unwrap();
    let reason = message.entries().next().unwrap().unwrap_err();
    let text = "IP Address = 10.9.3.0 is no destination of a route";
    assert_eq!(reason.to_string(), text);
    let mut octets = RESPONSE_NG;
    octets[24..28].copy_from_slice(&[0xfe, 0xc0, 0, 0]);
    octets[42] = 9;
    let message = Message::decode(Version::Ng, &octets).unwrap();
    assert!(message.entries().nth(1).unwrap().is_err());
}

fn version() -> impl Strategy<Value = Version> {
    prop_oneof![Just(Version::V2), Just(Version::Ng)]
}

fn any_entry(version: Version) -> BoxedStrategy<Entry> {
    let rest = (any::<u16>(), 1..=16_u8);
    match version {
        Version::V2 => {
            let hop = prop_oneof![
                Just(None),
                [1..=126_u8, 0..=255, 0..=255, 0..=255]
                    .prop_map(|a| Some(IpAddr::from(a))),
            ];
            let address = [1..=126_u8, 0..=255, 0..=255, 0..=255];
            (address, 8..=32_u8, hop, rest)
                .prop_map(|(address, length, next_hop, (tag, metric))| {
                    let prefix = Prefix::new(address.into(), length).unwrap();
                    Entry::Route(Route {
                        prefix,
                        tag,
                        next_hop,
                        metric,
                    })
                })
                .boxed()
        }
        Version::Ng => (any::<[u8; 15]>(), 8..=128_u8, rest)
            .prop_map(|(low, length, (tag, metric))| {
                let mut address = [0x20; 16];
                address[1..].copy_from_slice(&low);
                let prefix = Prefix::new(address.into(), length).unwrap();
                Entry::Route(Route {
                    prefix,
                    tag,
                    next_hop: None,
                    metric,
                })
            })
            .boxed(),
    }
}

proptest! {
    #[test]
    fn decode_never_panics_and_gives_no_more_entries_than_there_are(
        version in version(),
        octets in prop::collection::vec(any::<u8>(), 0..600),
        right in any::<bool>(),
    ) {
        let mut octets = octets;
        if let (true, [command, number, ..]) = (right, &mut octets[..]) {
            (*command, *number) = (2, version.number());
            octets.truncate(4 + (octets.len().saturating_sub(4)) / 20 * 20);
        }
        if let Ok(message) = Message::decode(version, &octets) {
            prop_assert_eq!(message.entries().count(), octets.len() / ENTRY);
            let _ = message.asks_for_all();
        }
    }

    #[test]
    fn decode_after_encode_is_identity(
        (version, entries) in version().prop_flat_map(|version| {
            (Just(version), prop::collection::vec(any_entry(version), 1..=25))
        }),
    ) {
        let mut octets = vec![0xaa; HEADER + ENTRY * entries.len()];
        encode(version, Command::Response, &entries, &mut octets).unwrap();
        let message = Message::decode(version, &octets).unwrap();
        let found: Result<Vec<_>, _> = message.entries().collect();
        prop_assert_eq!(found.as_ref(), Ok(&entries));
        let layout = if version == Version::V2 { &V2_ENTRY_LAYOUT } else { &NG_ENTRY_LAYOUT };
        for (entry, octets) in entries.iter().zip(octets[HEADER..].chunks(ENTRY)) {
            let Entry::Route(route) = entry else { unreachable!() };
            held::field(layout, octets, "Route Tag", route.tag);
            held::field(layout, octets, "Metric", route.metric);
        }
        held::field(&HEADER_LAYOUT, &octets, "Command", 2_u8);
        held::field(&HEADER_LAYOUT, &octets, "Version", version.number());
    }
}
