//! The captures in the project that this command wrote: written again, they are the same.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use layercake_tests::recorded;

#[test]
fn the_same_command_writes_the_same_octets() {
    let rows = recorded::by("rping").unwrap();
    assert!(!rows.is_empty(), "captures/README.md lists none of rping");
    for row in rows {
        let scratch = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let (again, kept) = row.again(env!("CARGO_BIN_EXE_rping"), scratch).unwrap();
        assert!(
            again == kept,
            "{} is not what rping {:?} writes",
            row.file.display(),
            row.arguments
        );
    }
}
