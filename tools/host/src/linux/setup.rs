//! The options that every probing socket gets.
//!
//! Spec: ip(7), ipv6(7), socket(7), Documentation/networking/timestamping.rst.

use std::io;

use socket2::Socket;

use crate::linux::control::SO_TIMESTAMPING;
use crate::linux::option::{IP_RECVERR_RFC4884, IPV6_RECVERR_RFC4884, set};
use crate::options::{Family, Fragmentation, OpenOptions};

/// Stamp messages that arrive, and report stamps of software.
const RECEIVE_STAMPS: u32 =
    libc::SOF_TIMESTAMPING_RX_SOFTWARE | libc::SOF_TIMESTAMPING_SOFTWARE;
/// Stamp messages that leave; number them; return the stamp without the packet.
const TRANSMIT_STAMPS: u32 = libc::SOF_TIMESTAMPING_TX_SOFTWARE
    | libc::SOF_TIMESTAMPING_OPT_ID
    | libc::SOF_TIMESTAMPING_OPT_TSONLY;

/// Turns on error queue, hop limits, classes and stamps, then what `options` ask for.
pub(crate) fn prepare(
    socket: &Socket,
    family: Family,
    options: &OpenOptions,
) -> io::Result<()> {
    socket.set_nonblocking(true)?;
    match family {
        Family::V4 => report_v4(socket)?,
        Family::V6 => report_v6(socket)?,
    }
    set(socket, libc::SOL_SOCKET, libc::SO_RXQ_OVFL, 1)?;
    stamps(socket, options.transmit_stamps)?;
    if let Some(interface) = &options.interface {
        socket.bind_device(Some(interface.as_bytes()))?;
    }
    if options.broadcast {
        socket.set_broadcast(true)?;
    }
    if let Some(size) = options.receive_buffer {
        socket.set_recv_buffer_size(size)?;
    }
    Ok(())
}

fn report_v4(socket: &Socket) -> io::Result<()> {
    for name in [libc::IP_RECVERR, libc::IP_RECVTTL, libc::IP_RECVTOS] {
        set(socket, libc::SOL_IP, name, 1)?;
    }
    optional(set(socket, libc::SOL_IP, IP_RECVERR_RFC4884, 1))
}

fn report_v6(socket: &Socket) -> io::Result<()> {
    for name in [
        libc::IPV6_RECVERR,
        libc::IPV6_RECVHOPLIMIT,
        libc::IPV6_RECVTCLASS,
    ] {
        set(socket, libc::SOL_IPV6, name, 1)?;
    }
    optional(set(socket, libc::SOL_IPV6, IPV6_RECVERR_RFC4884, 1))
}

/// An option that older kernels lack.
fn optional(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.raw_os_error() == Some(libc::ENOPROTOOPT) => Ok(()),
        other => other,
    }
}

/// Turns stamps of arriving messages on, and those of leaving ones if wanted.
fn stamps(socket: &Socket, transmit: bool) -> io::Result<()> {
    let flags = RECEIVE_STAMPS | if transmit { TRANSMIT_STAMPS } else { 0 };
    let flags = i32::try_from(flags).unwrap_or(0);
    set(socket, libc::SOL_SOCKET, SO_TIMESTAMPING, flags)
}

/// Chooses path MTU discovery for the messages that follow.
pub(crate) fn fragmentation(
    socket: &Socket,
    family: Family,
    choice: Fragmentation,
) -> io::Result<()> {
    // The numbers are the same for both families: linux/in.h and linux/in6.h.
    let value = match choice {
        Fragmentation::Allow => libc::IP_PMTUDISC_DONT,
        Fragmentation::Want => libc::IP_PMTUDISC_WANT,
        Fragmentation::Forbid => libc::IP_PMTUDISC_DO,
        Fragmentation::Probe => libc::IP_PMTUDISC_PROBE,
    };
    match family {
        Family::V4 => set(socket, libc::SOL_IP, libc::IP_MTU_DISCOVER, value),
        Family::V6 => set(socket, libc::SOL_IPV6, libc::IPV6_MTU_DISCOVER, value),
    }
}
