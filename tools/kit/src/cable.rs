//! What joins a host of ours to a kernel: a device, the kernel's end of it, and the network of one host.
//!
//! ```text
//!   the kernel ── lc0 ══ tap:lc0 ══ outside ── wire ── host
//!             kernel_end    plug              station
//! ```
//! Reading order: `plug`, `kernel_end`, `station`.

mod interface;
mod kernel_end;
mod plug;
pub mod station;

use layercake_host::link::LinkError;
use layercake_live::AttachError;

pub use interface::Interface;
pub use kernel_end::{Done, Kernel};
pub use plug::Plug;

/// Why a host cannot be joined to the kernel.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CableError {
    /// The device cannot be had.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// It cannot be attached to the network.
    #[error(transparent)]
    Attach(#[from] AttachError),
    /// The arguments ask for what cannot be.
    #[error("{0}")]
    Asked(String),
}
