//! Files and standard input, read in pieces so that their size does not matter.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::Failure;

/// Octets read at a time.
const PIECE: usize = 256 * 1024;

/// Hands each piece of the file at `path` to `take`, in order; `-` is standard input.
///
/// # Errors
/// The file cannot be opened or read, or what `take` says.
pub(crate) fn each_piece(
    path: &Path,
    mut take: impl FnMut(&[u8]) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut input: Box<dyn Read> = match is_standard_input(path) {
        true => Box::new(io::stdin().lock()),
        false => Box::new(File::open(path).map_err(|error| Failure::at(path, error))?),
    };
    let mut piece = vec![0; PIECE];
    loop {
        let read = match input.read(&mut piece) {
            Ok(0) => return Ok(()),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(Failure::at(path, error)),
        };
        take(piece.get(..read).unwrap_or(&[]))?;
    }
}

/// True for `-`.
fn is_standard_input(path: &Path) -> bool {
    path == Path::new("-")
}
