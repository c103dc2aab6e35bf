//! What tshark says about packets: from files made before, or from tshark itself.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use layercake_capfile::{Packet as Record, Timestamp, Writer};
use serde_json::Value;

use crate::files::Packet;

/// What tshark says about one packet.
#[derive(Debug)]
pub(crate) struct Frame {
    /// Protocols, outermost first, without the one that only stands for an EtherType.
    pub(crate) layers: Vec<String>,
    /// The first occurrence of each field.
    pub(crate) fields: BTreeMap<String, String>,
    /// Why it sees no further layer, where it says so.
    pub(crate) stopped: Option<String>,
}

/// The fields that tshark itself is asked for.
pub(crate) const FIELDS: &[&str] = &[
    "eth.src",
    "eth.dst",
    "eth.type",
    "eth.len",
    "llc.dsap",
    "llc.ssap",
    "llc.control",
    "llc.oui",
    "llc.type",
    "stp.version",
    "stp.type",
    "stp.flags",
    "stp.root.hw",
    "stp.root.cost",
    "stp.bridge.hw",
    "stp.port",
    "stp.msg_age",
    "stp.max_age",
    "stp.hello",
    "stp.forward",
    "vlan.id",
    "vlan.priority",
    "vlan.dei",
    "lldp.chassis.subtype",
    "lldp.port.subtype",
    "lldp.time_to_live",
    "lldp.tlv.system.name",
    "lldp.port.desc",
    "lldp.tlv.system_cap",
    "lldp.tlv.enable_system_cap",
    "lldp.mgn.address.subtype",
    "lldp.mgn.interface.subtype",
    "lldp.mgn.interface.number",
    "lldp.orgtlv.oui",
    "arp.opcode",
    "arp.src.hw_mac",
    "arp.src.proto_ipv4",
    "arp.dst.hw_mac",
    "arp.dst.proto_ipv4",
    "ip.hdr_len",
    "ip.dsfield",
    "ip.len",
    "ip.id",
    "ip.flags.rb",
    "ip.flags.df",
    "ip.flags.mf",
    "ip.frag_offset",
    "ip.ttl",
    "ip.proto",
    "ip.checksum.status",
    "ip.src",
    "ip.dst",
    "ipv6.tclass",
    "ipv6.flow",
    "ipv6.plen",
    "ipv6.nxt",
    "ipv6.hlim",
    "ipv6.src",
    "ipv6.dst",
    "ipv6.hopopts.nxt",
    "ipv6.dstopts.nxt",
    "ipv6.routing.nxt",
    "ipv6.routing.type",
    "ipv6.routing.segleft",
    "ipv6.fraghdr.nxt",
    "ipv6.fraghdr.offset",
    "ipv6.fraghdr.more",
    "ipv6.fraghdr.ident",
    "ipv6.opt.type",
    "ipv6.opt.length",
    "ipv6.opt.router_alert",
    "icmp.type",
    "icmp.code",
    "icmp.checksum.status",
    "icmp.ident",
    "icmp.seq",
    "icmp.mtu",
    "icmp.pointer",
    "icmp.redir_gw",
    "icmp.originate_timestamp",
    "icmp.receive_timestamp",
    "icmp.transmit_timestamp",
    "icmp.ext.echo.seq",
    "icmp.ext.echo.req.local",
    "icmp.ext.echo.rsp.state",
    "icmp.ext.echo.rsp.active",
    "icmp.ext.echo.rsp.ipv4",
    "icmp.ext.echo.rsp.ipv6",
    "icmp.mpls.label",
    "icmp.mpls.exp",
    "icmp.mpls.s",
    "icmp.mpls.ttl",
    "icmp.int_info.role",
    "icmp.int_info.index",
    "icmpv6.type",
    "icmpv6.code",
    "icmpv6.checksum.status",
    "icmpv6.echo.identifier",
    "icmpv6.echo.sequence_number",
    "icmpv6.mtu",
    "icmpv6.pointer",
    "icmpv6.nd.ra.cur_hop_limit",
    "icmpv6.nd.ra.flag.m",
    "icmpv6.nd.ra.flag.o",
    "icmpv6.nd.ra.router_lifetime",
    "icmpv6.nd.ra.reachable_time",
    "icmpv6.nd.ra.retrans_timer",
    "icmpv6.nd.ns.target_address",
    "icmpv6.nd.na.flag.r",
    "icmpv6.nd.na.flag.s",
    "icmpv6.nd.na.flag.o",
    "icmpv6.nd.na.target_address",
    "icmpv6.nd.rd.target_address",
    "icmpv6.rd.na.destination_address",
    "icmpv6.opt.src_linkaddr",
    "icmpv6.opt.target_linkaddr",
    "icmpv6.opt.prefix.length",
    "icmpv6.opt.prefix.flag.l",
    "icmpv6.opt.prefix.flag.a",
    "icmpv6.opt.prefix.valid_lifetime",
    "icmpv6.opt.prefix.preferred_lifetime",
    "icmpv6.opt.prefix",
    "icmpv6.opt.mtu",
    "icmpv6.opt.route_lifetime",
    "icmpv6.opt.rdnss.lifetime",
    "icmpv6.opt.rdnss",
    "icmpv6.opt.dnssl.lifetime",
    "udp.srcport",
    "udp.dstport",
    "udp.length",
    "udp.checksum.status",
    "tcp.srcport",
    "tcp.dstport",
    "tcp.seq_raw",
    "tcp.ack_raw",
    "tcp.hdr_len",
    "tcp.flags",
    "tcp.window_size_value",
    "tcp.checksum.status",
];

/// The fields of the values beside the public captures.
pub(crate) const FIELDS_BESIDE: &[&str] = &[
    "eth.type",
    "vlan.id",
    "ip.src",
    "ip.dst",
    "ip.proto",
    "ip.checksum.status",
    "ipv6.src",
    "ipv6.dst",
    "icmp.type",
    "icmp.code",
    "icmp.checksum.status",
    "icmpv6.type",
    "icmpv6.code",
    "icmpv6.checksum.status",
    "udp.srcport",
    "udp.dstport",
    "udp.checksum.status",
    "tcp.srcport",
    "tcp.dstport",
    "tcp.seq_raw",
    "tcp.checksum.status",
];

/// The values in `NAME.tshark.jsonl` beside the capture `NAME`; none when there is no such file.
pub(crate) fn beside(capture: &Path) -> Vec<Frame> {
    let path = format!("{}.tshark.jsonl", capture.display());
    let text = fs::read_to_string(path).unwrap_or_default();
    text.lines().map(from_json).collect()
}

fn from_json(line: &str) -> Frame {
    let value: BTreeMap<String, Value> = serde_json::from_str(line).unwrap();
    let mut fields = BTreeMap::new();
    for (name, value) in value {
        let first = match value {
            Value::Array(list) => list[0].clone(),
            single => single,
        };
        let text = first
            .as_str()
            .map_or_else(|| first.to_string(), str::to_owned);
        fields.insert(name, text);
    }
    let layers = layers(fields.get("frame.protocols").map_or("", String::as_str));
    Frame {
        layers,
        fields,
        stopped: None,
    }
}

fn layers(chain: &str) -> Vec<String> {
    let names = chain.split(':').filter(|name| *name != "ethertype");
    names.map(str::to_owned).collect()
}

/// What tshark says when it gets all these packets in one file. Nothing is put together from
/// several of them. `Err` says why there is no tshark.
pub(crate) fn live(packets: &[Packet]) -> Result<Vec<Frame>, String> {
    let mut command = Command::new("tshark");
    command.args([
        "-n",
        "-r",
        "-",
        "-T",
        "fields",
        "-E",
        "occurrence=f",
        "-E",
        "separator=/t",
    ]);
    for preference in [
        "ip.check_checksum:TRUE",
        "tcp.check_checksum:TRUE",
        "udp.check_checksum:TRUE",
        "ip.defragment:FALSE",
        "ipv6.defragment:FALSE",
    ] {
        command.args(["-o", preference]);
    }
    for field in ["frame.protocols"].iter().chain(FIELDS) {
        command.args(["-e", field]);
    }
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = command
        .spawn()
        .map_err(|error| format!("tshark: {error}"))?;
    let mut input = child.stdin.take().unwrap();
    let file = capture(packets);
    let writer = std::thread::spawn(move || input.write_all(&file));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    Ok(text.lines().map(from_fields).collect())
}

fn from_fields(line: &str) -> Frame {
    let mut columns = line.split('\t');
    let layers = layers(columns.next().unwrap());
    let pairs = FIELDS
        .iter()
        .zip(columns)
        .filter(|(_, value)| !value.is_empty());
    let fields = pairs.map(|(name, value)| ((*name).to_owned(), value.to_owned()));
    Frame {
        layers,
        fields: fields.collect(),
        stopped: None,
    }
}

/// The packets as one pcapng file, with one interface for each link type.
fn capture(packets: &[Packet]) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), "captures").unwrap();
    let mut interfaces = BTreeMap::new();
    for packet in packets {
        let kind = packet.link_type;
        let interface = *interfaces
            .entry(kind)
            .or_insert_with(|| writer.add_interface(kind, "", 0).unwrap());
        let record = Record {
            original_len: packet
                .original_len
                .max(u32::try_from(packet.octets.len()).unwrap()),
            ..Record::new(interface, Timestamp::new(1, 0), &packet.octets)
        };
        writer.write(&record).unwrap();
    }
    writer.into_inner()
}
