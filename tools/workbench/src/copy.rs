//! `layercake copy`: a file from one process to another over UDP datagrams on this machine, as if
//! they were a bad line; ARQ makes good what is lost.
//!
//! ```text
//!   this process                                          child process
//!   A -> ARQ -> frame check -> line (rate, delay, loss) ~ 127.0.0.1 ~> frame check -> ARQ -> B
//!                             <~ 127.0.0.1 ~ line (the same) <- … acknowledgements
//! ```
//! Reading order: `station`, `line`, `link`, `message`, `store`, `child`, `parent`; `theory`,
//! `journal`, `watch`.

mod child;
mod journal;
mod line;
mod link;
mod message;
mod parent;
mod simulation;
mod station;
mod store;
mod theory;
mod watch;

use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use layercake_base::Rng;
use layercake_datalink::Check;
use layercake_datalink::arq::{self, OCTETS, Scheme, Timer};

use crate::cli::probability;
use crate::output::{share, thousands};
use crate::{Failure, output};
use line::Nature;
use parent::Copied;
use station::Station;
use theory::Theory;
use watch::Watch;

pub(crate) use child::run as receive;

/// Copy a file to another process over a bad line, by ARQ
///
/// The line is UDP on 127.0.0.1; each sender loses, damages and delays what it sends, in real
/// time. B appears whole or not at all. At the end the use of the line is told beside the
/// formula of the scheme.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 B is what A is; 1 the link was declared down; 2 bad usage or bad file."
)]
pub(crate) struct Copy {
    /// File to copy
    #[arg(value_name = "A")]
    from: PathBuf,

    /// Where to copy it
    #[arg(value_name = "B")]
    to: PathBuf,

    /// When it is done, draw what crossed the line, a row for each frame
    #[arg(long)]
    watch: bool,

    /// When it is done, draw the first frames into this file
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,

    #[command(flatten)]
    wiring: Wiring,
}

/// The far end of a copy; `copy` starts it.
#[derive(Debug, Args)]
pub(crate) struct Receive {
    #[command(flatten)]
    wiring: Wiring,

    /// Where to store what comes
    #[arg(value_name = "B")]
    to: PathBuf,
}

/// The line, and what makes it good; the same at both ends.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Line and ARQ")]
struct Wiring {
    /// What repeats lost frames
    #[arg(
        long, value_name = "SCHEME", default_value = "selective-repeat",
        value_parser = arq::SCHEMES
    )]
    arq: String,

    /// Frames that may be out at a time; by default 64, or as many as the scheme allows
    #[arg(long, value_name = "N")]
    window: Option<u16>,

    /// Bits of a sequence number
    #[arg(
        long, value_name = "M", default_value_t = 8,
        value_parser = clap::value_parser!(u8).range(1..=16)
    )]
    bits: u8,

    /// Octets of the file in each frame
    #[arg(
        long, value_name = "OCTETS", default_value_t = 1024,
        value_parser = clap::value_parser!(u16).range(1..=16_384)
    )]
    size: u16,

    /// Lose each frame with this probability, in both directions
    #[arg(long, value_name = "P", default_value_t = 0.0, value_parser = probability)]
    loss: f64,

    /// Flip a bit of each frame with this probability, in both directions
    #[arg(long, value_name = "P", default_value_t = 0.0, value_parser = probability)]
    corrupt: f64,

    /// From one end to the other: 20ms, 1.5s, 300us
    #[arg(long, value_name = "TIME", default_value = "10ms", value_parser = duration)]
    delay: Duration,

    /// Bits in a second, such as 56k, 10M, 1G; 0 for a line that takes no time
    #[arg(long, value_name = "RATE", default_value = "10M", value_parser = rate)]
    rate: u64,

    /// Seed of chance: the same seed loses the same frames, counted one by one
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

/// Times that a frame is repeated before the link is reset.
const RETRIES: u32 = 20;

impl Wiring {
    fn scheme(&self) -> Scheme {
        Scheme::named(&self.arq).unwrap_or(Scheme::SelectiveRepeat)
    }

    fn window(&self) -> u16 {
        let largest = self.scheme().largest_window(self.bits);
        self.window.unwrap_or(largest.min(64))
    }

    fn nature(&self) -> Nature {
        Nature {
            rate: self.rate,
            delay: self.delay,
            loss: self.loss,
            corrupt: self.corrupt,
        }
    }

    /// One end of the link.
    fn station(&self) -> Result<Station, Failure> {
        let round_trip = self.round_trip();
        let least = Duration::from_millis(5);
        let most = (4 * round_trip).max(Duration::from_millis(500));
        Station::new(arq::Config {
            scheme: self.scheme(),
            window: self.window(),
            sequence_bits: self.bits,
            timer: Timer::Adaptive {
                initial: (2 * round_trip).clamp(Duration::from_millis(100), most),
                least,
                most,
            },
            retries: RETRIES,
            ..arq::Config::default()
        })
    }

    /// Octets of a frame that carries as much as it may: kind, ARQ header, frame check.
    fn frame(&self) -> usize {
        usize::from(self.size) + 1 + OCTETS + Check::default().octets()
    }

    /// From the end of a frame to its acknowledgement, at the least.
    fn round_trip(&self) -> Duration {
        let acknowledgement = self.nature().busy(OCTETS + Check::default().octets());
        2 * self.delay + acknowledgement
    }

    /// What the formulas say; `None` for a line that takes no time.
    fn theory(&self) -> Option<Theory> {
        let frame = self.nature().busy(self.frame()).as_secs_f64();
        let p = 1.0 - (1.0 - self.loss) * (1.0 - self.corrupt);
        (frame > 0.0).then(|| Theory {
            scheme: self.scheme(),
            window: self.window(),
            a: self.round_trip().as_secs_f64() / frame,
            p,
        })
    }

    /// The same for the command line of the other process.
    fn arguments(&self) -> Vec<String> {
        let delay = format!("{}us", self.delay.as_micros());
        [
            ("--arq", self.arq.clone()),
            ("--window", self.window().to_string()),
            ("--bits", self.bits.to_string()),
            ("--size", self.size.to_string()),
            ("--loss", self.loss.to_string()),
            ("--corrupt", self.corrupt.to_string()),
            ("--delay", delay),
            ("--rate", self.rate.to_string()),
            ("--seed", self.seed.to_string()),
        ]
        .into_iter()
        .flat_map(|(name, value)| [name.to_owned(), value])
        .collect()
    }
}

/// Copies and reports; false when the link was declared down.
pub(crate) fn run(arguments: &Copy) -> Result<bool, Failure> {
    let Some(copied) = parent::copy(arguments)? else {
        let (from, to) = (arguments.from.display(), arguments.to.display());
        output::tell(format_args!(
            "layercake: {from} was not copied to {to}: the link was declared down after \
             {RETRIES} attempts without an answer"
        ));
        return Ok(false);
    };
    let noted = copied.near.entries.len() + copied.far.entries.len();
    let noted = u64::try_from(noted).unwrap_or(u64::MAX);
    let more = (copied.near.frames + copied.far.frames).saturating_sub(noted);
    let watch = Watch::new(&copied.near.entries, &copied.far.entries, more);
    let mut out = io::stdout().lock();
    if arguments.watch {
        write!(out, "{}", watch.rows())?;
    }
    if let Some(path) = &arguments.svg {
        let picture = watch.svg(&arguments.wiring.arq)?;
        fs::write(path, picture).map_err(|error| Failure::at(path, error))?;
    }
    write!(out, "{}", report(&arguments.wiring, &copied))?;
    Ok(true)
}

/// Octets, time, frames, and the use of the line beside its formula.
fn report(wiring: &Wiring, copied: &Copied) -> String {
    let Copied {
        whole,
        took,
        near,
        far,
    } = copied;
    let seconds = took.as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    let bits = 8.0 * whole.length as f64;
    let mut text = format!(
        "{} octets in {seconds:.3} s, {:.3} Mbit/s, CRC-64/XZ {:016x} at both ends\n\
         frames from A: {}, of them {} repeated, {} lost, {} damaged; from B: {}, {} lost, {} damaged\n",
        thousands(whole.length),
        bits / seconds / 1e6,
        whole.check,
        thousands(near.frames),
        thousands(near.repeated),
        thousands(near.lost),
        thousands(near.damaged),
        thousands(far.frames),
        thousands(far.lost),
        thousands(far.damaged),
    );
    if let Some(theory) = wiring.theory() {
        let frame = wiring.nature().busy(wiring.frame()).as_secs_f64();
        let frames = whole.length.div_ceil(u64::from(wiring.size)) + 1;
        #[expect(clippy::cast_precision_loss, reason = "a share for people")]
        let used = share(frames as f64 * frame, seconds);
        text.push_str(&bound(wiring, &theory, &used, frames));
    }
    text
}

/// The use of the line, and what the formula allows.
fn bound(wiring: &Wiring, theory: &Theory, used: &str, frames: u64) -> String {
    let (formula, block) = theory.utilisation();
    let block = block.map_or(String::new(), |block| {
        format!(", as blocks {}", share(block, 1.0))
    });
    let frames = usize::try_from(frames).unwrap_or(usize::MAX);
    let rng = &mut Rng::seeded(wiring.seed);
    let simulated = simulation::utilisation(theory, frames, rng);
    format!(
        "use of the line {used}, set-up and end included; the bare rule, simulated, {}\n\
         formula {}{block} ({}, W = {}, a = {:.2}, p = {:.3})\n",
        share(simulated, 1.0),
        share(formula, 1.0),
        wiring.arq,
        theory.window,
        theory.a,
        theory.p,
    )
}

/// A time with its unit.
fn duration(text: &str) -> Result<Duration, String> {
    let split = text
        .find(|c: char| c.is_ascii_alphabetic())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let scale = match unit {
        "us" => 1e-6,
        "ms" => 1e-3,
        "s" => 1.0,
        _ => return Err("a time with its unit expected: 300us, 20ms, 1.5s".into()),
    };
    let number: f64 = number.trim().parse().map_err(|error| format!("{error}"))?;
    match Duration::try_from_secs_f64(number * scale) {
        Ok(time) if time <= Duration::from_secs(10) => Ok(time),
        Ok(_) => Err("at most 10s".into()),
        Err(error) => Err(error.to_string()),
    }
}

/// Bits in a second: 56k, 10M.
pub(crate) fn rate(text: &str) -> Result<u64, String> {
    let (number, scale) = match text.strip_suffix(['k', 'M', 'G']) {
        Some(number) if text.ends_with('k') => (number, 1_000),
        Some(number) if text.ends_with('M') => (number, 1_000_000),
        Some(number) => (number, 1_000_000_000),
        None => (text, 1),
    };
    let number: u64 = number.parse().map_err(|error| format!("{error}"))?;
    let rate = number.checked_mul(scale).ok_or("too fast")?;
    match rate {
        1..1_000 => Err(format!("{rate} bit/s: at least 1k, or 0")),
        _ => Ok(rate),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_rates_have_units() {
        assert_eq!(duration("20ms"), Ok(Duration::from_millis(20)));
        assert_eq!(duration("1.5s"), Ok(Duration::from_millis(1500)));
        assert_eq!(
            (rate("56k"), rate("10M"), rate("0")),
            (Ok(56_000), Ok(10_000_000), Ok(0))
        );
        for bad in ["20", "-1ms", "ms", "1h", "NaNs", "11s"] {
            assert!(duration(bad).is_err(), "{bad}");
        }
        for bad in ["", "k", "-1", "10", "99999999999999999999"] {
            assert!(rate(bad).is_err(), "{bad}");
        }
    }
}
