//! Trace the path to a host, real and emulated.
