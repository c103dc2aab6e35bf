use super::*;
use crate::Alphabet::Binary;
use crate::BitOrder::LsbFirst;
use layercake_base::{Direction, Item, Outbox, Room, World};
use proptest::prelude::*;

/// Bits in order of time.
fn bits(octets: &[u8]) -> Vec<u8> {
    let in_time: Vec<u8> = octets
        .iter()
        .map(|octet| LsbFirst.in_time(*octet))
        .collect();
    Binary.unpack(&in_time).collect()
}

/// Octets whose bits go least significant first; the last is filled with zeros.
fn octets(bits: &[u8]) -> Vec<u8> {
    let in_time = Binary.pack(bits.iter().copied());
    in_time
        .iter()
        .map(|octet| LsbFirst.in_time(*octet))
        .collect()
}

fn cross(way: Direction, octets: &[u8]) -> Result<Vec<u8>, Reason> {
    let (mut world, mut outbox) = (World::new(1, 2), Outbox::default());
    let room = Room { head: 8, tail: 0 };
    let mut pdu = world.pool.allocate(room, octets.len()).unwrap();
    pdu.octets_mut().copy_from_slice(octets);
    let mut cx = Context::new(&mut world, &mut outbox);
    match way {
        Direction::Down => Preamble::new().send(pdu, &mut cx)?,
        Direction::Up => Preamble::new().receive(pdu, &mut cx)?,
    }
    match outbox.pop() {
        Some(Item::Pdu(to, pdu)) if to == way => Ok(pdu.octets().to_vec()),
        other => panic!("{other:?}"),
    }
}

/// IEEE 802.3-2018 §3.2.1 and §3.2.2 write both as bits in order of time.
#[test]
fn the_preamble_alternates_and_the_delimiter_ends_in_two_ones() {
    let sent = cross(Direction::Down, b"").unwrap();
    let text: String = bits(&sent).iter().map(u8::to_string).collect();
    assert_eq!(text, "10101010".repeat(7) + "10101011");
}

#[test]
fn without_a_delimiter_there_is_a_reason() {
    let reason = cross(Direction::Up, &[0x55; 20]).unwrap_err();
    assert_eq!(reason.to_string(), "no start frame delimiter in 20 octets");
}

#[test]
fn each_preamble_bit_may_be_wrong_by_itself() {
    for wrong in 0..56 {
        let mut sent = cross(Direction::Down, b"frame").unwrap();
        sent[wrong / 8] ^= 1 << (wrong % 8);
        assert_eq!(cross(Direction::Up, &sent).unwrap(), b"frame", "{wrong}");
    }
}

/// Of 24 bits heard before the delimiter three may be wrong. Here ones are, so that no wrong bit
/// makes a delimiter.
#[test]
fn an_eighth_of_what_is_heard_may_be_wrong() {
    for (wrong, found) in [(3, true), (4, false)] {
        let mut heard = [0x55, 0x55, 0x55, 0xd5, 0, 0, 0];
        for place in 0..wrong {
            heard[place / 2] ^= 1 << (place % 2 * 4);
        }
        assert_eq!(frame_start(&heard), found.then_some(32), "{wrong}");
    }
}

/// A wrong bit may also make a delimiter of what stands before it: then the frame begins too
/// early, which its check sequence has to find.
#[test]
fn behind_a_wrong_delimiter_there_is_no_frame() {
    let early = (56..64).filter(|wrong| {
        let mut sent = cross(Direction::Down, &[0; 50]).unwrap();
        sent[wrong / 8] ^= 1 << (wrong % 8);
        let found = cross(Direction::Up, &sent);
        assert_ne!(found, Ok(vec![0; 50]), "{wrong}");
        found.is_ok()
    });
    assert_eq!(early.count(), 3); // one for each of its zeros
}

proptest! {
    /// Up to six octets of the preamble are lost. The frame is for one station, so that its
    /// first bit is 0; one that begins like a preamble might be taken for the rest of it.
    #[test]
    fn the_beginning_may_be_lost(mut frame in proptest::collection::vec(any::<u8>(), 1..80), lost in 0..=48_usize) {
        frame[0] &= 0xfe;
        let sent = cross(Direction::Down, &frame).unwrap();
        let heard = octets(&bits(&sent)[lost..]);
        prop_assert_eq!(cross(Direction::Up, &heard), Ok(frame));
    }

    /// Noise comes first, but none that looks like preamble and delimiter by itself.
    #[test]
    fn the_frame_is_found_at_any_offset(frame in proptest::collection::vec(any::<u8>(), 0..80), noise in proptest::collection::vec(0..2_u8, 0..100)) {
        let sent = bits(&cross(Direction::Down, &frame).unwrap());
        prop_assume!(frame_start(&octets(&[&noise[..], &sent[..56]].concat())).is_none());
        let heard = octets(&[noise, sent].concat());
        let found = cross(Direction::Up, &heard).unwrap();
        prop_assert_eq!(&found[..frame.len()], frame);
    }

    #[test]
    fn any_octets_are_stripped_or_refused(octets in proptest::collection::vec(any::<u8>(), 0..80)) {
        if let Ok(frame) = cross(Direction::Up, &octets) {
            prop_assert!(frame.len() + 2 <= octets.len());
        }
    }
}
