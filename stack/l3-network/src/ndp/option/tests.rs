use core::net::Ipv6Addr;

use proptest::prelude::*;

use super::*;
use crate::held;
use crate::ndp::Preference;
use crate::ndp::samples;

/// Octets of an IPv6 header and the fixed part of a router advertisement.
const BEFORE: usize = 40 + 16;

#[test]
fn the_pictures_are_the_layouts() {
    LAYOUT.is_drawn_in(include_str!("../option.rs")).unwrap();
    for (layout, file) in [
        (&dns::LAYOUT, include_str!("dns.rs")),
        (
            &link_layer_address::LAYOUT,
            include_str!("link_layer_address.rs"),
        ),
        (&mtu::LAYOUT, include_str!("mtu.rs")),
        (&nonce::LAYOUT, include_str!("nonce.rs")),
        (
            &prefix_information::LAYOUT,
            include_str!("prefix_information.rs"),
        ),
        (
            &redirected_header::LAYOUT,
            include_str!("redirected_header.rs"),
        ),
        (
            &route_information::LAYOUT,
            include_str!("route_information.rs"),
        ),
    ] {
        layout.is_drawn_in(file).unwrap();
        assert_eq!(layout.flaw(), None);
    }
}

/// tshark 4.0 reads the same: prefix, route, servers, search list, MTU, link address.
#[test]
fn the_options_of_radvd_are_read() {
    let octets = &samples::ROUTER_ADVERTISEMENT[BEFORE..];
    let options: Vec<_> = Options::decode(octets).unwrap().iter().collect();
    let address = |text: &str| text.parse::<Ipv6Addr>().unwrap();
    let [prefix, route, servers, list, mtu, link] = options[..] else {
        panic!("{options:?}");
    };
    let expected = PrefixInformation {
        prefix_length: 64,
        on_link: true,
        autonomous: true,
        valid_lifetime: 3600,
        preferred_lifetime: 1800,
        prefix: address("2001:db8:a::"),
    };
    assert_eq!(prefix, Opt::PrefixInformation(expected));
    let expected = RouteInformation {
        prefix_length: 48,
        preference: Preference::Low,
        route_lifetime: 900,
        prefix: address("2001:db8:b::"),
    };
    assert_eq!(route, Opt::RouteInformation(expected));
    let Opt::RecursiveDnsServer(servers) = servers else {
        panic!("{servers:?}");
    };
    assert_eq!(servers.lifetime, 600);
    let asked: Vec<_> = servers.addresses().collect();
    assert_eq!(asked, ["2001:db8:a::53", "2001:db8:a::54"].map(address));
    let Opt::DnsSearchList(list) = list else {
        panic!("{list:?}");
    };
    assert_eq!(list.lifetime, 600);
    let names: Vec<_> = list.names().collect();
    assert_eq!(
        names,
        [&b"\x07example\x03org\0"[..], b"\x03lab\x07example\0"]
    );
    assert_eq!(mtu, Opt::Mtu(1400));
    let mac = Mac([2, 0, 0, 0, 0x0a, 2]);
    assert_eq!(link, Opt::SourceLinkLayerAddress(mac));
    // The route's prefix of 48 bits needs 8 octets (RFC 4191 §2.3); radvd takes 16.
    assert_eq!(Opt::octets_of(&options), octets.len() - 8);
}

#[test]
fn a_length_that_leads_nowhere_is_refused_by_name() {
    let text = |octets: &[u8]| Options::decode(octets).unwrap_err().to_string();
    assert_eq!(
        text(&[1, 0, 2, 0, 0, 0, 0, 1]),
        "Length of an option = 0 must not be 0"
    );
    assert_eq!(
        text(&[5, 2, 0, 0, 0, 0, 5, 0]),
        "neighbor discovery option needs 16 octets, have 8"
    );
    assert_eq!(
        text(&[5]),
        "neighbor discovery option needs 2 octets, have 1"
    );
    let long = [[1, 2, 0, 0, 0, 0, 0, 0], [0; 8]].concat();
    assert_eq!(
        text(&long),
        "Length of a link-layer address option = 16 must be 8 octets, as Ethernet has it"
    );
}

/// RFC 4861 §4.6: go on behind an option that is not known. What has the wrong size for its
/// kind is not known either.
#[test]
fn what_is_unknown_is_skipped_and_so_is_what_does_not_fit_its_kind() {
    let strange = [200, 2, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14];
    let long_mtu = [5, 2, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    let mtu = [5, 1, 0, 0, 0, 0, 5, 220];
    let octets = [&strange[..], &long_mtu, &mtu].concat();
    let options: Vec<_> = Options::decode(&octets).unwrap().iter().collect();
    let [first, second, third] = options[..] else {
        panic!("{options:?}");
    };
    assert_eq!(first, Opt::Unknown(200, &strange[2..]));
    assert_eq!(second, Opt::Unknown(5, &long_mtu[2..]));
    assert_eq!(third, Opt::Mtu(1500));
}

/// RFC 4191 §2.3: the reserved preference makes the option void.
#[test]
fn a_route_with_a_reserved_preference_or_too_few_octets_is_none() {
    let void = [24, 1, 0, 0b10 << 3, 0, 0, 0, 1];
    let short = [24, 1, 48, 0, 0, 0, 0, 1];
    for octets in [void, short] {
        let option = Options::decode(&octets).unwrap().iter().next();
        assert!(matches!(option, Some(Opt::Unknown(24, _))), "{option:?}");
    }
}

#[test]
fn names_that_are_not_whole_make_no_search_list() {
    assert_eq!(DnsSearchList::new(1, b"\x03abc"), None);
    assert_eq!(DnsSearchList::new(1, b""), None);
    let label = [&[64][..], &[b'a'; 64], &[0]].concat();
    assert_eq!(DnsSearchList::new(1, &label), None);
    let long: Vec<u8> = [&[63][..], &[b'a'; 63]].concat().repeat(4);
    assert_eq!(DnsSearchList::new(1, &[&long[..], &[0]].concat()), None);
    assert!(DnsSearchList::new(1, b"\x03abc\0").is_some());
}

fn preference() -> impl Strategy<Value = Preference> {
    prop_oneof![
        Just(Preference::Low),
        Just(Preference::Medium),
        Just(Preference::High)
    ]
}

proptest! {
    #[test]
    fn reading_never_panics(octets in proptest::collection::vec(any::<u8>(), 0..100)) {
        if let Ok(options) = Options::decode(&octets) {
            let total: usize = options.iter().map(|option| option.octets()).sum();
            prop_assert!(total <= octets.len());
        }
    }

    /// Octets with the right lengths in them, so that every reader is reached.
    #[test]
    fn each_kind_reads_whatever_octets_it_gets(
        kind in prop_oneof![Just(1_u8), Just(2), Just(3), Just(4), Just(5), Just(14), Just(24), Just(25), Just(31), any::<u8>()],
        units in 1..6_u8, fill: [u8; 46],
    ) {
        let mut octets = [&[kind, units][..], &fill].concat();
        octets.truncate(usize::from(units) * 8);
        if let Ok(options) = Options::decode(&octets) {
            let options: Vec<_> = options.iter().collect();
            prop_assert_eq!(options.len(), 1);
            let mut again = vec![0xaa; Opt::octets_of(&options)];
            Opt::encode_all(&options, &mut again).unwrap();
            let read: Vec<_> = Options::decode(&again).unwrap().iter().collect();
            prop_assert_eq!(read, options);
        }
    }

    #[test]
    fn prefixes_and_their_layout_agree(
        prefix_length in 0..=128_u8, on_link: bool, autonomous: bool,
        valid_lifetime: u32, preferred_lifetime: u32, prefix: [u8; 16],
    ) {
        let ours = PrefixInformation {
            prefix_length, on_link, autonomous, valid_lifetime, preferred_lifetime,
            prefix: prefix.into(),
        };
        let mut octets = [0; 32];
        Opt::encode_all(&[Opt::PrefixInformation(ours)], &mut octets).unwrap();
        let layout = &prefix_information::LAYOUT;
        held::field(layout, &octets, "Type", 3_u8);
        held::field(layout, &octets, "Length", 4_u8);
        held::field(layout, &octets, "Prefix Length", prefix_length);
        held::field(layout, &octets, "Flags", u8::from(on_link) << 2 | u8::from(autonomous) << 1);
        held::field(layout, &octets, "Valid Lifetime", valid_lifetime);
        held::field(layout, &octets, "Preferred Lifetime", preferred_lifetime);
        prop_assert_eq!(&octets[layout.find("Prefix").unwrap().octets()], prefix);
        let read = Options::decode(&octets).unwrap().iter().next();
        prop_assert_eq!(read, Some(Opt::PrefixInformation(ours)));
    }

    #[test]
    fn routes_and_their_layout_agree(
        prefix_length in 0..=128_u8, preference in preference(), route_lifetime: u32, prefix: u128,
    ) {
        let kept = u128::MAX.checked_shl(128 - u32::from(prefix_length)).unwrap_or(0);
        let ours = RouteInformation {
            prefix_length, preference, route_lifetime,
            prefix: Ipv6Addr::from_bits(prefix & kept),
        };
        let mut octets = vec![0; Opt::RouteInformation(ours).octets()];
        Opt::encode_all(&[Opt::RouteInformation(ours)], &mut octets).unwrap();
        let layout = &route_information::LAYOUT;
        held::field(layout, &octets, "Prefix Length", prefix_length);
        held::field(layout, &octets, "Route Lifetime", route_lifetime);
        held::field(layout, &octets, "Prf", preference.number().cast_unsigned() & 0b11);
        let read = Options::decode(&octets).unwrap().iter().next();
        prop_assert_eq!(read, Some(Opt::RouteInformation(ours)));
        prop_assert_eq!(octets.len(), 8 + usize::from(prefix_length).div_ceil(64) * 8);
    }

    #[test]
    fn small_options_and_their_layouts_agree(mtu: u32, mac: [u8; 6], lifetime: u32, server: [u8; 16]) {
        let servers = [server];
        let servers = Opt::RecursiveDnsServer(RecursiveDnsServer::new(lifetime, &servers));
        let nonce = Opt::Nonce(&mac);
        let all = [Opt::Mtu(mtu), Opt::SourceLinkLayerAddress(Mac(mac)), nonce, servers];
        let mut octets = vec![0; Opt::octets_of(&all)];
        Opt::encode_all(&all, &mut octets).unwrap();
        held::field(&mtu::LAYOUT, &octets, "MTU", mtu);
        let at = |layout: &Layout, name| layout.find(name).unwrap().octets();
        prop_assert_eq!(&octets[8..][at(&link_layer_address::LAYOUT, "Link-Layer Address")], mac);
        prop_assert_eq!(&octets[16..][at(&nonce::LAYOUT, "Nonce")], mac);
        held::field(&dns::LAYOUT, &octets[24..], "Lifetime", lifetime);
        let read: Vec<_> = Options::decode(&octets).unwrap().iter().collect();
        prop_assert_eq!(read, all);
    }
}
