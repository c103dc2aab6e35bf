//! Captures that were compressed: gzip, zstd and lz4, told by their first octets.
//!
//! Spec: RFC 1952 (gzip), RFC 8878 (zstd), the lz4 frame format.
//! Memory: a window of 32 KiB (gzip), a block of at most 8 MiB (lz4) or what a zstd frame asks for, at most 128 MiB;
//! the expanded file is never held.
//! Not here: xz and bzip2; dictionaries. Of a zstd stream that is cut short the last window is
//! lost, because the decoder gives it out only at the end of its frame.

use std::error::Error;
use std::fmt;
use std::io::{self, BufRead, BufReader, Chain, Cursor, ErrorKind, Read};

use flate2::bufread::MultiGzDecoder;
use lz4_flex::frame::FrameDecoder as Lz4Decoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder as ZstdDecoder};

/// How a file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// Not at all, or not in a way that is known here.
    None,
    /// RFC 1952, one or more members.
    Gzip,
    /// RFC 8878, one or more frames.
    Zstd,
    /// lz4 frames.
    Lz4,
}

impl Compression {
    fn sniff(magic: &[u8]) -> Self {
        match magic {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd] => Self::Zstd,
            [0x04, 0x22, 0x4d, 0x18] | [0x02, 0x21, 0x4c, 0x18] => Self::Lz4,
            _ => Self::None,
        }
    }
}

type Peeked<R> = Chain<Cursor<Vec<u8>>, R>;

/// The octets of a file, decompressed if it was compressed.
pub struct Decompressed<R: Read>(Inner<R>);

enum Inner<R: Read> {
    Plain(Peeked<R>),
    Gzip(MultiGzDecoder<BufReader<Peeked<R>>>),
    Zstd(Box<ZstdFrames<BufReader<Peeked<R>>>>),
    Lz4(Box<Lz4Decoder<BufReader<Peeked<R>>>>),
}

/// Looks at the first octets of a file and puts the fitting decompressor in front of it.
///
/// # Errors
/// Those of the first `read()`.
pub fn decompress<R: Read>(mut input: R) -> io::Result<Decompressed<R>> {
    let mut magic = Vec::with_capacity(4);
    input.by_ref().take(4).read_to_end(&mut magic)?;
    let compression = Compression::sniff(&magic);
    let whole = Cursor::new(magic).chain(input);
    Ok(Decompressed(match compression {
        Compression::None => Inner::Plain(whole),
        Compression::Gzip => Inner::Gzip(MultiGzDecoder::new(BufReader::new(whole))),
        Compression::Zstd => {
            Inner::Zstd(Box::new(ZstdFrames::new(BufReader::new(whole))))
        }
        Compression::Lz4 => Inner::Lz4(Box::new(Lz4Decoder::new(BufReader::new(whole)))),
    }))
}

impl<R: Read> Decompressed<R> {
    /// What was found.
    #[must_use]
    pub fn compression(&self) -> Compression {
        match self.0 {
            Inner::Plain(_) => Compression::None,
            Inner::Gzip(_) => Compression::Gzip,
            Inner::Zstd(_) => Compression::Zstd,
            Inner::Lz4(_) => Compression::Lz4,
        }
    }
}

impl<R: Read> Read for Decompressed<R> {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        let (name, result) = match &mut self.0 {
            Inner::Plain(input) => return input.read(space),
            Inner::Gzip(input) => ("gzip", input.read(space)),
            Inner::Zstd(input) => ("zstd", input.read(space)),
            Inner::Lz4(input) => ("lz4", read_lz4(input, space)),
        };
        result.map_err(|error| explain(name, error))
    }
}

/// The decoder says 0 at the end of each frame; the file ends when its input does.
fn read_lz4<R: BufRead>(
    decoder: &mut Lz4Decoder<R>,
    space: &mut [u8],
) -> io::Result<usize> {
    loop {
        let count = decoder.read(space)?;
        if count > 0 || space.is_empty() || decoder.get_mut().fill_buf()?.is_empty() {
            return Ok(count);
        }
    }
}

/// Says which decompressor failed; the kind stays, so that interruptions are still recognised.
fn explain(name: &str, error: io::Error) -> io::Error {
    if is_cut_short(&error) {
        let text = format!("the {name} stream is cut short");
        return io::Error::new(ErrorKind::UnexpectedEof, text);
    }
    io::Error::new(error.kind(), format!("the {name} stream: {error}"))
}

/// True when the input ended too early, however deep the decompressor has packed that away.
fn is_cut_short(error: &(dyn Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            if error.kind() == ErrorKind::UnexpectedEof {
                return true;
            }
            next = error.get_ref().map(|inner| inner as &(dyn Error + 'static));
        } else {
            next = error.source();
        }
    }
    false
}

impl<R: Read> fmt::Debug for Decompressed<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Decompressed")
            .field(&self.compression())
            .finish()
    }
}

/// Decodes zstd frames one after the other; the decoder by itself stops after the first.
struct ZstdFrames<R> {
    input: R,
    decoder: ZstdDecoder,
    inside: bool,
}

impl<R: BufRead> ZstdFrames<R> {
    fn new(input: R) -> Self {
        Self {
            input,
            decoder: ZstdDecoder::new(),
            inside: false,
        }
    }

    /// Begins the next frame; false at the end of the file.
    fn next_frame(&mut self) -> io::Result<bool> {
        while !self.input.fill_buf()?.is_empty() {
            match self.decoder.reset(&mut self.input) {
                Ok(()) => {
                    self.inside = true;
                    return Ok(true);
                }
                Err(FrameDecoderError::ReadFrameHeaderError(
                    ReadFrameHeaderError::SkipFrame { length, .. },
                )) => self.skip(length.into())?,
                Err(error) => return Err(io::Error::new(ErrorKind::InvalidData, error)),
            }
        }
        Ok(false)
    }

    /// Passes over the user data of a skippable frame.
    fn skip(&mut self, length: u64) -> io::Result<()> {
        let mut data = self.input.by_ref().take(length);
        match io::copy(&mut data, &mut io::sink())? {
            skipped if skipped < length => Err(ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }

    fn decode_some(&mut self) -> io::Result<()> {
        self.decoder
            .decode_blocks(&mut self.input, BlockDecodingStrategy::UptoBlocks(1))
            .map_err(|error| io::Error::new(ErrorKind::InvalidData, error))?;
        Ok(())
    }
}

impl<R: BufRead> Read for ZstdFrames<R> {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        if space.is_empty() {
            return Ok(0);
        }
        loop {
            if self.inside && self.decoder.can_collect() > 0 {
                return self.decoder.read(space);
            }
            if self.inside && !self.decoder.is_finished() {
                self.decode_some()?;
            } else if !self.next_frame()? {
                return Ok(0);
            }
        }
    }
}
