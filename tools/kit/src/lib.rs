//! What the commands share: back ends and subscribers.
#![forbid(unsafe_code)]

pub mod emulated;
mod kernel_clock;
pub mod trace_icmp;
pub mod trace_udp;
mod translate;
