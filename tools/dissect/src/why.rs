//! Why a field has the value that it has in this frame: reasons computed from the rest of the
//! frame, not sentences kept for the field.

mod address;
mod arp;
mod icmp;
mod ip;
mod link;
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
    match part.kind {
        PartKind::Options if scene.layer.is(&transport::tcp::LAYOUT) => {
            Some(tcp::options(dissection.octets_of(&part.range)))
        }
        PartKind::Options if is_lldp(scene.layer) => {
            link::lldp_information(&scene, dissection.octets_of(&part.range))
        }
        PartKind::Padding => Some(link::padding(&scene, part)),
        _ => None,
    }
}

/// A field's reason: scene, name of the field, its number (0 for octets), and its value.
type Reasons = fn(&Scene<'_>, &str, u64, &Value<'_>) -> Option<String>;

fn reasons_for(layout: &'static Layout) -> Option<Reasons> {
    let table: [(&'static Layout, Reasons); 15] = [
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
        (&transport::udp::LAYOUT, udp::why),
        (&transport::tcp::LAYOUT, tcp::why),
    ];
    let known = table
        .into_iter()
        .find(|(known, _)| core::ptr::eq(*known, layout));
    match known {
        Some((_, reasons)) => Some(reasons),
        None if layout.protocol.starts_with("ICMP") => Some(icmp::error),
        None => None,
    }
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
