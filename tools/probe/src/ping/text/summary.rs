//! The end of a report, and the short line of SIGQUIT.

use std::io::{self, Write};

use super::figures::{Milliseconds, percent};
use crate::escape::Escaped;
use crate::ping::record::Summary;

/// One line that begins by overwriting whatever the terminal echoed for the key.
pub(super) fn status(output: &mut dyn Write, summary: &Summary) -> io::Result<()> {
    let Summary {
        received,
        transmitted,
        ..
    } = summary;
    let lost = transmitted.saturating_sub(*received) * 100;
    let loss = lost.checked_div(*transmitted).unwrap_or(0);
    write!(output, "\r{received}/{transmitted} packets, {loss}% loss")?;
    if let Some(times) = summary.times {
        let all = [times.min_us, times.avg_us, times.ewma_us, times.max_us];
        let [min, avg, ewma, max] = all.map(Milliseconds);
        write!(output, ", min/avg/ewma/max = {min}/{avg}/{ewma}/{max} ms")?;
    }
    writeln!(output)
}

/// The lines from the blank one on.
pub(super) fn write(output: &mut dyn Write, summary: &Summary) -> io::Result<()> {
    writeln!(
        output,
        "\n--- {} ping statistics ---",
        Escaped(&summary.host)
    )?;
    write!(output, "{} packets transmitted", summary.transmitted)?;
    write!(output, ", {} received", summary.received)?;
    for (count, what) in [
        (summary.duplicates, "duplicates"),
        (summary.corrupted, "corrupted"),
        (summary.errors, "errors"),
    ] {
        if count > 0 {
            write!(output, ", +{count} {what}")?;
        }
    }
    if summary.transmitted > 0 {
        let loss = percent(summary.loss_percent);
        let millis = summary.elapsed_ns.saturating_add(500_000) / 1_000_000;
        write!(output, ", {loss}% packet loss, time {millis}ms")?;
    }
    writeln!(output)?;
    times(output, summary)
}

fn times(output: &mut dyn Write, summary: &Summary) -> io::Result<()> {
    let mut parts = Vec::new();
    if let Some(times) = summary.times {
        let all = [times.min_us, times.avg_us, times.max_us, times.mdev_us];
        let [min, avg, max, mdev] = all.map(Milliseconds);
        parts.push(format!(
            "rtt min/avg/max/mdev = {min}/{avg}/{max}/{mdev} ms"
        ));
    }
    if summary.pipe > 1 {
        parts.push(format!("pipe {}", summary.pipe));
    }
    if let Some(gap) = summary.gap_us {
        let ewma = summary.times.map_or(0, |times| times.ewma_us);
        let (gap, ewma) = (Milliseconds(gap), Milliseconds(ewma));
        parts.push(format!("ipg/ewma {gap}/{ewma} ms"));
    }
    writeln!(output, "{}", parts.join(", "))
}
