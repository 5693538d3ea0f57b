//! Spark's `XORShiftRandom`: Marsaglia's 64-bit xorshift below the methods of `java.util.Random`.

use super::java_random::{BitSource, Random};

/// Spark's `XORShiftRandom`, behind `rand()`, `sample` and `repartition` alike.
///
/// ```
/// use flint_core::sampling::XorShiftRandom;
/// // What Spark SQL's documentation gives for `SELECT rand(0)`.
/// assert_eq!(XorShiftRandom::new(0).next_double(), 0.7604953758285915);
/// ```
pub type XorShiftRandom = Random<XorShift>;

/// The bits below [`XorShiftRandom`].
#[derive(Clone, Debug)]
pub struct XorShift(u64);

impl BitSource for XorShift {
    fn seeded(seed: i64) -> Self {
        XorShift(hash_seed(seed))
    }

    #[inline]
    fn next(&mut self, bits: u32) -> i32 {
        let mut x = self.0;
        x ^= x << 21;
        x ^= x >> 35;
        x ^= x << 4;
        self.0 = x;
        (x & ((1 << bits) - 1)) as i32
    }
}

/// Spreads the bits of a seed, so that near seeds start far apart: two rounds of Murmur3 over its
/// big-endian bytes.
fn hash_seed(seed: i64) -> u64 {
    /// Scala's `MurmurHash3.arraySeed`.
    const ARRAY_SEED: u32 = 0x3c07_4a61;
    let bytes = seed.to_be_bytes();
    let low = murmur3_bytes(&bytes, ARRAY_SEED);
    let high = murmur3_bytes(&bytes, low);
    (u64::from(high) << 32) | u64::from(low)
}

/// Scala's `MurmurHash3.bytesHash` (Murmur3 x86 32) of eight bytes.
fn murmur3_bytes(data: &[u8; 8], seed: u32) -> u32 {
    let (words, _) = data.as_chunks::<4>();
    let mut h = seed;
    for word in words {
        let k = u32::from_le_bytes(*word)
            .wrapping_mul(0xcc9e_2d51)
            .rotate_left(15)
            .wrapping_mul(0x1b87_3593);
        h = (h ^ k)
            .rotate_left(13)
            .wrapping_mul(5)
            .wrapping_add(0xe654_6b64);
    }
    h ^= data.len() as u32;
    h = (h ^ (h >> 16)).wrapping_mul(0x85eb_ca6b);
    h = (h ^ (h >> 13)).wrapping_mul(0xc2b2_ae35);
    h ^ (h >> 16)
}
