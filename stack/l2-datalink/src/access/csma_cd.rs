//! CSMA/CD: carrier sense with collision detection and binary exponential back-off, as in the
//! Ethernet of one shared cable.
//!
//! ```text
//!   state        Frame      Free    Collision  Sent                          BackOffOver
//!   Idle         Deferring  -       -          -                             -
//!   Deferring    -          Sending -          -                             -
//!   Sending      -          -       Jamming    Idle, or Deferring when       -
//!                                              another frame waits
//!   Jamming      -          -       -          BackingOff; or the frame is   -
//!                                              given up and it is as above
//!   BackingOff   -          -       -          -                             Deferring
//! ```
//! Spec: IEEE 802.3-2018 §4.2.3.2 (deference, interframe spacing, jam, back-off), §4.4.2 (the
//! parameters).
//! Units: bit times of the medium, kept as nanoseconds; octets for the smallest frame.
//! Checks: no frame shorter than 64 octets, frame check included, in either direction; 16
//! attempts; no collision later than one slot after the beginning of a frame.
//! Not here: carrier extension and bursts (1000 Mbit/s), full duplex (a wire in `tower`); preamble
//! (in l1-physical). A frame that collides late is not tried again, as from 1000 Mbit/s on:
//! its late collision says that the network is wider than a slot.
//!
//! After its n-th collision a frame waits a random number of slots, all from 0 to 2^min(n,10) − 1
//! equally likely. A slot is longer than a signal takes to the farthest station and back, so who
//! begins first is heard by all before theirs. What waits and how long is in `deference` and
//! `settings`; the table above is the function `next` of `state`, and held against it by test.

mod deference;
mod layer;
mod settings;
mod state;

pub use layer::CsmaCd;
pub use settings::Settings;
pub use state::{Action, Event, State, next};
