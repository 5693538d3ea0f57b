//! Inputs of the workloads: the same values for the same seed, on every run and machine.

mod records;
mod text;

pub use records::{HEAVY_KEYS, RECORD_BYTES, Records, Summary};
pub use text::{VOCABULARY, ZipfText};

/// The splitmix64 generator: one multiplication chain a draw, and every seed is a good seed.
#[derive(Clone, Debug)]
pub struct SplitMix64 {
    state: u64,
}

impl SplitMix64 {
    /// A generator whose draws follow from `seed` alone.
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `bound`, by multiplication and shift; the bias is `bound / 2^64`.
    ///
    /// # Panics
    /// If `bound` is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        assert!(bound > 0, "no number is below 0");
        let product = u128::from(self.next_u64()) * u128::from(bound);
        (product >> 64) as u64
    }

    /// A float in `0.0..1.0` with 53 random bits.
    pub fn unit(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// `count` pairs whose keys are spread evenly over `0..keys`. Values stay below 2^24, so that sums
/// do not overflow.
///
/// # Panics
/// If `keys` is 0 and `count` is not.
pub fn pairs(count: usize, keys: u64, seed: u64) -> Vec<(u64, u64)> {
    let mut random = SplitMix64::new(seed);
    (0..count)
        .map(|_| (random.below(keys), random.next_u64() >> 40))
        .collect()
}

/// `count` pairs of 64 random bits and their position: an input for sorting, in which equal keys
/// hardly occur.
pub fn unsorted_pairs(count: usize, seed: u64) -> Vec<(u64, u64)> {
    let mut random = SplitMix64::new(seed);
    (0..count as u64).map(|i| (random.next_u64(), i)).collect()
}

/// `count` numbers below 2^32, whose sum cannot overflow.
pub fn numbers(count: usize, seed: u64) -> Vec<u64> {
    let mut random = SplitMix64::new(seed);
    (0..count).map(|_| random.next_u64() >> 32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_those_of_the_published_generator() {
        let mut random = SplitMix64::new(1_234_567);
        let draws = [(); 3].map(|()| random.next_u64());
        assert_eq!(
            draws,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423
            ]
        );
    }

    #[test]
    fn bounds_hold() {
        let mut random = SplitMix64::new(7);
        assert!((0..1_000).all(|_| random.below(3) < 3));
        assert!((0..1_000).all(|_| (0.0..1.0).contains(&random.unit())));
    }

    #[test]
    fn one_seed_gives_one_input() {
        assert_eq!(pairs(100, 10, 1), pairs(100, 10, 1));
        assert_ne!(pairs(100, 10, 1), pairs(100, 10, 2));
        assert!(pairs(1_000, 10, 1).iter().all(|&(key, _)| key < 10));
        assert_eq!(unsorted_pairs(3, 1)[2].1, 2);
        assert!(numbers(100, 1).iter().all(|&n| n < 1 << 32));
    }
}
