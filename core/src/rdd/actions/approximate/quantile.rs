//! Quantiles of the distributions that bounds of partial answers are made of.
//!
//! Each is computed from the distribution's own series, to about the precision of an `f64`; an
//! answer needs a few of them, so that some microseconds each don't matter.

use std::f64::consts::{FRAC_2_PI, FRAC_PI_2, PI};

/// Poisson means from here on are taken for normal with a correction, which is off by less than
/// one then.
const LARGE_MEAN: f64 = 1e6;

/// The `x` in `0..=most` where `f`, which rises, passes `target`.
fn bisect(most: f64, target: f64, f: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (0.0, most);
    loop {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            return middle;
        }
        if f(middle) < target {
            low = middle;
        } else {
            high = middle;
        }
    }
}

/// How many standard deviations around the mean hold `confidence` of a normal distribution.
/// Infinite for 1.
pub(super) fn normal_within(confidence: f64) -> f64 {
    if confidence >= 1.0 {
        return f64::INFINITY;
    }
    // 9 deviations hold all but 2e-19.
    bisect(9.0, confidence, |z| {
        // Abramowitz and Stegun 26.2.11, twice: all terms are positive.
        let (mut term, mut sum, mut odd) = (z, z, 1.0);
        while term > sum * 1e-18 {
            odd += 2.0;
            term *= z * z / odd;
            sum += term;
        }
        (2.0 / PI).sqrt() * (-0.5 * z * z).exp() * sum
    })
}

/// The same for Student's t distribution with so many degrees of freedom, at least 1.
pub(super) fn student_within(confidence: f64, freedom: u64) -> f64 {
    if confidence >= 1.0 {
        return f64::INFINITY;
    }
    // By the angle whose tangent is t / sqrt(n): Abramowitz and Stegun 26.7.3 and 26.7.4.
    let angle = bisect(FRAC_PI_2, confidence, |angle: f64| {
        let (sine, cosine) = angle.sin_cos();
        let odd = freedom % 2 == 1;
        let mut sum = 0.0;
        let mut term = if odd { cosine } else { 1.0 };
        let mut k = if odd { 2.0 } else { 1.0 };
        for _ in 0..freedom / 2 {
            sum += term;
            term *= cosine * cosine * k / (k + 1.0);
            k += 2.0;
        }
        if odd {
            FRAC_2_PI * (angle + sine * sum)
        } else {
            sine * sum
        }
    });
    (freedom as f64).sqrt() * angle.tan()
}

/// The bounds that hold `confidence` of a Poisson distribution of a positive mean: its quantiles at
/// `(1 - confidence) / 2` and `(1 + confidence) / 2`. The upper one is infinite for 1.
pub(super) fn poisson_within(confidence: f64, mean: f64) -> (f64, f64) {
    let (below, above) = ((1.0 - confidence) / 2.0, (1.0 + confidence) / 2.0);
    if mean < LARGE_MEAN {
        return (poisson_quantile(below, mean), poisson_quantile(above, mean));
    }
    // Cornish and Fisher's expansion to the second term.
    let z = normal_within(confidence);
    let at = |z: f64| {
        (mean + z * mean.sqrt() + (z * z - 1.0) / 6.0)
            .ceil()
            .max(0.0)
    };
    match z.is_finite() {
        true => (at(-z), at(z)),
        false => (0.0, f64::INFINITY),
    }
}

/// The least `k` that a Poisson number exceeds with a probability of at most `1 - p`.
fn poisson_quantile(p: f64, mean: f64) -> f64 {
    if p <= 0.0 {
        return 0.0;
    }
    if p >= 1.0 {
        return f64::INFINITY;
    }
    // Weights in proportion to that of the mode, as far as they matter: no factorials, and no
    // number too small for an `f64`.
    let mode = mean.floor();
    let (mut first, mut weight, mut total) = (mode, 1.0, 0.0);
    while first > 0.0 && weight > 1e-25 {
        weight *= first / mean;
        first -= 1.0;
        total += weight;
    }
    let at_first = weight;
    let (mut k, mut weight) = (mode, 1.0);
    while weight > 1e-25 {
        total += weight;
        k += 1.0;
        weight *= mean / k;
    }
    let (mut k, mut weight, mut seen) = (first, at_first, at_first);
    while seen < p * total && k < mode + 40.0 * (mean.sqrt() + 1.0) {
        k += 1.0;
        weight *= mean / k;
        seen += weight;
    }
    k
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() <= 1e-9 * b.abs().max(1.0)
    }

    /// Against tables.
    #[test]
    fn normal_and_student_quantiles_are_those_of_the_tables() {
        assert!(near(normal_within(0.95), 1.959_963_984_540_054));
        assert!(near(normal_within(0.99), 2.575_829_303_548_901));
        assert!(near(normal_within(0.5), 0.674_489_750_196_082));
        assert!(normal_within(0.0) < 1e-300 && normal_within(1.0).is_infinite());
        for (freedom, expected) in [
            (1, 12.706_204_736_174_7),
            (2, 4.302_652_729_749_46),
            (3, 3.182_446_305_283_71),
            (10, 2.228_138_851_986_27),
            (99, 1.984_216_951_586_42),
        ] {
            let t = student_within(0.95, freedom);
            assert!(near(t, expected), "{freedom}: {t}");
        }
        assert!(student_within(1.0, 5).is_infinite());
    }

    /// Against sums of the probabilities themselves.
    #[test]
    fn poisson_quantiles_split_the_distribution() {
        for mean in [0.1, 0.9, 1.0, 7.5, 40.0, 120.0] {
            for p in [0.001_f64, 0.025, 0.5, 0.8, 0.975, 0.9999] {
                let k = poisson_quantile(p, mean);
                let (mut weight, mut below, mut upto) = ((-mean).exp(), 0.0, (-mean).exp());
                for i in 1..=k as u32 {
                    weight *= mean / f64::from(i);
                    below = upto;
                    upto += weight;
                }
                assert!(below < p && p <= upto, "{mean} {p}: {k}");
            }
        }
        assert_eq!(poisson_quantile(0.0, 5.0), 0.0);
        assert!(poisson_quantile(1.0, 5.0).is_infinite());
    }

    /// Where the expansion takes over from the sums, both give the same to one.
    #[test]
    fn large_means_go_on_where_small_ones_end() {
        for confidence in [0.1, 0.5, 0.95, 0.999] {
            let (low, high) = poisson_within(confidence, LARGE_MEAN);
            let exact = |p| poisson_quantile(p, LARGE_MEAN);
            assert!((low - exact((1.0 - confidence) / 2.0)).abs() <= 1.0);
            assert!((high - exact((1.0 + confidence) / 2.0)).abs() <= 1.0);
        }
        assert_eq!(poisson_within(1.0, 1e9), (0.0, f64::INFINITY));
    }
}
