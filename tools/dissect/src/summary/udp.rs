//! The line of a UDP datagram.

use core::fmt::Write as _;

use super::View;
use super::ip::Ends;

pub(super) fn line(view: &View<'_>, ends: &Ends<'_>) -> String {
    let ports = (view.number("Source Port"), view.number("Destination Port"));
    let (Some(source), Some(destination)) = ports else {
        return format!("{ends}:  [|udp]");
    };
    let mut text = ends.with_ports(source, destination);
    let length = view.number("Length");
    let _ = match (length, length.and_then(|length| length.checked_sub(8))) {
        (None, _) => write!(text, ":  [|udp]"),
        (_, Some(body)) => write!(text, ": UDP, length {body}"),
        (Some(length), None) => write!(text, ": truncated-udplength {length}"),
    };
    text
}
