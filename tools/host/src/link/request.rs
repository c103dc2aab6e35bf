//! Questions and settings of one interface by ioctl: the only place that touches `struct ifreq`.
//!
//! Spec: netdevice(7), `linux/if_tun.h`.

use std::io;
use std::os::fd::{AsFd, AsRawFd};

/// What can be asked for or set; each reads and writes no more than one `ifreq`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ask {
    /// Reads the MTU.
    Mtu,
    /// Reads the flags.
    Flags,
    /// Sets the flags.
    SetFlags,
    /// Sets the MTU.
    SetMtu,
    /// Sets the MAC address.
    SetMac,
    /// Sets the IPv4 address.
    SetAddress,
    /// Sets the mask of the IPv4 address.
    SetMask,
    /// Makes a file of `/dev/net/tun` stand for the device of this name, which is made if need be.
    Tun,
}

impl Ask {
    fn number(self) -> libc::Ioctl {
        match self {
            Self::Tun => libc::TUNSETIFF,
            Self::Mtu => libc::SIOCGIFMTU as _,
            Self::Flags => libc::SIOCGIFFLAGS as _,
            Self::SetFlags => libc::SIOCSIFFLAGS as _,
            Self::SetMtu => libc::SIOCSIFMTU as _,
            Self::SetMac => libc::SIOCSIFHWADDR as _,
            Self::SetAddress => libc::SIOCSIFADDR as _,
            Self::SetMask => libc::SIOCSIFNETMASK as _,
        }
    }
}

/// A name and one value.
pub(super) struct Request(libc::ifreq);

impl Request {
    /// About the interface of this name.
    ///
    /// # Errors
    /// `ENAMETOOLONG` beyond the 15 octets that the kernel takes, and for none.
    pub(super) fn about(name: &str) -> io::Result<Self> {
        #[allow(unsafe_code, reason = "ifreq has no constructor")]
        // SAFETY: ifreq is a plain C structure for which all zeros is a value.
        let mut request: libc::ifreq = unsafe { std::mem::zeroed() };
        if name.is_empty() || name.len() >= request.ifr_name.len() {
            return Err(io::Error::from_raw_os_error(libc::ENAMETOOLONG));
        }
        for (slot, octet) in request.ifr_name.iter_mut().zip(name.bytes()) {
            *slot = libc::c_char::from_ne_bytes([octet]);
        }
        Ok(Self(request))
    }

    /// Asks the kernel.
    ///
    /// # Errors
    /// What ioctl(2) answers.
    #[allow(unsafe_code, reason = "ioctl has no safe form")]
    pub(super) fn ask(&mut self, file: &impl AsFd, what: Ask) -> io::Result<()> {
        let descriptor = file.as_fd().as_raw_fd();
        // SAFETY: each of these requests reads and writes at most the ifreq that it is given, whose name is
        // NUL-terminated; `self` lives through the call and the descriptor is open.
        let answer = unsafe { libc::ioctl(descriptor, what.number(), &raw mut self.0) };
        if answer == 0 {
            return Ok(());
        }
        Err(io::Error::last_os_error())
    }

    /// The name, as the kernel wrote it.
    pub(super) fn name(&self) -> String {
        let octets = self.0.ifr_name.iter().map(|&one| one.to_ne_bytes());
        let octets: Vec<u8> = octets.flatten().take_while(|octet| *octet != 0).collect();
        String::from_utf8_lossy(&octets).into_owned()
    }

    #[allow(unsafe_code, reason = "ifreq holds a union")]
    pub(super) fn mtu(&self) -> u32 {
        // SAFETY: all members of the union are plain numbers, and all its octets are initialised.
        let mtu = unsafe { self.0.ifr_ifru.ifru_mtu };
        u32::try_from(mtu).unwrap_or(0)
    }

    pub(super) fn set_mtu(&mut self, mtu: u32) {
        self.0.ifr_ifru.ifru_mtu = i32::try_from(mtu).unwrap_or(i32::MAX);
    }

    #[allow(unsafe_code, reason = "ifreq holds a union")]
    pub(super) fn flags(&self) -> libc::c_short {
        // SAFETY: as for the MTU.
        unsafe { self.0.ifr_ifru.ifru_flags }
    }

    pub(super) fn set_flags(&mut self, flags: libc::c_short) {
        self.0.ifr_ifru.ifru_flags = flags;
    }

    /// An address of a family, as it lies in memory behind the family's number.
    pub(super) fn set_address<const N: usize>(&mut self, family: u16, octets: [u8; N]) {
        let mut address = libc::sockaddr {
            sa_family: family,
            sa_data: [0; 14],
        };
        for (slot, octet) in address.sa_data.iter_mut().zip(octets) {
            *slot = libc::c_char::from_ne_bytes([octet]);
        }
        self.0.ifr_ifru.ifru_addr = address;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_kept_and_one_too_long_is_refused() {
        assert_eq!(Request::about("lc0").unwrap().name(), "lc0");
        for name in ["", "a-name-of-16-oct"] {
            let error = Request::about(name).err().unwrap();
            assert_eq!(error.raw_os_error(), Some(libc::ENAMETOOLONG), "{name}");
        }
    }
}
