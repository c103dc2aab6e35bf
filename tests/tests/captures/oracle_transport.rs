//! What etherparse makes of UDP, TCP and ICMP.

use std::net::{IpAddr, Ipv4Addr};

use etherparse::{
    Icmpv4Slice, Icmpv4Type, LaxSlicedPacket, TcpSlice, TransportSlice, UdpSlice, icmpv4,
};

use crate::oracle::sum;
use crate::reference::Frame;

impl Frame {
    /// Of a body that is not all there the checksum stays open, as tshark's status 2.
    pub(crate) fn transport(
        &mut self,
        sliced: &LaxSlicedPacket<'_>,
        source: IpAddr,
        destination: IpAddr,
    ) {
        let whole = sliced
            .ip_payload()
            .is_some_and(|payload| !payload.incomplete);
        match &sliced.transport {
            Some(TransportSlice::Udp(slice)) => self.udp(slice, source, destination),
            Some(TransportSlice::Tcp(slice)) => self.tcp(slice, source, destination),
            Some(TransportSlice::Icmpv4(slice)) => self.icmp(slice),
            _ => {}
        }
        if !whole {
            self.unverified();
        }
    }

    pub(crate) fn udp(
        &mut self,
        slice: &UdpSlice<'_>,
        source: IpAddr,
        destination: IpAddr,
    ) {
        let header = slice.to_header();
        self.layer("udp");
        self.set("udp.srcport", header.source_port);
        self.set("udp.dstport", header.destination_port);
        self.set("udp.length", header.length);
        let payload = slice.payload();
        let computed = match (source, destination) {
            (IpAddr::V4(source), IpAddr::V4(destination)) => header
                .calc_checksum_ipv4_raw(source.octets(), destination.octets(), payload),
            (IpAddr::V6(source), IpAddr::V6(destination)) => header
                .calc_checksum_ipv6_raw(source.octets(), destination.octets(), payload),
            _ => unreachable!(),
        };
        match header.checksum {
            0 if source.is_ipv4() => self.set("udp.checksum.status", 3),
            found => self.status("udp", computed.unwrap() == found),
        }
    }

    pub(crate) fn tcp(
        &mut self,
        slice: &TcpSlice<'_>,
        source: IpAddr,
        destination: IpAddr,
    ) {
        self.layer("tcp");
        self.set("tcp.srcport", slice.source_port());
        self.set("tcp.dstport", slice.destination_port());
        self.set("tcp.seq_raw", slice.sequence_number());
        self.set("tcp.ack_raw", slice.acknowledgment_number());
        self.set("tcp.hdr_len", usize::from(slice.data_offset()) * 4);
        self.set("tcp.window_size_value", slice.window_size());
        self.set("tcp.urgent_pointer", slice.urgent_pointer());
        let computed = match (source, destination) {
            (IpAddr::V4(source), IpAddr::V4(destination)) => {
                slice.calc_checksum_ipv4(source.octets(), destination.octets())
            }
            (IpAddr::V6(source), IpAddr::V6(destination)) => {
                slice.calc_checksum_ipv6(source.octets(), destination.octets())
            }
            _ => unreachable!(),
        };
        self.status("tcp", computed.unwrap() == slice.checksum());
    }

    fn icmp(&mut self, slice: &Icmpv4Slice<'_>) {
        self.layer("icmp");
        self.set("icmp.type", slice.type_u8());
        self.set("icmp.code", slice.code_u8());
        self.status("icmp", sum(slice.slice()) == 0);
        match slice.icmp_type() {
            Icmpv4Type::EchoRequest(echo) | Icmpv4Type::EchoReply(echo) => {
                self.set("icmp.ident", echo.id);
                self.set("icmp.seq", echo.seq);
            }
            Icmpv4Type::DestinationUnreachable(
                icmpv4::DestUnreachableHeader::FragmentationNeeded { next_hop_mtu },
            ) => self.set("icmp.mtu", next_hop_mtu),
            Icmpv4Type::Redirect(redirect) => {
                let gateway = redirect.gateway_internet_address;
                self.set("icmp.redir_gw", Ipv4Addr::from(gateway));
            }
            Icmpv4Type::ParameterProblem(
                icmpv4::ParameterProblemHeader::PointerIndicatesError(pointer),
            ) => self.set("icmp.pointer", pointer),
            Icmpv4Type::TimestampRequest(message)
            | Icmpv4Type::TimestampReply(message) => self.timestamp(&message),
            _ => self.unread(slice.bytes5to8()),
        }
    }

    fn timestamp(&mut self, message: &icmpv4::TimestampMessage) {
        self.set("icmp.ident", message.id);
        self.set("icmp.seq", message.seq);
        self.set("icmp.originate_timestamp", message.originate_timestamp);
        self.set("icmp.receive_timestamp", message.receive_timestamp);
        self.set("icmp.transmit_timestamp", message.transmit_timestamp);
    }

    /// Types that etherparse does not know (extended echo, RFC 8335) have an identifier at the
    /// place that it calls bytes 5 to 8.
    fn unread(&mut self, octets: [u8; 4]) {
        let [high, low, ..] = octets;
        self.set("icmp.ident", u16::from_be_bytes([high, low]));
    }
}
