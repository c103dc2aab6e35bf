//! Every layer that a topology may name, in a link that carries a ping.

#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

mod probes;

use layercake_datalink::{access, check, correct, framing};
use layercake_physical::code;
use layercake_tower::Network;
use probes::ping;

/// Two hosts and a wire with these keys.
fn network(keys: &str) -> Network {
    let text = format!(
        r#"
        [[node]]
        name = "one.lab"
        kind = "host"
        [[node]]
        name = "two.lab"
        kind = "host"
        [[wire]]
        between = ["one.lab 10.0.0.1/30", "two.lab 10.0.0.2/30"]
        {keys}
        "#
    );
    Network::from_toml(&text, 1).unwrap()
}

/// How many of so many pings are answered.
fn answered(keys: &str, pings: u16) -> usize {
    let mut net = network(keys);
    let two = net.resolve("two.lab").unwrap();
    let ping = |sequence| ping(&mut net, two, None, sequence);
    (0..pings).filter_map(ping).count()
}

#[test]
fn every_line_code_carries_a_ping_on_a_lan_and_on_a_serial_line() {
    for name in code::NAMES {
        for link in ["lan", "serial"] {
            let keys = format!("link = {link:?}\ncode = {name:?}\nrate = \"1 Mbit/s\"");
            assert_eq!(answered(&keys, 1), 1, "{keys}");
        }
    }
}

#[test]
fn every_framing_over_every_correction_carries_a_ping() {
    for framing in framing::NAMES {
        for correct in correct::NAMES {
            let keys = format!(
                "link = \"serial\"\nframing = {framing:?}\ncorrect = {correct:?}"
            );
            assert_eq!(answered(&keys, 1), 1, "{keys}");
        }
    }
}

#[test]
fn every_check_stands_behind_the_frames_of_both_kinds_of_link() {
    for name in check::NAMES {
        for link in ["lan", "serial"] {
            let keys = format!("link = {link:?}\ncheck = {name:?}");
            assert_eq!(answered(&keys, 1), 1, "{keys}");
        }
    }
}

/// At one wrong symbol in 500, one frame in two is hurt. A code without violations leaves the
/// errors to the correction, which mends all of them: 50 pings, none lost.
#[test]
fn correction_mends_what_a_noisy_line_does() {
    let noisy = "link = \"serial\"\ncode = \"nrz-l\"\nbit_errors = \"0.002\"";
    assert!(answered(noisy, 50) < 40);
    let mended = format!("{noisy}\ncorrect = \"reed-solomon\"");
    assert_eq!(answered(&mended, 50), 50);
}

/// On a line that hurts every second frame, each scheme delivers all, with single repetitions.
#[test]
fn every_arq_scheme_repeats_what_a_noisy_line_hurts() {
    for scheme in layercake_datalink::arq::SCHEMES {
        let keys = format!(
            "link = \"serial\"\nbit_errors = \"0.0003\"\ndelay = \"1 ms\"\n\
             arq = {{ scheme = {scheme:?}, sequence_bits = 4, timeout = \"10 ms\" }}"
        );
        assert_eq!(answered(&keys, 50), 50, "{scheme}");
    }
}

/// A rate is that of bits, whatever the line code makes of them: codes without idle and
/// delimiters of their own all take the same time.
#[test]
fn a_ping_takes_the_same_time_with_one_symbol_a_bit_as_with_two() {
    let round_trip = |code: &str| {
        let rate = "link = \"serial\"\nrate = \"100 kbit/s\"";
        let mut net = network(&format!("{rate}\ncode = {code:?}"));
        let two = net.resolve("two.lab").unwrap();
        let start = net.now();
        ping(&mut net, two, None, 1).unwrap().at - start
    };
    let bare = |name: &&&str| {
        let (mut code, mut symbols) = (code::named(name).unwrap(), Vec::new());
        let expansion = layercake_tower::Expansion::from(&*code);
        code.encode(&[0x55; 100], &mut symbols);
        symbols.len() * expansion.bits as usize == 100 * expansion.packed as usize
    };
    let names: Vec<_> = code::NAMES.iter().filter(bare).collect();
    assert!(names.len() >= 2);
    for name in names {
        assert_eq!(round_trip(name), round_trip("manchester"), "{name}");
    }
}

/// How many of five pings are answered on a bus of three hosts.
fn on_a_bus(access: &str) -> usize {
    let text = format!(
        r#"
        [[node]]
        name = "one.lab"
        kind = "host"
        [[node]]
        name = "two.lab"
        kind = "host"
        [[node]]
        name = "three.lab"
        kind = "host"
        [[bus]]
        between = ["one.lab 10.0.0.1/24", "two.lab 10.0.0.2/24", "three.lab 10.0.0.3/24"]
        access = {access:?}
        delay = "5 us"
        "#
    );
    let mut net = Network::from_toml(&text, 1).unwrap();
    let two = net.resolve("two.lab").unwrap();
    (0..5).filter_map(|n| ping(&mut net, two, None, n)).count()
}

#[test]
fn every_way_of_access_carries_a_ping_on_a_bus() {
    for name in access::NAMES {
        assert_eq!(on_a_bus(name), 5, "{name}");
    }
}
