//! Reasons in UDP headers, and what a port number tells.

use layercake_base::layout::Value;

use super::Scene;

pub(super) fn why(
    scene: &Scene<'_>,
    name: &str,
    number: u64,
    _: &Value<'_>,
) -> Option<String> {
    match name {
        "Length" => {
            let (header, body) = (scene.header_len(), scene.body_len());
            Some(format!("{header} header + {body} body"))
        }
        "Source Port" if number == 0 => Some("0: no answer is wanted".into()),
        "Source Port" | "Destination Port" => Some(port(number)),
        _ => None,
    }
}

/// Services that a newcomer meets. IANA, Service Name and Transport Protocol Port Number
/// Registry; the traceroute range is a habit of the tool, not in the registry.
const SERVICES: &[(u64, &str)] = &[
    (22, "ssh"),
    (53, "DNS"),
    (67, "DHCP server"),
    (68, "DHCP client"),
    (80, "HTTP"),
    (123, "NTP"),
    (443, "HTTPS"),
    (520, "RIP"),
    (521, "RIPng"),
    (546, "DHCPv6 client"),
    (547, "DHCPv6 server"),
    (5353, "multicast DNS"),
];

/// Where a traceroute over UDP starts to count.
const TRACEROUTE: u64 = 33434;

/// What a port number tells. RFC 6335 §6 names the three ranges.
pub(super) fn port(number: u64) -> String {
    if let Some((_, name)) = SERVICES.iter().find(|(known, _)| *known == number) {
        return format!("well known: {name}");
    }
    match number {
        0..=1023 => "a system port, RFC 6335".into(),
        TRACEROUTE..=33534 => {
            format!(
                "{TRACEROUTE} + {}: the habit of traceroute probes",
                number - TRACEROUTE
            )
        }
        32768..=49151 => {
            "a user port, RFC 6335; Linux picks from 32768 up for one exchange".into()
        }
        49152..=65535 => "a dynamic port, chosen for one exchange, RFC 6335".into(),
        _ => "a user port, RFC 6335".into(),
    }
}
