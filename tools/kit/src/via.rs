//! Our own tower on a device as a back end: a host of ours, beside the kernel, asks.
//!
//! ```text
//!   engine  -- send -->  ICMP, UDP                              the kernel, or who is behind it
//!           <- wait ---  IP, ARP, NDP, Ethernet ── outside ══ tap:lc0 ══ or link:eth0
//! ```
//! The same tower as in an emulated network, but its time passes with the real one, and its wire ends at a device. So
//! what the kernel does for its own sockets is done here by our layers: a route is chosen, the neighbour's address asked
//! for, and after three seconds without an answer the host tells itself that it is unreachable.
//!
//! Times are read by this program ([`Clock::User`]): a probe's before the tower gets it, so that the first round trip
//! holds the question for the neighbour's address, as with ping(8); an answer's when its frame was read.
//!
//! Not here: the host (`cable::station`), devices and the real clock (`layercake-live`, `layercake-host`).

mod claim;
mod device;
mod flags;
mod held;
mod watched;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::fmt::Display;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::rc::Rc;

use layercake_base::{Instant, Mac};
use layercake_datalink::Arp;
use layercake_host::clock::Moment;
use layercake_host::signal::Signals;
use layercake_live::{Ended, Live, LiveError};
use layercake_network::Ndp;
use layercake_probe::net::{
    Clock, Failure, Incoming, Outgoing, Packets, SendError, Sent, Stamp, Time, Woken,
};
use layercake_tower::{Network, NodeId};
use layercake_transport::Udp;

use crate::cable::station::{self, Setup};
use crate::cable::{CableError, Interface, Plug};
use crate::kernel::which;
use crate::seen::{Tap, Tapped};
use crate::top;

pub use flags::Flags;
use held::Held;
use watched::Watched;

/// Packets that wait while a neighbour is asked for: as many as a trace sends at once, and some more.
const WAITING: usize = 60;

/// A host of ours on a device, and how the tools run it.
#[derive(Debug)]
pub struct Via {
    live: Live,
    host: NodeId,
    interfaces: Vec<Interface>,
    gateways: Vec<IpAddr>,
    mtu: u16,
    heard: VecDeque<Incoming>,
    sent: u64,
    /// Nanoseconds from 1970 to the beginning of the network's time.
    epoch: u64,
    /// Probes look for the path MTU, whatever was told of it.
    mtu_probes: bool,
    signals: Option<Signals>,
    held: Rc<RefCell<Held>>,
    crossed: watched::Crossed,
}

impl Via {
    /// Opens the device, sets the kernel's end as asked, and makes sure of the host's addresses where that was asked for.
    /// Datagrams to the ports of `listen` are taken in; those to others are answered as nobody's.
    ///
    /// # Errors
    /// [`CableError`]: what is missing, or cannot be had.
    pub fn open(
        plug: &Plug,
        flags: &Flags,
        listen: impl IntoIterator<Item = u16>,
    ) -> Result<Self, CableError> {
        flags.check(plug)?;
        let (plug, device) = plug.open()?;
        flags.kernel.apply(std::slice::from_ref(&plug))?;
        let mtu = device::usable(&plug, &flags.via_addr)?;
        let stations = station::stations(&flags.via_addr, None);
        let mut udp = Udp::new();
        for port in listen {
            udp.bind(port);
        }
        let setup = Setup {
            udp,
            gateways: flags.via_gateway.clone(),
            mtu,
            ndp: if flags.via_check {
                probing_v6
            } else {
                holding_v6
            },
            arp: if flags.via_check { probing } else { holding },
        };
        let (network, host) = station::network(&stations, setup)
            .map_err(|misfit| CableError::Asked(misfit.to_string()))?;
        let mut live = Live::new(network).map_err(asked)?;
        let (moment, begun) = (Moment::now(), live.now());
        let crossed = watched::Crossed::default();
        let macs = stations.iter().map(|station| station.mac).collect();
        let watched = Watched::new(device, macs, moment, crossed.clone());
        live.attach(station::OUTSIDE, watched)?;
        let held = Rc::new(RefCell::new(Held::at(station::HOST)));
        live.network().observe(Box::new(Rc::clone(&held)));
        if flags.via_check {
            claim::claim(&mut live, &flags.via_addr)?;
        }
        Ok(Via {
            live,
            host,
            interfaces: flags.via_addr.clone(),
            gateways: flags.via_gateway.clone(),
            mtu,
            heard: VecDeque::new(),
            sent: 0,
            epoch: moment.realtime.0.saturating_sub(begun.as_nanos()),
            mtu_probes: false,
            signals: None,
            held,
            crossed,
        })
    }

    /// From now on these signals end a wait.
    #[must_use]
    pub fn watching(mut self, signals: Signals) -> Self {
        self.signals = Some(signals);
        self
    }

    /// From now on no path MTU that was told stops a probe that must not be cut.
    pub fn look_for_mtu(&mut self) {
        self.mtu_probes = true;
    }

    /// The network of the host, to look on.
    pub fn network(&mut self) -> &mut Network {
        self.live.network()
    }

    /// Whether there is a way to an address at all: a kernel says the same of its own routes.
    ///
    /// # Errors
    /// [`CableError::Asked`] names the flag that is missing.
    pub fn way(&self, address: IpAddr) -> Result<(), CableError> {
        let near = |one: &Interface| one.network.contains(address);
        let family = |other: IpAddr| other.is_ipv4() == address.is_ipv4();
        let routed = self.gateways.iter().any(|gateway| family(*gateway));
        let mut own = self.interfaces.iter().map(|one| one.address);
        let local = matches!(address, IpAddr::V6(to) if to.is_unicast_link_local());
        let speaks = own.any(family);
        if routed || self.interfaces.iter().any(near) || local && speaks {
            return Ok(());
        }
        let missing = match (speaks, address.is_ipv4()) {
            (true, _) => "--via-gateway ADDRESS, of the neighbour that leads there,",
            (false, true) => "--via-addr ADDRESS/LENGTH of IPv4",
            (false, false) => "--via-addr ADDRESS/LENGTH of IPv6",
        };
        let all = self.interfaces.iter().map(Interface::to_string);
        let all = all.collect::<Vec<_>>().join(", ");
        Err(CableError::Asked(format!(
            "no way to {address} from {all}: {missing} is missing"
        )))
    }

    /// Lets happen what is due, and takes in what has come; never waits.
    fn turn(&mut self) -> Result<(), LiveError> {
        let (host, heard) = (self.host, &mut self.heard);
        let due = |network: &mut Network| {
            listen(network, host, heard);
            false
        };
        self.live.run_until(Some(Instant::ZERO), None, due)?;
        Ok(())
    }
}

/// Takes what came out of the tower.
fn listen(network: &mut Network, host: NodeId, heard: &mut VecDeque<Incoming>) {
    while let Some(arrival) = network.receive(host) {
        heard.extend(top::incoming(&arrival, Clock::User));
    }
}

fn holding(mac: Mac, address: Ipv4Addr) -> Arp {
    Arp::new(mac, address).holding(WAITING)
}

fn probing(mac: Mac, address: Ipv4Addr) -> Arp {
    Arp::probing(mac, address).holding(WAITING)
}

fn holding_v6(mac: Mac, addresses: Vec<(Ipv6Addr, u8)>) -> Ndp {
    Ndp::new(mac, addresses).holding(WAITING)
}

fn probing_v6(mac: Mac, addresses: Vec<(Ipv6Addr, u8)>) -> Ndp {
    holding_v6(mac, addresses).probing()
}

fn asked(error: impl Display) -> CableError {
    CableError::Asked(error.to_string())
}

impl Tapped for Via {
    fn tap(&mut self) -> Tap {
        self.crossed.tap()
    }
}

impl Packets for Via {
    fn send(&mut self, probe: &Outgoing) -> Result<Sent, SendError> {
        let failed = |error: LiveError| SendError::Refused(error.to_string());
        let (body, mut ici) = top::message(probe)?;
        ici.mtu_probe = probe.dont_fragment && self.mtu_probes;
        if probe.dont_fragment && top::length(probe, &body) > self.mtu.into() {
            let mtu = self.mtu.into();
            return Err(SendError::TooLong { mtu });
        }
        self.turn().map_err(failed)?; // the tower must know how late it is
        if self.held.borrow().count() >= WAITING {
            return Err(SendError::Busy);
        }
        let at = Stamp {
            at: self.live.now(),
            clock: Clock::User,
        };
        let sent = self.live.network().send(self.host, &body, ici);
        sent.map_err(top::refused)?;
        self.turn().map_err(failed)?; // over the wire, and out
        self.sent += 1;
        Ok(Sent {
            at,
            ticket: self.sent,
        })
    }

    fn receive(&mut self) -> Result<Option<Incoming>, Failure> {
        Ok(self.heard.pop_front())
    }
}

impl Time for Via {
    fn now(&self) -> Instant {
        self.live.now()
    }

    fn epoch(&self) -> u64 {
        self.epoch
    }

    fn wait(&mut self, until: Option<Instant>) -> Result<Woken, Failure> {
        if !self.heard.is_empty() {
            return Ok(Woken::Arrival);
        }
        let (host, heard, signals) = (self.host, &mut self.heard, self.signals.as_ref());
        let arrived = |network: &mut Network| {
            listen(network, host, heard);
            !heard.is_empty()
        };
        let ended = self.live.run_until(until, signals, arrived);
        Ok(match ended.map_err(|error| Failure(error.to_string()))? {
            Ended::Stopped => Woken::Arrival,
            Ended::Deadline => Woken::Deadline,
            Ended::Signal => which(signals),
        })
    }
}
