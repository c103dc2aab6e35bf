//! Inspect and replay captures.
