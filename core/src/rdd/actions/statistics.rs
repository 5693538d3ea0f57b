//! Statistics of numbers: [`StatCounter`], and the actions that are made of it.
//!
//! One pass by Welford's update; partitions are merged in their order by the formulas of Spark's
//! `StatCounter`, so that answers agree with Spark's to the last bit where Spark's own order of
//! merging is that of partitions.

use serde::{Deserialize, Serialize};

use super::empty;
use crate::data::Data;
use crate::error::Result;
use crate::rdd::Rdd;

mod sealed {
    pub trait Sealed {}
}

/// A primitive number: what `sum`, `stats` and `histogram` work on.
pub trait Number: Data + Copy + sealed::Sealed {
    /// The nearest `f64`.
    fn to_f64(self) -> f64;
}

macro_rules! number {
    ($($type:ty)*) => {$(
        impl sealed::Sealed for $type {}

        impl Number for $type {
            #[inline]
            fn to_f64(self) -> f64 {
                self as f64
            }
        }
    )*};
}

number!(i8 i16 i32 i64 isize u8 u16 u32 u64 usize f32 f64);

/// Java's `Math.max`: NaN if one is, and 0.0 is larger than -0.0.
#[inline]
pub(super) fn larger(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() {
        f64::NAN
    } else if a.total_cmp(&b).is_lt() {
        b
    } else {
        a
    }
}

/// Java's `Math.min`: NaN if one is, and -0.0 is smaller than 0.0.
#[inline]
pub(super) fn smaller(a: f64, b: f64) -> f64 {
    -larger(-a, -b)
}

/// Count, mean, variance, smallest and largest of some numbers: Spark's `StatCounter`.
///
/// Of no numbers the mean and sum are 0, the smallest is infinite, the largest negative infinite
/// and the variances are NaN. A NaN among the numbers makes everything but the count NaN.
///
/// ```
/// use flint_core::StatCounter;
/// let mut stats = StatCounter::from_iter([1.0, 2.0, 3.0]);
/// stats.merge(&StatCounter::from_iter([6.0]));
/// assert_eq!((stats.count(), stats.mean(), stats.max()), (4, 3.0, 6.0));
/// assert_eq!((stats.sum(), stats.min()), (12.0, 1.0));
/// assert_eq!((stats.variance(), stats.sample_variance()), (3.5, 14.0 / 3.0));
/// assert_eq!(stats.stdev(), stats.pop_variance().sqrt());
/// assert_eq!(stats.pop_stdev(), stats.stdev());
/// assert_eq!(stats.sample_stdev(), stats.sample_variance().sqrt());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct StatCounter {
    count: u64,
    mean: f64,
    /// Sum of the squared distances from the mean.
    squares: f64,
    max: f64,
    min: f64,
}

impl Default for StatCounter {
    fn default() -> Self {
        StatCounter {
            count: 0,
            mean: 0.0,
            squares: 0.0,
            max: f64::NEG_INFINITY,
            min: f64::INFINITY,
        }
    }
}

impl StatCounter {
    /// The statistics of no numbers.
    pub fn new() -> Self {
        StatCounter::default()
    }

    /// Takes one number in.
    #[inline]
    pub fn add(&mut self, value: f64) {
        let delta = value - self.mean;
        self.count += 1;
        self.mean += delta / self.count as f64;
        self.squares += delta * (value - self.mean);
        self.max = larger(self.max, value);
        self.min = smaller(self.min, value);
    }

    /// Takes the numbers of another counter in.
    pub fn merge(&mut self, other: &StatCounter) {
        if self.count == 0 {
            *self = *other;
            return;
        }
        if other.count == 0 {
            return;
        }
        let (n, m) = (self.count as f64, other.count as f64);
        let delta = other.mean - self.mean;
        // The mean of the larger side moves a little; sides of like size are averaged.
        self.mean = if other.count.saturating_mul(10) < self.count {
            self.mean + (delta * m) / (n + m)
        } else if self.count.saturating_mul(10) < other.count {
            other.mean - (delta * n) / (n + m)
        } else {
            (self.mean * n + other.mean * m) / (n + m)
        };
        self.squares += other.squares + (delta * delta * n * m) / (n + m);
        self.count += other.count;
        self.max = larger(self.max, other.max);
        self.min = smaller(self.min, other.min);
    }

    /// How many numbers.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Their mean.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// Their sum, as count times mean: [`Rdd::sum`] adds instead.
    pub fn sum(&self) -> f64 {
        self.count as f64 * self.mean
    }

    /// The largest.
    pub fn max(&self) -> f64 {
        self.max
    }

    /// The smallest.
    pub fn min(&self) -> f64 {
        self.min
    }

    /// The population variance; the same as [`pop_variance`](Self::pop_variance).
    pub fn variance(&self) -> f64 {
        self.pop_variance()
    }

    /// The population variance (divided by the count).
    pub fn pop_variance(&self) -> f64 {
        match self.count {
            0 => f64::NAN,
            n => self.squares / n as f64,
        }
    }

    /// The sample variance (divided by the count less one); NaN of fewer than two numbers.
    pub fn sample_variance(&self) -> f64 {
        match self.count {
            0 | 1 => f64::NAN,
            n => self.squares / (n - 1) as f64,
        }
    }

    /// The population standard deviation; the same as [`pop_stdev`](Self::pop_stdev).
    pub fn stdev(&self) -> f64 {
        self.pop_stdev()
    }

    /// The population standard deviation.
    pub fn pop_stdev(&self) -> f64 {
        self.pop_variance().sqrt()
    }

    /// The sample standard deviation; NaN of fewer than two numbers.
    pub fn sample_stdev(&self) -> f64 {
        self.sample_variance().sqrt()
    }
}

impl FromIterator<f64> for StatCounter {
    fn from_iter<I: IntoIterator<Item = f64>>(numbers: I) -> Self {
        let mut stats = StatCounter::new();
        numbers.into_iter().for_each(|x| stats.add(x));
        stats
    }
}

impl std::fmt::Display for StatCounter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "(count: {}, mean: {}, stdev: {}, max: {}, min: {})",
            self.count,
            self.mean,
            self.stdev(),
            self.max,
            self.min
        )
    }
}

impl<T: Number> Rdd<T> {
    /// The sum as an `f64`: from 0 in each partition, then over partitions in their order, so the
    /// same each time. Without records 0. For an exact sum of integers:
    /// [`reduce`](Self::reduce).
    ///
    /// # Errors
    /// What keeps a partition from being computed.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// assert_eq!(ctx.parallelize(vec![1.5, 2.5], 2).sum()?, 4.0);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn sum(&self) -> Result<f64> {
        let sums =
            self.run_job(|_, records| Ok(records.fold(0.0_f64, |sum, x| sum + x.to_f64())))?;
        Ok(sums.into_iter().fold(0.0, |a, b| a + b))
    }

    /// Count, mean, variance, smallest and largest in one pass.
    ///
    /// # Errors
    /// [`Error::EmptyCollection`](crate::Error::EmptyCollection) for an RDD without partitions, as
    /// in Spark (without records: see [`StatCounter`]); what keeps a partition from being
    /// computed.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let stats = ctx.parallelize(vec![1, 2, 3], 2).stats()?;
    /// assert_eq!((stats.count(), stats.mean(), stats.sample_stdev()), (3, 2.0, 1.0));
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn stats(&self) -> Result<StatCounter> {
        let parts = self.run_job(|_, records| {
            Ok(records.fold(StatCounter::new(), |mut stats, x| {
                stats.add(x.to_f64());
                stats
            }))
        })?;
        let merged = parts.into_iter().reduce(|mut a, b| {
            a.merge(&b);
            a
        });
        merged.ok_or_else(|| empty("stats"))
    }
}

macro_rules! of_stats {
    ($($(#[doc = $doc:literal])+ $name:ident = $answer:literal;)*) => {
        impl<T: Number> Rdd<T> {$(
            $(#[doc = $doc])+
            ///
            /// # Errors
            /// As [`stats`](Self::stats).
            ///
            /// ```
            /// use flint_core::Context;
            /// let ctx = Context::local("local[2]")?;
            #[doc = concat!(
                "assert_eq!(ctx.parallelize(vec![1, 3], 2).", stringify!($name), "()?, ",
                $answer, ");"
            )]
            /// # Ok::<(), flint_core::Error>(())
            /// ```
            #[track_caller]
            pub fn $name(&self) -> Result<f64> {
                Ok(self.stats()?.$name())
            }
        )*}
    };
}

of_stats! {
    /// The mean; 0 without records.
    mean = "2.0";
    /// The population variance; the same as [`pop_variance`](Self::pop_variance).
    variance = "1.0";
    /// The population standard deviation; the same as [`pop_stdev`](Self::pop_stdev).
    stdev = "1.0";
    /// The population variance; NaN without records.
    pop_variance = "1.0";
    /// The population standard deviation; NaN without records.
    pop_stdev = "1.0";
    /// The sample variance; NaN of fewer than two records.
    sample_variance = "2.0";
    /// The sample standard deviation; NaN of fewer than two records.
    sample_stdev = "2_f64.sqrt()";
}
