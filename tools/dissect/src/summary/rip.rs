//! The line of a RIP message. RIPv2 is told in short; RIPng with all its routes.

use layercake_network::rip::{HEADER_LAYOUT, NG_ENTRY_LAYOUT};

use super::View;

/// A metric that tells the next hop of the entries behind it. RFC 2080 §2.1.
const INFINITY: u64 = 16;

/// What stands behind the ports; `length` octets in all. `None` when it is no RIP message.
pub(super) fn line(view: &View<'_>, next_generation: bool) -> Option<String> {
    if !view.layer.is(&HEADER_LAYOUT) {
        return None;
    }
    let (Some(command), Some(version)) = (view.number("Command"), view.number("Version"))
    else {
        return Some("[|rip]".into());
    };
    let length = view.wire_len();
    if next_generation {
        return Some(format!(" {}", ripng(view, command, version)));
    }
    let command = match command {
        1 => "Request".into(),
        2 => "Response".into(),
        other => format!("unknown command ({other})"),
    };
    Some(format!("RIPv{version}, {command}, length: {length}"))
}

fn ripng(view: &View<'_>, command: u64, version: u64) -> String {
    if version != 1 {
        return format!("[vers {version}] (invalid)");
    }
    let name = match command {
        1 => "ripng-req",
        2 => "ripng-resp",
        other => return format!("ripng-{other} ?? {} (invalid)", view.wire_len()),
    };
    let entries: Vec<_> = entries(view).collect();
    if let (1, [one]) = (command, &entries[..])
        && one.number("Metric") == Some(INFINITY)
        && one.octets("IPv6 Prefix").iter().all(|octet| *octet == 0)
    {
        return format!("{name} dump");
    }
    let count = view.wire_len().saturating_sub(view.layer.header.len())
        / NG_ENTRY_LAYOUT.octets();
    let routes: Vec<_> = entries.iter().map(|one| route(one, command)).collect();
    format!("{name} {count}: {}", routes.join(" "))
}

fn route(entry: &View<'_>, command: u64) -> String {
    let number = |field| entry.number(field).unwrap_or(0);
    let prefix = format!("{}/{}", entry.shown("IPv6 Prefix"), number("Prefix Len"));
    let tag = match number("Route Tag") {
        0 => String::new(),
        tag => format!(" [{tag}]"),
    };
    match command {
        1 => format!("{prefix}{tag}"),
        _ => format!("{prefix}{tag} ({})", number("Metric")),
    }
}

/// The entries behind a header.
fn entries<'d>(view: &View<'d>) -> impl Iterator<Item = View<'d>> + use<'d> {
    let (dissection, from) = (view.dissection, view.layer.header.start);
    let layers = dissection.layers.iter();
    let behind = layers.filter(move |layer| layer.header.start > from);
    let own = behind.filter(|layer| layer.is(&NG_ENTRY_LAYOUT));
    own.map(move |layer| View { dissection, layer })
}
