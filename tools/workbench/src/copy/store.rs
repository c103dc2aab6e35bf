//! Writing a file so that it is there whole or not at all: beside it first, then renamed.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use layercake_datalink::check::Running;

use super::message::{Whole, whole_check};

/// A file that is being written.
pub(super) struct Store {
    file: BufWriter<File>,
    beside: PathBuf,
    path: PathBuf,
    length: u64,
    running: Running,
    kept: bool,
}

impl Store {
    /// Begins a file that will be at `path`.
    ///
    /// # Errors
    /// What the system says; that `path` is a folder.
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        if path.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.part", std::process::id()));
        let beside = path.with_file_name(name);
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&beside)?;
        Ok(Store {
            file: BufWriter::new(file),
            beside,
            path: path.to_owned(),
            length: 0,
            running: whole_check().start(),
            kept: false,
        })
    }

    /// Appends octets.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn append(&mut self, octets: &[u8]) -> io::Result<()> {
        self.file.write_all(octets)?;
        self.length += u64::try_from(octets.len()).unwrap_or(u64::MAX);
        self.running.add(octets);
        Ok(())
    }

    /// Puts the file in its place when it is what was sent; else it is gone.
    ///
    /// # Errors
    /// What the system says; [`io::ErrorKind::InvalidData`] when it is not what was sent.
    pub(super) fn keep(mut self, expected: Whole) -> io::Result<()> {
        let check = self.running.clone().finish();
        let found = Whole {
            length: self.length,
            check,
        };
        if found != expected {
            let text = format!("{found:?} has come, {expected:?} was sent");
            return Err(io::Error::new(io::ErrorKind::InvalidData, text));
        }
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        fs::rename(&self.beside, &self.path)?;
        self.kept = true;
        Ok(())
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        if !self.kept {
            let _gone_already = fs::remove_file(&self.beside);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_there_whole_or_not_at_all() {
        let folder =
            std::env::temp_dir().join(format!("layercake-store-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("b");
        let mut store = Store::create(&path).unwrap();
        store.append(b"half").unwrap();
        drop(store);
        let mut store = Store::create(&path).unwrap();
        store.append(b"whole").unwrap();
        let check = whole_check().compute(b"whole");
        store.keep(Whole { length: 4, check }).unwrap_err();
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
        let mut store = Store::create(&path).unwrap();
        store.append(b"whole").unwrap();
        store.keep(Whole { length: 5, check }).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"whole");
        assert!(Store::create(&folder).is_err());
        fs::remove_dir_all(&folder).unwrap();
    }
}
