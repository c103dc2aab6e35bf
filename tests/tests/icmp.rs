//! Every ICMP message of every capture through its codec: decoded, encoded again over a cleared
//! header, and compared with itself; extensions likewise. etherparse must see the same type and
//! code. Where the public captures are absent a line says so.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a wrong assumption must fail the test"
)]

#[path = "captures/files.rs"]
mod files;

use files::Packet;
use layercake_base::Reason;
use layercake_capfile::LinkType;
use layercake_network::icmp::{
    Echo, ExtendedEcho, ExtendedEchoReply, Extensions, ParameterProblem, Redirect,
    TimeExceeded, Timestamp, Type, Unreachable, check,
};
use layercake_network::{Protocol, ipv4};

/// The whole ICMP message in a packet, whose checksum is right.
fn message(packet: &Packet) -> Option<&[u8]> {
    let octets = packet.octets.as_slice();
    let octets = match packet.link_type {
        LinkType::ETHERNET if octets.get(12..14) == Some(&[8, 0]) => octets.get(14..)?,
        LinkType::PPP if octets.get(2..4) == Some(&[0, 0x21]) => octets.get(4..)?,
        LinkType::RAW | LinkType::IPV4 => octets,
        _ => return None,
    };
    let header = ipv4::Header::decode(octets).ok()?;
    let whole = !header.more_fragments && !header.is_later_fragment();
    let message = octets.get(header.octets()..header.total_length.into())?;
    let right = whole && header.protocol == Protocol::ICMP && check(message).is_ok();
    right.then_some(message)
}

/// The message with its header written anew by the codec; `None` for types without one.
fn again(message: &[u8]) -> Option<Result<Vec<u8>, Reason>> {
    let mut place = message.to_vec();
    place[..8].fill(0xaa);
    let written = match message[0] {
        0 | 8 => Echo::decode(message).map(|m| m.encode(&mut place)),
        3 => Unreachable::decode(message).map(|m| m.encode(&mut place)),
        5 => Redirect::decode(message).map(|m| m.encode(&mut place)),
        11 => TimeExceeded::decode(message).map(|m| m.encode(&mut place)),
        12 => ParameterProblem::decode(message).map(|m| m.encode(&mut place)),
        13 | 14 => Timestamp::decode(message).map(|m| m.encode(&mut place)),
        42 => ExtendedEcho::decode(message).map(|m| m.encode(&mut place)),
        43 => ExtendedEchoReply::decode(message).map(|m| m.encode(&mut place)),
        _ => return None,
    };
    Some(written.and_then(|encoded| encoded).map(|()| place))
}

/// Octets that must be sent as zero and are not: what a codec does not keep.
fn has_unused(message: &[u8]) -> bool {
    let unused: &[usize] = match message[0] {
        3 => &[4],
        11 => &[4, 6, 7],
        12 => &[6, 7],
        _ => &[],
    };
    unused.iter().any(|&at| message[at] != 0)
}

/// The extensions of an error come out as they went in. True when there are some.
fn extensions_again(packet: &Packet, message: &[u8]) -> bool {
    let Some(extensions) = Extensions::in_message(message) else {
        return false;
    };
    let place = &packet.place;
    let objects = extensions.unwrap().objects();
    let objects: Vec<_> = objects.map(Result::unwrap).collect();
    let mut written = vec![0; message.len()];
    let length = Extensions::encode(&mut written, &objects).unwrap();
    assert!(message.ends_with(&written[..length]), "{place}");
    true
}

#[test]
fn messages_come_out_as_they_went_in() {
    let (project, public) = (files::project(), files::public());
    let (mut seen, mut extended) = ([0; 256], 0);
    for path in project.iter().chain(&public) {
        for packet in files::read(path) {
            let Some(message) = message(&packet) else {
                continue;
            };
            assert!(packet.original_len as usize >= message.len());
            match again(message) {
                Some(Ok(_)) if has_unused(message) => {
                    println!("{}: uses what is unused", packet.place);
                }
                Some(Ok(octets)) => {
                    assert_eq!(octets, message, "{}", packet.place);
                    let theirs = etherparse::Icmpv4Slice::from_slice(message).unwrap();
                    let ours = Type::of(message).unwrap();
                    assert_eq!(
                        (theirs.type_u8(), theirs.code_u8()),
                        (ours.0, message[1])
                    );
                    seen[usize::from(ours.0)] += 1;
                    extended += usize::from(extensions_again(&packet, message));
                }
                // tcpdump keeps captures with a code that no echo has.
                Some(Err(reason)) => println!("{}: {reason}", packet.place),
                None => (),
            }
        }
    }
    let types: Vec<_> = (0..256).filter(|&kind| seen[kind] > 0).collect();
    println!(
        "{:?}, {extended} with extensions",
        types.iter().map(|&t| (t, seen[t])).collect::<Vec<_>>()
    );
    assert!(seen[0] + seen[8] > 10 && seen[3] + seen[11] > 0);
    if !public.is_empty() {
        assert!(extended > 0, "mpls-traceroute has some");
        assert!(
            [3, 11, 13, 42, 43].iter().all(|&kind| seen[kind] > 0),
            "{types:?}"
        );
    }
}
