//! Reasons in TCP headers and their options.

use layercake_base::layout::Value;
use layercake_transport::tcp::{Item, KINDS, Options};

use super::{Scene, ip, udp};

const FIN: u64 = 0b0_0001;
const SYN: u64 = 0b0_0010;
const RST: u64 = 0b0_0100;
const ACK: u64 = 0b1_0000;
const URG: u64 = 0b10_0000;

pub(super) fn why(
    scene: &Scene<'_>,
    name: &str,
    number: u64,
    _: &Value<'_>,
) -> Option<String> {
    let bits = scene.number("Control Bits")?;
    let text = match name {
        "Source Port" | "Destination Port" => udp::port(number),
        "Sequence Number" => sequence(number, bits, scene.body_len()),
        "Acknowledgment Number" if bits & ACK == 0 => {
            "means nothing: ACK is not set".into()
        }
        "Acknowledgment Number" => "everything before this number has arrived".into(),
        "Data Offset" => ip::header_length(number),
        "Control Bits" => control_bits(number).into(),
        "Urgent Pointer" if bits & URG == 0 => "means nothing: URG is not set".into(),
        _ => return None,
    };
    Some(text)
}

/// The numbers that the segment takes: one for each octet, one each for SYN and FIN.
fn sequence(number: u64, bits: u64, data: usize) -> String {
    let flags = u64::from(bits & SYN != 0) + u64::from(bits & FIN != 0);
    let taken = u64::try_from(data).unwrap_or_default() + flags;
    let next = number.wrapping_add(taken) & 0xffff_ffff;
    match taken {
        0 => "takes no number: neither data nor SYN nor FIN".into(),
        _ => format!("{data} data octets and {flags} of SYN and FIN: next is {next}"),
    }
}

/// What the segment does, by the bits that matter most. RFC 9293 §3.5, §3.6.
fn control_bits(bits: u64) -> &'static str {
    match (
        bits & RST != 0,
        bits & SYN != 0,
        bits & FIN != 0,
        bits & ACK != 0,
    ) {
        (true, ..) => "breaks the connection off",
        (_, true, _, false) => "opens a connection",
        (_, true, _, true) => "accepts a connection and opens the other direction",
        (_, _, true, _) => "the sender has no more to send",
        (_, _, _, true) => "an ordinary segment of an open connection",
        _ => "no bit that a connection in order would lack",
    }
}

/// The options by name, with the values that are numbers.
pub(super) fn options(octets: &[u8]) -> String {
    let names: Vec<String> = Options::new(octets)
        .map(|option| match option {
            Ok(item) => option_text(&item),
            Err(reason) => reason.to_string(),
        })
        .collect();
    names.join(", ")
}

fn option_text(item: &Item<'_>) -> String {
    let name = KINDS.iter().find(|(kind, _)| *kind == u64::from(item.kind));
    let name = name.map_or_else(
        || format!("option {}", item.kind),
        |(_, name)| (*name).into(),
    );
    match *item.data {
        [shift] => format!("{name} {shift}"),
        [high, low] => format!("{name} {}", u16::from_be_bytes([high, low])),
        _ => name,
    }
}
