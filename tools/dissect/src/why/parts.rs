//! What the octets of options and extensions say.

use core::net::Ipv6Addr;

use layercake_network::icmp::extended_echo::Wanted;
use layercake_network::icmp::extensions::{InterfaceInformation, LabelStackEntry, Role};
use layercake_network::icmp::{ExtendedEcho, Extensions};
use layercake_network::ipv4::Options;
use layercake_network::ipv6::extension::option::{Act, Opt, Type};

use super::printable;

/// IPv4 options by name. RFC 791 §3.1, RFC 2113, IANA IP Option Numbers.
const IPV4: &[(u8, &str)] = &[
    (0, "end of list"),
    (1, "no operation"),
    (7, "record route"),
    (68, "timestamp"),
    (130, "security"),
    (131, "loose source route"),
    (137, "strict source route"),
    (148, "router alert"),
];

/// IPv6 options by name. RFC 8200 §4.2, RFC 2711, RFC 2675, RFC 6275, RFC 2473.
const IPV6: &[(u8, &str)] = &[
    (0x00, "Pad1"),
    (0x01, "PadN"),
    (0x04, "tunnel encapsulation limit"),
    (0x05, "router alert"),
    (0xc2, "jumbo payload"),
    (0xc9, "home address"),
];

/// The options of an IPv4 header.
pub(super) fn ipv4_options(octets: &[u8]) -> String {
    let options = match Options::new(octets) {
        Ok(options) => options,
        Err(reason) => return reason.to_string(),
    };
    let texts = options.walk().map(|item| match item {
        Ok(item) => {
            let name = named(IPV4, item.kind.0);
            let copied = if item.kind.is_copied() {
                ", copied"
            } else {
                ""
            };
            format!("{name}, {} octets{copied}", item.octets.len())
        }
        Err(flaw) => flaw.reason.to_string(),
    });
    texts.collect::<Vec<_>>().join("; ")
}

/// The options of an IPv6 hop-by-hop or destination header, padding among them.
pub(super) fn ipv6_options(mut octets: &[u8]) -> String {
    let mut texts = Vec::new();
    while !octets.is_empty() {
        let option = match Opt::decode(octets) {
            Ok(option) => option,
            Err(reason) => {
                texts.push(reason.to_string());
                break;
            }
        };
        texts.push(ipv6_option(&option));
        octets = octets.get(option.octets()..).unwrap_or_default();
    }
    texts.join("; ")
}

fn ipv6_option(option: &Opt<'_>) -> String {
    let name = named(IPV6, option.kind.0);
    let known = IPV6.iter().any(|(kind, _)| *kind == option.kind.0);
    let number = option
        .data
        .iter()
        .fold(0_u64, |sum, octet| sum << 8 | u64::from(*octet));
    match (option.kind, option.data) {
        (Type::PAD1, _) => name,
        (Type::PADN, data) => format!("{name}, {} octets", data.len() + 2),
        (_, data) if data.len() == 16 && known => {
            let octets: [u8; 16] = data.try_into().unwrap_or_default();
            format!("{name} {}", Ipv6Addr::from(octets))
        }
        (_, data) if known && data.len() <= 4 => format!("{name} {number}"),
        (kind, data) => {
            let otherwise = match kind.act() {
                Act::Skip => "skipped",
                Act::Discard => "the end of the packet",
                Act::Tell | Act::TellOne => "the end of the packet, and told",
            };
            format!(
                "{name}, {} octets, where not known: {otherwise}",
                data.len()
            )
        }
    }
}

/// The stations of a routing header whose type lists whole addresses.
pub(super) fn stations(kind: Option<u64>, octets: &[u8]) -> Option<String> {
    let all = octets
        .get(4..)
        .filter(|_| matches!(kind, Some(0 | 2 | 4)))?;
    let (all, _) = all.as_chunks::<16>();
    let texts = all.iter().map(|octets| Ipv6Addr::from(*octets).to_string());
    Some(texts.collect::<Vec<_>>().join(", "))
}

/// The objects behind the quote of an ICMP error, or behind an extended echo. RFC 4884.
pub(super) fn extensions(octets: &[u8]) -> String {
    let extensions = match Extensions::decode(octets) {
        Ok(extensions) => extensions,
        Err(reason) => return reason.to_string(),
    };
    let texts = extensions.objects().map(|object| {
        let object = match object {
            Ok(object) => object,
            Err(reason) => return reason.to_string(),
        };
        match (object.class, InterfaceInformation::decode(&object)) {
            (LabelStackEntry::CLASS, _) => {
                let labels = LabelStackEntry::in_object(&object);
                labels
                    .map(|label| mpls(&label))
                    .collect::<Vec<_>>()
                    .join(", ")
            }
            (_, Ok(interface)) => self::interface(&interface),
            (class, _) => {
                format!("object of class {class}, {} octets", object.data.len())
            }
        }
    });
    texts.collect::<Vec<_>>().join("; ")
}

/// Which interface an extended echo asks for. RFC 8335 §2.1.
pub(super) fn wanted(message: &[u8]) -> String {
    match ExtendedEcho::wanted(message) {
        Ok(Wanted::Name(name)) => format!("asks for the interface {:?}", printable(name)),
        Ok(Wanted::Index(index)) => format!("asks for the interface with index {index}"),
        Ok(Wanted::Address(address)) => format!("asks for the interface with {address}"),
        Err(reason) => reason.to_string(),
    }
}

fn mpls(label: &LabelStackEntry) -> String {
    let bottom = if label.bottom {
        ", bottom of the stack"
    } else {
        ""
    };
    let (class, ttl) = (label.traffic_class, label.time_to_live);
    format!(
        "MPLS label {}, class {class}, TTL {ttl}{bottom}",
        label.label
    )
}

fn interface(own: &InterfaceInformation<'_>) -> String {
    let role = match own.role {
        Role::Incoming => "it came in by the interface",
        Role::Component => "it came in by a part of the interface",
        Role::Outgoing => "it would have gone out by the interface",
        Role::NextHop => "it would have gone to the next hop",
    };
    let mut text = role.to_owned();
    let mut say = |what: String| text.push_str(&what);
    own.index
        .into_iter()
        .for_each(|index| say(format!(", index {index}")));
    own.address
        .into_iter()
        .for_each(|address| say(format!(", {address}")));
    own.name
        .into_iter()
        .for_each(|name| say(format!(", name {:?}", printable(name))));
    own.mtu
        .into_iter()
        .for_each(|mtu| say(format!(", MTU {mtu}")));
    text
}

fn named(table: &[(u8, &str)], kind: u8) -> String {
    let known = table.iter().find(|(number, _)| *number == kind);
    known.map_or_else(|| format!("option {kind:#04x}"), |(_, name)| (*name).into())
}
