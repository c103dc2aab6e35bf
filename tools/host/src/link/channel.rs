//! Every frame that arrives at an existing interface, and frames onto it.
//!
//! A packet socket sees frames beside the kernel's own stack: both receive them. A host of an emulated network therefore
//! wants an interface whose kernel end has no address of its own, such as one end of a veth pair.
//!
//! Frames are whole: VLAN tags that the kernel took out are back in their place, and checksums that the kernel at the
//! other end of a veth pair left to a card are completed (`offload`). Frames that this host sends are not received.
//!
//! Spec: packet(7).  Units: octets; no frame check sequence.
//! Not here: segments that the kernel did not cut, see `offload`; memory-mapped rings.

use std::io::{self, IoSlice};
use std::os::fd::{AsFd, BorrowedFd};

use socket2::{MaybeUninitSlice, MsgHdrMut, Socket};

use crate::link::interface::{Interface, find};
use crate::link::offload::{self, HEADER};
use crate::link::{Device, LinkError, socket};
use crate::linux::incoming::as_uninit;
use crate::linux::option;

/// Octets that may wait to be received; the kernel counts each frame with its overhead.
const RECEIVE_BUFFER: usize = 4 << 20;
/// Room for `tpacket_auxdata` with its header.
const CONTROL: usize = 64;

/// A packet socket on one interface.
#[derive(Debug)]
pub struct LinkChannel {
    socket: Socket,
    interface: Interface,
    control: [u8; CONTROL],
    missed: u64,
}

impl LinkChannel {
    /// Opens a channel on the interface of this name.
    ///
    /// # Errors
    /// [`LinkError`]: no such interface, `CAP_NET_RAW` is missing, the interface is down.
    pub fn open(name: &str) -> Result<Self, LinkError> {
        let interface = find(name)?;
        if !interface.up {
            return Err(LinkError::Down {
                interface: interface.name,
            });
        }
        match prepare(&interface) {
            Ok(socket) => Ok(Self {
                socket,
                interface,
                control: [0; CONTROL],
                missed: 0,
            }),
            Err(error) => Err(LinkError::opening(&interface, &error)),
        }
    }

    /// The interface, as it was at open.
    #[must_use]
    pub fn interface(&self) -> &Interface {
        &self.interface
    }

    /// Receives from now on also what is meant for other stations, where the card would not pass it on by itself.
    /// Ends with the channel.
    ///
    /// # Errors
    /// What setsockopt(2) answers.
    pub fn listen_to_all(&self) -> Result<(), LinkError> {
        // packet_mreq: index, type, length of the address, address.
        let [a, b, c, d] = self.interface.index.to_ne_bytes();
        let kind = u16::try_from(libc::PACKET_MR_PROMISC).unwrap_or(0);
        let [e, f] = kind.to_ne_bytes();
        let request = [a, b, c, d, e, f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        let (level, name) = (libc::SOL_PACKET, libc::PACKET_ADD_MEMBERSHIP);
        option::set_octets(&self.socket, level, name, &request).map_err(|error| {
            LinkError::using("hear all of", &self.interface.name, &error)
        })
    }

    /// Reads one frame with what the kernel tells about it; its length, tag included.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut header = [0; HEADER];
        let mut parts = [
            MaybeUninitSlice::new(as_uninit(&mut header)),
            MaybeUninitSlice::new(as_uninit(buffer)),
        ];
        let mut message = MsgHdrMut::new()
            .with_buffers(&mut parts)
            .with_control(as_uninit(&mut self.control));
        let length = self.socket.recvmsg(&mut message, libc::MSG_DONTWAIT)?;
        let told = message.control_len();
        let length = length.saturating_sub(HEADER);
        if let Some(frame) = buffer.get_mut(..length) {
            offload::complete_checksum(header, frame);
        }
        let tag = offload::tag(self.control.get(..told).unwrap_or_default());
        Ok(tag.map_or(length, |tag| offload::restore_tag(tag, buffer, length)))
    }
}

fn prepare(interface: &Interface) -> io::Result<Socket> {
    let socket = socket::open()?;
    socket.set_nonblocking(true)?;
    socket.set_recv_buffer_size(RECEIVE_BUFFER)?;
    for name in [
        libc::PACKET_AUXDATA,
        libc::PACKET_VNET_HDR,
        libc::PACKET_IGNORE_OUTGOING,
    ] {
        option::set(&socket, libc::SOL_PACKET, name, 1)?;
    }
    socket::bind_to_all(&socket, interface.index)?;
    Ok(socket)
}

impl Device for LinkChannel {
    fn name(&self) -> &str {
        &self.interface.name
    }

    fn receive(&mut self, buffer: &mut [u8]) -> Result<Option<usize>, LinkError> {
        loop {
            match self.read(buffer) {
                Ok(length) => return Ok(Some(length)),
                Err(error) => match error.raw_os_error() {
                    Some(libc::EAGAIN) => return Ok(None),
                    Some(libc::EINTR) => {}
                    // A frame with an offload that virtio_net_hdr cannot tell; the kernel has dropped it.
                    Some(libc::EINVAL) => self.missed += 1,
                    _ => {
                        let name = &self.interface.name;
                        return Err(LinkError::using("receive from", name, &error));
                    }
                },
            }
        }
    }

    fn send(&mut self, frame: &[u8]) -> Result<(), LinkError> {
        // A virtio_net_hdr of zeros: nothing is left to the card.
        let parts = [IoSlice::new(&[0; HEADER]), IoSlice::new(frame)];
        match self.socket.send_vectored(&parts) {
            Ok(_whole) => Ok(()),
            Err(error) => Err(LinkError::sending(&self.interface, frame.len(), &error)),
        }
    }

    fn missed(&mut self) -> Option<u64> {
        // tpacket_stats: packets and drops, both since the last question.
        let (level, name) = (libc::SOL_PACKET, libc::PACKET_STATISTICS);
        let told: [u8; 8] = option::get(&self.socket, level, name).ok()?;
        let [.., a, b, c, d] = told;
        self.missed += u64::from(u32::from_ne_bytes([a, b, c, d]));
        Some(self.missed)
    }
}

impl AsFd for LinkChannel {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}
