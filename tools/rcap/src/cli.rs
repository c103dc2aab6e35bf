//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use layercake_kit::common::Color;

/// Inspect and replay captures
#[derive(Debug, Parser)]
#[command(name = "rcap", version)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) action: Action,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Action {
    Show(Show),
    Replay(Replay),
}

/// Print captures, a line for each packet
///
/// Reads pcap and pcapng in all their variants, also compressed with gzip, zstd or lz4. Lines
/// are worded as tcpdump words them; times are UTC. A file that is damaged or cut short is
/// shown as far as it can be read; then an error names the octet, and the exit code is 2, as
/// that of tshark.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 all was read, 1 other errors, 2 bad usage or bad file."
)]
pub(crate) struct Show {
    /// Captures to show; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) details: Details,

    /// One JSON object for each packet, one a line
    #[arg(long, conflicts_with_all = ["layers", "hex", "explain"])]
    pub(crate) json: bool,

    /// Show only the first N packets
    #[arg(short = 'c', long = "count", value_name = "N")]
    pub(crate) count: Option<u64>,

    /// Copy the packets that are shown into a pcapng file
    #[arg(long, value_name = "FILE")]
    pub(crate) write: Option<PathBuf>,
}

/// What to tell of each packet beside its line.
#[derive(Debug, Args)]
#[command(next_help_heading = "Details")]
pub(crate) struct Details {
    /// Below each line, the tree of layers with their fields
    #[arg(long)]
    pub(crate) layers: bool,

    /// Below each line, the octets, those of each layer told apart
    #[arg(long)]
    pub(crate) hex: bool,

    /// Below each line, every field with place, value, meaning, clause and reason
    #[arg(long)]
    pub(crate) explain: bool,

    /// When to use colours
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = Color::Auto)]
    pub(crate) color: Color,
}

/// Send a capture onto an interface, or into the emulated network
///
/// Onto an interface (-i) every frame has one instant, counted from the first; a late frame does
/// not make the next ones late. At the end the timing that was achieved is reported. Needs
/// CAP_NET_RAW.
///
/// Into a host of the emulated network (--into) each IPv4 and ARP packet arrives at its network
/// card at its instant of virtual time, which begins at 00:00:00. Packets for other stations and
/// addresses are rewritten for the host, checksums too, and say so. What it sends is shown.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 all was sent, 1 some could not be, 2 bad usage or bad file.",
    group = clap::ArgGroup::new("goal").required(true).args(["interface", "into"])
)]
pub(crate) struct Replay {
    /// Capture to send; `-` is standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    /// Interface to send on
    #[arg(short = 'i', long = "interface", value_name = "IF")]
    pub(crate) interface: Option<String>,

    /// Host of the emulated network to hand the frames to
    #[arg(long, value_name = "HOST")]
    pub(crate) into: Option<String>,

    /// Send X times as fast as captured
    #[arg(long, value_name = "X", default_value_t = 1.0, value_parser = speed)]
    pub(crate) speed: f64,

    /// Send as fast as the kernel takes the frames
    #[arg(short = 't', long, conflicts_with_all = ["speed", "into"])]
    pub(crate) top: bool,

    /// Send the whole capture N times; 0 until interrupted
    #[arg(long = "loop", value_name = "N", default_value_t = 1)]
    pub(crate) rounds: u64,

    /// Send at most N frames
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) limit: Option<u64>,

    /// Report as one JSON object; with --into, one for each packet
    #[arg(long, conflicts_with_all = ["layers", "hex", "explain"])]
    pub(crate) json: bool,

    /// With --into: topology of the emulated network, in place of the built-in one
    #[arg(long, value_name = "FILE", conflicts_with = "interface")]
    pub(crate) net: Option<PathBuf>,

    /// With --into: seed of the emulated network; the same seed gives the same run
    #[arg(
        long,
        value_name = "N",
        default_value_t = 1,
        conflicts_with = "interface"
    )]
    pub(crate) seed: u64,

    /// With --into: write what the host received and sent into a pcapng file
    #[arg(long, value_name = "FILE", conflicts_with = "interface")]
    pub(crate) write: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) details: Details,
}

/// A factor above zero.
fn speed(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(factor) if factor.is_finite() && factor > 0.0 => Ok(factor),
        Ok(factor) => Err(format!("{factor} is not above zero")),
        Err(error) => Err(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_holds_together() {
        <Cli as clap::CommandFactory>::command().debug_assert();
    }

    #[test]
    fn a_speed_is_a_number_above_zero() {
        assert_eq!(speed("2.5"), Ok(2.5));
        assert!(speed("0").is_err() && speed("-1").is_err() && speed("inf").is_err());
    }
}
