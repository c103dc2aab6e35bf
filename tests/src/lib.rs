//! Tests that cross crates.

pub mod hostile;
pub mod lack;
pub mod netns;
pub mod recorded;
