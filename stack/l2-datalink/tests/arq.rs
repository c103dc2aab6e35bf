//! Two ARQ layers over a line that does its worst: what they promise holds under every schedule
//! of loss, duplication and delay, for any scheme, window and width of numbers.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a panic is a failed test"
)]

mod line;

use core::time::Duration;

use layercake_base::{Direction, Layer, Notice};
use layercake_datalink::Arq;
use layercake_datalink::arq::{
    Config, Header, OCTETS, SCHEMES, Scheme, State, Timer, Type,
};
use line::{Line, Way};
use proptest::prelude::*;

const MS: fn(u64) -> Duration = Duration::from_millis;
const UP: Notice = Notice::LinkUp { port: 0 };
const DOWN: Notice = Notice::LinkDown { port: 0 };
/// Octets of an SDU, and of its frame.
const SDU: usize = 8;
const FRAME: u32 = 14;

/// Any setting that [`Arq::new`] takes, with numbers of `bits` and a window of at most `most`.
fn settings(
    bits: core::ops::RangeInclusive<u8>,
    most: u16,
) -> impl Strategy<Value = Config> {
    let timer = prop_oneof![
        (5..60_u64).prop_map(|ms| Timer::Fixed(MS(ms))),
        Just(Timer::Adaptive {
            initial: MS(50),
            least: MS(2),
            most: MS(400)
        }),
    ];
    let scheme = (0..SCHEMES.len()).prop_map(|n| Scheme::named(SCHEMES[n]).unwrap());
    let parts = (
        scheme,
        bits,
        any::<u16>(),
        timer,
        any::<bool>(),
        0..5_u64,
        0..9_usize,
    );
    parts.prop_map(
        move |(scheme, bits, window, timer, reject, delay, queue)| Config {
            scheme,
            window: 1 + window % scheme.largest_window(bits).min(most),
            sequence_bits: bits,
            timer,
            reject,
            ack_delay: MS(delay),
            queue,
            retries: u32::MAX,
        },
    )
}

/// A way that keeps frames in order, one octet each 10 µs.
fn way() -> impl Strategy<Value = Way> {
    (0..15_u64, 0.0..0.6, 0.0..0.3).prop_map(|(delay, loss, duplication)| Way {
        octet: Duration::from_micros(10),
        delay: MS(delay),
        loss,
        duplication,
        late: None,
    })
}

/// Both ends send `sdus`; all arrive, once each and in order, and the link came up once.
fn all_arrive(config: Config, ways: [Way; 2], sdus: u16, seed: u64) -> Line {
    let mut line = Line::new(config, ways, SDU, seed);
    let all = usize::from(sdus);
    for end in [0, 1] {
        line.offer(end, sdus.into());
    }
    assert!(
        line.run([all, all], Duration::from_secs(36_000)),
        "no progress"
    );
    line.pass(Duration::from_secs(3600));
    for end in &line.ends {
        assert!(end.got.iter().copied().eq(0..sdus.into()), "{:?}", end.got);
        assert_eq!(end.notices, [UP]);
        assert_eq!(end.arq.pending(), 0);
    }
    line
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    /// Any width from 1 bit on: a line that keeps frames in order is all that is assumed.
    #[test]
    fn everything_arrives_once_and_in_order(
        config in settings(1..=9, 100), there in way(), back in way(), seed: u64
    ) {
        all_arrive(config, [there, back], 60, seed);
    }

    /// Frames that are late by up to 100 frame times: the line forgets a frame within the time
    /// that 2^m − Ws others take, so that its number is not in use again.
    #[test]
    fn everything_arrives_though_frames_overtake_each_other(
        config in settings(8..=16, 40),
        there in way(),
        back in way(),
        chance in 0.0..0.5,
        frames in 1..100_u32,
        seed: u64,
    ) {
        let mut ways = [there, back];
        for way in &mut ways {
            way.late = Some((chance, way.octet * FRAME * frames));
        }
        all_arrive(config, ways, 300, seed);
    }

    /// The line fails altogether for a while, often. What arrives is in order and nothing comes
    /// twice; nothing is lost unless the layer above was told that the link went down; and when
    /// the line is back, so is the link.
    #[test]
    fn an_outage_loses_nothing_in_silence_and_repeats_nothing(
        config in settings(1..=9, 100),
        outages in prop::collection::vec((1..200_u64, 1..2000_u64), 1..6),
        retries in 0..5_u32,
        seed: u64,
    ) {
        // A fixed time that is shorter than the round trip would give every frame up.
        let timer = match config.timer {
            Timer::Fixed(time) => Timer::Fixed(time + MS(20)),
            adaptive => adaptive,
        };
        let config = Config { retries, timer, ..config };
        let good = Way { octet: Duration::from_micros(10), delay: MS(3), ..Way::default() };
        let dead = Way { loss: 1.0, ..good };
        let mut line = Line::new(config, [good; 2], SDU, seed);
        for (up, down) in outages {
            line.offer(0, 40);
            line.offer(1, 40);
            line.pass(MS(up));
            line.ways = [dead; 2];
            line.pass(MS(down));
            line.ways = [good; 2];
        }
        line.pass(Duration::from_secs(60));
        // The first may find that the other end has given up the link, and so be in doubt.
        for end in [0, 1, 0, 1] {
            line.offer(end, 1);
            line.pass(Duration::from_secs(60));
        }
        for end in 0..2 {
            let (from, to) = (&line.ends[end], &line.ends[1 - end]);
            prop_assert!(to.got.is_sorted_by(|a, b| a < b), "{:?}", to.got);
            let sent = usize::try_from(from.to_send.end).unwrap();
            let whole = to.got.len() == sent;
            prop_assert!(whole || from.notices.contains(&DOWN), "lost in silence");
            prop_assert_eq!(to.got.last().copied(), Some(from.to_send.end - 1));
            prop_assert_eq!(from.arq.state(), State::Up);
            prop_assert_eq!(from.notices.last(), Some(&UP));
        }
    }

    /// Any octets, and headers that are almost right, in the middle of a transfer: none of them
    /// makes a panic, none makes the layer hold more than window and queue, and each that is
    /// refused is counted.
    #[test]
    fn hostile_frames_are_refused_and_memory_is_bounded(
        config in settings(1..=9, 100),
        frames in prop::collection::vec(hostile(), 1..200),
        seed: u64,
    ) {
        let mut line = Line::new(config, [Way { delay: MS(1), ..Way::default() }; 2], SDU, seed);
        line.offer(0, 20);
        line.offer(1, 20);
        line.pass(MS(10));
        let most = 2 * (2 * usize::from(config.window) + config.queue);
        for (end, octets, epoch) in frames {
            let mut octets = octets;
            if let (Some(epoch), Some(header)) = (epoch, octets.get_mut(1)) {
                // The first epoch is drawn; the layers' own frames tell it.
                *header = line.last_epoch.wrapping_add(epoch);
            }
            line.inject(usize::from(end), &octets);
            line.pass(Duration::from_micros(500));
            prop_assert!(line.world.pool.in_use() <= most);
        }
    }
}

/// A frame for one of the ends: random octets, or a header with random values and a body; its
/// epoch is random, or that of the link and a little more.
fn hostile() -> impl Strategy<Value = (bool, Vec<u8>, Option<u8>)> {
    let random = prop::collection::vec(any::<u8>(), 0..20);
    let kinds = [
        Type::I,
        Type::Rr,
        Type::Rej,
        Type::Srej,
        Type::Sabm,
        Type::Ua,
        Type::Disc,
        Type::Dm,
    ];
    let header = (0..8_usize, 0..600_u16, 0..8_u8, 0..600_u16, any::<bool>());
    let framed = header.prop_map(move |(kind, sent, attempt, expected, names)| {
        let kind = kinds[kind];
        let names = match kind {
            Type::I | Type::Rej | Type::Srej => true,
            Type::Rr | Type::Sabm | Type::Ua => names,
            Type::Disc | Type::Dm => false,
        };
        let counts = matches!(kind, Type::I | Type::Rej) || kind == Type::Rr && names;
        let header = Header {
            kind,
            epoch: 0,
            sent: names.then_some(sent),
            attempt: if counts { attempt } else { 0 },
            expected,
        };
        let mut frame = header.encode().to_vec();
        if kind == Type::I {
            frame.extend([0xaa; SDU]);
        }
        frame
    });
    let octets = prop_oneof![random, framed];
    (any::<bool>(), octets, prop::option::of(0..3_u8))
}

/// A line on which nothing goes wrong.
fn quiet(config: Config) -> Line {
    let way = Way {
        octet: Duration::from_micros(10),
        delay: MS(3),
        ..Way::default()
    };
    Line::new(config, [way; 2], SDU, 1)
}

#[test]
fn a_full_queue_refuses_and_tells_when_there_is_room() {
    let config = Config {
        window: 2,
        queue: 3,
        ..Config::default()
    };
    let mut line = quiet(config);
    line.offer(0, 100);
    assert_eq!(line.ends[0].arq.pending(), 5);
    assert_eq!(line.ends[0].to_send.start, 5, "the sixth was refused");
    assert!(line.run([0, 100], Duration::from_secs(10)));
    let full = line.world.discards.iter().find(|(.., count)| *count > 0);
    assert_eq!(
        full.map(|(layer, kind, _)| (layer, kind)),
        Some(("arq", "full"))
    );
}

/// With data both ways no frame is spent on acknowledging.
#[test]
fn acknowledgements_ride_on_data_when_there_is_some() {
    let config = Config {
        ack_delay: MS(20),
        ..Config::default()
    };
    let mut line = quiet(config);
    line.offer(0, 200);
    line.offer(1, 200);
    assert!(line.run([200, 200], Duration::from_secs(10)));
    let [there, back] = line.frames;
    assert!(there + back < 200 + 200 + 12, "{there} and {back} frames");
    let mut one_way = quiet(config);
    one_way.offer(0, 200);
    assert!(one_way.run([0, 200], Duration::from_secs(10)));
    let answers = one_way.frames[1];
    assert!(answers < 200 / 4, "{answers} answers to 200 frames");
}

#[test]
fn the_adaptive_timer_finds_the_round_trip() {
    let mut line = quiet(Config {
        ack_delay: Duration::ZERO,
        ..Config::default()
    });
    assert_eq!(line.ends[0].arq.timeout(), MS(1000));
    for _ in 0..100 {
        line.offer(0, 1);
        line.pass(MS(100));
    }
    // 2 · 3 ms, 140 µs for the frame, 60 µs for the answer, and a granularity of 1 ms.
    let off = line.ends[0]
        .arq
        .timeout()
        .abs_diff(Duration::from_micros(7200));
    assert!(off < Duration::from_micros(10), "{off:?}");
}

#[test]
fn the_layer_above_opens_and_closes_the_link() {
    let mut line = quiet(Config::default());
    line.tell(0, Direction::Down, UP);
    line.pass(MS(100));
    for end in &line.ends {
        assert_eq!((end.arq.state(), &end.notices[..]), (State::Up, &[UP][..]));
    }
    line.tell(1, Direction::Down, DOWN);
    assert_eq!(line.ends[1].arq.state(), State::Closing);
    line.offer(1, 1);
    line.pass(MS(100));
    for end in &line.ends {
        assert_eq!(
            (end.arq.state(), &end.notices[1..]),
            (State::Closed, &[DOWN][..])
        );
    }
    line.pass(Duration::from_secs(10));
    let frames = line.frames;
    line.pass(Duration::from_secs(10));
    assert_eq!(line.frames, frames, "a closed link is silent");
}

#[test]
fn a_line_without_an_answer_is_declared_down_after_the_retries() {
    let config = Config {
        retries: 4,
        timer: Timer::Fixed(MS(50)),
        ..Config::default()
    };
    let mut line = quiet(config);
    line.ways[0].loss = 1.0;
    line.offer(0, 3);
    line.pass(MS(249));
    assert_eq!(
        (line.ends[0].arq.state(), line.frames[0]),
        (State::SettingUp, 5)
    );
    line.pass(MS(2));
    assert_eq!(line.ends[0].arq.state(), State::Closed);
    assert_eq!(line.ends[0].notices, [DOWN]);
    let discards: Vec<_> = line.world.discards.iter().collect();
    assert_eq!(discards, [("arq", "no-way", 3)], "with their reason");
    line.ways[0].loss = 0.0;
    line.offer(0, 1);
    line.pass(MS(100));
    assert_eq!(
        line.ends[0].notices,
        [DOWN, UP],
        "a later SDU is a new attempt"
    );
    assert_eq!(line.ends[1].got, [3]);
}

/// Whatever an old frame says, it does nothing; one of the present epoch would be taken.
#[test]
fn a_frame_of_the_epoch_before_is_refused() {
    for (back, taken) in [(1, 0), (0, 1)] {
        let mut line = quiet(Config::default());
        line.offer(0, 1);
        line.pass(MS(100));
        let header = Header {
            kind: Type::I,
            epoch: line.last_epoch.wrapping_sub(back),
            sent: Some(1),
            attempt: 1,
            expected: 0,
        };
        let frame = [&header.encode()[..], &[0; SDU]].concat();
        line.inject(1, &frame);
        assert_eq!(line.ends[1].got.len(), 1 + taken);
        let refused: Vec<_> = line.world.discards.iter().collect();
        assert_eq!(refused.is_empty(), back == 0, "{refused:?}");
    }
}

/// Nothing comes back for a while, so the link is reset; what had arrived is not sent again.
#[test]
fn a_reset_keeps_every_sdu_when_both_ends_remember() {
    let config = Config {
        retries: 2,
        timer: Timer::Fixed(MS(50)),
        ..Config::default()
    };
    let mut line = quiet(config);
    line.offer(0, 1);
    line.pass(MS(100));
    line.ways[1].loss = 1.0;
    line.offer(0, 10);
    line.pass(MS(160));
    assert_eq!(line.ends[0].arq.state(), State::SettingUp);
    assert_eq!(
        line.ends[1].got.len(),
        11,
        "all have arrived, but that is not known"
    );
    line.ways[1].loss = 0.0;
    line.offer(0, 5);
    line.pass(MS(500));
    assert!(line.ends[1].got.iter().copied().eq(0..16));
    assert_eq!(
        (line.ends[0].arq.state(), &line.ends[0].notices[..]),
        (State::Up, &[UP][..])
    );
}

/// The other end forgets everything: what it may have had is given up and that is told, and
/// frames of the old epoch do not count in the new one.
#[test]
fn an_end_that_lost_its_memory_gets_a_new_epoch() {
    for forgetful in [0, 1] {
        let mut line = quiet(Config::default());
        line.offer(0, 50);
        line.offer(1, 50);
        line.pass(MS(12));
        line.ends[forgetful].arq = Arq::new(Config::default()).unwrap();
        line.pass(Duration::from_secs(100));
        line.offer(0, 50);
        line.offer(1, 50);
        line.pass(Duration::from_secs(100));
        for end in [0, 1] {
            let (from, to) = (&line.ends[end], &line.ends[1 - end]);
            assert_eq!(from.arq.state(), State::Up);
            assert!(to.got.is_sorted_by(|a, b| a < b), "{:?}", to.got);
            assert!(to.got.ends_with(&(50..100).collect::<Vec<_>>()));
        }
        assert_eq!(line.ends[1 - forgetful].notices, [UP, DOWN, UP]);
    }
}

/// By chance it proposes the epoch that the link is in. To take that for the first proposal,
/// repeated, would let one end count from 0 and the other go on.
#[test]
fn an_end_that_lost_its_memory_and_proposes_the_same_epoch_gets_another() {
    let mut line = quiet(Config::default());
    line.offer(0, 50);
    line.offer(1, 50);
    line.pass(Duration::from_secs(1));
    let epoch = line.last_epoch;
    let proposal = Header {
        kind: Type::Sabm,
        epoch,
        sent: None,
        attempt: 0,
        expected: 0,
    };
    line.ends[0].arq = Arq::new(Config::default()).unwrap();
    line.inject(1, &proposal.encode());
    assert_eq!(line.ends[1].arq.state(), State::SettingUp);
    line.offer(0, 50);
    line.offer(1, 50);
    line.pass(Duration::from_secs(1));
    assert_eq!(line.last_epoch, epoch.wrapping_add(1));
    for end in line.ends {
        assert!(end.got.iter().copied().eq(0..100), "{:?}", end.got);
    }
}

/// Much more lies behind the first frame than one call hands up, so the end that has it answers
/// several times. The first answer arrives, no other one does for a while, and all that is out
/// has been told to have arrived.
#[test]
fn a_window_that_is_handed_up_in_parts_does_not_hang_on_a_lost_answer() {
    let config = Config {
        reject: false,
        timer: Timer::Fixed(MS(50)),
        ..Config::default()
    };
    let mut line = quiet(config);
    line.offer(0, 1);
    line.pass(MS(100));
    line.ways[0].loss = 1.0;
    line.offer(0, 1);
    line.ways[0].loss = 0.0;
    line.offer(0, 63);
    line.pass(MS(49));
    let answers = line.frames[1];
    while line.frames[1] == answers {
        line.step();
    }
    line.ways[1].loss = 1.0;
    line.pass(MS(20));
    assert_eq!(line.ends[1].got.len(), 65, "all have arrived");
    assert!(line.ends[0].arq.pending() > 0, "but that is not known");
    line.ways[1].loss = 0.0;
    line.pass(MS(200));
    assert_eq!(line.ends[0].arq.pending(), 0);
}

#[test]
fn an_sdu_that_fits_no_pdu_is_refused_and_an_empty_one_is_carried() {
    let mut arq = Arq::new(Config::default()).unwrap();
    assert_eq!(arq.spec().room.head, OCTETS);
    let mut world = layercake_base::World::new(1, 4);
    let mut outbox = layercake_base::Outbox::default();
    let room = arq.spec().room;
    let long = world
        .pool
        .allocate(room, layercake_datalink::arq::LARGEST_BODY + 1);
    let empty = world.pool.allocate(room, 0).unwrap();
    let mut cx = layercake_base::Context::new(&mut world, &mut outbox);
    let refused = arq.send(long.unwrap(), &mut cx).unwrap_err();
    assert_eq!(refused.kind(), "too-long");
    arq.send(empty, &mut cx).unwrap();
    assert_eq!(arq.pending(), 1);
}
