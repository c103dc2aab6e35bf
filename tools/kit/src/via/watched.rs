//! A device with the address filter of a card, whose frames can be shown.
//!
//! What crosses it is shown as it was read or written: with the octets that the kernel gave or took, at that time.

use std::cell::RefCell;
use std::os::fd::{AsFd, BorrowedFd};
use std::rc::Rc;

use layercake_base::Mac;
use layercake_capfile::LinkType;
use layercake_host::clock::{Moment, monotonic};
use layercake_host::link::{Device, LinkError};

use crate::seen::{Seen, Tap};

/// Frames for others that are passed over before somebody else has a turn.
const STRANGERS: usize = 256;

/// Where frames go that crossed the device; nowhere until somebody wants them.
#[derive(Clone, Debug, Default)]
pub(super) struct Crossed(Rc<RefCell<Option<Tap>>>);

impl Crossed {
    /// From now on frames go into this tap.
    pub(super) fn tap(&self) -> Tap {
        let tap = Tap::default();
        self.0.replace(Some(tap.clone()));
        tap
    }

    fn put(&self, at: impl FnOnce() -> u64, outbound: bool, octets: &[u8]) {
        if let Some(tap) = &*self.0.borrow() {
            tap.put(Seen {
                at: at(),
                outbound,
                link_type: LinkType::ETHERNET,
                octets: octets.to_vec(),
                remark: None,
            });
        }
    }
}

/// The device.
pub(super) struct Watched {
    device: Box<dyn Device>,
    /// Stations behind it.
    own: Vec<Mac>,
    /// Both clocks at one moment.
    moment: Moment,
    crossed: Crossed,
}

impl Watched {
    pub(super) fn new(
        device: Box<dyn Device>,
        own: Vec<Mac>,
        moment: Moment,
        crossed: Crossed,
    ) -> Self {
        Watched {
            device,
            own,
            moment,
            crossed,
        }
    }

    /// For one of ours, or for a group. A whole header is for the network to want.
    fn is_for_us(&self, frame: &[u8]) -> bool {
        let destination = frame.first_chunk().map(|octets| Mac(*octets));
        destination.is_none_or(|to| to.is_group() || self.own.contains(&to))
    }

    /// Nanoseconds since 1970.
    fn now(&self) -> u64 {
        let since = monotonic().since(self.moment.monotonic);
        let since = u64::try_from(since.as_nanos()).unwrap_or(u64::MAX);
        self.moment.realtime.0.saturating_add(since)
    }
}

impl AsFd for Watched {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.device.as_fd()
    }
}

impl Device for Watched {
    fn name(&self) -> &str {
        self.device.name()
    }

    fn is_ethernet(&self) -> bool {
        self.device.is_ethernet()
    }

    fn receive(&mut self, buffer: &mut [u8]) -> Result<Option<usize>, LinkError> {
        for _ in 0..STRANGERS {
            let Some(length) = self.device.receive(buffer)? else {
                return Ok(None);
            };
            let frame = buffer.get(..length).unwrap_or(buffer);
            if self.is_for_us(frame) {
                self.crossed.put(|| self.now(), false, frame);
                return Ok(Some(length));
            }
        }
        Ok(None)
    }

    fn send(&mut self, frame: &[u8]) -> Result<(), LinkError> {
        let now = self.now();
        self.device.send(frame)?;
        self.crossed.put(|| now, true, frame);
        Ok(())
    }

    fn missed(&mut self) -> Option<u64> {
        self.device.missed()
    }
}
