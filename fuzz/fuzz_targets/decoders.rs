//! Every decode function of the layers on any octets: what decodes is encoded and decodes to the
//! same again, and its encoding is what was there wherever the header keeps every bit.
#![no_main]

use core::fmt::Debug;
use core::net::{IpAddr, Ipv6Addr};

use layercake_base::Reason;
use layercake_datalink::llc::{self, snap};
use layercake_datalink::stp::{self, Bpdu};
use layercake_datalink::{arp, ethernet, lldp, ppp, vlan};
use layercake_network::icmp::extensions::{
    InterfaceInformation, LabelStackEntry, Object,
};
use layercake_network::ipv6::extension::{Chain, FragmentHeader, Options, RoutingHeader};
use layercake_network::ndp::Message;
use layercake_network::ndp::option::Opt;
use layercake_network::rip::{self, Version};
use layercake_network::{icmp, icmpv6, ipv4, ipv6, link_state};
use layercake_transport::{tcp, udp};

libfuzzer_sys::fuzz_target!(|octets: &[u8]| {
    link(octets);
    internet(octets);
    messages(octets);
    extension_headers(octets);
    messages_v6(octets);
    transport(octets);
    routing(octets);
});

fn link(octets: &[u8]) {
    exact(octets, ethernet::Header::decode(octets), |h| h.encode());
    exact(octets, vlan::Header::decode(octets), |h| h.encode());
    exact(octets, ppp::Header::decode(octets), |h| h.encode());
    exact(octets, arp::Packet::decode(octets), |p| p.encode());
    exact(octets, snap::Header::decode(octets), |h| h.encode());
    exact(octets, snap::decode_rfc_1042(octets), |ether_type| {
        snap::encode_rfc_1042(*ether_type)
    });
    if let Ok(bpdu) = Bpdu::decode(octets) {
        let (again, len) = bpdu.encode();
        assert_eq!(Bpdu::decode(&again[..len]), Ok(bpdu));
    }
    let _ = stp::frame::decode(octets);
    same_after(octets, llc::Header::decode, |h, o| h.encode(o));
    if let Ok(lldpdu) = lldp::Lldpdu::decode(octets) {
        let optional: Vec<_> = lldpdu.optional().collect();
        let (chassis, port) = (lldpdu.chassis, lldpdu.port);
        let again = lldp::Lldpdu::encode(chassis, port, lldpdu.time_to_live, &optional);
        let again = again.expect("what was decoded is encoded");
        assert_eq!(lldp::Lldpdu::decode(&again), Ok(lldpdu));
    }
}

fn internet(octets: &[u8]) {
    exact(octets, ipv6::Header::decode_lax(octets), |h| h.encode());
    assert!(
        ipv6::Header::decode(octets).is_err() || ipv6::Header::decode_lax(octets).is_ok()
    );
    if let Ok(header) = ipv4::Header::decode_lax(octets) {
        let mut room = [0; ipv4::Header::LONGEST];
        header.encode(&mut room).expect("the longest header fits");
        let again = ipv4::Header::decode_lax(&room).expect("what was encoded decodes");
        assert_eq!(again, header);
        same_but_for(10..12, &room[..header.octets()], octets);
        assert!(header.options.walk().count() <= header.options.octets().len());
        let copied = header.options.copied();
        assert_eq!(copied.copied(), copied);
    }
    same_after(octets, ipv4::Header::decode, |h, o| h.encode(o));
}

fn messages(octets: &[u8]) {
    same_after(octets, icmp::Echo::decode, |h, o| h.encode(o));
    same_after(octets, icmp::Unreachable::decode, |h, o| h.encode(o));
    same_after(octets, icmp::TimeExceeded::decode, |h, o| h.encode(o));
    same_after(octets, icmp::ParameterProblem::decode, |h, o| h.encode(o));
    same_after(octets, icmp::Redirect::decode, |h, o| h.encode(o));
    same_after(octets, icmp::Timestamp::decode, |h, o| h.encode(o));
    same_after(octets, icmp::ExtendedEcho::decode, |h, o| h.encode(o));
    same_after(octets, icmp::ExtendedEchoReply::decode, |h, o| h.encode(o));
    if let Ok(advertisement) = icmp::RouterAdvertisement::decode(octets) {
        assert!(advertisement.entries().count() > 0);
    }
    extensions(octets);
    let _ = icmp::ExtendedEcho::wanted(octets);
    let _ = (icmp::Type::of(octets), icmp::Echo::decode_lax(octets));
    for quoted in [
        icmp::Quoted::in_message(octets),
        icmp::Quoted::decode(octets),
    ] {
        let _ = quoted.map(|quoted| (quoted.ports(), quoted.echo()));
    }
}

fn extensions(octets: &[u8]) {
    let behind_a_quote = icmp::Extensions::in_message(octets).and_then(Result::ok);
    for extensions in [icmp::Extensions::decode(octets).ok(), behind_a_quote] {
        let objects = extensions.iter().flat_map(icmp::Extensions::objects);
        for object in objects.flatten() {
            let _ = LabelStackEntry::in_object(&object).count();
            let Ok(interface) = InterfaceInformation::decode(&object) else {
                continue;
            };
            let interface = InterfaceInformation {
                name: None,
                ..interface
            };
            let mut room = [0; InterfaceInformation::MOST];
            let (c_type, end) = interface.encode(&mut room).expect("the room is enough");
            let (class, data) = (InterfaceInformation::CLASS, &room[..end]);
            let again = Object {
                class,
                c_type,
                data,
            };
            assert_eq!(InterfaceInformation::decode(&again), Ok(interface));
        }
    }
}

/// What routers tell each other.
fn routing(octets: &[u8]) {
    for version in [Version::V2, Version::Ng] {
        let Ok(message) = rip::Message::decode(version, octets) else {
            continue;
        };
        let entries: Vec<_> = message.entries().flatten().collect();
        let mut again = vec![0; rip::HEADER + rip::ENTRY * entries.len()];
        rip::encode(version, message.command, &entries, &mut again)
            .expect("what was decoded is encoded");
        if let Ok(again) = rip::Message::decode(version, &again) {
            assert!(again.entries().eq(entries.into_iter().map(Ok)));
        }
    }
    if let Ok(message) = link_state::Message::decode(octets) {
        let _ = (message.heard().count(), message.acknowledged().count());
        let _ = (message.advertisements().count(), message.number());
    }
    if let Ok(said) = link_state::Advertisement::decode(octets) {
        let mut again = Vec::new();
        said.encode(&mut again);
        assert_eq!(link_state::Advertisement::decode(&again), Ok(said));
    }
}

/// Each header by itself, and the chain behind an IPv6 header.
fn extension_headers(octets: &[u8]) {
    if let Ok(header) = FragmentHeader::decode(octets) {
        let again = FragmentHeader::decode(&header.encode());
        assert_eq!(again, Ok(header));
    }
    if let Ok(header) = RoutingHeader::decode(octets) {
        assert_eq!(header.encode()[..], octets[..4]);
    }
    if let Ok(options) = Options::decode(octets) {
        assert!(options.walk().count() <= Options::MOST + 1);
        let mut again = vec![0; octets.len()];
        let length = options
            .encode(&mut again)
            .expect("it came from as many octets");
        assert_eq!(again[..length], octets[..length]);
    }
    let mut chain = Chain::of(octets);
    assert!(chain.by_ref().count() <= Chain::MOST + 1);
    assert!(chain.at() <= octets.len().max(ipv6::Header::OCTETS));
}

/// The first 32 octets are the addresses that the checksum covers.
fn messages_v6(octets: &[u8]) {
    let Some((ends, message)) = octets.split_first_chunk::<32>() else {
        return;
    };
    let end =
        |at: usize| Ipv6Addr::from(*ends[at..].first_chunk::<16>().expect("16 octets"));
    let ends = (end(0), end(16));
    same_after(
        message,
        |m| icmpv6::Echo::decode(m, ends),
        |h, o| h.encode(o, ends),
    );
    same_after(
        message,
        |m| icmpv6::Unreachable::decode(m, ends),
        |h, o| h.encode(o, ends),
    );
    same_after(
        message,
        |m| icmpv6::TimeExceeded::decode(m, ends),
        |h, o| h.encode(o, ends),
    );
    same_after(
        message,
        |m| icmpv6::PacketTooBig::decode(m, ends),
        |h, o| h.encode(o, ends),
    );
    same_after(
        message,
        |m| icmpv6::ParameterProblem::decode(m, ends),
        |h, o| h.encode(o, ends),
    );
    let _ = icmpv6::extended_echo::decode(message, ends);
    let _ = icmpv6::extended_echo::decode_reply(message, ends);
    let _ = icmp::Extensions::in_icmpv6(message);
    discovery(message, ends);
    let _ = icmpv6::Echo::decode_lax(message);
    for quoted in [
        icmpv6::Quoted::in_message(message),
        icmpv6::Quoted::decode(message),
    ] {
        let _ = quoted.map(|quoted| (quoted.ports(), quoted.echo()));
    }
    let _ = udp::verify(IpAddr::V6(ends.0), IpAddr::V6(ends.1), message);
}

/// Messages with their options: what was read is written, and read as the same.
fn discovery(octets: &[u8], ends: (Ipv6Addr, Ipv6Addr)) {
    let Ok((message, options)) = Message::decode(octets, ends) else {
        return;
    };
    let options: Vec<_> = options.iter().collect();
    let mut room = vec![0xaa; message.octets() + Opt::octets_of(&options)];
    let written = message.encode(&options, &mut room, ends);
    written.expect("there is room for what was decoded");
    let (again, same) = Message::decode(&room, ends).expect("what was encoded decodes");
    assert_eq!((again, same.iter().collect::<Vec<_>>()), (message, options));
}

fn transport(octets: &[u8]) {
    exact(octets, udp::Header::decode_lax(octets), |h| h.encode());
    let lax = udp::Header::decode_lax(octets);
    assert!(udp::Header::decode(octets).is_err() || lax.is_ok());
    let Ok(header) = tcp::Header::decode(octets) else {
        return;
    };
    let mut room = [0; 60];
    header.encode(&mut room).expect("the longest header fits");
    assert_eq!(tcp::Header::decode(&room), Ok(header));
    assert_eq!(room[..header.octets()], octets[..header.octets()]);
    assert!(header.options().count() <= header.options.len());
}

/// What decodes is encoded to the octets that it came from.
#[track_caller]
fn exact<T, const N: usize>(
    octets: &[u8],
    decoded: Result<T, Reason>,
    encode: impl Fn(&T) -> [u8; N],
) {
    if let Ok(header) = decoded {
        assert_eq!(encode(&header)[..], octets[..N]);
    }
}

/// What decodes is encoded in place and decodes to the same.
#[track_caller]
fn same_after<T: PartialEq + Debug>(
    octets: &[u8],
    decode: impl Fn(&[u8]) -> Result<T, Reason>,
    encode: impl Fn(&T, &mut [u8]) -> Result<(), Reason>,
) {
    let Ok(header) = decode(octets) else { return };
    let mut again = octets.to_vec();
    encode(&header, &mut again).expect("what was decoded is encoded in place");
    assert_eq!(decode(&again).as_ref(), Ok(&header));
}

#[track_caller]
fn same_but_for(hole: core::ops::Range<usize>, ours: &[u8], theirs: &[u8]) {
    assert_eq!(ours[..hole.start], theirs[..hole.start]);
    assert_eq!(ours[hole.end..], theirs[hole.end..ours.len()]);
}
