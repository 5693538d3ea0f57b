//! map, filter, map, sum over the numbers below n: the cost of a chain of operators.
//!
//! Three flavours differ in what the closures cost, because that decides what a framework may add to
//! a record before it shows: nothing when the whole chain vectorises ([`Vectorised`]), little beside
//! a division ([`Dividing`]), a nanosecond beside closures of 20 ns ([`Costly`]). Their functions
//! capture nothing, are public, so that the other side runs the very same ones, and are marked for
//! inlining, without which no loop of another crate could be vectorised.

use rayon::prelude::*;

/// The functions of one flavour.
pub trait Chain {
    /// The first map.
    fn first(x: u64) -> u64;
    /// The filter.
    fn keep(x: &u64) -> bool;
    /// The second map.
    fn last(x: u64) -> u64;
}

/// Additions, masks and exclusive or: instructions that the oldest x86-64 has for vectors of 64-bit
/// numbers, so that the compiler vectorises the fused loop without being told of a newer processor.
/// The filter keeps every second record.
#[derive(Clone, Copy, Debug)]
pub struct Vectorised;

impl Chain for Vectorised {
    #[inline]
    fn first(x: u64) -> u64 {
        x + 7
    }

    #[inline]
    fn keep(x: &u64) -> bool {
        x & 1 == 0
    }

    #[inline]
    fn last(x: u64) -> u64 {
        x ^ 0x55
    }
}

/// The first map divides by a number that only the run knows.
#[derive(Clone, Copy, Debug)]
pub struct Dividing;

impl Chain for Dividing {
    #[inline]
    fn first(x: u64) -> u64 {
        (x << 8) / ((x & 15) + 1)
    }

    #[inline]
    fn keep(x: &u64) -> bool {
        x & 3 != 0
    }

    #[inline]
    fn last(x: u64) -> u64 {
        (x >> 1) + 7
    }
}

/// The first map takes about 20 ns, the others next to nothing.
#[derive(Clone, Copy, Debug)]
pub struct Costly;

impl Chain for Costly {
    #[inline]
    fn first(x: u64) -> u64 {
        let mut z = x;
        for _ in 0..COSTLY_ROUNDS {
            z = (z ^ (z >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        }
        z >> 32
    }

    #[inline]
    fn keep(x: &u64) -> bool {
        x & 3 != 0
    }

    #[inline]
    fn last(x: u64) -> u64 {
        (x >> 1) + 7
    }
}

/// Multiplications, each of which waits for the one before: about 20 ns on a server of 2024.
const COSTLY_ROUNDS: u32 = 40;

/// Runs the chain over `0..n` on all cores and sums what is left, wrapping on overflow.
pub fn run<C: Chain>(n: u64) -> u64 {
    (0..n)
        .into_par_iter()
        .map(C::first)
        .filter(C::keep)
        .map(C::last)
        .fold(|| 0, u64::wrapping_add)
        .reduce(|| 0, u64::wrapping_add)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plainly<C: Chain>(n: u64) -> u64 {
        let mut sum = 0_u64;
        for x in 0..n {
            let x = C::first(x);
            if C::keep(&x) {
                sum = sum.wrapping_add(C::last(x));
            }
        }
        sum
    }

    #[test]
    fn equals_a_plain_loop() {
        for n in [0, 1, 2, 1_000, 70_001] {
            assert_eq!(run::<Vectorised>(n), plainly::<Vectorised>(n));
            assert_eq!(run::<Dividing>(n), plainly::<Dividing>(n));
            assert_eq!(run::<Costly>(n), plainly::<Costly>(n));
        }
    }
}
