//! That every run ends, and that the agenda holds no more than what will happen.

use core::time::Duration;

use layercake_base::{Context, Ici, Instant, Layer, Pdu, Reason, Service, Spec};

use super::*;

/// Two bridges with three wires between them.
const RING: &str = r#"
local = "a.lab"
[[node]]
name = "a.lab"
kind = "host"
[[node]]
name = "one.lab"
kind = "bridge"
[[node]]
name = "two.lab"
kind = "bridge"
[[wire]]
between = ["a.lab 10.0.1.1/24", "one.lab"]
link = "lan"
[[wire]]
between = ["one.lab", "two.lab"]
link = "lan"
[[wire]]
between = ["two.lab", "one.lab"]
link = "lan"
[[wire]]
between = ["one.lab", "two.lab"]
link = "lan"
"#;

/// A message for somebody who is not there: its ARP request goes round the ring, and doubles
/// each time. Gives the queues that overflowed half a second later, before the next request.
fn storm(ring: &str, limits: Limits) -> Vec<String> {
    let mut net = Network::from_toml(ring, 1).unwrap();
    net.limits = limits;
    let ici = Ici {
        destination: Some([10, 0, 1, 9].into()),
        next: 17,
        ..Ici::NONE
    };
    net.send(net.local(), b"who is there?", ici).unwrap();
    let then = net.now() + Duration::from_millis(500);
    net.run_until(then);
    assert_eq!(net.now(), then);
    assert!(net.next_event().is_some_and(|at| at > then), "ARP goes on");
    let full = Reason::Full {
        queue: "",
        limit: 0,
    };
    let all = net.discards().iter();
    all.filter(|(_, kind, _)| *kind == full.kind())
        .map(|(layer, ..)| layer.to_owned())
        .collect()
}

#[test]
fn a_storm_ends_where_wires_take_no_time() {
    let limits = Limits {
        events: usize::MAX,
        at_once: 1000,
    };
    assert!(storm(RING, limits).contains(&"network".to_owned()));
}

#[test]
fn a_storm_ends_where_wires_take_time() {
    let slow = RING.replace("link = \"lan\"", "link = \"lan\"\ndelay = \"1 us\"");
    let limits = Limits {
        events: 1000,
        at_once: usize::MAX,
    };
    assert!(storm(&slow, limits).contains(&"network".to_owned()));
}

/// Wants the time in an hour, and a second after each message; passes nothing on.
struct Restless {
    soon: Option<Instant>,
    late: Instant,
}

impl Layer for Restless {
    fn spec(&self) -> Spec {
        Spec::new("restless", 2).between(Service::User, Service::Symbols)
    }

    fn send(&mut self, _sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        self.soon = Some(cx.now() + Duration::from_secs(1));
        Ok(())
    }

    fn receive(&mut self, _pdu: Pdu, _cx: &mut Context<'_>) -> Result<(), Reason> {
        Ok(())
    }

    fn deadline(&self) -> Option<Instant> {
        Some(self.soon.map_or(self.late, |soon| soon.min(self.late)))
    }

    fn on_deadline(&mut self, cx: &mut Context<'_>) {
        self.soon = None;
        if self.late <= cx.now() {
            self.late = cx.now() + Duration::from_secs(3600);
        }
    }
}

#[test]
fn deadlines_that_earlier_ones_replaced_are_not_entered_again() {
    let mut net = Network::new(1);
    let tower = Restless {
        soon: None,
        late: Instant::ZERO + Duration::from_secs(3600),
    };
    let node = net.add_node("a", tower).unwrap();
    for _ in 0..100 {
        net.send(node, b"", Ici::NONE).unwrap();
        net.run_until(net.now() + Duration::from_secs(2));
    }
    net.run_until(Instant::ZERO + Duration::from_secs(3600));
    let hours = 24 * 3600;
    let mut steps = 0;
    while net
        .next_event()
        .is_some_and(|at| at.as_nanos() <= hours * 1_000_000_000)
    {
        net.step();
        steps += 1;
    }
    assert_eq!(steps, 23, "one each hour");
}
