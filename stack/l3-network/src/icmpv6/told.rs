//! What an error message means for the layers around: it is told by notices.
//!
//! | message | told to the network layer below, which tells the transports |
//! |---|---|
//! | unreachable, time exceeded, parameter problem | `Undelivered` |
//! | packet too big | `TooLarge` too, if it quotes a packet that is longer than what is told |
//!
//! Nothing is told of a message whose quote is no packet of the one that it was sent to, or that
//! was sent to a group, and nothing to transports of a quote without the first 8 octets of their
//! data.
//!
//! Spec: RFC 4443 §2.4 (d), §3; RFC 8201 §4; what each code means is as Linux has it.
//! Not here: whether the quoted packet was really sent: of one that was too large the network
//! layer judges (`ipv6/sent.rs`), of others a transport. Redirects (`ndp`).

use core::net::IpAddr;

use layercake_base::{Context, Ici, Notice, Undelivered as Why};

use super::{Ends, PacketTooBig, ParameterProblem, Quoted, TimeExceeded, Unreachable};
use crate::ipv6::Header;

/// Tells what a message whose checksum is right says.
pub(super) fn tell(message: &[u8], ends: Ends, ici: &Ici, cx: &mut Context<'_>) {
    let Ok(quoted) = Quoted::in_message(message) else {
        return;
    };
    let (reporter, here) = ends;
    let (source, destination) = (quoted.header.source, quoted.header.destination);
    if ici.group || here != source {
        return; // not a packet of ours
    }
    let (source, destination) = (IpAddr::V6(source), IpAddr::V6(destination));
    let protocol = quoted.protocol.0;
    let length = Header::OCTETS + usize::from(quoted.header.payload_length);
    if let Some(mtu) = path_mtu(message, ends).filter(|&mtu| mtu < length) {
        cx.notify_down(Notice::TooLarge {
            source,
            destination,
            protocol,
            identification: None,
            length,
            mtu,
        });
    }
    // In a later fragment other octets stand where the ports are in the first.
    let first = !quoted.is_later_fragment;
    let data = quoted.data.first_chunk().filter(|_| first);
    if let (Some(why), Some(data)) = (why(message, ends), data) {
        cx.notify_down(Notice::Undelivered {
            source,
            destination,
            protocol,
            data: *data,
            reporter: reporter.into(),
            why,
        });
    }
}

fn path_mtu(message: &[u8], ends: Ends) -> Option<usize> {
    let told = PacketTooBig::decode(message, ends).ok()?;
    usize::try_from(told.mtu).ok()
}

/// Why the packet did not reach its goal.
fn why(message: &[u8], ends: Ends) -> Option<Why> {
    if PacketTooBig::decode(message, ends).is_ok() {
        return Some(Why::TooLarge);
    }
    if let Ok(error) = TimeExceeded::decode(message, ends) {
        return Some(match error.code {
            0 => Why::HopLimit,
            _ => Why::Fragments,
        });
    }
    if let Ok(error) = ParameterProblem::decode(message, ends) {
        return Some(match error.code {
            1 => Why::Protocol,
            _ => Why::Header,
        });
    }
    match Unreachable::decode(message, ends).ok()?.code {
        0 => Some(Why::Network),
        1 | 5 | 6 => Some(Why::Prohibited),
        2 | 3 => Some(Why::Host),
        4 => Some(Why::Port),
        7 => Some(Why::Header),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Icmpv6;
    use crate::rig::{Out, Rig};
    use crate::samples;
    use core::net::Ipv6Addr;

    fn router() -> Ipv6Addr {
        "fd09:1::1".parse().unwrap()
    }

    fn near() -> Ipv6Addr {
        "fd09:1::2".parse().unwrap()
    }

    fn far() -> Ipv6Addr {
        "fd09:2::2".parse().unwrap()
    }

    fn hear(message: &[u8], reporter: Ipv6Addr, group: bool) -> Out {
        let ici = Ici {
            source: Some(reporter.into()),
            destination: Some(near().into()),
            next: 58,
            group,
            ..Ici::NONE
        };
        Rig::new(Icmpv6::new()).receive(message, ici)
    }

    fn told(reporter: Ipv6Addr, data: [u8; 8], protocol: u8, why: Why) -> Notice {
        Notice::Undelivered {
            source: near().into(),
            destination: far().into(),
            protocol,
            data,
            reporter: reporter.into(),
            why,
        }
    }

    #[test]
    fn what_the_kernel_says_is_told_and_goes_up_too() {
        let out = hear(&samples::PORT_UNREACHABLE_V6[40..], far(), false);
        let ports = [0xb7, 0x5b, 0x82, 0x9a, 0, 0x0d, 0x87, 0xf1];
        assert_eq!(out.notices, [told(far(), ports, 17, Why::Port)]);
        assert_eq!(out.up.len(), 1);
        let out = hear(&samples::TIME_EXCEEDED_V6[40..], router(), false);
        let echo = [128, 0, 2, 0x35, 0x77, 0x54, 0, 1];
        assert_eq!(out.notices, [told(router(), echo, 58, Why::HopLimit)]);
    }

    /// A message of this type and code about the sample's packet, said to be of 1440 octets.
    fn about(kind: u8, code: u8, rest: u32) -> Vec<u8> {
        let mut message = [&[0; 8][..], &samples::ECHO_V6].concat();
        message[8 + 4..8 + 6].copy_from_slice(&1400_u16.to_be_bytes());
        let mut header = [kind, code, 0, 0, 0, 0, 0, 0];
        header[4..].copy_from_slice(&rest.to_be_bytes());
        crate::icmpv6::write(header, &mut message, (router(), near())).unwrap();
        message
    }

    fn notices(kind: u8, code: u8, rest: u32) -> Vec<Notice> {
        hear(&about(kind, code, rest), router(), false).notices
    }

    #[test]
    fn a_path_mtu_is_told_where_it_is_news() {
        let echo = [128, 0, 2, 0x36, 0x77, 0x53, 0, 1];
        let died = told(router(), echo, 58, Why::TooLarge);
        let too_large = Notice::TooLarge {
            source: near().into(),
            destination: far().into(),
            protocol: 58,
            identification: None,
            length: 1440,
            mtu: 1400,
        };
        assert_eq!(notices(2, 0, 1400), [too_large, died.clone()]);
        assert_eq!(notices(2, 0, 1440), [died], "it would have fitted");
    }

    #[test]
    fn every_code_has_a_meaning() {
        use Why::{
            Fragments, Header, HopLimit, Host, Network, Port, Prohibited, Protocol,
        };
        for (kind, meanings) in [
            (
                1,
                &[
                    Network, Prohibited, Host, Host, Port, Prohibited, Prohibited, Header,
                ][..],
            ),
            (3, &[HopLimit, Fragments]),
            (4, &[Header, Protocol, Header, Header]),
        ] {
            for (code, &meaning) in (0..).zip(meanings) {
                let notices = notices(kind, code, 0);
                let [Notice::Undelivered { why, .. }] = notices[..] else {
                    panic!("{notices:?}")
                };
                assert_eq!(why, meaning, "type {kind} code {code}");
            }
        }
        assert_eq!(notices(1, 8, 0), []);
        assert_eq!(notices(100, 0, 0), []);
    }

    #[test]
    fn nothing_is_told_of_what_is_not_ours() {
        let mut message = samples::TIME_EXCEEDED_V6[40..].to_vec();
        assert_eq!(hear(&message, router(), true).notices, [], "to a group");
        message[8 + 8 + 15] = 3; // another source
        message[2..4].fill(0);
        let header = *message.first_chunk().unwrap();
        crate::icmpv6::write(header, &mut message, (router(), near())).unwrap();
        assert_eq!(hear(&message, router(), false).notices, []);
    }

    /// In a later fragment and in a short quote are no ports.
    #[test]
    fn a_quote_without_the_front_of_its_data_says_nothing_to_a_transport() {
        let message = about(2, 0, 1400);
        let mut short = message[..8 + 47].to_vec();
        let header = [2, 0, 0, 0, 0, 0, 5, 0x78];
        crate::icmpv6::write(header, &mut short, (router(), near())).unwrap();
        let told = hear(&short, router(), false).notices;
        assert!(matches!(told[..], [Notice::TooLarge { .. }]), "{told:?}");
    }
}
