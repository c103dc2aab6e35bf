//! What the commands share: back ends, subscribers, common flags.
//!
//! | module | what it holds |
//! |---|---|
//! | [`cable`] | what joins a host of ours to a kernel: device, addresses, both ends |
//! | [`common`] | the flags that `rping` and `rtrace` share |
//! | [`place`] | which network a target is in: the machine's or an emulated one |
//! | [`kernel`] | the machine's network as a back end |
//! | [`emulated`] | an emulated network as a back end |
//! | [`via`] | our own tower on a TAP device or interface as a back end |
//! | [`seen`] | the packets as they crossed the wire |
//! | [`watch`] | what is done with them: recorded ([`pcapng`]), explained ([`explain`]) |
//! | [`growth`] | what each layer did to the first message |
//! | [`story`] | the first question and its answer, explained |
//! | [`look`] | colours and width of an explanation |
//! | [`names`] | names of addresses in either |
//!
//! Reading order: `place`, then the back ends.
#![forbid(unsafe_code)]

pub mod cable;
pub mod common;
pub mod emulated;
pub mod explain;
mod fields;
pub mod growth;
pub mod kernel;
pub mod look;
pub mod names;
pub mod pcapng;
pub mod place;
pub mod seen;
pub mod story;
mod top;
pub mod via;
pub mod watch;
