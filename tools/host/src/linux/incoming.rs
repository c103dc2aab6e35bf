//! One read of one queue of a socket, and what the control messages make of it.
//!
//! Spec: recvmsg(2), ip(7), raw(7).  Units: octets.
//! Not here: when to read (`channel`).

use std::io;
use std::mem::MaybeUninit;
use std::net::{Ipv6Addr, SocketAddr, SocketAddrV6};

use socket2::{MaybeUninitSlice, MsgHdrMut, SockAddr, Socket};

use crate::clock::Moment;
use crate::linux::control::{self, ExtendedError, Told};
use crate::linux::stamps::Numbering;
use crate::received::{ErrorReport, Extension, Kind, Origin, Received};

/// The longest IP packet, so that no message is cut.
const LONGEST: usize = 65_536;
/// Room for all control messages that this crate turns on; they need about 200 octets.
const CONTROL: usize = 512;
/// `SO_EE_RFC4884_FLAG_INVALID`: the extension was found and is broken.
const EXTENSION_INVALID: u8 = 1;

/// Which queue to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Queue {
    Messages,
    Errors,
}

/// Buffers for reading.
#[derive(Debug)]
pub(crate) struct Incoming {
    octets: Vec<u8>,
    control: Vec<u8>,
    /// Messages start with an IPv4 header.
    pub(crate) strip_header: bool,
    /// The last count of messages lost to a full buffer.
    pub(crate) dropped: u32,
}

/// What recvmsg(2) filled in.
struct Filled {
    length: usize,
    told: Told,
    name: Option<SocketAddr>,
    truncated: bool,
}

impl Incoming {
    pub(crate) fn new() -> Self {
        Self {
            octets: vec![0; LONGEST],
            control: vec![0; CONTROL],
            strip_header: false,
            dropped: 0,
        }
    }

    /// Reads one entry. `None` for a transmit stamp that belongs to no known message.
    pub(crate) fn read(
        &mut self,
        socket: &Socket,
        queue: Queue,
        numbering: &mut Numbering,
    ) -> io::Result<Option<Received>> {
        let filled = self.fill(socket, queue)?;
        let moment = Moment::now();
        self.dropped = filled.told.dropped.unwrap_or(self.dropped);
        let Some(kind) = kind_of(&filled, queue, numbering) else {
            return Ok(None);
        };
        let octets = self.octets.get(..filled.length).unwrap_or_default();
        let strip = self.strip_header && queue == Queue::Messages;
        let header = if strip { header_length(octets) } else { 0 };
        let (header, octets) = octets.split_at_checked(header).unwrap_or((&[], octets));
        Ok(Some(Received {
            kind,
            octets: octets.to_vec(),
            header: strip.then(|| header.to_vec()),
            time_to_live: filled.told.time_to_live,
            traffic_class: filled.told.traffic_class,
            kernel_time: filled.told.stamp,
            moment,
            truncated: filled.truncated,
        }))
    }

    fn fill(&mut self, socket: &Socket, queue: Queue) -> io::Result<Filled> {
        let flags = match queue {
            Queue::Messages => libc::MSG_DONTWAIT,
            Queue::Errors => libc::MSG_DONTWAIT | libc::MSG_ERRQUEUE,
        };
        // Long enough for either family; the kernel overwrites the family when it names a peer.
        let unnamed = SocketAddrV6::new(Ipv6Addr::UNSPECIFIED, 0, 0, 0);
        let mut name = SockAddr::from(SocketAddr::V6(unnamed));
        let mut buffers = [MaybeUninitSlice::new(as_uninit(&mut self.octets))];
        let mut message = MsgHdrMut::new()
            .with_addr(&mut name)
            .with_buffers(&mut buffers)
            .with_control(as_uninit(&mut self.control));
        let length = socket.recvmsg(&mut message, flags)?;
        let flags = message.flags();
        let truncated = flags.is_truncated();
        let filled = message.control_len();
        let control = self.control.get(..filled).unwrap_or_default();
        let told = control::read(control);
        let name = name
            .as_socket()
            .filter(|name| *name != SocketAddr::V6(unnamed));
        Ok(Filled {
            length,
            told,
            name,
            truncated,
        })
    }
}

fn kind_of(filled: &Filled, queue: Queue, numbering: &mut Numbering) -> Option<Kind> {
    match (queue, filled.told.error) {
        (Queue::Messages, _) => filled.name.map(|from| Kind::Message { from }),
        (Queue::Errors, Some(error)) if is_stamp(&error) => numbering
            .find(error.data, filled.told.stamp)
            .map(Kind::Transmitted),
        (Queue::Errors, Some(error)) => Some(Kind::Error(report(&error, filled))),
        (Queue::Errors, None) => None,
    }
}

fn is_stamp(error: &ExtendedError) -> bool {
    error.origin == libc::SO_EE_ORIGIN_TIMESTAMPING && error.errno == libc::ENOMSG
}

fn report(error: &ExtendedError, filled: &Filled) -> ErrorReport {
    let origin = Origin::from_number(error.origin);
    let from_network = matches!(origin, Origin::Icmp | Origin::Icmp6);
    let offset = usize::from(error.extension);
    ErrorReport {
        origin,
        icmp_type: error.kind,
        icmp_code: error.code,
        errno: error.errno,
        offender: error.offender.filter(|_| from_network),
        info: error.info,
        destination: filled.name,
        extension: (from_network && offset > 0 && offset < filled.length).then_some(
            Extension {
                offset,
                valid: error.extension_flags & EXTENSION_INVALID == 0,
            },
        ),
    }
}

/// Octets of the IPv4 header in front (RFC 791 §3.1, IHL counts words of 32 bits).
fn header_length(packet: &[u8]) -> usize {
    let length = packet
        .first()
        .map_or(0, |first| usize::from(first & 0x0f) * 4);
    length.min(packet.len())
}

/// The same octets, as a buffer that a system call may fill.
#[allow(unsafe_code, reason = "socket2 takes uninitialised buffers only")]
pub(crate) fn as_uninit(octets: &mut [u8]) -> &mut [MaybeUninit<u8>] {
    let length = octets.len();
    // SAFETY: `MaybeUninit<u8>` has the layout of `u8`; length and lifetime are those of the exclusive borrow. The
    // slice is given to recvmsg(2) only, through socket2, which never writes uninitialised octets into it.
    unsafe { std::slice::from_raw_parts_mut(octets.as_mut_ptr().cast(), length) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_length_never_exceeds_the_packet() {
        assert_eq!(header_length(&[]), 0);
        assert_eq!(header_length(&[0x4f, 0, 0]), 3);
        assert_eq!(header_length(&[0x45; 84]), 20);
    }
}
