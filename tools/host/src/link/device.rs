//! One face for everything that carries whole frames between this program and the kernel.

use std::os::fd::AsFd;

use crate::link::LinkError;

/// Octets of the longest frame that a [`Device`] gives: the longest IP packet in Ethernet with two VLAN tags.
pub const LONGEST: usize = 65_535 + 14 + 8;

/// Whole frames to and from the kernel, without waiting. Its descriptor is readable when a frame has arrived:
/// [`wait`](crate::wait::wait) on several, on time and on signals at once.
pub trait Device: AsFd {
    /// The name of the interface.
    fn name(&self) -> &str;

    /// Whether it carries Ethernet frames; a TUN device carries IP packets instead.
    fn is_ethernet(&self) -> bool {
        true
    }

    /// Copies the oldest frame that has arrived into `buffer` and gives its length; `None` when there is none.
    /// What does not fit is cut off, so `buffer` should have [`LONGEST`] octets.
    ///
    /// # Errors
    /// [`LinkError::Down`] while the interface is down, [`LinkError::Gone`] when it was removed, or another answer of
    /// the kernel.
    fn receive(&mut self, buffer: &mut [u8]) -> Result<Option<usize>, LinkError>;

    /// Sends one frame.
    ///
    /// # Errors
    /// [`LinkError`]: the queue is full, the frame is too long or too short, the interface is down or gone.
    fn send(&mut self, frame: &[u8]) -> Result<(), LinkError>;

    /// Frames that the kernel threw away because nobody received them in time; `None` when it does not tell.
    fn missed(&mut self) -> Option<u64>;
}

/// One whose kind is known when it is opened.
impl Device for Box<dyn Device> {
    fn name(&self) -> &str {
        self.as_ref().name()
    }

    fn is_ethernet(&self) -> bool {
        self.as_ref().is_ethernet()
    }

    fn receive(&mut self, buffer: &mut [u8]) -> Result<Option<usize>, LinkError> {
        self.as_mut().receive(buffer)
    }

    fn send(&mut self, frame: &[u8]) -> Result<(), LinkError> {
        self.as_mut().send(frame)
    }

    fn missed(&mut self) -> Option<u64> {
        self.as_mut().missed()
    }
}
