//! Medium access: who may send when, on a medium that many stations share.
//!
//! ```text
//!   layer            before it sends                      when others send at the same time
//!   Aloha            nothing                              the frame is lost
//!   SlottedAloha     waits for the next slot              the frame is lost
//!   Csma             listens; busy: comes back later,     the frame is lost
//!                    or waits, or tosses a coin
//!   CsmaCd           listens; waits for silence, a gap    stops, jams, waits at random, again
//! ```
//! Spec: N. Abramson 1970 (ALOHA), L. G. Roberts 1972 (slots), L. Kleinrock and F. A. Tobagi 1975
//! (CSMA), IEEE 802.3-2018 clause 4 (CSMA/CD, half duplex).  Units: frames, nanoseconds.
//! Checks: [`CsmaCd`] refuses frames shorter than the collision window, both ways.
//! Not here: the medium (a bus in `tower`, which tells these layers what it hears by
//! [`Notice::Medium`](layercake_base::Notice::Medium)); asking again for frames that are lost
//! ([`Arq`](crate::Arq) above a frame check does); bursts of 1000 Mbit/s.
//!
//! These layers offer bits and need bits: below a frame check, because what a medium damages is
//! the whole transmission, and above the line code, because a frame that is sent again is
//! encoded again. One frame is out at a time; those behind it wait in a bounded queue, and when
//! that was full, the layer above hears [`Notice::Room`](layercake_base::Notice::Room) once it
//! is not. The medium says when a transmission is over. Should one never reach it (a layer below
//! refuses it, or a plain wire is there, which says nothing), then the layer goes on as soon as
//! the way down has room.

mod aloha;
mod csma;
pub mod csma_cd;
mod named;
mod outgoing;
mod slotted;

pub use aloha::Aloha;
pub use csma::{Csma, Persistence};
pub use csma_cd::CsmaCd;
pub use named::{NAMES, named};
pub use slotted::SlottedAloha;

/// Frames that wait behind the one that is being sent, unless a layer is told otherwise.
pub const QUEUE: usize = 64;
