//! The two stations and the wire between them.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use layercake_datalink::arq::{self, Arq, Scheme, Timer};
use layercake_datalink::{Corrected, FrameCheck, Framed, correct, framing};
use layercake_physical::{Coded, LineCode, code};
use layercake_tower::{Expansion, Medium, Network, NodeId, Tower};

use super::Layers;
use super::flip::{Flip, Flipped};
use crate::Failure;

/// 10 Mbit/s over a thousand kilometres of cable.
const RATE: u64 = 10_000_000;
const DELAY: Duration = Duration::from_millis(5);
/// Before anything is known of the round trip.
const PATIENCE: Duration = Duration::from_millis(50);

/// Two towers and a wire.
pub(super) struct Stations {
    pub(super) network: Network,
    pub(super) a: NodeId,
    pub(super) b: NodeId,
    flipped: Rc<RefCell<Flipped>>,
    wanted: Vec<usize>,
}

impl Stations {
    /// Both ends alike; symbols are flipped on what `a` sends.
    pub(super) fn new(
        layers: &Layers,
        places: &[usize],
        nth: u32,
    ) -> Result<Self, Failure> {
        let code = line_code(layers)?;
        let medium = Medium {
            rate: RATE,
            delay: DELAY,
            expansion: Expansion::from(&*code),
            ..Medium::default()
        };
        let (flip, flipped) = Flip::new(code.alphabet(), places, nth);
        let (idle, _) = Flip::new(code.alphabet(), &[], 0);
        let mut network = Network::new(1);
        let mut add = |name, flip| -> Result<NodeId, Failure> {
            let tower = tower(layers, flip)?;
            network
                .add_node(name, tower)
                .map_err(|misfit| Failure::Asked(misfit.to_string()))
        };
        let (a, b) = (add("a", flip)?, add("b", idle)?);
        network.add_wire("wire", medium, a, b);
        let wanted = places.to_vec();
        Ok(Stations {
            network,
            a,
            b,
            flipped,
            wanted,
        })
    }

    /// What was flipped.
    ///
    /// # Errors
    /// There was no such transmission, or no such symbol in it.
    pub(super) fn flipped(&self) -> Result<String, Failure> {
        let flipped = self.flipped.borrow();
        let asked = |text: String| Err(Failure::Asked(text));
        match flipped.symbols {
            None if !self.wanted.is_empty() => {
                asked("--nth: there was no such transmission".into())
            }
            Some(symbols) if flipped.flips.len() < self.wanted.len() => asked(format!(
                "--flip: that transmission has {symbols} symbols, 0 to {}",
                symbols - 1
            )),
            _ => Ok(flipped.to_string()),
        }
    }
}

fn tower(layers: &Layers, flip: Flip) -> Result<Tower, Failure> {
    let mut builder = Tower::builder();
    if let Some(scheme) = Scheme::named(&layers.arq) {
        let config = arq::Config {
            scheme,
            window: scheme.largest_window(3),
            sequence_bits: 3,
            timer: Timer::Adaptive {
                initial: PATIENCE,
                least: Duration::from_millis(2),
                most: Duration::from_secs(8),
            },
            // All of the text, in frames of one octet.
            queue: super::LONGEST,
            ..arq::Config::default()
        };
        let arq = Arq::new(config).map_err(|error| Failure::Asked(error.to_string()))?;
        builder = builder.layer(arq);
    }
    if let Some(check) = layers.check.0 {
        builder = builder.layer(FrameCheck::new(check));
    }
    let framing = framing::named(&layers.framing);
    builder = builder.layer(Framed::new(
        framing.ok_or_else(|| unknown(&layers.framing))?,
    ));
    if let Some(name) = &layers.correct {
        let code = correct::named(name).ok_or_else(|| unknown(name))?;
        builder = builder.layer(Corrected::new(code));
    }
    let builder = builder.layer(Coded::new(line_code(layers)?)).layer(flip);
    builder
        .build()
        .map_err(|misfit| Failure::Asked(misfit.to_string()))
}

fn line_code(layers: &Layers) -> Result<Box<dyn LineCode>, Failure> {
    code::named(&layers.code).ok_or_else(|| unknown(&layers.code))
}

fn unknown(name: &str) -> Failure {
    Failure::Asked(format!("nothing is named {name:?}"))
}
