//! What holds for every framing.

use super::*;
use crate::rig::Rig;
use layercake_base::{Ici, Layer, Rng};
use proptest::collection::vec;
use proptest::prelude::*;

/// What a codec finds in these pieces of one transmission: frames, and the text of reasons.
pub(crate) fn found(
    codec: &mut dyn Framing,
    pieces: &[&[u8]],
) -> Vec<Result<Vec<u8>, String>> {
    let mut all = Vec::new();
    let mut sink = |found: Found<'_>| {
        all.push(found.map(<[u8]>::to_vec).map_err(|r| r.to_string()));
    };
    for piece in pieces {
        codec.decode(piece, &mut sink);
    }
    codec.end(&mut sink);
    all
}

fn each() -> [Box<dyn Framing>; 6] {
    let all = octet_stuffing::Codec::new(octet_stuffing::Accm::ALL, LIMIT);
    let [a, b, c, d, e] = NAMES.map(|name| named(name).unwrap());
    [a, b, c, d, e, Box::new(all)]
}

fn small() -> [Box<dyn Framing>; 5] {
    [
        Box::new(hdlc::Codec::new(40)),
        Box::new(octet_stuffing::Codec::new(octet_stuffing::Accm::ALL, 40)),
        Box::new(slip::Codec::new(40)),
        Box::new(cobs::Codec::new(40)),
        Box::new(length_count::Codec::new(40)),
    ]
}

/// Octets that mean something to one framing or another.
fn octet() -> impl Strategy<Value = u8> {
    let special = &[
        0, 1, 2, 3, 0x1f, 0x3f, 0x5e, 0x7d, 0x7e, 0xc0, 0xdb, 0xdc, 0xff,
    ];
    prop_oneof![any::<u8>(), proptest::sample::select(special)]
}

fn line_of(codec: &dyn Framing, frames: &[Vec<u8>]) -> Vec<u8> {
    let mut line = Vec::new();
    for frame in frames {
        codec.encode(frame, &mut line).unwrap();
    }
    line
}

#[test]
fn the_names_are_those_of_the_codecs_and_of_their_layers() {
    for name in NAMES {
        let codec = named(name).unwrap();
        assert_eq!(codec.name(), name);
        assert_eq!(Framed::new(codec).spec().name, name);
    }
    assert!(named("none").is_none());
}

proptest! {
    #[test]
    fn frames_come_back_whole_and_in_order(frames in vec(vec(octet(), 1..300), 1..5)) {
        for mut codec in each() {
            let line = line_of(&*codec, &frames);
            let sent: Vec<_> = frames.iter().cloned().map(Ok).collect();
            prop_assert_eq!(found(&mut *codec, &[&line]), sent, "{}", codec.name());
        }
    }

    #[test]
    fn the_pieces_make_no_difference(line in vec(octet(), 0..300), cuts in vec(1..40_usize, 1..30)) {
        for mut codec in small() {
            let whole = found(&mut *codec, &[&line]);
            let (mut pieces, mut rest) = (Vec::new(), &line[..]);
            for &cut in cuts.iter().cycle() {
                let (piece, behind) = rest.split_at(cut.min(rest.len()));
                pieces.push(piece);
                rest = behind;
                if rest.is_empty() {
                    break;
                }
            }
            prop_assert_eq!(found(&mut *codec, &pieces), whole, "{}", codec.name());
        }
    }

    #[test]
    fn the_pieces_of_a_sound_line_make_no_difference_either(
        frames in vec(vec(octet(), 1..30), 1..9), size in 1..70_usize
    ) {
        for mut codec in small() {
            let line = line_of(&*codec, &frames);
            let pieces: Vec<_> = line.chunks(size).collect();
            let sent: Vec<_> = frames.iter().cloned().map(Ok).collect();
            prop_assert_eq!(found(&mut *codec, &pieces), sent, "{}", codec.name());
        }
    }

    /// Whatever came before, the third sound frame comes through; the first ones may be taken
    /// for the end of what came before, or swallowed by a false count of at most the limit.
    #[test]
    fn every_decoder_finds_back(noise in vec(octet(), 0..200), frame in vec(octet(), 1..30)) {
        for mut codec in small() {
            let sound = vec![frame.clone(); 2 + 2 * 40];
            let line = [noise.clone(), line_of(&*codec, &sound)].concat();
            let last = found(&mut *codec, &[&line]).pop();
            prop_assert_eq!(last, Some(Ok(frame.clone())), "{}", codec.name());
        }
    }

    #[test]
    fn what_is_sent_is_never_longer_than_the_law_says(frame in vec(octet(), 1..600)) {
        for codec in each() {
            let line = line_of(&*codec, core::slice::from_ref(&frame));
            prop_assert!(line.len() <= codec.longest(frame.len()), "{}", codec.name());
        }
    }
}

/// A frame of whatever octets costs most goes exactly as far as the bound.
#[test]
fn the_worst_frame_reaches_the_bound() {
    for (codec, octet) in each().into_iter().zip([0xff, 0x7e, 0xc0, 0xff, 0, 0x00]) {
        for octets in 1..=600 {
            let line = line_of(&*codec, &[vec![octet; octets]]);
            let bound = codec.longest(octets);
            assert_eq!(line.len(), bound, "{} {octets}", codec.name());
        }
    }
}

/// 900 000 octets of a fixed seed, in frames of 1500. What is added are octets (bits for HDLC)
/// that come no less evenly than chance would have it, so their number has a sigma of at most its
/// square root. Five sigma are missed by once in a million seeds.
#[test]
fn random_octets_grow_as_the_law_says() {
    let mut rng = Rng::seeded(3);
    for codec in each() {
        let (mut frame, mut line) = (vec![0; 1500], Vec::new());
        for _ in 0..600 {
            rng.fill(&mut frame);
            codec.encode(&frame, &mut line).unwrap();
        }
        let octets = f64::from(u32::try_from(line.len()).unwrap());
        let law = 600.0 * codec.expected(1500);
        let unit = if codec.name() == "hdlc" { 8.0 } else { 1.0 };
        let added = (law - 900_000.0) * unit;
        let off = (octets - law).abs() * unit;
        assert!(
            off < 5.0 * added.sqrt(),
            "{}: {octets}, {law}",
            codec.name()
        );
    }
}

#[test]
fn a_frame_over_the_limit_is_refused_whole_both_ways() {
    for (mut codec, name) in small().into_iter().zip(NAMES) {
        let exact = vec![b'x'; 40];
        let line = line_of(&*codec, core::slice::from_ref(&exact));
        assert_eq!(found(&mut *codec, &[&line]), [Ok(exact)], "{name}");
        let mut line = Vec::new();
        let reason = codec.encode(&[b'x'; 41], &mut line).unwrap_err();
        assert_eq!((reason.kind(), line.len()), ("too-long", 0), "{name}");
        let sent = line_of(&*named(name).unwrap(), &[vec![b'x'; 41], b"next".to_vec()]);
        let found = found(&mut *codec, &[&sent]);
        let too_long = "frame is 41 octets, at most 40 fit".to_owned();
        assert_eq!(found, [Err(too_long), Ok(b"next".to_vec())], "{name}");
    }
}

/// A MiB without an end of frame: one reason, and the frame's memory stays below twice the limit.
#[test]
fn endless_stuffing_takes_no_memory() {
    for (name, endless) in NAMES.into_iter().zip([
        &[0x7e, 0x55, 0x55][..],
        &[0x7e, 0x7d, 0x5e],
        &[0xdb, 0xdc],
        &[0x02, 0x55],
        &[0x55],
    ]) {
        let mut codec = small()
            .into_iter()
            .find(|codec| codec.name() == name)
            .unwrap();
        let (start, rest) = endless.split_first().unwrap();
        codec.decode(&[*start], &mut |found| panic!("{found:?}"));
        let more = if rest.is_empty() { endless } else { rest }.repeat(1 << 10);
        let mut reasons = 0;
        for _ in 0..1 << 10 {
            codec.decode(&more, &mut |found| {
                assert!(found.is_err(), "{name}");
                reasons += 1;
            });
        }
        assert_eq!(reasons, 1, "{name}");
    }
}

#[test]
fn several_frames_in_one_transmission_each_go_up() {
    for name in NAMES {
        let codec = named(name).unwrap();
        let line = line_of(&*codec, &[b"one".to_vec(), b"two".to_vec()]);
        let mut rig = Rig::new(Framed::new(codec));
        rig.receive(&line, Ici::NONE).unwrap();
        assert_eq!(rig.received().octets(), b"one", "{name}");
        assert_eq!(rig.received().octets(), b"two", "{name}");
        assert!(rig.pop().is_none());
    }
}

#[test]
fn a_frame_goes_on_after_a_pause_where_the_line_may_pause() {
    for name in NAMES {
        for pause in [Pause::Continues, Pause::Ends] {
            let codec = named(name).unwrap();
            let line = line_of(&*codec, &[b"frame".to_vec()]);
            let (one, two) = line.split_at(line.len() / 2);
            let mut rig = Rig::new(Framed::new(codec).with_pause(pause));
            let first = rig.receive(one, Ici::NONE);
            // SLIP cannot tell the rest of a frame from a whole one.
            let _ = rig.receive(two, Ici::NONE);
            let came = rig.pop().is_some_and(|(_, pdu)| pdu.octets() == b"frame");
            let through = pause == Pause::Continues;
            assert_eq!((first.is_ok(), came), (through, through), "{name}");
        }
    }
}

#[test]
fn every_refusal_in_a_transmission_is_counted() {
    let mut rig = Rig::new(crate::Slip::default());
    let line = [
        0xc0, 0xdb, 0x01, 0xc0, b'x', 0xc0, 0xdb, 0x02, 0xc0, 0xdb, 3, 0xc0,
    ];
    assert_eq!(rig.receive(&line, Ici::NONE).unwrap_err().kind(), "illegal");
    assert_eq!(
        rig.world.discards.total(),
        2,
        "the third is the one returned"
    );
    assert_eq!(rig.received().octets(), b"x");
}

#[test]
fn a_frame_that_the_framing_cannot_show_is_not_sent() {
    for (name, needs) in NAMES.into_iter().zip([1, 1, 1, 0, 0]) {
        let mut rig = Rig::new(Framed::new(named(name).unwrap()));
        let sent = rig.send(b"", Ici::NONE);
        assert_eq!(sent.is_err(), needs == 1, "{name}");
        let most = if name == "length-count" {
            0xffff
        } else {
            LIMIT
        };
        let reason = rig.send(&vec![1; most + 1], Ici::NONE).unwrap_err();
        assert_eq!(reason.kind(), "too-long");
    }
}
