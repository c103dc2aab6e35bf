//! Devices whose cable is this program: TAP carries Ethernet frames, TUN IP packets.
//!
//! ```text
//!   kernel's stack ── lc0 ══ /dev/net/tun ══ read(2), write(2) ── this program
//! ```
//! What the kernel sends on the interface is read here, and what is written here arrives at the kernel as if a cable
//! had brought it. Checksums are whole and segments cut: the kernel offloads nothing to a device that was opened
//! without `IFF_VNET_HDR`.
//!
//! A new device disappears when it is closed. One that root has prepared (`ip tuntap add dev lc0 mode tap user NAME`)
//! stays, and NAME may open it without any right.
//!
//! Spec: Documentation/networking/tuntap.rst, `linux/if_tun.h`.  Units: octets; no frame check sequence.
//! Not here: addresses (`settings`), several queues.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::OpenOptionsExt;

use crate::link::request::{Ask, Request};
use crate::link::{Device, LinkError};

/// A TAP or TUN device, opened by this program.
#[derive(Debug)]
pub struct Tap {
    file: File,
    name: String,
    ethernet: bool,
}

impl Tap {
    /// Opens the TAP device of this name, which carries Ethernet frames, and makes it if need be; `%d` in the name
    /// stands for the first free number. It starts down, see [`Settings`](crate::link::Settings).
    ///
    /// # Errors
    /// [`LinkError`]: `CAP_NET_ADMIN` is missing, the kernel has no such devices, or the name is taken by another
    /// program or another kind of interface.
    pub fn open(name: &str) -> Result<Self, LinkError> {
        Self::open_as(name, libc::IFF_TAP)
    }

    /// The same for a TUN device, which carries IP packets without any header in front.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_packets(name: &str) -> Result<Self, LinkError> {
        Self::open_as(name, libc::IFF_TUN)
    }

    fn open_as(name: &str, kind: libc::c_int) -> Result<Self, LinkError> {
        let opened = OpenOptions::new()
            .read(true)
            .write(true)
            .custom_flags(libc::O_NONBLOCK)
            .open("/dev/net/tun");
        let file = opened.map_err(|error| no_driver(name, &error))?;
        let flags = libc::c_short::try_from(kind | libc::IFF_NO_PI).unwrap_or(0);
        let claim = |name: &str| {
            let mut request = Request::about(name)?;
            request.set_flags(flags);
            request.ask(&file, Ask::Tun)?;
            Ok(request.name())
        };
        let opening = |error: io::Error| LinkError::administering("open", name, &error);
        let name = claim(name).map_err(opening)?;
        let ethernet = kind == libc::IFF_TAP;
        Ok(Self {
            file,
            name,
            ethernet,
        })
    }
}

impl Device for Tap {
    fn name(&self) -> &str {
        &self.name
    }

    fn is_ethernet(&self) -> bool {
        self.ethernet
    }

    fn receive(&mut self, buffer: &mut [u8]) -> Result<Option<usize>, LinkError> {
        match self.file.read(buffer) {
            Ok(length) => Ok(Some(length)),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
            Err(error) => Err(LinkError::using("receive from", &self.name, &error)),
        }
    }

    fn send(&mut self, frame: &[u8]) -> Result<(), LinkError> {
        match self.file.write(frame) {
            Ok(_whole) => Ok(()),
            Err(error) => Err(match error.raw_os_error() {
                Some(libc::EINVAL) => LinkError::FrameTooShort {
                    interface: self.name.clone(),
                    length: frame.len(),
                },
                _ => LinkError::using("send on", &self.name, &error),
            }),
        }
    }

    /// The kernel counts them as dropped transmissions of the interface, which `ip -s link` shows.
    fn missed(&mut self) -> Option<u64> {
        None
    }
}

impl AsFd for Tap {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

fn no_driver(name: &str, error: &io::Error) -> LinkError {
    let interface = name.to_owned();
    match error.raw_os_error() {
        Some(libc::ENOENT | libc::ENODEV | libc::ENXIO) => LinkError::NoTun {
            interface,
            why: "there is no /dev/net/tun, `modprobe tun` makes it",
        },
        Some(libc::EPERM | libc::EACCES) => LinkError::NoTun {
            interface,
            why: "this user may not open /dev/net/tun; run as root, or let root \
                  `chmod 666 /dev/net/tun`, which gives no right to any device",
        },
        _ => LinkError::using("open /dev/net/tun for", name, error),
    }
}
