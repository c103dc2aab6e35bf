//! What became of a transmission, in words and numbers.

use std::fmt::Write as _;

use layercake_base::Reason;
use layercake_probe::escape::Escaped;

use super::line::Run;

/// Letters of the text that are shown.
const LETTERS: usize = 200;

/// Lines: what was decoded, wrong symbols beside theory, efficiency beside its bound.
pub(super) fn report(run: &Run) -> String {
    let (bits, symbols) = run.code.efficiency();
    let (sent, of) = (run.octets.len() * 8, run.symbols.len());
    let mut text = format!("{}: {}\n", run.code.name(), outcome(run));
    let _ = write!(text, "wrong symbols: {} of {of}", run.errors().count());
    if run.only_noise && run.sigma > 0.0 {
        let _ = write!(
            text,
            " (theory expects {:.2}, noise {:.3})",
            run.expected, run.sigma
        );
    }
    if run.decisions.len() != of {
        let _ = write!(text, "; the receiver counted {}", run.decisions.len());
    }
    let _ = writeln!(
        text,
        "\nefficiency: {sent} bits in {of} symbols, {} of the bound {bits}/{symbols} = {}",
        share(
            sent * usize::try_from(symbols).unwrap_or(1),
            of * usize::try_from(bits).unwrap_or(1)
        ),
        crate::output::share(f64::from(bits), f64::from(symbols)),
    );
    text
}

/// What the line code makes of the decisions.
fn outcome(run: &Run) -> String {
    let decoded = match &run.decoded {
        Ok(decoded) => decoded,
        Err(reason @ Reason::Violation { .. }) => return format!("noticed: {reason}"),
        Err(reason) => return format!("refused: {reason}"),
    };
    let text: String = String::from_utf8_lossy(decoded)
        .chars()
        .take(LETTERS)
        .collect();
    let more = if decoded.len() > LETTERS { "…" } else { "" };
    let pairs = decoded.iter().zip(&run.octets);
    let wrong: u32 = pairs.map(|(a, b)| (a ^ b).count_ones()).sum();
    match decoded == &run.octets {
        true => format!("\"{}\"{more} arrived", Escaped(&text)),
        false if decoded.len() != run.octets.len() => {
            let (found, sent) = (decoded.len(), run.octets.len());
            format!(
                "\"{}\"{more}, {found} octets in place of {sent}, unnoticed",
                Escaped(&text)
            )
        }
        false => format!(
            "\"{}\"{more}, {wrong} bits wrong, unnoticed",
            Escaped(&text)
        ),
    }
}

fn share(part: usize, whole: usize) -> String {
    let count = |count| u64::try_from(count).unwrap_or(u64::MAX);
    crate::output::percent(count(part), count(whole))
}
