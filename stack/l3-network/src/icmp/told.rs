//! What an error message means for the layers around: it is told by notices.
//!
//! | message | told to the network layer below, which tells the transports |
//! |---|---|
//! | unreachable, time exceeded, parameter problem | `Undelivered` |
//! | unreachable, code 4 | `TooLarge` too, if it quotes a packet that must not be fragmented and is longer than what is told |
//! | redirect | `Redirect` |
//!
//! Nothing is told of a message whose quote is no packet of the one that it was sent to, or that
//! was sent to a group, and nothing to transports of a quote without the first 8 octets of their
//! data.
//!
//! Spec: RFC 1122 §3.2.2 (to the transport), §4.1.3.3; RFC 1191 §5 (routers that do not say the
//! MTU) and §7.1 (plateaus).
//! Not here: whether the quoted packet was really sent. Of one that was too large the network
//! layer judges (`ipv4/sent.rs`); of others a transport, which knows its connections (RFC 5927).

use core::net::IpAddr;

use layercake_base::{Context, Ici, Notice, Undelivered as Why};

use super::unreachable::Code;
use super::{Quoted, Redirect, TimeExceeded, Type, Unreachable};
use crate::ipv4;

/// The MTUs of common networks, largest first. RFC 1191 §7.1.
const PLATEAUS: [u16; 11] = [
    65_535, 32_000, 17_914, 8166, 4352, 2002, 1492, 1006, 508, 296, 68,
];

/// The largest code of a redirect. RFC 792.
const LAST_REDIRECT: u8 = 3;

/// Tells what a message whose checksum is right says.
pub(super) fn tell(message: &[u8], ici: &Ici, cx: &mut Context<'_>) {
    let (Ok(quoted), Some(reporter)) = (Quoted::in_message(message), ici.source) else {
        return;
    };
    let source = IpAddr::V4(quoted.header.source);
    let destination = IpAddr::V4(quoted.header.destination);
    if ici.group || ici.destination != Some(source) {
        return; // not a packet of ours
    }
    if let Ok(Redirect { code, gateway }) = Redirect::decode(message) {
        if code > LAST_REDIRECT {
            return;
        }
        return cx.notify_down(Notice::Redirect {
            destination,
            gateway: gateway.into(),
            reporter,
            port: ici.port,
        });
    }
    if let Some(mtu) = path_mtu(message, &quoted.header) {
        cx.notify_down(Notice::TooLarge {
            source,
            destination,
            protocol: quoted.header.protocol.0,
            identification: Some(quoted.header.identification),
            length: quoted.header.total_length.into(),
            mtu: mtu.into(),
        });
    }
    // In a later fragment other octets stand where the ports are in the first.
    let first = !quoted.header.is_later_fragment();
    let data = quoted.data.first_chunk().filter(|_| first);
    if let (Some(why), Some(data)) = (why(message), data) {
        cx.notify_down(Notice::Undelivered {
            source,
            destination,
            protocol: quoted.header.protocol.0,
            data: *data,
            reporter,
            why,
        });
    }
}

/// What gets through where a packet with this header did not.
fn path_mtu(message: &[u8], died: &ipv4::Header) -> Option<u16> {
    let (died, whole) = (died.total_length, died.dont_fragment);
    let error = Unreachable::decode(message).ok()?;
    let mtu = match error.next_hop_mtu {
        _ if error.code != Code::FRAGMENTATION_NEEDED => return None,
        0 => *PLATEAUS.iter().find(|&&plateau| plateau < died)?,
        mtu => mtu,
    };
    (whole && mtu < died).then_some(mtu)
}

/// Why the packet did not reach its goal.
fn why(message: &[u8]) -> Option<Why> {
    if let Ok(error) = TimeExceeded::decode(message) {
        return Some(match error.code {
            0 => Why::HopLimit,
            _ => Why::Fragments,
        });
    }
    let Ok(error) = Unreachable::decode(message) else {
        let header = Type::of(message) == Some(Type::PARAMETER_PROBLEM);
        return header.then_some(Why::Header);
    };
    match error.code.0 {
        0 | 6 | 11 => Some(Why::Network),
        1 | 7 | 8 | 12 => Some(Why::Host),
        2 => Some(Why::Protocol),
        3 => Some(Why::Port),
        4 => Some(Why::TooLarge),
        5 => Some(Why::Header),
        9 | 10 | 13..=15 => Some(Why::Prohibited),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Icmp;
    use crate::rig::{Out, Rig};
    use crate::samples;
    use layercake_base::Direction;

    /// The router of the samples speaks to their first host.
    fn ici() -> Ici {
        Ici {
            source: Some([10, 9, 1, 1].into()),
            destination: Some([10, 9, 1, 2].into()),
            next: 1,
            ..Ici::NONE
        }
    }

    fn hear(message: &[u8]) -> Out {
        Rig::new(Icmp::new()).receive(message, ici())
    }

    fn told(data: [u8; 8], protocol: u8, why: Why) -> Notice {
        Notice::Undelivered {
            source: [10, 9, 1, 2].into(),
            destination: [10, 9, 2, 2].into(),
            protocol,
            data,
            reporter: [10, 9, 1, 1].into(),
            why,
        }
    }

    #[test]
    fn what_the_kernel_says_is_told_and_goes_up_too() {
        let port = samples::PORT_UNREACHABLE;
        let out = hear(&port[20..]);
        let ports = [0xeb, 0x3c, 0x82, 0x9a, 0, 0x0d, 0x37, 0x15];
        assert_eq!(out.notices, [told(ports, 17, Why::Port)]);
        assert_eq!(out.up.len(), 1);
        let out = hear(&samples::TIME_EXCEEDED[20..]);
        let echo = [8, 0, 0x74, 0xaa, 0x77, 0x44, 0, 1];
        assert_eq!(out.notices, [told(echo, 1, Why::HopLimit)]);
    }

    /// An unreachable of this code about a packet of 1408 octets, and what is told of it.
    fn notices(code: u8, next_hop_mtu: u16) -> Vec<Notice> {
        let mut message = samples::FRAGMENTATION_NEEDED[20..].to_vec();
        let error = Unreachable {
            next_hop_mtu,
            ..Unreachable::new(Code(code))
        };
        error.encode(&mut message).unwrap();
        hear(&message).notices
    }

    #[test]
    fn a_path_mtu_is_told_where_it_is_news() {
        let echo = [8, 0, 0xd7, 0x50, 0x77, 0x47, 0, 1];
        let died = told(echo, 1, Why::TooLarge);
        let told = |mtu| vec![too_large_for(mtu), died.clone()];
        assert_eq!(notices(4, 1400), told(1400));
        assert_eq!(notices(4, 0), told(1006), "the plateau below 1408");
        assert_eq!(notices(4, 1408), vec![died.clone()], "it would have fitted");
    }

    /// RFC 1191 §3: a router says so of packets with "don't fragment" only. The sample's flags
    /// without it.
    #[test]
    fn nothing_is_told_of_the_path_of_a_packet_that_could_have_been_cut() {
        let mut quote = samples::FRAGMENTATION_NEEDED[28..].to_vec();
        assert_eq!(hear(&too_large(&quote)).notices.len(), 2);
        quote[6] &= !0x40;
        let told = hear(&too_large(&quote)).notices;
        assert!(matches!(told[..], [Notice::Undelivered { .. }]), "{told:?}");
    }

    #[test]
    fn every_code_has_a_meaning() {
        let all: Vec<_> = (0..=16)
            .map(|code| match notices(code, 1400).pop() {
                Some(Notice::Undelivered { why, .. }) => Some(why),
                _ => None,
            })
            .collect();
        use Why::{Header, Host, Network, Port, Prohibited, Protocol, TooLarge};
        let expected = [
            Network, Host, Protocol, Port, TooLarge, Header, Network, Host, Host,
            Prohibited, Prohibited, Network, Host, Prohibited, Prohibited, Prohibited,
        ];
        let expected: Vec<_> = expected.map(Some).into_iter().chain([None]).collect();
        assert_eq!(all, expected);
    }

    #[test]
    fn a_redirect_is_told() {
        let mut message = [&[0; 8][..], &samples::ECHO].concat();
        Redirect::host([10, 9, 1, 7].into())
            .encode(&mut message)
            .unwrap();
        let expected = Notice::Redirect {
            destination: [10, 9, 2, 2].into(),
            gateway: [10, 9, 1, 7].into(),
            reporter: [10, 9, 1, 1].into(),
            port: 0,
        };
        assert_eq!(hear(&message).notices, [expected]);
        let gateway = [10, 9, 1, 7].into();
        let unknown = Redirect { code: 4, gateway };
        unknown.encode(&mut message).unwrap();
        assert_eq!(hear(&message).notices, []);
    }

    /// What is told of the sample: 1408 octets of ICMP without a number, as Linux sends them.
    fn too_large_for(mtu: usize) -> Notice {
        Notice::TooLarge {
            source: [10, 9, 1, 2].into(),
            destination: [10, 9, 2, 2].into(),
            protocol: 1,
            identification: Some(0),
            length: 1408,
            mtu,
        }
    }

    /// An unreachable with code 4, 1400 octets, about this packet.
    fn too_large(quote: &[u8]) -> Vec<u8> {
        let mut message = [&[0; 8][..], quote].concat();
        let error = Unreachable {
            next_hop_mtu: 1400,
            ..Unreachable::new(Code::FRAGMENTATION_NEEDED)
        };
        error.encode(&mut message).unwrap();
        message
    }

    /// RFC 1122 §3.2.2: no error is sent about a later fragment; one that comes all the same
    /// says something about the path, and nothing about a port.
    #[test]
    fn a_quote_without_the_front_of_its_data_says_nothing_to_a_transport() {
        let quote = &samples::FRAGMENTATION_NEEDED[28..];
        let mut later = quote.to_vec();
        later[7] = 1;
        let mtu = too_large_for(1400);
        for quote in [&later[..], &quote[..27]] {
            let notices = hear(&too_large(quote)).notices;
            assert_eq!(notices, core::slice::from_ref(&mtu));
        }
        assert_eq!(hear(&too_large(&quote[..28])).notices.len(), 2);
    }

    /// A group sends nothing: who quotes its address as a source has made the packet up.
    #[test]
    fn an_error_to_a_group_is_told_to_nobody() {
        let mut quote = samples::FRAGMENTATION_NEEDED[28..].to_vec();
        quote[12..16].fill(255);
        let group = Ici {
            destination: Some([255; 4].into()),
            group: true,
            ..ici()
        };
        let out = Rig::new(Icmp::new()).receive(&too_large(&quote), group);
        assert_eq!(out.notices, []);
    }

    #[test]
    fn nothing_is_told_of_what_is_not_ours() {
        let mut rig = Rig::new(Icmp::new());
        let other = Ici {
            destination: Some([10, 9, 1, 3].into()),
            ..ici()
        };
        let out = rig.receive(&samples::TIME_EXCEEDED[20..], other);
        assert_eq!((out.notices.len(), out.up.len()), (0, 1));
        let pdu = out.up.into_iter().next().unwrap();
        assert!(rig.deliver(Direction::Down, pdu).notices.is_empty());
    }
}
