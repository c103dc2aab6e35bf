//! Our view of IPv4 and IPv6 headers.

use layercake_network::{ipv4, ipv6};

use crate::ours::{BAD, GOOD, Seen, hex};

/// Fields that codec and layout must tell alike.
const IPV4_FIELDS: &[(&str, &str)] = &[
    ("ip.hdr_len", "IHL"),
    ("ip.dsfield", "Type of Service"),
    ("ip.len", "Total Length"),
    ("ip.id", "Identification"),
    ("ip.frag_offset", "Fragment Offset"),
    ("ip.ttl", "Time to Live"),
    ("ip.proto", "Protocol"),
    ("ip.src", "Source Address"),
    ("ip.dst", "Destination Address"),
];
const IPV6_FIELDS: &[(&str, &str)] = &[
    ("ipv6.tclass", "Traffic Class"),
    ("ipv6.flow", "Flow Label"),
    ("ipv6.plen", "Payload Length"),
    ("ipv6.nxt", "Next Header"),
    ("ipv6.hlim", "Hop Limit"),
    ("ipv6.src", "Source Address"),
    ("ipv6.dst", "Destination Address"),
];

impl Seen {
    pub(crate) fn ipv4(&mut self, octets: &[u8]) {
        self.packet = octets.to_vec();
        let Some(header) = self.got(ipv4::Header::decode_lax(octets)) else {
            return;
        };
        self.layers.push("ip");
        self.ipv4_fields(&header);
        self.laid(&ipv4::LAYOUT, octets, IPV4_FIELDS);
        self.ipv4_checksum(&header, octets);
        let (from, to) = (header.octets(), usize::from(header.total_length));
        if to < from {
            // tshark shows no fields then.
            self.fields.retain(|name, _| !name.starts_with("ip."));
            self.refused = Some("total length".to_owned());
            return;
        }
        // A fragment is no whole message; what tshark shows in the last one it put together.
        if header.more_fragments || header.is_later_fragment() {
            self.refused = Some("fragment".to_owned());
            return;
        }
        let ends = (header.source.into(), header.destination.into());
        let body = octets.get(from..to).unwrap_or(&octets[from..]);
        let whole = body.len() == to - from;
        self.transport(header.protocol, ends, body, whole);
    }

    fn ipv4_fields(&mut self, header: &ipv4::Header) {
        self.set("ip.hdr_len", header.octets());
        self.set("ip.dsfield", format!("{:#04x}", header.type_of_service));
        self.set("ip.len", header.total_length);
        self.set("ip.id", hex(header.identification));
        self.set("ip.flags.rb", u8::from(header.reserved));
        self.set("ip.flags.df", u8::from(header.dont_fragment));
        self.set("ip.flags.mf", u8::from(header.more_fragments));
        self.set("ip.frag_offset", header.fragment_offset);
        self.set("ip.ttl", header.time_to_live);
        self.set("ip.proto", header.protocol.0);
        self.set("ip.src", header.source);
        // With a source route tshark shows its last station instead. RFC 791 §3.1.
        if !has_source_route(header.options.octets()) {
            self.set("ip.dst", header.destination);
        }
    }

    /// The strict decoder must find a wrong checksum wrong, and no other; all other octets must
    /// come out again, and the checksum too when it was right.
    fn ipv4_checksum(&mut self, header: &ipv4::Header, octets: &[u8]) {
        let mut again = [0; ipv4::Header::LONGEST];
        header.encode(&mut again).unwrap();
        let again = &again[..header.octets()];
        let good = again[10..12] == octets[10..12];
        self.same(&again[..10], octets);
        self.same(&again[12..], &octets[12..]);
        let strict = ipv4::Header::decode(octets).map_err(|reason| reason.kind());
        assert_eq!(strict == Err("mismatch"), !good, "{self:?}");
        self.set("ip.checksum.status", if good { GOOD } else { BAD });
    }

    pub(crate) fn ipv6(&mut self, octets: &[u8]) {
        self.packet = octets.to_vec();
        let Some(header) = self.got(ipv6::Header::decode_lax(octets)) else {
            return;
        };
        self.layers.push("ipv6");
        self.same(&header.encode(), octets);
        self.set("ipv6.tclass", format!("{:#010x}", header.traffic_class));
        self.set("ipv6.flow", format!("{:#08x}", header.flow_label));
        self.set("ipv6.plen", header.payload_length);
        self.set("ipv6.nxt", header.next_header.0);
        self.set("ipv6.hlim", header.hop_limit);
        self.set("ipv6.src", header.source);
        self.set("ipv6.dst", header.destination);
        self.laid(&ipv6::LAYOUT, octets, IPV6_FIELDS);
        if header.payload_length == 0 {
            self.refused = Some("payload length 0: a jumbogram".to_owned());
            return;
        }
        let length = ipv6::Header::OCTETS + usize::from(header.payload_length);
        let packet = octets.get(..length).unwrap_or(octets);
        let Some(upper) = self.chain(packet, &header) else {
            return;
        };
        let ends = (upper.ends.0.into(), upper.ends.1.into());
        let whole = packet.len() == length;
        self.transport(upper.protocol, ends, &packet[upper.at..], whole);
    }
}

/// True for options with a loose (131) or strict (137) source route. RFC 791 §3.1.
fn has_source_route(mut options: &[u8]) -> bool {
    loop {
        options = match options {
            [131 | 137, ..] => return true,
            [1, rest @ ..] => rest,
            [0, ..] | [] | [_] => return false,
            [_, length, ..] => options.get(usize::from(*length).max(2)..).unwrap_or(&[]),
        };
    }
}
