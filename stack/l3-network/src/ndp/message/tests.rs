use layercake_base::Mac;
use proptest::prelude::*;
use smoltcp::phy::ChecksumCapabilities;
use smoltcp::time::Duration;
use smoltcp::wire;

use super::*;
use crate::held;
use crate::ipv6::Header;
use crate::ndp::option::{PrefixInformation, RecursiveDnsServer};
use crate::ndp::{Preference, samples};

const ROUTER: &str = "fe80::ff:fe00:a02";
const HOST: &str = "2001:db8:a::ff:fe00:a01";

fn address(text: &str) -> Ipv6Addr {
    text.parse().unwrap()
}

/// The addresses of a packet, and the message in it.
fn open(packet: &[u8]) -> (Ends, &[u8]) {
    let header = Header::decode(packet).unwrap();
    ((header.source, header.destination), &packet[40..])
}

#[test]
fn the_pictures_are_the_layouts() {
    for (layout, file) in [
        (
            &router_solicitation::LAYOUT,
            include_str!("router_solicitation.rs"),
        ),
        (
            &router_advertisement::LAYOUT,
            include_str!("router_advertisement.rs"),
        ),
        (
            &neighbor_solicitation::LAYOUT,
            include_str!("neighbor_solicitation.rs"),
        ),
        (
            &neighbor_advertisement::LAYOUT,
            include_str!("neighbor_advertisement.rs"),
        ),
        (&redirect::LAYOUT, include_str!("redirect.rs")),
    ] {
        layout.is_drawn_in(file).unwrap();
        assert_eq!(layout.flaw(), None);
    }
}

#[track_caller]
fn reads(packet: &[u8], message: Message, options: usize) {
    let (ends, octets) = open(packet);
    let (read, found) = Message::decode(octets, ends).unwrap();
    let found: Vec<_> = found.iter().collect();
    assert_eq!((read, found.len()), (message, options), "{found:?}");
    let fixed = message.octets();
    let mut again = vec![0xaa; fixed + Opt::octets_of(&found)];
    read.encode(&found, &mut again, ends).unwrap();
    let (reread, same) = Message::decode(&again, ends).unwrap();
    assert_eq!((reread, same.iter().collect()), (read, found));
    // radvd writes a prefix of 48 bits into 16 octets where 8 are enough (RFC 4191 §2.3).
    if !matches!(message, Message::RouterAdvertisement(_)) {
        assert_eq!(again, octets);
    }
}

/// The message with its checksum made right.
fn summed(mut message: Vec<u8>, ends: Ends) -> Vec<u8> {
    message[2..4].fill(0);
    let header = crate::octets::chunk(&message, 0);
    icmpv6::write(header, &mut message, ends).unwrap();
    message
}

#[test]
fn what_the_kernel_and_radvd_say_is_read_and_written_back() {
    let asked = |target| {
        Message::NeighborSolicitation(NeighborSolicitation {
            target_address: address(target),
        })
    };
    let answer = |target, router, overrides| {
        Message::NeighborAdvertisement(NeighborAdvertisement {
            router,
            solicited: true,
            overrides,
            target_address: address(target),
        })
    };
    let near = "fe80::ff:fe00:a01";
    reads(
        &samples::ROUTER_SOLICITATION,
        Message::RouterSolicitation(RouterSolicitation),
        1,
    );
    reads(&samples::NEIGHBOR_SOLICITATION, asked("2001:db8:a::1"), 1);
    reads(&samples::DUPLICATE_SOLICITATION, asked(near), 1);
    reads(
        &samples::NEIGHBOR_ADVERTISEMENT,
        answer("2001:db8:a::1", true, true),
        1,
    );
    reads(
        &samples::NEIGHBOR_ADVERTISEMENT_BARE,
        answer(near, false, false),
        0,
    );
    let router = RouterAdvertisement {
        cur_hop_limit: 42,
        managed: true,
        other: false,
        preference: Preference::High,
        router_lifetime: 12,
        reachable_time: 20_000,
        retrans_timer: 500,
    };
    reads(
        &samples::ROUTER_ADVERTISEMENT,
        Message::RouterAdvertisement(router),
        6,
    );
    let redirect = Redirect {
        target_address: address("2001:db8:a::77"),
        destination_address: address("2001:db8:a::77"),
    };
    reads(&samples::REDIRECT, Message::Redirect(redirect), 1);
    let (ends, _) = open(&samples::REDIRECT);
    assert_eq!(ends, (address(ROUTER), address(HOST)));
}

#[test]
fn what_breaks_a_rule_is_refused_by_name() {
    let (ends, good) = open(&samples::NEIGHBOR_SOLICITATION);
    let text = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut message = good.to_vec();
        change(&mut message);
        let message = summed(message, ends);
        Message::decode(&message, ends).unwrap_err().to_string()
    };
    assert_eq!(text(&|m| m[0] = 138), "Type = 138 must be 133 to 137");
    assert_eq!(text(&|m| m[1] = 1), "Code = 1 must be 0");
    assert_eq!(
        text(&|m| m.truncate(23)),
        "neighbor solicitation needs 24 octets, have 23"
    );
    assert_eq!(
        text(&|m| m[8] = 0xff),
        "Target Address = ff01:db8:a::1 must not be a group"
    );
    assert_eq!(
        text(&|m| m[25] = 0),
        "Length of an option = 0 must not be 0"
    );
    let mut wrong = good.to_vec();
    wrong[20] ^= 1;
    let reason = Message::decode(&wrong, ends).unwrap_err();
    assert_eq!(reason.kind(), "mismatch");
    assert!(Message::decode(&[], ends).is_err());
    let (ends, good) = open(&samples::REDIRECT);
    let text = |at: usize, value| {
        let mut message = good.to_vec();
        message[at] = value;
        let message = summed(message, ends);
        Message::decode(&message, ends).unwrap_err().to_string()
    };
    let rule = "must be link-local or the destination address";
    assert_eq!(text(23, 0), format!("Target Address = 2001:db8:a:: {rule}"));
}

/// RFC 4861 §8.1.
#[test]
fn a_redirect_for_a_group_is_refused() {
    let group = address("ff0e::1");
    let (redirect, ends) = (
        Redirect {
            target_address: address(ROUTER),
            destination_address: group,
        },
        (address(ROUTER), address(HOST)),
    );
    let mut message = [0; Redirect::OCTETS];
    redirect.encode(&[], &mut message, ends).unwrap();
    let reason = Redirect::decode(&message, ends).unwrap_err();
    assert_eq!(
        reason.to_string(),
        "Destination Address = ff0e::1 must not be a group"
    );
}

#[test]
fn a_place_that_is_too_small_or_too_large_is_refused() {
    let ends = (address(ROUTER), address(HOST));
    let options = [Opt::Mtu(1500)];
    for (len, kind) in [(15, "too-short"), (17, "illegal"), (7, "too-short")] {
        let mut place = vec![0; len];
        let reason = RouterSolicitation.encode(&options, &mut place, ends);
        assert_eq!(reason.unwrap_err().kind(), kind);
    }
}

/// What smoltcp reads in a message.
fn smoltcp_reads(
    message: &[u8],
    (source, destination): Ends,
) -> Option<wire::Icmpv6Repr<'_>> {
    let packet = wire::Icmpv6Packet::new_checked(message).ok()?;
    let checksums = ChecksumCapabilities::default();
    wire::Icmpv6Repr::parse(&source, &destination, &packet, &checksums).ok()
}

fn hardware(mac: [u8; 6]) -> wire::RawHardwareAddress {
    wire::EthernetAddress(mac).into()
}

proptest! {
    #[test]
    fn smoltcp_reads_the_same_questions_and_answers(
        target: [u8; 16], mac: [u8; 6], router: bool, solicited: bool, overrides: bool,
        source: [u8; 16], destination: [u8; 16],
    ) {
        prop_assume!(target[0] != 0xff);
        let (ends, target_address) = ((source.into(), destination.into()), target.into());
        let mut message = [0; 32];
        let question = NeighborSolicitation { target_address };
        question.encode(&[Opt::SourceLinkLayerAddress(Mac(mac))], &mut message, ends).unwrap();
        prop_assert_eq!(NeighborSolicitation::decode(&message, ends).unwrap().0, question);
        let lladdr = Some(hardware(mac));
        let theirs = wire::NdiscRepr::NeighborSolicit { target_addr: target_address, lladdr };
        prop_assert_eq!(smoltcp_reads(&message, ends), Some(wire::Icmpv6Repr::Ndisc(theirs)));

        let answer = NeighborAdvertisement { router, solicited, overrides, target_address };
        answer.encode(&[Opt::TargetLinkLayerAddress(Mac(mac))], &mut message, ends).unwrap();
        prop_assert_eq!(NeighborAdvertisement::decode(&message, ends).unwrap().0, answer);
        let layout = &neighbor_advertisement::LAYOUT;
        let bits = u8::from(router) << 2 | u8::from(solicited) << 1 | u8::from(overrides);
        held::field(layout, &message, "Flags", bits);
        prop_assert_eq!(&message[layout.find("Target Address").unwrap().octets()], target);
        let flags = wire::NdiscNeighborFlags::from_bits_truncate(bits << 5);
        let theirs = wire::NdiscRepr::NeighborAdvert { flags, target_addr: target_address, lladdr };
        prop_assert_eq!(smoltcp_reads(&message, ends), Some(wire::Icmpv6Repr::Ndisc(theirs)));
    }

    #[test]
    fn smoltcp_reads_the_same_routers(
        cur_hop_limit: u8, managed: bool, other: bool, high: bool, router_lifetime: u16,
        reachable_time: u32, retrans_timer: u32, mac: [u8; 6], mtu: u32, prefix: [u8; 16],
        lifetimes: [u32; 2],
    ) {
        let preference = if high { Preference::High } else { Preference::Low };
        let ours = RouterAdvertisement {
            cur_hop_limit, managed, other, preference, router_lifetime, reachable_time, retrans_timer,
        };
        let [valid_lifetime, preferred_lifetime] = lifetimes;
        let information = PrefixInformation {
            prefix_length: 64, on_link: true, autonomous: false, valid_lifetime, preferred_lifetime,
            prefix: prefix.into(),
        };
        let servers = [prefix];
        let options = [
            Opt::SourceLinkLayerAddress(Mac(mac)),
            Opt::Mtu(mtu),
            Opt::PrefixInformation(information),
            Opt::RecursiveDnsServer(RecursiveDnsServer::new(1, &servers)),
        ];
        let ends = (address(ROUTER), address(HOST));
        let mut message = vec![0; 16 + Opt::octets_of(&options)];
        ours.encode(&options, &mut message, ends).unwrap();
        let (read, found) = RouterAdvertisement::decode(&message, ends).unwrap();
        prop_assert_eq!(read, ours);
        prop_assert_eq!(found.iter().collect::<Vec<_>>(), options);
        let layout = &router_advertisement::LAYOUT;
        held::field(layout, &message, "Cur Hop Limit", cur_hop_limit);
        held::field(layout, &message, "Flags", u8::from(managed) << 2 | u8::from(other) << 1);
        held::field(layout, &message, "Prf", if high { 1_u8 } else { 3 });
        held::field(layout, &message, "Router Lifetime", router_lifetime);
        held::field(layout, &message, "Reachable Time", reachable_time);
        held::field(layout, &message, "Retrans Timer", retrans_timer);
        let seconds = |time: u32| Duration::from_secs(time.into());
        let theirs = wire::NdiscRepr::RouterAdvert {
            hop_limit: cur_hop_limit,
            flags: wire::NdiscRouterFlags::from_bits_truncate(u8::from(managed) << 7 | u8::from(other) << 6),
            router_lifetime: Duration::from_secs(router_lifetime.into()),
            reachable_time: Duration::from_millis(reachable_time.into()),
            retrans_time: Duration::from_millis(retrans_timer.into()),
            lladdr: Some(hardware(mac)),
            mtu: Some(mtu),
            prefix_info: Some(wire::NdiscPrefixInformation {
                prefix_len: 64,
                flags: wire::NdiscPrefixInfoFlags::ON_LINK,
                valid_lifetime: seconds(valid_lifetime),
                preferred_lifetime: seconds(preferred_lifetime),
                prefix: prefix.into(),
            }),
        };
        prop_assert_eq!(smoltcp_reads(&message, ends), Some(wire::Icmpv6Repr::Ndisc(theirs)));
    }

    #[test]
    fn redirects_and_their_layout_agree(target: [u8; 8], destination: [u8; 16], packet in proptest::collection::vec(any::<u8>(), 40..90)) {
        prop_assume!(destination[0] != 0xff);
        let mut router = [0; 16];
        router[..2].copy_from_slice(&[0xfe, 0x80]);
        router[8..].copy_from_slice(&target);
        let ours = Redirect { target_address: router.into(), destination_address: destination.into() };
        let options = [Opt::RedirectedHeader(&packet)];
        let ends = (address(ROUTER), address(HOST));
        let mut message = vec![0; 40 + Opt::octets_of(&options)];
        ours.encode(&options, &mut message, ends).unwrap();
        let (read, found) = Redirect::decode(&message, ends).unwrap();
        prop_assert_eq!(read, ours);
        let Some(Opt::RedirectedHeader(quoted)) = found.iter().next() else { panic!() };
        prop_assert!(quoted.starts_with(&packet) && quoted.len() < packet.len() + 8);
        let at = |name| redirect::LAYOUT.find(name).unwrap().octets();
        prop_assert_eq!(&message[at("Target Address")], router);
        prop_assert_eq!(&message[at("Destination Address")], destination);
    }

    /// Whatever the octets are, with a right checksum.
    #[test]
    fn decode_never_panics(kind in 133..138_u8, mut octets in proptest::collection::vec(any::<u8>(), 8..120), zeros: bool) {
        if zeros {
            octets[1] = 0;
        }
        let ends = (address(ROUTER), address(HOST));
        octets[0] = kind;
        let octets = summed(octets, ends);
        if let Ok((message, options)) = Message::decode(&octets, ends) {
            let options: Vec<_> = options.iter().collect();
            let mut again = vec![0; octets.len()];
            let _ = message.encode(&options, &mut again, ends);
        }
    }
}
