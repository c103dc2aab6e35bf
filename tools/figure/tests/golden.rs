//! Each figure against its picture in `tests/golden/`, octet for octet, and the pictures are
//! what they say. `UPDATE_GOLDEN=1 cargo test -p layercake-figure --test golden` writes them
//! again; look at them then. What they must show is in `tests/structure.rs`.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::indexing_slicing, reason = "a test fails by panicking")]
#![allow(missing_docs, reason = "no library")]

use std::fs;
use std::path::Path;

use layercake_figure::figure;

mod samples;

#[test]
fn every_figure_is_the_picture_that_somebody_looked_at() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    for (name, input) in samples::NAMED {
        let found = figure(name, &input()).unwrap();
        let path = folder.join(format!("{name}.svg"));
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&path, &found).unwrap();
        }
        let golden = fs::read_to_string(&path).unwrap();
        let differs = golden.lines().zip(found.lines()).find(|(a, b)| a != b);
        assert!(golden == found, "{name}: {differs:?}");
    }
}

#[test]
fn the_same_input_draws_the_same_picture() {
    for (name, input) in samples::NAMED {
        assert_eq!(figure(name, &input()), figure(name, &input()));
    }
}
