//! `layercake send`: one flipped symbol followed through.

use crate::bench::{layercake, layercake_with};

/// A Manchester cell with one flipped symbol is no cell: the receiver sees it at once.
#[test]
fn one_flipped_symbol_is_a_violation_and_the_frame_is_repeated() {
    let ran = layercake("send hello --flip 60 --explain", b"");
    let text = ran.text();
    assert_eq!(ran.code, 0, "{text}");
    for step in [
        "flip         FLIPS symbols",
        "manchester   DISCARDS it: Manchester violation in cell 30: 0b0",
        "arq          its timer has run out",
        "I, N(S) 0, try 2, N(R) 0",
        "no frame came of it",
        "frames repeated: 1, timers run out: 1",
        "delivered once and in order (SDUs: 1",
    ] {
        assert!(text.contains(step), "{step} is missing in {text}");
    }
}

/// Two flipped symbols in one cell are another bit, which only the frame check can see.
#[test]
fn a_flipped_bit_is_seen_by_the_frame_check() {
    for options in ["--flip 140,141", "--code nrz-l --flip 70"] {
        let ran = layercake(&format!("send hello {options}"), b"");
        let text = ran.text();
        assert_eq!(ran.code, 0, "{text}");
        assert!(
            text.contains("discarded by frame-check at b: Frame Check Sequence is"),
            "{text}"
        );
        assert!(text.contains("frame sent   "), "{text}");
        let marked: Vec<&str> = text.lines().filter(|line| line.contains('[')).collect();
        assert_eq!(marked.len(), 2, "{text}");
        assert!(text.ends_with("\"hello\"\n"), "{text}");
    }
}

#[test]
fn a_gap_is_asked_for() {
    let ran = layercake_with(
        &[
            "send",
            "one, two, three, four",
            "--size",
            "5",
            "--flip",
            "100",
            "--explain",
        ],
        b"",
    );
    let text = ran.text();
    assert_eq!(ran.code, 0, "{text}");
    assert!(text.contains("SREJ 0"), "{text}");
    assert!(
        text.contains("delivered once and in order (SDUs: 5"),
        "{text}"
    );
}

#[test]
fn without_arq_what_is_damaged_is_gone() {
    let ran = layercake("send hello --arq none --flip 60", b"");
    assert_eq!(ran.code, 1);
    assert!(
        ran.text().ends_with("nothing was delivered\n"),
        "{}",
        ran.text()
    );
    let ran = layercake(
        "send hello --arq none --check none --code nrz-l --flip 20",
        b"",
    );
    assert_eq!(ran.code, 1);
    assert!(
        ran.text().contains("delivered something else"),
        "{}",
        ran.text()
    );
}

#[test]
fn correction_mends_it_before_anybody_notices() {
    let options = "--code nrz-l --correct secded-8-4 --flip 33";
    let text = layercake(&format!("send hello {options}"), b"").text();
    assert!(text.contains("the frame arrived as it was sent"), "{text}");
    assert!(
        !text.contains("discarded") && !text.contains("repeated:"),
        "{text}"
    );
}

#[test]
fn every_scheme_and_framing_and_code_delivers() {
    for options in [
        "--arq stop-and-wait --framing cobs --code 8b10b",
        "--arq go-back-n --framing slip --code 4b5b-mlt-3",
        "--framing octet-stuffing --code 64b66b --check crc-16/ibm-sdlc",
        "--framing length-count --code pam-4 --correct reed-solomon",
    ] {
        let ran = layercake(&format!("send hello --size 2 --flip 40 {options}"), b"");
        assert_eq!(ran.code, 0, "{options}: {}{}", ran.text(), ran.told);
    }
}

#[test]
fn a_symbol_that_is_not_there_is_refused() {
    let ran = layercake("send hello --flip 100000", b"");
    assert_eq!(ran.code, 2);
    assert!(ran.told.contains("symbols, 0 to"), "{}", ran.told);
    assert_eq!(layercake("send hello --flip 1 --nth 99", b"").code, 2);
}
