//! Ping hosts, real and emulated.
