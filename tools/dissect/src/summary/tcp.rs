//! The line of a TCP segment.

use core::fmt::{self, Write as _};
use core::net::SocketAddr;

use layercake_transport::tcp::{Item, Options};

use crate::PartKind;

use super::conversation::Base;
use super::ip::Ends;
use super::{View, Writer};

/// The bits as tcpdump prints them, lowest first.
const FLAGS: [char; 8] = ['F', 'S', 'R', 'P', '.', 'U', 'E', 'W'];
const SYN_FIN_RST: u64 = 0b111;
const SYN: u64 = 0b10;
const ACK: u64 = 0b1_0000;
const URG: u64 = 0b10_0000;

impl Writer<'_, '_> {
    pub(super) fn tcp(&mut self, view: &View<'_>, ends: &Ends<'_>) -> String {
        let ports = (view.number("Source Port"), view.number("Destination Port"));
        let (Some(source), Some(destination)) = ports else {
            return format!("{ends}:  [|tcp]");
        };
        let mut text = ends.with_ports(source, destination);
        text.push_str(": ");
        let behind_ends = text.len();
        let sockets = ends.sockets(source, destination);
        if self.segment(view, sockets, &mut text).is_none() {
            text.truncate(behind_ends);
            text.push_str(" [|tcp]");
        }
        text
    }

    /// Writes what follows the ends; `None` when not all of it was captured.
    fn segment(
        &mut self,
        view: &View<'_>,
        ends: Option<[SocketAddr; 2]>,
        text: &mut String,
    ) -> Option<()> {
        let (offset, bits) = (view.number("Data Offset")?, view.number("Control Bits")?);
        let urgent = view.number("Urgent Pointer")?;
        let header = usize::try_from(offset * 4).ok()?;
        let whole = view.wire_len();
        if header < 20 {
            let body = whole.saturating_sub(header);
            let bad = format_args!("[bad hdr length {header} - too short, < 20]");
            return write!(text, " tcp {body} {bad}").ok();
        }
        text.push_str("Flags [");
        flags(bits, text);
        let Some(data) = whole.checked_sub(header) else {
            let bad = format_args!("bad hdr length {header} - too long, > {whole}");
            return write!(text, "] [{bad}]").ok();
        };
        text.push(']');
        let numbers = Base {
            sequence: u32::try_from(view.number("Sequence Number")?).ok()?,
            acknowledgment: u32::try_from(view.number("Acknowledgment Number")?).ok()?,
        };
        let base = self.base(ends, numbers, bits);
        counts(numbers, base, bits, data, text);
        let _ = write!(text, ", win {}", view.number("Window")?);
        if bits & URG != 0 {
            let _ = write!(text, ", urg {urgent}");
        }
        options(view, base, text);
        write!(text, ", length {data}").ok()
    }

    /// Segments without ACK are told absolute and do not begin a conversation.
    fn base(&mut self, ends: Option<[SocketAddr; 2]>, numbers: Base, bits: u64) -> Base {
        let conversations = self.conversations.as_mut().filter(|_| bits & ACK != 0);
        match (conversations, ends) {
            (Some(all), Some([from, to])) => all.base(from, to, numbers, bits & SYN != 0),
            _ => Base::default(),
        }
    }
}

fn flags(bits: u64, text: &mut String) {
    let set = FLAGS
        .iter()
        .enumerate()
        .filter(|(bit, _)| bits >> bit & 1 == 1);
    let before = text.len();
    text.extend(set.map(|(_, flag)| *flag));
    if text.len() == before {
        text.push_str("none");
    }
}

/// Sequence numbers when there is anything to count, and the acknowledgment.
fn counts(numbers: Base, base: Base, bits: u64, data: usize, text: &mut String) {
    let sequence = numbers.sequence.wrapping_sub(base.sequence);
    if data > 0 || bits & SYN_FIN_RST != 0 {
        let _ = write!(text, ", seq {sequence}");
    }
    if let (1.., Ok(len)) = (data, u32::try_from(data)) {
        let _ = write!(text, ":{}", sequence.wrapping_add(len));
    }
    if bits & ACK != 0 {
        let acknowledgment = numbers.acknowledgment.wrapping_sub(base.acknowledgment);
        let _ = write!(text, ", ack {acknowledgment}");
    }
}

fn options(view: &View<'_>, base: Base, text: &mut String) {
    let Some(part) = view.layer.part(PartKind::Options) else {
        return;
    };
    let octets = view.dissection.octets_of(&part.range);
    text.push_str(", options [");
    let mut separator = "";
    for item in Options::new(octets) {
        text.push_str(separator);
        separator = ",";
        let _ = match item {
            Ok(item) => option(&item, base, text),
            Err(_) => write!(text, "[bad opt]"),
        };
    }
    text.push(']');
}

fn option(item: &Item<'_>, base: Base, text: &mut String) -> fmt::Result {
    match (item.kind, item.data) {
        (0, _) => write!(text, "eol"),
        (1, _) => write!(text, "nop"),
        (2, [high, low]) => write!(text, "mss {}", u16::from_be_bytes([*high, *low])),
        (3, [shift]) => write!(text, "wscale {shift}"),
        (4, []) => write!(text, "sackOK"),
        (5, blocks) => sack(blocks, base, text),
        (8, [a, b, c, d, e, f, g, h]) => {
            let [value, echo] =
                [[*a, *b, *c, *d], [*e, *f, *g, *h]].map(u32::from_be_bytes);
            write!(text, "TS val {value} ecr {echo}")
        }
        (kind, data) => {
            let start = if data.is_empty() { "" } else { " 0x" };
            write!(text, "unknown-{kind}{start}")?;
            data.iter()
                .try_for_each(|octet| write!(text, "{octet:02x}"))
        }
    }
}

/// Blocks are in the numbers of the other direction.
fn sack(blocks: &[u8], base: Base, text: &mut String) -> fmt::Result {
    let (edges, _) = blocks.as_chunks::<4>();
    let (pairs, _) = edges.as_chunks::<2>();
    write!(text, "sack {} ", pairs.len())?;
    pairs.iter().try_for_each(|pair| {
        let [from, to] =
            pair.map(|edge| u32::from_be_bytes(edge).wrapping_sub(base.acknowledgment));
        write!(text, "{{{from}:{to}}}")
    })
}
