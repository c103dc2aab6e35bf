//! Why a system call failed, in words that say what was tried and what would help.
//!
//! Not here: why a socket could not be opened for lack of privilege (`icmp::denied`).

use std::io;
use std::net::SocketAddr;

/// The text of an error number, as strerror(3) has it.
///
/// ```
/// assert_eq!(layercake_host::errno_text(101), "Network is unreachable");
/// ```
#[must_use]
pub fn errno_text(errno: i32) -> String {
    let whole = io::Error::from_raw_os_error(errno).to_string();
    let suffix = format!(" (os error {errno})");
    whole.strip_suffix(&suffix).unwrap_or(&whole).to_owned()
}

/// A message was not sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Longer than the interface, the known path MTU or the protocol allows. `mtu` is what would fit, if the kernel
    /// said so.
    #[error("cannot send {length} octets to {destination}: message too long{}", mtu_text(.mtu))]
    TooLong {
        /// Octets of the message, headers of lower layers not counted.
        length: usize,
        /// Where it was bound for.
        destination: SocketAddr,
        /// The largest IP packet that would pass.
        mtu: Option<u32>,
    },
    /// The queue of the interface or socket is full (`ENOBUFS`, `EAGAIN`): wait and try again.
    #[error("cannot send to {destination} now: {}; send more slowly", errno_text(*.errno))]
    Busy {
        /// Where it was bound for.
        destination: SocketAddr,
        /// `ENOBUFS` or `EAGAIN`.
        errno: i32,
    },
    /// Any other answer of the kernel.
    #[error("cannot send to {destination}: {}{}", errno_text(*.errno), remedy(*.errno))]
    Refused {
        /// Where it was bound for.
        destination: SocketAddr,
        /// The error number.
        errno: i32,
    },
}

impl SendError {
    /// The error number that sendmsg(2) gave.
    #[must_use]
    pub fn errno(&self) -> i32 {
        match self {
            Self::TooLong { .. } => libc::EMSGSIZE,
            Self::Busy { errno, .. } | Self::Refused { errno, .. } => *errno,
        }
    }
}

fn mtu_text(mtu: &Option<u32>) -> String {
    mtu.map_or_else(String::new, |mtu| format!(", mtu={mtu}"))
}

fn remedy(errno: i32) -> &'static str {
    match errno {
        libc::ENETUNREACH => " (no route: see `ip route`)",
        libc::EACCES => " (broadcast addresses are not served; or a route prohibits it)",
        libc::EPERM => {
            " (a packet filter on this host forbids it: see `nft list ruleset`)"
        }
        _ => "",
    }
}

/// A system call other than sending failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot {action}: {}", errno_text(*.errno))]
pub struct HostError {
    /// What was tried.
    pub action: String,
    /// The error number of the kernel.
    pub errno: i32,
}

impl HostError {
    pub(crate) fn new(action: impl Into<String>, error: &io::Error) -> Self {
        let errno = error.raw_os_error().unwrap_or(libc::EIO);
        Self {
            action: action.into(),
            errno,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_too_long_names_the_mtu() {
        let error = SendError::TooLong {
            length: 2008,
            destination: "192.0.2.1:0".parse().unwrap(),
            mtu: Some(1500),
        };
        assert_eq!(
            error.to_string(),
            "cannot send 2008 octets to 192.0.2.1:0: message too long, mtu=1500"
        );
        assert_eq!(errno_text(error.errno()), "Message too long");
    }

    #[test]
    fn an_unreachable_network_points_to_the_routes() {
        let error = SendError::Refused {
            destination: "192.0.2.1:0".parse().unwrap(),
            errno: libc::ENETUNREACH,
        };
        assert_eq!(
            error.to_string(),
            "cannot send to 192.0.2.1:0: Network is unreachable (no route: see `ip route`)"
        );
    }
}
