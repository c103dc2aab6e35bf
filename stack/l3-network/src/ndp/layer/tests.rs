use core::time::Duration;

use layercake_base::Ici;

use layercake_base::{AddressState, Bounce};

use super::*;
use crate::Protocol;
use crate::icmpv6::Ends;
use crate::ipv6::Header;
use crate::ndp::message::{
    Message, NeighborAdvertisement, NeighborSolicitation, Redirect, RouterSolicitation,
};
use crate::ndp::option::Opt;
use crate::ndp::state::State;
use crate::ndp::{samples, solicited_node};
use crate::rig::{Out, Rig};

mod duplicates;
mod hostile;
mod hosts;
mod routers;

const HERE_MAC: Mac = Mac([2, 0, 0, 0, 0x0a, 1]);
const THERE_MAC: Mac = Mac([2, 0, 0, 0, 0x0a, 2]);
const HERE: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0xa, 0, 0, 0xff, 0xfe00, 0xa01);
const THERE: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0xa, 0, 0, 0, 0, 1);
const NEAR: Ipv6Addr = Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0xff, 0xfe00, 0xa01);
const SECOND: Duration = Duration::from_secs(1);

/// The host of the samples, which has told its addresses.
fn rig() -> Rig<Ndp> {
    let mut rig = Rig::new(Ndp::new(HERE_MAC, vec![(HERE, 64)]));
    rig.fire();
    rig
}

/// What the layer above says that has a packet for a neighbour.
fn by(neighbour: Ipv6Addr) -> Ici {
    Ici {
        next_hop: Some(neighbour.into()),
        next: ETHER_TYPE,
        ..Ici::NONE
    }
}

/// A packet with one octet of data, of nobody's protocol.
fn packet(ends: Ends, body: u8) -> Vec<u8> {
    let (source, destination) = ends;
    let header = Header {
        traffic_class: 0,
        flow_label: 0,
        payload_length: 1,
        next_header: Protocol(253),
        hop_limit: 64,
        source,
        destination,
    };
    [&header.encode()[..], &[body]].concat()
}

fn send(rig: &mut Rig<Ndp>, body: u8) -> Out {
    rig.send(&packet((HERE, THERE), body), by(THERE))
}

/// As after Ethernet: padding is still behind the packet.
fn hear(rig: &mut Rig<Ndp>, octets: &[u8]) -> Out {
    let ici = Ici {
        next: ETHER_TYPE,
        link_source: Some(THERE_MAC),
        ..Ici::NONE
    };
    rig.receive(&[octets, &[0; 20]].concat(), ici)
}

/// The packet that holds a message.
fn holding(
    ends: Ends,
    len: usize,
    write: impl FnOnce(&mut [u8]) -> Result<(), Reason>,
) -> Vec<u8> {
    let mut message = vec![0; len];
    write(&mut message).unwrap();
    let (source, destination) = ends;
    let header = Header {
        traffic_class: 0,
        flow_label: 0,
        payload_length: u16::try_from(len).unwrap(),
        next_header: Protocol::ICMPV6,
        hop_limit: 255,
        source,
        destination,
    };
    [&header.encode()[..], &message].concat()
}

/// An answer of the neighbour with these flags: solicited, overrides.
fn answer(solicited: bool, overrides: bool, link: Mac) -> Vec<u8> {
    let message = NeighborAdvertisement {
        router: false,
        solicited,
        overrides,
        target_address: THERE,
    };
    let ends = (THERE, HERE);
    let options = [Opt::TargetLinkLayerAddress(link)];
    holding(ends, 32, |place| message.encode(&options, place, ends))
}

/// The question that went down, who asked whom, and where it went.
fn question(out: &Out) -> (Ipv6Addr, Ends, Mac) {
    let [pdu] = &out.down[..] else {
        panic!("{out:?}");
    };
    let (header, message) = arrival::find(pdu.octets()).unwrap();
    let (message, options) = arrival::check(&header, message).unwrap();
    let Message::NeighborSolicitation(asked) = message else {
        panic!("{message:?}");
    };
    assert_eq!(options.source_link_layer_address(), Some(HERE_MAC));
    assert_eq!(pdu.ici().next, ETHER_TYPE);
    let ends = (header.source, header.destination);
    (
        asked.target_address,
        ends,
        pdu.ici().link_destination.unwrap(),
    )
}

/// The deadlines that come within this time.
fn wait(rig: &mut Rig<Ndp>, span: Duration) -> Vec<Out> {
    let (end, mut outs) = (rig.world.now + span, Vec::new());
    while let Some(next) = rig.layer.deadline().filter(|&next| next <= end) {
        rig.world.now = next.max(rig.world.now);
        outs.push(rig.fire());
    }
    rig.world.now = end;
    outs
}

/// The world of the samples: the layer says octet for octet what the kernel said there, and
/// the kernel's answer brings the packet on its way.
#[test]
fn it_asks_as_the_kernel_does_and_understands_its_answer() {
    let mut rig = rig();
    let out = send(&mut rig, 7);
    assert_eq!(out.down[0].octets(), samples::NEIGHBOR_SOLICITATION);
    let group = solicited_node(THERE);
    let link = Mac([0x33, 0x33, 0xff, 0, 0, 1]);
    assert_eq!(question(&out), (THERE, (HERE, group), link));
    let out = hear(&mut rig, &samples::NEIGHBOR_ADVERTISEMENT);
    assert!(out.up.is_empty());
    assert_eq!(out.down[0].octets(), packet((HERE, THERE), 7));
    assert_eq!(out.down[0].ici().link_destination, Some(THERE_MAC));
    let known = rig.layer.cache.state(THERE, rig.world.now);
    assert_eq!((known, rig.layer.deadline()), (State::Reachable, None));
    assert_eq!(send(&mut rig, 8).down[0].octets(), packet((HERE, THERE), 8));
}

#[test]
fn it_answers_the_kernel_as_the_kernel_does() {
    let near = "fe80::ff:fe00:a02".parse().unwrap();
    let layer = Ndp::new(THERE_MAC, vec![(THERE, 64), (near, 64)]).router(true);
    let mut rig = Rig::new(layer);
    let out = hear(&mut rig, &samples::NEIGHBOR_SOLICITATION);
    assert_eq!(out.down[0].octets(), samples::NEIGHBOR_ADVERTISEMENT);
    assert_eq!(out.down[0].ici().link_destination, Some(HERE_MAC));
}

/// RFC 4861 §7.2.4: to all nodes, not solicited.
#[test]
fn who_asks_from_no_address_is_answered_before_all() {
    let mut rig = rig();
    let out = hear(&mut rig, &samples::DUPLICATE_SOLICITATION);
    let [pdu] = &out.down[..] else {
        panic!("{out:?}");
    };
    let (header, message) = arrival::find(pdu.octets()).unwrap();
    assert_eq!(header.destination.to_string(), "ff02::1");
    assert_eq!(
        pdu.ici().link_destination,
        Some(Mac([0x33, 0x33, 0, 0, 0, 1]))
    );
    let (Message::NeighborAdvertisement(said), options) =
        arrival::check(&header, message).unwrap()
    else {
        panic!();
    };
    assert_eq!(options.target_link_layer_address(), Some(HERE_MAC));
    assert_eq!(
        (said.solicited, said.overrides, said.router),
        (false, true, false)
    );
    assert_eq!((said.target_address, header.source), (NEAR, NEAR));
}

#[test]
fn every_address_is_told_above_and_an_idle_link_stays_idle() {
    let mut rig = Rig::new(Ndp::new(HERE_MAC, vec![(HERE, 64)]));
    assert_eq!(rig.layer.deadline(), Some(Instant::ZERO));
    let told = |address: Ipv6Addr| Notice::Address {
        port: 0,
        address: address.into(),
        prefix_len: 64,
        state: AddressState::Preferred,
    };
    let out = rig.fire();
    assert_eq!(out.notices, [told(NEAR), told(HERE)]);
    assert!(out.down.is_empty());
    assert_eq!(rig.layer.deadline(), None);
}

#[test]
fn three_questions_a_second_apart_then_all_that_waits_goes_back_up() {
    let mut rig = rig();
    assert_eq!(question(&send(&mut rig, 1)).0, THERE);
    assert!(send(&mut rig, 2).down.is_empty());
    let outs = wait(&mut rig, 3 * SECOND);
    let [second, third, end] = &outs[..] else {
        panic!("{outs:?}");
    };
    for out in [second, third] {
        assert_eq!(question(out).0, THERE);
    }
    assert!(end.down.is_empty());
    let back: Vec<_> = end.up.iter().map(|pdu| pdu.octets()[40]).collect();
    assert_eq!(back, [1, 2]);
    let bounced = |pdu: &Pdu| pdu.ici().bounce == Some(Bounce::NoNeighbour);
    assert!(end.up.iter().all(bounced));
    assert_eq!(rig.layer.deadline(), None);
}

/// All that may wait, 8 packets for each of 64 neighbours, ends at one instant, and an outbox
/// takes 64: RFC 4861 §7.2.2 wants an error for each.
#[test]
fn of_many_packets_that_go_back_up_at_once_none_is_lost() {
    let mut rig = rig();
    rig.world.pool = layercake_base::Pool::new(1000);
    for number in 0..512 {
        let absent = Ipv6Addr::new(0x2001, 0xdb8, 0xa, 0, 0, 0, 9, number % 64);
        rig.send(&packet((HERE, absent), 1), by(absent));
    }
    let outs = wait(&mut rig, 3 * SECOND);
    let back: usize = outs.iter().map(|out| out.up.len()).sum();
    let asked: usize = outs.iter().map(|out| out.down.len()).sum();
    assert_eq!((back, asked), (512, 2 * 64));
    assert!(outs.iter().all(|out| out.discards.is_empty()));
    assert_eq!(rig.layer.deadline(), None);
}

/// RFC 4861 §7.3.3: STALE, a packet, DELAY, five seconds, PROBE, three questions a second apart
/// to the neighbour alone, gone.
#[test]
fn a_neighbour_that_is_there_no_longer_is_found_out() {
    let mut rig = rig();
    hear(&mut rig, &answer(true, true, THERE_MAC));
    send(&mut rig, 0);
    hear(&mut rig, &answer(true, true, THERE_MAC));
    rig.at_millis(46_000);
    let state = |rig: &Rig<Ndp>| rig.layer.cache.state(THERE, rig.world.now);
    assert_eq!(state(&rig), State::Stale);
    assert_eq!(send(&mut rig, 1).down.len(), 1);
    assert_eq!(state(&rig), State::Delay);
    let began = rig.world.now;
    assert_eq!(rig.layer.deadline(), Some(began + 5 * SECOND));
    let outs = wait(&mut rig, 7 * SECOND);
    assert_eq!(outs.len(), 3);
    for out in &outs {
        assert_eq!(question(out), (THERE, (HERE, THERE), THERE_MAC));
    }
    assert_eq!(state(&rig), State::Probe);
    assert_eq!(
        send(&mut rig, 2).down[0].octets()[40],
        2,
        "the old address is still used"
    );
    wait(&mut rig, SECOND);
    assert_eq!(state(&rig), State::Absent);
    assert_eq!(question(&send(&mut rig, 3)).1.1, solicited_node(THERE));
}

/// RFC 4861 §7.2.5 (II): the answer to a question that went to it alone needs no link address,
/// and Linux gives none.
#[test]
fn who_answers_a_probe_without_a_link_address_is_still_there() {
    let mut rig = rig();
    send(&mut rig, 0);
    hear(&mut rig, &answer(false, true, THERE_MAC));
    send(&mut rig, 1);
    let asked = wait(&mut rig, 5 * SECOND);
    assert_eq!(question(&asked[0]).1.1, THERE);
    let message = NeighborAdvertisement {
        router: false,
        solicited: true,
        overrides: false,
        target_address: THERE,
    };
    let ends = (THERE, HERE);
    let octets = holding(ends, 24, |place| message.encode(&[], place, ends));
    hear(&mut rig, &octets);
    let known = rig.layer.cache.state(THERE, rig.world.now);
    assert_eq!((known, rig.layer.deadline()), (State::Reachable, None));
}

#[test]
fn a_layer_above_that_had_an_answer_spares_the_question() {
    let mut rig = rig();
    send(&mut rig, 0);
    hear(&mut rig, &answer(false, true, THERE_MAC));
    assert_eq!(send(&mut rig, 1).down.len(), 1);
    let notice = Notice::Reachable {
        port: 0,
        neighbour: THERE.into(),
    };
    let out = rig.tell(Direction::Down, notice);
    assert!(out.notices.is_empty(), "it is for this layer alone");
    assert_eq!(
        rig.layer.cache.state(THERE, rig.world.now),
        State::Reachable
    );
    assert_eq!(rig.layer.deadline(), None);
}

/// RFC 4861 §7.2.5: override clear, another link address.
#[test]
fn who_shall_not_override_does_not() {
    let mut rig = rig();
    send(&mut rig, 0);
    hear(&mut rig, &answer(true, true, THERE_MAC));
    hear(&mut rig, &answer(true, false, Mac::local(9)));
    assert_eq!(rig.layer.cache.state(THERE, rig.world.now), State::Stale);
    let sent = send(&mut rig, 1);
    assert_eq!(sent.down[0].ici().link_destination, Some(THERE_MAC));
    hear(&mut rig, &answer(false, true, Mac::local(9)));
    let sent = send(&mut rig, 2);
    assert_eq!(sent.down[0].ici().link_destination, Some(Mac::local(9)));
}

/// RFC 2464 §7.
#[test]
fn a_group_is_not_asked_for() {
    let mut rig = rig();
    let group = "ff02::1:3".parse().unwrap();
    let out = rig.send(&packet((HERE, group), 1), by(group));
    let expected = Some(Mac([0x33, 0x33, 0, 1, 0, 3]));
    assert_eq!(out.down[0].ici().link_destination, expected);
}

#[test]
fn everything_else_goes_up_unchanged() {
    let mut rig = rig();
    let mut hears = |octets: &[u8], next| {
        let out = rig.receive(octets, Ici { next, ..Ici::NONE });
        assert_eq!(out.up[0].octets(), octets);
        assert!(out.down.is_empty());
    };
    hears(b"ARP", 0x0806);
    hears(b"not a packet", ETHER_TYPE);
    hears(&crate::samples::ECHO_V6, ETHER_TYPE);
    // RFC 6980 §5: behind a fragment header, here the first and only fragment.
    let whole = samples::NEIGHBOR_SOLICITATION;
    let mut fragment = [&whole[..40], &[58, 0, 0, 0, 0, 0, 0, 1], &whole[40..]].concat();
    (fragment[5], fragment[6]) = (40, 44);
    hears(&fragment, ETHER_TYPE);
    // To somebody else: whoever forwards decides.
    hears(&samples::REDIRECT[..39], ETHER_TYPE);
    let mut elsewhere = samples::NEIGHBOR_ADVERTISEMENT;
    elsewhere[39] = 77;
    hears(&elsewhere, ETHER_TYPE);
}

/// RFC 4861 §7.2.1, RFC 4291 §2.8: all nodes, all routers as a router, and the groups of its
/// own addresses, also while it asks whether they are its own.
#[test]
fn messages_to_a_group_of_others_are_not_heard() {
    let takes = |layer: Ndp, group: &str| {
        let message = NeighborAdvertisement {
            router: false,
            solicited: false,
            overrides: true,
            target_address: THERE,
        };
        let ends = (THERE, group.parse().unwrap());
        let options = [Opt::TargetLinkLayerAddress(THERE_MAC)];
        let octets = holding(ends, 32, |place| message.encode(&options, place, ends));
        hear(&mut Rig::new(layer), &octets).up.is_empty()
    };
    let host = || Ndp::new(HERE_MAC, vec![(HERE, 64)]);
    for (group, by_host, by_router) in [
        ("ff02::1", true, true),
        ("ff02::2", false, true),
        ("ff02::1:ff00:a01", true, true),
        ("ff02::1:ff00:a02", false, false),
        ("ff02::9", false, false),
        ("ff05::1", false, false),
    ] {
        let taken = [host().probing(), host().router(true)].map(|who| takes(who, group));
        assert_eq!(taken, [by_host, by_router], "{group}");
    }
}

/// A router whom each of the samples concerns: one address has the group of the question.
fn addressed() -> Rig<Ndp> {
    let other = Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 1);
    Rig::new(Ndp::new(HERE_MAC, vec![(HERE, 64), (other, 64)]).router(true))
}

#[track_caller]
fn refused(octets: &[u8], text: &str) {
    let mut rig = addressed();
    let out = hear(&mut rig, octets);
    assert_eq!(out.told, [text]);
    assert!(out.up.is_empty() && out.down.is_empty());
}

/// A sample with the checksum made right again after a change.
fn changed<const N: usize>(
    mut packet: [u8; N],
    change: impl FnOnce(&mut [u8; N]),
) -> [u8; N] {
    change(&mut packet);
    packet[42..44].fill(0);
    let header = Header::decode(&packet).unwrap();
    let length = u32::from(header.payload_length);
    let sum = crate::ipv6::pseudo_header(
        header.source,
        header.destination,
        length,
        Protocol::ICMPV6,
    );
    let sum = sum.octets(&packet[40..]).finish().to_be_bytes();
    packet[42..44].copy_from_slice(&sum);
    packet
}

/// RFC 4861 §6.1, §7.1, §8.1, each rule that is about the packet.
#[test]
fn what_breaks_a_rule_of_the_packet_is_refused_by_name() {
    let ask = samples::NEIGHBOR_SOLICITATION;
    refused(&changed(ask, |p| p[7] = 254), "Hop Limit = 254 must be 255");
    let group = "Source Address = ff01:db8:a::ff:fe00:a01 must not be a group";
    refused(&changed(ask, |p| p[8] = 0xff), group);
    let nobody = changed(ask, |p| p[8..24].fill(0));
    refused(
        &nobody,
        "Source Address = :: must not have a link-layer address",
    );
    let duplicate = changed(samples::DUPLICATE_SOLICITATION, |p| {
        p[24..40].copy_from_slice(&ALL_NODES.octets());
    });
    refused(
        &duplicate,
        "Destination Address = ff02::1 must be a solicited-node group when nobody asks",
    );
    let solicited = changed(samples::NEIGHBOR_ADVERTISEMENT, |p| {
        p[24..40].copy_from_slice(&[0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    });
    refused(
        &solicited,
        "Destination Address = ff02::1 must not be a group with S = 1",
    );
    let far = |p: &mut [u8]| p[8..10].copy_from_slice(&[0x20, 1]);
    let text = "Source Address = 2001::ff:fe00:a02 must be link-local";
    refused(&changed(samples::ROUTER_ADVERTISEMENT, |p| far(p)), text);
    refused(&changed(samples::REDIRECT, |p| far(p)), text);
    let nobody = changed(samples::ROUTER_SOLICITATION, |p| p[8..24].fill(0));
    refused(
        &nobody,
        "Source Address = :: must not have a link-layer address",
    );
    let mut wrong = ask;
    wrong[43] ^= 1;
    assert_eq!(hear(&mut addressed(), &wrong).discards, ["mismatch"]);
}

#[test]
fn a_link_address_of_a_group_or_of_our_own_is_not_believed() {
    let group = answer(true, true, Mac::BROADCAST);
    refused(
        &group,
        "Link-Layer Address = ff:ff:ff:ff:ff:ff must not be a group",
    );
    let ours = answer(true, true, HERE_MAC);
    refused(
        &ours,
        "Link-Layer Address = 02:00:00:00:0a:01 must not be our own address",
    );
}

#[test]
fn another_station_with_our_address_is_told_above_at_most_every_ten_seconds() {
    let mut rig = rig();
    let ends = (HERE, "ff02::1".parse().unwrap());
    let message = NeighborAdvertisement {
        router: false,
        solicited: false,
        overrides: true,
        target_address: HERE,
    };
    let options = [Opt::TargetLinkLayerAddress(THERE_MAC)];
    let octets = holding(ends, 32, |place| message.encode(&options, place, ends));
    let conflict = Notice::AddressConflict {
        address: HERE.into(),
        holder: THERE_MAC,
        lost: false,
    };
    assert_eq!(
        hear(&mut rig, &octets).notices,
        core::slice::from_ref(&conflict)
    );
    rig.at_millis(9_999);
    assert_eq!(hear(&mut rig, &octets).notices, []);
    rig.at_millis(10_000);
    let out = hear(&mut rig, &octets);
    assert_eq!(out.notices, [conflict]);
    assert_eq!(
        out.told,
        ["Target Address = 2001:db8:a::ff:fe00:a01 must not be our own address"]
    );
}

/// RFC 4861 §8.3; the sample speaks of a target without a link address.
#[test]
fn a_redirect_is_told_above_by_hosts_and_its_link_address_learnt() {
    let mut rig = rig();
    hear(&mut rig, &samples::ROUTER_ADVERTISEMENT);
    let target: Ipv6Addr = "2001:db8:a::77".parse().unwrap();
    let router: Ipv6Addr = "fe80::ff:fe00:a02".parse().unwrap();
    let notice = Notice::Redirect {
        destination: target.into(),
        gateway: target.into(),
        reporter: router.into(),
        port: 0,
    };
    assert_eq!(hear(&mut rig, &samples::REDIRECT).notices, [notice]);
    let message = Redirect {
        target_address: target,
        destination_address: target,
    };
    let ends = (router, HERE);
    let options = [Opt::TargetLinkLayerAddress(Mac::local(7))];
    let octets = holding(ends, 48, |place| message.encode(&options, place, ends));
    hear(&mut rig, &octets);
    assert_eq!(rig.layer.cache.state(target, rig.world.now), State::Stale);
    let out = rig.send(&packet((HERE, target), 1), by(target));
    assert_eq!(out.down[0].ici().link_destination, Some(Mac::local(7)));
    rig.layer.router = true;
    assert_eq!(hear(&mut rig, &octets).notices, []);
}

/// RFC 4861 §8.1: what does not come from the first hop is discarded without a word. Where
/// another neighbour is, is not for it to say.
#[test]
fn who_is_no_router_moves_no_neighbour_by_a_redirect() {
    let mut rig = rig();
    send(&mut rig, 0);
    hear(&mut rig, &answer(true, true, THERE_MAC));
    let message = Redirect {
        target_address: THERE,
        destination_address: THERE,
    };
    let stranger: Ipv6Addr = "fe80::bad".parse().unwrap();
    let redirected = |from| {
        let ends = (from, HERE);
        let options = [Opt::TargetLinkLayerAddress(Mac::local(66))];
        holding(ends, 48, |place| message.encode(&options, place, ends))
    };
    hear(&mut rig, &redirected(stranger));
    let sent = send(&mut rig, 1);
    assert_eq!(sent.down[0].ici().link_destination, Some(THERE_MAC));
    // A router may.
    hear(&mut rig, &samples::ROUTER_ADVERTISEMENT);
    hear(&mut rig, &redirected("fe80::ff:fe00:a02".parse().unwrap()));
    let sent = send(&mut rig, 2);
    assert_eq!(sent.down[0].ici().link_destination, Some(Mac::local(66)));
}

/// RFC 4861 §7.2.5: R was set and is clear now.
#[test]
fn a_router_that_says_it_is_none_any_more_is_told_above() {
    let mut rig = rig();
    hear(&mut rig, &samples::ROUTER_ADVERTISEMENT);
    let router: Ipv6Addr = "fe80::ff:fe00:a02".parse().unwrap();
    assert_eq!(rig.layer.cache.state(router, rig.world.now), State::Stale);
    let ends = (router, "ff02::1".parse().unwrap());
    let message = NeighborAdvertisement {
        router: false,
        solicited: false,
        overrides: true,
        target_address: router,
    };
    let octets = holding(ends, 24, |place| message.encode(&[], place, ends));
    let gone = Notice::Router {
        port: 0,
        address: router.into(),
        preference: None,
    };
    assert_eq!(hear(&mut rig, &octets).notices, [gone]);
    assert_eq!(hear(&mut rig, &octets).notices, []);
}

/// A question from an address without a link address: the answer needs a question first.
#[test]
fn who_asks_without_saying_where_it_is_is_asked_first() {
    let mut rig = rig();
    let ends = (THERE, HERE);
    let asked = NeighborSolicitation {
        target_address: HERE,
    };
    let octets = holding(ends, 24, |place| asked.encode(&[], place, ends));
    let out = hear(&mut rig, &octets);
    assert_eq!(question(&out).0, THERE);
    let out = hear(&mut rig, &answer(true, true, THERE_MAC));
    assert_eq!(out.down[0].ici().link_destination, Some(THERE_MAC));
    assert!(Message::is_one(crate::icmpv6::Type(
        out.down[0].octets()[40]
    )));
}

#[test]
fn hosts_do_not_listen_to_who_asks_for_routers() {
    let mut rig = rig();
    let ends = (THERE, "ff02::2".parse().unwrap());
    let options = [Opt::SourceLinkLayerAddress(THERE_MAC)];
    let write = |place: &mut [u8]| RouterSolicitation.encode(&options, place, ends);
    let octets = holding(ends, 16, write);
    hear(&mut rig, &octets);
    assert_eq!(rig.layer.cache.state(THERE, rig.world.now), State::Absent);
    rig.layer.router = true;
    hear(&mut rig, &octets);
    assert_eq!(rig.layer.cache.state(THERE, rig.world.now), State::Stale);
}
