//! A captured packet as layers, fields and values.
//!
//! [`dissect`] takes a frame apart by the same `Layout`s that the layers of the stack are held
//! against. What it finds can be shown as one line ([`summary()`]), as a tree ([`tree()`]), as
//! octets ([`hex()`]), layer by layer with reasons ([`explain()`]) and as JSON ([`json`]).
//!
//! Works on any octets: nothing here panics, and the work for a frame grows with its length.
//!
//! Reading order: [`Dissection`], `walk.rs`, then one protocol (`network/ipv4.rs`), then `why`.
#![forbid(unsafe_code)]

mod check;
mod dissection;
mod explain;
mod header;
mod hex;
pub mod json;
mod link;
mod network;
mod place;
mod pseudo;
mod routing;
mod span;
mod style;
mod summary;
mod transport;
mod tree;
mod walk;
mod why;

pub use check::{Check, Verdict};
pub use dissection::{Dissected, Dissection, Part, PartKind};
pub use explain::{explain, explained};
pub use hex::hex;
pub use layercake_capfile::LinkType;
pub use style::{Style, wrap};
pub use summary::{Summarizer, summary};
pub use tree::tree;
pub use walk::{LAYER_LIMIT, dissect, dissect_cut};
