//! A NAT between 10.0.0.0/24 (port 0) and the outside (port 1), where it is 203.0.113.1.
//!
//! Packets are made and judged by etherparse.

mod errors;
mod flows;
mod fragments;
mod hairpin;
mod hostile;

use core::net::Ipv4Addr;

use etherparse::{NetSlice, PacketBuilder, SlicedPacket, TransportSlice};
use layercake_base::{Ici, Pdu};

use super::{Config, Endpoint, Forward, Nat, Outside, Transport};
use crate::rig::{Out, Rig};

const INSIDE: u16 = 0;
const OUTSIDE: u16 = 1;
const ADDRESS: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 1);
const HERE: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 2);
const BESIDE: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 3);
const PEER: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 9);
const OTHER: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 77);

const SYN: u8 = 0x02;
const ACK: u8 = 0x10;

fn config() -> Config {
    Config {
        outside: vec![Outside {
            port: OUTSIDE,
            address: ADDRESS,
        }],
        ..Config::default()
    }
}

fn nat() -> Rig<Nat> {
    Rig::new(Nat::new(config()))
}

/// TCP port 8080 outside is port 80 of a server inside.
fn with_server() -> Rig<Nat> {
    Rig::new(Nat::new(Config {
        forwards: vec![Forward {
            transport: Transport::Tcp,
            outside: Endpoint::new(ADDRESS, 8080),
            inside: Endpoint::new(BESIDE, 80),
        }],
        ..config()
    }))
}

const fn end(address: Ipv4Addr, port: u16) -> Endpoint {
    Endpoint::new(address, port)
}

fn ip(
    from: Ipv4Addr,
    to: Ipv4Addr,
) -> etherparse::PacketBuilderStep<etherparse::IpHeaders> {
    PacketBuilder::ipv4(from.octets(), to.octets(), 64)
}

fn udp(from: Endpoint, to: Endpoint, data: &[u8]) -> Vec<u8> {
    let mut octets = Vec::new();
    let builder = ip(from.address, to.address).udp(from.port, to.port);
    builder.write(&mut octets, data).unwrap();
    octets
}

fn tcp(from: Endpoint, to: Endpoint, flags: u8, data: &[u8]) -> Vec<u8> {
    let mut octets = Vec::new();
    let mut builder = ip(from.address, to.address).tcp(from.port, to.port, 1000, 4096);
    for (flag, set) in [
        (0x01, etherparse::PacketBuilderStep::fin as fn(_) -> _),
        (0x02, etherparse::PacketBuilderStep::syn),
        (0x04, etherparse::PacketBuilderStep::rst),
    ] {
        if flags & flag != 0 {
            builder = set(builder);
        }
    }
    if flags & ACK != 0 {
        builder = builder.ack(77);
    }
    builder.write(&mut octets, data).unwrap();
    octets
}

/// An ICMP echo: the question of `from`, or the answer.
fn echo(reply: bool, from: Ipv4Addr, to: Ipv4Addr, id: u16, data: &[u8]) -> Vec<u8> {
    let mut octets = Vec::new();
    let builder = ip(from, to);
    let builder = match reply {
        false => builder.icmpv4_echo_request(id, 1),
        true => builder.icmpv4_echo_reply(id, 1),
    };
    builder.write(&mut octets, data).unwrap();
    octets
}

/// From Ipv4 by the outside attachment.
fn out(rig: &mut Rig<Nat>, packet: &[u8]) -> Out {
    let next_hop = Some([203, 0, 113, 254].into());
    let (next, port) = (0x0800, OUTSIDE);
    let ici = Ici {
        next_hop,
        next,
        port,
        ..Ici::NONE
    };
    rig.send(packet, ici)
}

/// From the outside.
fn into(rig: &mut Rig<Nat>, packet: &[u8]) -> Out {
    let port = OUTSIDE;
    rig.receive(packet, Ici { port, ..Ici::NONE })
}

#[track_caller]
fn only(pdus: &[Pdu]) -> Vec<u8> {
    assert_eq!(pdus.len(), 1, "{pdus:?}");
    pdus[0].octets().to_vec()
}

#[track_caller]
fn goes_out(rig: &mut Rig<Nat>, packet: &[u8]) -> Vec<u8> {
    let out = out(rig, packet);
    assert_eq!(out.told, [""; 0]);
    only(&out.down)
}

#[track_caller]
fn comes_in(rig: &mut Rig<Nat>, packet: &[u8]) -> Vec<u8> {
    let out = into(rig, packet);
    assert_eq!(out.told, [""; 0]);
    only(&out.up)
}

/// Source and destination, when every checksum is right; for ICMP both have the identifier.
#[track_caller]
fn ends(packet: &[u8]) -> (Endpoint, Endpoint) {
    let sliced = SlicedPacket::from_ip(packet).unwrap();
    let Some(NetSlice::Ipv4(ip)) = sliced.net else {
        panic!("{packet:x?}");
    };
    let header = ip.header().to_header();
    assert_eq!(header.header_checksum, header.calc_header_checksum());
    let (source, destination) = match sliced.transport {
        Some(TransportSlice::Udp(udp)) => {
            let (own, payload) = (udp.to_header(), udp.payload());
            let right = own.calc_checksum_ipv4(&header, payload).unwrap();
            assert!(own.checksum == 0 || own.checksum == right);
            (own.source_port, own.destination_port)
        }
        Some(TransportSlice::Tcp(tcp)) => {
            let own = tcp.to_header();
            let right = own.calc_checksum_ipv4(&header, tcp.payload()).unwrap();
            assert_eq!(own.checksum, right);
            (own.source_port, own.destination_port)
        }
        Some(TransportSlice::Icmpv4(icmp)) => {
            let right = icmp.icmp_type().calc_checksum(icmp.payload());
            assert_eq!(icmp.checksum(), right);
            let id = match icmp.icmp_type() {
                etherparse::Icmpv4Type::EchoRequest(echo) => echo.id,
                etherparse::Icmpv4Type::EchoReply(echo) => echo.id,
                _ => 0,
            };
            (id, id)
        }
        _ => (0, 0),
    };
    (
        end(header.source.into(), source),
        end(header.destination.into(), destination),
    )
}
