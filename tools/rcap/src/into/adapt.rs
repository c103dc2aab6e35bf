//! Makes a captured frame one that the host takes for its own: its station address, its network
//! address, and checksums that agree.
//!
//! Spec: RFC 1624 §3: a checksum is changed by what changed, so that a wrong one stays wrong.

use std::net::Ipv4Addr;

use layercake_base::{Mac, checksum};
use layercake_capfile::{Kind, Record};
use layercake_datalink::{arp, ether_type, ethernet};
use layercake_dissect::{Dissected, Dissection, LinkType, Verdict, dissect_cut};
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
    let mut layers = captured.layers.iter();
    let number = layers.position(|layer| is(layer, "IPv4") || is(layer, "ARP"))?;
    let (around, rest) = captured.layers.split_at(number);
    let packet = rest.first()?;
    let mut octets = record.octets.get(packet.header.start..)?.to_vec();
    let mut changes = Vec::new();
    let ether_type = if is(packet, "IPv4") {
        let sums = Sums::of(rest, packet.header.start);
        changes.extend(sums.complete(&mut octets));
        changes.extend(redirect(&mut octets, &sums, station.address));
        ether_type::IPV4
    } else {
        changes.extend(ask(&mut octets, station.address));
        ether_type::ARP
    };
    let (header, change) = header(&captured, station, ether_type);
    changes.extend(taken_off(around));
    changes.extend(change);
    let frame = [&header.encode()[..], &octets].concat();
    Some(Adapted { frame, changes })
}

/// Says which headers around the packet are gone: tags, tunnels, other links than Ethernet.
fn taken_off(around: &[Dissected]) -> Option<String> {
    let names = around.iter().map(|layer| layer.layout.protocol);
    let names: Vec<_> = names.skip_while(|name| *name == "Ethernet").collect();
    (!names.is_empty()).then(|| format!("{} taken off", names.join(", ")))
}

/// The checksums of an IPv4 packet: that of its header, and that of what it carries.
#[derive(Debug, Default)]
struct Sums {
    /// At least one was wrong when captured.
    wrong: bool,
    /// Where that of UDP or TCP is, counted from the start of the packet.
    place: Option<usize>,
    /// What it should be, when the sender had left it to its network card.
    left_to_card: Option<u16>,
    /// There is none, which UDP allows.
    absent: bool,
}

impl Sums {
    /// `layers` begin with the packet, which begins at octet `start` of the frame.
    fn of(layers: &[Dissected], start: usize) -> Self {
        let verdict = |layer: &Dissected| layer.check.as_ref().map(|check| check.verdict);
        let carried = layers.get(1).filter(|layer| {
            layer
                .check
                .as_ref()
                .is_some_and(|check| check.pseudo_header)
        });
        let mut sums = Sums {
            wrong: layers
                .iter()
                .take(2)
                .any(|layer| matches!(verdict(layer), Some(Verdict::Wrong(_)))),
            ..Sums::default()
        };
        if let Some(layer) = carried {
            let field = layer.layout.find("Checksum");
            let place = field.map(|field| layer.header.start + field.octets().start);
            sums.place = place.and_then(|place| place.checked_sub(start));
        }
        match carried.and_then(verdict) {
            Some(Verdict::Offloaded(right)) => sums.left_to_card = Some(right),
            Some(Verdict::Absent) => sums.absent = true,
            _ => {}
        }
        sums
    }

    /// Does what the sender's network card did after the capture.
    fn complete(&self, packet: &mut [u8]) -> Option<String> {
        let (place, right) = (self.place?, self.left_to_card?);
        let field = packet.get_mut(place..)?.first_chunk_mut::<2>()?;
        *field = right.to_be_bytes();
        Some("checksum completed, which the sender left to its network card".into())
    }
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
fn redirect(packet: &mut [u8], sums: &Sums, new: Ipv4Addr) -> Option<String> {
    let old = address(packet, DESTINATION)?;
    if old == new || old.is_multicast() || old.is_broadcast() {
        return None;
    }
    correct(packet, CHECKSUM, old, new);
    if let Some(place) = sums.place.filter(|_| !sums.absent) {
        correct(packet, place, old, new);
        let udp = Protocol(*packet.get(9)?) == Protocol::UDP;
        let field = packet.get_mut(place..place + 2)?;
        if udp && field == [0, 0] {
            field.fill(0xff); // zero would mean "none"; ffff is the same number, RFC 768
        }
    }
    packet
        .get_mut(DESTINATION..DESTINATION + 4)?
        .copy_from_slice(&new.octets());
    let wrong = if sums.wrong {
        "; what was wrong stays wrong"
    } else {
        ""
    };
    Some(format!(
        "destination {old} became {new}, checksums corrected{wrong}"
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
    use layercake_dissect::dissect;

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
        assert!(
            again
                .changes
                .iter()
                .any(|c| c.contains("wrong stays wrong"))
        );
    }

    /// The check value of UDP in a frame, and the verdict.
    fn udp_check(frame: &[u8]) -> layercake_dissect::Check {
        let dissection = dissect(LinkType::ETHERNET, frame);
        let udp = dissection.layers.get(2).unwrap();
        assert_eq!(udp.layout.protocol, "UDP");
        udp.check.clone().unwrap()
    }

    /// Captured on its sender: the field holds the sum over the pseudo-header only.
    #[test]
    fn a_checksum_left_to_the_network_card_is_completed() {
        let mut frame = query();
        let ip = frame[14..34].to_vec();
        let sum = checksum::Sum::default()
            .octets(&ip[12..20])
            .octets(&[0, 17])
            .octets(&frame[38..40]);
        frame[40..42].copy_from_slice(&(!sum.finish()).to_be_bytes());
        assert!(matches!(udp_check(&frame).verdict, Verdict::Offloaded(_)));
        let adapted = adapt_one(LinkType::ETHERNET, &frame).unwrap();
        assert_eq!(udp_check(&adapted.frame).verdict, Verdict::Good);
        assert!(adapted.changes.iter().any(|c| c.contains("completed")));
    }

    #[test]
    fn no_checksum_of_udp_stays_none() {
        let mut frame = query();
        frame[40..42].fill(0);
        frame[33] = 9;
        let adapted = adapt_one(LinkType::ETHERNET, &frame).unwrap();
        assert_eq!(udp_check(&adapted.frame).verdict, Verdict::Absent);
    }

    #[test]
    fn headers_around_the_packet_that_go_are_told() {
        let frame = query();
        let tag = [0x81, 0, 0, 5];
        let tagged = [&frame[..12], &tag, &frame[12..]].concat();
        let adapted = adapt_one(LinkType::ETHERNET, &tagged).unwrap();
        let plain = adapt_one(LinkType::ETHERNET, &frame).unwrap();
        assert_eq!(adapted.frame, plain.frame);
        let told = adapted
            .changes
            .iter()
            .any(|c| c.contains("VLAN") && c.ends_with("taken off"));
        assert!(told, "{:?}", adapted.changes);
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
