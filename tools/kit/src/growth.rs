//! A message grows on its way down and shrinks on its way up: what each layer did, as it happened.
//!
//! ```text
//!    0.000 ms  icmp         makes it             64  [icmp 64]
//!    0.000 ms  ipv4         adds 20 in front     84  [ipv4 20][icmp 64]
//!    0.245 ms  ethernet     adds 14 in front     98  [ethernet 14][ipv4 20][icmp 64]
//! ```
//! Nothing of this is told by the layers: the composer of the tower sees it (`Observer` in `stack/base`).
//! It follows the first message that the node makes, and the last that reached the same layer from below.
//!
//! Units: octets, milliseconds of virtual time.
//! Not here: what the octets mean (`layercake-dissect`).

mod drawing;

use layercake_base::{Direction, Event, Instant, Observer, What};

use drawing::table;

/// Steps kept of one message; a tower has fewer layers.
const MOST: usize = 32;

/// What one layer did to the message.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Step {
    at: Instant,
    layer: &'static str,
    did: Did,
    /// Octets of the message afterwards.
    len: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Did {
    Make,
    Add {
        octets: usize,
        front: bool,
    },
    Remove {
        octets: usize,
        front: bool,
    },
    Hold,
    /// Some octets in it are other ones now, as a checksum is.
    FillIn,
    /// The first octet as its sixteen symbols.
    Symbols([u8; 2]),
    /// Other bits now, and how the first octet of them looks.
    Recode(u8),
    /// What came is other octets now.
    Decode,
    Send {
        arrival: Instant,
    },
    HandUp,
}

/// An onlooker that follows the first message of a node down, and whatever came last up.
#[derive(Debug, Default)]
pub struct Growth {
    node: String,
    /// The layer that made the message, and the number that all PDUs made from it descend from.
    top: Option<(&'static str, u64)>,
    down: Vec<Step>,
    sent: bool,
    /// What is coming up: its number and origin, and its steps.
    candidate: (u64, u64, Vec<Step>),
    up: Vec<Step>,
}

impl Growth {
    /// Follows messages at the node with this name.
    pub fn at(node: &str) -> Self {
        Growth {
            node: node.to_owned(),
            ..Growth::default()
        }
    }

    /// The way down, a line for each step; empty before the first message has left.
    pub fn down(&self, color: bool) -> String {
        match self.sent {
            true => table(&self.down, color),
            false => String::new(),
        }
    }

    /// The way up, a line for each step; empty before an answer has come.
    pub fn up(&self, color: bool) -> String {
        table(&self.up, color)
    }

    fn on_way_down(&mut self, event: &Event<'_>) {
        let did = match &event.what {
            What::Born if self.down.is_empty() => Did::Make,
            What::Wrapped { range } => Did::Add {
                octets: range.len(),
                front: range.start == 0,
            },
            What::Kept => Did::Hold,
            What::Rewritten { range } if range.len() < event.octets.len() => Did::FillIn,
            What::Rewritten { .. } => {
                let before = self.down.last().map_or(0, |step| step.len);
                match event.octets {
                    [a, b, ..] if event.octets.len() == 2 * before => {
                        Did::Symbols([*a, *b])
                    }
                    [first, ..] => Did::Recode(*first),
                    [] => return,
                }
            }
            What::Transmitted { arrival } => {
                self.sent = true;
                Did::Send { arrival: *arrival }
            }
            _ => return,
        };
        push(&mut self.down, event, did);
    }

    fn on_way_up(&mut self, top: &'static str, event: &Event<'_>) {
        let did = match &event.what {
            What::Born => {
                if event.origin != self.candidate.1 {
                    self.candidate.2.clear();
                }
                (self.candidate.0, self.candidate.1) = (event.pdu, event.origin);
                Did::Decode
            }
            // It was one more on its way down.
            What::Transmitted { .. } if event.origin == self.candidate.1 => {
                self.candidate.2.clear();
                return;
            }
            _ if event.pdu != self.candidate.0 => return,
            What::Stripped { octets, front } => Did::Remove {
                octets: octets.len(),
                front: *front,
            },
            What::Passed {
                direction: Direction::Up,
            } if event.layer == top => Did::HandUp,
            _ => return,
        };
        let over = did == Did::HandUp;
        push(&mut self.candidate.2, event, did);
        if over {
            self.up = std::mem::take(&mut self.candidate.2);
        }
    }
}

fn push(steps: &mut Vec<Step>, event: &Event<'_>, did: Did) {
    let last = steps.last();
    let again = last.is_some_and(|last| last.layer == event.layer && last.did == did);
    if steps.len() < MOST && !(again && did == Did::FillIn) {
        steps.push(Step {
            at: event.at,
            layer: event.layer,
            did,
            len: event.octets.len(),
        });
    }
}

impl Observer for Growth {
    fn on(&mut self, event: &Event<'_>) {
        if event.node != self.node {
            return;
        }
        match self.top {
            None if event.what == What::Born => {
                self.top = Some((event.layer, event.origin));
                self.on_way_down(event);
            }
            Some((_, origin)) if !self.sent && event.origin == origin => {
                self.on_way_down(event);
            }
            Some((top, _)) if self.sent => self.on_way_up(top, event),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use layercake_base::Ici;
    use layercake_network::icmp::Echo;
    use layercake_tower::Network;

    use super::*;

    const SERIAL: &str = r#"
        [[node]]
        name = "a"
        kind = "host"
        [[node]]
        name = "b"
        kind = "host"
        [[wire]]
        between = ["a 10.1.1.1/24", "b 10.1.1.2/24"]
        link = "serial"
    "#;

    fn ping_web() -> Growth {
        ping(Network::builtin(1).unwrap(), "here.lab", "web.lab")
    }

    fn ping(mut network: Network, from: &str, to: &str) -> Growth {
        let growth = Rc::new(RefCell::new(Growth::at(from)));
        network.observe(Box::new(Rc::clone(&growth)));
        let mut message = vec![0; 64];
        let echo = Echo {
            reply: false,
            identifier: 1,
            sequence_number: 1,
        };
        echo.encode(&mut message).unwrap();
        let ici = Ici {
            destination: network.resolve(to),
            next: 1,
            ..Ici::default()
        };
        network.send(network.local(), &message, ici).unwrap();
        network.run_until(Instant::from_nanos(1_000_000_000));
        growth.take()
    }

    /// Header sizes from the RFCs: ICMP echo 8, IPv4 20, Ethernet 14 and 4 octets of check.
    #[test]
    fn a_ping_grows_by_the_headers_of_its_layers() {
        let down = ping_web().down(false);
        let lens = [" 64  ", " 84  ", " 98  ", "102  ", "204  "];
        assert!(lens.iter().all(|len| down.contains(len)), "{down}");
        assert!(
            down.contains("[ethernet 14][ipv4 20][icmp 64][frame-check 4]"),
            "{down}"
        );
        // 0x02, least significant bit first; IEEE 802.3: 0 is high-low, 1 is low-high.
        assert!(
            down.contains("first octet: 10 01 10 10 10 10 10 10"),
            "{down}"
        );
    }

    #[test]
    fn the_answer_shrinks_by_the_same() {
        let up = ping_web().up(false);
        let last = up.lines().last().unwrap();
        assert!(
            last.contains("hands it up") && last.ends_with("64  [icmp 64]"),
            "{up}"
        );
        assert!(
            up.lines().next().unwrap().contains("102  [ethernet 14]"),
            "{up}"
        );
    }

    /// RFC 1662 §5: flag 7e, bit stuffing; each layer that decodes is one step up.
    #[test]
    fn a_serial_line_adds_a_coding_step_each_way() {
        let growth = ping(Network::from_toml(SERIAL, 1).unwrap(), "a", "b");
        let (down, up) = (growth.down(false), growth.up(false));
        let hdlc = down.lines().find(|line| line.contains("hdlc")).unwrap();
        assert!(hdlc.contains("codes the bits anew"), "{down}");
        assert!(hdlc.ends_with("first octet: 01111110"), "{down}");
        assert_eq!(up.matches("decodes it").count(), 2, "{up}");
        assert!(up.contains("[ppp 4][ipv4 20][icmp 64]"), "{up}");
    }

    /// RFC 4443 §2.3, RFC 8200 §8.1: the checksum covers addresses of which the network layer chooses one.
    #[test]
    fn over_ipv6_two_layers_fill_the_checksum_in() {
        let growth = Rc::new(RefCell::new(Growth::at("here.lab")));
        let mut network = Network::builtin(1).unwrap();
        network.observe(Box::new(Rc::clone(&growth)));
        let all = network.addresses("web.lab").iter();
        let ici = Ici {
            destination: all.copied().find(std::net::IpAddr::is_ipv6),
            next: 58,
            ..Ici::default()
        };
        let question = [&[128, 0, 0, 0, 0, 1, 0, 1][..], &[0; 56]].concat();
        network.send(network.local(), &question, ici).unwrap();
        network.run_until(Instant::from_nanos(1_000_000_000));
        let down = growth.take().down(false);
        assert_eq!(down.matches("fills a checksum in").count(), 2, "{down}");
        assert!(
            down.contains("ndp          holds it: where is the next hop?"),
            "{down}"
        );
        assert!(down.contains("[ethernet 14][ipv6 40][icmpv6 64]"), "{down}");
    }

    #[test]
    fn nothing_sent_is_nothing_told() {
        let growth = Growth::at("here.lab");
        assert!(growth.down(false).is_empty() && growth.up(false).is_empty());
    }
}
