//! Fractions derived from what a user asks for: a sample's size, or the weights of a split.

/// A fraction with which a sample of `total` records has at least `size` ones, with probability
/// 0.9999 (`SamplingUtils.computeFractionForSampleSize`).
///
/// ```
/// use flint_core::sampling::fraction_for_sample_size;
/// let fraction = fraction_for_sample_size(100, 10_000, false);
/// assert!(fraction > 0.01 && fraction < 0.02);
/// ```
pub fn fraction_for_sample_size(size: u32, total: u64, with_replacement: bool) -> f64 {
    let size = f64::from(size);
    let total = total as f64;
    if with_replacement {
        return poisson_upper_bound(size) / total;
    }
    let fraction = size / total;
    let gamma = -(1e-4f64).ln() / total;
    let bound = fraction + gamma + (gamma * gamma + 2.0 * gamma * fraction).sqrt();
    bound.clamp(1e-10, 1.0)
}

/// A mean whose Poisson distribution hardly ever falls below `size`.
fn poisson_upper_bound(size: f64) -> f64 {
    let deviations = if size < 6.0 {
        12.0
    } else if size < 16.0 {
        9.0
    } else {
        6.0
    };
    (size + deviations * size.sqrt()).max(1e-10)
}

/// The cells of `0.0..1.0` that `random_split(weights)` gives to its parts, in order.
///
/// ```
/// use flint_core::sampling::split_ranges;
/// assert_eq!(split_ranges(&[1.0, 3.0]), [(0.0, 0.25), (0.25, 1.0)]);
/// ```
pub fn split_ranges(weights: &[f64]) -> Vec<(f64, f64)> {
    let sum: f64 = weights.iter().sum();
    let mut lower = 0.0;
    weights
        .iter()
        .map(|weight| {
            let upper = lower + weight / sum;
            (std::mem::replace(&mut lower, upper), upper)
        })
        .collect()
}
