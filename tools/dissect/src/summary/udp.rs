//! The line of a UDP datagram.

use super::View;
use super::ip::Ends;

pub(super) fn line(view: &View<'_>, ends: &Ends<'_>) -> String {
    let ports = (view.number("Source Port"), view.number("Destination Port"));
    let (Some(source), Some(destination)) = ports else {
        return format!("{ends}:  [|udp]");
    };
    let ends = ends.with_ports(source, destination);
    let Some(length) = view.number("Length") else {
        return format!("{ends}:  [|udp]");
    };
    match length.checked_sub(8) {
        Some(body) => format!("{ends}: UDP, length {body}"),
        None => format!("{ends}: truncated-udplength {length}"),
    }
}
