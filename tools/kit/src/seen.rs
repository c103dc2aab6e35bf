//! The packets themselves, as they crossed the wire: what `--write` records and `--explain` explains.
//!
//! An emulated network shows the frames at the local node. The kernel shows a socket less than a whole packet: the IP
//! header (and, for UDP, its header) is then put together again from what the socket tells, and the packet says so in
//! its remark.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use layercake_capfile::LinkType;

/// One packet on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Nanoseconds since 1970-01-01 UTC; in an emulated network, since its beginning.
    pub at: u64,
    /// Sent by us, or received.
    pub outbound: bool,
    /// What the octets begin with.
    pub link_type: LinkType,
    /// All of them, without frame check.
    pub octets: Vec<u8>,
    /// What to know about them.
    pub remark: Option<&'static str>,
}

/// A back end that can show its packets.
pub trait Tapped {
    /// From now on its packets can be taken from here; nobody else gets them.
    fn tap(&mut self) -> Tap;
}

/// Packets that were seen and not yet taken; a back end fills it while somebody holds the other end.
#[derive(Clone, Debug, Default)]
pub struct Tap(Rc<RefCell<Waiting>>);

#[derive(Debug, Default)]
struct Waiting {
    packets: VecDeque<Seen>,
    missed: u64,
}

impl Tap {
    /// Packets that are kept at a time; later ones are missed, and counted.
    pub const MOST: usize = 65_536;

    /// The oldest packet that was not taken yet.
    pub fn take(&self) -> Option<Seen> {
        self.0.try_borrow_mut().ok()?.packets.pop_front()
    }

    /// Packets that were not kept because too many waited.
    pub fn missed(&self) -> u64 {
        self.0.try_borrow().map_or(0, |waiting| waiting.missed)
    }

    pub(crate) fn put(&self, seen: Seen) {
        let Ok(mut waiting) = self.0.try_borrow_mut() else {
            return;
        };
        if waiting.packets.len() < Self::MOST {
            waiting.packets.push_back(seen);
        } else {
            waiting.missed += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_that_nobody_takes_do_not_pile_up() {
        let tap = Tap::default();
        let packet = |at| Seen {
            at,
            outbound: false,
            link_type: LinkType::ETHERNET,
            octets: Vec::new(),
            remark: None,
        };
        (0..65_540).for_each(|at| tap.put(packet(at)));
        assert_eq!((tap.missed(), tap.take().map(|seen| seen.at)), (4, Some(0)));
    }
}
