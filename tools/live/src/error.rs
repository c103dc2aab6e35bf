//! What can be wrong between a network and the devices at its outside nodes.

use layercake_host::HostError;
use layercake_host::link::LinkError;

/// A device cannot be attached.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AttachError {
    /// There is no such outside node.
    #[error("the network has no outside node {name}; {}", listed(.existing))]
    NoOutside {
        /// The name asked for.
        name: String,
        /// The outside nodes that there are.
        existing: Vec<String>,
    },
    /// The node has a device already.
    #[error("{device} is attached to {name} already")]
    Taken {
        /// The outside node.
        name: String,
        /// The device that it has.
        device: String,
    },
    /// The device carries packets where frames are needed.
    #[error("{device} is a TUN device and carries no Ethernet frames; a TAP device does")]
    NotEthernet {
        /// The device.
        device: String,
    },
}

fn listed(names: &[String]) -> String {
    match names {
        [] => "no node is of kind \"outside\"".to_owned(),
        names => format!("there are: {}", names.join(", ")),
    }
}

/// A run cannot go on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LiveError {
    /// A device failed for good.
    #[error(transparent)]
    Device(#[from] LinkError),
    /// The wait failed.
    #[error(transparent)]
    Wait(#[from] HostError),
}

/// Whether the next frame may fare better than the one that met this error.
pub(crate) fn is_passing(error: &LinkError) -> bool {
    matches!(
        error,
        LinkError::Down { .. }
            | LinkError::Busy { .. }
            | LinkError::FrameTooLong { .. }
            | LinkError::FrameTooShort { .. }
    )
}
