//! Evaluators: from the answers of some partitions to an answer about all, with bounds.
//!
//! The formulas are those of Spark 4.3's `CountEvaluator`, `SumEvaluator`, `MeanEvaluator` and
//! `GroupedCountEvaluator`: what was not seen is taken to be like what was. After a share `p` of
//! the partitions with `n` records, the count of the rest is Poisson distributed with the mean
//! `n (1 - p) / p`; the mean of the rest is normally distributed, or by Student's t for up to 100
//! records.

use std::collections::{BTreeMap, HashMap};

use super::partial_result::BoundedDouble;
use super::quantile::{normal_within, poisson_within, student_within};
use crate::data::{Data, Key};
use crate::rdd::StatCounter;

/// Up to so many records Student's distribution is used instead of the normal one.
const SMALL_SAMPLE: u64 = 100;

/// Merges the answers of partitions as they arrive, in no particular order.
pub(super) trait Evaluator: Send + 'static {
    /// What a partition answers.
    type Part: Data;
    /// What is known of the whole.
    type Answer: Clone + Send + 'static;

    fn merge(&mut self, partition: u32, part: Self::Part);
    fn current(&self) -> Self::Answer;
}

/// How many partitions there are, how many are done, and the confidence that is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Progress {
    total: usize,
    merged: usize,
    confidence: f64,
}

impl Progress {
    pub(super) fn new(total: usize, confidence: f64) -> Self {
        Progress {
            total,
            merged: 0,
            confidence,
        }
    }

    fn all(&self) -> bool {
        self.merged == self.total
    }

    /// The share of partitions that are done.
    fn share(&self) -> f64 {
        self.merged as f64 / self.total as f64
    }

    /// The count of all partitions when those that are done have `seen`.
    fn count(&self, seen: u64) -> BoundedDouble {
        let seen_so_far = seen as f64;
        if self.all() {
            return BoundedDouble::exactly(seen_so_far);
        }
        if seen == 0 {
            return BoundedDouble {
                mean: 0.0,
                confidence: 0.0,
                low: 0.0,
                high: f64::INFINITY,
            };
        }
        let rest = seen_so_far * (1.0 - self.share()) / self.share();
        let (low, high) = poisson_within(self.confidence, rest);
        BoundedDouble {
            mean: seen_so_far + rest,
            confidence: self.confidence,
            low: seen_so_far + low,
            high: seen_so_far + high,
        }
    }

    /// Standard deviations of a mean of `count` records that hold the confidence.
    fn deviations(&self, count: u64) -> f64 {
        match count > SMALL_SAMPLE {
            true => normal_within(self.confidence),
            false => student_within(self.confidence, count - 1),
        }
    }
}

/// Nothing is known.
const UNKNOWN: BoundedDouble = BoundedDouble {
    mean: 0.0,
    confidence: 0.0,
    low: f64::NEG_INFINITY,
    high: f64::INFINITY,
};

/// `count_approx`.
pub(super) struct Count {
    progress: Progress,
    seen: u64,
}

impl Count {
    pub(super) fn new(progress: Progress) -> Self {
        Count { progress, seen: 0 }
    }
}

impl Evaluator for Count {
    type Part = u64;
    type Answer = BoundedDouble;

    fn merge(&mut self, _: u32, part: u64) {
        self.progress.merged += 1;
        self.seen += part;
    }

    fn current(&self) -> BoundedDouble {
        self.progress.count(self.seen)
    }
}

/// `count_by_value_approx` and `count_by_key_approx`.
pub(super) struct GroupedCount<K> {
    progress: Progress,
    seen: HashMap<K, u64>,
}

impl<K: Key> GroupedCount<K> {
    pub(super) fn new(progress: Progress) -> Self {
        GroupedCount {
            progress,
            seen: HashMap::new(),
        }
    }
}

impl<K: Key> Evaluator for GroupedCount<K> {
    type Part = Vec<(K, u64)>;
    type Answer = HashMap<K, BoundedDouble>;

    fn merge(&mut self, _: u32, part: Vec<(K, u64)>) {
        self.progress.merged += 1;
        for (key, n) in part {
            *self.seen.entry(key).or_default() += n;
        }
    }

    fn current(&self) -> HashMap<K, BoundedDouble> {
        let bounded = |(key, n): (&K, &u64)| (key.clone(), self.progress.count(*n));
        self.seen.iter().map(bounded).collect()
    }
}

/// The statistics of partitions, merged in their order whatever order they came in, so that the
/// final value is the same each time.
struct Statistics {
    progress: Progress,
    parts: BTreeMap<u32, StatCounter>,
}

impl Statistics {
    fn merge(&mut self, partition: u32, part: StatCounter) {
        self.progress.merged += 1;
        self.parts.insert(partition, part);
    }

    fn merged(&self) -> StatCounter {
        let mut all = StatCounter::new();
        self.parts.values().for_each(|part| all.merge(part));
        all
    }
}

/// `mean_approx`.
pub(super) struct Mean(Statistics);

impl Mean {
    pub(super) fn new(progress: Progress) -> Self {
        let parts = BTreeMap::new();
        Mean(Statistics { progress, parts })
    }
}

impl Evaluator for Mean {
    type Part = StatCounter;
    type Answer = BoundedDouble;

    fn merge(&mut self, partition: u32, part: StatCounter) {
        self.0.merge(partition, part);
    }

    fn current(&self) -> BoundedDouble {
        let (progress, stats) = (&self.0.progress, self.0.merged());
        let mean = stats.mean();
        if progress.all() {
            return BoundedDouble::exactly(mean);
        }
        let off = match stats.count() {
            0 => return UNKNOWN,
            1 => f64::INFINITY,
            n => progress.deviations(n) * (stats.sample_variance() / n as f64).sqrt(),
        };
        BoundedDouble {
            mean,
            confidence: progress.confidence,
            low: mean - off,
            high: mean + off,
        }
    }
}

/// `sum_approx`.
pub(super) struct Sum(Statistics);

impl Sum {
    pub(super) fn new(progress: Progress) -> Self {
        let parts = BTreeMap::new();
        Sum(Statistics { progress, parts })
    }
}

impl Evaluator for Sum {
    type Part = StatCounter;
    type Answer = BoundedDouble;

    fn merge(&mut self, partition: u32, part: StatCounter) {
        self.0.merge(partition, part);
    }

    fn current(&self) -> BoundedDouble {
        let (progress, stats) = (&self.0.progress, self.0.merged());
        if progress.all() {
            return BoundedDouble::exactly(stats.sum());
        }
        if stats.count() == 0 {
            return UNKNOWN;
        }
        let share = progress.share();
        let (n, mean) = (stats.count() as f64, stats.mean());
        // The rest: the product of two estimates, of its count and of its mean.
        let count = n * (1.0 - share) / share;
        let rest = mean * count;
        let mean_variance = stats.sample_variance() / n;
        let off = if mean_variance.is_nan() {
            f64::INFINITY
        } else {
            let count_variance = n * (1.0 - share) / (share * share);
            let variance = mean * mean * count_variance
                + count * count * mean_variance
                + mean_variance * count_variance;
            progress.deviations(stats.count()) * variance.sqrt()
        };
        let sum = stats.sum();
        BoundedDouble {
            mean: sum + rest,
            confidence: progress.confidence,
            low: sum + (rest - off),
            high: sum + (rest + off),
        }
    }
}
