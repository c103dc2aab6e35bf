//! The line of a BPDU.

use super::View;

/// Versions as tcpdump words them.
const VERSIONS: &[(u64, &str)] =
    &[(0, "802.1d"), (2, "802.1w"), (3, "802.1s"), (4, "802.1aq")];

/// Flags from the lowest bit on, as tcpdump words them; the role of the port is not told.
const FLAGS: &[(u8, &str)] = &[
    (0x01, "Topology change"),
    (0x02, "Proposal"),
    (0x10, "Learn"),
    (0x20, "Forward"),
    (0x40, "Agreement"),
    (0x80, "Topology change ACK"),
];

/// Up to the bridge and port that sent it. Of multiple trees only the common one is told.
pub(super) fn line(view: &View<'_>) -> String {
    let length = view.wire_len();
    let number = |field| view.number(field);
    let (Some(version), Some(kind)) =
        (number("Protocol Version Identifier"), number("BPDU Type"))
    else {
        return " [|stp]".into();
    };
    if number("Protocol Identifier") != Some(0) {
        return format!("unknown STP version, length {length}");
    }
    let Some(name) = name(VERSIONS, version) else {
        return format!("STP Unknown STP protocol ({version:#04x})");
    };
    let rest = match (kind, version) {
        (0x00, _) => format!("Config{}", configuration(view, length, 35)),
        (0x02, 2) => format!("Rapid STP{}", configuration(view, length, 36)),
        (0x02, 3..) => {
            format!("Rapid STP, CIST Flags [{}], length {length}", flags(view))
        }
        (0x02, _) => "Rapid STP".into(),
        (0x80, _) => "Topology Change".into(),
        (other, _) => format!("Unknown BPDU Type ({other:#04x})"),
    };
    format!("STP {name}, {rest}")
}

/// What a Configuration BPDU says, and a rapid one; both have at least so many octets.
fn configuration(view: &View<'_>, length: usize, least: usize) -> String {
    if length < least {
        return " (invalid)".into();
    }
    let Some(port) = view.number("Port Identifier") else {
        return " [|stp]".into();
    };
    let flags = flags(view);
    let bridge = view.octets("Bridge Identifier");
    let bridge: Vec<_> = bridge.iter().map(|octet| format!("{octet:02x}")).collect();
    let (priority, address) = bridge.split_at(bridge.len().min(2));
    let (priority, address) = (priority.concat(), address.join(":"));
    format!(
        ", Flags [{flags}], bridge-id {priority}.{address}.{port:04x}, length {length}"
    )
}

fn flags(view: &View<'_>) -> String {
    let octet = view.octets("Topology Change").first().copied();
    let octet = octet.unwrap_or_default();
    let set = FLAGS.iter().filter(|(bit, _)| octet & bit != 0);
    let set: Vec<_> = set.map(|(_, name)| *name).collect();
    match set.is_empty() {
        true => "none".into(),
        false => set.join(", "),
    }
}

fn name(names: &[(u64, &'static str)], number: u64) -> Option<&'static str> {
    let known = names.iter().find(|(known, _)| *known == number);
    known.map(|(_, name)| *name)
}
