//! The line of a TCP segment.

use core::fmt::Write as _;

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
        let shown = ends.with_ports(source, destination);
        match self.segment(view, ends, source, destination) {
            Some(text) => format!("{shown}: {text}"),
            None => format!("{shown}:  [|tcp]"),
        }
    }

    fn segment(
        &mut self,
        view: &View<'_>,
        ends: &Ends<'_>,
        source: u64,
        destination: u64,
    ) -> Option<String> {
        let (offset, bits) = (view.number("Data Offset")?, view.number("Control Bits")?);
        view.number("Urgent Pointer")?;
        let header = usize::try_from(offset * 4).ok()?;
        let (whole, name) = (view.wire_len(), flags(bits));
        if header < 20 {
            let body = whole.saturating_sub(header);
            return Some(format!(
                " tcp {body} [bad hdr length {header} - too short, < 20]"
            ));
        }
        let Some(data) = whole.checked_sub(header) else {
            let bad = format!("bad hdr length {header} - too long, > {whole}");
            return Some(format!("Flags [{name}] [{bad}]"));
        };
        let numbers = Base {
            sequence: u32::try_from(view.number("Sequence Number")?).ok()?,
            acknowledgment: u32::try_from(view.number("Acknowledgment Number")?).ok()?,
        };
        let base = self.base(ends, source, destination, numbers, bits);
        let mut text = format!("Flags [{name}]{}", counts(numbers, base, bits, data));
        let _ = write!(text, ", win {}", view.number("Window")?);
        if bits & URG != 0 {
            let _ = write!(text, ", urg {}", view.number("Urgent Pointer")?);
        }
        text.push_str(&options(view, base));
        let _ = write!(text, ", length {data}");
        Some(text)
    }

    /// Segments without ACK are told absolute and do not begin a conversation.
    fn base(
        &mut self,
        ends: &Ends<'_>,
        source: u64,
        destination: u64,
        numbers: Base,
        bits: u64,
    ) -> Base {
        let [from, to] = ends.key.map(<[u8]>::to_vec);
        match self.conversations.as_mut().filter(|_| bits & ACK != 0) {
            Some(all) => {
                all.base((from, source), (to, destination), numbers, bits & SYN != 0)
            }
            None => Base::default(),
        }
    }
}

fn flags(bits: u64) -> String {
    let set = FLAGS
        .iter()
        .enumerate()
        .filter(|(bit, _)| bits >> bit & 1 == 1);
    let text: String = set.map(|(_, flag)| *flag).collect();
    if text.is_empty() { "none".into() } else { text }
}

/// Sequence numbers when there is anything to count, and the acknowledgment.
fn counts(numbers: Base, base: Base, bits: u64, data: usize) -> String {
    let mut text = String::new();
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
    text
}

fn options(view: &View<'_>, base: Base) -> String {
    let Some(part) = view.layer.part(PartKind::Options) else {
        return String::new();
    };
    let octets = view.dissection.octets_of(&part.range);
    let mut words = Vec::new();
    for item in Options::new(octets) {
        words.push(item.map_or("[bad opt]".into(), |item| option(&item, base)));
    }
    format!(", options [{}]", words.join(","))
}

fn option(item: &Item<'_>, base: Base) -> String {
    match (item.kind, item.data) {
        (0, _) => "eol".into(),
        (1, _) => "nop".into(),
        (2, [high, low]) => format!("mss {}", u16::from_be_bytes([*high, *low])),
        (3, [shift]) => format!("wscale {shift}"),
        (4, []) => "sackOK".into(),
        (5, blocks) => sack(blocks, base),
        (8, [a, b, c, d, e, f, g, h]) => {
            let [value, echo] =
                [[*a, *b, *c, *d], [*e, *f, *g, *h]].map(u32::from_be_bytes);
            format!("TS val {value} ecr {echo}")
        }
        (kind, data) => {
            let hex: String = data.iter().map(|octet| format!("{octet:02x}")).collect();
            let data = if hex.is_empty() {
                hex
            } else {
                format!(" 0x{hex}")
            };
            format!("unknown-{kind}{data}")
        }
    }
}

/// Blocks are in the numbers of the other direction.
fn sack(blocks: &[u8], base: Base) -> String {
    let (edges, _) = blocks.as_chunks::<4>();
    let edges = edges.iter().map(|edge| u32::from_be_bytes(*edge));
    let edges: Vec<_> = edges.map(|e| e.wrapping_sub(base.acknowledgment)).collect();
    let (pairs, _) = edges.as_chunks::<2>();
    let shown: String = pairs
        .iter()
        .map(|[from, to]| format!("{{{from}:{to}}}"))
        .collect();
    format!("sack {} {shown}", pairs.len())
}
