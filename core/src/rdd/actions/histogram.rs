//! Histograms of numbers, by Spark's rules for what falls into which bucket.
//!
//! Buckets are closed below and open above, but the last one is closed. Even buckets are found by
//! arithmetic in constant time, others by binary search; the two differ where rounding puts a
//! number on the other side of a bound, as in Spark.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::statistics::{Number, larger, smaller};
use crate::error::{Error, Result};
use crate::rdd::Rdd;

/// Bounds of buckets, and how to find the bucket of a number.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Buckets {
    bounds: Vec<f64>,
    even: bool,
}

impl Buckets {
    fn count(&self) -> usize {
        self.bounds.len() - 1
    }

    #[inline]
    fn find(&self, x: f64) -> Option<usize> {
        match (x.is_nan(), self.even) {
            (true, _) => None,
            (_, true) => self.compute(x),
            (_, false) => self.search(x),
        }
    }

    #[inline]
    fn compute(&self, x: f64) -> Option<usize> {
        let (min, max) = (self.bounds[0], self.bounds[self.count()]);
        if x < min || x > max {
            return None;
        }
        // The conversion makes 0 of NaN, which a span of 0 gives, as Java's does.
        let bucket = (((x - min) / (max - min)) * self.count() as f64) as usize;
        Some(bucket.min(self.count() - 1))
    }

    /// Java's `Arrays.binarySearch`, step by step: which of several equal bounds is found decides
    /// the bucket.
    fn search(&self, x: f64) -> Option<usize> {
        let (mut low, mut high) = (0, self.bounds.len());
        while low < high {
            let middle = (low + high - 1) / 2;
            match self.bounds[middle].total_cmp(&x) {
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
                Ordering::Equal => return Some(middle.min(self.count() - 1)),
            }
        }
        (low > 0 && low < self.bounds.len()).then(|| low - 1)
    }
}

/// `count` even buckets from `min` to `max`.
fn even_bounds(min: f64, max: f64, count: usize) -> Vec<f64> {
    let span = max - min;
    let bound = |step: usize| min + (step as f64 * span) / count as f64;
    (0..count).map(bound).chain([max]).collect()
}

impl<T: Number> Rdd<T> {
    /// Bounds and counts of `bucket_count` even buckets between the smallest and the largest
    /// number. If all numbers are the same there is one bucket. Computes the RDD twice: cache it.
    ///
    /// # Errors
    /// [`Error::EmptyCollection`] without records; [`Error::Argument`] if there is a NaN or an
    /// infinite number, or if `bucket_count` is 0; what keeps a partition from being computed.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let (bounds, counts) = ctx.range(0, 51, 1, 2)?.histogram(2)?;
    /// assert_eq!(bounds, [0.0, 25.0, 50.0]);
    /// assert_eq!(counts, [25, 26]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn histogram(&self, bucket_count: usize) -> Result<(Vec<f64>, Vec<u64>)> {
        let ends = self.run_job(|_, records| {
            Ok(
                records.fold((f64::INFINITY, f64::NEG_INFINITY), |(min, max), x| {
                    let x = x.to_f64();
                    (smaller(min, x), larger(max, x))
                }),
            )
        })?;
        let merged = ends
            .into_iter()
            .reduce(|a, b| (smaller(a.0, b.0), larger(a.1, b.1)));
        let (min, max) = match merged {
            Some((min, max)) if min <= max || min.is_nan() => (min, max),
            _ => return Err(super::empty("histogram")),
        };
        if !min.is_finite() || !max.is_finite() {
            return Err(Error::argument(
                "bucket_count",
                "the RDD holds NaN or an infinite number: give the bounds of the buckets instead",
            ));
        }
        let bounds = if min == max {
            vec![min, min]
        } else {
            even_bounds(min, max, bucket_count)
        };
        let counts = self.histogram_with(&bounds, true)?;
        Ok((bounds, counts))
    }

    /// How many numbers fall into each of the buckets between the given bounds, which must be
    /// ascending. Numbers outside of the bounds, and NaN, are not counted. `even_buckets`: all
    /// buckets are equally wide, so that the right one can be computed instead of searched.
    ///
    /// # Errors
    /// [`Error::Argument`] for fewer than two bounds; what keeps a partition from being computed.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let counts = ctx.range(0, 51, 1, 2)?.histogram_with(&[0.0, 5.0, 25.0, 50.0], false)?;
    /// assert_eq!(counts, [5, 20, 26]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn histogram_with(&self, buckets: &[f64], even_buckets: bool) -> Result<Vec<u64>> {
        if buckets.len() < 2 {
            return Err(Error::argument(
                "buckets",
                format!("there must be at least two bounds, not {}", buckets.len()),
            ));
        }
        let buckets = Buckets {
            bounds: buckets.to_vec(),
            even: even_buckets,
        };
        let mut counts = vec![0; buckets.count()];
        let parts = self.with(buckets).run_job(|buckets, _, records| {
            let counts = vec![0_u64; buckets.count()];
            Ok(records.fold(counts, |mut counts, x| {
                if let Some(bucket) = buckets.find(x.to_f64()) {
                    counts[bucket] += 1;
                }
                counts
            }))
        })?;
        for part in parts {
            for (count, more) in counts.iter_mut().zip(part) {
                *count += more;
            }
        }
        Ok(counts)
    }
}
