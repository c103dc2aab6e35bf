//! Whatever comes in whatever order, nothing panics, grows beyond its bound or spins.

use proptest::prelude::*;

use super::*;
use crate::ndp::message::{Redirect, RouterAdvertisement};
use crate::ndp::option::PrefixInformation;
use crate::ndp::own::ADDRESSES;
use crate::ndp::{Advertising, Identifiers};
use layercake_base::Pool;

/// One of a few addresses, so that messages meet; the number chooses.
fn address(number: u8) -> Ipv6Addr {
    match number % 8 {
        0 => Ipv6Addr::UNSPECIFIED,
        1 => HERE,
        2 => NEAR,
        3 => "ff02::1".parse().unwrap(),
        4 => solicited_node(HERE),
        5 => THERE,
        6 => Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, number.into()),
        _ => Ipv6Addr::new(0x2001, 0xdb8, 0xa, 0, 0, 0, 0, number.into()),
    }
}

/// A message of any kind, from anybody to anybody, with options that may or may not belong.
fn message(seed: [u8; 8]) -> Vec<u8> {
    let [kind, from, to, target, other, bits, time, count] = seed;
    let ends = (address(from), address(to));
    let target_address = address(target);
    let prefix = PrefixInformation {
        prefix_length: if bits & 1 == 0 { 64 } else { time },
        on_link: bits & 2 != 0,
        autonomous: bits & 4 != 0,
        valid_lifetime: u32::from(time) * u32::from(time),
        preferred_lifetime: u32::from(time),
        prefix: Ipv6Addr::new(0x2001, 0xdb8, other.into(), 0, 0, 0, 0, 0),
    };
    let all = [
        Opt::SourceLinkLayerAddress(Mac::local(other.into())),
        Opt::TargetLinkLayerAddress(Mac::local(other.into())),
        Opt::Nonce(&[7; 6]),
        Opt::PrefixInformation(prefix),
        Opt::Mtu(u32::from(time) * 100),
    ];
    let chosen = all.iter().enumerate();
    let chosen = chosen.filter(|(at, _)| count >> at & 1 == 1);
    let options: Vec<_> = chosen.map(|(_, option)| *option).collect();
    let message = match kind % 5 {
        0 => Message::RouterSolicitation(RouterSolicitation),
        1 => Message::RouterAdvertisement(RouterAdvertisement {
            router_lifetime: time.into(),
            retrans_timer: u32::from(bits) * 100,
            reachable_time: u32::from(bits) * 1000,
            ..RouterAdvertisement::default()
        }),
        2 => Message::NeighborSolicitation(NeighborSolicitation { target_address }),
        3 => Message::NeighborAdvertisement(NeighborAdvertisement {
            router: bits & 1 != 0,
            solicited: bits & 2 != 0,
            overrides: bits & 4 != 0,
            target_address,
        }),
        _ => Message::Redirect(Redirect {
            target_address,
            destination_address: address(other),
        }),
    };
    let len = message.octets() + Opt::octets_of(&options);
    holding(ends, len, |place| message.encode(&options, place, ends))
}

fn layer(kind: u8) -> Ndp {
    let ndp = Ndp::new(HERE_MAC, vec![(HERE, 64)]);
    match kind % 5 {
        0 => ndp,
        1 => ndp.probing(),
        2 => ndp.autoconfiguring(Identifiers::Eui64),
        3 => ndp.autoconfiguring(Identifiers::Stable([3; 16])).probing(),
        _ => ndp.probing().advertising(Advertising::default()),
    }
}

proptest! {
    #[test]
    fn no_order_of_messages_packets_and_time_breaks_the_layer(
        kind: u8, steps in proptest::collection::vec(any::<([u8; 8], u8, u16)>(), 1..120),
    ) {
        let mut rig = Rig::new(layer(kind));
        rig.world.pool = Pool::new(2000);
        for (seed, what, millis) in steps {
            match what % 4 {
                0 => drop(rig.send(&packet((HERE, THERE), 1), by(address(seed[0])))),
                1 => drop(rig.tell(Direction::Up, Notice::LinkUp { port: 0 })),
                _ => drop(hear(&mut rig, &message(seed))),
            }
            let end = rig.world.now + Duration::from_millis(u64::from(millis) * 4);
            for _ in 0..1000 {
                let Some(next) = rig.layer.deadline().filter(|&next| next <= end) else { break };
                rig.world.now = next.max(rig.world.now);
                rig.fire();
                let after = rig.layer.deadline();
                prop_assert!(after.is_none_or(|after| after > rig.world.now), "{after:?}");
            }
            rig.world.now = end;
            prop_assert!(rig.layer.own.len() <= ADDRESSES);
        }
    }
}
