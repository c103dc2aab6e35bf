//! `layercake host` beside the kernel.

use std::fs;
use std::io::ErrorKind;
use std::net::{TcpStream, UdpSocket};
use std::process::Command;
use std::time::Duration;

use layercake_tests::lack::lacking;
use layercake_tests::netns;

use crate::bench::layercake;
use crate::flood::{Flood, assert_answers, forget_neighbours, resident, told};
use crate::kernel::{
    alone, assert_all_back, assert_no_bad_packet, pair, said, settle, start,
    start_command,
};

const HOST: &str = "host --tap lc0 --addr 10.0.0.2/24 --kernel-addr 10.0.0.1/24";

#[test]
fn the_kernel_s_pings_are_all_answered_once_and_right() {
    let Some(chain) = alone() else { return };
    let host = start(&chain, 0, HOST);
    assert!(
        host.begun
            .contains("the kernel's end is now 10.0.0.1/24, up"),
        "{}",
        host.begun
    );
    for (ping, count) in [
        ("ping -n -q -c 100 -i 0.002 10.0.0.2", 100),
        ("ping -n -q -f -c 10000 10.0.0.2", 10_000),
        ("ping -n -q -c 5 -i 0.01 -s 1472 -M do 10.0.0.2", 5),
        ("ping -n -q -c 5 -i 0.01 -s 0 10.0.0.2", 5),
        ("ping -n -q -c 5 -i 0.01 -s 65507 10.0.0.2", 5),
        ("ping -n -q -c 5 -i 0.01 -s 8000 -M dont 10.0.0.2", 5),
        ("ping -n -q -c 5 -i 0.01 -R 10.0.0.2", 5),
        ("ping -n -q -c 5 -i 0.01 -T tsandaddr 10.0.0.2", 5),
    ] {
        assert_all_back(&chain, &said(&chain, ping), count);
    }
    assert_no_bad_packet(&chain);
    let end = host.stop();
    assert!(end.contains("echo requests answered: 10,130;"), "{end}");
    assert!(end.contains("0 refused") && end.contains("0 lost"), "{end}");
}

/// RFC 4443 §4.2, RFC 4861 §7.2.4; the largest ping is the kernel's.
#[test]
fn the_kernel_s_pings_over_ipv6_are_all_answered_once_and_right() {
    let Some(chain) = alone() else { return };
    let host = start(
        &chain,
        0,
        "host --tap lc0 --addr 10.0.0.2/24,fd00::2/64 --kernel-addr fd00::1/64",
    );
    settle(&chain);
    for (ping, count) in [
        ("ping -6 -n -q -c 100 -i 0.002 fd00::2", 100),
        ("ping -6 -n -q -f -c 10000 fd00::2", 10_000),
        ("ping -6 -n -q -c 5 -i 0.01 -s 1452 -M do fd00::2", 5),
        ("ping -6 -n -q -c 5 -i 0.01 -s 0 fd00::2", 5),
        ("ping -6 -n -q -c 5 -i 0.01 -s 65507 fd00::2", 5),
        ("ping -6 -n -q -c 5 -i 0.01 -s 8000 -M dont fd00::2", 5),
    ] {
        assert_all_back(&chain, &said(&chain, ping), count);
    }
    let neighbours = said(&chain, "ip -6 neigh show fd00::2");
    assert!(
        neighbours.contains("lladdr 02:00:0a:00:00:02"),
        "{neighbours}"
    );
    assert_no_bad_packet(&chain);
    let end = host.stop();
    assert!(end.contains("echo requests answered: 10,1"), "{end}");
    assert!(end.contains("0 refused") && end.contains("0 lost"), "{end}");
}

/// What a datagram of these octets to a port of the host comes to.
fn datagram(port: u16, octets: &[u8]) -> Result<Vec<u8>, ErrorKind> {
    let socket = UdpSocket::bind("10.0.0.1:0").unwrap();
    socket
        .set_read_timeout(Some(Duration::from_secs(5)))
        .unwrap();
    socket.connect(("10.0.0.2", port)).unwrap();
    socket.send(octets).unwrap();
    let mut buffer = vec![0; 2000];
    let length = socket.recv(&mut buffer).map_err(|error| error.kind())?;
    buffer.truncate(length);
    Ok(buffer)
}

/// RFC 862; RFC 1122 §3.2.2.1 and §4.1.3.1. Linux answers a connection to a host without TCP with
/// ENOPROTOOPT, as icmp(7) has it for "protocol unreachable".
#[test]
fn datagrams_to_port_7_are_echoed_and_the_rest_is_refused_by_an_icmp_error() {
    let Some(chain) = alone() else { return };
    let host = start(&chain, 0, HOST);
    let inside = chain.enter(0, || {
        for length in [0_u8, 1, 200] {
            let octets: Vec<u8> = (0..length).collect();
            assert_eq!(datagram(7, &octets), Ok(octets));
        }
        let largest = vec![0x5a; 1472];
        assert_eq!(datagram(7, &largest), Ok(largest));
        assert_eq!(datagram(9, b"hello"), Err(ErrorKind::ConnectionRefused));
        TcpStream::connect("10.0.0.2:80")
            .unwrap_err()
            .raw_os_error()
    });
    assert_eq!(inside.unwrap(), Some(92), "ENOPROTOOPT");
    assert_no_bad_packet(&chain);
    let end = host.stop();
    for line in [
        "datagrams echoed: 4; errors told: 2 Destination Unreachable",
        "host  ipv4  no-way          nobody listens at the port",
        "host  ipv4  unhandled       Protocol = 6 is not handled here",
    ] {
        assert!(end.contains(line), "{line} is missing in {end}");
    }
}

/// CERT CA-1996-01: two services that answer everything keep each other busy for ever. RFC 1122
/// §3.2.2.6 leaves echoes to a group to the host; many of them answering is a flood.
#[test]
fn another_echo_service_and_a_broadcast_get_no_answer() {
    let Some(chain) = alone() else { return };
    let host = start(&chain, 0, HOST);
    for (from, to) in [("10.0.0.1:7", "10.0.0.2:7"), ("10.0.0.1:0", "10.0.0.255:7")] {
        let refused = chain.enter(0, || {
            let socket = UdpSocket::bind(from).unwrap();
            socket.set_broadcast(true).unwrap();
            let timeout = Some(Duration::from_millis(300));
            socket.set_read_timeout(timeout).unwrap();
            socket.send_to(b"round", to).unwrap();
            socket.recv(&mut [0; 10]).unwrap_err().kind()
        });
        assert_eq!(refused.unwrap(), ErrorKind::WouldBlock, "{to}");
    }
    let end = host.stop();
    for why in [
        "host  user  illegal         Source Port = 7 is a service's, which would answer for ever",
        "host  user  no-way          a datagram to a group is not echoed",
        "datagrams echoed: 0",
    ] {
        assert!(end.contains(why), "{why} is missing in {end}");
    }
}

#[test]
fn a_host_with_two_addresses_answers_at_both_over_a_veth_pair() {
    let Some(chain) = pair() else { return };
    chain
        .ip(0, &["addr", "add", "10.98.0.1/24", "dev", "right"])
        .unwrap();
    let addresses = "--addr 10.99.1.2/30,10.98.0.2/24 --mac 02:00:00:00:07:01";
    let host = start(&chain, 1, &format!("host --link left {addresses}"));
    assert!(host.begun.contains("as it should be"), "{}", host.begun);
    for address in ["10.99.1.2", "10.98.0.2"] {
        let ping = format!("ping -n -q -c 20 -i 0.01 {address}");
        assert_all_back(&chain, &said(&chain, &ping), 20);
    }
    let known = said(&chain, "ip neigh show dev right");
    for mac in ["02:00:00:00:07:01", "02:00:00:00:07:02"] {
        assert!(known.contains(mac), "{known}");
    }
    let end = host.stop();
    assert!(end.contains("echo requests answered: 40;"), "{end}");
}

/// 100,000 frames of every kind, half of them spoilt; `cargo bench -p layercake-workbench --bench
/// hostile` sends ten million.
#[test]
fn hostile_frames_make_the_host_neither_end_nor_grow() {
    let Some(chain) = alone() else { return };
    let both = HOST.replace("10.0.0.2/24", "10.0.0.2/24,fd00::2/64");
    let host = start(&chain, 0, &both);
    let (mut flood, mut held) = (Flood::new(&chain, 20), Vec::new());
    for _ in 0..20 {
        flood.send(5000);
        forget_neighbours(&chain);
        assert_answers(&chain, 1);
        held.push(resident(host.process()).0);
    }
    assert!(held[19] < held[4] + 2048, "KiB after each round: {held:?}");
    let (sent, dropped) = flood.device();
    let end = host.stop();
    assert!(sent >= flood.sent && dropped == 0, "{sent} and {dropped}");
    assert_eq!(told(&end, "frames from the kernel"), sent, "{end}");
    for kind in [" mismatch ", " illegal ", " unhandled ", " too-short "] {
        assert!(end.contains(kind), "{kind} is missing in {end}");
    }
}

/// Every frame of the cable, the way it went. `ping` sends ARP and three questions.
#[test]
fn what_crosses_the_cable_is_recorded() {
    let Some(chain) = alone() else { return };
    let path = std::env::temp_dir().join(format!("lake-{}.pcapng", std::process::id()));
    let host = start(&chain, 0, &format!("{HOST} --write {}", path.display()));
    assert_all_back(&chain, &said(&chain, "ping -n -q -c 3 -i 0.01 10.0.0.2"), 3);
    host.stop();
    let mut reader =
        layercake_capfile::Reader::new(fs::File::open(&path).unwrap()).unwrap();
    let mut seen = Vec::new();
    while let Some(record) = reader.next_record().unwrap() {
        let [.., kind] = record.octets[..35] else {
            unreachable!()
        };
        if record.octets[12..14] == [8, 0] && record.octets[23] == 1 {
            seen.push((record.direction(), kind));
        }
    }
    fs::remove_file(&path).unwrap();
    let (inbound, outbound) = (
        Some(layercake_capfile::Direction::Inbound),
        Some(layercake_capfile::Direction::Outbound),
    );
    assert_eq!(seen, [(inbound, 8), (outbound, 0)].repeat(3));
}

/// Runs the host as nobody.
fn as_nobody(arguments: &str) -> Command {
    netns::as_nobody(env!("CARGO_BIN_EXE_layercake"), arguments)
}

#[test]
fn a_device_that_root_has_prepared_needs_no_right() {
    let Some(chain) = alone() else { return };
    if !std::path::Path::new("/dev/net/tun").exists() {
        return lacking("/dev/net/tun, which `modprobe tun` makes");
    }
    let plain = "host --tap lc0 --addr 10.0.0.2/24";
    let refused = chain.run(0, &mut as_nobody(plain)).unwrap();
    let told = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(2), "{told}");
    assert!(
        told.contains("`ip tuntap add dev lc0 mode tap user NAME`"),
        "{told}"
    );

    for command in [
        "ip tuntap add dev lc0 mode tap user 65534",
        "ip addr add 10.0.0.1/24 dev lc0",
        "ip link set lc0 up",
    ] {
        assert_eq!(said(&chain, command), "", "{command}");
    }
    let asks = format!("{plain} --kernel-addr 10.0.0.3/24");
    let refused = chain.run(0, &mut as_nobody(&asks)).unwrap();
    let told = String::from_utf8(refused.stderr).unwrap();
    assert!(
        told.contains("let root do this once: ip addr add 10.0.0.3/24"),
        "{told}"
    );

    let host = start_command(&chain, 0, &mut as_nobody(plain));
    assert!(
        host.begun.contains("the kernel's end is 10.0.0.1, up"),
        "{}",
        host.begun
    );
    assert_all_back(
        &chain,
        &said(&chain, "ping -n -q -c 10 -i 0.01 10.0.0.2"),
        10,
    );
    host.stop();
}

#[test]
fn a_host_ends_by_itself_and_says_what_to_do_with_its_device() {
    let Some(chain) = alone() else { return };
    let plain = "host --tap lc%d --addr 10.0.0.2/24 --seconds 0.2 --stats 0.05";
    let text = said(
        &chain,
        &format!("{} {plain}", env!("CARGO_BIN_EXE_layercake")),
    );
    let hint = "ip addr add 10.0.0.1/24 dev lc0; ip link set lc0 up; ping 10.0.0.2";
    assert!(text.contains(hint), "{text}");
    assert!(text.matches("nothing was discarded").count() >= 3, "{text}");
}

#[test]
fn what_cannot_be_is_refused() {
    for (arguments, told) in [
        (
            "host --tap lc0 --addr ff02::2/64",
            "an address of one station expected",
        ),
        (
            "host --tap lc0 --addr 10.0.0.0/24",
            "an address of one station expected",
        ),
        (
            "host --tap lc0 --addr 10.0.0.2/24 --mac 01:00:00:00:00:01",
            "is no station's",
        ),
        ("host --addr 10.0.0.2/24", "--tap"),
        (
            "host --link nosuch0 --addr 10.0.0.2/24",
            "no interface is named nosuch0",
        ),
        (
            "host --tap lc0 --addr 10.0.0.2/24,10.0.0.2/16",
            "stands there twice",
        ),
    ] {
        let ran = layercake(arguments, b"");
        assert_eq!(ran.code, 2, "{arguments}");
        assert!(ran.told.contains(told), "{arguments}: {}", ran.told);
    }
}
