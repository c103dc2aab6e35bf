//! Opening a capture: a file or standard input, compressed or not.

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

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

/// Refuses to write where a capture is read, under whatever name: it would be lost.
///
/// # Errors
/// [`Failure::Asked`], which names the file.
pub(crate) fn keep(inputs: &[PathBuf], write: Option<&Path>) -> Result<(), Failure> {
    let Some(write) = write else { return Ok(()) };
    let output = identity(write);
    let lost = inputs.iter().any(|path| {
        let path = if is_standard_input(path) {
            Path::new("/dev/stdin")
        } else {
            path
        };
        output.is_some() && identity(path) == output
    });
    if lost {
        let path = write.display();
        let asked = format!("{path} is read: --write would overwrite it");
        return Err(Failure::Asked(asked));
    }
    Ok(())
}

/// Device and number of an existing regular file.
fn identity(path: &Path) -> Option<(u64, u64)> {
    let file = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    Some((file.dev(), file.ino()))
}
