//! What the kernel hears when our filter stands in its way. The scene is that of `nat.rs`.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "nat/house.rs"]
mod house;

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::time::Duration;

use house::{CLIENT, OUTSIDE, SERVER, command, house_with, house_with_ipv6};

/// Who asks for something, and is forbidden it by gate.lab as it comes in or as it goes out.
const REJECTS: [&str; 2] = [
    r#"filter = ["reject in on 10.0.0.1 to 10.99.0.0/16"]"#,
    r#"filter = ["reject out on 203.0.113.1 to 10.99.0.0/16"]"#,
];

#[test]
fn a_reject_is_told_to_ping_traceroute_and_sockets() {
    for rules in REJECTS {
        let Some(mut house) = house_with(rules) else {
            return;
        };
        let said = house.client(&mut command("ping", "-n -c 2 -i 0.2 -W 1 10.99.1.2"));
        let filtered = "From 10.0.0.1 icmp_seq=1 Packet filtered";
        assert!(said.contains(filtered), "{rules}: {said}");
        let trace = "-n -I -q 1 -w 2 10.99.1.2";
        let said = house.client(&mut command("traceroute", trace));
        let last = said.lines().last().unwrap();
        assert!(last.contains("10.0.0.1") && last.contains("!X"), "{said}");
        let refused = house.at_client_live(|| {
            let socket = UdpSocket::bind((CLIENT, 0)).unwrap();
            socket
                .set_read_timeout(Some(Duration::from_secs(5)))
                .unwrap();
            socket.connect((SERVER, 53)).unwrap();
            socket.send(b"name?").unwrap();
            let udp = socket.recv(&mut [0; 8]).unwrap_err().kind();
            [udp, TcpStream::connect((SERVER, 80)).unwrap_err().kind()]
        });
        assert_eq!(refused, [ErrorKind::HostUnreachable; 2], "{rules}");
        let said = house.client(&mut command("ping", "-n -c 1 203.0.113.254"));
        assert!(said.contains(" 1 received"), "{said}");
    }
}

#[test]
fn a_drop_is_silence() {
    let rules = r#"filter = ["drop in on 10.0.0.1 icmp to 10.99.0.0/16 type 8"]"#;
    let Some(mut house) = house_with(rules) else {
        return;
    };
    let said = house.client(&mut command("ping", "-n -c 2 -i 0.2 -W 1 10.99.1.2"));
    assert!(
        said.contains("2 packets transmitted, 0 received, 100%"),
        "{said}"
    );
    assert!(!said.contains("From"), "{said}");
}

/// Its quote went through the NAT: the kernel outside knows 203.0.113.1:8080 only.
#[test]
fn a_reject_from_inside_the_nat_is_told_to_the_socket_outside() {
    let rules = r#"filter = ["reject in on 203.0.113.1 tcp to 10.0.0.2 port 80"]"#;
    let Some(mut house) = house_with(rules) else {
        return;
    };
    let connect = || TcpStream::connect((OUTSIDE, 8080)).unwrap_err().kind();
    let refused = house.at_server_live(connect);
    assert_eq!(refused, ErrorKind::HostUnreachable);
}

/// The usual policy: answers come in, and whoever is not asked does not.
#[test]
fn established_connections_pass_and_new_ones_from_outside_do_not() {
    let rules = r#"filter = ["accept out", "accept in on 10.0.0.1", "accept in tcp established", "drop"]"#;
    let Some(mut house) = house_with(rules) else {
        return;
    };
    let outside = house.at_server(|| TcpListener::bind((SERVER, 7000)).unwrap());
    let stream = house.at_client_live(|| TcpStream::connect((SERVER, 7000)).unwrap());
    let got = house.run(|| {
        outside.accept().unwrap().0.write_all(b"an answer").unwrap();
        let mut got = [0; 9];
        (&stream).read_exact(&mut got).unwrap();
        got
    });
    assert_eq!(&got, b"an answer");
    let _inside = house.at_client(|| TcpListener::bind((CLIENT, 80)).unwrap());
    let silence = house.at_server_live(|| {
        let to = (OUTSIDE, 8080).into();
        let waited = TcpStream::connect_timeout(&to, Duration::from_secs(2));
        waited.unwrap_err().kind()
    });
    assert_eq!(silence, ErrorKind::TimedOut);
}

#[test]
fn fragments_are_dropped_where_a_rule_says_so() {
    let Some(mut house) = house_with(r#"filter = ["drop in fragments"]"#) else {
        return;
    };
    let ping = "-n -c 2 -i 0.2 -W 1 10.99.1.2";
    let said = house.client(&mut command("ping", ping));
    assert!(said.contains(" 2 received"), "{said}");
    let large = format!("-s 4000 -M dont {ping}");
    let said = house.client(&mut command("ping", &large));
    assert!(said.contains(" 0 received"), "{said}");
}

/// RFC 4443 §3.1, code 1.
#[test]
fn a_reject_of_ipv6_is_told_too() {
    let rules = r#"filter = ["reject in icmpv6 to fd01::/16 type 128"]"#;
    let Some(mut house) = house_with_ipv6(rules) else {
        return;
    };
    let said = house.client(&mut command("ping", "-6 -n -c 1 fd00::1"));
    assert!(said.contains(" 1 received"), "{said}");
    let said = house.client(&mut command("ping", "-6 -n -c 2 -i 0.2 -W 1 fd01::9"));
    let told =
        "From fd00::1 icmp_seq=1 Destination unreachable: Administratively prohibited";
    assert!(said.contains(told), "{said}");
}
