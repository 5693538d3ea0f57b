//! How deep bytes are nested as a message, told before they are decoded: [`decode`].
//!
//! Protocol Buffers are decoded by recursion, and prost's own limit of 100 is below what clients
//! send (a chain of 50 `withColumn` calls). So the limit is off, and bytes are walked first, with a
//! stack on the heap and the table of which fields hold messages.

use std::fmt;

use prost::bytes::Bytes;
use prost::{Message, Name};

include!(concat!(env!("OUT_DIR"), "/nesting.rs"));

/// Messages that are nested deeper are refused, as in Spark
/// (`spark.connect.grpc.marshallerRecursionLimit`).
pub const MAX_DEPTH: usize = 1024;

/// Stack that one level of nesting may take when it is decoded, in bytes. Measured: some 1.5 KiB in
/// programs that are not optimised.
const LEVEL_BYTES: usize = 8 << 10;

/// Stack that decoding takes anyway, in bytes.
const BASE_BYTES: usize = 256 << 10;

/// Why bytes are not a message.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeError {
    /// Messages in messages beyond [`MAX_DEPTH`].
    TooDeep,
    /// They are no message at all.
    Malformed(prost::DecodeError),
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DecodeError::TooDeep => write!(
                f,
                "a message is nested deeper than {MAX_DEPTH} levels: split the plan, for example by a \
                 checkpoint or a temporary view"
            ),
            DecodeError::Malformed(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for DecodeError {}

/// Decodes a message, however deep it is up to [`MAX_DEPTH`], on stack of its own where there is too
/// little.
///
/// # Errors
/// [`DecodeError`].
pub fn decode<M: Message + Default + Name>(bytes: Bytes) -> Result<M, DecodeError> {
    let depth = depth(&M::full_name(), &bytes);
    if depth > MAX_DEPTH {
        return Err(DecodeError::TooDeep);
    }
    let stack = BASE_BYTES + depth * LEVEL_BYTES;
    stacker::maybe_grow(stack, stack, || M::decode(bytes)).map_err(DecodeError::Malformed)
}

/// How many levels of messages the bytes hold as a message of that name, 1 without any inside. Bytes
/// that are no message are measured up to where they break; an unknown name has one level. The walk
/// ends one beyond [`MAX_DEPTH`].
pub fn depth(name: &str, bytes: &[u8]) -> usize {
    let Ok(root) = MESSAGES.binary_search_by(|(known, _)| (*known).cmp(name)) else {
        return 1;
    };
    let mut open = vec![Level {
        message: root,
        rest: bytes,
    }];
    let mut deepest = 1;
    while let Some(level) = open.last_mut() {
        match level.next_inner() {
            Some(inner) => {
                open.push(inner);
                deepest = deepest.max(open.len());
                if deepest > MAX_DEPTH {
                    break;
                }
            }
            None => {
                open.pop();
            }
        }
    }
    deepest
}

/// A message that is being walked.
struct Level<'a> {
    message: usize,
    rest: &'a [u8],
}

impl<'a> Level<'a> {
    /// The next message inside of this one, past the fields before it.
    fn next_inner(&mut self) -> Option<Level<'a>> {
        while !self.rest.is_empty() {
            let key = varint(&mut self.rest)?;
            match key & 7 {
                0 => {
                    varint(&mut self.rest)?;
                }
                1 => self.rest = self.rest.get(8..)?,
                5 => self.rest = self.rest.get(4..)?,
                2 => {
                    let length = usize::try_from(varint(&mut self.rest)?).ok()?;
                    let (content, rest) = self.rest.split_at_checked(length)?;
                    self.rest = rest;
                    let number = u32::try_from(key >> 3).ok()?;
                    let (_, fields) = MESSAGES[self.message];
                    if let Ok(at) = fields.binary_search_by_key(&number, |(number, _)| *number) {
                        return Some(Level {
                            message: usize::from(fields[at].1),
                            rest: content,
                        });
                    }
                }
                // Groups hold nothing that is decoded; what else there is fails to decode.
                _ => return None,
            }
        }
        None
    }
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spark::connect::{Filter, Relation, relation::RelType};

    /// Filters in filters, as bytes: two levels each, and one for the relation inside.
    fn nested(filters: usize) -> Bytes {
        let mut bytes = Vec::new();
        for _ in 0..filters {
            let mut outer = Vec::new();
            prost::encoding::bytes::encode(1, &bytes, &mut outer);
            let mut relation = Vec::new();
            prost::encoding::bytes::encode(4, &outer, &mut relation);
            bytes = relation;
        }
        bytes.into()
    }

    #[test]
    fn depth_counts_messages_and_not_text() {
        assert_eq!(depth("spark.connect.Relation", b""), 1);
        assert_eq!(depth("spark.connect.Relation", &nested(1)), 3);
        assert_eq!(depth("spark.connect.Relation", &nested(200)), 401);
        // The SQL text looks like a filter in a filter.
        let text = crate::spark::connect::Sql {
            query: String::from_utf8(nested(2).to_vec()).expect("ASCII"),
            ..Default::default()
        };
        assert_eq!(depth("spark.connect.SQL", &text.encode_to_vec()), 1);
    }

    #[test]
    fn s5_deep_messages_are_decoded_up_to_the_limit() {
        let mut relation: Relation = decode(nested(511)).expect("within the limit");
        let mut levels = 0;
        while let Some(RelType::Filter(filter)) = relation.rel_type.take() {
            let Filter { input, .. } = *filter;
            relation = input.map(|input| *input).unwrap_or_default();
            levels += 1;
        }
        assert_eq!(levels, 511);
        assert_eq!(decode::<Relation>(nested(512)), Err(DecodeError::TooDeep));
        let deep = nested(20_000);
        assert_eq!(decode::<Relation>(deep), Err(DecodeError::TooDeep));
    }

    #[test]
    fn broken_bytes_are_an_error() {
        let whole = nested(20);
        for cut in 1..whole.len() {
            assert!(matches!(
                decode::<Relation>(whole.slice(..cut)),
                Err(DecodeError::Malformed(_))
            ));
        }
        let endless = Bytes::from_static(&[0xff; 40]);
        assert!(decode::<Relation>(endless).is_err());
    }
}
