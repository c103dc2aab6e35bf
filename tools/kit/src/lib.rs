//! What the commands share: back ends and subscribers.
#![forbid(unsafe_code)]

pub mod trace_udp;
mod translate;
