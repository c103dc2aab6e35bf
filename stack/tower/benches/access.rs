//! What share of a medium each way of access reaches, beside the theory of its paper.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot start may stop")]
#![allow(unreachable_pub, reason = "the stations are shared with a test")]

#[path = "../tests/load/mod.rs"]
mod load;

use core::time::Duration;

use layercake_base::Layer;
use layercake_datalink::access::{Aloha, Csma, Persistence, SlottedAloha};
use load::{FRAME_TIME, Offer, Share, offered, saturated, theory};

const LOADS: [f64; 8] = [0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0];
const MORE: [f64; 3] = [5.0, 10.0, 20.0];
/// Delay between stations in frame times.
const DELAY: f64 = 0.05;
const STATIONS: usize = 60;
const FRAMES: u32 = 30_000;

fn line(g: f64, share: Share, theory: Option<f64>) {
    let Share { mean, within } = share;
    let beside = theory.map_or(String::new(), |theory| {
        let per_cent = 100.0 * (mean - theory) / theory;
        format!("{theory:>8.4} {per_cent:>+7.2} %")
    });
    println!("{g:>6.2} {mean:>8.4} ±{within:.4} {beside}");
}

fn table<L: Layer + 'static>(
    title: &str,
    loads: &[f64],
    delay: f64,
    access: impl Fn() -> L,
    theory: Option<&dyn Fn(f64) -> f64>,
) {
    println!(
        "\n{title}\n{:>6} {:>8} {:>7} {:>8}",
        "G", "S", "99 %", "theory"
    );
    for &load in loads {
        let offer = Offer {
            load,
            delay,
            frames: FRAMES,
            stations: STATIONS,
            seed: 1,
        };
        line(load, offered(&offer, &access), theory.map(|of| of(load)));
    }
}

fn ethernet() {
    println!("\nCSMA/CD, 10 Mbit/s, all stations always have a frame; share of frames");
    println!(
        "theory: Metcalfe and Boggs without a gap, and with one in each frame's time"
    );
    println!("octets stations        S    99 %   theory with gap");
    for octets in [64, 512, 1518] {
        for stations in [1, 2, 5, 10, 20, 50, 100] {
            let (share, _) = saturated(stations, octets, 6000, 1);
            let (slot, gap) =
                (512.0 / (8.0 * octets as f64), 96.0 / (8.0 * octets as f64));
            let theory = theory::ethernet(u32::try_from(stations).unwrap(), slot);
            let whole = 1.0 / (1.0 / theory + gap);
            let Share { mean, within } = share;
            println!(
                "{octets:>6} {stations:>8} {mean:>8.4} ±{within:.4} {theory:>8.4} {whole:>8.4}"
            );
        }
    }
}

fn main() {
    let csma = |persistence| move || Csma::new(persistence);
    let all: Vec<f64> = LOADS.into_iter().chain(MORE).collect();
    table("pure ALOHA", &LOADS, 0.0, Aloha::new, Some(&theory::aloha));
    let slotted = || SlottedAloha::new(FRAME_TIME);
    table(
        "slotted ALOHA",
        &LOADS,
        0.0,
        slotted,
        Some(&theory::slotted_aloha),
    );
    let once = Persistence::NonPersistent {
        longest: Duration::ZERO,
        attempts: 1,
    };
    let theory = |g| theory::non_persistent(g, DELAY);
    table(
        "non-persistent CSMA, a = 0.05",
        &all,
        DELAY,
        csma(once),
        Some(&theory),
    );
    let theory = |g| theory::one_persistent(g, DELAY);
    let one = csma(Persistence::OnePersistent);
    table(
        "1-persistent CSMA, a = 0.05",
        &LOADS,
        DELAY,
        one,
        Some(&theory),
    );
    let tenth = Persistence::PPersistent {
        probability: 0.1,
        slot: FRAME_TIME.mul_f64(DELAY),
    };
    table(
        "0.1-persistent CSMA, a = 0.05",
        &LOADS,
        DELAY,
        csma(tenth),
        None,
    );
    ethernet();
}
