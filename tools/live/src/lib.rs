//! Runs an emulated network against the real clock, with real devices at its outside nodes.
//!
//! ```text
//!   kernel's ping            Live::run_until                     Network
//!        │                  ┌──────────────────────────────────────────────────────┐
//!     lc0 (TAP) ══ Device ══╡ receive ─▶ wan ── wire ── router ── wire ── web.lab  │
//!                           │ send   ◀─       5 ms            5 ms                 │
//!                           └───── waits for: next event, frame, signal ───────────┘
//! ```
//! The network stays what it is: a state machine in virtual time. [`Live`] tells it what time it is, brings it what a
//! device has received, and gives a device what came out. So a wire between an outside node and a router has its delay,
//! its losses and its layers, whoever is at the other end.
//!
//! Nothing here decides anything about protocols; nothing in `stack/` knows of it.
#![forbid(unsafe_code)]

mod cable;
mod error;
mod live;

pub use cable::Traffic;
pub use error::{AttachError, LiveError};
pub use live::{Ended, Live};
