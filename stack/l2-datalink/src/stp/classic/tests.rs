use crate::stp::bench::{Bench, bridge, configuration};
use crate::stp::bpdu::{Bpdu, Configuration};
use crate::stp::{Order, PortState, Role, Version};
use PortState::{Blocking, Disabled, Forwarding, Learning, Listening};
use core::time::Duration;

const DELAY: u64 = 15_000;

fn hello(bench: &mut Bench, port: u16, own: Configuration) {
    bench.hear(port, Bpdu::Configuration(own));
}

/// A bridge whose root port is 1, and whose port 0 is in this state. Nobody is heard again.
fn in_state(state: PortState) -> Bench {
    let mut bench = Bench::new(Version::Stp);
    match state {
        Disabled => bench.link(0, false),
        Listening => {}
        Learning => bench.wait(DELAY),
        _ => bench.wait(2 * DELAY),
    }
    hello(&mut bench, 1, configuration(1, 0, 1));
    if state == Blocking {
        hello(&mut bench, 0, configuration(1, 0, 1));
    }
    assert_eq!(bench.state(0), state);
    bench.orders();
    bench
}

#[derive(Clone, Copy, Debug)]
enum Event {
    /// Its link goes down.
    Down,
    /// Its link comes up.
    Up,
    /// A bridge nearer to the root is heard there.
    Better,
    /// A bridge farther away is heard there.
    Worse,
    /// Everybody is heard again, and the Forward Delay passes.
    Delay,
}

/// IEEE 802.1D-1998 figure 8-5: every state with every event.
#[test]
fn a_port_goes_from_state_to_state_as_the_figure_says() {
    use Event::{Better, Delay, Down, Up, Worse};
    for (from, down, up, better, worse, delay) in [
        (Disabled, Disabled, Listening, Disabled, Disabled, Disabled),
        (Blocking, Disabled, Blocking, Blocking, Blocking, Blocking),
        (
            Listening, Disabled, Listening, Blocking, Listening, Learning,
        ),
        (Learning, Disabled, Learning, Blocking, Learning, Forwarding),
        (
            Forwarding, Disabled, Forwarding, Blocking, Forwarding, Forwarding,
        ),
    ] {
        let table = [
            (Down, down),
            (Up, up),
            (Better, better),
            (Worse, worse),
            (Delay, delay),
        ];
        for (event, to) in table {
            let mut bench = in_state(from);
            match event {
                Down => bench.link(0, false),
                Up => bench.link(0, true),
                Better => hello(&mut bench, 0, configuration(1, 0, 1)),
                Worse => hello(&mut bench, 0, configuration(9, 0, 9)),
                Delay => {
                    bench.wait(DELAY - 1);
                    hello(&mut bench, 1, configuration(1, 0, 1));
                    if from == Blocking {
                        hello(&mut bench, 0, configuration(1, 0, 1));
                    }
                    bench.wait(1);
                }
            }
            assert_eq!(bench.state(0), to, "{from} {event:?}");
        }
    }
}

/// §8.6.7: from what is heard to root, cost and roles.
#[test]
fn the_best_way_to_the_lowest_root_wins() {
    let mut bench = Bench::new(Version::Stp);
    assert_eq!(bench.status().root, bridge(8), "at first itself");
    hello(&mut bench, 0, configuration(2, 5, 3));
    let status = bench.status();
    assert_eq!((status.root, status.root_path_cost), (bridge(2), 105));
    assert_eq!(
        (bench.role(0), bench.role(1)),
        (Role::Root, Role::Designated)
    );
    hello(&mut bench, 1, configuration(2, 5, 4));
    let status = bench.status();
    assert_eq!((status.root_path_cost, status.root_port), (6, Some(1)));
    assert_eq!(
        (bench.role(0), bench.role(1)),
        (Role::Alternate, Role::Root)
    );
}

/// §8.7.4: Max Age less the age that the message had.
#[test]
fn news_that_nobody_confirms_is_void_at_max_age() {
    let mut bench = Bench::new(Version::Stp);
    let mut own = configuration(1, 0, 1);
    own.message_age = Duration::from_secs(5).into();
    hello(&mut bench, 1, own);
    bench.wait(14_999);
    assert_eq!(bench.status().root, bridge(1));
    bench.wait(1);
    assert_eq!(bench.status().root, bridge(8));
    assert_eq!(bench.role(1), Role::Designated);
}

/// §8.6.1.3: one at a time, the next after the Hold Time.
#[test]
fn a_port_says_no_more_than_one_thing_each_second() {
    let mut bench = Bench::new(Version::Stp);
    assert_eq!(bench.said(0).len(), 1, "as it begins");
    for _ in 0..50 {
        hello(&mut bench, 0, configuration(9, 0, 9)); // worse news is answered, §8.6.5
    }
    assert_eq!(bench.said(0).len(), 0);
    bench.wait(1000);
    assert_eq!(bench.said(0).len(), 1);
}

/// §8.6.14 to §8.6.16, seen from a bridge between the one that notifies and the root.
#[test]
fn a_notification_is_acknowledged_and_passed_on_until_the_root_has_it() {
    let mut bench = in_state(Forwarding);
    let mut own = configuration(1, 0, 1);
    own.acknowledgment = true; // of the change that this bridge has seen itself
    hello(&mut bench, 1, own);
    bench.wait(2500);
    bench.orders();
    bench.hear(0, Bpdu::TopologyChange);
    let orders = bench.orders();
    assert!(orders.contains(&Order::Transmit(1, Bpdu::TopologyChange)));
    let acknowledges = |order: &Order| match order {
        Order::Transmit(0, Bpdu::Configuration(own)) => own.acknowledgment,
        _ => false,
    };
    assert!(orders.iter().any(acknowledges));
    bench.wait(2000);
    assert_eq!(bench.said(1), [Bpdu::TopologyChange], "again");
    let mut own = configuration(1, 0, 1);
    (own.acknowledgment, own.topology_change) = (true, true);
    hello(&mut bench, 1, own);
    let soon = Order::AgeSoon(Some(Duration::from_secs(15)));
    assert!(bench.orders().contains(&soon));
    bench.wait(4000);
    assert_eq!(bench.said(1), [], "no more");
    hello(&mut bench, 1, configuration(1, 0, 1));
    assert!(bench.orders().contains(&Order::AgeSoon(None)));
}

/// §8.6.14.2.2: the root tells all for Max Age and Forward Delay.
#[test]
fn the_root_tells_of_a_change_for_thirty_five_seconds() {
    let mut bench = Bench::new(Version::Stp);
    bench.wait(40_000); // it began to forward after 30 s, which was a change
    bench.orders();
    bench.wait(24_900);
    let tells =
        |bpdu: &Bpdu| matches!(bpdu, Bpdu::Configuration(own) if own.topology_change);
    assert!(bench.said(0).iter().all(tells));
    bench.wait(100);
    bench.orders();
    bench.wait(4000);
    let said = bench.said(0);
    assert!(!said.is_empty() && !said.iter().any(tells));
}

/// No standard allows such a root, but a BPDU can say it.
#[test]
fn a_root_without_a_forward_delay_leaves_no_port_listening() {
    let mut bench = Bench::new(Version::Stp);
    let mut news = configuration(1, 0, 1);
    news.forward_delay = Default::default();
    bench.hear(0, Bpdu::Configuration(news));
    bench.link(1, false);
    bench.link(1, true);
    assert_eq!(bench.state(1), PortState::Listening);
    bench.wait(2_000);
    assert_eq!(bench.state(1), PortState::Forwarding);
}
