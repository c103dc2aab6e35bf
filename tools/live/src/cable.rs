//! A device at an outside node, and what went through it.

use layercake_host::link::{Device, LinkError};
use layercake_tower::{Network, OutsideId};

use crate::error::is_passing;

/// Frames received in one turn before others have theirs; as many as fit into the caches.
const BURST: usize = 64;

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
    /// Brings the network what has arrived, at the network's time. True when more may wait.
    pub(crate) fn take_in(
        &mut self,
        network: &mut Network,
        buffer: &mut [u8],
    ) -> Result<bool, LinkError> {
        for _ in 0..BURST {
            let length = match self.device.receive(buffer) {
                Ok(Some(length)) => length,
                Ok(None) => return Ok(false),
                Err(error) if is_passing(&error) => return Ok(false),
                Err(error) => return Err(error),
            };
            let frame = buffer.get(..length).unwrap_or_default();
            match network.enter(self.outside, frame) {
                Ok(()) => self.traffic.received += 1,
                Err(_told_by_the_counter) => self.traffic.refused += 1,
            }
        }
        Ok(true)
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
