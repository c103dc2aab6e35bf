//! What a machine lacks: said where everybody sees it, and not accepted from a machine that tests for others.

use std::io::Write;
use std::thread;

/// Whether this machine calls itself a continuous integration machine: `CI=true`.
#[must_use]
pub fn in_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| value == "true")
}

/// Says that the running test needs what this machine lacks, and so tests nothing. Return after it.
///
/// # Panics
/// With `CI=true`, so that no test passes there by not running.
pub fn lacking(what: &str) {
    assert!(!in_ci(), "needed here, because CI=true: {what}");
    say("not tested", what);
}

/// Says that the running test found nothing to compare with in a place that may be empty, on every machine.
pub fn absent(what: &str) {
    say("not compared", what);
}

/// Writes past the test harness, which keeps what passing tests `println!` to itself.
fn say(verdict: &str, what: &str) {
    let thread = thread::current();
    let test = thread.name().unwrap_or("a test");
    // Whoever closed stderr does not want to know.
    let _written = writeln!(std::io::stderr(), "{verdict}: {test}: {what}");
}
