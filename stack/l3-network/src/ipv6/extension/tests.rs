use super::*;
use crate::ipv6::lab::packet;
use hex_literal::hex;
use proptest::prelude::*;

/// Every kind of header, as RFC 8200 §4.1 recommends their order.
fn all() -> Vec<u8> {
    let headers = [
        &hex!("2b 00 01 04 00000000")[..], // hop-by-hop, then routing
        &hex!("2c 01 00 00 0000000000000000 00000000"), // routing, then fragment
        &hex!("3c 00 0000 12345678"),      // atomic fragment, then options
        &hex!("11 00 01 04 00000000"),     // options, then UDP
        &hex!("0007 0009 0008 0000"),
    ];
    packet(Protocol::HOPOPT, &headers.concat(), |_| ())
}

#[test]
fn each_header_leads_to_the_next() {
    let packet = all();
    let mut chain = Chain::of(&packet);
    let found: Vec<_> = chain
        .by_ref()
        .map(|extension| {
            let e = extension.unwrap();
            (e.kind.0, e.named_at, e.at, e.octets.len())
        })
        .collect();
    let expected = [
        (0, 6, 40, 8),
        (43, 40, 48, 16),
        (44, 48, 64, 8),
        (60, 64, 72, 8),
    ];
    assert_eq!(found, expected);
    let end = (chain.next_header(), chain.named_at(), chain.at());
    assert_eq!(end, (Protocol::UDP, 72, 80));
    assert!(!chain.is_later_fragment());
}

#[test]
fn behind_a_later_fragment_there_is_no_header() {
    let mut packet = all();
    packet[64 + 3] = 8;
    let chain = Chain::of(&packet).end().unwrap();
    assert!(chain.is_later_fragment());
    assert_eq!((chain.next_header(), chain.at()), (Protocol::IPV6_OPTS, 72));
}

#[test]
fn a_chain_that_is_cut_short_or_too_long_says_so() {
    let whole = all();
    for cut in 41..80 {
        let reason = Chain::of(&whole[..cut]).last().unwrap();
        let ends = [48, 64, 72].contains(&cut);
        assert!(
            matches!(reason, Err(Reason::TooShort { .. })) || ends,
            "{cut}"
        );
        assert!(Chain::of(&whole[..cut]).end().is_none());
    }
    let headers = hex!("3c 00 01 04 00000000").repeat(9);
    let packet = packet(Protocol::IPV6_OPTS, &headers, |_| ());
    let reason = Chain::of(&packet).last().unwrap().unwrap_err();
    let text = "chain of IPv6 extension headers is full at 8";
    assert_eq!(reason.to_string(), text);
    assert_eq!(Chain::of(&packet).count(), Chain::MOST + 1);
}

/// RFC 2711, as Linux sends it.
#[test]
fn a_router_alert_of_the_kernel_is_read_and_written_the_same() {
    let packet = crate::samples::LISTENER_REPORT;
    let mut chain = Chain::of(&packet);
    let header = chain.next().unwrap().unwrap();
    let options = Options::decode(header.octets).unwrap();
    let (at, alert) = options.walk().next().unwrap().unwrap();
    assert_eq!((at, alert.kind), (2, option::Type::ROUTER_ALERT));
    assert_eq!((chain.next_header(), chain.at()), (Protocol::ICMPV6, 48));
    let mut again = [0xaa; 8];
    let only = Options {
        octets: &options.octets[..alert.octets()],
        ..options
    };
    assert_eq!(only.encode(&mut again), Ok(8));
    assert_eq!(again, header.octets);
    let ends = [8, 24].map(|at| <[u8; 16]>::try_from(&packet[at..at + 16]).unwrap());
    let ends = (ends[0].into(), ends[1].into());
    assert!(crate::icmpv6::check(&packet[48..], ends).is_ok());
}

#[test]
fn a_packet_without_extension_headers_has_an_empty_chain() {
    let chain = Chain::of(&crate::samples::ECHO_V6).end().unwrap();
    assert_eq!(
        (chain.next_header(), chain.named_at()),
        (Protocol::ICMPV6, 6)
    );
    assert_eq!(chain.at(), 40);
}

proptest! {
    #[test]
    fn no_octets_lead_astray(
        next in prop::sample::select(vec![0_u8, 43, 44, 60]),
        data in prop::collection::vec(prop::sample::select(vec![0_u8, 1, 43, 44, 60, 17]), 0..200),
    ) {
        let packet = packet(Protocol(next), &data, |_| ());
        let mut chain = Chain::of(&packet);
        prop_assert!(chain.by_ref().count() <= Chain::MOST + 1);
        prop_assert!(chain.at() <= packet.len());
        prop_assert!(chain.next().is_none());
    }

    /// etherparse reads headers in the recommended order, each once.
    #[test]
    fn etherparse_finds_the_same_upper_layer(
        which in prop::sample::subsequence(vec![0_u8, 60, 43, 44], 0..=4), last: u8,
    ) {
        prop_assume!(!is_extension(Protocol(last)) && last != 51 && ![135, 139, 140].contains(&last));
        let mut data = Vec::new();
        for (n, kind) in which.iter().enumerate() {
            let next = which.get(n + 1).copied().unwrap_or(last);
            data.extend(match kind {
                44 => [next, 0, 0, 0, 1, 2, 3, 4],
                _ => [next, 0, 1, 4, 0, 0, 0, 0],
            });
        }
        let first = which.first().copied().unwrap_or(last);
        let packet = packet(Protocol(first), &data, |_| ());
        let chain = Chain::of(&packet).end().unwrap();
        let (_, next, rest) =
            etherparse::Ipv6Extensions::from_slice(first.into(), &packet[40..]).unwrap();
        prop_assert_eq!(chain.next_header().0, next.0);
        prop_assert_eq!(packet.len() - chain.at(), rest.len());
    }
}
