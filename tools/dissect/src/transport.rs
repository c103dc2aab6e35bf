//! What IP carries: UDP and TCP, with the checksum that covers both ends' addresses.

mod tcp;
mod udp;

pub(crate) use tcp::decode as tcp;
pub(crate) use udp::decode as udp;
