//! What compositions do with layers, static and boxed alike.

#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

mod toys;

use core::cell::RefCell;
use std::rc::Rc;

use layercake_base::{
    Bounce, Context, Direction, Event, Instant, Layer, Notice, Observer, Pdu, Reason,
    Room, Service, Spec, What,
};
use layercake_tower::{Demux, Misfit, Ports, Stack, Tower};
use toys::{Bench, Clockwork, Mirror, Seam, Triple, Twice, coat};

const DOWN: Direction = Direction::Down;
const UP: Direction = Direction::Up;

/// The same three coats and one rewriting layer, each way that there is to compose them.
fn four_ways() -> Vec<Box<dyn Layer>> {
    let [a, b, c] = [coat("a", 4, b'a'), coat("b", 3, b'b'), coat("c", 2, b'c')];
    let stack = Stack::new(a, Stack::new(b, Stack::new(c, Twice).unwrap()).unwrap());
    let left = Stack::new(Stack::new(a, b).unwrap(), Stack::new(c, Twice).unwrap());
    let tower = Tower::builder()
        .layer(a)
        .layer(b)
        .layer(c)
        .layer(Twice)
        .build();
    let inner = Tower::builder().layer(b).layer(c).build().unwrap();
    let nested = Tower::builder().layer(a).layer(inner).layer(Twice).build();
    vec![
        Box::new(stack.unwrap()),
        Box::new(left.unwrap()),
        Box::new(tower.unwrap()),
        Box::new(nested.unwrap()),
    ]
}

#[test]
fn static_and_boxed_and_nested_compositions_do_the_same() {
    for layer in four_ways() {
        assert_eq!(layer.spec().room, Room { head: 3, tail: 3 });
        assert_eq!((layer.spec().layers, layer.spec().bottom), (4, "twice"));
        let mut bench = Bench::new(layer);
        bench.give(DOWN, b"-", |_| ());
        assert_eq!(bench.came_out(), ["v ccbbaa--aabbcc"]);
        bench.give(UP, b"ccbbaa--aabbcc", |_| ());
        assert_eq!(bench.came_out(), ["^ -"]);
        assert_eq!(bench.world.discards.total(), 0);
        assert_eq!(bench.world.pool.in_use(), 0);
    }
}

#[test]
fn a_layer_that_refuses_is_counted_by_its_own_name() {
    for layer in four_ways() {
        let mut bench = Bench::new(layer);
        bench.give(UP, b"ccxxaa--aabbcc", |_| ());
        assert!(bench.came_out().is_empty());
        let counted: Vec<_> = bench.world.discards.iter().collect();
        assert_eq!(counted, [("b", "mismatch", 1)]);
        assert_eq!(bench.world.pool.in_use(), 0, "the slot went back");
    }
}

#[derive(Default)]
struct Story(Vec<String>);

impl Observer for Story {
    fn on(&mut self, event: &Event<'_>) {
        let what = match &event.what {
            What::Wrapped { range } => format!("wrapped {range:?}"),
            What::Stripped { octets, front } => {
                format!("stripped {octets:?} front {front}")
            }
            What::Passed { direction } => format!("passed {direction:?}"),
            What::Discarded { reason } => format!("discarded: {reason}"),
            other => format!("{other:?}"),
        };
        self.0.push(format!("{} {what}", event.layer));
    }
}

#[test]
fn the_observer_hears_the_same_from_every_composition() {
    let mut stories = four_ways().into_iter().map(|layer| {
        let mut bench = Bench::new(layer);
        let story = Rc::new(RefCell::new(Story::default()));
        bench.world.observer = Some(Box::new(story.clone()));
        bench.give(DOWN, b"-", |_| ());
        bench.give(UP, b"ccbbxx--aabbcc", |_| ());
        drop(bench);
        Rc::into_inner(story).unwrap().into_inner().0
    });
    let first = stories.next().unwrap();
    assert!(first.contains(&"b wrapped 0..1".to_owned()), "{first:?}");
    let last = "a discarded: letter is 0x78, computed 0x61";
    assert_eq!(first.last().unwrap(), last);
    for story in stories {
        assert_eq!(story, first);
    }
}

#[test]
fn a_tower_of_one_layer_tells_each_thing_once() {
    let tower = Tower::builder().layer(coat("a", 2, b'a')).build().unwrap();
    let mut bench = Bench::new(tower);
    let story = Rc::new(RefCell::new(Story::default()));
    bench.world.observer = Some(Box::new(story.clone()));
    bench.give(DOWN, b"-", |_| ());
    let expected = [
        "a Born",
        "a wrapped 0..1",
        "a wrapped 2..3",
        "a passed Down",
    ];
    assert_eq!(story.borrow().0, expected);
}

#[test]
fn what_a_layer_hands_out_in_a_row_stays_in_order() {
    let stack = Stack::new(Triple, coat("b", 2, b'b')).unwrap();
    let tower = Tower::builder()
        .layer(Triple)
        .layer(Triple)
        .layer(Triple)
        .build()
        .unwrap();
    let mut bench = Bench::new(stack);
    bench.give(DOWN, b"-", |_| ());
    assert_eq!(bench.came_out(), ["v b-1b", "v b-2b", "v b-3b"]);
    for way in [DOWN, UP] {
        let tower = Tower::builder()
            .layer(Triple)
            .layer(Triple)
            .build()
            .unwrap();
        let mut bench = Bench::new(tower);
        bench.give(way, b"", |_| ());
        let out = bench.came_out();
        let numbers: Vec<_> = out
            .iter()
            .map(|line| line.trim_start_matches(['v', '^', ' ']))
            .collect();
        assert_eq!(
            numbers,
            ["11", "12", "13", "21", "22", "23", "31", "32", "33"]
        );
    }
    let mut bench = Bench::new(tower);
    bench.give(DOWN, b"", |_| ());
    assert_eq!(bench.came_out().len(), 27);
}

#[test]
fn notices_travel_both_ways_through_every_layer() {
    for layer in four_ways() {
        let mut bench = Bench::new(layer);
        bench.notice(UP, Notice::Congestion);
        bench.notice(DOWN, Notice::Room);
        assert_eq!(bench.came_out(), ["^ Congestion", "v Room"]);
    }
}

#[test]
fn the_earliest_deadline_is_told_and_only_what_is_due_fires() {
    let clock = |due| Clockwork {
        due: Some(Instant::from_nanos(due)),
    };
    let stack = Stack::new(
        clock(20),
        Stack::new(clock(10), coat("b", 2, b'b')).unwrap(),
    );
    let tower = Tower::builder()
        .layer(clock(20))
        .layer(clock(10))
        .layer(coat("b", 2, b'b'));
    let both: [Box<dyn Layer>; 2] =
        [Box::new(stack.unwrap()), Box::new(tower.build().unwrap())];
    for layer in both {
        let mut bench = Bench::new(layer);
        assert_eq!(bench.layer.deadline(), Some(Instant::from_nanos(10)));
        bench.fire(Instant::from_nanos(10));
        assert_eq!(bench.came_out(), ["v b!b"]);
        assert_eq!(bench.layer.deadline(), Some(Instant::from_nanos(20)));
        bench.fire(Instant::from_nanos(15));
        assert!(bench.came_out().is_empty());
    }
}

/// Sends back what comes from above.
struct Floor;

impl Layer for Floor {
    fn spec(&self) -> Spec {
        Spec::new("floor", 1)
    }

    fn send(&mut self, sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        cx.send_up(sdu);
        Ok(())
    }

    fn receive(&mut self, pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        cx.send_up(pdu);
        Ok(())
    }
}

#[test]
fn two_layers_that_answer_each_other_for_ever_are_stopped() {
    let mut bench = Bench::new(Stack::new(Mirror, Mirror).unwrap());
    bench.give(DOWN, b"-", |_| ());
    assert_eq!(
        bench.came_out(),
        ["^ -"],
        "the upper one sends it straight back"
    );
    let mut bench = Bench::new(Stack::new(Mirror, Floor).unwrap());
    bench.give(UP, b"-", |_| ());
    assert!(bench.came_out().is_empty());
    let counted: Vec<_> = bench.world.discards.iter().collect();
    assert_eq!(counted, [("tower", "full", 1)]);
    assert_eq!(bench.world.pool.in_use(), 0);
}

fn demux() -> Demux {
    let seam = |name, offers| Box::new(Seam(name, 4, offers, Service::Network));
    let icmp: Box<dyn Layer> = seam("icmp", Service::User);
    let udp: Box<dyn Layer> = Box::new(
        Stack::new(
            coat("udp", 4, b'u'),
            Seam("thin", 4, Service::Any, Service::Network),
        )
        .unwrap(),
    );
    Demux::new(vec![(1, icmp), (17, udp)]).unwrap()
}

#[test]
fn the_next_protocol_chooses_the_layer_both_ways() {
    let mut bench = Bench::new(demux());
    bench.give(UP, b"u-u", |ici| ici.next = 17);
    bench.give(UP, b"u-u", |ici| ici.next = 1);
    bench.give(DOWN, b"-", |ici| ici.next = 17);
    bench.give(DOWN, b"-", |ici| ici.next = 1);
    assert_eq!(bench.came_out(), ["^ -", "^ u-u", "v u-u", "v -"]);
}

#[test]
fn a_protocol_that_nobody_handles_goes_back_down_with_a_bounce() {
    let mut bench = Bench::new(demux());
    bench.give(UP, b"?", |ici| ici.next = 132);
    let (way, pdu) = bench.pdu().unwrap();
    assert_eq!((way, pdu.ici().bounce), (DOWN, Some(Bounce::NoProtocol)));
    bench.give(DOWN, b"?", |ici| ici.next = 132);
    assert!(bench.pdu().is_none());
    let counted: Vec<_> = bench.world.discards.iter().collect();
    assert_eq!(counted, [("tower", "unhandled", 1)]);
}

#[test]
fn layers_side_by_side_need_different_keys_and_the_same_service() {
    let seam =
        |name, needs| -> Box<dyn Layer> { Box::new(Seam(name, 4, Service::User, needs)) };
    let same = Demux::new(vec![
        (1, seam("one", Service::Network)),
        (1, seam("two", Service::Network)),
    ]);
    assert_eq!(
        same.err().unwrap().to_string(),
        "one and two are both chosen by next protocol 1"
    );
    let other = Demux::new(vec![
        (1, seam("one", Service::Network)),
        (2, seam("two", Service::Frames)),
    ]);
    let text = "one and two cannot stand side by side: one has delivery to a host, the other frames";
    assert_eq!(other.err().unwrap().to_string(), text);
    assert_eq!(Demux::new(Vec::new()).err(), Some(Misfit::Empty));
    assert_eq!(Tower::builder().build().err(), Some(Misfit::Empty));
}

#[test]
fn the_port_chooses_the_column_and_what_leaves_it_says_the_port() {
    let columns: Vec<Box<dyn Layer>> =
        vec![Box::new(coat("a", 2, b'a')), Box::new(Twice)];
    let mut bench = Bench::new(Ports::new(columns).unwrap());
    for (way, body, port, expected) in [
        (DOWN, "-", 0, "a-a"),
        (DOWN, "-", 1, "--"),
        (UP, "a-a", 0, "-"),
        (UP, "--", 1, "-"),
    ] {
        bench.give(way, body.as_bytes(), |ici| ici.port = port);
        let (out, pdu) = bench.pdu().unwrap();
        assert_eq!((out, pdu.ici().port), (way, port));
        assert_eq!(pdu.octets(), expected.as_bytes());
    }
    bench.give(DOWN, b"-", |ici| ici.port = 2);
    assert!(bench.pdu().is_none());
    let counted: Vec<_> = bench.world.discards.iter().collect();
    assert_eq!(counted, [("tower", "illegal", 1)]);
}

#[test]
fn a_link_notice_reaches_its_own_column_only() {
    let columns: Vec<Box<dyn Layer>> =
        vec![Box::new(coat("a", 2, b'a')), Box::new(Twice)];
    let mut bench = Bench::new(Ports::new(columns).unwrap());
    bench.notice(UP, Notice::LinkUp { port: 1 });
    bench.notice(DOWN, Notice::Room);
    assert_eq!(
        bench.came_out(),
        ["^ LinkUp { port: 1 }", "v Room", "v Room"]
    );
}

/// Asked to send, it says that its link is down.
struct Broken;

impl Layer for Broken {
    fn spec(&self) -> Spec {
        Spec::new("broken", 2)
    }

    fn send(&mut self, _: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        cx.notify_up(Notice::LinkDown { port: 0 });
        Ok(())
    }

    fn receive(&mut self, _: Pdu, _: &mut Context<'_>) -> Result<(), Reason> {
        Ok(())
    }
}

#[test]
fn a_link_notice_from_a_column_says_its_port() {
    let columns: Vec<Box<dyn Layer>> = vec![Box::new(Twice), Box::new(Broken)];
    let mut bench = Bench::new(Ports::new(columns).unwrap());
    bench.give(DOWN, b"-", |ici| ici.port = 1);
    assert_eq!(bench.came_out(), ["^ LinkDown { port: 1 }"]);
}

#[test]
fn a_misfit_anywhere_in_a_tower_names_both_layers() {
    let tower = Tower::builder()
        .layer(Seam("arp", 2, Service::Link, Service::Stations))
        .layer(Seam("ppp", 2, Service::Link, Service::Frames))
        .layer(Seam("hdlc", 2, Service::Frames, Service::Bits))
        .build();
    let text = "arp needs delivery to a station by link address, \
                but ppp offers delivery to a neighbour by network address";
    assert_eq!(tower.err().unwrap().to_string(), text);
}

/// What came up by the second column has no room in front; the first wants one octet.
#[test]
fn a_pdu_that_was_made_coming_up_has_room_to_go_down_another_way() {
    let columns: Vec<Box<dyn Layer>> =
        vec![Box::new(coat("a", 2, b'a')), Box::new(Twice)];
    let ports = Ports::new(columns).unwrap();
    assert_eq!(ports.spec().room, Room { head: 1, tail: 1 });
    let mut bench = Bench::new(ports);
    bench.world.room = bench.layer.spec().room;
    bench.give(UP, b"--", |ici| ici.port = 1);
    let (_, mut pdu) = bench.pdu().unwrap();
    assert!(pdu.prepend(1).is_ok() && pdu.append(1).is_ok());
}
