//! MurmurHash3 of 128 bits for 64-bit machines, Austin Appleby's, of which sketches take the first half.

const FIRST: u64 = 0x87c3_7b91_1142_53d5;
const SECOND: u64 = 0x4cf5_ad43_2745_937f;

/// The first 64 bits of the hash of these bytes.
pub(super) fn hash(bytes: &[u8], seed: u64) -> u64 {
    let (mut first, mut second) = (seed, seed);
    let (blocks, rest) = bytes.as_chunks::<16>();
    for block in blocks {
        let [low, high] = halves(block);
        first = (first ^ mixed_low(low))
            .rotate_left(27)
            .wrapping_add(second);
        first = first.wrapping_mul(5).wrapping_add(0x52dc_e729);
        second = (second ^ mixed_high(high))
            .rotate_left(31)
            .wrapping_add(first);
        second = second.wrapping_mul(5).wrapping_add(0x3849_5ab5);
    }
    // What is left, as if zeros followed it, which change nothing.
    let mut block = [0; 16];
    block[..rest.len()].copy_from_slice(rest);
    let [low, high] = halves(&block);
    first ^= mixed_low(low) ^ bytes.len() as u64;
    second ^= mixed_high(high) ^ bytes.len() as u64;
    first = first.wrapping_add(second);
    second = second.wrapping_add(first);
    finished(first).wrapping_add(finished(second))
}

fn halves(block: &[u8; 16]) -> [u64; 2] {
    let both = u128::from_le_bytes(*block);
    [both as u64, (both >> 64) as u64]
}

fn mixed_low(value: u64) -> u64 {
    value
        .wrapping_mul(FIRST)
        .rotate_left(31)
        .wrapping_mul(SECOND)
}

fn mixed_high(value: u64) -> u64 {
    value
        .wrapping_mul(SECOND)
        .rotate_left(33)
        .wrapping_mul(FIRST)
}

/// The last steps, by which each bit hangs on all others.
pub(super) fn finished(mut hash: u64) -> u64 {
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ hash >> 33
}
