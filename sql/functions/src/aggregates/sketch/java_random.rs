//! [`JavaRandom`]: the generator of `java.util.Random`, as its documentation defines it.

/// A linear congruential generator of 48 bits.
#[derive(Debug, Clone)]
pub(super) struct JavaRandom(u64);

const MULTIPLIER: u64 = 0x5_deec_e66d;
const MASK: u64 = (1 << 48) - 1;

impl JavaRandom {
    pub(super) fn new(seed: i64) -> JavaRandom {
        JavaRandom((seed as u64 ^ MULTIPLIER) & MASK)
    }

    fn next(&mut self, bits: u32) -> i32 {
        self.0 = self.0.wrapping_mul(MULTIPLIER).wrapping_add(0xb) & MASK;
        (self.0 >> (48 - bits)) as i32
    }

    /// From 0 to the largest number, which is not among them.
    pub(super) fn next_below_largest(&mut self) -> i32 {
        loop {
            // Of 2^31 values one is left over.
            let found = self.next(31);
            if found < i32::MAX {
                return found;
            }
        }
    }

    /// From 0 to 1, which is not among them.
    pub(super) fn next_double(&mut self) -> f64 {
        let high = i64::from(self.next(26)) << 27;
        (high + i64::from(self.next(27))) as f64 / (1_i64 << 53) as f64
    }
}
