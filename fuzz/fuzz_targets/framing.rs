//! Any octets as a line that carries frames, and as a frame that goes onto one. The first octet
//! chooses the framing, its limit, and the size of the pieces in which the line comes.
#![no_main]

use layercake_base::{Context, Layer, Outbox, Room, World};
use layercake_datalink::framing::{Framed, Framing};
use layercake_datalink::octet_stuffing::{self, Accm};
use layercake_datalink::{cobs, hdlc, length_count, slip};

libfuzzer_sys::fuzz_target!(|octets: &[u8]| {
    let Some((&choice, line)) = octets.split_first() else {
        return;
    };
    let limit = if choice & 8 == 0 { 32 } else { 4096 };
    let mut codec = codec(choice & 7, limit);
    let whole = found(&mut *codec, line.chunks(line.len().max(1)));
    let pieces = found(&mut *codec, line.chunks(1 + usize::from(choice >> 4)));
    assert_eq!(pieces, whole, "{} depends on the pieces", codec.name());
    for frame in whole.iter().flatten() {
        assert!(frame.len() <= limit);
        comes_back(&mut *codec, frame);
    }
    if line.len() <= limit {
        comes_back(&mut *codec, line);
    }
    layer(codec, line);
});

fn codec(choice: u8, limit: usize) -> Box<dyn Framing> {
    match choice {
        0 | 1 => Box::new(hdlc::Codec::new(limit)),
        2 => Box::new(octet_stuffing::Codec::new(Accm::NONE, limit)),
        3 => Box::new(octet_stuffing::Codec::new(Accm::ALL, limit)),
        4 => Box::new(octet_stuffing::Codec::new(Accm(0x000a_0000), limit)),
        5 => Box::new(slip::Codec::new(limit)),
        6 => Box::new(cobs::Codec::new(limit)),
        _ => Box::new(length_count::Codec::new(limit)),
    }
}

/// The frames in a line and the reasons why there are no more.
fn found<'a>(
    codec: &mut dyn Framing,
    pieces: impl Iterator<Item = &'a [u8]>,
) -> Vec<Result<Vec<u8>, String>> {
    let mut all = Vec::new();
    let mut sink = |found: Result<&[u8], _>| {
        all.push(
            found
                .map(<[u8]>::to_vec)
                .map_err(|reason| format!("{reason}")),
        );
    };
    for piece in pieces {
        codec.decode(piece, &mut sink);
    }
    codec.end(&mut sink);
    all
}

/// A frame that can be sent comes back, behind another and in front of one, in no more octets
/// than the law allows.
fn comes_back(codec: &mut dyn Framing, frame: &[u8]) {
    let (mut line, frame) = (Vec::new(), frame.to_vec());
    if codec.encode(&frame, &mut line).is_err() {
        assert!(frame.is_empty());
        return;
    }
    assert!(line.len() <= codec.longest(frame.len()));
    codec.encode(b"between", &mut line).expect("it is short");
    codec.encode(&frame, &mut line).expect("as the first time");
    let sent = [Ok(frame.clone()), Ok(b"between".to_vec()), Ok(frame)];
    assert_eq!(found(codec, line.chunks(7)), sent, "{}", codec.name());
}

/// As a layer: two transmissions, and no PDU is left over.
fn layer(codec: Box<dyn Framing>, line: &[u8]) {
    let (mut world, mut layer) = (World::new(1, 128), Framed::new(codec));
    for transmission in [line, line] {
        let mut outbox = Outbox::default();
        let room = Room::default();
        let mut pdu = world.pool.allocate(room, line.len()).expect("one is free");
        pdu.octets_mut().copy_from_slice(transmission);
        let _ = layer.receive(pdu, &mut Context::new(&mut world, &mut outbox));
        drop(outbox);
        assert_eq!(world.pool.in_use(), 0);
    }
}
