//! Names to addresses, and addresses to names without ever waiting for one.
//!
//! Spec: getaddrinfo(3), gai_strerror(3), RFC 6724 (the order of the addresses is the resolver's).
//! Not here: names of the emulated network (`stack/tower`), DNS messages (`stack/l7-application`).

mod forward;
mod reverse;

pub use forward::{Found, ResolveError, addresses};
pub use reverse::Reverse;
