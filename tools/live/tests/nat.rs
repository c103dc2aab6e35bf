//! A kernel client behind our NAT router reaches kernel routers and a kernel server, and they it.
//!
//! ```text
//!   client            behind-nat.toml              node 0        node 1        node 2
//!   10.0.0.2 ── TAP ── 10.0.0.1 gate.lab 203.0.113.1 ── TAP ── .254 ── 10.99.1.2 ── 10.99.2.2
//!   |  kernel  |            ours                 |   kernel routers               | server |
//! ```
//! Nobody but gate.lab has a route to 10.0.0.0/24.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "nat/house.rs"]
mod house;

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::process::Command;
use std::time::Duration;

use house::{CLIENT, House, OUTSIDE, SERVER, command, house};
use layercake_tests::lack;

/// The MTU between the routers outside, where a test makes it small.
const SMALL: &str = "1280";

const PATIENCE: Option<Duration> = Some(Duration::from_secs(10));

fn narrow(house: &House) {
    let link = |node, name| {
        let set = ["link", "set", name, "mtu", SMALL];
        house.world.ip(node, &set).unwrap();
    };
    link(0, "right");
    link(1, "left");
}

#[test]
fn pings_go_out_under_the_outside_address() {
    let Some(mut house) = house() else { return };
    let mut tcpdump =
        command("tcpdump", "-n -l --immediate-mode -c 3 -i left icmp[0]==8");
    let watch = house.background(&mut tcpdump, "listening on left");
    let said = house.client(&mut command("ping", "-n -c 3 -i 0.2 10.99.2.2"));
    assert!(said.contains("3 received"), "{said}");
    watch.until(&format!("IP {OUTSIDE} > {SERVER}: ICMP echo request"), 3);
}

/// 8000 octets: six fragments each way, which the server puts together.
#[test]
fn large_pings_go_out_in_fragments() {
    let Some(mut house) = house() else { return };
    let ping = "-n -c 5 -i 0.2 -s 8000 -M dont 10.99.2.2";
    let said = house.client(&mut command("ping", ping));
    assert!(said.contains("5 received"), "{said}");
}

#[test]
fn datagrams_find_back_and_so_do_large_ones() {
    let Some(mut house) = house() else { return };
    let server = house.at_server(|| UdpSocket::bind((SERVER, 7000)).unwrap());
    let socket = house.at_client(|| UdpSocket::bind((CLIENT, 40_000)).unwrap());
    socket.set_read_timeout(PATIENCE).unwrap();
    server.set_read_timeout(PATIENCE).unwrap();
    for length in [5, 4000] {
        let data = vec![7; length];
        let (peer, back) = house.run(|| {
            socket.send_to(&data, (SERVER, 7000)).unwrap();
            let mut buffer = [0; 8000];
            let (length, peer) = server.recv_from(&mut buffer).unwrap();
            server.send_to(&buffer[..length], peer).unwrap();
            let (length, _) = socket.recv_from(&mut buffer).unwrap();
            (peer, buffer[..length].to_vec())
        });
        assert_eq!(peer.to_string(), "203.0.113.1:40000", "the port stays");
        assert_eq!(back, data);
    }
}

#[test]
fn every_hop_of_a_trace_is_right() {
    let Some(mut house) = house() else { return };
    // Else the probes, sent at once, overflow the queue of gate.lab, which must ask by ARP first.
    house.client(&mut command("ping", "-n -c 1 10.99.2.2"));
    for how in ["-I", "-U"] {
        let arguments = format!("-n {how} -q 1 -w 2 10.99.2.2");
        let said = house.client(&mut command("traceroute", &arguments));
        let hops: Vec<_> = said
            .lines()
            .skip(1)
            .filter_map(|line| line.split_whitespace().nth(1))
            .collect();
        let expected = ["10.0.0.1", "203.0.113.254", "10.99.1.2", "10.99.2.2"];
        assert_eq!(hops, expected, "{said}");
    }
}

/// The kernel holds the quoted packet against its sockets, and would not believe another.
#[test]
fn a_port_that_nobody_listens_at_is_told_to_the_socket() {
    let Some(mut house) = house() else { return };
    let socket = house.at_client(|| UdpSocket::bind((CLIENT, 0)).unwrap());
    let refused = house.run(|| {
        socket.set_read_timeout(PATIENCE).unwrap();
        socket.connect((SERVER, 9)).unwrap();
        socket.send(b"anybody?").unwrap();
        socket.recv(&mut [0; 8]).unwrap_err().kind()
    });
    assert_eq!(refused, ErrorKind::ConnectionRefused);
}

/// The server's side: an error of the kernel client about what came in by a forward.
#[test]
fn an_error_from_inside_is_told_to_the_socket_outside() {
    let Some(mut house) = house() else { return };
    let socket = house.at_server(|| UdpSocket::bind((SERVER, 0)).unwrap());
    let refused = house.run(|| {
        socket.set_read_timeout(PATIENCE).unwrap();
        socket.connect((OUTSIDE, 9000)).unwrap();
        socket.send(b"anybody?").unwrap();
        socket.recv(&mut [0; 8]).unwrap_err().kind()
    });
    assert_eq!(refused, ErrorKind::ConnectionRefused);
}

#[test]
fn ping_and_tracepath_hear_of_a_small_mtu_outside() {
    let Some(mut house) = house() else { return };
    narrow(&house);
    let mut ping = command("ping", "-n -c 2 -i 0.3 -W 2 -s 1400 -M do 10.99.2.2");
    let said = house.client(&mut ping);
    let needed = "From 203.0.113.254 icmp_seq=1 Frag needed and DF set (mtu = 1280)";
    assert!(said.contains(needed), "{said}");
    let said = house.client(&mut command("ip", "route flush cache"));
    assert_eq!(said, "");
    let said = house.client(&mut command("tracepath", "-n 10.99.2.2"));
    assert!(said.contains("pmtu 1280"), "{said}");
    assert!(said.contains("10.99.2.2"), "{said}");
}

/// Upwards the kernel sends segments of 1460 octets until it hears of the small MTU.
#[test]
fn an_upload_finds_the_path_mtu_through_the_nat() {
    let Some(mut house) = house() else { return };
    narrow(&house);
    let listener = house.at_server(|| TcpListener::bind((SERVER, 7000)).unwrap());
    let data: Vec<u8> = (0..1_u32 << 20)
        .map(|n| n.to_le_bytes()[0] ^ 0x5a)
        .collect();
    let stream = house.at_client_live(|| TcpStream::connect((SERVER, 7000)).unwrap());
    let (peer, got) = house.run(|| {
        let (mut server, peer) = listener.accept().unwrap();
        server.set_read_timeout(PATIENCE).unwrap();
        let mut stream = &stream;
        std::thread::scope(|scope| {
            scope.spawn(move || {
                stream.write_all(&data).unwrap();
                stream.shutdown(std::net::Shutdown::Write).unwrap();
            });
            let mut got = Vec::new();
            server.read_to_end(&mut got).unwrap();
            (peer, got)
        })
    });
    assert_eq!(peer.ip(), OUTSIDE);
    assert_eq!(got.len(), 1 << 20);
    assert!(
        (0_u32..)
            .zip(&got)
            .all(|(n, o)| n.to_le_bytes()[0] ^ 0x5a == *o)
    );
    let route = house.client(&mut command("ip", "route get 10.99.2.2"));
    assert!(route.contains("mtu 1280"), "{route}");
}

/// curl and Python's server; the server's log says who asked.
#[test]
fn a_download_of_eight_megabytes_is_the_same_file() {
    for tool in ["python3", "curl"] {
        if Command::new(tool).arg("--version").output().is_err() {
            return lack::lacking(tool);
        }
    }
    let Some(mut house) = house() else { return };
    let name = format!("layercake-nat-{}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&folder).unwrap();
    let data: Vec<u8> = (0..2_u32 << 20)
        .flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes())
        .collect();
    std::fs::write(folder.join("file"), &data).unwrap();
    let mut serve = command("python3", "-u -m http.server 8000");
    let server = house.background(serve.current_dir(&folder), "Serving HTTP");
    let copy = folder.join("copy");
    let mut curl = command("curl", "-sS -w %{speed_download}");
    curl.arg("http://10.99.2.2:8000/file").arg("-o").arg(&copy);
    let speed = house.client(&mut curl);
    println!("{} octets at {speed} octets/s", data.len());
    let same = std::fs::read(&copy).unwrap() == data;
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(same);
    let log = server.until("203.0.113.1 - - [", 1);
    assert!(!log.contains("10.0.0."), "{log}");
}

#[test]
fn a_server_inside_is_reached_by_its_forward() {
    let Some(mut house) = house() else { return };
    let listener = house.at_client(|| TcpListener::bind((CLIENT, 80)).unwrap());
    let stream = house.at_server_live(|| TcpStream::connect((OUTSIDE, 8080)).unwrap());
    let (peer, got) = house.run(|| {
        let (mut inside, peer) = listener.accept().unwrap();
        inside.write_all(b"from inside").unwrap();
        drop(inside);
        let mut got = String::new();
        (&stream).read_to_string(&mut got).unwrap();
        (peer, got)
    });
    assert_eq!(got, "from inside");
    assert_eq!(peer.ip(), SERVER);
    assert_eq!(stream.peer_addr().unwrap().ip(), OUTSIDE);
}

/// Hairpin: the client asks at the outside address for the server that it is itself.
#[test]
fn a_client_inside_reaches_the_server_inside_by_the_outside_address() {
    let Some(mut house) = house() else { return };
    let listener = house.at_client(|| TcpListener::bind((CLIENT, 80)).unwrap());
    let stream = house.at_client_live(|| TcpStream::connect((OUTSIDE, 8080)).unwrap());
    let (peer, got) = house.run(|| {
        let (mut inside, peer) = listener.accept().unwrap();
        inside.write_all(b"from inside").unwrap();
        drop(inside);
        let mut got = String::new();
        (&stream).read_to_string(&mut got).unwrap();
        (peer, got)
    });
    assert_eq!((got.as_str(), peer.ip()), ("from inside", OUTSIDE.into()));
}

/// Before anything is mapped, nothing but this node itself answers outside.
#[test]
fn nobody_inside_is_reached_without_a_mapping() {
    let Some(mut house) = house() else { return };
    let add = ["route", "add", "10.0.0.0/24", "via", "203.0.113.1"];
    house.world.ip(0, &add).unwrap();
    let said = house.neighbour(&mut command("ping", "-n -c 2 -i 0.2 -W 1 10.0.0.2"));
    assert!(said.contains(" 0 received"), "{said}");
    let said = house.neighbour(&mut command("ping", "-n -c 2 -i 0.2 203.0.113.1"));
    assert!(said.contains(" 2 received"), "{said}");
}
