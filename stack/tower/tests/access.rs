//! What share of a medium each way of access reaches, against the closed form of its paper.
//!
//! Every bound is an interval that misses the true value for one seed of a hundred; the seeds
//! are fixed, and chosen before the measurement. `cargo bench -p layercake-tower --bench access`
//! measures whole curves.

#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]
#![allow(unreachable_pub, reason = "the stations are shared with a benchmark")]

mod load;

use core::time::Duration;

use layercake_base::Layer;
use layercake_datalink::access::{Aloha, Csma, Persistence, SlottedAloha};
use load::{FRAME_TIME, Offer, offered, saturated, theory};

/// Fifteen stations suffice: that so many others come up within a frame time has a chance below
/// 1e-5 even at G = 3.
fn agrees<L: Layer + 'static>(
    load: f64,
    delay: f64,
    theory: f64,
    access: impl Fn() -> L,
) {
    let offer = Offer {
        load,
        delay,
        frames: 3000,
        stations: 15,
        seed: 1,
    };
    let share = offered(&offer, access);
    let off = (share.mean - theory).abs();
    assert!(off < share.within, "G = {load}: {share:?}, theory {theory}");
    assert!(share.within < 0.12 * theory, "{share:?} says little");
}

#[test]
fn pure_aloha_has_the_share_of_abramson() {
    for g in [0.25, 0.5] {
        agrees(g, 0.0, theory::aloha(g), Aloha::new);
    }
}

#[test]
fn slotted_aloha_has_the_share_of_roberts() {
    for g in [0.5, 1.0] {
        let access = || SlottedAloha::new(FRAME_TIME);
        agrees(g, 0.0, theory::slotted_aloha(g), access);
    }
}

#[test]
fn non_persistent_csma_has_the_share_of_kleinrock_and_tobagi() {
    let (longest, attempts) = (Duration::ZERO, 1);
    let once = Persistence::NonPersistent { longest, attempts };
    for g in [0.5, 2.0] {
        agrees(g, 0.05, theory::non_persistent(g, 0.05), || Csma::new(once));
    }
}

#[test]
fn one_persistent_csma_has_the_share_of_kleinrock_and_tobagi() {
    let one = Persistence::OnePersistent;
    for g in [0.5, 1.0] {
        agrees(g, 0.05, theory::one_persistent(g, 0.05), || Csma::new(one));
    }
}

/// The peaks that every textbook gives.
#[test]
fn the_formulas_have_the_peaks_of_the_textbooks() {
    assert!((theory::aloha(0.5) - 0.184).abs() < 0.0005);
    assert!((theory::slotted_aloha(1.0) - 0.368).abs() < 0.0005);
    // Metcalfe and Boggs: A tends to 1/e, so e − 1 slots of contention for each frame.
    let many = theory::ethernet(10_000, 1.0);
    assert!((1.0 / many - core::f64::consts::E).abs() < 0.001, "{many}");
}

/// 14880 frames of 64 octets and 812 of 1518 in a second are the most on Ethernet of 10 Mbit/s:
/// RFC 2544 appendix B. The eight octets of preamble count here as part of the frame.
#[test]
fn a_station_alone_sends_as_many_frames_as_rfc_2544_says() {
    for (octets, most) in [(64 + 8, 14880), (1518 + 8, 812)] {
        let (_, per_second) = saturated(1, octets, 600, 1);
        let off = (per_second - f64::from(most)).abs();
        assert!(off < 0.01 * f64::from(most), "{per_second}, {most}");
    }
}

/// Stations that share keep more than the contention of Metcalfe and Boggs would leave, since a
/// station that has just sent tends to win again.
#[test]
fn stations_that_all_want_to_send_still_use_most_of_an_ethernet() {
    let (share, _) = saturated(5, 512, 300, 1);
    let (slot, gap) = (1.0 / 8.0, 96.0 / 4096.0);
    let theory = 1.0 / (1.0 / theory::ethernet(5, slot) + gap);
    assert!(
        share.mean > theory - 0.05 && share.mean < 0.977,
        "{share:?}, {theory}"
    );
}
