//! The command line: the subcommands, each with its arguments beside what it does.

use clap::{Parser, Subcommand};

/// The bench where one layer is tried by itself
#[derive(Debug, Parser)]
#[command(
    name = "layercake",
    version,
    after_help = "Exit codes: 0 done; 1 something was lost or differs; 2 bad usage or bad file."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) action: Action,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Action {
    Wire(crate::wire::Wire),
    Ber(crate::ber::Ber),
    Frame(crate::frame::Frame),
    Corrupt(crate::corrupt::Corrupt),
    Deframe(crate::deframe::Deframe),
    Check(crate::check::Check),
    Send(crate::send::Send),
    Copy(crate::copy::Copy),
    Host(crate::host::Host),
    Net(crate::net::Net),
    Routes(crate::routes::Routes),
    #[command(hide = true)]
    CopyReceive(crate::copy::Receive),
}

/// A probability: 0 to 1.
pub(crate) fn probability(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if (0.0..=1.0).contains(&value) => Ok(value),
        Ok(value) => Err(format!("{value} is not a probability: 0 to 1")),
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
    fn a_probability_lies_between_none_and_always() {
        assert_eq!(probability("1e-4"), Ok(1e-4));
        for bad in ["-0.1", "1.1", "NaN", "often"] {
            assert!(probability(bad).is_err(), "{bad}");
        }
    }
}
