//! Why no ICMP socket could be opened, and what to do about it.
//!
//! Spec: icmp(7) `ping_group_range`, capabilities(7) `CAP_NET_RAW`.

use std::fmt;
use std::io;

use nix::unistd::getegid;

use crate::failure::errno_text;
use crate::icmp::Way;
use crate::options::{Family, OpenOptions};

/// Where the kernel keeps the groups that may open datagram ICMP sockets; it counts for IPv6 too.
const GROUP_RANGE: &str = "/proc/sys/net/ipv4/ping_group_range";

/// No kind of ICMP socket could be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Denied {
    /// The family that was asked for.
    pub family: Family,
    /// Each kind that was tried, in order.
    pub attempts: Vec<Attempt>,
}

/// One kind of socket that could not be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The kind.
    pub way: Way,
    /// The error number of the kernel.
    pub errno: i32,
    /// The cause in words, with the setting as it is now.
    pub cause: String,
}

impl Attempt {
    pub(crate) fn new(way: Way, options: &OpenOptions, error: &io::Error) -> Self {
        let errno = error.raw_os_error().unwrap_or(libc::EIO);
        let cause = cause(way, errno, options)
            .unwrap_or_else(|| errno_text(errno).to_lowercase());
        Self { way, errno, cause }
    }
}

impl Denied {
    /// Whether more privilege would help (and not, say, another address).
    #[must_use]
    pub fn for_lack_of_privilege(&self) -> bool {
        let lacking =
            |attempt: &Attempt| matches!(attempt.errno, libc::EACCES | libc::EPERM);
        self.attempts.iter().all(lacking)
    }
}

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, attempt) in self.attempts.iter().enumerate() {
            let separator = if place == 0 { "" } else { "; " };
            let way = match attempt.way {
                Way::Datagram => "datagram ICMP",
                Way::Raw => "raw ICMP",
            };
            write!(f, "{separator}{way}: {}", attempt.cause)?;
        }
        if self.for_lack_of_privilege() {
            write!(f, "; UDP tracing still works: rtrace -U")?;
        }
        Ok(())
    }
}

/// The cause, where the error number has one that can be looked up.
fn cause(way: Way, errno: i32, options: &OpenOptions) -> Option<String> {
    match (way, errno) {
        (Way::Datagram, libc::EACCES) => group_cause(),
        (Way::Raw, libc::EPERM) => Some("CAP_NET_RAW is missing".to_owned()),
        (_, libc::EADDRINUSE) => {
            let identifier = options.identifier?;
            Some(format!(
                "identifier {identifier} is in use by another socket"
            ))
        }
        (_, libc::EADDRNOTAVAIL) => {
            let source = options.source?.ip();
            Some(format!("{source} is not an address of this host"))
        }
        (_, libc::ENODEV) => {
            let interface = options.interface.as_ref()?;
            Some(format!("there is no interface {interface}"))
        }
        (_, libc::EAFNOSUPPORT) => {
            Some("this host does not speak this family".to_owned())
        }
        _ => None,
    }
}

fn group_cause() -> Option<String> {
    let setting = std::fs::read_to_string(GROUP_RANGE).ok()?;
    Some(explain_group(&setting, getegid().as_raw()))
}

/// Whether it is the setting (two numbers, an inclusive range) that keeps this group out.
fn explain_group(setting: &str, group: u32) -> String {
    let range: Vec<&str> = setting.split_whitespace().collect();
    let told = format!("net.ipv4.ping_group_range is \"{}\"", range.join(" "));
    let bounds: Vec<u32> = range.iter().flat_map(|bound| bound.parse()).collect();
    match bounds.as_slice() {
        [low, high] if (low..=high).contains(&&group) => format!(
            "{told}, which holds your group {group}, but something else forbids it (a security module, a sandbox)"
        ),
        _ => format!("{told}, your group {group} is not inside it"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_names_what_was_tried_and_what_still_works() {
        let raw = Attempt::new(
            Way::Raw,
            &OpenOptions::default(),
            &io::Error::from_raw_os_error(libc::EPERM),
        );
        let denied = Denied {
            family: Family::V4,
            attempts: vec![raw],
        };
        assert_eq!(
            denied.to_string(),
            "raw ICMP: CAP_NET_RAW is missing; UDP tracing still works: rtrace -U"
        );
    }

    #[test]
    fn a_missing_address_is_not_a_lack_of_privilege() {
        let options = OpenOptions {
            source: Some("192.0.2.77:0".parse().unwrap()),
            ..OpenOptions::default()
        };
        let error = io::Error::from_raw_os_error(libc::EADDRNOTAVAIL);
        let attempt = Attempt::new(Way::Datagram, &options, &error);
        let denied = Denied {
            family: Family::V4,
            attempts: vec![attempt],
        };
        assert_eq!(
            denied.to_string(),
            "datagram ICMP: 192.0.2.77 is not an address of this host"
        );
    }

    #[test]
    fn a_setting_that_holds_the_group_is_not_blamed() {
        assert_eq!(
            explain_group("1\t0\n", 100),
            "net.ipv4.ping_group_range is \"1 0\", your group 100 is not inside it"
        );
        assert_eq!(
            explain_group("100\t200\n", 200),
            "net.ipv4.ping_group_range is \"100 200\", which holds your group 200, \
             but something else forbids it (a security module, a sandbox)"
        );
    }

    #[test]
    fn the_group_setting_is_read_from_the_running_kernel() {
        let cause = cause(Way::Datagram, libc::EACCES, &OpenOptions::default());
        assert!(
            cause
                .unwrap()
                .starts_with("net.ipv4.ping_group_range is \"")
        );
    }
}
