//! MurmurHash3 for 32 bits, as Spark has it: bytes behind the last four go in one by one.

use super::row_hash::RowHash;

/// MurmurHash3.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Murmur3;

impl RowHash for Murmur3 {
    type State = u32;

    fn int(value: i32, seed: u32) -> u32 {
        finish(mixed(seed, value), 4)
    }

    fn long(value: i64, seed: u32) -> u32 {
        let low = mixed(seed, value as i32);
        finish(mixed(low, (value >> 32) as i32), 8)
    }

    fn bytes(bytes: &[u8], seed: u32) -> u32 {
        let (words, rest) = bytes.as_chunks::<4>();
        let hash = words
            .iter()
            .fold(seed, |hash, word| mixed(hash, i32::from_le_bytes(*word)));
        let hash = rest
            .iter()
            .fold(hash, |hash, byte| mixed(hash, i32::from(*byte as i8)));
        finish(hash, bytes.len() as u32)
    }
}

fn mixed(hash: u32, value: i32) -> u32 {
    let value = (value as u32)
        .wrapping_mul(0xcc9e_2d51)
        .rotate_left(15)
        .wrapping_mul(0x1b87_3593);
    (hash ^ value)
        .rotate_left(13)
        .wrapping_mul(5)
        .wrapping_add(0xe654_6b64)
}

fn finish(hash: u32, length: u32) -> u32 {
    let mut hash = hash ^ length;
    hash = (hash ^ hash >> 16).wrapping_mul(0x85eb_ca6b);
    hash = (hash ^ hash >> 13).wrapping_mul(0xc2b2_ae35);
    hash ^ hash >> 16
}
