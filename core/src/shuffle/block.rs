//! Blocks: the records that one map task made for one reduce partition, in memory, on disk, or
//! encoded for another process.
//!
//! # Encoded form
//! A block is a sequence of frames, in the order of the records: the length of the payload in
//! bytes and the number of its records, both as little-endian `u32`, then the payload, one chunk in
//! the encoding of [`codec`](crate::storage::codec). The checksum (CRC-32) of the whole travels
//! beside it. What lies spilled is copied without being decoded.

use std::any::type_name;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use bytes::{Buf, Bytes};

use super::run::for_each_block;
use crate::data::Data;
use crate::error::{Error, Result};
use crate::exec::AnyChunk;
use crate::storage::codec::{decode_chunk, encode_chunk};
use crate::storage::spill::{BlockSpan, SpillFile, SpillWriter};

/// Bytes in memory that a spilled or encoded piece of a block aims at.
pub(super) const PIECE_BYTES: usize = 64 << 10;

/// Bytes before the payload of a frame.
const FRAME_HEADER_BYTES: usize = 8;

/// A part of a block. Parts are in the order in which their records were written.
#[derive(Clone, Debug)]
pub enum Segment {
    /// Records in memory: a `Vec` of the shuffle's record type.
    Typed(Arc<dyn AnyChunk>),
    /// Records on disk.
    Spilled {
        /// The file, which lives as long as a segment of it.
        file: Arc<SpillFile>,
        /// Where in it.
        span: BlockSpan,
    },
}

impl Segment {
    /// Number of records.
    pub fn records(&self) -> u64 {
        match self {
            Segment::Typed(chunk) => chunk.len() as u64,
            Segment::Spilled { span, .. } => u64::from(span.records),
        }
    }

    /// Whether the records are in memory.
    pub fn is_typed(&self) -> bool {
        matches!(self, Segment::Typed(_))
    }
}

/// A block encoded for another process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodedBlock {
    /// The frames.
    pub bytes: Bytes,
    /// CRC-32 of the bytes.
    pub crc: u32,
}

impl EncodedBlock {
    fn of(bytes: Vec<u8>) -> Self {
        let crc = crc32fast::hash(&bytes);
        EncodedBlock {
            bytes: bytes.into(),
            crc,
        }
    }

    /// Checks that the bytes are the ones that were sent.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if not.
    pub fn verify(&self) -> Result<()> {
        let crc = crc32fast::hash(&self.bytes);
        if crc == self.crc {
            return Ok(());
        }
        let reason = format!(
            "checksum {crc:08x} of {} bytes instead of {:08x}",
            self.bytes.len(),
            self.crc
        );
        Err(Error::corrupt("shuffle block", reason))
    }
}

/// Takes the next frame off the front of an encoded block, and appends its records.
///
/// # Errors
/// [`Error::Corrupt`] if the block ends within the frame, or the frame has another number of
/// records than it says; [`Error::Codec`] if they are of another type.
pub(super) fn decode_frame<T: Data>(block: &mut Bytes, out: &mut Vec<T>) -> Result<()> {
    let broken = |reason: String| Error::corrupt("shuffle block", reason);
    if block.len() < FRAME_HEADER_BYTES {
        return Err(broken(format!("{} bytes left for a frame", block.len())));
    }
    let (len, records) = (block.get_u32_le() as usize, block.get_u32_le() as usize);
    if block.len() < len {
        return Err(broken(format!(
            "{} bytes left of a frame of {len}",
            block.len()
        )));
    }
    let start = out.len();
    decode_chunk(&block.split_to(len), out)?;
    if out.len() - start != records {
        return Err(broken(format!(
            "{} records in a frame of {records}",
            out.len() - start
        )));
    }
    Ok(())
}

/// What can be done with the records of a shuffle without knowing their type. Made where it is
/// known ([`block_codec`]), and kept with the output.
pub trait BlockCodec: Send + Sync + fmt::Debug + 'static {
    /// Writes the records of a chunk to a spill file, and calls `made` with each span.
    ///
    /// # Errors
    /// If they can't be encoded or written; [`Error::Internal`] if they are of another type.
    fn spill(
        &self,
        chunk: &dyn AnyChunk,
        writer: &mut SpillWriter,
        made: &mut dyn FnMut(BlockSpan),
    ) -> Result<()>;

    /// Encodes segments as one block.
    ///
    /// # Errors
    /// If they can't be read or encoded; [`Error::Internal`] if they are of another type.
    fn encode(&self, segments: &[Segment]) -> Result<EncodedBlock>;
}

/// The codec of blocks of `T`.
pub fn block_codec<T: Data>() -> &'static dyn BlockCodec {
    const { &Codec::<T>(PhantomData) }
}

/// The records of a typed segment.
///
/// # Errors
/// [`Error::Internal`] if they are of another type.
pub(super) fn records_of<T: Data>(chunk: &dyn AnyChunk) -> Result<&Vec<T>> {
    chunk
        .as_any()
        .downcast_ref()
        .ok_or_else(|| Error::Internal(format!("a shuffle block holds no `{}`", type_name::<T>())))
}

struct Codec<T>(PhantomData<fn() -> T>);

impl<T> fmt::Debug for Codec<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BlockCodec<{}>", type_name::<T>())
    }
}

impl<T: Data> BlockCodec for Codec<T> {
    fn spill(
        &self,
        chunk: &dyn AnyChunk,
        writer: &mut SpillWriter,
        made: &mut dyn FnMut(BlockSpan),
    ) -> Result<()> {
        for_each_block(records_of::<T>(chunk)?, PIECE_BYTES, |piece| {
            made(writer.write_block(piece)?);
            Ok(())
        })
    }

    fn encode(&self, segments: &[Segment]) -> Result<EncodedBlock> {
        let mut bytes = Vec::new();
        for segment in segments {
            match segment {
                Segment::Typed(chunk) => {
                    for_each_block(records_of::<T>(&**chunk)?, PIECE_BYTES, |piece| {
                        frame(&mut bytes, piece.len(), |bytes| encode_chunk(piece, bytes))
                    })?;
                }
                Segment::Spilled { file, span } => {
                    frame(&mut bytes, span.records as usize, |bytes| {
                        bytes.extend_from_slice(&file.read_bytes(span)?);
                        Ok(())
                    })?
                }
            }
        }
        Ok(EncodedBlock::of(bytes))
    }
}

/// Appends a frame whose payload `fill` appends.
fn frame(
    bytes: &mut Vec<u8>,
    records: usize,
    fill: impl FnOnce(&mut Vec<u8>) -> Result<()>,
) -> Result<()> {
    let start = bytes.len();
    bytes.extend_from_slice(&[0; FRAME_HEADER_BYTES]);
    fill(bytes)?;
    let len = bytes.len() - start - FRAME_HEADER_BYTES;
    let (Ok(len), Ok(records)) = (u32::try_from(len), u32::try_from(records)) else {
        return Err(Error::Codec {
            op: "encode".to_owned(),
            type_name: "shuffle block".to_owned(),
            reason: format!("a piece of {len} bytes is over the limit of 4 GiB"),
        });
    };
    bytes[start..start + 4].copy_from_slice(&len.to_le_bytes());
    bytes[start + 4..start + 8].copy_from_slice(&records.to_le_bytes());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shuffle::test_memory::Bench;

    fn decode<T: Data>(block: &EncodedBlock) -> Result<Vec<T>> {
        block.verify()?;
        let mut rest = block.bytes.clone();
        let mut out = Vec::new();
        while !rest.is_empty() {
            decode_frame(&mut rest, &mut out)?;
        }
        Ok(out)
    }

    #[test]
    fn typed_and_spilled_segments_encode_in_order() {
        let bench = Bench::new(1 << 20);
        let codec = block_codec::<(u64, String)>();
        let record = |i: u64| (i, "s".repeat(i as usize % 100));
        let first: Vec<_> = (0..5000).map(record).collect();
        let second: Vec<_> = (5000..6000).map(record).collect();
        let mut writer = bench.dirs().create_spill("test").unwrap();
        let mut spans = Vec::new();
        codec
            .spill(&first, &mut writer, &mut |span| spans.push(span))
            .unwrap();
        let file = writer.finish().unwrap();
        let mut segments: Vec<Segment> = spans
            .into_iter()
            .map(|span| Segment::Spilled {
                file: Arc::clone(&file),
                span,
            })
            .collect();
        assert!(segments.len() > 1);
        segments.push(Segment::Typed(Arc::new(second)));
        let block = codec.encode(&segments).unwrap();
        assert!(
            decode::<(u64, String)>(&block)
                .unwrap()
                .into_iter()
                .eq((0..6000).map(record))
        );
        assert_eq!(codec.encode(&[]).unwrap().bytes.len(), 0);
    }

    #[test]
    fn damage_is_noticed() {
        let records: Vec<u64> = (0..100).collect();
        let block = block_codec::<u64>()
            .encode(&[Segment::Typed(Arc::new(records))])
            .unwrap();
        for at in [0, 5, 50, block.bytes.len() - 1] {
            let mut bytes = block.bytes.to_vec();
            bytes[at] ^= 1;
            let damaged = EncodedBlock {
                bytes: bytes.into(),
                crc: block.crc,
            };
            assert!(matches!(
                decode::<u64>(&damaged),
                Err(Error::Corrupt { .. })
            ));
        }
        for len in 1..block.bytes.len() {
            // Even with a checksum that fits.
            let cut = EncodedBlock::of(block.bytes[..len].to_vec());
            assert!(decode::<u64>(&cut).is_err());
        }
    }

    #[test]
    fn another_type_is_refused() {
        let chunk: Arc<dyn AnyChunk> = Arc::new(vec![1u32]);
        let error = block_codec::<u64>()
            .encode(&[Segment::Typed(chunk)])
            .unwrap_err();
        assert!(matches!(error, Error::Internal(_)));
    }
}
