//! Why a field has the value that it has in this frame: reasons computed from the rest of the
//! frame, not sentences kept for the field.

mod address;
mod arp;
mod discovery;
mod icmp;
mod ip;
mod link;
mod parts;
mod routing;
mod stp;
mod tcp;
mod udp;

use layercake_base::Layout;
use layercake_base::layout::{Raw, Value};
use layercake_datalink as datalink;
use layercake_network as network;
use layercake_transport as transport;

use crate::link::is_lldp;
use crate::{Check, Dissected, Dissection, Part, PartKind, Verdict, place};
pub(crate) use link::printable;

/// Why `value` stands in the layer with that number; `None` where nothing can be told.
pub(crate) fn why(
    dissection: &Dissection<'_>,
    number: usize,
    value: &Value<'_>,
) -> Option<String> {
    let scene = Scene::new(dissection, number)?;
    let name = value.field.name;
    if let Some(check) = scene
        .layer
        .check
        .as_ref()
        .filter(|check| check.field == name)
    {
        return Some(checksum(check));
    }
    let number = match value.raw {
        Raw::Number(number) => number,
        Raw::Octets(_) => 0,
    };
    let reasons = reasons_for(scene.layer.layout)?;
    reasons(&scene, name, number, value)
}

/// Why the octets of a part are there.
pub(crate) fn part(
    dissection: &Dissection<'_>,
    number: usize,
    part: &Part,
) -> Option<String> {
    let scene = Scene::new(dissection, number)?;
    let octets = dissection.octets_of(&part.range);
    match part.kind {
        PartKind::Options => options(&scene, octets),
        PartKind::Extensions
            if scene.layer.is(&network::icmp::extended_echo::QUESTION) =>
        {
            let message = scene.layer.header.start..part.range.end;
            Some(parts::wanted(dissection.octets_of(&message)))
        }
        PartKind::Extensions => Some(parts::extensions(octets)),
        PartKind::Padding => Some(link::padding(&scene, part)),
        PartKind::Payload => None,
    }
}

/// What the options of a layer say.
fn options(scene: &Scene<'_>, octets: &[u8]) -> Option<String> {
    use network::ipv6::extension::{options, routing};
    let is = |layout| scene.layer.is(layout);
    if is(&transport::tcp::LAYOUT) {
        Some(tcp::options(octets))
    } else if is(&network::ipv4::LAYOUT) {
        Some(parts::ipv4_options(octets))
    } else if is(&options::HOP_BY_HOP) || is(&options::DESTINATION) {
        Some(parts::ipv6_options(octets))
    } else if is(&routing::LAYOUT) {
        parts::stations(scene.number("Routing Type"), octets)
    } else if is(&network::ndp::option::dns::LAYOUT) {
        discovery::rest(scene.number("Type"), octets)
    } else if is_lldp(scene.layer) {
        link::lldp_information(scene, octets)
    } else {
        None
    }
}

/// A field's reason: scene, name of the field, its number (0 for octets), and its value.
type Reasons = fn(&Scene<'_>, &str, u64, &Value<'_>) -> Option<String>;

fn reasons_for(layout: &'static Layout) -> Option<Reasons> {
    let table: [(&'static Layout, Reasons); 21] = [
        (&datalink::ethernet::LAYOUT, link::ethernet),
        (&datalink::vlan::LAYOUT, link::vlan),
        (&datalink::llc::LAYOUT, link::llc),
        (&datalink::llc::snap::LAYOUT, link::snap),
        (
            &datalink::lldp::TIME_TO_LIVE_LAYOUT,
            link::lldp_time_to_live,
        ),
        (&datalink::stp::bpdu::CONFIGURATION, stp::why),
        (&datalink::stp::bpdu::RAPID, stp::why),
        (&datalink::ppp::LAYOUT, link::ppp),
        (&datalink::arp::LAYOUT, arp::why),
        (&network::ipv4::LAYOUT, ip::v4),
        (&network::ipv6::LAYOUT, ip::v6),
        (&network::icmp::echo::LAYOUT, icmp::echo),
        (&network::icmpv6::echo::LAYOUT, icmp::echo),
        (&network::rip::HEADER_LAYOUT, routing::rip),
        (&network::rip::V2_ENTRY_LAYOUT, routing::rip),
        (&network::rip::NG_ENTRY_LAYOUT, routing::rip),
        (&network::link_state::HEADER_LAYOUT, routing::link_state),
        (
            &network::link_state::ADVERTISEMENT_LAYOUT,
            routing::link_state,
        ),
        (&network::link_state::LINK_LAYOUT, routing::link_state),
        (&transport::udp::LAYOUT, udp::why),
        (&transport::tcp::LAYOUT, tcp::why),
    ];
    let known = table
        .into_iter()
        .find(|(known, _)| core::ptr::eq(*known, layout));
    match known {
        Some((_, reasons)) => Some(reasons),
        None if is_discovery(layout) => Some(discovery::why),
        None if layout.protocol.starts_with("ICMP") => Some(icmp::error),
        None => None,
    }
}

/// True for the messages of neighbour discovery and their options.
fn is_discovery(layout: &'static Layout) -> bool {
    use network::ndp::{message, option};
    let all: [&'static Layout; 13] = [
        &message::router_solicitation::LAYOUT,
        &message::router_advertisement::LAYOUT,
        &message::neighbor_solicitation::LAYOUT,
        &message::neighbor_advertisement::LAYOUT,
        &message::redirect::LAYOUT,
        &option::LAYOUT,
        &option::link_layer_address::LAYOUT,
        &option::prefix_information::LAYOUT,
        &option::redirected_header::LAYOUT,
        &option::mtu::LAYOUT,
        &option::nonce::LAYOUT,
        &option::route_information::LAYOUT,
        &option::dns::LAYOUT,
    ];
    all.into_iter().any(|known| core::ptr::eq(known, layout))
}

/// A layer among its neighbours.
pub(crate) struct Scene<'a> {
    pub(crate) dissection: &'a Dissection<'a>,
    pub(crate) layer: &'a Dissected,
    pub(crate) above: Option<&'a Dissected>,
    pub(crate) below: Option<&'a Dissected>,
}

impl<'a> Scene<'a> {
    fn new(dissection: &'a Dissection<'_>, number: usize) -> Option<Self> {
        let layers = &dissection.layers;
        Some(Scene {
            dissection,
            layer: layers.get(number)?,
            above: layers.get(number + 1),
            below: number.checked_sub(1).and_then(|below| layers.get(below)),
        })
    }

    /// A field of this layer.
    pub(crate) fn number(&self, field: &str) -> Option<u64> {
        self.dissection.number(self.layer, field)
    }

    /// Octets of this layer behind its header, as its own length fields say.
    pub(crate) fn body_len(&self) -> usize {
        self.layer.end.saturating_sub(self.layer.body_start())
    }

    /// Octets of this layer's whole header.
    pub(crate) fn header_len(&self) -> usize {
        self.layer.body_start() - self.layer.header.start
    }

    /// "an IPv4 header follows at octet 14".
    pub(crate) fn follows(&self) -> Option<String> {
        let above = self.above?;
        let (name, at) = (above.layout.protocol, above.header.start);
        Some(format!("{name} follows at octet {at}"))
    }
}

fn checksum(check: &Check) -> String {
    let octets = place::of_octets(&check.covered);
    let with = if check.pseudo_header {
        " and the addresses, protocol and length of the network header"
    } else {
        ""
    };
    match check.verdict {
        Verdict::Good => format!("computed over octets {octets}{with}: the same"),
        Verdict::Wrong(right) => {
            format!("computed over octets {octets}{with}: {right:#06x}, so it differs")
        }
        Verdict::Absent => "0: the sender computed none".into(),
        Verdict::Offloaded(right) => format!(
            "the sum over addresses, protocol and length only: captured before the sender's \
             network card made it {right:#06x}"
        ),
        Verdict::Unknown => {
            format!("cannot be computed: octets {octets}{with} are not all here")
        }
    }
}
