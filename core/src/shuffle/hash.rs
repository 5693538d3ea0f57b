//! The hash of keys: fixed for ever, the same in every process and build.
//!
//! Partitioning, joins across executors and the order of spilled runs all depend on it, so it must
//! never change: test vectors pin it.
//!
//! # The algorithm
//! The state is one `u64`, which starts at [`SEED`] and is the result. `fold(a, b)` is the 128-bit
//! product of `a` and `b`, its two halves combined by xor. All arithmetic wraps.
//!
//! - An integer of up to 64 bits is zero-extended to `x`, and `state = fold(state ^ x, WORD)`;
//!   `usize` and `isize` count as 64 bits. 128 bits are two such steps, low half first.
//! - A string of `n` bytes: `state = state + n * LENGTH`; then, while more than 16 bytes are left,
//!   the next 16 as two little-endian words `lo`, `hi`: `state = fold(state ^ lo, hi ^ BYTES)`; then
//!   the same with the last 16 bytes (which may overlap those before). Of fewer than 17 bytes in
//!   all, `lo` and `hi` are the first and the last 8 bytes if there are 8, the first and the last 4
//!   if there are 4; else `lo` holds the first, middle (`n / 2`) and last byte in bits 0-7, 8-15 and
//!   16-23, and `hi` is 0. Of no byte, both are 0.
//! - What is hashed for a type is what its `Hash` implementation says: a `str` is its bytes and then
//!   the integer 0xff, a tuple its parts one after the other, a slice its length and its items (of
//!   integers, their bytes in memory as one string: the one place where byte order shows).
//!
//! The folded multiplication mixes all input bits into the low as well as the high bits of the
//! result. It is no protection against keys made to collide.
//!
//! Cost: about a nanosecond for a `u64`, two for a pair or a short string, then 16 bytes a step.

use std::hash::{BuildHasher, Hash, Hasher};

/// Where the state starts. This and the other constants are binary digits of pi.
const SEED: u64 = 0x243F_6A88_85A3_08D3;
/// Multiplies integers.
const WORD: u64 = 0xC0AC_29B7_C97C_50DD;
/// Combined with every second word of a string.
const BYTES: u64 = 0x4528_21E6_38D0_1377;
/// Multiplies the length of a string.
const LENGTH: u64 = 0x1319_8A2E_0370_7345;

/// The 128-bit product of two words, folded to one.
#[inline]
pub(crate) const fn fold(a: u64, b: u64) -> u64 {
    let product = (a as u128) * (b as u128);
    (product as u64) ^ ((product >> 64) as u64)
}

/// The hasher of the algorithm above.
#[derive(Clone, Copy, Debug)]
pub struct FlintHasher {
    state: u64,
}

impl FlintHasher {
    /// A hasher that has seen nothing.
    #[inline]
    pub const fn new() -> Self {
        FlintHasher { state: SEED }
    }

    #[inline]
    fn words(&mut self, lo: u64, hi: u64) {
        self.state = fold(self.state ^ lo, hi ^ BYTES);
    }
}

impl Default for FlintHasher {
    fn default() -> Self {
        Self::new()
    }
}

impl Hasher for FlintHasher {
    #[inline]
    fn finish(&self) -> u64 {
        self.state
    }

    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        self.state = self
            .state
            .wrapping_add((bytes.len() as u64).wrapping_mul(LENGTH));
        if bytes.len() > 16 {
            return write_long(self, bytes);
        }
        let (lo, hi) = if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk())
        {
            (u64::from_le_bytes(*first), u64::from_le_bytes(*last))
        } else if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
            (
                u64::from(u32::from_le_bytes(*first)),
                u64::from(u32::from_le_bytes(*last)),
            )
        } else if let [first, .., last] | [first @ last] = bytes {
            let middle = bytes[bytes.len() / 2];
            (
                u64::from(*first) | u64::from(middle) << 8 | u64::from(*last) << 16,
                0,
            )
        } else {
            (0, 0)
        };
        self.words(lo, hi);
    }

    #[inline]
    fn write_u8(&mut self, i: u8) {
        self.write_u64(u64::from(i));
    }

    #[inline]
    fn write_u16(&mut self, i: u16) {
        self.write_u64(u64::from(i));
    }

    #[inline]
    fn write_u32(&mut self, i: u32) {
        self.write_u64(u64::from(i));
    }

    #[inline]
    fn write_u64(&mut self, i: u64) {
        self.state = fold(self.state ^ i, WORD);
    }

    #[inline]
    fn write_u128(&mut self, i: u128) {
        self.write_u64(i as u64);
        self.write_u64((i >> 64) as u64);
    }

    #[inline]
    fn write_usize(&mut self, i: usize) {
        self.write_u64(i as u64);
    }
}

/// Strings of more than 16 bytes: kept out of line, so that short ones inline well.
fn write_long(hasher: &mut FlintHasher, bytes: &[u8]) {
    let word = |at: usize| {
        let part = bytes[at..]
            .first_chunk()
            .expect("a step starts 16 bytes before the end or earlier");
        u64::from_le_bytes(*part)
    };
    let last = bytes.len() - 16;
    for at in (0..last).step_by(16) {
        hasher.words(word(at), word(at + 8));
    }
    hasher.words(word(last), word(last + 8));
}

/// Makes [`FlintHasher`]s, for hash maps whose order must not depend on the process.
///
/// ```
/// use std::collections::HashMap;
/// use flint_core::shuffle::FlintBuildHasher;
/// let mut counts: HashMap<&str, u64, FlintBuildHasher> = HashMap::default();
/// counts.insert("a", 1);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct FlintBuildHasher;

impl BuildHasher for FlintBuildHasher {
    type Hasher = FlintHasher;

    #[inline]
    fn build_hasher(&self) -> FlintHasher {
        FlintHasher::new()
    }
}

/// The hash of a key.
///
/// ```
/// assert_eq!(flint_core::shuffle::hash_of(&1u64), flint_core::shuffle::hash_of(&1u64));
/// ```
#[inline]
pub fn hash_of<K: Hash + ?Sized>(key: &K) -> u64 {
    let mut hasher = FlintHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_never_change() {
        assert_eq!(hash_of(&0u64), 0xa397_8833_6454_f7d1);
        assert_eq!(hash_of(&1u64), 0xe363_becb_5dd8_44bf);
        assert_eq!(hash_of(&u64::MAX), 0x23e7_64a3_5754_f619);
        assert_eq!(hash_of(&-1i32), 0x5095_6df1_e9ab_7733);
        assert_eq!(hash_of(&(1u64, 2u64)), 0x9ca1_5692_a662_941c);
        assert_eq!(hash_of(&(1u128 << 64 | 7)), 0xc70b_c1a2_ae4e_5793);
        assert_eq!(hash_of(""), 0x40ce_b69c_d7ae_13e4);
        assert_eq!(hash_of("a"), 0x651c_5a25_994f_4900);
        assert_eq!(hash_of("abc"), 0xc679_9096_544c_1df6);
        assert_eq!(hash_of("spark"), 0xd2fd_e6b3_6277_298d);
        assert_eq!(hash_of("partition"), 0x281b_10e5_408d_06c4);
        assert_eq!(hash_of("sixteen bytes ok"), 0xc574_3acc_8380_9c93);
        assert_eq!(
            hash_of("resilient distributed dataset"),
            0xbd87_564a_96a1_6eed
        );
        assert_eq!(
            hash_of("the quick brown fox jumps over the lazy dog"),
            0x01ff_174d_37e5_63a8
        );
        assert_eq!(hash_of(&Some("x".to_owned())), 0x2d4b_2181_62fc_6b55);
    }

    #[test]
    fn widths_do_not_matter_and_references_do_not_either() {
        assert_eq!(hash_of(&7u8), hash_of(&7u64));
        assert_eq!(hash_of(&7usize), hash_of(&7u64));
        assert_eq!(hash_of(&"key"), hash_of(&"key".to_owned()));
    }

    /// The keys of one kind, as their hashes.
    fn kinds() -> Vec<(&'static str, Vec<u64>)> {
        const N: u64 = 1 << 16;
        let of = |f: fn(u64) -> u64| (0..N).map(f).collect();
        vec![
            ("sequence", of(|i| hash_of(&i))),
            ("multiples of 4096", of(|i| hash_of(&(i << 12)))),
            ("high bits", of(|i| hash_of(&(i << 48)))),
            ("floats", of(|i| hash_of(&(i as f64).to_bits()))),
            ("pairs", of(|i| hash_of(&(i >> 8, i & 255)))),
            (
                "small pairs of i32",
                of(|i| hash_of(&((i >> 8) as i32 - 128, (i & 255) as i32))),
            ),
            ("decimal strings", of(|i| hash_of(i.to_string().as_str()))),
            (
                "padded strings",
                of(|i| hash_of(format!("user-{i:012}").as_str())),
            ),
            (
                "long strings",
                of(|i| hash_of(format!("{i:08x}{}", "-".repeat(40)).as_str())),
            ),
            (
                "three bytes",
                of(|i| hash_of(&[i as u8, (i >> 8) as u8, 0][..])),
            ),
        ]
    }

    #[test]
    fn low_and_high_bits_are_even() {
        for (kind, hashes) in kinds() {
            for (part, shift) in [("low", 0), ("bit 20", 20), ("bit 32", 32), ("high", 54)] {
                let mut buckets = [0f64; 1024];
                for hash in &hashes {
                    buckets[(hash >> shift) as usize & 1023] += 1.0;
                }
                let expected = hashes.len() as f64 / 1024.0;
                let chi2: f64 = buckets
                    .iter()
                    .map(|n| (n - expected).powi(2) / expected)
                    .sum();
                // 1023 degrees of freedom: mean 1023, deviation 45. Being more even than chance
                // does no harm.
                assert!(chi2 < 1023.0 + 8.0 * 45.0, "{kind}, {part}: chi2 {chi2:.0}");
            }
        }
    }

    #[test]
    fn different_keys_hardly_collide() {
        for (kind, mut hashes) in kinds() {
            let before = hashes.len();
            hashes.sort_unstable();
            hashes.dedup();
            assert_eq!(hashes.len(), before, "{kind}");
        }
    }

    #[test]
    fn boundaries_of_strings_matter() {
        let mut seen: Vec<u64> = (0..64).map(|n| hash_of("a".repeat(n).as_str())).collect();
        seen.extend((0..64).map(|n| hash_of("\0".repeat(n + 1).as_str())));
        seen.extend([
            hash_of(&("ab", "c")),
            hash_of(&("a", "bc")),
            hash_of("`aaaaaaaa"),
        ]);
        let before = seen.len();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), before);
    }
}
