//! A captured packet that is any octets at all, of any link type: every rendering of it.
//!
//! The first two octets are the link type, big-endian; the packet follows.
#![no_main]

use layercake_dissect::{
    LinkType, Style, Summarizer, dissect, dissect_cut, explained, hex, json, tree,
};

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let Some((link_type, packet)) = input.split_first_chunk::<2>() else {
        return;
    };
    let link_type = LinkType(u16::from_be_bytes(*link_type));
    // Every other packet was longer on the wire.
    let dissection = match packet.len() % 2 {
        0 => dissect(link_type, packet),
        _ => dissect_cut(link_type, packet, packet.len() + 100),
    };
    for layer in &dissection.layers {
        assert!(layer.header.end <= packet.len());
        assert!(
            layer
                .parts
                .iter()
                .all(|part| part.range.start <= part.range.end)
        );
    }
    for text in [
        Summarizer::default().line(&dissection),
        tree(&dissection, Style::COLOR),
        hex(&dissection, Style::COLOR),
        explained(&dissection, Style::COLOR),
    ] {
        assert!(text.chars().all(harmless), "{text:?}");
    }
    let frame = json::Frame::of(&dissection);
    assert!(serde_json::to_string(&frame).is_ok());
});

/// Nothing that a terminal acts on, but line ends and the escape of our own colours.
fn harmless(c: char) -> bool {
    !c.is_control() || c == '\n' || c == '\x1b'
}
