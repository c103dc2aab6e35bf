//! Tests that cross crates.

pub mod netns;
