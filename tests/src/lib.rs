//! Tests that cross crates.

pub mod lack;
pub mod netns;
pub mod recorded;
