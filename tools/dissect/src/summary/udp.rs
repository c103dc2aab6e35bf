//! The line of a UDP datagram.

use core::fmt::Write as _;

use super::ip::Ends;
use super::{View, rip};

/// The port of RIP. RFC 2453 §4.
const RIP: u64 = 520;

/// `inside` is what the datagram carries, where that is read.
pub(super) fn line(view: &View<'_>, ends: &Ends<'_>, inside: Option<View<'_>>) -> String {
    let ports = (view.number("Source Port"), view.number("Destination Port"));
    let (Some(source), Some(destination)) = ports else {
        return format!("{ends}:  [|udp]");
    };
    let mut text = ends.with_ports(source, destination);
    let next_generation = ![source, destination].contains(&RIP);
    if let Some(message) = inside.and_then(|inside| rip::line(&inside, next_generation)) {
        let _ = write!(text, ": {message}");
        return text;
    }
    let length = view.number("Length");
    let _ = match (length, length.and_then(|length| length.checked_sub(8))) {
        (None, _) => write!(text, ":  [|udp]"),
        (_, Some(body)) => write!(text, ": UDP, length {body}"),
        (Some(length), None) => write!(text, ": truncated-udplength {length}"),
    };
    text
}
