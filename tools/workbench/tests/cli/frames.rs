//! `layercake frame`, `corrupt` and `deframe`, alone and as a pipe.

use proptest::prelude::*;

use crate::bench::layercake;

const KINDS: [&str; 5] = ["hdlc", "octet-stuffing", "slip", "cobs", "length-count"];

fn sample(octets: u32) -> Vec<u8> {
    (0..octets)
        .map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()[2])
        .collect()
}

#[test]
fn what_is_framed_is_found_again() {
    let data = sample(20_000);
    for kind in KINDS {
        for more in [
            "",
            "--check none",
            "--check crc-16/ibm-sdlc",
            "--correct reed-solomon",
        ] {
            let options = format!("--{kind} {more}");
            let line = layercake(&format!("frame --size 100 {options}"), &data);
            assert!(
                line.told.contains("200 frames, 20,000 octets"),
                "{}",
                line.told
            );
            let back = layercake(&format!("deframe {options}"), &line.out);
            assert_eq!(
                (back.code, back.out == data),
                (0, true),
                "{options}: {}",
                back.told
            );
        }
    }
}

/// The pipe of the manual page: some frames are lost, all others are whole and in order.
#[test]
fn damage_is_found_and_the_rest_survives() {
    let data = sample(50_000);
    for kind in KINDS {
        let line = layercake(&format!("frame --{kind}"), &data);
        let hurt = layercake("corrupt --flip 1e-4 --seed 7", &line.out);
        assert!(hurt.told.contains("99 of 100 runs"), "{}", hurt.told);
        let back = layercake(&format!("deframe --{kind}"), &hurt.out);
        assert_eq!(back.code, 1);
        assert!(
            back.told.contains("Frame Check Sequence is"),
            "{}",
            back.told
        );
        let mut frames = data.chunks(256);
        for found in back.out.chunks(256) {
            assert!(
                frames.any(|frame| frame == found),
                "{kind}: a frame that was not sent"
            );
        }
        assert!(back.out.len() > data.len() / 2, "{kind}: {}", back.told);
    }
}

#[test]
fn correction_mends_what_was_flipped() {
    let data = sample(20_000);
    let line = layercake("frame --length-count --correct reed-solomon", &data);
    // A bit in each frame, behind the count: 79 blocks of 4 + 256 + 4 + 64 octets.
    let at: Vec<String> = (0..60).map(|n| (n * 328 * 8 + 1_000).to_string()).collect();
    let hurt = layercake(&format!("corrupt --at {}", at.join(",")), &line.out);
    assert_ne!(hurt.out, line.out);
    let back = layercake("deframe --length-count --correct reed-solomon", &hurt.out);
    assert_eq!((back.code, back.out == data), (0, true), "{}", back.told);
}

#[test]
fn lines_become_frames() {
    let line = layercake("frame --lines --slip --check none", b"one\ntwo\nrest");
    assert_eq!(line.out, b"\xc0one\n\xc0\xc0two\n\xc0\xc0rest\xc0");
}

#[test]
fn nothing_is_no_frame() {
    for kind in KINDS {
        assert_eq!(layercake(&format!("frame --{kind}"), b"").out, b"");
        assert_eq!(layercake(&format!("deframe --{kind}"), b"").code, 0);
    }
}

#[test]
fn damage_must_be_chosen_and_possible() {
    for bad in [
        "",
        "--flip 2",
        "--burst 3",
        "--at -1",
        "--flip 0.1 --drop 0.1",
    ] {
        assert_eq!(layercake(&format!("corrupt {bad}"), b"").code, 2, "{bad}");
    }
    assert_eq!(layercake("corrupt --at 3", b"\x00").out, b"\x08");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    /// Whatever the line holds: an exit code of 0 or 1, and no more octets out than in.
    #[test]
    fn random_octets_are_refused_in_peace(line in proptest::collection::vec(any::<u8>(), 0..4_000)) {
        for kind in KINDS {
            let ran = layercake(&format!("deframe --{kind}"), &line);
            prop_assert!(ran.code == 0 || ran.code == 1, "{}", ran.told);
            prop_assert!(ran.out.len() <= line.len());
            prop_assert!(ran.told.lines().count() <= 11);
        }
    }
}
