//! The emulated network as a back end: probes enter the top of a host's tower, what comes out is heard.
//!
//! ```text
//!   engine  -- send -->  here.lab ── wires, routers ── far.lab
//!           <- wait ---  the clock jumps from one event to the next, or keeps pace with the real one
//! ```
//! Nothing here asks the machine for anything, so the same seed gives the same run, octet for octet; only
//! `real_time` looks at a clock, and that changes when things are shown, never what happens.
//!
//! Spec: RFC 792 (messages), RFC 4884 (extensions).
//! Not here: the network (`layercake-tower`), what to send and when (`layercake-probe`).

#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use layercake_base::{Direction, Instant};
use layercake_capfile::LinkType;
use layercake_host::clock::{Monotonic, monotonic};
use layercake_host::signal::Signals;
use layercake_probe::net::{
    Clock, Failure, Incoming, Outgoing, Packets, SendError, Sent, Stamp, Time, Woken,
};
use layercake_tower::topology::Attachment;
use layercake_tower::{CaptureTap, Frame, Network, NodeId};

use crate::seen::{Seen, Tap, Tapped};
use crate::top;

/// Events handled in one wait before the network is taken to be in a storm that never ends.
const MOST_EVENTS: u32 = 10_000_000;

/// A network in virtual time and the node in it that the tools run on.
pub struct Emulated {
    network: Network,
    here: NodeId,
    heard: VecDeque<Incoming>,
    sent: u64,
    /// The real time at which the virtual time was zero, when both shall pass alike.
    pace: Option<Monotonic>,
    /// Probes look for the path MTU, whatever was told of it.
    mtu_probes: bool,
    signals: Option<Signals>,
    capture: Option<(Rc<RefCell<CaptureTap>>, Tap)>,
}

impl std::fmt::Debug for Emulated {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Emulated")
            .field("here", &self.here)
            .finish_non_exhaustive()
    }
}

impl Emulated {
    /// Runs the tools on the network's local node. With `real_time` a second of it takes a second.
    pub fn new(network: Network, real_time: bool, signals: Option<Signals>) -> Self {
        let here = network.local();
        let pace = real_time.then(monotonic);
        Emulated {
            network,
            here,
            heard: VecDeque::new(),
            sent: 0,
            pace,
            mtu_probes: false,
            signals,
            capture: None,
        }
    }

    /// From now on no path MTU that was told stops a probe that must not be cut.
    pub fn look_for_mtu(&mut self) {
        self.mtu_probes = true;
    }

    /// Hands on the frames that were caught since the last time.
    fn show(&self) {
        let Some((frames, tap)) = &self.capture else {
            return;
        };
        let take = || frames.try_borrow_mut().ok()?.take();
        while let Some(frame) = take() {
            tap.put(self.seen(frame));
        }
    }

    fn seen(&self, frame: Frame) -> Seen {
        let attachments = self.network.attachments(self.here);
        let attachment = attachments.get(usize::from(frame.port));
        let recipe = self.network.recipe(self.here, frame.port);
        let repeats = recipe.is_some_and(|recipe| recipe.arq.is_some());
        Seen {
            at: frame.at.as_nanos(),
            outbound: frame.direction == Direction::Down,
            link_type: match attachment {
                Some(Attachment::Serial) if repeats => LinkType::USER0,
                Some(Attachment::Serial) => LinkType::PPP,
                _ => LinkType::ETHERNET,
            },
            octets: frame.octets,
            remark: None,
        }
    }

    /// The network, to ask it for names, or to look on.
    pub fn network(&mut self) -> &mut Network {
        &mut self.network
    }

    /// Refuses a packet that must not be cut and is longer than every interface takes: a kernel says the same.
    fn check_length(&self, octets: usize) -> Result<(), SendError> {
        let config = self.network.config(self.here);
        let interfaces = config.into_iter().flat_map(|config| &config.interfaces);
        match interfaces.map(|interface| interface.mtu).max() {
            Some(mtu) if octets > usize::from(mtu) => {
                Err(SendError::TooLong { mtu: mtu.into() })
            }
            _ => Ok(()),
        }
    }

    /// Takes what came out of the tower.
    fn listen(&mut self) {
        while let Some(arrival) = self.network.receive(self.here) {
            self.heard.extend(top::incoming(&arrival, Clock::Virtual));
        }
        self.show();
    }

    /// Sleeps until the real clock stands at a virtual time; `None` when nothing interrupts.
    fn keep_pace(&self, at: Instant) -> Result<Option<Woken>, Failure> {
        let Some(start) = self.pace else {
            return Ok(self.interrupted());
        };
        let deadline = Some(start.plus(at.since(Instant::ZERO)));
        let woken = layercake_host::wait::wait(&[], deadline, self.signals.as_ref());
        woken.map_err(|error| Failure(error.to_string()))?;
        Ok(self.interrupted())
    }

    fn interrupted(&self) -> Option<Woken> {
        let signals = self.signals.as_ref().filter(|signals| signals.pending())?;
        Some(if signals.take_quit() {
            Woken::Status
        } else {
            Woken::Interrupt
        })
    }
}

impl Tapped for Emulated {
    fn tap(&mut self) -> Tap {
        let nodes = self.network.nodes();
        let here = nodes.into_iter().find(|(node, _)| *node == self.here);
        let name = here.map_or(String::new(), |(_, name)| name.to_owned());
        let frames = Rc::new(RefCell::new(CaptureTap::at(&[&name])));
        self.network.observe(Box::new(Rc::clone(&frames)));
        let tap = Tap::default();
        self.capture = Some((frames, tap.clone()));
        tap
    }
}

impl Packets for Emulated {
    fn send(&mut self, probe: &Outgoing) -> Result<Sent, SendError> {
        let (body, mut ici) = top::message(probe)?;
        ici.mtu_probe = probe.dont_fragment && self.mtu_probes;
        if probe.dont_fragment {
            self.check_length(top::length(probe, &body))?;
        }
        let at = Stamp {
            at: self.network.now(),
            clock: Clock::Virtual,
        };
        let sent = self.network.send(self.here, &body, ici);
        sent.map_err(top::refused)?;
        self.sent += 1;
        self.listen();
        Ok(Sent {
            at,
            ticket: self.sent,
        })
    }

    fn receive(&mut self) -> Result<Option<Incoming>, Failure> {
        Ok(self.heard.pop_front())
    }
}

impl Time for Emulated {
    fn now(&self) -> Instant {
        self.network.now()
    }

    /// The emulated world began in 1970: a run has no date, so that two runs are equal.
    fn epoch(&self) -> u64 {
        0
    }

    fn wait(&mut self, until: Option<Instant>) -> Result<Woken, Failure> {
        for _ in 0..MOST_EVENTS {
            if !self.heard.is_empty() {
                return Ok(Woken::Arrival);
            }
            let next = self.network.next_event();
            let due = next.filter(|next| until.is_none_or(|until| *next <= until));
            let Some(at) = due.or(until) else {
                return Err(Failure("nothing will ever happen in this network".into()));
            };
            if let Some(woken) = self.keep_pace(at)? {
                return Ok(woken);
            }
            if due.is_none() {
                self.network.run_until(at);
                return Ok(Woken::Deadline);
            }
            self.network.step();
            self.listen();
        }
        Err(Failure(format!(
            "{MOST_EVENTS} events without an answer: a storm"
        )))
    }
}
