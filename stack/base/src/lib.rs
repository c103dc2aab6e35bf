//! The words that every layer shares. No protocol is known here.
//!
//! A message is a [`Pdu`]: octets with room in front and behind. A [`Layer`] takes one from its
//! neighbour, changes it, and hands it to its [`Context`]; whoever composed the layers carries
//! it on. A [`Layout`] describes a header once, for the codec's tests, the book and the tools.
//!
//! Reading order: [`Pdu`], [`Layer`], [`Context`], [`Reason`], [`Layout`], the rest as needed.
#![forbid(unsafe_code)]

pub mod checksum;
mod context;
pub mod exact;
mod found;
mod ici;
mod layer;
pub mod layout;
mod mac;
mod mark;
mod notice;
mod observe;
mod outbox;
mod pdu;
mod pool;
mod reason;
mod rng;
mod signal;
mod spec;
mod time;
mod world;

pub use context::Context;
pub use found::Found;
pub use ici::{Bounce, ChecksumState, Ici};
pub use layer::Layer;
pub use layout::Layout;
pub use mac::Mac;
pub use mark::{Change, Mark};
pub use notice::{AddressState, Notice, Undelivered};
pub use observe::{Event, Observer, What};
pub use outbox::{Direction, Item, Outbox};
pub use pdu::Pdu;
pub use pool::{Pool, Room};
pub use reason::{Fault, NoRoom, Reason, Short};
pub use rng::Rng;
pub use signal::Signal;
pub use spec::{Kind, Service, Spec};
pub use time::Instant;
pub use world::{Tally, World};
