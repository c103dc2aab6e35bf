//! What the commands share: back ends and subscribers.
