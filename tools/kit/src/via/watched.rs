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

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::fs::File;

    use super::*;

    /// Gives what it was filled with, and takes nothing.
    struct Full(VecDeque<Vec<u8>>, File);

    impl AsFd for Full {
        fn as_fd(&self) -> BorrowedFd<'_> {
            self.1.as_fd()
        }
    }

    impl Device for Full {
        fn name(&self) -> &str {
            "full"
        }

        fn receive(&mut self, buffer: &mut [u8]) -> Result<Option<usize>, LinkError> {
            let frame = self.0.pop_front();
            Ok(frame.map(|frame| {
                buffer[..frame.len()].copy_from_slice(&frame);
                frame.len()
            }))
        }

        fn send(&mut self, _frame: &[u8]) -> Result<(), LinkError> {
            let interface = "full".to_owned();
            Err(LinkError::Busy { interface })
        }

        fn missed(&mut self) -> Option<u64> {
            None
        }
    }

    fn watched(frames: &[[u8; 6]]) -> (Watched, Tap) {
        let frames = frames.iter().map(|to| [&to[..], &[0; 54]].concat());
        let device = Full(frames.collect(), File::open("/dev/null").unwrap());
        let crossed = Crossed::default();
        let own = vec![Mac::local(7)];
        let watched = Watched::new(Box::new(device), own, Moment::now(), crossed.clone());
        (watched, crossed.tap())
    }

    /// IEEE 802.3-2018 §4.1.2.1.2: the destination address decides.
    #[test]
    fn frames_for_others_neither_come_in_nor_are_shown() {
        let all = [
            Mac::local(8).0,
            Mac::local(7).0,
            [0xff; 6],
            [1, 0, 0x5e, 0, 0, 1],
        ];
        let (mut device, tap) = watched(&all);
        let mut buffer = [0; 100];
        let mut taken = Vec::new();
        while device.receive(&mut buffer).unwrap().is_some() {
            taken.push(buffer[..6].to_vec());
        }
        assert_eq!(taken, all[1..]);
        let shown = std::iter::from_fn(|| tap.take());
        assert!(shown.map(|seen| seen.octets[..6].to_vec()).eq(taken));
    }

    #[test]
    fn a_flood_for_others_leaves_a_turn_to_everybody() {
        let (mut device, _tap) = watched(&vec![Mac::local(8).0; 2 * STRANGERS]);
        assert_eq!(device.receive(&mut [0; 100]).unwrap(), None);
        assert_eq!(device.receive(&mut [0; 100]).unwrap(), None);
    }

    #[test]
    fn a_frame_that_was_lost_did_not_cross() {
        let (mut device, tap) = watched(&[]);
        assert!(device.send(&[0; 60]).is_err());
        assert_eq!(tap.take(), None);
    }
}
