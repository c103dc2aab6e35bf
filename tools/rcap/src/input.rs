//! Opening a capture: a file or standard input, compressed or not.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use layercake_capfile::{Decompressed, Reader, decompress};

use crate::Failure;

/// A reader of any capture.
pub(crate) type Capture = Reader<Decompressed<Box<dyn Read>>>;

/// Opens the capture at `path`; `-` is standard input.
pub(crate) fn open(path: &Path) -> Result<Capture, Failure> {
    let failed = |source| Failure::Open {
        path: path.into(),
        source,
    };
    let input: Box<dyn Read> = if is_standard_input(path) {
        Box::new(io::stdin().lock())
    } else {
        Box::new(File::open(path).map_err(failed)?)
    };
    let input = decompress(input).map_err(failed)?;
    Reader::new(input).map_err(|source| Failure::Capture {
        path: path.into(),
        source,
    })
}

/// True for `-`.
pub(crate) fn is_standard_input(path: &Path) -> bool {
    path == Path::new("-")
}
