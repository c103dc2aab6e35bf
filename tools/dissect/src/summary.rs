//! One line for a packet, as `tcpdump -n` words it, so that scripts can go on reading it.
//!
//! Known are ARP, LLDP, BPDUs, IPv4 and IPv6, ICMP, neighbour discovery, UDP, RIP, and TCP with its common
//! options. What tcpdump tells of other protocols above (DNS, HTTP …) is not told; protocols that are not read here appear
//! with their number. Times and names are not part of the line.

mod arp;
mod arq;
mod conversation;
mod icmp;
mod icmpv6;
mod ip;
mod lldp;
mod rip;
mod stp;
mod tcp;
mod udp;

use layercake_base::layout::Value;
use layercake_datalink as datalink;
use layercake_network as network;

use crate::{Dissected, Dissection, link};
use conversation::Conversations;

/// One line for a packet by itself: TCP sequence numbers are absolute.
pub fn summary(dissection: &Dissection<'_>) -> String {
    line(dissection, None)
}

/// Makes lines for the packets of a capture, one after the other. It remembers TCP
/// conversations: after the first packet of one, its numbers are relative.
#[derive(Debug, Default)]
pub struct Summarizer {
    conversations: Conversations,
}

impl Summarizer {
    /// The line for the next packet.
    pub fn line(&mut self, dissection: &Dissection<'_>) -> String {
        line(dissection, Some(&mut self.conversations))
    }
}

fn line(
    dissection: &Dissection<'_>,
    conversations: Option<&mut Conversations>,
) -> String {
    let first = dissection.layers.iter().position(|layer| !is_link(layer));
    match first {
        Some(number) => {
            let mut writer = Writer {
                dissection,
                conversations,
            };
            writer.packet(number)
        }
        None => link_only(dissection),
    }
}

/// True for what stands in front of the packet.
fn is_link(layer: &Dissected) -> bool {
    let network: [&layercake_base::Layout; 3] = [
        &network::ipv4::LAYOUT,
        &network::ipv6::LAYOUT,
        &datalink::arp::LAYOUT,
    ];
    !network
        .iter()
        .any(|layout| core::ptr::eq(*layout, layer.layout))
}

/// A frame whose packet nobody here reads.
fn link_only(dissection: &Dissection<'_>) -> String {
    let length = dissection.original_len;
    let Some(first) = dissection.layers.first() else {
        let link_type = dissection.link_type;
        return match &dissection.fault {
            Some(fault) => format!("{link_type}, {fault}, length {length}"),
            None => format!("{link_type}, length {length}"),
        };
    };
    let view = |layer| View { dissection, layer };
    if first.is(&datalink::arq::LAYOUT) {
        return arq::line(&view(first), length);
    }
    if !first.is(&datalink::ethernet::LAYOUT) {
        let name = first.layout.protocol;
        return format!("{name}, not read further, length {length}");
    }
    if dissection.layers.iter().any(link::is_lldp) {
        return lldp::line(dissection);
    }
    if let Some(bpdu) = dissection.layers.iter().find(|layer| link::is_bpdu(layer)) {
        return stp::line(&view(bpdu));
    }
    let first = view(first);
    let Some(mut kind) = first.number("Length/Type") else {
        return " [|ether]".into();
    };
    let inner = dissection.layers.iter().rev();
    if let Some(inner) = inner.filter_map(|l| view(l).number("Length/Type")).next() {
        kind = inner;
    }
    let [from, to] =
        ["Source Address", "Destination Address"].map(|name| first.shown(name));
    match kind {
        0..=1500 => format!("{from} > {to}, 802.3, length {kind}"),
        inner => format!("{from} > {to}, ethertype {inner:#06x}, length {length}"),
    }
}

/// Writes the line of one frame.
struct Writer<'d, 'c> {
    dissection: &'d Dissection<'d>,
    conversations: Option<&'c mut Conversations>,
}

impl<'d> Writer<'d, '_> {
    fn packet(&mut self, number: usize) -> String {
        let Some(view) = self.view(number) else {
            return String::new();
        };
        if view.layer.is(&network::ipv4::LAYOUT) {
            format!("IP {}", self.ipv4(number, &view))
        } else if view.layer.is(&network::ipv6::LAYOUT) {
            format!("IP6 {}", self.ipv6(number, &view))
        } else {
            arp::line(&view, self.outer_end(number))
        }
    }

    fn view(&self, number: usize) -> Option<View<'d>> {
        let (dissection, layers) = (self.dissection, &self.dissection.layers);
        let layer = layers.get(number)?;
        Some(View { dissection, layer })
    }

    /// Where the layer around that layer ends on the wire.
    fn outer_end(&self, number: usize) -> usize {
        let outer = number
            .checked_sub(1)
            .and_then(|n| self.dissection.layers.get(n));
        outer.map_or(self.dissection.original_len, |outer| outer.end)
    }
}

/// A layer, its fields read by name.
#[derive(Clone, Copy)]
struct View<'d> {
    dissection: &'d Dissection<'d>,
    layer: &'d Dissected,
}

impl<'d> View<'d> {
    /// The number in a field; `None` when it was not captured.
    fn number(&self, field: &str) -> Option<u64> {
        self.dissection.number(self.layer, field)
    }

    /// The value of a field as people read it; empty when it was not captured.
    fn shown(&self, field: &str) -> String {
        let value = self.value(field);
        value.map_or(String::new(), |value| value.to_string())
    }

    /// The value of a field; `None` when it was not captured.
    fn value(&self, field: &str) -> Option<Value<'d>> {
        let header = self.dissection.octets_of(&self.layer.header);
        Value::read(self.layer.layout.find(field)?, header)
    }

    /// The octets that a field touches; none when it was not captured.
    fn octets(&self, field: &str) -> &'d [u8] {
        let header = self.dissection.octets_of(&self.layer.header);
        let field = self.layer.layout.find(field);
        let octets = field.and_then(|field| header.get(field.octets()));
        octets.unwrap_or(&[])
    }

    /// Octets on the wire from the start of the header to the end of the layer.
    fn wire_len(&self) -> usize {
        self.layer.end.saturating_sub(self.layer.header.start)
    }
}
