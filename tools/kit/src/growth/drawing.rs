//! The steps of a message as lines: when, which layer, what it did, and the boxes that it then consists of.

use std::fmt::Write as _;

use layercake_base::Instant;

use super::{Did, Step};
use crate::look::painted;

/// A line for each step.
pub(super) fn table(steps: &[Step], color: bool) -> String {
    let mut text = String::new();
    let mut boxes: Vec<(&'static str, usize)> = Vec::new();
    if let Some(Step {
        did: Did::Decode, ..
    }) = steps.first()
    {
        boxes = boxes_of(steps);
    }
    for step in steps {
        rebox(&mut boxes, step);
        let drawn = match &step.did {
            Did::Hold | Did::FillIn => String::new(),
            Did::Symbols(symbols) => pairs(*symbols),
            Did::Recode(first) => format!("first octet: {first:08b}"),
            Did::Send { arrival } => {
                format!("its last bit arrives at {}", millis(*arrival))
            }
            _ => draw(&boxes, color),
        };
        let (at, layer, words) =
            (millis(step.at), step.layer, words(step.layer, &step.did));
        let layer = painted(layer, &format!("{layer:<11}"), color);
        let len = match step.did {
            Did::Hold | Did::FillIn | Did::Send { .. } => String::new(),
            _ => step.len.to_string(),
        };
        let line = format!("{at:>12}  {layer}  {words:<21}{len:>4}  {drawn}");
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

/// The boxes after this step.
fn rebox(boxes: &mut Vec<(&'static str, usize)>, step: &Step) {
    match &step.did {
        Did::Make => boxes.push((step.layer, step.len)),
        Did::Add {
            octets,
            front: true,
        } => boxes.insert(0, (step.layer, *octets)),
        Did::Add { octets, .. } => boxes.push((step.layer, *octets)),
        Did::Remove { front: true, .. } if !boxes.is_empty() => drop(boxes.remove(0)),
        Did::Remove { .. } => drop(boxes.pop()),
        _ => {}
    }
}

/// What the message consists of as it arrives: what will be removed, around what remains.
fn boxes_of(steps: &[Step]) -> Vec<(&'static str, usize)> {
    let last = steps.last().map(|step| (step.layer, step.len));
    let mut boxes: Vec<_> = last.into_iter().collect();
    for step in steps.iter().rev() {
        match step.did {
            Did::Remove {
                octets,
                front: true,
            } => boxes.insert(0, (step.layer, octets)),
            Did::Remove { octets, .. } => boxes.push((step.layer, octets)),
            _ => {}
        }
    }
    boxes
}

fn words(layer: &str, did: &Did) -> String {
    match did {
        Did::Make => "makes it".into(),
        Did::Add {
            octets,
            front: true,
        } => format!("adds {octets} in front"),
        Did::Add { octets, .. } => format!("adds {octets} behind"),
        Did::Remove {
            octets,
            front: true,
        } => format!("takes {octets} off in front"),
        Did::Remove { octets, .. } => format!("takes {octets} off behind"),
        Did::Hold if matches!(layer, "arp" | "ndp") => {
            "holds it: where is the next hop?".into()
        }
        Did::Hold => "holds it until it is acknowledged".into(),
        Did::FillIn if matches!(layer, "udp" | "icmpv6" | "ipv6") => {
            "fills a checksum in".into()
        }
        Did::FillIn => "changes some octets".into(),
        Did::Symbols(_) => "2 symbols for a bit".into(),
        Did::Recode(_) => "codes the bits anew".into(),
        Did::Decode => "decodes it".into(),
        Did::Send { .. } => "carries it".into(),
        Did::HandUp => "hands it up".into(),
    }
}

fn draw(boxes: &[(&'static str, usize)], color: bool) -> String {
    let drawn = |(layer, octets): &(&str, usize)| {
        painted(layer, &format!("[{layer} {octets}]"), color)
    };
    boxes.iter().map(drawn).collect()
}

/// Sixteen symbols, two by two as they stand for a bit.
fn pairs(symbols: [u8; 2]) -> String {
    let bits = format!("{:016b}", u16::from_be_bytes(symbols));
    let pairs: Vec<String> = bits
        .as_bytes()
        .chunks(2)
        .map(|pair| String::from_utf8_lossy(pair).into_owned())
        .collect();
    format!("first octet: {}", pairs.join(" "))
}

fn millis(at: Instant) -> String {
    let micros = at.as_nanos() / 1000;
    format!("{}.{:03} ms", micros / 1000, micros % 1000)
}
