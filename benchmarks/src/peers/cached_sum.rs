//! Sum of numbers that lie in memory: bound by memory bandwidth.

use rayon::prelude::*;

/// Records a task takes at once: 512 KiB, far above what a task costs.
const CHUNK: usize = 1 << 16;

/// Sums a slice, wrapping on overflow, on all cores.
pub fn run(numbers: &[u64]) -> u64 {
    numbers
        .par_chunks(CHUNK)
        .map(|chunk| chunk.iter().fold(0_u64, |sum, n| sum.wrapping_add(*n)))
        .reduce(|| 0, u64::wrapping_add)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::numbers;

    #[test]
    fn equals_the_plain_sum() {
        for count in [0, 1, CHUNK - 1, CHUNK, 3 * CHUNK + 7] {
            let numbers = numbers(count, 5);
            assert_eq!(run(&numbers), numbers.iter().sum::<u64>());
        }
    }
}
