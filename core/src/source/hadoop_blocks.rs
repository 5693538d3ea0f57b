//! The blocks of Hadoop's `BlockCompressorStream` ([`HadoopBlocks`]), in which its `SnappyCodec` and
//! `Lz4Codec` write files.
//!
//! A block is its decompressed length, then chunks until they make up that length; a chunk is its
//! compressed length and the bytes of the plain algorithm. Lengths are 32 bits, big-endian. There
//! is no magic number, no checksum and no end mark, so that a file that was cut between blocks is
//! taken for whole, as by Hadoop.
//!
//! Memory: a compressed and a decompressed chunk; what a file only claims is never allocated.

use std::io::{self, Read};

/// Appends what a chunk holds, at most so many bytes, to the vector.
type DecodeChunk = fn(&[u8], usize, &mut Vec<u8>) -> io::Result<()>;

/// Reads blocks.
pub(super) struct HadoopBlocks<R> {
    input: R,
    decode: DecodeChunk,
    /// Bytes of the block that are in chunks to come.
    left: usize,
    compressed: Vec<u8>,
    chunk: Vec<u8>,
    /// How many bytes of the chunk are given out.
    given: usize,
}

impl<R: Read> HadoopBlocks<R> {
    pub(super) fn new(input: R, decode: DecodeChunk) -> Self {
        HadoopBlocks {
            input,
            decode,
            left: 0,
            compressed: Vec::new(),
            chunk: Vec::new(),
            given: 0,
        }
    }

    /// A length, or `None` at the end of the file.
    fn length(&mut self) -> io::Result<Option<usize>> {
        let mut bytes = Vec::with_capacity(4);
        self.input.by_ref().take(4).read_to_end(&mut bytes)?;
        match <[u8; 4]>::try_from(bytes.as_slice()) {
            Ok(bytes) => Ok(Some(u32::from_be_bytes(bytes) as usize)),
            Err(_) if bytes.is_empty() => Ok(None),
            Err(_) => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    /// Decompresses the next chunk. `false` at the end.
    fn next_chunk(&mut self) -> io::Result<bool> {
        while self.left == 0 {
            match self.length()? {
                Some(len) => self.left = len,
                None => return Ok(false),
            }
        }
        let len = self.length()?.ok_or(io::ErrorKind::UnexpectedEof)?;
        self.compressed.clear();
        let mut chunk = self.input.by_ref().take(len as u64);
        if chunk.read_to_end(&mut self.compressed)? < len {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.chunk.clear();
        self.given = 0;
        (self.decode)(&self.compressed, self.left, &mut self.chunk)?;
        if self.chunk.is_empty() || self.chunk.len() > self.left {
            return Err(io::Error::other("a chunk does not fit its block"));
        }
        self.left -= self.chunk.len();
        Ok(true)
    }
}

impl<R: Read> Read for HadoopBlocks<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() || (self.given == self.chunk.len() && !self.next_chunk()?) {
            return Ok(0);
        }
        let n = out.len().min(self.chunk.len() - self.given);
        out[..n].copy_from_slice(&self.chunk[self.given..self.given + n]);
        self.given += n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A "compression" that doubles each byte.
    fn doubled(bytes: &[u8], most: usize, out: &mut Vec<u8>) -> io::Result<()> {
        out.extend(bytes.iter().flat_map(|b| [*b; 2]).take(most));
        Ok(())
    }

    fn read(bytes: &[u8]) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        HadoopBlocks::new(bytes, doubled).read_to_end(&mut out)?;
        Ok(out)
    }

    #[test]
    fn blocks_of_several_chunks_and_of_none() {
        let file = [
            &[0, 0, 0, 6, 0, 0, 0, 2, 1, 2, 0, 0, 0, 1, 3][..],
            &[0, 0, 0, 0],
            &[0, 0, 0, 2, 0, 0, 0, 1, 9],
        ]
        .concat();
        assert_eq!(read(&file).unwrap(), [1, 1, 2, 2, 3, 3, 9, 9]);
        assert!(read(&[]).unwrap().is_empty());
    }

    #[test]
    fn what_was_cut_or_makes_no_sense_is_an_error() {
        let file = [0, 0, 0, 6, 0, 0, 0, 2, 1, 2, 0, 0, 0, 1, 3];
        for cut in 1..file.len() {
            let error = read(&file[..cut]).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof, "{cut}");
        }
        assert!(read(&[0, 0, 0, 2, 0, 0, 0, 0]).is_err(), "an empty chunk");
        // Four gigabytes are claimed, and not allocated.
        let claims = [255, 255, 255, 255, 255, 255, 255, 255, 1];
        assert_eq!(
            read(&claims).unwrap_err().kind(),
            io::ErrorKind::UnexpectedEof
        );
    }
}
