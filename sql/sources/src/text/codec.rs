//! [`Codec`]: compression of text files, by the end of their names and by the option of writers.
//!
//! `.lz4` and `.snappy` files come in two formats each: the frames that most tools write, which
//! begin with a magic number, and the blocks of Hadoop, which are what Spark writes.
//! Memory of a reader does not grow with the content.

use std::io::{self, BufRead, BufReader, Read, Write};

use bzip2::bufread::MultiBzDecoder;
use bzip2::write::BzEncoder;
use flate2::bufread::{MultiGzDecoder, ZlibDecoder};
use flate2::write::{GzEncoder, ZlibEncoder};
use flint_sql_spec::{Result, SqlError, condition};

use super::hadoop_blocks::{BLOCK_BYTES, HadoopBlocks, write_block};

/// Names of codecs, as Spark lists them.
const NAMES: &str = "bzip2, deflate, gzip, lz4, none, snappy, uncompressed, zstd";
const BUFFER: usize = 64 << 10;

/// How the bytes of a file are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Codec {
    /// Not at all.
    Plain,
    Gzip,
    /// Zlib's format, which Hadoop calls deflate.
    Deflate,
    Bzip2,
    Zstd,
    Lz4,
    Snappy,
}

/// The algorithm inside of Hadoop's blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Block {
    Snappy,
    Lz4,
}

impl Codec {
    /// The codec of a file, by its name.
    pub(crate) fn of_name(name: &str) -> Codec {
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        match extension.to_ascii_lowercase().as_str() {
            "gz" => Codec::Gzip,
            "deflate" => Codec::Deflate,
            "bz2" => Codec::Bzip2,
            "zst" => Codec::Zstd,
            "lz4" => Codec::Lz4,
            "snappy" => Codec::Snappy,
            _ => Codec::Plain,
        }
    }

    /// The codec that the option `compression` of a writer names, in any case.
    ///
    /// # Errors
    /// `CODEC_NOT_AVAILABLE.WITH_AVAILABLE_CODECS_SUGGESTION` for other names.
    pub(crate) fn of_option(name: &str) -> Result<Codec> {
        Ok(match name.to_ascii_lowercase().as_str() {
            "none" | "uncompressed" => Codec::Plain,
            "gzip" => Codec::Gzip,
            "deflate" => Codec::Deflate,
            "bzip2" => Codec::Bzip2,
            "zstd" => Codec::Zstd,
            "lz4" => Codec::Lz4,
            "snappy" => Codec::Snappy,
            _ => {
                return Err(SqlError::new(
                    condition::CODEC_NOT_AVAILABLE_WITH_AVAILABLE_CODECS_SUGGESTION,
                )
                .with("codecName", name)
                .with("availableCodecs", NAMES));
            }
        })
    }

    /// What stands behind the extension of the format, such as `.gz`.
    pub(crate) fn extension(self) -> &'static str {
        match self {
            Codec::Plain => "",
            Codec::Gzip => ".gz",
            Codec::Deflate => ".deflate",
            Codec::Bzip2 => ".bz2",
            Codec::Zstd => ".zst",
            Codec::Lz4 => ".lz4",
            Codec::Snappy => ".snappy",
        }
    }

    /// The content of a file.
    ///
    /// # Errors
    /// If the file cannot be read, or a decoder cannot be made. What is damaged shows while reading.
    pub(crate) fn reader(self, file: Box<dyn Read + Send>) -> io::Result<Box<dyn Read + Send>> {
        let mut file = BufReader::with_capacity(BUFFER, file);
        if self != Codec::Plain && file.fill_buf()?.is_empty() {
            return Ok(Box::new(io::empty()));
        }
        Ok(match self {
            Codec::Plain => Box::new(file),
            Codec::Gzip => Box::new(MultiGzDecoder::new(file)),
            Codec::Deflate => Box::new(ZlibDecoder::new(file)),
            Codec::Bzip2 => Box::new(MultiBzDecoder::new(file)),
            Codec::Zstd => Box::new(zstd::stream::read::Decoder::with_buffer(file)?),
            Codec::Lz4 if file.buffer().starts_with(b"\x04\x22\x4D\x18") => {
                Box::new(Lz4Frames::new(file))
            }
            Codec::Lz4 => Box::new(HadoopBlocks::new(file, Block::Lz4)),
            Codec::Snappy if file.buffer().starts_with(b"\xFF\x06\x00\x00sNaPpY") => {
                Box::new(snap::read::FrameDecoder::new(file))
            }
            Codec::Snappy => Box::new(HadoopBlocks::new(file, Block::Snappy)),
        })
    }

    /// What packs the bytes of one file.
    ///
    /// # Errors
    /// If an encoder cannot be made.
    pub(crate) fn packer(self) -> io::Result<Packer> {
        let blocks = |kind| Inner::Blocks(kind, Vec::new(), Vec::new());
        Ok(Packer(match self {
            Codec::Plain => Inner::Plain(Vec::new()),
            Codec::Gzip => Inner::Gzip(GzEncoder::new(Vec::new(), flate2::Compression::default())),
            Codec::Deflate => {
                Inner::Deflate(ZlibEncoder::new(Vec::new(), flate2::Compression::default()))
            }
            Codec::Bzip2 => Inner::Bzip2(BzEncoder::new(Vec::new(), bzip2::Compression::best())),
            Codec::Zstd => Inner::Zstd(zstd::stream::write::Encoder::new(Vec::new(), 0)?),
            Codec::Lz4 => blocks(Block::Lz4),
            Codec::Snappy => blocks(Block::Snappy),
        }))
    }
}

impl Block {
    /// The plain bytes of a chunk, at most so many.
    pub(super) fn unpack(self, chunk: &[u8], most: usize) -> io::Result<Vec<u8>> {
        match self {
            Block::Lz4 => {
                // No byte of input stands for more than 255 of output.
                let mut plain = vec![0; most.min(chunk.len().saturating_mul(255))];
                let count = lz4_flex::block::decompress_into(chunk, &mut plain)
                    .map_err(io::Error::other)?;
                plain.truncate(count);
                Ok(plain)
            }
            Block::Snappy => {
                // A chunk says its length; no byte of input stands for more than 64 of output.
                let length = snap::raw::decompress_len(chunk).map_err(io::Error::other)?;
                if length > most.min(chunk.len().saturating_mul(64)) {
                    return Err(io::Error::other("a chunk is longer than it can be"));
                }
                let plain = snap::raw::Decoder::new().decompress_vec(chunk);
                plain.map_err(io::Error::other)
            }
        }
    }

    pub(super) fn pack(self, plain: &[u8]) -> io::Result<Vec<u8>> {
        match self {
            Block::Lz4 => Ok(lz4_flex::block::compress(plain)),
            Block::Snappy => {
                let packed = snap::raw::Encoder::new().compress_vec(plain);
                packed.map_err(io::Error::other)
            }
        }
    }
}

/// Frames one behind the other. The decoder stops behind each of them, and takes a file that was cut
/// between blocks for one that has ended; that is told apart here.
struct Lz4Frames {
    decoder: lz4_flex::frame::FrameDecoder<Watched>,
    done: bool,
}

/// A file that remembers that somebody read on at its end.
struct Watched {
    file: BufReader<Box<dyn Read + Send>>,
    ended: bool,
}

impl Read for Watched {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(out)?;
        self.ended |= count == 0 && !out.is_empty();
        Ok(count)
    }
}

impl Lz4Frames {
    fn new(file: BufReader<Box<dyn Read + Send>>) -> Self {
        let file = Watched { file, ended: false };
        Lz4Frames {
            decoder: lz4_flex::frame::FrameDecoder::new(file),
            done: false,
        }
    }
}

impl Read for Lz4Frames {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while !self.done && !out.is_empty() {
            let count = self.decoder.read(out)?;
            if count > 0 {
                return Ok(count);
            }
            let input = self.decoder.get_mut();
            if input.ended {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.done = input.file.fill_buf()?.is_empty();
        }
        Ok(0)
    }
}

/// Packs the bytes of one file.
pub(crate) struct Packer(Inner);

enum Inner {
    Plain(Vec<u8>),
    Gzip(GzEncoder<Vec<u8>>),
    Deflate(ZlibEncoder<Vec<u8>>),
    Bzip2(BzEncoder<Vec<u8>>),
    Zstd(zstd::stream::write::Encoder<'static, Vec<u8>>),
    /// Bytes that wait for their block, and blocks.
    Blocks(Block, Vec<u8>, Vec<u8>),
}

impl Packer {
    /// Adds bytes.
    ///
    /// # Errors
    /// As the encoder's.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.0 {
            Inner::Plain(out) => out.extend_from_slice(bytes),
            Inner::Gzip(encoder) => encoder.write_all(bytes)?,
            Inner::Deflate(encoder) => encoder.write_all(bytes)?,
            Inner::Bzip2(encoder) => encoder.write_all(bytes)?,
            Inner::Zstd(encoder) => encoder.write_all(bytes)?,
            Inner::Blocks(kind, waiting, out) => {
                waiting.extend_from_slice(bytes);
                while waiting.len() >= BLOCK_BYTES {
                    write_block(&waiting[..BLOCK_BYTES], *kind, out)?;
                    waiting.drain(..BLOCK_BYTES);
                }
            }
        }
        Ok(())
    }

    /// Packed bytes that are ready.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        std::mem::take(match &mut self.0 {
            Inner::Plain(out) | Inner::Blocks(_, _, out) => out,
            Inner::Gzip(encoder) => encoder.get_mut(),
            Inner::Deflate(encoder) => encoder.get_mut(),
            Inner::Bzip2(encoder) => encoder.get_mut(),
            Inner::Zstd(encoder) => encoder.get_mut(),
        })
    }

    /// The rest of the file.
    ///
    /// # Errors
    /// As the encoder's.
    pub(crate) fn finish(self) -> io::Result<Vec<u8>> {
        match self.0 {
            Inner::Plain(out) => Ok(out),
            Inner::Gzip(encoder) => encoder.finish(),
            Inner::Deflate(encoder) => encoder.finish(),
            Inner::Bzip2(encoder) => encoder.finish(),
            Inner::Zstd(encoder) => encoder.finish(),
            Inner::Blocks(kind, waiting, mut out) => {
                if !waiting.is_empty() {
                    write_block(&waiting, kind, &mut out)?;
                }
                Ok(out)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Codec; 7] = [
        Codec::Plain,
        Codec::Gzip,
        Codec::Deflate,
        Codec::Bzip2,
        Codec::Zstd,
        Codec::Lz4,
        Codec::Snappy,
    ];

    fn packed(codec: Codec, plain: &[u8]) -> Vec<u8> {
        let mut packer = codec.packer().expect("a packer");
        let mut out = Vec::new();
        for part in plain.chunks(100_000) {
            packer.write(part).expect("room");
            out.extend(packer.take());
        }
        out.extend(packer.finish().expect("an end"));
        out
    }

    fn read(codec: Codec, bytes: Vec<u8>) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        codec
            .reader(Box::new(io::Cursor::new(bytes)))?
            .read_to_end(&mut out)?;
        Ok(out)
    }

    #[test]
    fn every_codec_gives_back_what_it_packed() {
        let plain: Vec<u8> = (0..700_000_u32)
            .flat_map(|n| (n % 251).to_le_bytes())
            .collect();
        for codec in ALL {
            let file = packed(codec, &plain);
            assert!(
                read(codec, file.clone()).expect("whole") == plain,
                "{codec:?}"
            );
            if codec != Codec::Plain {
                assert!(
                    read(codec, file[..file.len() / 2].to_vec()).is_err(),
                    "{codec:?}"
                );
            }
            assert_eq!(
                Codec::of_name(&format!("x.json{}", codec.extension())),
                codec
            );
            assert!(read(codec, Vec::new()).expect("empty").is_empty());
        }
    }

    #[test]
    fn frames_of_other_tools_are_read() {
        let mut frame = lz4_flex::frame::FrameEncoder::new(Vec::new());
        frame.write_all(b"hello").expect("room");
        let frame = frame.finish().expect("an end");
        let both = [frame.clone(), frame.clone()].concat();
        assert_eq!(read(Codec::Lz4, both).expect("two"), b"hellohello");
        assert!(read(Codec::Lz4, frame[..frame.len() - 4].to_vec()).is_err());
        let mut framed = snap::write::FrameEncoder::new(Vec::new());
        framed.write_all(b"hello").expect("room");
        let framed = framed.into_inner().expect("an end");
        assert_eq!(read(Codec::Snappy, framed).expect("whole"), b"hello");
    }

    #[test]
    fn unknown_codecs_are_refused() {
        let error = Codec::of_option("zip").expect_err("no codec of text");
        assert_eq!(
            error.condition().name,
            "CODEC_NOT_AVAILABLE.WITH_AVAILABLE_CODECS_SUGGESTION"
        );
        assert_eq!(Codec::of_option("GZip").expect("known"), Codec::Gzip);
    }
}
