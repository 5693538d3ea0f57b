//! From the bytes of a compressed file to its content.
//!
//! What a name does not say is in the first bytes: `.lz4` and `.snappy` files come in two formats
//! each. The `lz4` command and most libraries write LZ4 frames, those of Snappy the framing format;
//! both begin with a magic number. Hadoop, and so Spark, writes blocks of its own under the same
//! names ([`blocks`](super::hadoop_blocks)), which can't be taken for either: they would be blocks
//! of 67 MB and of 4 GB.

use std::fs::File;
use std::io::{self, BufReader, Read};

use flate2::bufread::MultiGzDecoder;

use super::codec_by_extension::Compression;
#[cfg(any(feature = "lz4", feature = "snappy"))]
use super::hadoop_blocks::HadoopBlocks;

/// Compressed bytes that are read at once.
const COMPRESSED_BUFFER: usize = 64 << 10;

/// The content of a file, which is not empty, from its start.
pub(super) fn decompressed(file: File, compression: Compression) -> io::Result<Box<dyn Read>> {
    let buffered = |file| BufReader::with_capacity(COMPRESSED_BUFFER, file);
    Ok(match compression {
        Compression::None => Box::new(file),
        Compression::Gzip => Box::new(MultiGzDecoder::new(buffered(file))),
        Compression::Zstd => Box::new(zstd::stream::read::Decoder::new(file)?),
        #[cfg(feature = "bzip2")]
        Compression::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(buffered(file))),
        #[cfg(feature = "lz4")]
        Compression::Lz4 => {
            let mut file = buffered(file);
            match begins_with(&mut file, b"\x04\x22\x4D\x18")? {
                true => Box::new(Lz4Frames::new(file)),
                false => Box::new(HadoopBlocks::new(file, lz4_block)),
            }
        }
        #[cfg(feature = "snappy")]
        Compression::Snappy => {
            let mut file = buffered(file);
            match begins_with(&mut file, b"\xFF\x06\x00\x00sNaPpY")? {
                true => Box::new(snap::read::FrameDecoder::new(file)),
                false => Box::new(HadoopBlocks::new(file, snappy_block)),
            }
        }
        #[cfg(not(all(feature = "bzip2", feature = "lz4", feature = "snappy")))]
        _ => {
            // On a path that was split by a program that can read it.
            let missing = compression.missing().unwrap_or_default();
            return Err(io::Error::new(io::ErrorKind::Unsupported, missing));
        }
    })
}

/// Whether a file, of which nothing was read yet, begins with `magic`.
#[cfg(any(feature = "lz4", feature = "snappy"))]
fn begins_with(file: &mut BufReader<File>, magic: &[u8]) -> io::Result<bool> {
    use std::io::BufRead;
    // A buffer is filled by one read, which gives more than a magic number of a local file.
    Ok(file.fill_buf()?.starts_with(magic))
}

/// Frames one after the other. The decoder stops behind each, and takes the end of the file for the
/// end of a frame that was cut between blocks; that is told apart here.
#[cfg(feature = "lz4")]
struct Lz4Frames {
    decoder: lz4_flex::frame::FrameDecoder<EndSeen>,
    done: bool,
}

/// A file that remembers that somebody read on at its end.
#[cfg(feature = "lz4")]
struct EndSeen {
    file: BufReader<File>,
    seen: bool,
}

#[cfg(feature = "lz4")]
impl Read for EndSeen {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.file.read(out)?;
        self.seen |= n == 0 && !out.is_empty();
        Ok(n)
    }
}

#[cfg(feature = "lz4")]
impl Lz4Frames {
    fn new(file: BufReader<File>) -> Self {
        let file = EndSeen { file, seen: false };
        Lz4Frames {
            decoder: lz4_flex::frame::FrameDecoder::new(file),
            done: false,
        }
    }
}

#[cfg(feature = "lz4")]
impl Read for Lz4Frames {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        use std::io::BufRead;
        while !self.done && !out.is_empty() {
            let n = self.decoder.read(out)?;
            if n > 0 {
                return Ok(n);
            }
            let input = self.decoder.get_mut();
            if input.seen {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.done = input.file.fill_buf()?.is_empty();
        }
        Ok(0)
    }
}

/// Decompresses a block of Hadoop's `Lz4Codec` of at most `most` bytes.
#[cfg(feature = "lz4")]
fn lz4_block(block: &[u8], most: usize, out: &mut Vec<u8>) -> io::Result<()> {
    // No byte of input stands for more than 255 of output.
    out.resize(most.min(block.len().saturating_mul(255)), 0);
    let n = lz4_flex::block::decompress_into(block, out).map_err(io::Error::other)?;
    out.truncate(n);
    Ok(())
}

/// Decompresses a block of Hadoop's `SnappyCodec` of at most `most` bytes.
#[cfg(feature = "snappy")]
fn snappy_block(block: &[u8], most: usize, out: &mut Vec<u8>) -> io::Result<()> {
    // A block says how long it is; no byte of input stands for more than 64 of output.
    let len = snap::raw::decompress_len(block).map_err(io::Error::other)?;
    if len > most.min(block.len().saturating_mul(64)) {
        return Err(io::Error::other("a block is longer than it can be"));
    }
    out.resize(len, 0);
    let n = snap::raw::Decoder::new().decompress(block, out);
    out.truncate(n.map_err(io::Error::other)?);
    Ok(())
}
