//! Fragments that belong together: in order or not, twice, overlapping, too long, never complete.
//!
//! ```text
//!   a message  ──▶  cut at random places  ──▶  shuffled, some left out, some twice, some moved
//! ```
//! One packet's pieces come one a call, mixed with frames of other kinds.

use super::dice::Dice;
use super::ipv4::{self, Header};
use super::sums::ETHERNET;
use super::{Target, ipv6, upper};

/// Octets of the longest message that is cut, about.
const LONGEST: usize = 9000;

/// What is left of the packet that is being cut.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    message: Vec<u8>,
    /// Where each piece begins and ends, and whether more follow; taken from the end.
    open: Vec<(usize, usize, bool)>,
    header: Option<Header>,
    identification: [u8; 4],
    /// The headers in front of the next packet's fragments, for IPv6.
    front: Vec<u8>,
}

impl Pieces {
    /// The next fragment of an IPv4 packet.
    pub(super) fn ipv4(&mut self, dice: &mut Dice, target: &Target, frame: &mut Vec<u8>) {
        let Some((from, to, more)) = self.open.pop() else {
            let protocol = dice.pick(&[1, 1, 17]);
            let header = Header::any(dice, target, protocol);
            self.header = Some(header);
            self.begin(dice, header.protocol);
            sum_ipv4(&header, &mut self.message);
            return self.ipv4(dice, target, frame);
        };
        let Some(mut header) = self.header else {
            return;
        };
        header.fragment = offset(dice, from) | if more { 0x2000 } else { 0 };
        ipv4::begin(dice, target, frame, &header, &[]);
        frame.extend(self.message.get(from..to).unwrap_or_default());
        ipv4::finish(frame);
    }

    /// The next fragment of an IPv6 packet.
    pub(super) fn ipv6(&mut self, dice: &mut Dice, target: &Target, frame: &mut Vec<u8>) {
        let Some((from, to, more)) = self.open.pop() else {
            self.front.clear();
            ipv6::begin(dice, target, &mut self.front, 44, 64);
            self.identification = dice.array();
            self.begin(dice, 58);
            if let Some(kind) = self.message.first_mut() {
                *kind = 128;
            }
            let addresses = &self.front[ETHERNET + 8..ETHERNET + ipv6::HEADER];
            super::sums::upper(addresses, 58, &mut self.message);
            return self.ipv6(dice, target, frame);
        };
        frame.extend(&self.front);
        let field = offset(dice, from) << 3 | u16::from(more);
        frame.extend([58, 0]);
        frame.extend(field.to_be_bytes());
        frame.extend(self.identification);
        frame.extend(self.message.get(from..to).unwrap_or_default());
        ipv6::finish(frame, ipv6::HEADER, 59);
    }

    /// A new message, and its pieces.
    fn begin(&mut self, dice: &mut Dice, protocol: u8) {
        self.message.clear();
        match protocol {
            17 => upper::udp(dice, &mut self.message),
            _ => upper::echo(dice, &mut self.message),
        }
        let most = dice.pick(&[80, 80, 400, 2000, LONGEST]);
        let more = dice.below(most);
        dice.fill(&mut self.message, more);
        self.cut(dice);
        if !dice.chance(4) {
            return;
        }
        for _ in 0..=dice.below(3) {
            self.disturb(dice);
        }
    }

    fn cut(&mut self, dice: &mut Dice) {
        self.open.clear();
        let (mut from, all) = (0, self.message.len());
        while from < all {
            let step = 8 * (1 + dice.below(180));
            let to = (from + step).min(all);
            self.open.push((from, to, to < all));
            from = to;
        }
        if dice.chance(2) {
            self.open.reverse(); // taken from the end: now in order
        }
    }

    /// A piece less, twice, moved, longer, or without an end.
    fn disturb(&mut self, dice: &mut Dice) {
        let at = dice.below(self.open.len());
        let Some(&(from, to, more)) = self.open.get(at) else {
            return;
        };
        match dice.below(5) {
            0 => drop(self.open.remove(at)),
            1 => self.open.push((from, to, more)),
            2 => self
                .open
                .push((from & !7, (to + 8).min(self.message.len()), more)),
            3 => self.open[at] = (from.saturating_sub(8) & !7, to, more),
            _ => self.open[at] = (from, to, !more),
        }
    }
}

/// In steps of 8 octets; seldom one beyond the largest packet.
fn offset(dice: &mut Dice, from: usize) -> u16 {
    match dice.below(64) {
        0 => 0x1fff,
        _ => u16::try_from(from / 8).unwrap_or_default(),
    }
}

/// The checksum over the whole message, which no fragment's header covers.
fn sum_ipv4(header: &Header, message: &mut [u8]) {
    let addresses = [header.source.octets(), header.destination.octets()].concat();
    super::sums::upper(&addresses, header.protocol, message);
}
