//! What goes out: a few messages at a time, so that no queue below overflows.

use core::net::IpAddr;
use core::time::Duration;

use layercake_base::{Context, Ici, Reason};

use super::Rip;
use crate::rip::routes::Known;
use crate::rip::{
    Command, ENTRY, Entry, HEADER, Horizon, INFINITY, Interface, Message, Route, Version,
    encode,
};
use crate::route::Prefix;

/// Messages that go out at once, over all attachments.
const BURST: usize = 16;

/// From one burst to the next.
const PACE: Duration = Duration::from_millis(10);

/// Internet control: the precedence of routing protocols. RFC 1812 §5.3.3, RFC 791 §3.1.
const CLASS: u8 = 0xc0;

/// An attachment, and what is to be said there.
#[derive(Debug)]
pub(super) struct Port {
    pub(super) own: Interface,
    pub(super) up: bool,
    /// The neighbours are to be asked for everything.
    pub(super) ask: bool,
    pub(super) round: Option<Round>,
    /// Changes up to this one were told, or are being told.
    pub(super) told: u64,
}

impl Port {
    pub(super) fn new(own: Interface) -> Self {
        Port {
            own,
            up: true,
            ask: false,
            round: None,
            told: 0,
        }
    }

    pub(super) fn has_to_tell(&self, changes: u64) -> bool {
        self.up && self.told < changes
    }
}

/// A walk over the routes, told in as many messages as it takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Round {
    to: (IpAddr, u16),
    /// Told so far.
    last: Option<Prefix>,
    /// Only what has changed after this change.
    since: Option<u64>,
}

impl Round {
    pub(super) fn whole(to: (IpAddr, u16)) -> Self {
        let (last, since) = (None, None);
        Round { to, last, since }
    }

    pub(super) fn changes(to: (IpAddr, u16), since: u64) -> Self {
        let (last, since) = (None, Some(since));
        Round { to, last, since }
    }

    fn tells(&self, known: &Known) -> bool {
        self.since.is_none_or(|since| known.change > since)
    }
}

impl Rip {
    /// Says what is to be said, as much as fits now.
    pub(super) fn speak(&mut self, cx: &mut Context<'_>) {
        let mut left = BURST.min(cx.room_below());
        let mut at = 0;
        self.pace = None;
        while let Some(port) = self.ports.get_mut(at) {
            if !port.ask && port.round.is_none() {
                at += 1;
            } else if left == 0 {
                self.pace = Some(cx.now() + PACE);
                return;
            } else if core::mem::take(&mut port.ask) {
                let own = port.own;
                self.ask(&own, cx);
                left -= 1;
            } else {
                left -= usize::from(self.tell_next(at, cx));
            }
        }
    }

    fn ask(&mut self, own: &Interface, cx: &mut Context<'_>) {
        self.entries.clear();
        self.entries.push(Entry::Whole);
        let to = self.everyone();
        self.transmit(Command::Request, own, to, cx);
    }

    /// The next message of a round; false when there is none left.
    fn tell_next(&mut self, at: usize, cx: &mut Context<'_>) -> bool {
        let Some(port) = self.ports.get_mut(at) else {
            return false;
        };
        let (own, Some(round)) = (port.own, &mut port.round) else {
            return false;
        };
        let (horizon, most) =
            (self.settings.horizon, self.settings.version.most_entries());
        self.entries.clear();
        for (prefix, known) in self.routes.after(round.last) {
            if self.entries.len() == most {
                break;
            }
            round.last = Some(*prefix);
            if round.tells(known) {
                self.entries.extend(entry(prefix, known, horizon, &own));
            }
        }
        let to = round.to;
        if self.entries.is_empty() {
            port.round = None;
            return false;
        }
        self.transmit(Command::Response, &own, to, cx);
        true
    }

    /// Answers a question for some routes, with what is known and nothing hidden. RFC 2453
    /// §3.9.1.
    pub(super) fn answer(
        &mut self,
        message: &Message<'_>,
        asked: &Ici,
        cx: &mut Context<'_>,
    ) -> Result<(), Reason> {
        let port = self.ports.iter().find(|port| port.own.port == asked.port);
        let (Some(port), Some(source)) = (port, asked.source) else {
            return Err(Reason::NoWay("no source address"));
        };
        let (own, to) = (port.own, (source, asked.source_port));
        self.entries.clear();
        for entry in message.entries().take(self.settings.version.most_entries()) {
            let Entry::Route(route) = entry? else {
                continue;
            };
            let metric = self.routes.metric(&route.prefix);
            self.entries.push(Entry::Route(Route { metric, ..route }));
        }
        if !self.entries.is_empty() {
            self.transmit(Command::Response, &own, to, cx);
        }
        Ok(())
    }

    /// Sends the entries that were collected.
    fn transmit(
        &self,
        command: Command,
        own: &Interface,
        (destination, port): (IpAddr, u16),
        cx: &mut Context<'_>,
    ) {
        let version = self.settings.version;
        let (queue, limit) = ("pool", self.entries.len());
        let pdu = cx.allocate(HEADER + ENTRY * self.entries.len());
        let Some(mut pdu) = pdu else {
            let full = Reason::Full { queue, limit };
            return cx.world().discards.count("rip", &full);
        };
        pdu.set_ici(|ici| {
            *ici = Ici {
                source: Some(own.address),
                destination: Some(destination),
                source_port: version.port(),
                destination_port: port,
                port: own.port,
                class: CLASS,
                hops: match version {
                    Version::V2 => destination.is_multicast().then_some(1),
                    Version::Ng => Some(u8::MAX),
                },
                ..Ici::NONE
            }
        });
        match encode(version, command, &self.entries, pdu.octets_mut()) {
            Ok(()) => cx.send_down(pdu),
            Err(reason) => cx.discard(pdu, reason),
        }
    }
}

/// What a neighbour at `own` hears about a route. RFC 2453 §3.4.3.
fn entry(
    prefix: &Prefix,
    known: &Known,
    horizon: Horizon,
    own: &Interface,
) -> Option<Entry> {
    let back = known.from.is_some() && known.port == own.port;
    let metric = match horizon {
        Horizon::Open => known.metric,
        _ if !back => known.metric,
        Horizon::Split => return None,
        Horizon::Poisoned => INFINITY,
    };
    Some(Entry::Route(Route {
        prefix: *prefix,
        tag: known.tag,
        next_hop: None,
        metric,
    }))
}
