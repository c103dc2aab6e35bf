//! Ping, path MTU and trace engines without I/O, and the records that they emit.
//!
//! | module | what it holds |
//! |---|---|
//! | [`net`] | what an engine needs from the world: [`Packets`](net::Packets), [`Time`](net::Time) |
//! | [`engine`] | the shape of an engine, and [`run`](engine::run), which connects it with a back end |
//! | [`json`] | any record as a JSON line |
//! | [`ping`] | the ping engine, its records and its text |
//! | [`mtu`] | the search for the path MTU, its records and its text |
//! | [`escape`] | text from outside, made safe for a terminal |
//!
//! Reading order: `net`, `engine`, then the engines.
#![forbid(unsafe_code)]

pub mod engine;
pub mod escape;
pub mod json;
pub mod mtu;
pub mod net;
pub mod ping;
pub mod trace;
