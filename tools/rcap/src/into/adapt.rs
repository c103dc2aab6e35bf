//! Makes a captured frame one that the host takes for its own: its station address, its network
//! address, and checksums that agree.
//!
//! Spec: RFC 1624 §3: a checksum is changed by what changed, so that a wrong one stays wrong.

use std::net::Ipv4Addr;

use layercake_base::{Mac, checksum};
use layercake_capfile::{Kind, Record};
use layercake_datalink::{arp, ether_type, ethernet};
use layercake_dissect::{Dissected, Dissection, LinkType, dissect_cut};
use layercake_network::{Protocol, ipv4};

/// Places in an IPv4 header, RFC 791 §3.1; of the target in an ARP packet, RFC 826.
const CHECKSUM: usize = 10;
const DESTINATION: usize = 16;
const TARGET: usize = 24;

/// A host on a LAN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Station {
    pub(super) mac: Mac,
    pub(super) address: Ipv4Addr,
}

/// A frame for the host, and what had to be changed for that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Adapted {
    pub(super) frame: Vec<u8>,
    pub(super) changes: Vec<String>,
}

/// The frame for `station`; `None` when it holds neither IPv4 nor ARP.
pub(super) fn adapt(record: &Record<'_>, station: &Station) -> Option<Adapted> {
    let interface = record.interface.filter(|_| record.kind == Kind::Packet)?;
    let original = usize::try_from(record.original_len).ok()?;
    let captured = dissect_cut(interface.link_type, record.octets, original);
    let packet = captured
        .layers
        .iter()
        .find(|layer| is(layer, "IPv4") || is(layer, "ARP"))?;
    let mut octets = record.octets.get(packet.header.start..)?.to_vec();
    let mut changes = Vec::new();
    let ether_type = if is(packet, "IPv4") {
        changes.extend(redirect(&mut octets, station.address));
        ether_type::IPV4
    } else {
        changes.extend(ask(&mut octets, station.address));
        ether_type::ARP
    };
    let (header, change) = header(&captured, station, ether_type);
    changes.extend(change);
    let frame = [&header.encode()[..], &octets].concat();
    Some(Adapted { frame, changes })
}

fn is(layer: &Dissected, protocol: &str) -> bool {
    let layout = match protocol {
        "ARP" => &arp::LAYOUT,
        _ => &ipv4::LAYOUT,
    };
    core::ptr::eq(layer.layout, layout)
}

/// The Ethernet header: as captured where there was one, but for this station unless it went to
/// a group.
fn header(
    captured: &Dissection<'_>,
    station: &Station,
    ether_type: layercake_datalink::EtherType,
) -> (ethernet::Header, Option<String>) {
    let ethernet = captured.link_type == LinkType::ETHERNET;
    let before = ethernet::Header::decode(captured.octets)
        .ok()
        .filter(|_| ethernet);
    let source = before.map_or(Mac::local(u16::MAX), |header| header.source);
    let destination = match before.map(|header| header.destination) {
        Some(group) if group.is_group() => group,
        _ => station.mac,
    };
    let change = match before.map(|header| header.destination) {
        None => Some("Ethernet header added".to_owned()),
        Some(old) if old != destination => {
            Some(format!("station {old} became {destination}"))
        }
        Some(_) => None,
    };
    (
        ethernet::Header {
            destination,
            source,
            ether_type,
        },
        change,
    )
}

/// Gives an IPv4 packet another destination, unless it goes to a group or to all.
fn redirect(packet: &mut [u8], new: Ipv4Addr) -> Option<String> {
    let old = address(packet, DESTINATION)?;
    if old == new || old.is_multicast() || old.is_broadcast() {
        return None;
    }
    let header = usize::from(packet.first()? & 0xf) * 4;
    let later = u16::from_be_bytes([*packet.get(6)?, *packet.get(7)?]) & 0x1fff != 0;
    let place = match Protocol(*packet.get(9)?) {
        _ if later => None,
        Protocol::TCP => Some(header + 16),
        Protocol::UDP => Some(header + 6),
        _ => None,
    };
    let udp = Protocol(*packet.get(9)?) == Protocol::UDP;
    correct(packet, CHECKSUM, old, new);
    if let Some(place) = place {
        // Zero means "none" in UDP, and stays.
        let absent = udp && packet.get(place..place + 2) == Some(&[0, 0]);
        if !absent {
            correct(packet, place, old, new);
        }
        if udp && !absent && packet.get(place..place + 2) == Some(&[0, 0]) {
            packet.get_mut(place..place + 2)?.fill(0xff); // the same number, RFC 768
        }
    }
    packet
        .get_mut(DESTINATION..DESTINATION + 4)?
        .copy_from_slice(&new.octets());
    Some(format!(
        "destination {old} became {new}, checksums corrected"
    ))
}

/// Lets an ARP request ask for this host.
fn ask(packet: &mut [u8], new: Ipv4Addr) -> Option<String> {
    let request = packet.get(6..8)? == [0, 1];
    let old = address(packet, TARGET).filter(|old| request && *old != new)?;
    packet
        .get_mut(TARGET..TARGET + 4)?
        .copy_from_slice(&new.octets());
    Some(format!("target {old} became {new}"))
}

fn address(packet: &[u8], at: usize) -> Option<Ipv4Addr> {
    let octets = packet.get(at..)?.first_chunk::<4>()?;
    Some(Ipv4Addr::from(*octets))
}

/// Changes the checksum at `at` by what changes when `old` becomes `new`. A checksum that was
/// not captured is left alone.
fn correct(packet: &mut [u8], at: usize, old: Ipv4Addr, new: Ipv4Addr) {
    let Some(field) = packet
        .get_mut(at..)
        .and_then(|rest| rest.first_chunk_mut::<2>())
    else {
        return;
    };
    let ([a, b, c, d], [e, f, g, h]) = (old.octets(), new.octets());
    let words = [([a, b], [e, f]), ([c, d], [g, h])];
    let sum = words
        .iter()
        .fold(u16::from_be_bytes(*field), |sum, (old, new)| {
            checksum::update(sum, u16::from_be_bytes(*old), u16::from_be_bytes(*new))
        });
    *field = sum.to_be_bytes();
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use layercake_capfile::{PcapWriter, Reader, Timestamp, decompress};
    use layercake_dissect::{Verdict, dissect};

    use super::*;

    const STATION: Station = Station {
        mac: Mac::local(7),
        address: Ipv4Addr::new(198, 51, 100, 80),
    };

    /// Adapts the packets of a capture of kernel traffic.
    fn adapted(file: &str) -> Vec<Adapted> {
        let path = format!("{}/../../captures/{file}", env!("CARGO_MANIFEST_DIR"));
        let mut reader =
            Reader::new(decompress(File::open(path).unwrap()).unwrap()).unwrap();
        let mut all = Vec::new();
        while let Some(record) = reader.next_record().unwrap() {
            all.extend(adapt(&record, &STATION));
        }
        assert!(!all.is_empty());
        all
    }

    /// A frame that carries IPv4.
    fn query() -> Vec<u8> {
        let all = adapted("dns.pcap").into_iter().map(|adapted| adapted.frame);
        all.into_iter()
            .find(|frame| frame[12..14] == [8, 0])
            .unwrap()
    }

    /// Adapts one packet of that link type.
    fn adapt_one(link_type: LinkType, octets: &[u8]) -> Option<Adapted> {
        let mut file = Vec::new();
        let mut writer = PcapWriter::new(&mut file, link_type, 0).unwrap();
        let len = u32::try_from(octets.len()).unwrap();
        writer.write(Timestamp::default(), octets, len).unwrap();
        let mut reader = Reader::new(&file[..]).unwrap();
        adapt(&reader.next_record().unwrap().unwrap(), &STATION)
    }

    #[test]
    fn checksums_of_ip_icmp_udp_and_tcp_stay_right() {
        for file in ["ping.pcap", "dns.pcap", "http.pcap", "traceroute-udp.pcap"] {
            for packet in adapted(file) {
                let dissection = dissect(LinkType::ETHERNET, &packet.frame);
                let own = dissection.layers.iter().filter(|layer| layer.quoted == 0);
                let checks: Vec<_> =
                    own.filter_map(|layer| layer.check.as_ref()).collect();
                let wrong = |check: &&&layercake_dissect::Check| {
                    !matches!(check.verdict, Verdict::Good | Verdict::Offloaded(_))
                };
                assert_eq!(checks.iter().find(wrong), None, "{file}");
            }
        }
    }

    #[test]
    fn a_wrong_checksum_stays_wrong() {
        let mut frame = query();
        frame[14 + CHECKSUM] ^= 1;
        frame[14 + DESTINATION] = 10;
        let again = adapt_one(LinkType::ETHERNET, &frame).unwrap();
        let dissection = dissect(LinkType::ETHERNET, &again.frame);
        let ip = dissection
            .layers
            .iter()
            .find(|layer| is(layer, "IPv4"))
            .unwrap();
        assert!(matches!(
            ip.check.as_ref().unwrap().verdict,
            Verdict::Wrong(_)
        ));
    }

    #[test]
    fn a_packet_without_ethernet_gets_a_header() {
        let frame = query();
        let raw = adapt_one(LinkType::RAW, &frame[14..]).unwrap();
        assert_eq!(raw.changes, ["Ethernet header added"]);
        assert_eq!(
            (&raw.frame[..6], &raw.frame[12..]),
            (&STATION.mac.0[..], &frame[12..])
        );
        assert_eq!(adapt_one(LinkType::USER0, &frame), None);
    }

    proptest::proptest! {
        #[test]
        fn any_octets_are_adapted_or_left_out(
            octets in proptest::collection::vec(proptest::num::u8::ANY, 0..120), protocol: u8
        ) {
            let mut octets = octets;
            if let [first, .., _] = octets.as_mut_slice() { *first = 0x45; }
            if let Some(place) = octets.get_mut(9) { *place = protocol; }
            adapt_one(LinkType::RAW, &octets);
        }
    }
}
