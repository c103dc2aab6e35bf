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
pub(crate) fn set(
    socket: &impl AsFd,
    level: i32,
    name: i32,
    value: i32,
) -> io::Result<()> {
    set_octets(socket, level, name, &value.to_ne_bytes())
}

/// Sets an option whose value is a C structure, given as its octets.
///
/// # Errors
/// What setsockopt(2) answers.
#[allow(unsafe_code, reason = "setsockopt has no safe form for these options")]
pub(crate) fn set_octets(
    socket: &impl AsFd,
    level: i32,
    name: i32,
    octets: &[u8],
) -> io::Result<()> {
    let length = libc::socklen_t::try_from(octets.len()).unwrap_or(0);
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

/// Reads an option whose value has `N` octets; what the kernel does not fill in is zero.
///
/// # Errors
/// What getsockopt(2) answers.
#[allow(unsafe_code, reason = "getsockopt has no safe form for these options")]
pub(crate) fn get<const N: usize>(
    socket: &impl AsFd,
    level: i32,
    name: i32,
) -> io::Result<[u8; N]> {
    let mut octets = [0; N];
    let mut length = libc::socklen_t::try_from(N).unwrap_or(0);
    // SAFETY: the descriptor is open while `socket` is borrowed; the kernel writes at most `length` octets, which is
    // how many `octets` has, and the true number to `length`; both live through the call.
    let answer = unsafe {
        libc::getsockopt(
            socket.as_fd().as_raw_fd(),
            level,
            name,
            octets.as_mut_ptr().cast(),
            &raw mut length,
        )
    };
    if answer == 0 {
        Ok(octets)
    } else {
        Err(io::Error::last_os_error())
    }
}
