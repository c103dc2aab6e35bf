//! Socket options that no crate of ours offers, set as octets.
//!
//! Spec: ip(7), ipv6(7), raw(7), socket(7), `linux/in.h`, `linux/in6.h`, `linux/net_tstamp.h`.
//! Not here: options that `socket2` knows.

use std::io;
use std::os::fd::{AsFd, AsRawFd};

/// `IP_RECVERR_RFC4884`, Linux 5.9: errors tell where an ICMP extension starts.
pub(crate) const IP_RECVERR_RFC4884: i32 = 26;
/// `IPV6_RECVERR_RFC4884`, Linux 5.9.
pub(crate) const IPV6_RECVERR_RFC4884: i32 = 31;

/// Sets an option whose value is a C `int`.
///
/// # Errors
/// What setsockopt(2) answers: `ENOPROTOOPT` when this kernel or this kind of socket lacks the option.
#[allow(unsafe_code, reason = "setsockopt has no safe form for these options")]
pub(crate) fn set(
    socket: &impl AsFd,
    level: i32,
    name: i32,
    value: i32,
) -> io::Result<()> {
    let octets = value.to_ne_bytes();
    let length = libc::socklen_t::from(4_u8);
    // SAFETY: the descriptor is open while `socket` is borrowed; the pointer is to `octets`, which lives through the
    // call and is as long as `length` says; the kernel only reads from it.
    let answer = unsafe {
        libc::setsockopt(
            socket.as_fd().as_raw_fd(),
            level,
            name,
            octets.as_ptr().cast(),
            length,
        )
    };
    if answer == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}
