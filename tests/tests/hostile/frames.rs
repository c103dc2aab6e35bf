//! Frames that a wire might bring: captured ones, changed at random, as symbols.

use core::net::Ipv4Addr;

use layercake_base::{Mac, Rng, checksum};
use layercake_capfile::LinkType;
use layercake_datalink::{frame_check, hdlc, ppp};
use layercake_physical::manchester;
use layercake_tower::topology::Attachment;

use crate::files;

/// Octets of an Ethernet header.
const ETHERNET: usize = 14;

/// Hosts and routers of the lab, and a host that is not there.
const HOSTS: [[u8; 4]; 8] = [
    [192, 0, 2, 1],
    [192, 0, 2, 10],
    [192, 0, 2, 20],
    [198, 51, 100, 1],
    [198, 51, 100, 53],
    [198, 51, 100, 99],
    [203, 0, 113, 7],
    [10, 0, 1, 2],
];

/// Makes frames for the attachments of one node.
pub(crate) struct Maker {
    attachments: Vec<Attachment>,
    station: (Mac, Ipv4Addr),
    captured: Vec<Vec<u8>>,
}

impl Maker {
    pub(crate) fn new(attachments: &[Attachment]) -> Self {
        let packets = files::project()
            .into_iter()
            .flat_map(|path| files::read(&path));
        let frames = packets.filter(|packet| packet.link_type == LinkType::ETHERNET);
        let captured: Vec<_> = frames.map(|packet| packet.octets).collect();
        assert!(captured.len() >= 50, "the captures are missing");
        let station = attachments.iter().find_map(|at| match at {
            Attachment::Station(station) => Some((station.mac, station.v4?)),
            _ => None,
        });
        Maker {
            attachments: attachments.to_vec(),
            station: station.unwrap(),
            captured,
        }
    }

    /// An attachment, and the symbols that come in there.
    pub(crate) fn make(&self, rng: &mut Rng) -> (u16, Vec<u8>) {
        let port = pick(rng, self.attachments.len());
        let serial = self.attachments[port] == Attachment::Serial;
        let mut frame = self.captured[pick(rng, self.captured.len())].clone();
        self.aim(rng, &mut frame);
        change(rng, &mut frame);
        if rng.chance(0.8) {
            repair(&mut frame);
        }
        if serial {
            let header = ppp::Header {
                protocol: ppp::IPV4,
            }
            .encode();
            let end = ETHERNET.min(frame.len());
            frame.splice(..end, header);
        }
        (u16::try_from(port).unwrap(), symbols(rng, frame, serial))
    }

    /// Most frames are for this node's link address, and come from and go to hosts of the lab,
    /// itself among them.
    fn aim(&self, rng: &mut Rng, frame: &mut [u8]) {
        let (mac, address) = self.station;
        if rng.chance(0.9) {
            put(frame, 0, &mac.0);
        }
        // Source and destination of IPv4, sender's and target's protocol address of ARP.
        let arp = frame[12..14] == [8, 6];
        let (source, destination) = if arp { (14, 24) } else { (12, 16) };
        if rng.chance(0.8) {
            put(frame, ETHERNET + source, &HOSTS[pick(rng, HOSTS.len())]);
        }
        match rng.below(4) {
            0 => {}
            1 => put(
                frame,
                ETHERNET + destination,
                &HOSTS[pick(rng, HOSTS.len())],
            ),
            _ => put(frame, ETHERNET + destination, &address.octets()),
        }
    }
}

/// A few octets or bits are others, the end is missing, or there is more of it.
fn change(rng: &mut Rng, frame: &mut Vec<u8>) {
    let at_most = |rng: &mut Rng, most: u64| usize::try_from(rng.below(most)).unwrap();
    for _ in 0..[0, 0, 1, 2, 8][pick(rng, 5)] {
        // Headers are changed more often than bodies.
        let reach = if rng.chance(0.8) { 64 } else { 2000 };
        let at = at_most(rng, reach) % frame.len().max(1);
        let value = rng.next_u64().to_le_bytes()[0];
        let bit = 1 << rng.below(8);
        if let Some(octet) = frame.get_mut(at) {
            *octet = if rng.chance(0.5) { value } else { *octet ^ bit };
        }
    }
    if rng.chance(0.1) {
        let keep = at_most(rng, 100).min(frame.len());
        frame.truncate(keep);
    }
    if rng.chance(0.05) {
        let mut more = vec![0; at_most(rng, 3000)];
        rng.fill(&mut more);
        frame.extend(more);
    }
}

/// The checksums of an IPv4 header without options and of an ICMP message without padding.
fn repair(frame: &mut [u8]) {
    let Some((header, body)) = frame.split_at_mut_checked(ETHERNET + 20) else {
        return;
    };
    fix(&mut header[ETHERNET..], 10);
    if header[ETHERNET + 9] == 1 {
        fix(body, 2);
    }
}

fn fix(octets: &mut [u8], at: usize) {
    put(octets, at, &[0, 0]);
    let sum = checksum::internet(octets);
    put(octets, at, &sum.to_be_bytes());
}

fn put(octets: &mut [u8], at: usize, value: &[u8]) {
    if let Some(place) = octets.get_mut(at..at + value.len()) {
        place.copy_from_slice(value);
    }
}

/// What the layers below would make of a frame; some come with a wrong frame check or with
/// wrong symbols.
pub(crate) fn symbols(rng: &mut Rng, mut frame: Vec<u8>, serial: bool) -> Vec<u8> {
    let check = frame_check::checksum(&frame) ^ u32::from(rng.chance(0.02));
    frame.extend(check.to_le_bytes());
    let mut bits = frame;
    if serial {
        let mut stuffed = Vec::new();
        hdlc::encode(&bits, &mut stuffed);
        bits = stuffed;
    }
    let mut symbols = vec![0; bits.len() * 2];
    manchester::encode(&bits, &mut symbols);
    if rng.chance(0.02) {
        let at = pick(rng, symbols.len());
        symbols[at] ^= 1;
    }
    if rng.chance(0.01) {
        symbols.truncate(pick(rng, symbols.len()));
    }
    symbols
}

pub(crate) fn pick(rng: &mut Rng, from: usize) -> usize {
    usize::try_from(rng.below(u64::try_from(from).unwrap())).unwrap()
}
