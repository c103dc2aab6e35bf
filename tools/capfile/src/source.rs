//! A refill buffer: octets of any `Read`, looked at in place.
//!
//! Pieces of 256 KiB are read with plain `read()`, which is faster than `mmap` for one pass.
//! The buffer grows only for a record that does not fit, and only as far as octets have really
//! arrived (doubling), so a lying length field costs nothing.

use std::io::{ErrorKind, Read};
use std::ops::Range;

use crate::Error;

/// What one call of `read()` asks for.
const PIECE: usize = 256 * 1024;

#[derive(Debug)]
pub(crate) struct Source<R> {
    input: R,
    buffer: Vec<u8>,
    /// First octet in `buffer` that is not consumed.
    start: usize,
    /// End of the octets in `buffer` that have been read.
    end: usize,
    /// Offset in the file of the first octet in `buffer`.
    origin: u64,
    finished: bool,
}

impl<R: Read> Source<R> {
    pub(crate) fn new(input: R) -> Self {
        Self {
            input,
            buffer: Vec::new(),
            start: 0,
            end: 0,
            origin: 0,
            finished: false,
        }
    }

    /// Tries to have `wanted` octets in the buffer; the answer is how many of them are there.
    /// Fewer than `wanted` means that the file ends.
    pub(crate) fn ensure(&mut self, wanted: usize) -> Result<usize, Error> {
        if self.end - self.start < wanted {
            self.refill(wanted)?;
        }
        Ok((self.end - self.start).min(wanted))
    }

    fn refill(&mut self, wanted: usize) -> Result<(), Error> {
        self.buffer.copy_within(self.start..self.end, 0);
        self.origin += self.start as u64;
        self.end -= self.start;
        self.start = 0;
        while self.end < wanted && !self.finished {
            if self.end == self.buffer.len() {
                let doubled = self.buffer.len().saturating_mul(2);
                self.buffer.resize(doubled.min(wanted).max(PIECE), 0);
            }
            self.read_piece()?;
        }
        Ok(())
    }

    fn read_piece(&mut self) -> Result<(), Error> {
        let space = self.buffer.get_mut(self.end..).unwrap_or_default();
        match self.input.read(space) {
            Ok(0) => self.finished = true,
            Ok(count) => self.end += count.min(space.len()),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(source) => {
                let offset = self.origin + self.end as u64;
                return Err(Error::Io { offset, source });
            }
        }
        Ok(())
    }

    /// Offset in the file of the first octet that is not consumed.
    pub(crate) fn offset(&self) -> u64 {
        self.origin + self.start as u64
    }

    /// The octets that are in the buffer and not consumed.
    pub(crate) fn available(&self) -> &[u8] {
        self.slice(self.start..self.end)
    }

    /// Takes `count` octets, which [`Self::ensure`] has seen, off the front. They stay readable
    /// through the range that is returned until the next `ensure` or `skip`.
    pub(crate) fn consume(&mut self, count: usize) -> Range<usize> {
        let from = self.start;
        self.start = (self.start + count).min(self.end);
        from..self.start
    }

    /// Octets in a range that [`Self::consume`] returned, or in a part of it.
    pub(crate) fn slice(&self, range: Range<usize>) -> &[u8] {
        self.buffer.get(range).unwrap_or_default()
    }

    /// Drops `count` octets without ever holding more than a piece of them; the answer is how
    /// many there were.
    pub(crate) fn skip(&mut self, count: u64) -> Result<u64, Error> {
        let mut left = count;
        while left > 0 {
            let step = usize::try_from(left).unwrap_or(PIECE).min(PIECE);
            let got = self.ensure(step)?;
            self.consume(got);
            left -= got as u64;
            if got < step {
                break;
            }
        }
        Ok(count - left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io;

    /// Hands out one octet a call, and an interruption before each.
    struct Drip(Vec<u8>, bool);

    impl Read for Drip {
        fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
            self.1 = !self.1;
            if self.1 {
                return Err(ErrorKind::Interrupted.into());
            }
            match (self.0.pop(), space.first_mut()) {
                (Some(octet), Some(place)) => *place = octet,
                _ => return Ok(0),
            }
            Ok(1)
        }
    }

    #[test]
    fn gathers_octets_that_drip_in() {
        let mut source = Source::new(Drip((0..10).rev().collect(), false));
        assert_eq!(source.ensure(4).unwrap(), 4);
        let taken = source.consume(3);
        assert_eq!(source.slice(taken), [0, 1, 2]);
        assert_eq!(source.offset(), 3);
        assert_eq!(source.skip(5).unwrap(), 5);
        assert_eq!(source.ensure(4).unwrap(), 2);
        assert_eq!(source.available(), [8, 9]);
        assert_eq!(source.skip(9).unwrap(), 2);
    }

    proptest! {
        /// Whatever lengths are asked for: the buffer stays below twice what has arrived.
        #[test]
        fn takes_memory_only_for_octets_that_have_arrived(
            have in 0..3 * PIECE,
            asked in proptest::collection::vec(0..8 * PIECE, 1..8),
        ) {
            let file = vec![7; have];
            let mut source = Source::new(file.as_slice());
            for wanted in asked {
                let got = source.ensure(wanted).unwrap();
                source.consume(got / 2);
                prop_assert!(source.buffer.len() <= PIECE.max(2 * have));
            }
        }
    }

    #[test]
    fn does_not_allocate_what_does_not_arrive() {
        let mut source = Source::new(&[1, 2, 3][..]);
        assert_eq!(source.ensure(1 << 30).unwrap(), 3);
        assert_eq!(source.buffer.len(), PIECE);
    }
}
