//! A uniform sample of fixed size from a stream of unknown length.

use super::xorshift::XorShiftRandom;

/// Keeps `size` of the records shown to it, each with the same probability, and counts them all.
///
/// The records kept, and their order, are those of Spark's `SamplingUtils.reservoirSampleAndCount`.
///
/// ```
/// use flint_core::sampling::Reservoir;
/// let (sample, count) = Reservoir::sample(0..1000, 10, 42);
/// assert_eq!((sample.len(), count), (10, 1000));
/// ```
#[derive(Clone, Debug)]
pub struct Reservoir<T> {
    kept: Vec<T>,
    size: usize,
    seen: u64,
    random: XorShiftRandom,
}

impl<T> Reservoir<T> {
    /// An empty reservoir for `size` records.
    pub fn new(size: usize, seed: i64) -> Self {
        Reservoir {
            kept: Vec::new(),
            size,
            seen: 0,
            random: XorShiftRandom::new(seed),
        }
    }

    /// Shows a record; it is cloned only if it is kept.
    pub fn offer(&mut self, record: &T)
    where
        T: Clone,
    {
        self.offer_with(|| record.clone());
    }

    /// Shows a record that is made only if it is kept.
    #[inline]
    pub fn offer_with(&mut self, record: impl FnOnce() -> T) {
        self.seen += 1;
        if self.kept.len() < self.size {
            self.kept.push(record());
            return;
        }
        // The record is kept with probability size / seen.
        let slot = (self.random.next_double() * self.seen as f64) as u64;
        if slot < self.size as u64 {
            self.kept[slot as usize] = record();
        }
    }

    /// The records kept, and how many were shown.
    pub fn finish(self) -> (Vec<T>, u64) {
        (self.kept, self.seen)
    }

    /// Samples an iterator to its end.
    pub fn sample(records: impl IntoIterator<Item = T>, size: usize, seed: i64) -> (Vec<T>, u64) {
        let mut reservoir = Self::new(size, seed);
        for record in records {
            reservoir.offer_with(|| record);
        }
        reservoir.finish()
    }
}
