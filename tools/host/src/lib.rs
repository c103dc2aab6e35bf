//! The only crate that makes system calls: sockets, clocks, privileges, interfaces, link channels.
//!
//! | module | what it does | man page |
//! |---|---|---|
//! | [`icmp`] | echo sockets, datagram first, raw second | icmp(7), raw(7) |
//! | [`udp`] | probing without any privilege | udp(7), ip(7) |
//! | [`clock`] | two clocks and the arithmetic between them | clock_gettime(2) |
//! | [`pace`] | being on time to the fraction of a microsecond | clock_nanosleep(2) |
//! | [`resolve`] | names to addresses and back | getaddrinfo(3) |
//! | [`link`] | interfaces, TAP devices, frames both ways | packet(7), netdevice(7) |
//! | [`privilege`] | giving rights away | capabilities(7) |
//! | [`wait`] | packets, signals and time at once | poll(2) |
//! | [`route`] | which address to send from | ip(7) |
//! | [`signal`] | SIGINT and SIGQUIT | signal(7) |
//!
//! Everything that a kernel or a peer answers is data: an error that says what was tried and what would help, never
//! a panic. `unsafe` is allowed in this crate alone, each use with its reason.

#[cfg(not(target_os = "linux"))]
compile_error!(
    "layercake-host speaks to Linux only; the error queue has no like elsewhere"
);

pub mod clock;
mod failure;
pub mod icmp;
pub mod link;
mod linux;
mod options;
pub mod pace;
pub mod privilege;
mod received;
pub mod resolve;
pub mod route;
pub mod signal;
pub mod udp;
pub mod wait;

pub use failure::{HostError, SendError, errno_text};
pub use options::{Family, Fragmentation, OpenOptions, SendOptions};
pub use received::{
    Arrival, ErrorReport, Extension, Kind, Origin, Received, Sent, Ticket,
};
