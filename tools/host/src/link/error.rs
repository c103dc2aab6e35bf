//! What can be wrong with a link, and what to do about it.

use std::io;

use crate::failure::errno_text;
use crate::link::Interface;

/// A link that cannot be opened, or a frame that cannot be sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// There is no interface of this name.
    #[error("no interface is named {name}; there are: {}", .existing.join(", "))]
    NoSuchInterface {
        /// The name asked for.
        name: String,
        /// The names that exist.
        existing: Vec<String>,
    },
    /// Sending frames needs a capability.
    #[error(
        "cannot open a link channel on {interface}: CAP_NET_RAW is missing; run as root or give the program the capability"
    )]
    NotPermitted {
        /// The interface.
        interface: String,
    },
    /// Making or changing an interface needs a capability.
    #[error(
        "cannot {action} {interface}: CAP_NET_ADMIN is missing; run as root, or let root prepare a TAP device once: \
         `ip tuntap add dev {interface} mode tap user NAME`; emulated networks without a device need no right"
    )]
    NotAdministrator {
        /// What was tried.
        action: &'static str,
        /// The interface.
        interface: String,
    },
    /// The file through which TAP devices are made cannot be opened.
    #[error("cannot open {interface}: {why}; a veth pair works without it")]
    NoTun {
        /// The interface.
        interface: String,
        /// What is wrong with `/dev/net/tun`, and what would help.
        why: &'static str,
    },
    /// The interface was removed while it was open.
    #[error("{interface} is gone")]
    Gone {
        /// The interface.
        interface: String,
    },
    /// The interface's queue takes no more now.
    #[error("the queue of {interface} is full; send more slowly")]
    Busy {
        /// The interface.
        interface: String,
    },
    /// The interface is not up.
    #[error("{interface} is down; `ip link set {interface} up` starts it")]
    Down {
        /// The interface.
        interface: String,
    },
    /// The frame does not fit.
    #[error("a frame of {length} octets is too long for {interface}, whose MTU is {mtu}")]
    FrameTooLong {
        /// The interface.
        interface: String,
        /// Octets of the frame.
        length: usize,
        /// The longest payload that the interface carries; the link header is not counted.
        mtu: u32,
    },
    /// The frame is shorter than a link header.
    #[error("a frame of {length} octets is shorter than the link header of {interface}")]
    FrameTooShort {
        /// The interface.
        interface: String,
        /// Octets of the frame.
        length: usize,
    },
    /// Any other answer of the kernel.
    #[error("cannot {action} {interface}: {}", errno_text(*.errno))]
    Refused {
        /// What was tried.
        action: &'static str,
        /// The interface.
        interface: String,
        /// The error number.
        errno: i32,
    },
}

impl LinkError {
    /// Why a channel could not be opened.
    pub(super) fn opening(interface: &Interface, error: &io::Error) -> Self {
        let name = interface.name.clone();
        match error.raw_os_error().unwrap_or(libc::EIO) {
            libc::EPERM | libc::EACCES => Self::NotPermitted { interface: name },
            libc::ENETDOWN => Self::Down { interface: name },
            errno => Self::Refused {
                action: "open a link channel on",
                interface: name,
                errno,
            },
        }
    }

    /// Why an interface could not be made or changed.
    pub(super) fn administering(
        action: &'static str,
        interface: &str,
        error: &io::Error,
    ) -> Self {
        let interface = interface.to_owned();
        match error.raw_os_error().unwrap_or(libc::EIO) {
            libc::EPERM | libc::EACCES => Self::NotAdministrator { action, interface },
            errno => Self::Refused {
                action,
                interface,
                errno,
            },
        }
    }

    /// Why an open device did not do what was asked. A TAP device that is down says `EIO`, one that was removed
    /// `EBADFD`.
    pub(super) fn using(
        action: &'static str,
        interface: &str,
        error: &io::Error,
    ) -> Self {
        let interface = interface.to_owned();
        match error.raw_os_error().unwrap_or(libc::EIO) {
            libc::ENETDOWN | libc::EIO => Self::Down { interface },
            libc::EBADFD | libc::ENODEV | libc::ENXIO => Self::Gone { interface },
            libc::ENOBUFS | libc::EAGAIN => Self::Busy { interface },
            errno => Self::Refused {
                action,
                interface,
                errno,
            },
        }
    }

    /// Why a frame could not be sent.
    pub(super) fn sending(
        interface: &Interface,
        length: usize,
        error: &io::Error,
    ) -> Self {
        let (name, mtu) = (interface.name.clone(), interface.mtu);
        match error.raw_os_error().unwrap_or(libc::EIO) {
            libc::EMSGSIZE => Self::FrameTooLong {
                interface: name,
                length,
                mtu,
            },
            libc::EINVAL if length < 14 => Self::FrameTooShort {
                interface: name,
                length,
            },
            _ => Self::using("send on", &name, error),
        }
    }
}
