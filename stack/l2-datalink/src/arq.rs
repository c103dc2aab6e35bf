//! ARQ: asks again for frames that got lost, so that every one arrives, in order, once.
//!
//! ```text
//!   send a        I 0 a ------------>   a
//!   send b        I 1 b ----x                     damaged: FrameCheck discards it
//!   send c        I 2 c ------------>   held      early, 1 is missing
//!                    <------------ SREJ 1         ask for it (selective reject)
//!                 I 1 b ------------>   b c       in order
//!                    <------------ RR 3           all before 3 have arrived
//! ```
//! Spec: stop-and-wait, go-back-N and selective repeat as in A. S. Tanenbaum, Computer Networks,
//! §3.4; frames and link set-up after ISO/IEC 13239; timers of RFC 6298.
//! Units: frames, nanoseconds.
//! Checks: those of the header, N(S) against the receive window, N(R) against what is out, the
//! epoch; see `receiver` and `link` for the tables.
//! Not here: damage (a [`FrameCheck`](crate::FrameCheck) below has discarded what is not whole),
//! agreement on window and numbers (both ends are configured alike), flow control from above:
//! a layer above takes what it is given or discards it, so there is never a receiver that is
//! not ready, and no RNR. What it is worth is in `cargo bench -p layercake-datalink --bench arq`.
//!
//! **What it promises.** While the link is up, every SDU is delivered once and in order, however
//! many frames are lost, duplicated or late; and while fewer than all are lost, it goes on. Two
//! things are assumed, as by every protocol whose numbers begin again: a frame that is late is
//! not so late that its number is in use again (the line keeps frames in order, or forgets them
//! within the time that 2^m − Ws frames take), and within one epoch both ends keep their memory.
//! A reset keeps the promise too when both ends remember the epoch before, since SABM and UA say
//! how far each had come. When one does not, the SDUs in doubt are discarded, and the layer
//! above is told [`Notice::LinkDown`](layercake_base::Notice::LinkDown).
//!
//! Reading order: `sequence`, `window`, `header`, `sender`, `receiver`, `acknowledgement`,
//! `timer`, `link`, `layer` with `transmit` and `control`, `search`.

mod acknowledgement;
mod config;
mod control;
mod header;
mod layer;
mod link;
mod receiver;
pub mod search;
mod sender;
mod sequence;
mod timer;
mod transmit;
mod window;

pub use config::{Config, ConfigError, MOST_QUEUE};
pub use header::{Header, LAYOUT, OCTETS, Type};
pub use layer::{Arq, LARGEST_BODY};
pub use link::State;
pub use sequence::{MOST_BITS, Sequence};
pub use timer::Timer;
pub use window::{SCHEMES, Scheme, Window, WindowError};
