//! `layercake wire`.

use crate::bench::{layercake, layercake_with};

/// IEEE 802.3 §7.3.1: a 1 is low, then high; the least significant bit goes first.
#[test]
fn a_letter_is_drawn_as_802_3_sends_it() {
    let ran = layercake("wire h --code manchester", b"");
    let expected = "\
bits     0   0   0   1   0   1   1   0
+1      ──┐ ┌─┐ ┌─┐   ┌───┐   ┌─┐ ┌───┐
-1        └─┘ └─┘ └───┘   └───┘ └─┘   └─
manchester: \"h\" arrived
wrong symbols: 0 of 16
efficiency: 8 bits in 16 symbols, 100.00 % of the bound 1/2 = 50.00 %
";
    assert_eq!((ran.text().as_str(), ran.code), (expected, 0));
}

#[test]
fn every_code_fits_eighty_columns() {
    let ran = layercake_with(&["wire", "the layer cake", "--all", "--noise", "3"], b"");
    assert!(
        ran.text().lines().all(|line| line.chars().count() <= 80),
        "{}",
        ran.text()
    );
}

/// At this noise some symbols are wrong, and a Manchester cell with one wrong symbol is no cell.
#[test]
fn noise_is_seen_as_a_violation() {
    let ran = layercake_with(&["wire", "the layer cake", "--noise", "2"], b"");
    assert_eq!(ran.code, 1);
    let text = ran.text();
    assert!(
        text.contains("noticed: Manchester violation in cell"),
        "{text}"
    );
    assert!(text.contains('!') && text.contains('^'), "{text}");
    assert!(text.contains("theory expects"), "{text}");
}

#[test]
fn what_arrives_cannot_steer_a_terminal() {
    let ran = layercake_with(&["wire", "--hex", "1b5b33316d", "--code", "nrz-l"], b"");
    assert!(ran.text().contains("\\x1b[31m"), "{}", ran.text());
    assert!(!ran.text().contains('\u{1b}'));
}

#[test]
fn the_list_has_every_code() {
    let text = layercake("wire --list", b"").text();
    for name in layercake_physical::code::NAMES {
        assert!(text.contains(&format!("{name} ")), "{text}");
    }
    // IEEE 802.3 §49: 64 bits in 66.
    assert!(text.contains("64/66 = 96.97 %"), "{text}");
}

#[test]
fn values_without_sense_are_refused() {
    for bad in [
        "wire x --noise -1",
        "wire x --code morse",
        "wire --hex 1",
        "wire x --ebn0 inf",
    ] {
        assert_eq!(layercake(bad, b"").code, 2, "{bad}");
    }
    assert_eq!(layercake("wire", b"").code, 2);
    assert_eq!(layercake("wire", b"from a pipe").code, 0);
}

#[test]
fn figures_are_written_where_they_are_asked_for() {
    let folder =
        std::env::temp_dir().join(format!("layercake-svg-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let [wave, eye] = ["wave.svg", "eye.svg"].map(|name| folder.join(name));
    let [wave, eye] = [&wave, &eye].map(|path| path.to_str().unwrap());
    let ran = layercake_with(
        &["wire", "hi", "--noise", "0.2", "--svg", wave, "--eye", eye],
        b"",
    );
    let pictures = [wave, eye].map(|path| std::fs::read_to_string(path).unwrap());
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(ran.code, 0);
    assert!(
        pictures.iter().all(|picture| picture.starts_with("<svg")
            && picture.trim_end().ends_with("</svg>"))
    );
    assert!(pictures[0].contains("manchester"));
}

/// The bit error rates of the textbook at 0 dB and 4 dB: Q(sqrt 2) and Q(sqrt 5.02).
#[test]
fn error_rates_stand_beside_theory() {
    let run = [
        "ber",
        "--code",
        "nrz,pam-4",
        "--ebn0",
        "0,4",
        "--bits",
        "50000",
    ];
    let ran = layercake_with(&run, b"");
    let text = ran.text();
    assert_eq!((ran.code, text.lines().count()), (0, 6), "{text}");
    assert!(
        text.contains("7.865e-2") && text.contains("1.250e-2"),
        "{text}"
    );
    assert!(
        text.lines().skip(2).all(|line| line.ends_with("yes")),
        "{text}"
    );
    let many = layercake_with(&["ber", "--all", "--svg", "no-folder/ber.svg"], b"");
    assert_eq!(many.code, 2);
}
