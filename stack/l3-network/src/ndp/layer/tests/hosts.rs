//! A host that configures itself, by what radvd says to the kernel.

use super::duplicates::{lost, notices, probes, somebody_has, told};
use super::*;
use crate::ipv6::{Config, Interface, Ipv6};
use crate::ndp::Identifiers;
use crate::ndp::message::RouterAdvertisement;
use crate::ndp::option::PrefixInformation;

const ROUTER: Ipv6Addr = Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0xff, 0xfe00, 0xa02);
const NETWORK: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0xa, 0, 0, 0, 0, 0);

fn host(identifiers: Identifiers) -> Rig<Ndp> {
    Rig::new(Ndp::new(HERE_MAC, Vec::new()).autoconfiguring(identifiers))
}

/// A host of the samples that has its link-local address.
fn ready() -> Rig<Ndp> {
    let mut rig = host(Identifiers::Eui64);
    let preferred = told(NEAR, AddressState::Preferred);
    assert_eq!(notices(&wait(&mut rig, 3 * SECOND)), [preferred]);
    rig
}

fn router(address: Ipv6Addr, preference: Option<i8>) -> Notice {
    let (port, address) = (0, address.into());
    Notice::Router {
        port,
        address,
        preference,
    }
}

fn on_link(present: bool) -> Notice {
    Notice::OnLink {
        port: 0,
        network: NETWORK.into(),
        prefix_len: 64,
        present,
    }
}

fn prefix(prefix: Ipv6Addr, valid_lifetime: u32) -> PrefixInformation {
    PrefixInformation {
        prefix_length: 64,
        on_link: true,
        autonomous: true,
        valid_lifetime,
        preferred_lifetime: valid_lifetime / 2,
        prefix,
    }
}

/// What a router with this address and lifetime says to all, with one prefix.
fn advertises(
    source: Ipv6Addr,
    router_lifetime: u16,
    prefix: PrefixInformation,
) -> Vec<u8> {
    let ends = (source, "ff02::1".parse().unwrap());
    let message = RouterAdvertisement {
        router_lifetime,
        ..RouterAdvertisement::default()
    };
    let options = [Opt::PrefixInformation(prefix)];
    holding(ends, 48, |place| message.encode(&options, place, ends))
}

/// What the router of the sample says, for 30 minutes and not 12 seconds.
fn lasting() -> [u8; samples::ROUTER_ADVERTISEMENT.len()] {
    changed(samples::ROUTER_ADVERTISEMENT, |p| {
        p[46..48].copy_from_slice(&1800_u16.to_be_bytes());
    })
}

/// A network layer of the host of the samples.
fn above() -> Rig<Ipv6> {
    let interface = Interface {
        port: 0,
        addresses: vec![(HERE, 64), (NEAR, 64)],
        mtu: 1500,
        point_to_point: false,
    };
    Rig::new(Ipv6::new(Config {
        interfaces: vec![interface],
        ..Config::default()
    }))
}

fn state(rig: &Rig<Ndp>, address: Ipv6Addr) -> Option<Claim> {
    rig.layer.own.claim(address)
}

/// The kernel's question for routers, octet for octet; and from radvd's answer the address that
/// the kernel has made of it.
#[test]
fn it_configures_itself_as_the_kernel_does() {
    let mut rig = ready();
    let outs = wait(&mut rig, 3 * SECOND);
    assert!(
        outs.is_empty(),
        "the next question is due after four seconds"
    );
    let mut rig = host(Identifiers::Eui64);
    let sent: Vec<_> = wait(&mut rig, 3 * SECOND)
        .into_iter()
        .flat_map(|out| out.down)
        .collect();
    let [_, asked] = &sent[..] else {
        panic!("{sent:?}");
    };
    assert_eq!(asked.octets(), samples::ROUTER_SOLICITATION);
    let link = Mac([0x33, 0x33, 0, 0, 0, 2]);
    assert_eq!(asked.ici().link_destination, Some(link));

    let out = hear(&mut rig, &samples::ROUTER_ADVERTISEMENT);
    let link = Notice::LinkParameters {
        port: 0,
        mtu: Some(1400),
        hop_limit: Some(42),
    };
    assert_eq!(out.notices, [router(ROUTER, Some(1)), link, on_link(true)]);
    assert_eq!(rig.layer.cache.retrans_timer, Duration::from_millis(500));
    let outs = wait(&mut rig, 2 * SECOND);
    assert_eq!(probes(&outs)[0].0, HERE);
    assert_eq!(notices(&outs), [told(HERE, AddressState::Preferred)]);
    // Again: nothing new, but the router is told each time.
    let out = hear(&mut rig, &samples::ROUTER_ADVERTISEMENT);
    assert_eq!(out.notices, [router(ROUTER, Some(1))]);
}

/// RFC 4862 §5.5.4, RFC 4861 §6.3.5, with the lifetimes of the sample: 12 s the router, 1800
/// and 3600 s the prefix.
#[test]
fn everything_ends_when_its_lifetime_does() {
    let mut rig = ready();
    hear(&mut rig, &samples::ROUTER_ADVERTISEMENT);
    wait(&mut rig, 2 * SECOND);
    let mut within = |seconds| notices(&wait(&mut rig, Duration::from_secs(seconds)));
    assert_eq!(within(9), []);
    assert_eq!(within(1), [router(ROUTER, None)]);
    assert_eq!(within(1787), []);
    assert_eq!(within(1), [told(HERE, AddressState::Deprecated)]);
    assert_eq!(within(1799), []);
    let end = [told(HERE, AddressState::Gone), on_link(false)];
    assert_eq!(within(1), end);
    assert_eq!(state(&rig, HERE), None);
    assert_eq!(rig.layer.deadline(), None);
}

/// RFC 4862 §5.5.3 (e): what comes without proof takes nothing away at once.
#[test]
fn a_forged_lifetime_takes_no_address_away() {
    let mut rig = ready();
    hear(&mut rig, &advertises(ROUTER, 0, prefix(NETWORK, 86_400)));
    wait(&mut rig, 2 * SECOND);
    let out = hear(&mut rig, &advertises(ROUTER, 0, prefix(NETWORK, 0)));
    let deprecated = told(HERE, AddressState::Deprecated);
    assert_eq!(out.notices, [on_link(false), deprecated]);
    assert_eq!(notices(&wait(&mut rig, Duration::from_secs(7199))), []);
    assert_eq!(state(&rig, HERE), Some(Claim::Held));
    let out = hear(&mut rig, &advertises(ROUTER, 0, prefix(NETWORK, 86_400)));
    let preferred = told(HERE, AddressState::Preferred);
    assert_eq!(out.notices, [on_link(true), preferred]);
}

#[test]
fn a_router_that_says_zero_is_none_any_more() {
    let mut rig = ready();
    let known = prefix(NETWORK, 7200);
    let out = hear(&mut rig, &advertises(ROUTER, 0, known));
    assert_eq!(out.notices, [on_link(true)]);
    let out = hear(&mut rig, &advertises(ROUTER, 1800, known));
    assert_eq!(out.notices, [router(ROUTER, Some(0))]);
    let out = hear(&mut rig, &advertises(ROUTER, 0, known));
    assert_eq!(out.notices, [router(ROUTER, None)]);
    // §7.2.5: as an advertisement without R does.
    hear(&mut rig, &samples::ROUTER_ADVERTISEMENT);
    let out = hear(&mut rig, &somebody_has(ROUTER));
    assert_eq!(out.notices, [router(ROUTER, None)]);
}

/// RFC 4861 §6.3.6: routers that are reachable first, whatever their preference. No packet
/// waits for one that ends after PROBE, so the network layer hears it by itself.
#[test]
fn a_router_that_answers_no_probe_is_passed_over_before_the_next_packet() {
    let mut rig = ready();
    let mut above = above();
    let other = Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 7);
    let second = advertises(other, 1800, prefix(NETWORK, 7200));
    let mut hears = |notices: Vec<Notice>| {
        for notice in notices {
            above.tell(Direction::Up, notice);
        }
        let far = Some("2001:db8:b::1".parse().unwrap());
        let to = Ici {
            destination: far,
            next: 253,
            ..Ici::NONE
        };
        above.send(b"data", to).down[0].ici().next_hop
    };
    hears(hear(&mut rig, &second).notices);
    let first = hear(&mut rig, &lasting()).notices;
    assert_eq!(hears(first), Some(ROUTER.into()), "it is preferred");
    wait(&mut rig, 2 * SECOND);
    rig.send(&packet((HERE, THERE), 1), by(ROUTER));
    let news = notices(&wait(&mut rig, 8 * SECOND));
    assert_eq!(news, [router(ROUTER, Some(i8::MIN))]);
    assert_eq!(hears(news), Some(other.into()));
    // It is there again, and says so.
    let again = hear(&mut rig, &lasting()).notices;
    assert_eq!(hears(again), Some(ROUTER.into()));
}

/// RFC 4862 §5.5.3 (a) to (d).
#[test]
fn of_other_prefixes_no_address_is_made() {
    let good = prefix(NETWORK, 7200);
    for bad in [
        PrefixInformation {
            autonomous: false,
            ..good
        },
        PrefixInformation {
            prefix_length: 63,
            ..good
        },
        PrefixInformation {
            preferred_lifetime: 7201,
            ..good
        },
        prefix(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 7200),
        prefix(Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 0), 7200),
        prefix(NETWORK, 0),
    ] {
        let mut rig = ready();
        hear(&mut rig, &advertises(ROUTER, 0, bad));
        let all: Vec<_> = wait(&mut rig, 2 * SECOND);
        assert!(probes(&all).is_empty(), "{bad:?}");
    }
    let mut rig = ready();
    hear(&mut rig, &advertises(ROUTER, 0, good));
    assert_eq!(probes(&wait(&mut rig, 2 * SECOND)).len(), 1);
}

#[test]
fn it_asks_for_routers_until_one_answers_and_again_when_the_link_comes_back() {
    let mut rig = host(Identifiers::Eui64);
    let asks = |outs: &[Out]| {
        let sent = outs.iter().flat_map(|out| &out.down);
        sent.filter(|pdu| pdu.octets()[40] == 133).count()
    };
    // 0 to 1 s, then after 4, 8, 16, 32 s, each give or take a tenth.
    assert_eq!(asks(&wait(&mut rig, 80 * SECOND)), 5);
    hear(&mut rig, &advertises(ROUTER, 1800, prefix(NETWORK, 7200)));
    assert_eq!(asks(&wait(&mut rig, 600 * SECOND)), 0);
    rig.tell(Direction::Up, Notice::LinkUp { port: 0 });
    assert_eq!(asks(&wait(&mut rig, 4 * SECOND)), 1);
}

/// RFC 7217 §6: another address, three times.
#[test]
fn after_a_conflict_a_stable_address_is_made_anew() {
    let identifiers = Identifiers::Stable([9; 16]);
    let mut rig = host(identifiers);
    wait(&mut rig, 3 * SECOND);
    hear(&mut rig, &advertises(ROUTER, 1800, prefix(NETWORK, 7200)));
    let mut seen = Vec::new();
    for conflicts in 0..4 {
        let address = identifiers.address(NETWORK, HERE_MAC, conflicts).unwrap();
        assert!(state(&rig, address).unwrap().is_tentative());
        let out = hear(&mut rig, &somebody_has(address));
        let gone = told(address, AddressState::Gone);
        assert_eq!(out.notices, [lost(address), gone]);
        assert!(!seen.contains(&address));
        seen.push(address);
    }
    assert!(probes(&wait(&mut rig, 9 * SECOND)).is_empty());
    // Without conflicts it is used, and has the lifetimes of the prefix.
    let mut rig = host(identifiers);
    let near =
        identifiers.address(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), HERE_MAC, 0);
    let outs = wait(&mut rig, 3 * SECOND);
    assert_eq!(
        notices(&outs),
        [told(near.unwrap(), AddressState::Preferred)]
    );
    hear(&mut rig, &advertises(ROUTER, 1800, prefix(NETWORK, 7200)));
    let outs = wait(&mut rig, 2 * SECOND);
    assert_eq!(notices(&outs), [told(seen[0], AddressState::Preferred)]);
}

/// Sixteen routers, 32 prefixes, sixteen addresses, whatever is said; what is known stays.
#[test]
fn a_flood_of_routers_takes_nothing_away() {
    let mut rig = ready();
    let known = advertises(ROUTER, 1800, prefix(NETWORK, 7200));
    hear(&mut rig, &known);
    wait(&mut rig, 2 * SECOND);
    let mut told = Vec::new();
    for number in 0..200 {
        let source = Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 1, number);
        let network = Ipv6Addr::new(0x2001, 0xdb8, number, 1, 0, 0, 0, 0);
        let said = advertises(source, 1800, prefix(network, 7200));
        told.extend(hear(&mut rig, &said).notices);
    }
    let routers = |notice: &&Notice| matches!(notice, Notice::Router { .. });
    assert_eq!(told.iter().filter(routers).count(), 15);
    let prefixes = |notice: &&Notice| matches!(notice, Notice::OnLink { .. });
    assert_eq!(told.iter().filter(prefixes).count(), 31);
    rig.world.now = rig.world.now + 2 * SECOND;
    let outs = wait(&mut rig, 2 * SECOND);
    assert_eq!(notices(&outs).len(), 14, "besides two that it has");
    let out = hear(&mut rig, &known);
    assert_eq!(out.notices, [router(ROUTER, Some(0))]);
    assert_eq!(state(&rig, HERE), Some(Claim::Held));
}

/// Hostile times: RFC 4861 §6.2.1 has at most an hour of reachable time.
#[test]
fn times_that_make_no_sense_are_bounded() {
    let mut rig = ready();
    let ends = (ROUTER, "ff02::1".parse().unwrap());
    for (retrans_timer, expected) in [(1, 100), (0, 100), (u32::MAX, 60_000)] {
        let message = RouterAdvertisement {
            retrans_timer,
            reachable_time: u32::MAX,
            ..RouterAdvertisement::default()
        };
        let octets = holding(ends, 16, |place| message.encode(&[], place, ends));
        hear(&mut rig, &octets);
        let millis = rig.layer.cache.retrans_timer.as_millis();
        assert_eq!(millis, expected);
    }
    let now = rig.world.now;
    let until = rig.layer.reachable_time.until(now, &mut rig.world.rng);
    assert!(until - now <= Duration::from_secs(5400));
}

#[test]
fn who_does_not_configure_itself_learns_where_the_router_is_and_no_more() {
    let mut rig = super::rig();
    let out = hear(&mut rig, &samples::ROUTER_ADVERTISEMENT);
    assert!(out.notices.is_empty() && out.down.is_empty());
    assert_eq!(rig.layer.deadline(), None);
    assert_eq!(rig.layer.cache.state(ROUTER, rig.world.now), State::Stale);
}
