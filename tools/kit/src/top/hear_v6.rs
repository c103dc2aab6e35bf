//! The same for ICMPv6.
//!
//! Spec: RFC 4443 §3, §4.2.
//! Checks: the tower has held the checksum against the addresses; a message whose checksum is wrong never gets here.

use layercake_network::icmpv6::{self, Echo, Quoted as Quote, Type};
use layercake_probe::net::{Kind, Quoted, Report};

use crate::kernel::translate;

/// A reply to an echo request, or an error; `None` for everything else.
pub(super) fn message(octets: &[u8]) -> Option<Kind> {
    if Type::of(octets)?.is_error() {
        return error(octets).map(Kind::Error);
    }
    let echo = Echo::decode_lax(octets).ok().filter(|echo| echo.reply)?;
    Some(Kind::EchoReply {
        identifier: echo.identifier,
        sequence: echo.sequence_number,
        payload: octets.get(icmpv6::HEADER..).unwrap_or_default().to_vec(),
        corrupted: false,
    })
}

fn error(octets: &[u8]) -> Option<Report> {
    let [icmp_type, code, _, _, info @ ..] =
        *octets.first_chunk::<{ icmpv6::HEADER }>()?;
    // The MTU of packet too big, the pointer of a parameter problem: both fill the second word.
    let info = u32::from_be_bytes(info);
    let quote = Quote::in_message(octets).ok()?;
    let ports = quote
        .ports()
        .map(|(source_port, destination_port)| Quoted::Udp {
            source_port,
            destination_port,
        });
    let echo = quote.echo().map(|echo| Quoted::Echo {
        identifier: echo.identifier,
        sequence: echo.sequence_number,
    });
    Some(Report {
        cause: translate::icmp6(icmp_type, code, info),
        probe: ports.or(echo).unwrap_or(Quoted::Unknown),
        destination: Some(quote.header.destination.into()),
        local: false,
        quoted_ttl: Some(quote.header.hop_limit),
        extensions: Quote::extensions(octets).to_vec(),
    })
}

#[cfg(test)]
mod tests {
    use layercake_probe::net::Cause;

    use super::*;

    /// The message of this type and code whose second word is `info`, about UDP from port 4000 to 33434 that still had
    /// three hops to go: RFC 8200 §3, RFC 768.
    fn about_udp(icmp_type: u8, code: u8, info: [u8; 4]) -> Vec<u8> {
        let header = [&[0x60, 0, 0, 0, 0, 16, 17, 3][..], &[0xfd; 16], &[0xfe; 16]];
        let datagram = [0x0f, 0xa0, 0x82, 0x9a, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        [
            &[icmp_type, code, 0, 0][..],
            &info,
            &header.concat(),
            &datagram,
        ]
        .concat()
    }

    fn told(octets: &[u8]) -> Report {
        match message(octets) {
            Some(Kind::Error(report)) => report,
            other => panic!("{other:?}"),
        }
    }

    /// RFC 4443 §3.1 to §3.4.
    #[test]
    fn every_error_tells_its_cause_and_whose_it_is() {
        for (icmp_type, code, info, cause) in [
            (1, 0, 0, Cause::NetUnreachable),
            (1, 1, 0, Cause::Prohibited),
            (1, 3, 0, Cause::HostUnreachable),
            (1, 4, 0, Cause::PortUnreachable),
            (2, 0, 1280, Cause::TooBig { mtu: 1280 }),
            (3, 0, 0, Cause::TimeExceeded),
            (3, 1, 0, Cause::ReassemblyTimeExceeded),
            (4, 0, 40, Cause::ParameterProblem { pointer: 40 }),
            (4, 1, 6, Cause::ProtocolUnreachable),
        ] {
            let report = told(&about_udp(icmp_type, code, u32::to_be_bytes(info)));
            assert_eq!(report.cause, cause);
            let probe = Quoted::Udp {
                source_port: 4000,
                destination_port: 33434,
            };
            assert_eq!(report.probe, probe, "{cause:?}");
            assert_eq!(report.destination, Some([0xfe_u8; 16].into()));
            assert_eq!((report.quoted_ttl, report.local), (Some(3), false));
            assert!(report.extensions.is_empty());
        }
    }

    /// RFC 4884 §4.5 and §7: 56 octets of quote are 7 words of 8.
    #[test]
    fn extensions_behind_the_quote_are_handed_on() {
        let mut message = about_udp(3, 0, [7, 0, 0, 0]);
        message.extend([0x20, 0, 0, 0, 0, 8, 1, 1, 0, 0, 1, 1]);
        let report = told(&message);
        assert_eq!(report.extensions, message[8 + 56..]);
        assert_eq!(report.cause, Cause::TimeExceeded);
    }

    #[test]
    fn questions_and_neighbours_are_nobody_s_answer() {
        for icmp_type in [128, 133, 134, 135, 136, 137] {
            assert_eq!(message(&about_udp(icmp_type, 0, [0; 4])), None);
        }
        assert_eq!(message(&[129, 0, 0]), None);
    }
}
