//! What a composer and an onlooker see of a layer, without a line of tracing in the layer.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::cell::RefCell;
use std::rc::Rc;

use layercake_base::{
    Context, Direction, Event, Item, Layer, Observer, Outbox, Pdu, Reason, Room, Spec,
    What, World,
};

/// Adds the header `!!` and the trailer `..`; takes them off again; keeps, swallows, discards or
/// refuses what its body asks for.
#[derive(Default)]
struct Wrapper {
    kept: Vec<Pdu>,
}

const SPEC: Spec = Spec::new("wrapper", 2).adds(2, 2);

impl Layer for Wrapper {
    fn spec(&self) -> Spec {
        SPEC
    }

    fn send(&mut self, mut sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        match sdu.octets() {
            b"keep" => self.kept.push(sdu),
            b"swallow" => drop(sdu),
            b"replace" => {
                cx.consume(sdu);
                // It may lie in the slot that has just become free.
                let other = cx.allocate(1);
                other.into_iter().for_each(|other| cx.send_down(other));
            }
            b"discard" => cx.discard(sdu, Reason::NoWay("it asked for it")),
            b"refuse" => return Err(Reason::NoWay("it asked for it")),
            _ => {
                sdu.prepend(2)?.copy_from_slice(b"!!");
                sdu.append(2)?.copy_from_slice(b"..");
                cx.send_down(sdu);
            }
        }
        Ok(())
    }

    fn receive(&mut self, mut pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let found = pdu.strip_front(2)?.first().copied().unwrap_or_default();
        Reason::check("mark", found, b'!')?;
        pdu.strip_back(2)?;
        cx.send_up(pdu);
        Ok(())
    }
}

/// Writes down what it hears, one line an event.
#[derive(Default)]
struct Diary(Vec<String>);

impl Observer for Diary {
    fn on(&mut self, event: &Event<'_>) {
        let text = String::from_utf8_lossy(event.octets);
        let line = match &event.what {
            What::Wrapped { range } => format!("wrapped {range:?} of {text}"),
            What::Stripped { octets, front } => {
                format!("stripped {} front={front}", String::from_utf8_lossy(octets))
            }
            What::Passed { direction } => format!("passed {direction:?} {text}"),
            What::Discarded { reason } => format!("discarded {text}: {reason}"),
            other => format!("{other:?} {text}"),
        };
        self.0.push(format!("{}: {line}", event.layer));
    }
}

/// A world and what is written down in it.
fn observed() -> (World, Rc<RefCell<Diary>>) {
    let diary = Rc::new(RefCell::new(Diary::default()));
    let mut world = World::new(1, 4);
    world.observer = Some(Box::new(Rc::clone(&diary)));
    (world, diary)
}

/// Lets a fresh layer handle `item`.
fn carry(world: &mut World, inner: &mut Outbox, item: Item) {
    let (mut outer, mut layer) = (Outbox::default(), Wrapper::default());
    Context::new(world, &mut outer).deliver(
        &mut layer,
        &SPEC,
        inner,
        Room::default(),
        item,
    );
}

/// Lets the layer handle `body`, and gives what came out and what the onlooker wrote down.
fn run(direction: Direction, body: &[u8]) -> (Option<Vec<u8>>, Vec<String>, World) {
    run_into(Outbox::default(), direction, body)
}

fn run_into(
    mut inner: Outbox,
    direction: Direction,
    body: &[u8],
) -> (Option<Vec<u8>>, Vec<String>, World) {
    let (mut world, diary) = observed();
    let mut pdu = world.pool.allocate(SPEC.room, body.len()).unwrap();
    pdu.octets_mut().copy_from_slice(body);
    pdu.arrive();

    carry(&mut world, &mut inner, Item::Pdu(direction, pdu));
    let out = inner.pop().map(|item| match item {
        Item::Pdu(_, pdu) => pdu.octets().to_vec(),
        Item::Notice(..) => unreachable!("no notice was sent"),
    });
    let lines = diary.borrow().0.clone();
    (out, lines, world)
}

#[test]
fn encapsulation_is_seen_without_a_tracing_line() {
    let (out, diary, _) = run(Direction::Down, b"body");
    assert_eq!(out.unwrap(), b"!!body..");
    let expected = [
        "wrapper: Born !!body..",
        "wrapper: wrapped 0..2 of !!body..",
        "wrapper: wrapped 6..8 of !!body..",
        "wrapper: passed Down !!body..",
    ];
    assert_eq!(diary, expected);
}

#[test]
fn decapsulation_shows_what_was_taken_off() {
    let (out, diary, _) = run(Direction::Up, b"!!body..");
    assert_eq!(out.unwrap(), b"body");
    let expected = [
        "wrapper: Born body",
        "wrapper: stripped !! front=true",
        "wrapper: stripped .. front=false",
        "wrapper: passed Up body",
    ];
    assert_eq!(diary, expected);
}

/// A PDU that passes through many layers has more done to it than it can remember at a time.
#[test]
fn no_change_is_lost_however_many_layers_a_pdu_passes() {
    const LAYERS: usize = 40;
    let room = Room {
        head: 2 * LAYERS,
        tail: 2 * LAYERS,
    };
    let (mut world, diary) = observed();
    let mut pdu = world.pool.allocate(room, 4).unwrap();
    pdu.octets_mut().copy_from_slice(b"body");
    pdu.arrive();
    for direction in [Direction::Down, Direction::Up] {
        for _ in 0..LAYERS {
            let (mut inner, item) = (Outbox::default(), Item::Pdu(direction, pdu));
            carry(&mut world, &mut inner, item);
            let Some(Item::Pdu(_, next)) = inner.pop() else {
                panic!("the layer hands out one PDU");
            };
            pdu = next;
        }
    }
    assert_eq!(pdu.octets(), b"body");
    let count = |what| diary.borrow().0.iter().filter(|l| l.contains(what)).count();
    assert_eq!((count(": wrapped"), count(": stripped")), (80, 80));
}

#[test]
fn a_refusal_is_counted_and_shows_what_was_refused() {
    let (out, diary, world) = run(Direction::Down, b"refuse");
    assert_eq!(out, None);
    assert_eq!(diary, ["wrapper: discarded refuse: it asked for it"]);
    assert_eq!(
        world.discards.iter().collect::<Vec<_>>(),
        [("wrapper", "no-way", 1)]
    );
    assert_eq!(world.pool.in_use(), 0, "its slot has gone back to the pool");
}

/// Once, and not as consumed too: by the layer itself, and because nobody empties its outbox.
#[test]
fn a_discard_is_counted_and_shown_once() {
    let (_, diary, world) = run(Direction::Down, b"discard");
    let expected = [
        "wrapper: Born discard",
        "wrapper: discarded discard: it asked for it",
    ];
    assert_eq!(diary, expected);
    assert_eq!(world.discards.total(), 1);
    let (out, diary, world) = run_into(Outbox::new(0), Direction::Up, b"!!body..");
    assert_eq!((out, world.discards.total()), (None, 1));
    assert_eq!(
        diary.last().unwrap(),
        "wrapper: discarded body: outbox is full at 0"
    );
    assert!(
        !diary.iter().any(|line| line.contains("passed")),
        "{diary:?}"
    );
}

#[test]
fn a_new_pdu_that_cannot_be_had_says_why() {
    let (mut world, mut outbox) = (World::new(1, 2), Outbox::default());
    let mut cx = Context::new(&mut world, &mut outbox);
    let old = cx.allocate(1).unwrap();
    let mut why = |body| cx.allocate_from(&old, body).unwrap_err().to_string();
    let most = layercake_base::Pool::LARGEST;
    assert_eq!(
        why(most + 1),
        format!("PDU is {} octets, at most {most} fit", most + 1)
    );
    let _second = world.pool.allocate(Room::default(), 1).unwrap();
    let mut cx = Context::new(&mut world, &mut outbox);
    let reason = cx.allocate_from(&old, 1).unwrap_err();
    assert_eq!(reason.to_string(), "pool is full at 2");
}

#[test]
fn a_check_that_fails_names_field_found_and_computed() {
    let (_, diary, _) = run(Direction::Up, b"??body..");
    assert_eq!(
        diary,
        ["wrapper: discarded body..: mark is 0x3f, computed 0x21"]
    );
}

#[test]
fn what_is_kept_or_reaches_its_goal_is_told_too() {
    let (_, diary, _) = run(Direction::Down, b"keep");
    assert_eq!(diary, ["wrapper: Kept "]);
    let (_, diary, _) = run(Direction::Down, b"swallow");
    assert_eq!(diary, ["wrapper: Consumed swallow"]);
}

/// The end of a PDU is told once, even where its slot is another's before the layer returns.
#[test]
fn what_goes_on_in_another_is_consumed_once() {
    let (out, diary, _) = run(Direction::Down, b"replace");
    assert_eq!(out.unwrap(), [0]);
    let ends = |line: &&String| line.contains("Consumed") || line.contains("Kept");
    let ends: Vec<_> = diary.iter().filter(ends).collect();
    assert_eq!(ends, ["wrapper: Consumed replace"]);
}
