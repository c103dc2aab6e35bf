//! `layercake check`: check values of files, by any name, as cksum(1) and sha256sum(1) print
//! theirs.

mod list;

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;
use layercake_datalink::check::Running;
use layercake_probe::escape::Escaped;

use crate::{Failure, input};

/// Print check values of files: CRCs, checksums, parity
///
/// A line for each file: value, check, name. Without FILE, or with `-`, standard input is read.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 done; 1 --verify found another value; 2 bad usage or bad file."
)]
pub(crate) struct Check {
    /// Files to read; `-` is standard input
    #[arg(value_name = "FILE", default_value = "-")]
    files: Vec<PathBuf>,

    /// Which check, or an alias of it; case and punctuation do not matter
    #[arg(
        short,
        long,
        visible_alias = "crc",
        value_name = "NAME",
        default_value = "CRC-32/ISO-HDLC"
    )]
    check: layercake_datalink::Check,

    /// Print the values of all checks
    #[arg(long, conflicts_with_all = ["check", "verify"])]
    all: bool,

    /// Compare with this value, in hexadecimal
    #[arg(long, value_name = "VALUE", value_parser = hexadecimal)]
    verify: Option<u64>,

    /// Print what is known of each check instead of reading anything
    #[arg(long, conflicts_with_all = ["all", "verify", "files"])]
    list: bool,
}

/// Prints what was asked for; false when a value differs from the one to verify.
pub(crate) fn run(arguments: &Check) -> Result<bool, Failure> {
    if arguments.list {
        io::stdout().lock().write_all(list::table().as_bytes())?;
        return Ok(true);
    }
    let mut same = true;
    for path in &arguments.files {
        same &= match arguments.all {
            true => values(layercake_datalink::Check::all(), path, None)?,
            false => values([arguments.check], path, arguments.verify)?,
        };
    }
    Ok(same)
}

/// Reads the file once for all checks and prints a line for each.
fn values(
    checks: impl IntoIterator<Item = layercake_datalink::Check>,
    path: &Path,
    verify: Option<u64>,
) -> Result<bool, Failure> {
    let start = |check: layercake_datalink::Check| (check, check.start());
    let mut running: Vec<(_, Running)> = checks.into_iter().map(start).collect();
    input::each_piece(path, |piece| {
        for (_, running) in &mut running {
            running.add(piece);
        }
        Ok(())
    })?;
    let mut same = true;
    let name = path.display().to_string();
    for (check, running) in running {
        let found = running.finish();
        let differs = verify.filter(|expected| *expected != found);
        let verdict = match (verify, differs) {
            (None, _) => String::new(),
            (_, None) => ": as expected".into(),
            (_, Some(expected)) => {
                format!(": differs, {} expected", hex(check, expected))
            }
        };
        same &= differs.is_none();
        let (value, name) = (hex(check, found), Escaped(&name));
        writeln!(io::stdout(), "{value}  {check}  {name}{verdict}")?;
    }
    Ok(same)
}

/// A value with as many digits as the check has, zeros in front.
fn hex(check: layercake_datalink::Check, value: u64) -> String {
    let digits = usize::try_from(check.width_bits().div_ceil(4)).unwrap_or(16);
    format!("{value:0digits$x}")
}

fn hexadecimal(text: &str) -> Result<u64, String> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    u64::from_str_radix(digits, 16)
        .map_err(|error| format!("{error}; up to 16 hexadecimal digits expected"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_with_and_without_a_prefix() {
        assert_eq!(hexadecimal("0xcbf43926"), Ok(0xcbf4_3926));
        assert_eq!(hexadecimal("00ff"), Ok(255));
        assert!(hexadecimal("word").is_err() && hexadecimal("").is_err());
    }

    #[test]
    fn values_have_as_many_digits_as_the_check() {
        let check = |name| layercake_datalink::Check::named(name).unwrap();
        assert_eq!(hex(check("crc32"), 0x12), "00000012");
        assert_eq!(hex(check("parity-even"), 1), "1");
    }
}
