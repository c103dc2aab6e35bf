//! Frames that towers of our layers made, for a reader that knows nothing of them.

use core::net::Ipv4Addr;

use layercake_base::{
    Context, Direction, Ici, Instant, Item, Layer, Mac, Outbox, Pdu, Room, World,
};
use layercake_capfile::LinkType;
use layercake_datalink::arp::{Opcode, Station};
use layercake_datalink::ethernet::{ENVELOPE_BODY, Header};
use layercake_datalink::llc::snap;
use layercake_datalink::lldp::{Id, Management, Tlv};
use layercake_datalink::{Arp, EtherType, Ethernet, Lldp, Vlan, arp, ether_type};
use layercake_tower::Tower;

use crate::files::Packet;

const HERE: Station = Station {
    hardware: Mac::local(1),
    protocol: Ipv4Addr::new(192, 0, 2, 1),
};
const THERE: Station = Station {
    hardware: Mac::local(2),
    protocol: Ipv4Addr::new(192, 0, 2, 2),
};

/// One of each: LLDP with all its elements, a question and a probe of ARP, tags by themselves
/// and one in another, a packet with the headers of RFC 1042.
pub(crate) fn frames() -> Vec<Packet> {
    let all = [lldp(), asked(), probed(), tagged(), vec![in_snap()]].concat();
    let packets = all.into_iter().enumerate().map(|(number, octets)| Packet {
        place: format!("frame {number} of our layers"),
        link_type: LinkType::ETHERNET,
        original_len: u32::try_from(octets.len()).unwrap(),
        octets,
    });
    packets.collect()
}

/// A tower alone, and what it hands down.
struct Bench {
    tower: Tower,
    world: World,
    sent: Vec<Vec<u8>>,
}

impl Bench {
    fn new(tower: Tower) -> Self {
        let mut world = World::new(1, 16);
        world.room = tower.spec().room;
        let sent = Vec::new();
        Bench { tower, world, sent }
    }

    fn send(mut self, body: &[u8]) -> Self {
        let ici = Ici {
            next_hop: Some(THERE.protocol.into()),
            link_destination: Some(THERE.hardware),
            next: ether_type::IPV4.0,
            ..Ici::NONE
        };
        let pdu = self.pdu(body, ici);
        self.call(Some(Item::Pdu(Direction::Down, pdu)));
        self
    }

    fn receive(mut self, frame: &[u8]) -> Self {
        let pdu = self.pdu(frame, Ici::NONE);
        self.call(Some(Item::Pdu(Direction::Up, pdu)));
        self
    }

    /// All deadlines up to a number of seconds from the beginning.
    fn until(mut self, seconds: u64) -> Self {
        let end = Instant::from_nanos(seconds * 1_000_000_000);
        while let Some(due) = self.tower.deadline().filter(|due| *due <= end) {
            self.world.now = self.world.now.max(due);
            self.call(None);
        }
        self
    }

    fn pdu(&self, octets: &[u8], ici: Ici) -> Pdu {
        let room = self.world.room;
        let mut pdu = self.world.pool.allocate(room, octets.len()).unwrap();
        pdu.octets_mut().copy_from_slice(octets);
        pdu.set_ici(|to| *to = ici);
        pdu
    }

    fn call(&mut self, item: Option<Item>) {
        let (mut out, mut outside) = (Outbox::default(), Outbox::default());
        let spec = self.tower.spec();
        let mut cx = Context::new(&mut self.world, &mut outside);
        match item {
            Some(item) => {
                cx.deliver(&mut self.tower, &spec, &mut out, Room::default(), item)
            }
            None => cx.fire(&mut self.tower, &spec, &mut out, Room::default()),
        }
        while let Some(item) = out.pop() {
            if let Item::Pdu(Direction::Down, pdu) = item {
                self.sent.push(pdu.octets().to_vec());
            }
        }
        assert_eq!(self.world.discards.total(), 0, "{:?}", self.world.discards);
    }
}

fn lldp() -> Vec<Vec<u8>> {
    let (chassis, port) = (
        Id {
            subtype: 4,
            id: &HERE.hardware.0,
        },
        Id {
            subtype: 5,
            id: b"lan0",
        },
    );
    let address = HERE.protocol.octets();
    let management = Management {
        subtype: 1,
        address: &address,
        numbering: 2,
        interface: 7,
        object: &[],
    };
    let optional = [
        Tlv::PortDescription(b"to the next room"),
        Tlv::SystemName(b"tower.lab"),
        Tlv::SystemDescription(b"layers on top of each other"),
        Tlv::SystemCapabilities {
            capable: 0x14,
            enabled: 0x10,
        },
        Tlv::ManagementAddress(management),
        Tlv::Organisation {
            oui: [0, 0x12, 0x0f],
            subtype: 4,
            information: &1522_u16.to_be_bytes(),
        },
    ];
    let tower = Tower::builder()
        .layer(Lldp::new(chassis, port, &optional).unwrap())
        .layer(Ethernet::new(HERE.hardware))
        .build();
    Bench::new(tower.unwrap()).until(0).sent
}

/// A question, and after the answer the packet that waited; both in two tags.
fn asked() -> Vec<Vec<u8>> {
    let tower = Tower::builder()
        .layer(Arp::new(HERE.hardware, HERE.protocol))
        .layer(Vlan::new(42).unwrap().with_priority(5).unwrap())
        .layer(Vlan::service(7).unwrap())
        .layer(Ethernet::new(HERE.hardware).carrying(ENVELOPE_BODY))
        .build();
    let bench = Bench::new(tower.unwrap()).send(&packet());
    let answer = arp::Packet {
        opcode: Opcode::Reply,
        sender: THERE,
        target: HERE,
    };
    let header = Header {
        destination: HERE.hardware,
        source: THERE.hardware,
        ether_type: ether_type::SERVICE_VLAN,
    };
    let tags = [0, 7, 0x81, 0, 0, 42, 8, 6];
    let answer = [&header.encode()[..], &tags, &answer.encode()].concat();
    let sent = bench.receive(&answer).sent;
    assert_eq!(sent.len(), 2);
    sent
}

/// RFC 5227: three probes, two announcements.
fn probed() -> Vec<Vec<u8>> {
    let tower = Tower::builder()
        .layer(Arp::probing(HERE.hardware, HERE.protocol))
        .layer(Ethernet::new(HERE.hardware))
        .build();
    let sent = Bench::new(tower.unwrap()).until(60).sent;
    assert_eq!(sent.len(), 5);
    sent
}

fn tagged() -> Vec<Vec<u8>> {
    let tower = Tower::builder()
        .layer(Vlan::new(0).unwrap().with_priority(7).unwrap())
        .layer(Ethernet::new(HERE.hardware))
        .build();
    Bench::new(tower.unwrap()).send(&packet()).sent
}

fn in_snap() -> Vec<u8> {
    let body = [&snap::encode_rfc_1042(ether_type::IPV4)[..], &packet()].concat();
    let header = Header {
        destination: THERE.hardware,
        source: HERE.hardware,
        ether_type: EtherType(u16::try_from(body.len()).unwrap()),
    };
    [&header.encode()[..], &body, &[0; 18]].concat()
}

/// An IPv4 header with nothing behind it: protocol 253, for experiments.
fn packet() -> Vec<u8> {
    let mut packet = vec![0x45, 0, 0, 20, 0, 1, 0, 0, 64, 253, 0, 0];
    packet.extend(HERE.protocol.octets());
    packet.extend(THERE.protocol.octets());
    let sum = layercake_base::checksum::internet(&packet);
    packet[10..12].copy_from_slice(&sum.to_be_bytes());
    packet
}
