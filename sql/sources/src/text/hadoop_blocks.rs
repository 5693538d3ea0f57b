//! [`HadoopBlocks`], [`write_block`]: the blocks in which Hadoop's Snappy and LZ4 codecs keep files.
//!
//! A block is its plain length, then chunks until they make up that length; a chunk is its
//! compressed length and bytes of the plain algorithm. Lengths are 32 bits, big-endian. Memory: one
//! chunk, compressed and plain; what a file only claims is never allocated.

use std::io::{self, ErrorKind, Read};

use super::codec::Block;

/// Plain bytes that a block of ours holds at most, as in Hadoop.
pub(super) const BLOCK_BYTES: usize = 256 << 10;

/// Reads blocks.
pub(super) struct HadoopBlocks<R> {
    input: R,
    kind: Block,
    /// Plain bytes of the block that are still to come.
    left: usize,
    chunk: Vec<u8>,
    given: usize,
}

impl<R: Read> HadoopBlocks<R> {
    pub(super) fn new(input: R, kind: Block) -> Self {
        HadoopBlocks {
            input,
            kind,
            left: 0,
            chunk: Vec::new(),
            given: 0,
        }
    }

    /// A length; `None` at the end of the file.
    fn length(&mut self) -> io::Result<Option<usize>> {
        let mut bytes = Vec::with_capacity(4);
        self.input.by_ref().take(4).read_to_end(&mut bytes)?;
        match <[u8; 4]>::try_from(&bytes[..]) {
            Ok(bytes) => Ok(Some(u32::from_be_bytes(bytes) as usize)),
            Err(_) if bytes.is_empty() => Ok(None),
            Err(_) => Err(ErrorKind::UnexpectedEof.into()),
        }
    }

    /// Whether there is another chunk.
    fn advance(&mut self) -> io::Result<bool> {
        while self.left == 0 {
            match self.length()? {
                Some(length) => self.left = length,
                None => return Ok(false),
            }
        }
        let length = self.length()?.ok_or(ErrorKind::UnexpectedEof)?;
        let mut packed = Vec::new();
        self.input
            .by_ref()
            .take(length as u64)
            .read_to_end(&mut packed)?;
        if packed.len() < length {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        self.chunk = self.kind.unpack(&packed, self.left)?;
        self.given = 0;
        if self.chunk.is_empty() || self.chunk.len() > self.left {
            return Err(io::Error::other("a chunk does not fit its block"));
        }
        self.left -= self.chunk.len();
        Ok(true)
    }
}

impl<R: Read> Read for HadoopBlocks<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() || (self.given == self.chunk.len() && !self.advance()?) {
            return Ok(0);
        }
        let count = out.len().min(self.chunk.len() - self.given);
        out[..count].copy_from_slice(&self.chunk[self.given..self.given + count]);
        self.given += count;
        Ok(count)
    }
}

/// Appends bytes as one block of one chunk.
pub(super) fn write_block(plain: &[u8], kind: Block, out: &mut Vec<u8>) -> io::Result<()> {
    let packed = kind.pack(plain)?;
    for length in [plain.len(), packed.len()] {
        let length = u32::try_from(length).map_err(io::Error::other)?;
        out.extend(length.to_be_bytes());
    }
    out.extend(packed);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_come_back_and_cuts_are_errors() {
        for kind in [Block::Snappy, Block::Lz4] {
            let plain = b"abcabcabc".repeat(100);
            let mut file = Vec::new();
            write_block(&plain, kind, &mut file).expect("a block");
            write_block(b"x", kind, &mut file).expect("a block");
            let read = |bytes: &[u8]| {
                let mut out = Vec::new();
                HadoopBlocks::new(bytes, kind)
                    .read_to_end(&mut out)
                    .map(|_| out)
            };
            assert_eq!(read(&file).expect("whole"), [&plain[..], b"x"].concat());
            assert!(read(&file[..file.len() - 1]).is_err());
            // Four gigabytes are claimed, and not allocated.
            assert!(read(&[255, 255, 255, 255, 255, 255, 255, 255, 1]).is_err());
        }
    }
}
