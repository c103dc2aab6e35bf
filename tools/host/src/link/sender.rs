//! Frames one at a time, through `pnet_datalink`.
//!
//! The channel runs on a socket of ours: pnet's own would receive every frame of the interface, and its write buffer
//! of 4096 octets would refuse a large frame.

use std::fmt;
use std::io;
use std::os::fd::IntoRawFd;

use pnet_datalink::{Channel, ChannelType, Config, DataLinkSender};

use crate::link::interface::{Interface, describe, found};
use crate::link::{LinkError, socket};

/// The longest frame of any Linux interface.
const LONGEST: usize = 65_536 + 18;

/// Sends single frames on one interface.
pub struct LinkSender {
    sender: Box<dyn DataLinkSender>,
    interface: Interface,
}

impl LinkSender {
    /// Opens a channel on the interface of this name.
    ///
    /// # Errors
    /// [`LinkError`]: no such interface, no capability, the interface is down.
    pub fn open(name: &str) -> Result<Self, LinkError> {
        let network = found(name)?;
        let interface = describe(&network);
        if !interface.up {
            return Err(LinkError::Down {
                interface: interface.name,
            });
        }
        let opening = |error: &io::Error| LinkError::opening(&interface, error);
        let socket = socket::open().map_err(|error| opening(&error))?;
        let config = Config {
            write_buffer_size: LONGEST,
            // Protocol 0: with a socket of ours, pnet uses it for binding alone, see `socket`.
            channel_type: ChannelType::Layer3(0),
            promiscuous: false,
            socket_fd: Some(socket.into_raw_fd()),
            ..Config::default()
        };
        match pnet_datalink::channel(&network, config) {
            Ok(Channel::Ethernet(sender, _receiver)) => Ok(Self { sender, interface }),
            Ok(_other) => Err(opening(&io::Error::from_raw_os_error(
                libc::EPROTONOSUPPORT,
            ))),
            Err(error) => Err(opening(&error)),
        }
    }

    /// The interface, as it was at open.
    #[must_use]
    pub fn interface(&self) -> &Interface {
        &self.interface
    }

    /// Sends one frame; waits while the interface's queue is full.
    ///
    /// # Errors
    /// [`LinkError`]: too long, too short, the interface went down, or what sendto(2) answers.
    pub fn send(&mut self, frame: &[u8]) -> Result<(), LinkError> {
        loop {
            match self.sender.send_to(frame, None) {
                Some(Ok(())) => return Ok(()),
                Some(Err(error)) if is_passing(&error) => super::batch::breathe(),
                Some(Err(error)) => {
                    return Err(LinkError::sending(&self.interface, frame.len(), &error));
                }
                None => {
                    let error = io::Error::from_raw_os_error(libc::EMSGSIZE);
                    return Err(LinkError::sending(&self.interface, frame.len(), &error));
                }
            }
        }
    }
}

/// A full queue or a signal: the same frame may pass a moment later.
pub(super) fn is_passing(error: &io::Error) -> bool {
    matches!(
        error.raw_os_error(),
        Some(libc::ENOBUFS | libc::EAGAIN | libc::EINTR)
    )
}

impl fmt::Debug for LinkSender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LinkSender")
            .field("interface", &self.interface)
            .finish_non_exhaustive()
    }
}
