//! What only Linux has: the error queue, its control messages, and software stamps of packets.

pub(crate) mod channel;
pub(crate) mod control;
pub(crate) mod incoming;
pub(crate) mod option;
pub(crate) mod setup;
pub(crate) mod stamps;
