//! The encoding of chunks: for spill files, shuffle blocks and serialised cached blocks.
//!
//! A chunk is its number of records (a varint) followed by the records. Nothing in it names the
//! type or the format: both sides know `T`, because driver and executors are the same binary.
//!
//! - *Plain types* (numbers, `bool`, `char`, and pairs and triples of the common ones) are laid
//!   out in fixed-width little-endian form: single numbers are one copy, pairs a loop without
//!   branches. The types are listed in `plain.rs`; which of them `T` is takes one look-up for a
//!   chunk, and no code per record type is generated for it.
//! - *Everything else* goes through serde in [postcard](https://postcard.jamesmunns.com)'s format:
//!   one serialiser for the chunk, no header per record.
//!
//! A type whose records encode to nothing (`()`, a unit struct) gets one zero byte per record, so
//! that a chunk never has more records than bytes: a corrupt count is refused before it is used.
//!
//! Decoding trusts nothing: truncated, over-long or nonsensical bytes are an [`Error::Codec`], and
//! what is allocated before the bytes are seen to be there is bounded. What serde itself leaves
//! open stays open: the length of a vector of zero-sized values inside a record is taken at its
//! word. Files and transports therefore check sums before they decode.

mod plain;
#[cfg(test)]
mod tests;

use std::any::type_name;
use std::mem::size_of;

use serde::Serialize;

use crate::data::Data;
use crate::error::{Error, Result};
use plain::PlainCodec;

/// Plain records are encoded in pieces of this many, so that the copy made on the way stays in the
/// first cache.
const PIECE: usize = 1024;

/// Bytes of decoded records for which room is made before any of them has been read.
const MAX_RESERVE_BYTES: usize = 1 << 20;

/// Appends the encoding of `items` to `out`.
///
/// The encoding does not tell where it ends: [`decode_chunk`] wants exactly its bytes.
///
/// ```
/// use flint_core::storage::codec::{decode_chunk, encode_chunk};
///
/// let records = vec![("a".to_owned(), 1_u64), ("b".to_owned(), 2)];
/// let mut bytes = Vec::new();
/// encode_chunk(&records, &mut bytes)?;
///
/// let mut back: Vec<(String, u64)> = Vec::new();
/// decode_chunk(&bytes, &mut back)?;
/// assert_eq!(back, records);
/// # Ok::<(), flint_core::Error>(())
/// ```
///
/// # Errors
/// [`Error::Codec`] if a record's `Serialize` fails, or it can't be written without its schema
/// (`#[serde(flatten)]`, sequences of unknown length). `out` is then as it was.
pub fn encode_chunk<T: Data>(items: &[T], out: &mut Vec<u8>) -> Result<()> {
    let start = out.len();
    let encoded = encode_count(items.len(), out).and_then(|()| match PlainCodec::of::<T>() {
        Some(plain) => {
            encode_plain(plain, items, out);
            Ok(())
        }
        None => encode_records(items, out),
    });
    encoded.map_err(|reason| {
        out.truncate(start);
        codec_error::<T>("encode", reason)
    })
}

/// Appends the records of one encoded chunk to `out`.
///
/// # Errors
/// [`Error::Codec`] if `bytes` are not what [`encode_chunk`] made of records of this type. `out` is
/// then as it was.
pub fn decode_chunk<T: Data>(bytes: &[u8], out: &mut Vec<T>) -> Result<()> {
    let start = out.len();
    let decoded = decode_count(bytes).and_then(|(count, payload)| match PlainCodec::of::<T>() {
        Some(plain) => plain.decode(count, payload, out),
        None => decode_records(count, payload, out),
    });
    decoded.map_err(|reason| {
        out.truncate(start);
        codec_error::<T>("decode", reason)
    })
}

fn codec_error<T>(op: &str, reason: String) -> Error {
    Error::Codec {
        op: op.to_owned(),
        type_name: type_name::<T>().to_owned(),
        reason,
    }
}

/// The target of postcard's serialiser: the end of a vector.
struct Append<'a>(&'a mut Vec<u8>);

impl postcard::ser_flavors::Flavor for Append<'_> {
    type Output = ();

    #[inline]
    fn try_extend(&mut self, data: &[u8]) -> postcard::Result<()> {
        self.0.extend_from_slice(data);
        Ok(())
    }

    #[inline]
    fn try_push(&mut self, data: u8) -> postcard::Result<()> {
        self.0.push(data);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<()> {
        Ok(())
    }
}

fn encode_count(count: usize, out: &mut Vec<u8>) -> Result<(), String> {
    let mut serializer = postcard::Serializer {
        output: Append(out),
    };
    (count as u64)
        .serialize(&mut serializer)
        .map_err(|e| e.to_string())
}

/// The number of records and the bytes that hold them.
fn decode_count(bytes: &[u8]) -> Result<(usize, &[u8]), String> {
    let (count, payload) =
        postcard::take_from_bytes::<u64>(bytes).map_err(|e| format!("number of records: {e}"))?;
    match usize::try_from(count) {
        Ok(count) if count <= payload.len() => Ok((count, payload)),
        _ => Err(format!(
            "{count} records can't be in {} bytes",
            payload.len()
        )),
    }
}

fn encode_plain<T: Data>(plain: &PlainCodec, items: &[T], out: &mut Vec<u8>) {
    out.reserve(items.len() * plain.width());
    let mut piece: Vec<T> = Vec::with_capacity(items.len().min(PIECE));
    for records in items.chunks(PIECE) {
        // Plain records are copied by the block. The vector is what `Any` can give a type back to.
        piece.clear();
        piece.extend_from_slice(records);
        plain.encode(&piece, out);
    }
}

fn encode_records<T: Data>(items: &[T], out: &mut Vec<u8>) -> Result<(), String> {
    let start = out.len();
    let mut serializer = postcard::Serializer {
        output: Append(out),
    };
    for (index, item) in items.iter().enumerate() {
        item.serialize(&mut serializer)
            .map_err(|e| format!("record {index}: {e}"))?;
    }
    if out.len() == start {
        out.resize(start + items.len(), 0);
    }
    Ok(())
}

fn decode_records<T: Data>(count: usize, payload: &[u8], out: &mut Vec<T>) -> Result<(), String> {
    out.reserve(count.min(MAX_RESERVE_BYTES / size_of::<T>().max(1)));
    let mut deserializer = postcard::Deserializer::from_bytes(payload);
    for index in 0..count {
        let record =
            T::deserialize(&mut deserializer).map_err(|e| format!("record {index}: {e}"))?;
        out.push(record);
    }
    let rest = deserializer.finalize().map_err(|e| e.to_string())?;
    // A type that reads nothing for one record reads nothing for any: then the bytes are filler.
    let filler = rest.len() == payload.len() && rest.len() == count;
    if rest.is_empty() || filler {
        Ok(())
    } else {
        Err(format!(
            "{} bytes are left after {count} records",
            rest.len()
        ))
    }
}
