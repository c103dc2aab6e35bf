//! Stations on a bus with as much to send as an experiment wants, and what gets through.

use core::time::Duration;

use layercake_base::{
    Context, Ici, Instant, Layer, Notice, Pdu, Reason, Rng, Service, Spec,
};
use layercake_datalink::access::{CsmaCd, csma_cd};
use layercake_physical::{Coded, LineCode, code};
use layercake_tower::{Bus, Expansion, Network, NodeId, Shape, Tower};

/// Bits per second of every bus here.
pub const RATE: u64 = 10_000_000;

/// A share of the medium with the half width of its interval.
#[derive(Clone, Copy, Debug)]
pub struct Share {
    pub mean: f64,
    /// The true value is so near to the mean for 99 of 100 seeds.
    pub within: f64,
}

/// Runs of which each is one sample of the share.
const BATCHES: u32 = 30;

/// The share of `batches`, by Student's t with 29 degrees of freedom: 2.756 for 99 %.
fn share(batches: &[f64]) -> Share {
    let n = batches.len() as f64;
    let mean = batches.iter().sum::<f64>() / n;
    let square = |batch: &f64| (batch - mean).powi(2);
    let variance = batches.iter().map(square).sum::<f64>() / (n - 1.0);
    let within = 2.756 * (variance / n).sqrt();
    Share { mean, within }
}

/// Takes what comes up, so that it need not be kept.
struct Deaf;

impl Layer for Deaf {
    fn spec(&self) -> Spec {
        Spec::new("deaf", 2).between(Service::Bits, Service::Bits)
    }

    fn send(&mut self, sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        cx.send_down(sdu);
        Ok(())
    }

    fn receive(&mut self, _pdu: Pdu, _cx: &mut Context<'_>) -> Result<(), Reason> {
        Ok(())
    }
}

fn line_code() -> Box<dyn LineCode> {
    code::named("nrz-l").unwrap()
}

/// Stations in a star, all `delay` away from each other, and one that only listens.
fn star(
    stations: usize,
    delay: Duration,
    seed: u64,
    column: &dyn Fn() -> Tower,
) -> (Network, Vec<NodeId>, NodeId) {
    let mut net = Network::new(seed);
    let mut add = |i: usize| net.add_node(&format!("s{i}"), column()).unwrap();
    let all: Vec<_> = (0..stations).map(&mut add).collect();
    let ear = net.add_node("ear", Coded::new(line_code())).unwrap();
    let mut taps: Vec<_> = all.iter().map(|node| (*node, delay / 2)).collect();
    taps.push((ear, delay / 2));
    let bus = Bus {
        rate: RATE,
        expansion: Expansion::from(&*line_code()),
        shape: Shape::Star,
    };
    net.add_bus(bus, &taps);
    (net, all, ear)
}

fn received(net: &mut Network, ear: NodeId) -> u32 {
    core::iter::from_fn(|| net.receive(ear)).map(|_| 1).sum()
}

/// What is offered to a medium.
pub struct Offer {
    /// Frames for each frame time: G.
    pub load: f64,
    /// The delay between stations in frame times: a.
    pub delay: f64,
    /// Frames in all.
    pub frames: u32,
    pub stations: usize,
    pub seed: u64,
}

/// Octets of a frame.
const FRAME: usize = 125;

/// How long one takes at [`RATE`].
pub const FRAME_TIME: Duration = Duration::from_micros(100);

/// The share of a medium when frames come up at random times, all independent of each other, at
/// one station after the other: with so many stations that none has a frame when its turn comes
/// again, as if there were infinitely many.
pub fn offered<L: Layer + 'static>(offer: &Offer, access: impl Fn() -> L) -> Share {
    let delay = FRAME_TIME.mul_f64(offer.delay);
    let column = || {
        let tower = Tower::builder().layer(Deaf).layer(access());
        tower.layer(Coded::new(line_code())).build().unwrap()
    };
    let (mut net, stations, ear) = star(offer.stations, delay, offer.seed, &column);
    let mut rng = Rng::seeded(offer.seed).split("arrivals");
    let mut turn = stations.iter().cycle();
    let span = FRAME_TIME.mul_f64(f64::from(offer.frames / BATCHES) / offer.load);
    let mut at = Instant::ZERO;
    let batches: Vec<f64> = (1..=BATCHES)
        .map(|batch| {
            let end = Instant::ZERO + span * batch;
            let mut heard = 0;
            while at < end {
                net.run_until(at);
                net.send(*turn.next().unwrap(), &[0x55; FRAME], Ici::NONE)
                    .unwrap();
                let gap = -(1.0 - rng.unit()).ln() / offer.load;
                at = at + FRAME_TIME.mul_f64(gap);
                heard += received(&mut net, ear);
            }
            net.run_until(end);
            heard += received(&mut net, ear);
            f64::from(heard) * FRAME_TIME.as_secs_f64() / span.as_secs_f64()
        })
        .collect();
    share(&batches)
}

/// Always has another frame: fills the queue below until that refuses, and again when it is
/// told of room.
struct Greedy {
    octets: usize,
    hungry: bool,
}

impl Layer for Greedy {
    fn spec(&self) -> Spec {
        Spec::new("greedy", 2).between(Service::Bits, Service::Bits)
    }

    fn send(&mut self, _sdu: Pdu, _cx: &mut Context<'_>) -> Result<(), Reason> {
        Err(Reason::NoWay("has frames of its own"))
    }

    fn receive(&mut self, _pdu: Pdu, _cx: &mut Context<'_>) -> Result<(), Reason> {
        Ok(())
    }

    fn deadline(&self) -> Option<Instant> {
        self.hungry.then_some(Instant::ZERO)
    }

    fn on_deadline(&mut self, cx: &mut Context<'_>) {
        self.hungry = false;
        for _ in 0..2 {
            let frame = cx.allocate(self.octets).unwrap();
            cx.send_down(frame);
        }
    }

    fn notice(&mut self, notice: Notice, _cx: &mut Context<'_>) {
        self.hungry |= notice == Notice::Room;
    }
}

/// The share that frames of so many octets get of a medium when `stations` always have one to
/// send, by CSMA/CD. Gives frames per second too.
pub fn saturated(stations: usize, octets: usize, frames: u32, seed: u64) -> (Share, f64) {
    let settings = csma_cd::Settings {
        queue: 1,
        ..csma_cd::Settings::ieee_802_3(RATE)
    };
    let column = || {
        let greedy = Greedy {
            octets,
            hungry: true,
        };
        let tower = Tower::builder().layer(greedy).layer(CsmaCd::new(settings));
        tower.layer(Coded::new(line_code())).build().unwrap()
    };
    let delay = Duration::from_micros(5); // a kilometre of cable
    let (mut net, _, ear) = star(stations, delay, seed, &column);
    let frame = Duration::from_nanos(octets as u64 * 8 * 1_000_000_000 / RATE);
    let span = frame * (2 * frames / BATCHES);
    let heard: Vec<f64> = (1..=BATCHES)
        .map(|batch| {
            net.run_until(Instant::ZERO + span * batch);
            f64::from(received(&mut net, ear))
        })
        .collect();
    let scale = frame.as_secs_f64() / span.as_secs_f64();
    let batches: Vec<f64> = heard.iter().map(|heard| heard * scale).collect();
    let seconds = span.as_secs_f64() * f64::from(BATCHES);
    (share(&batches), heard.iter().sum::<f64>() / seconds)
}

/// Closed forms from the papers.
pub mod theory {
    /// N. Abramson 1970.
    pub fn aloha(g: f64) -> f64 {
        g * (-2.0 * g).exp()
    }

    /// L. G. Roberts 1972.
    pub fn slotted_aloha(g: f64) -> f64 {
        g * (-g).exp()
    }

    /// L. Kleinrock and F. A. Tobagi 1975, non-persistent CSMA without slots.
    pub fn non_persistent(g: f64, a: f64) -> f64 {
        let clear = (-a * g).exp();
        g * clear / (g * (1.0 + 2.0 * a) + clear)
    }

    /// L. Kleinrock and F. A. Tobagi 1975, 1-persistent CSMA without slots.
    pub fn one_persistent(g: f64, a: f64) -> f64 {
        let top = g * (1.0 + g + a * g * (1.0 + g + a * g / 2.0));
        let long = g * (1.0 + 2.0 * a);
        let rest = (1.0 + a * g) * (-g * (1.0 + a)).exp();
        top * (-long).exp() / (long - (1.0 - (-a * g).exp()) + rest)
    }

    /// R. M. Metcalfe and D. R. Boggs 1976: `stations` that always have a frame and each send in
    /// a slot of contention with probability 1/n; `slot` in frame times.
    pub fn ethernet(stations: u32, slot: f64) -> f64 {
        let n = f64::from(stations);
        let acquired = (1.0 - 1.0 / n).powi(i32::try_from(stations).unwrap() - 1);
        1.0 / (1.0 + (1.0 - acquired) / acquired * slot)
    }
}
