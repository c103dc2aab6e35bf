//! The kernel's sockets as back ends.
//!
//! | back end | sends | needs |
//! |---|---|---|
//! | [`IcmpProbes`] | echo requests | a group in `net.ipv4.ping_group_range`, or `CAP_NET_RAW` |
//! | [`UdpProbes`] | UDP datagrams | nothing |
//!
//! Both hear errors from the error queue (ip(7), `IP_RECVERR`) and take the kernel's stamps where they can be believed.

mod clock;
mod envelope;
mod icmp;
mod notes;
pub(crate) mod translate;
mod udp;

pub(crate) use clock::which;
pub use icmp::IcmpProbes;
pub use udp::UdpProbes;
