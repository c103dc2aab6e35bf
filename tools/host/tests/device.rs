//! Devices both ways: whole frames from a kernel and to it, over a TAP device and over a veth pair.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::net::{IpAddr, Ipv4Addr, UdpSocket};
use std::os::fd::AsFd;
use std::process::Command;
use std::time::Duration;

use layercake_host::clock::monotonic;
use layercake_host::link::{
    BatchSender, Device, LONGEST, LinkChannel, LinkError, Settings, Tap, add_route, find,
};
use layercake_host::wait::{Woken, wait};
use layercake_tests::netns::{Chain, available, is_inner};

/// The EtherTypes for experiments (IEEE 802), of which nothing else on the link uses either.
const EXPERIMENT: [u8; 2] = [0x88, 0xb5];
const ANSWER: [u8; 2] = [0x88, 0xb6];

/// A frame of `length` octets to the station that node 0 of a chain has on its only link.
fn frame(ether_type: [u8; 2], length: usize) -> Vec<u8> {
    let mut frame = vec![2, 0, 0, 0, 1, 1, 2, 0, 0, 0, 1, 2];
    frame.extend_from_slice(&ether_type);
    let pattern = (0..length).map(|octet| u8::try_from(octet % 251).unwrap());
    frame.extend(pattern.skip(frame.len()));
    frame
}

/// The next frame for which `wanted` holds; what else the kernels say to each other is passed over.
fn next(device: &mut impl Device, wanted: impl Fn(&[u8]) -> bool) -> Vec<u8> {
    let deadline = monotonic().plus(Duration::from_secs(20));
    let mut buffer = vec![0; LONGEST];
    loop {
        match device.receive(&mut buffer).unwrap() {
            Some(length) if wanted(&buffer[..length]) => {
                return buffer[..length].to_vec();
            }
            Some(_) => {}
            None => {
                let woken = wait(&[device.as_fd()], Some(deadline), None).unwrap();
                assert_eq!(woken, Woken::Ready, "nothing arrives");
            }
        }
    }
}

fn has(ether_type: [u8; 2]) -> impl Fn(&[u8]) -> bool {
    move |frame| frame[12..14] == ether_type
}

fn command(words: &str) {
    let mut words = words.split(' ');
    let status = Command::new(words.next().unwrap()).args(words).status();
    assert!(status.unwrap().success());
}

/// A TAP device with an address, in a namespace that is being entered.
fn tap() -> Tap {
    let tap = Tap::open("lc0").unwrap();
    let settings = Settings {
        mac: Some([2, 0, 0, 0, 7, 7]),
        mtu: Some(1400),
        address: Some((Ipv4Addr::new(10, 7, 0, 1).into(), 24)),
        up: true,
    };
    settings.apply("lc0").unwrap();
    tap
}

/// A channel on each end of the only link of a chain.
fn ends(chain: &Chain) -> (LinkChannel, LinkChannel) {
    let right = chain.enter(0, || LinkChannel::open("right").unwrap());
    let left = chain.enter(1, || LinkChannel::open("left").unwrap());
    (right.unwrap(), left.unwrap())
}

#[test]
fn a_tap_device_is_what_its_settings_say() {
    let Some(chain) = available("tap", 0).unwrap() else {
        return;
    };
    let found = chain.enter(0, || {
        let tap = tap();
        let found = find(tap.name()).unwrap();
        drop(tap);
        assert!(find("lc0").is_err(), "it is gone with its file");
        found
    });
    let found = found.unwrap();
    assert_eq!(
        (found.mac, found.mtu, found.up),
        (Some([2, 0, 0, 0, 7, 7]), 1400, true)
    );
    assert!(found.addresses.contains(&Ipv4Addr::new(10, 7, 0, 1).into()));
}

/// `ip` shows the address and the route; the kernel's own words for what cannot be.
#[test]
fn ipv6_is_set_up_beside_ipv4() {
    let Some(chain) = available("tap", 0).unwrap() else {
        return;
    };
    let shown = chain.enter(0, || {
        let _tap = tap();
        let v6 = |text: &str| IpAddr::V6(text.parse().unwrap());
        let settings = Settings {
            address: Some((v6("2001:db8:7::1"), 64)),
            ..Settings::default()
        };
        for _again_is_no_error in 0..2 {
            settings.apply("lc0").unwrap();
            let network = (v6("2001:db8:9::7"), 48);
            add_route("lc0", network, v6("2001:db8:7::2")).unwrap();
        }
        let mixed = add_route("lc0", (v6("::"), 0), [10, 7, 0, 2].into()).unwrap_err();
        assert_eq!(
            mixed.to_string(),
            "cannot add a route through lc0: Address family not supported by protocol"
        );
        let show = |words: &[&str]| {
            let shown = Command::new("ip").args(words).output().unwrap();
            String::from_utf8(shown.stdout).unwrap()
        };
        show(&["-6", "addr", "show", "dev", "lc0"]) + &show(&["-6", "route"])
    });
    let shown = shown.unwrap();
    assert!(
        shown.contains("inet6 2001:db8:7::1/64 scope global"),
        "{shown}"
    );
    let route = "2001:db8:9::/48 via 2001:db8:7::2 dev lc0 metric 1024";
    assert!(shown.contains(route), "{shown}");
}

/// `ip route` tells what the kernel has made of it. The bits beyond the length do not count.
#[test]
fn a_route_leads_through_the_device_to_its_neighbour() {
    let Some(chain) = available("tap", 0).unwrap() else {
        return;
    };
    let said = chain.enter(0, || {
        let _tap = tap();
        let network = (Ipv4Addr::new(198, 51, 100, 77).into(), 24);
        let neighbour = Ipv4Addr::new(10, 7, 0, 2).into();
        for _again_is_no_error in 0..2 {
            add_route("lc0", network, neighbour).unwrap();
        }
        let far =
            add_route("lc0", network, Ipv4Addr::new(10, 8, 0, 2).into()).unwrap_err();
        assert_eq!(
            far.to_string(),
            "cannot add a route through lc0: Network is unreachable"
        );
        add_route("lc0", (Ipv4Addr::UNSPECIFIED.into(), 0), neighbour).unwrap();
        let shown = Command::new("ip").args(["-4", "route"]).output().unwrap();
        String::from_utf8(shown.stdout).unwrap()
    });
    let lines = said.unwrap();
    let lines: Vec<_> = lines.lines().map(str::trim_end).collect();
    assert_eq!(
        lines,
        [
            "default via 10.7.0.2 dev lc0",
            "10.7.0.0/24 dev lc0 proto kernel scope link src 10.7.0.1",
            "198.51.100.0/24 via 10.7.0.2 dev lc0",
        ]
    );
}

/// The kernel asks for 10.7.0.2 by ARP; the answer makes it send the datagram that waits, its checksum whole.
#[test]
fn a_kernel_sends_through_a_tap_device_what_is_answered_there() {
    let Some(chain) = available("tap", 0).unwrap() else {
        return;
    };
    let datagram = chain.enter(0, || {
        let mut tap = tap();
        let socket = UdpSocket::bind("10.7.0.1:7000").unwrap();
        socket.send_to(b"cake", "10.7.0.2:7").unwrap();
        let asked = next(&mut tap, has([0x08, 0x06]));
        let mut answer = asked[6..12].to_vec();
        answer.extend_from_slice(&[2, 0, 0, 0, 7, 9, 8, 6, 0, 1, 8, 0, 6, 4, 0, 2]);
        answer.extend_from_slice(&[2, 0, 0, 0, 7, 9, 10, 7, 0, 2]);
        answer.extend_from_slice(&asked[22..32]);
        tap.send(&answer).unwrap();
        next(&mut tap, |frame| frame[12..14] == [8, 0] && frame[23] == 17)
    });
    let datagram = datagram.unwrap();
    assert_eq!(datagram[..6], [2, 0, 0, 0, 7, 9]);
    assert_eq!(datagram[42..46], *b"cake");
    assert_eq!(udp_sum(&datagram), 0xffff);
}

/// The sum over pseudo-header and UDP datagram in an Ethernet frame with an IPv4 header of 20 octets: RFC 768 wants
/// all ones.
fn udp_sum(frame: &[u8]) -> u32 {
    let length = u32::try_from(frame.len() - 34).unwrap();
    let words = frame[26..].chunks(2).map(|pair| {
        let low = pair.get(1).copied().unwrap_or(0);
        u32::from(u16::from_be_bytes([pair[0], low]))
    });
    let mut sum = words.sum::<u32>() + 17 + length;
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    sum
}

#[test]
fn a_device_that_is_down_or_gone_says_so() {
    let Some(chain) = available("tap", 0).unwrap() else {
        return;
    };
    chain
        .enter(0, || {
            let interface = || "lc0".to_owned();
            let mut tap = tap();
            command("ip link set lc0 down");
            let sent = tap.send(&frame(EXPERIMENT, 60)).unwrap_err();
            assert_eq!(
                sent,
                LinkError::Down {
                    interface: interface()
                }
            );
            command("ip link set lc0 up");
            assert_eq!(tap.send(&frame(EXPERIMENT, 60)), Ok(()));
            let short = tap.send(&[2; 5]).unwrap_err();
            let (interface, length) = (interface(), 5);
            assert_eq!(short, LinkError::FrameTooShort { interface, length });
            command("ip link del lc0");
            let gone = tap.receive(&mut vec![0; LONGEST]).unwrap_err();
            assert_eq!(gone.to_string(), "lc0 is gone");
        })
        .unwrap();
}

/// As an administrator prepares one for somebody without rights.
#[test]
fn a_persistent_tap_device_can_be_opened_again_by_whom_it_is_for() {
    if is_inner() {
        return as_nobody();
    }
    let Some(chain) = available("tap", 0).unwrap() else {
        return;
    };
    chain
        .enter(0, || {
            command("ip tuntap add dev lc0 mode tap user 65534");
            let first = Tap::open("lc0").unwrap();
            let second = Tap::open("lc0").unwrap_err();
            assert_eq!(
                second.to_string(),
                "cannot open lc0: Device or resource busy"
            );
            drop(first);
        })
        .unwrap();
    let test = "a_persistent_tap_device_can_be_opened_again_by_whom_it_is_for";
    chain.rerun_as_nobody(0, test).unwrap();
}

/// Whether nobody may open `/dev/net/tun` depends on the machine; what nobody is told does not.
fn as_nobody() {
    let settings = Settings {
        up: true,
        ..Settings::default()
    };
    assert_eq!(
        settings.apply("lc0").unwrap_err().to_string(),
        "cannot start lc0: CAP_NET_ADMIN is missing; run as root, or let root prepare a TAP device once: \
         `ip tuntap add dev lc0 mode tap user NAME`; emulated networks without a device need no right"
    );
    if others_may_open(&std::fs::metadata("/dev/net/tun").unwrap()) {
        assert_eq!(Tap::open("lc0").unwrap().name(), "lc0");
        let error = Tap::open("lc1").unwrap_err();
        assert!(matches!(
            error,
            LinkError::NotAdministrator { action: "open", .. }
        ));
    } else {
        let error = Tap::open("lc0").unwrap_err().to_string();
        let (begin, end) = (
            "cannot open lc0: this user may not open /dev/net/tun;",
            "a veth pair works without it",
        );
        assert!(error.starts_with(begin) && error.ends_with(end), "{error}");
    }
}

fn others_may_open(file: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.permissions().mode() & 0o006 == 0o006
}

#[test]
fn a_channel_receives_whole_frames_and_not_those_that_its_host_sends() {
    let Some(chain) = available("chan", 1).unwrap() else {
        return;
    };
    chain
        .ip(0, &["link", "set", "right", "mtu", "9000"])
        .unwrap();
    chain
        .ip(1, &["link", "set", "left", "mtu", "9000"])
        .unwrap();
    let (mut right, mut left) = ends(&chain);
    let mut other = chain
        .enter(0, || BatchSender::open("right").unwrap())
        .unwrap();
    for length in [60, 1514, 9014] {
        right.send(&frame(ANSWER, length)).unwrap();
        other.send_all(&[&frame(ANSWER, length)]).unwrap();
        left.send(&frame(EXPERIMENT, length)).unwrap();
        // Had it received what its host sent, that would be first.
        let either = |frame: &[u8]| has(EXPERIMENT)(frame) || has(ANSWER)(frame);
        assert_eq!(next(&mut right, either), frame(EXPERIMENT, length));
        for _ in 0..2 {
            assert_eq!(next(&mut left, either), frame(ANSWER, length));
        }
    }
    assert_eq!((right.missed(), left.missed()), (Some(0), Some(0)));
}

/// The kernel of the other end takes the tag out on arrival, and tells it beside the frame.
#[test]
fn vlan_tags_are_where_they_were() {
    let Some(chain) = available("chan", 1).unwrap() else {
        return;
    };
    let (mut right, mut left) = ends(&chain);
    for tags in [
        &[0x81, 0, 0x60, 5][..],
        &[0x88, 0xa8, 0, 9, 0x81, 0, 0x20, 7],
    ] {
        let plain = frame(EXPERIMENT, 100);
        let mut tagged = plain[..12].to_vec();
        tagged.extend_from_slice(tags);
        tagged.extend_from_slice(&plain[12..]);
        left.send(&tagged).unwrap();
        let ours = |frame: &[u8]| frame.ends_with(&plain[14..]);
        assert_eq!(next(&mut right, ours), tagged);
    }
}

/// Over a veth pair the kernel leaves the checksum to a card that is not there.
#[test]
fn a_checksum_that_the_kernel_has_left_out_is_completed() {
    let Some(chain) = available("chan", 1).unwrap() else {
        return;
    };
    let (_right, mut left) = ends(&chain);
    chain
        .enter(0, || {
            let socket = UdpSocket::bind("10.99.1.1:7000").unwrap();
            socket.send_to(b"cake!", "10.99.1.2:7").unwrap();
        })
        .unwrap();
    let datagram = next(&mut left, |frame| {
        frame[12..14] == [8, 0] && frame[23] == 17
    });
    assert_eq!(datagram[42..47], *b"cake!");
    assert_eq!(udp_sum(&datagram[..47]), 0xffff);
}

#[test]
fn frames_that_nobody_took_in_time_are_counted() {
    let Some(chain) = available("chan", 1).unwrap() else {
        return;
    };
    let (mut right, left) = ends(&chain);
    drop(left);
    chain
        .enter(1, || {
            let mut sender = BatchSender::open("left").unwrap();
            let (frame, batch) = (frame(EXPERIMENT, 1514), 64);
            let all: Vec<&[u8]> = (0..batch).map(|_| frame.as_slice()).collect();
            // More than the receive buffer holds, however the kernel counts.
            (0..200).for_each(|_| sender.send_all(&all).unwrap());
        })
        .unwrap();
    let missed = right.missed().unwrap();
    assert!((1..12_800).contains(&missed), "{missed}");
    assert_eq!(right.missed(), Some(missed), "the count is kept");
    let mut buffer = vec![0; LONGEST];
    let mut received = 0;
    while let Some(length) = right.receive(&mut buffer).unwrap() {
        received += u64::from(has(EXPERIMENT)(&buffer[..length]));
    }
    assert!(received > 0 && received + missed >= 12_800, "{received}");
}

#[test]
fn a_channel_hears_what_is_for_others_on_demand() {
    let Some(chain) = available("chan", 1).unwrap() else {
        return;
    };
    let (right, _left) = ends(&chain);
    let promiscuity = || {
        let shown =
            chain.run(0, Command::new("ip").args(["-d", "link", "show", "right"]));
        let shown = String::from_utf8(shown.unwrap().stdout).unwrap();
        let (_, count) = shown.split_once("promiscuity ").unwrap();
        count.chars().next().unwrap()
    };
    assert_eq!(promiscuity(), '0');
    right.listen_to_all().unwrap();
    assert_eq!(promiscuity(), '1');
    drop(right);
    // A process that another test starts may hold a copy of the socket until it runs.
    let over = || (promiscuity() == '0').then_some(());
    let wait = || {
        std::thread::sleep(Duration::from_millis(10));
        over()
    };
    assert!(over().or_else(|| (0..500).find_map(|_| wait())).is_some());
}
