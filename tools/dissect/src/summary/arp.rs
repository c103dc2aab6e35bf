//! The line of an ARP packet.

use super::View;

/// Opcodes as tcpdump words them. IANA, ARP Parameters.
const OPCODES: &[(u64, &str)] = &[
    (1, "Request"),
    (2, "Reply"),
    (3, "Reverse Request"),
    (4, "Reverse Reply"),
    (8, "Inverse Request"),
    (9, "Inverse Reply"),
];

/// `outer_end` is where the frame ends: the length counts its padding.
pub(super) fn line(view: &View<'_>, outer_end: usize) -> String {
    let Some(opcode) = view.number("ar$op") else {
        return " [|arp]".into();
    };
    let name = OPCODES.iter().find(|(number, _)| *number == opcode);
    let name = name.map_or_else(|| format!("Unknown ({opcode})"), |(_, n)| (*n).into());
    let length = outer_end.saturating_sub(view.layer.header.start);
    format!("ARP, {name}{}, length {length}", parties(view, opcode))
}

fn parties(view: &View<'_>, opcode: u64) -> String {
    if view.number("ar$tpa").is_none() {
        return " (addresses that are not read here)".into();
    }
    let [sender, sender_ip, target, target_ip] =
        ["ar$sha", "ar$spa", "ar$tha", "ar$tpa"].map(|name| view.shown(name));
    let known = view.number("ar$tha").is_some_and(|address| address != 0);
    match opcode {
        1 if known => format!(" who-has {target_ip} ({target}) tell {sender_ip}"),
        1 => format!(" who-has {target_ip} tell {sender_ip}"),
        2 => format!(" {sender_ip} is-at {sender}"),
        3 => format!(" who-is {target} tell {sender}"),
        4 => format!(" {target} at {target_ip}"),
        _ => String::new(),
    }
}
