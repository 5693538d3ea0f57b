//! `java.util.Random`: the linear congruential generator ([`JavaRandom`]), and what the JDK's class
//! derives from any source of bits ([`Random`]).

use super::strict_log::strict_ln;

/// A stream of random bits, as `java.util.Random.next` gives them.
pub trait BitSource {
    /// A source that starts at a seed.
    fn seeded(seed: i64) -> Self;

    /// The next `bits` (1 to 32) random bits, sign-extended when 32.
    fn next(&mut self, bits: u32) -> i32;
}

/// Numbers drawn from a source of bits by the rules of `java.util.Random`.
#[derive(Clone, Debug)]
pub struct Random<B> {
    bits: B,
    /// The polar method makes gaussians in pairs: the second one waits here.
    spare_gaussian: Option<f64>,
}

/// `java.util.Random`.
///
/// ```
/// use flint_core::sampling::JavaRandom;
/// assert_eq!(JavaRandom::new(42).next_int(), -1170105035);
/// ```
pub type JavaRandom = Random<Lcg>;

impl<B: BitSource> Random<B> {
    /// A generator that starts at `seed`.
    pub fn new(seed: i64) -> Self {
        Random {
            bits: B::seeded(seed),
            spare_gaussian: None,
        }
    }

    /// Starts over at `seed`.
    pub fn set_seed(&mut self, seed: i64) {
        *self = Self::new(seed);
    }

    /// `nextInt()`: all 2^32 values.
    pub fn next_int(&mut self) -> i32 {
        self.bits.next(32)
    }

    /// `nextInt(bound)`: from 0 up to, but not including, `bound`.
    ///
    /// # Panics
    /// If `bound` is not positive.
    pub fn next_int_below(&mut self, bound: i32) -> i32 {
        assert!(
            bound > 0,
            "the bound of a random number must be positive, not {bound}"
        );
        let mut r = self.bits.next(31);
        if bound & (bound - 1) == 0 {
            return ((i64::from(bound) * i64::from(r)) >> 31) as i32;
        }
        // Draws again where the last, incomplete stretch of `bound` numbers was hit.
        let mut u = r;
        loop {
            r = u % bound;
            if u.wrapping_sub(r).wrapping_add(bound - 1) >= 0 {
                return r;
            }
            u = self.bits.next(31);
        }
    }

    /// `nextLong()`.
    pub fn next_long(&mut self) -> i64 {
        let high = i64::from(self.bits.next(32)) << 32;
        high.wrapping_add(i64::from(self.bits.next(32)))
    }

    /// `nextBoolean()`.
    pub fn next_boolean(&mut self) -> bool {
        self.bits.next(1) != 0
    }

    /// `nextDouble()`: from 0 up to, but not including, 1, in steps of 2^-53.
    pub fn next_double(&mut self) -> f64 {
        let high = i64::from(self.bits.next(26)) << 27;
        (high + i64::from(self.bits.next(27))) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// `nextGaussian()`: mean 0, standard deviation 1, by the polar method.
    pub fn next_gaussian(&mut self) -> f64 {
        if let Some(spare) = self.spare_gaussian.take() {
            return spare;
        }
        loop {
            let v1 = 2.0 * self.next_double() - 1.0;
            let v2 = 2.0 * self.next_double() - 1.0;
            let s = v1 * v1 + v2 * v2;
            if s < 1.0 && s != 0.0 {
                let multiplier = (-2.0 * strict_ln(s) / s).sqrt();
                self.spare_gaussian = Some(v2 * multiplier);
                return v1 * multiplier;
            }
        }
    }
}

/// The 48-bit linear congruential generator of `java.util.Random`.
#[derive(Clone, Debug)]
pub struct Lcg(u64);

impl Lcg {
    const MULTIPLIER: u64 = 0x5_DEEC_E66D;
    const INCREMENT: u64 = 0xB;
    const MASK: u64 = (1 << 48) - 1;
}

impl BitSource for Lcg {
    fn seeded(seed: i64) -> Self {
        Lcg((seed as u64 ^ Self::MULTIPLIER) & Self::MASK)
    }

    fn next(&mut self, bits: u32) -> i32 {
        self.0 = self
            .0
            .wrapping_mul(Self::MULTIPLIER)
            .wrapping_add(Self::INCREMENT)
            & Self::MASK;
        (self.0 >> (48 - bits)) as i32
    }
}
