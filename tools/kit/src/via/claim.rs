//! Waiting for what comes of probing for the host's addresses.
//!
//! The ARP layer probes, and announces an address that nobody else has; who contradicts is discarded with a reason. An
//! onlooker sees both.
//!
//! Spec: RFC 5227 §2.1.1 (conflicts), §2.3 (announcing); RFC 4862 §5.4 (IPv6: nobody contradicts).
//! Not here: probing itself (`stack/l2-datalink`, `stack/l3-network`).

use std::cell::RefCell;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::rc::Rc;
use std::time::Duration;

use layercake_base::{Event, Mac, Observer, What};
use layercake_datalink::arp::{Opcode, Packet};
use layercake_live::Live;
use layercake_tower::Network;

use crate::cable::{CableError, Interface, station};

/// The names in the `Spec`s of the two layers.
const ARP: &str = "arp";
const NDP: &str = "ndp";

/// Addresses are ours, or somebody else's, before so much time has passed: RFC 5227 §1.1 allows 7 s.
const CLAIMING: Duration = Duration::from_secs(10);

/// Of IPv6, silence so long says that nobody else has them: RFC 4862 §5.4 allows 2 s.
const CLAIMING_V6: Duration = Duration::from_millis(2500);

/// Octets in front of the Target Address.
const TARGET: usize = 40 + 8;

/// Waits until the addresses are ours.
pub(super) fn claim(live: &mut Live, addresses: &[Interface]) -> Result<(), CableError> {
    let claims = Rc::new(RefCell::new(Claims::of(station::HOST, addresses)));
    live.network().observe(Box::new(Rc::clone(&claims)));
    let begun = live.now();
    if addresses.iter().any(|own| own.address.is_ipv6()) {
        let lost = |_: &mut Network| claims.borrow().is_lost();
        let until = Some(begun + CLAIMING_V6);
        live.run_until(until, None, lost).map_err(super::asked)?;
    }
    let over = |_: &mut Network| claims.borrow().are_decided();
    let until = Some(begun + CLAIMING);
    live.run_until(until, None, over).map_err(super::asked)?;
    let outcome = claims.borrow().outcome();
    outcome.map_err(CableError::Asked)
}

/// The addresses that are not ours yet, and the first that never will be.
#[derive(Debug, Default)]
pub(super) struct Claims {
    node: &'static str,
    open: Vec<Ipv4Addr>,
    v6: Vec<Ipv6Addr>,
    lost: Option<(IpAddr, Mac)>,
}

impl Claims {
    /// Of the node with this name.
    pub(super) fn of(node: &'static str, interfaces: &[Interface]) -> Self {
        let open = interfaces.iter().filter_map(|own| own.v4()).collect();
        let v6 = interfaces.iter().filter_map(|own| own.v6()).collect();
        let lost = None;
        Claims {
            node,
            open,
            v6,
            lost,
        }
    }

    /// One never will be ours.
    pub(super) fn is_lost(&self) -> bool {
        self.lost.is_some()
    }

    /// All are ours, or one never will be. IPv6 tells by silence.
    pub(super) fn are_decided(&self) -> bool {
        self.open.is_empty() || self.lost.is_some()
    }

    /// Nothing, if all addresses are ours.
    pub(super) fn outcome(&self) -> Result<(), String> {
        match (self.lost, self.open.first()) {
            (Some((address, holder)), _) => Err(format!(
                "{address} is in use: the station {holder} has it; choose another --via-addr"
            )),
            (None, Some(address)) => {
                Err(format!("nobody could be asked whether {address} is in use"))
            }
            (None, None) => Ok(()),
        }
    }

    fn announced(&mut self, packet: &Packet) {
        if packet.sender.protocol == packet.target.protocol {
            self.open.retain(|own| *own != packet.sender.protocol);
        }
    }

    /// A packet that the layer did not want: from who has the address, or probes for it too.
    fn refused(&mut self, packet: &Packet) {
        let probe = packet.sender.protocol.is_unspecified();
        let about = match (probe, packet.opcode) {
            (false, _) => packet.sender.protocol,
            (true, Opcode::Request) => packet.target.protocol,
            (true, Opcode::Reply) => return,
        };
        if self.open.contains(&about) {
            let holder = packet.sender.hardware;
            self.lost.get_or_insert((about.into(), holder));
        }
    }

    /// The same of neighbour discovery: the target is behind the headers of IPv6 and of ICMPv6, RFC 4861 §4.3 and §4.4.
    fn refused_v6(&mut self, event: &Event<'_>) {
        let target = event
            .octets
            .get(TARGET..)
            .and_then(<[u8]>::first_chunk::<16>);
        let target = target.map(|octets| Ipv6Addr::from(*octets));
        if let Some(about) = target.filter(|target| self.v6.contains(target)) {
            let holder = event.ici.link_source.unwrap_or_default();
            self.lost.get_or_insert((about.into(), holder));
        }
    }
}

impl Observer for Claims {
    fn on(&mut self, event: &Event<'_>) {
        if event.node != self.node {
            return;
        }
        if event.layer == NDP && matches!(event.what, What::Discarded { .. }) {
            self.refused_v6(event);
        }
        if event.layer != ARP {
            return;
        }
        match (&event.what, Packet::decode(event.octets)) {
            (What::Born, Ok(packet)) => self.announced(&packet),
            (What::Discarded { .. }, Ok(packet)) => self.refused(&packet),
            _ => {}
        }
    }
}
