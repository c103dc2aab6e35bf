//! A router that advertises, read by smoltcp and by a host of ours.

use smoltcp::phy::ChecksumCapabilities;
use smoltcp::wire;

use super::duplicates::{notices, told};
use super::*;
use crate::ndp::message::RouterAdvertisement;
use crate::ndp::option::{PrefixInformation, RouteInformation};
use crate::ndp::{Advertising, Identifiers, Preference};

const ROUTER: Ipv6Addr = Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0xff, 0xfe00, 0xa02);
const NETWORK: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0xa, 0, 0, 0, 0, 0);

/// What radvd was told to say in the sample, without name servers.
fn what() -> Advertising {
    Advertising {
        router: RouterAdvertisement {
            cur_hop_limit: 42,
            managed: true,
            other: false,
            preference: Preference::High,
            router_lifetime: 12,
            reachable_time: 20_000,
            retrans_timer: 500,
        },
        mtu: Some(1400),
        prefixes: vec![PrefixInformation {
            prefix_length: 64,
            on_link: true,
            autonomous: true,
            valid_lifetime: 3600,
            preferred_lifetime: 1800,
            prefix: NETWORK,
        }],
        routes: vec![RouteInformation {
            prefix_length: 48,
            preference: Preference::Low,
            route_lifetime: 900,
            prefix: "2001:db8:b::".parse().unwrap(),
        }],
        interval: (Duration::from_secs(3), Duration::from_secs(4)),
    }
}

fn router(what: Advertising) -> Rig<Ndp> {
    Rig::new(Ndp::new(THERE_MAC, vec![(THERE, 64)]).advertising(what))
}

/// The advertisements that were sent.
fn said(outs: Vec<Out>) -> Vec<Vec<u8>> {
    let sent = outs.into_iter().flat_map(|out| out.down);
    sent.map(|pdu| pdu.octets().to_vec()).collect()
}

/// The options that radvd has in the sample too are the same; smoltcp reads the message.
#[test]
fn it_says_what_radvd_says() {
    let mut rig = router(what());
    let all = said(wait(&mut rig, Duration::ZERO));
    let [packet] = &all[..] else {
        panic!("{all:?}")
    };
    let (header, message) = arrival::find(packet).unwrap();
    let (ours, options) = arrival::check(&header, message).unwrap();
    let (radvd, sample) = arrival::find(&samples::ROUTER_ADVERTISEMENT).unwrap();
    let (theirs, sample) = arrival::check(&radvd, sample).unwrap();
    assert_eq!((ours, header.source), (theirs, radvd.source));
    assert_eq!(header.destination, radvd.destination);
    let sample: Vec<_> = sample.iter().collect();
    assert_eq!(options.iter().count(), 4);
    for option in options.iter() {
        assert!(sample.contains(&option), "{option:?}");
    }
    let packet = wire::Icmpv6Packet::new_checked(message).unwrap();
    let checksums = ChecksumCapabilities::default();
    let (source, to) = (header.source, header.destination);
    let read = wire::Icmpv6Repr::parse(&source, &to, &packet, &checksums).unwrap();
    let wire::Icmpv6Repr::Ndisc(wire::NdiscRepr::RouterAdvert { mtu, hop_limit, .. }) =
        read
    else {
        panic!("{read:?}");
    };
    assert_eq!((mtu, hop_limit), (Some(1400), 42));
}

#[test]
fn a_host_of_ours_configures_itself_by_a_router_of_ours() {
    let mut router = router(what());
    router.fire();
    router.at_millis(4000);
    let host = Ndp::new(HERE_MAC, Vec::new()).autoconfiguring(Identifiers::Eui64);
    let mut host = Rig::new(host);
    let asked = said(wait(&mut host, 3 * SECOND));
    let solicitation = asked.iter().find(|packet| packet[40] == 133).unwrap();
    wait(&mut router, Duration::ZERO);
    assert!(hear(&mut router, solicitation).down.is_empty());
    let answer = said(wait(&mut router, Duration::from_millis(3500)));
    let out = hear(&mut host, &answer[0]);
    let told_router = Notice::Router {
        port: 0,
        address: ROUTER.into(),
        preference: Some(1),
    };
    assert!(out.notices.contains(&told_router), "{out:?}");
    let news = notices(&wait(&mut host, 3 * SECOND));
    assert_eq!(news, [told(HERE, AddressState::Preferred)]);
}

/// However many hosts ask: RFC 4861 §6.2.6.
#[test]
fn a_flood_of_questions_has_one_answer_in_three_seconds() {
    let mut rig = router(Advertising::default());
    let mut sent = said(wait(&mut rig, Duration::ZERO)).len();
    for _ in 0..600 {
        hear(&mut rig, &samples::ROUTER_SOLICITATION);
        sent += said(wait(&mut rig, Duration::from_millis(50))).len();
    }
    assert!((8..=11).contains(&sent), "{sent} in 30 seconds");
}

#[test]
fn more_than_sixteen_prefixes_are_not_said() {
    let mut many = what();
    many.prefixes = many.prefixes.repeat(99);
    many.routes = many.routes.repeat(99);
    let mut rig = router(many);
    let all = said(wait(&mut rig, Duration::ZERO));
    assert_eq!(all[0].len(), 40 + 16 + 8 + 8 + 16 * 32 + 16 * 16);
}

#[test]
fn before_it_has_a_link_local_address_it_says_nothing() {
    let layer = Ndp::new(THERE_MAC, Vec::new()).probing();
    let mut rig = Rig::new(layer.advertising(what()));
    let all = said(wait(&mut rig, 2 * SECOND));
    assert_eq!((all[0][40], all[1][40], all.len()), (135, 134, 2));
}
