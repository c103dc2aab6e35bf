//! Duplicate address detection, as the one who asks and as the one who has the address.

use super::*;

/// The host of the samples when it begins to ask for its addresses.
fn probing() -> Rig<Ndp> {
    Rig::new(Ndp::new(HERE_MAC, vec![(HERE, 64)]).probing())
}

/// The questions from nobody that were sent: target, nonce, and where they went.
pub(super) fn probes(outs: &[Out]) -> Vec<(Ipv6Addr, [u8; 6], Mac)> {
    let sent = outs.iter().flat_map(|out| &out.down);
    sent.map(|pdu| {
        let (header, message) = arrival::find(pdu.octets()).unwrap();
        let (message, options) = arrival::check(&header, message).unwrap();
        let Message::NeighborSolicitation(asked) = message else {
            panic!("{message:?}");
        };
        assert!(header.source.is_unspecified());
        let nonce = options.nonce().unwrap().try_into().unwrap();
        let link = pdu.ici().link_destination.unwrap();
        (asked.target_address, nonce, link)
    })
    .collect()
}

pub(super) fn notices(outs: &[Out]) -> Vec<Notice> {
    outs.iter().flat_map(|out| out.notices.clone()).collect()
}

pub(super) fn told(address: Ipv6Addr, state: AddressState) -> Notice {
    Notice::Address {
        port: 0,
        address: address.into(),
        prefix_len: 64,
        state,
    }
}

pub(super) fn lost(address: Ipv6Addr) -> Notice {
    Notice::AddressConflict {
        address: address.into(),
        holder: THERE_MAC,
        lost: true,
    }
}

/// Somebody's question from nobody's address.
fn somebody_asks(nonce: [u8; 6], target: Ipv6Addr) -> Vec<u8> {
    let ends = (Ipv6Addr::UNSPECIFIED, solicited_node(target));
    let asked = NeighborSolicitation {
        target_address: target,
    };
    let options = [Opt::Nonce(&nonce)];
    holding(ends, 32, |place| asked.encode(&options, place, ends))
}

/// Somebody's advertisement to all of an address that it has.
pub(super) fn somebody_has(target: Ipv6Addr) -> Vec<u8> {
    let ends = (target, "ff02::1".parse().unwrap());
    let message = NeighborAdvertisement {
        router: false,
        solicited: false,
        overrides: true,
        target_address: target,
    };
    let options = [Opt::TargetLinkLayerAddress(THERE_MAC)];
    holding(ends, 32, |place| message.encode(&options, place, ends))
}

/// RFC 4862 §5.4: one question for each, a second later they are ours. The question has the
/// form of the kernel's: the sample, but for its nonce and checksum.
#[test]
fn each_address_is_asked_for_once_and_told_above_a_second_later() {
    let mut rig = probing();
    let outs = wait(&mut rig, 3 * SECOND);
    let asked = probes(&outs);
    let mut targets: Vec<_> = asked.iter().map(|(target, ..)| *target).collect();
    targets.sort();
    assert_eq!(targets, [HERE, NEAR]);
    let link = Mac([0x33, 0x33, 0xff, 0, 0x0a, 1]);
    assert!(asked.iter().all(|(_, _, to)| *to == link));
    assert_ne!(asked[0].1, asked[1].1);
    let mut states = notices(&outs);
    states.sort_by_key(|notice| format!("{notice:?}"));
    assert_eq!(
        states,
        [HERE, NEAR].map(|address| told(address, AddressState::Preferred))
    );
    assert_eq!(rig.layer.deadline(), None);

    let ours = outs.iter().flat_map(|out| &out.down);
    let ours = ours.map(|pdu| pdu.octets().to_vec());
    let mut ours = ours.filter(|octets| octets[48..64] == NEAR.octets());
    let mut ours = ours.next().unwrap();
    let sample = samples::DUPLICATE_SOLICITATION;
    for range in [42..44, 66..72] {
        ours[range.clone()].copy_from_slice(&sample[range]);
    }
    assert_eq!(ours, sample);
}

#[test]
fn nothing_is_sent_or_answered_from_an_address_that_is_not_ours_yet() {
    let mut rig = probing();
    let out = send(&mut rig, 1);
    let why = "is not ours yet, we ask for it";
    assert_eq!(out.told, [format!("Source Address = {HERE} {why}")]);
    let asked = NeighborSolicitation {
        target_address: HERE,
    };
    let ends = (THERE, solicited_node(HERE));
    let options = [Opt::SourceLinkLayerAddress(THERE_MAC)];
    let octets = holding(ends, 32, |place| asked.encode(&options, place, ends));
    assert!(hear(&mut rig, &octets).down.is_empty());
    wait(&mut rig, 3 * SECOND);
    assert_eq!(question(&send(&mut rig, 1)).0, THERE);
    let out = hear(&mut rig, &octets);
    assert_eq!(out.down.len(), 2, "what waited, and the answer");
}

/// RFC 4862 §5.4.3, §5.4.4.
#[test]
fn an_address_that_somebody_has_or_wants_too_is_given_up() {
    for octets in [somebody_has(HERE), somebody_asks([7; 6], HERE)] {
        let mut rig = probing();
        wait(&mut rig, Duration::from_millis(1500));
        let mut rig = match rig.layer.own.claim(HERE) {
            Some(Claim::Held) => probing(),
            _ => rig,
        };
        let out = hear(&mut rig, &octets);
        assert_eq!(out.notices, [lost(HERE), told(HERE, AddressState::Gone)]);
        let rule = "must not be our own address";
        assert_eq!(out.told, [format!("Target Address = {HERE} {rule}")]);
        let outs = wait(&mut rig, 9 * SECOND);
        assert_eq!(notices(&outs), [told(NEAR, AddressState::Preferred)]);
        let out = send(&mut rig, 1);
        let why = "is another station's";
        assert_eq!(out.told, [format!("Source Address = {HERE} {why}")]);
        assert!(hear(&mut rig, &octets).notices.is_empty());
    }
}

/// RFC 7527 §4.2: a link that sends everything back.
#[test]
fn our_own_question_that_comes_back_is_no_conflict() {
    let mut rig = probing();
    let outs = wait(&mut rig, Duration::from_millis(990));
    for (target, nonce, _) in probes(&outs) {
        let out = hear(&mut rig, &somebody_asks(nonce, target));
        assert!(out.notices.is_empty() && out.discards.is_empty());
    }
    assert!(!probes(&outs).is_empty());
    assert_eq!(notices(&wait(&mut rig, 3 * SECOND)).len(), 2);
}

/// RFC 4862 §5.4.5: somebody has our link address.
#[test]
fn without_the_address_that_follows_from_its_link_address_a_station_is_off() {
    let mut rig = probing();
    let gone = [NEAR, HERE].map(|address| told(address, AddressState::Gone));
    let news = hear(&mut rig, &somebody_has(NEAR)).notices;
    assert_eq!(news, [&[lost(NEAR)], &gone[..]].concat());
    assert!(wait(&mut rig, 9 * SECOND).is_empty());
    assert_eq!(send(&mut rig, 1).discards, ["no-way"]);
}

/// RFC 4862 §5.4.5: not assigned, whoever wrote it down. The network layer has it from its
/// configuration, and neighbour discovery had not told it of it.
#[test]
fn an_address_that_was_lost_leaves_the_network_layer_that_was_configured_with_it() {
    use crate::ipv6::{Config, Interface, Ipv6};
    let interface = Interface {
        port: 0,
        addresses: vec![(HERE, 64), (NEAR, 64)],
        mtu: 1500,
        point_to_point: false,
    };
    let mut above = Rig::new(Ipv6::new(Config {
        interfaces: vec![interface],
        ..Config::default()
    }));
    for notice in hear(&mut probing(), &somebody_has(HERE)).notices {
        above.tell(Direction::Up, notice);
    }
    assert_eq!(above.layer.interfaces()[0].addresses, [(NEAR, 64)]);
}

/// Told once, and again only when it was ours in between.
#[test]
fn an_address_that_is_lost_again_is_no_news() {
    let mut rig = probing();
    hear(&mut rig, &somebody_has(HERE));
    rig.tell(Direction::Up, Notice::LinkUp { port: 0 });
    let out = hear(&mut rig, &somebody_has(HERE));
    assert_eq!(out.notices, [lost(HERE)]);
    rig.tell(Direction::Up, Notice::LinkUp { port: 0 });
    let news = notices(&wait(&mut rig, 3 * SECOND));
    assert!(
        news.contains(&told(HERE, AddressState::Preferred)),
        "{news:?}"
    );
    assert_eq!(rig.layer.deadline(), None);
}

#[test]
fn a_link_that_comes_back_may_have_somebody_else_on_it() {
    let mut rig = probing();
    wait(&mut rig, 3 * SECOND);
    let up = [Notice::LinkUp { port: 0 }];
    assert_eq!(rig.tell(Direction::Up, up[0].clone()).notices, up);
    assert_eq!(rig.layer.own.claim(HERE), Some(Claim::Begin));
    let gone = [lost(HERE), told(HERE, AddressState::Gone)];
    assert_eq!(hear(&mut rig, &somebody_has(HERE)).notices, gone);
    assert!(notices(&wait(&mut rig, 9 * SECOND)).is_empty());
    // Who never asked does not ask now.
    let mut sure = super::rig();
    sure.tell(Direction::Up, up[0].clone());
    assert_eq!(sure.layer.own.claim(HERE), Some(Claim::Held));
}
