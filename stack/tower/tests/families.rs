//! IPv4 and IPv6 side by side.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a panic is a failed test"
)]

mod toys;

use core::net::IpAddr;

use layercake_base::{AddressState, Direction, Notice};
use layercake_tower::Families;
use toys::{Bench, coat};

const UP: Direction = Direction::Up;
const DOWN: Direction = Direction::Down;

fn v4() -> IpAddr {
    IpAddr::from([192, 0, 2, 1])
}

fn v6() -> IpAddr {
    "2001:db8::1".parse().unwrap()
}

fn both() -> Bench<Families> {
    Bench::new(Families::new(coat("four", 3, b'4'), coat("six", 3, b'6')).unwrap())
}

#[test]
fn going_down_the_next_hop_chooses_or_else_the_destination() {
    let mut bench = both();
    bench.give(DOWN, b"a", |ici| ici.destination = Some(v4()));
    bench.give(DOWN, b"b", |ici| ici.destination = Some(v6()));
    bench.give(DOWN, b"c", |ici| {
        (ici.destination, ici.next_hop) = (Some(v4()), Some(v6()));
    });
    assert_eq!(bench.came_out(), ["v 4a4", "v 6b6", "v 6c6"]);
}

#[test]
fn coming_up_the_ether_type_chooses() {
    let mut bench = both();
    bench.give(UP, b"6a6", |ici| ici.next = 0x86dd);
    bench.give(UP, b"4b4", |ici| ici.next = 0x0800);
    bench.give(UP, b"4c4", |ici| ici.next = 0x0806);
    assert_eq!(bench.came_out(), ["^ a", "^ b", "^ c"]);
}

#[test]
fn a_notice_without_an_address_is_passed_on_once() {
    let mut bench = both();
    bench.notice(UP, Notice::LinkUp { port: 0 });
    assert_eq!(bench.came_out(), ["^ LinkUp { port: 0 }"]);
}

#[test]
fn a_notice_about_an_address_goes_by_its_family() {
    let mut bench = both();
    for address in [v4(), v6()] {
        let notice = Notice::Address {
            port: 0,
            address,
            prefix_len: 24,
            state: AddressState::Preferred,
        };
        let text = format!("^ {notice:?}");
        bench.notice(UP, notice);
        assert_eq!(bench.came_out(), [text]);
    }
}
