//! `layercake send`: text from one station to another over an emulated wire, on which chosen
//! symbols are flipped, and what the layers do about it.
//!
//! ```text
//!    a                                   b
//!  +-----------------+                 +-----------------+
//!  | ARQ             |                 | ARQ             |
//!  | frame check     |                 | frame check     |
//!  | framing         |                 | framing         |
//!  | correction, …   |                 | correction, …   |
//!  | line code       |                 | line code       |
//!  | flip            |  <- here        |                 |
//!  +-------|---------+                 +--------|--------+
//!          +--------------- wire ---------------+
//! ```

mod flip;
mod frames;
mod stations;
mod story;

use std::cell::RefCell;
use std::io::{self, IsTerminal as _, Write as _};
use std::rc::Rc;
use std::time::Duration;

use clap::Args;
use layercake_base::{Ici, Instant};
use layercake_datalink::{arq, correct, framing};
use layercake_kit::common::Color;
use layercake_physical::code;

use crate::Failure;
use crate::stage::MaybeCheck;
use stations::Stations;
use story::Story;

/// Send text to another station and flip symbols on the way
///
/// Both stations live in virtual time, so a run repeats exactly. The story says what each layer
/// saw of the damage, why it discarded the frame, what made the sender repeat it, and that it
/// was delivered once.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 all was delivered once; 1 it was not; 2 bad usage."
)]
pub(crate) struct Send {
    /// What to send
    #[arg(value_name = "TEXT")]
    text: String,

    /// Octets of each frame
    #[arg(
        long, value_name = "OCTETS", default_value_t = 64,
        value_parser = clap::value_parser!(u16).range(1..=1024)
    )]
    size: u16,

    /// Flip these symbols, counted from 0
    #[arg(long, value_name = "SYMBOL", value_delimiter = ',')]
    flip: Vec<usize>,

    /// Flip them in the N-th transmission of the sender; by default in the first that carries
    /// text (2 with ARQ, whose first one sets the link up, else 1)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    nth: Option<u32>,

    /// Tell every step of every layer, and show the frame before and after
    #[arg(long)]
    explain: bool,

    /// When to use colours
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = Color::Auto)]
    color: Color,

    #[command(flatten)]
    layers: Layers,
}

/// What stands between the text and the wire, the same at both ends.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Layers")]
struct Layers {
    /// Line code
    #[arg(
        long, value_name = "NAME", default_value = "manchester",
        value_parser = clap::builder::PossibleValuesParser::new(code::NAMES)
    )]
    code: String,

    /// Correction of each transmission, below the framing
    #[arg(long, value_name = "NAME", value_parser = correct::NAMES)]
    correct: Option<String>,

    /// How frames are marked
    #[arg(long, value_name = "NAME", default_value = "hdlc", value_parser = framing::NAMES)]
    framing: String,

    /// Check value behind each frame, or `none`
    #[arg(long, value_name = "NAME", default_value = "CRC-32/ISO-HDLC")]
    check: MaybeCheck,

    /// What repeats lost frames
    #[arg(long, value_name = "SCHEME", default_value = "selective-repeat", value_parser = arqs())]
    arq: String,
}

/// The schemes, and that there is none.
fn arqs() -> clap::builder::PossibleValuesParser {
    let names = arq::SCHEMES.iter().copied().chain(["none"]);
    clap::builder::PossibleValuesParser::new(names)
}

impl Layers {
    fn has_arq(&self) -> bool {
        self.arq != "none"
    }

    fn names(&self) -> String {
        let mut names = Vec::new();
        names.extend(self.has_arq().then_some(self.arq.as_str()));
        names.extend(self.check.0.map(|check| check.name()));
        names.push(&self.framing);
        names.extend(self.correct.as_deref());
        names.push(&self.code);
        names.join(" over ")
    }
}

/// Text that is sent at most.
const LONGEST: usize = 4096;
/// A run that has not ended by then is given up.
const PATIENCE: Duration = Duration::from_secs(300);

/// Sends and tells the story; false when not everything was delivered once and in order.
pub(crate) fn run(arguments: &Send) -> Result<bool, Failure> {
    let text = arguments.text.as_bytes();
    if text.is_empty() || text.len() > LONGEST {
        return Err(Failure::Asked(format!(
            "TEXT is {} octets, 1 to {LONGEST} expected",
            text.len()
        )));
    }
    let nth = arguments
        .nth
        .unwrap_or(if arguments.layers.has_arq() { 2 } else { 1 });
    let mut stations = Stations::new(&arguments.layers, &arguments.flip, nth)?;
    let story = Rc::new(RefCell::new(Story::new(&arguments.layers.framing)));
    stations.network.observe(Box::new(Rc::clone(&story)));
    let mut delivered = Vec::new();
    for frame in text.chunks(usize::from(arguments.size)) {
        let sent = stations.network.send(stations.a, frame, Ici::NONE);
        sent.map_err(|reason| Failure::Asked(reason.to_string()))?;
    }
    let end = Instant::ZERO + PATIENCE;
    while stations
        .network
        .next_event()
        .is_some_and(|next| next <= end)
    {
        stations.network.step();
        while let Some(arrival) = stations.network.receive(stations.b) {
            delivered.push((arrival.at, arrival.octets));
        }
    }
    let flipped = stations.flipped()?;
    let color = arguments.color.wanted(io::stdout().is_terminal());
    let mut out = io::stdout().lock();
    let names = arguments.layers.names();
    writeln!(out, "{} octets from a to b, {names}", text.len())?;
    if arguments.explain {
        write!(out, "{}", story.borrow().steps(color))?;
    }
    write!(out, "{flipped}{}", story.borrow().outcome(color))?;
    writeln!(out, "{}", verdict(text, &delivered))?;
    Ok(delivered.iter().flat_map(|(_, octets)| octets).eq(text))
}

/// Whether everything was delivered once, in words.
fn verdict(text: &[u8], delivered: &[(Instant, Vec<u8>)]) -> String {
    let octets: Vec<u8> = delivered
        .iter()
        .flat_map(|(_, octets)| octets)
        .copied()
        .collect();
    let shown: String = String::from_utf8_lossy(&octets).chars().take(60).collect();
    let shown = layercake_probe::escape::Escaped(&shown);
    match (delivered.last(), octets == text) {
        (None, _) => "nothing was delivered".into(),
        (Some((at, _)), true) => format!(
            "delivered once and in order (SDUs: {}, the last at {}): \"{shown}\"",
            delivered.len(),
            story::milliseconds(*at)
        ),
        (Some(_), false) => format!("delivered something else: \"{shown}\""),
    }
}
