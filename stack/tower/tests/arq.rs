//! ARQ over a frame check over HDLC over Manchester over a wire with bit errors: everything
//! arrives once and in order, and one flipped symbol can be followed from the wire to the
//! retransmission. Composed statically and in boxes, which must be the same to the last event.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a panic is a failed test"
)]

use core::cell::RefCell;
use core::time::Duration;
use std::rc::Rc;

use layercake_base::{Direction, Event, Ici, Layer, Observer, What};
use layercake_datalink::arq::Config;
use layercake_datalink::{Arq, FrameCheck, Hdlc};
use layercake_physical::Manchester;
use layercake_tower::{Medium, Network, Stack, Tower};

/// SDUs each way, and octets of each.
const SDUS: u16 = 200;
const OCTETS: usize = 100;

fn arq() -> Arq {
    let queue = SDUS.into();
    Arq::new(Config {
        queue,
        ..Config::default()
    })
    .unwrap()
}

fn boxed() -> Box<dyn Layer> {
    let tower = Tower::builder()
        .layer(arq())
        .layer(FrameCheck::default())
        .layer(Hdlc::default())
        .layer(Manchester::new());
    Box::new(tower.build().unwrap())
}

fn fixed() -> Box<dyn Layer> {
    let line = Stack::new(Hdlc::default(), Manchester::new()).unwrap();
    let frames = Stack::new(FrameCheck::default(), line).unwrap();
    Box::new(Stack::new(arq(), frames).unwrap())
}

/// What happened to which PDU, in words.
#[derive(Clone, Debug, PartialEq)]
struct Told {
    node: String,
    layer: &'static str,
    origin: u64,
    what: String,
}

#[derive(Default)]
struct Log(Vec<Told>);

impl Observer for Log {
    fn on(&mut self, event: &Event<'_>) {
        self.0.push(Told {
            node: event.node.to_owned(),
            layer: event.layer,
            origin: event.origin,
            what: match &event.what {
                What::Discarded { reason } => format!("discarded: {reason}"),
                What::Stripped { octets, .. } => format!("stripped {}", octets.len()),
                other => format!("{other:?}"),
            },
        });
    }
}

/// The SDU with this number: its octets hold everything that stuffing has to stuff.
fn sdu(number: u16) -> Vec<u8> {
    let mut octets = number.to_be_bytes().to_vec();
    octets.resize(OCTETS, 0xff);
    octets
}

struct Run {
    log: Vec<Told>,
    discards: Vec<(&'static str, &'static str, u64)>,
    arrived: [Vec<Vec<u8>>; 2],
}

/// Sends all SDUs both ways over a line with one wrong symbol in 10 000.
fn run(tower: fn() -> Box<dyn Layer>) -> Run {
    let mut network = Network::new(3);
    let ends = ["a", "b"].map(|name| network.add_node(name, tower()).unwrap());
    let noisy = Medium {
        rate: 1_000_000,
        delay: Duration::from_millis(5),
        bit_errors: 1e-4,
        ..Medium::default()
    };
    network.add_wire("noisy", noisy, ends[0], ends[1]);
    let log = Rc::new(RefCell::new(Log::default()));
    network.observe(Box::new(Rc::clone(&log)));
    for number in 0..SDUS {
        for end in ends {
            network.send(end, &sdu(number), Ici::NONE).unwrap();
        }
    }
    network.run_until(network.now() + Duration::from_secs(60));
    let arrived = ends.map(|end| {
        let next = || network.receive(end).map(|arrival| arrival.octets);
        std::iter::from_fn(next).collect()
    });
    let discards = network.discards().iter().collect();
    let log = log.borrow().0.clone();
    Run {
        log,
        discards,
        arrived,
    }
}

#[test]
fn everything_arrives_once_and_in_order_over_a_noisy_line() {
    let run = run(boxed);
    for arrived in &run.arrived {
        assert!(arrived.iter().cloned().eq((0..SDUS).map(sdu)));
    }
    let count = |layer: &str, kind: &str| -> u64 {
        let found = run
            .discards
            .iter()
            .filter(|(l, k, _)| (*l, *k) == (layer, kind));
        found.map(|(.., count)| count).sum()
    };
    // 112 octets are some 1800 symbols, of which each is wrong once in 10 000: one frame in six.
    let violations = count("manchester", "violation");
    assert!((40..160).contains(&violations), "{:?}", run.discards);
    let told = run
        .log
        .iter()
        .filter(|told| told.what.starts_with("discarded: "));
    assert_eq!(
        u64::try_from(told.count()).unwrap(),
        run.discards.iter().map(|(.., count)| count).sum::<u64>(),
        "each discard is shown with its reason"
    );
}

#[test]
fn static_and_boxed_towers_do_the_same_to_the_last_event() {
    let (fixed, boxed) = (run(fixed), run(boxed));
    assert_eq!(fixed.arrived, boxed.arrived);
    assert_eq!(fixed.discards, boxed.discards);
    assert_eq!(fixed.log.len(), boxed.log.len());
    for (fixed, boxed) in fixed.log.iter().zip(&boxed.log) {
        assert_eq!(fixed, boxed);
    }
}

/// One flipped symbol: a violation of the line code, a discard with its reason, the same SDU
/// again, delivered once.
#[test]
fn a_flipped_symbol_can_be_followed_to_the_retransmission() {
    let log = run(boxed).log;
    // The first SDU that was damaged by exactly one flip in all.
    let is_flip = |told: &&Told| told.what.starts_with("Damaged");
    let flips = |origin| {
        log.iter()
            .filter(is_flip)
            .filter(|t| t.origin == origin)
            .count()
    };
    let carries = |origin| {
        let kept = |told: &Told| told.origin == origin && told.what == "Kept";
        log.iter().any(|told| kept(told) && told.layer == "arq")
    };
    let hit = |told: &&Told| flips(told.origin) == 1 && carries(told.origin);
    let origin = log.iter().filter(is_flip).find(hit).unwrap().origin;
    let story: Vec<_> = log.iter().filter(|told| told.origin == origin).collect();
    let at = |from: usize, layer: &str, what: &str| {
        let here = |told: &&Told| told.layer == layer && told.what.starts_with(what);
        let place = story[from..].iter().position(here);
        from + place.unwrap_or_else(|| panic!("{layer} {what} in {story:#?}"))
    };
    let from = story[0].node.as_str();
    let steps = [
        ("arq", "Born"),
        ("arq", "Wrapped { range: 0..6 }"),
        ("frame-check", "Wrapped"),
        ("manchester", "Passed { direction: Down }"),
        ("wire", "Transmitted"),
        ("wire", "Damaged { bit: "),
        ("manchester", "discarded: Manchester violation in cell"),
        ("arq", "Born"), // again
        ("arq", "Wrapped { range: 0..6 }"),
        ("wire", "Transmitted"),
        ("frame-check", "stripped 4"),
        ("arq", "stripped 6"),
        ("arq", "Passed { direction: Up }"),
    ];
    let mut place = 0;
    for (step, (layer, what)) in steps.into_iter().enumerate() {
        // Within one call the observer hears of a fate after what the call has handed on.
        place = if step == 0 {
            at(0, layer, what).min(place)
        } else {
            at(place, layer, what)
        };
    }
    assert_ne!(story[place].node, from, "at the other end");
    let up = format!("Passed {{ direction: {:?} }}", Direction::Up);
    let delivered = |told: &&&Told| told.layer == "arq" && told.what == up;
    assert_eq!(story.iter().filter(delivered).count(), 1, "once");
}
