//! A device at an outside node, and what went through it.

use layercake_host::link::{Device, LinkError};
use layercake_tower::{Network, OutsideId};

use crate::error::is_passing;

/// Frames that went through a device since it was attached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// From the device into the network.
    pub received: u64,
    /// From the device, but the network did not take them: too long, or no PDU was free.
    pub refused: u64,
    /// From the network to the device.
    pub sent: u64,
    /// From the network, but the device did not take them: its queue was full, it was down, or they were too long.
    pub lost: u64,
}

pub(crate) struct Cable {
    pub(crate) outside: OutsideId,
    pub(crate) device: Box<dyn Device>,
    pub(crate) traffic: Traffic,
}

impl Cable {
    /// Reads the oldest frame that has arrived into `buffer`, and gives its length.
    pub(crate) fn read(&mut self, buffer: &mut [u8]) -> Result<Option<usize>, LinkError> {
        match self.device.receive(buffer) {
            Err(error) if is_passing(&error) => Ok(None),
            read => read,
        }
    }

    /// Brings the network a frame that was read, at the network's time.
    pub(crate) fn bring_in(&mut self, network: &mut Network, frame: &[u8]) {
        match network.enter(self.outside, frame) {
            Ok(()) => self.traffic.received += 1,
            Err(_told_by_the_counter) => self.traffic.refused += 1,
        }
    }

    /// Gives the device what came out of the network.
    pub(crate) fn hand_out(&mut self, network: &mut Network) -> Result<(), LinkError> {
        while let Some(frame) = network.leave(self.outside) {
            match self.device.send(&frame.octets) {
                Ok(()) => self.traffic.sent += 1,
                Err(error) if is_passing(&error) => self.traffic.lost += 1,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}
