//! Measures a link sender: `link_rate INTERFACE OCTETS COUNT one|batch|pace:NANOSECONDS`.
//!
//! `one` and `batch` print frames per second; `pace` prints how late the frames of a schedule were handed over.

use std::time::Duration;

use anyhow::{Context, bail};
use layercake_host::clock::{Monotonic, monotonic};
use layercake_host::link::{BatchSender, LinkSender};
use layercake_host::pace::{Pace, Pacer};

fn main() -> anyhow::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [interface, octets, count, mode] = words.as_slice() else {
        bail!("usage: link_rate INTERFACE OCTETS COUNT one|batch|pace:NANOSECONDS");
    };
    let frame = udp_frame(octets.parse()?);
    let count: u64 = count.parse()?;
    let elapsed = match mode.as_str() {
        "one" => one_by_one(interface, &frame, count)?,
        "batch" => batches(interface, &frame, count)?,
        timed => {
            let gap = timed.strip_prefix("pace:").context("unknown mode")?;
            return paced(interface, &frame, count, gap.parse()?);
        }
    };
    let elapsed = elapsed.as_secs_f64();
    #[allow(clippy::cast_precision_loss, reason = "a count of frames for people")]
    let rate = count as f64 / elapsed;
    println!("mode={mode} size={octets} sent={count} wall={elapsed:.4} pps={rate:.0}");
    Ok(())
}

/// A frame with the addresses of a private link and an IPv4 UDP datagram of zeros.
fn udp_frame(octets: usize) -> Vec<u8> {
    let mut frame = vec![2, 0, 0, 0, 0, 9, 2, 0, 0, 0, 0, 1, 8, 0];
    let total = u16::try_from(octets.saturating_sub(14)).unwrap_or(u16::MAX);
    frame.extend_from_slice(&[0x45, 0]);
    frame.extend_from_slice(&total.to_be_bytes());
    frame.extend_from_slice(&[0, 0, 0x40, 0, 64, 17, 0, 0, 10, 99, 1, 1, 10, 99, 1, 2]);
    frame.extend_from_slice(&[0x0f, 0xa0, 0x0f, 0xa1, 0, 8, 0, 0]);
    frame.resize(octets, 0);
    frame
}

/// The send loop alone: opening and closing a packet socket take milliseconds.
fn one_by_one(interface: &str, frame: &[u8], count: u64) -> anyhow::Result<Duration> {
    let mut sender = LinkSender::open(interface)?;
    let start = monotonic();
    for _ in 0..count {
        sender.send(frame)?;
    }
    Ok(monotonic().since(start))
}

fn batches(interface: &str, frame: &[u8], count: u64) -> anyhow::Result<Duration> {
    let mut sender = BatchSender::open(interface)?;
    let frames = vec![frame; usize::try_from(count)?];
    let start = monotonic();
    sender.send_all(&frames)?;
    Ok(monotonic().since(start))
}

fn paced(interface: &str, frame: &[u8], count: u64, gap: u64) -> anyhow::Result<()> {
    let mut sender = LinkSender::open(interface)?;
    let pacer = Pacer::new()?;
    let start = monotonic().plus(Duration::from_millis(1));
    let mut late = Vec::new();
    for number in 0..count {
        let instant = Monotonic(start.0 + number * gap);
        if let Pace::Late(by) = pacer.until(instant, None)? {
            late.push(by);
        }
        sender.send(frame)?;
    }
    late.sort_unstable();
    let median = late.get(late.len() / 2).copied().unwrap_or_default();
    let worst = late.last().copied().unwrap_or_default();
    println!("gap_ns={gap} frames={count} median_late={median:?} worst_late={worst:?}");
    Ok(())
}
