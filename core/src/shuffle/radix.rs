//! A stable sort for records that own nothing on the heap and whose keys have a numeric
//! [`prefix`](super::KeyOrder::prefix).
//!
//! Two rounds of distributing by the leading bits in which prefixes differ, then a comparison sort
//! of the few records that are still together (most significant digit first: McIlroy, Bostic,
//! McIlroy, "Engineering Radix Sort", 1993). The first round makes buckets that fit in the second
//! cache; the second works within them. Both keep the order of equal digits, and the last sort is
//! stable, so the whole is.
//!
//! Keys that crowd together make buckets and groups large. Those fall to the comparison sort, so
//! no input is worse than `n log n`. A sorted input is seen at once.
//!
//! Cost: four passes over the records and scratch space for as many, about half the time of
//! [`slice::sort_by`] for ten million pairs of 64-bit numbers.

use std::cmp::Ordering;

/// Fewer records than this are sorted by comparing.
pub(super) const WORTHWHILE: usize = 1 << 13;

/// Leading bits of the first round.
const FIRST_BITS: u32 = 10;

/// Most leading bits of the second round: its counters fit in the first cache.
const SECOND_BITS: u32 = 12;

/// Records that the second round aims to leave together.
const GROUP: usize = 2;

/// Sorts `records` by `compare`. `prefix` must not decrease from a record to a greater one. Keeps
/// the order of equal records.
pub(super) fn sort<T: Clone>(
    records: &mut [T],
    prefix: impl Fn(&T) -> u64,
    compare: impl Fn(&T, &T) -> Ordering,
) {
    let in_order = |a: &T, b: &T| compare(a, b) != Ordering::Greater;
    if records.len() < WORTHWHILE || records.is_sorted_by(in_order) {
        records.sort_by(compare);
        return;
    }
    let (low, high) = records
        .iter()
        .map(&prefix)
        .fold((u64::MAX, 0), |(l, h), p| (l.min(p), h.max(p)));
    let shift = (u64::BITS - (high - low).leading_zeros()).saturating_sub(FIRST_BITS);
    let offset = |record: &T| prefix(record) - low;

    let mut scratch = records.to_vec();
    let mut ends = Vec::new();
    let first = |record: &T| (offset(record) >> shift) as usize;
    distribute(records, &mut scratch, &mut ends, 1 << FIRST_BITS, first);

    let (mut start, mut group_ends) = (0, Vec::new());
    for end in ends {
        let (from, to) = (&scratch[start..end], &mut records[start..end]);
        start = end;
        let bits = (from.len() / GROUP)
            .max(1)
            .ilog2()
            .min(SECOND_BITS)
            .min(shift);
        let second = |record: &T| {
            // The bits above are those of the bucket.
            (offset(record) >> (shift - bits)) as usize & ((1 << bits) - 1)
        };
        distribute(from, to, &mut group_ends, 1 << bits, second);
        sort_groups(to, &group_ends, &compare);
    }
}

/// Copies the records of `from` to `to`, ordered by a digit below `digits`. Afterwards `ends` says
/// where the records of each digit end.
fn distribute<T: Clone>(
    from: &[T],
    to: &mut [T],
    ends: &mut Vec<usize>,
    digits: usize,
    digit: impl Fn(&T) -> usize,
) {
    ends.clear();
    ends.resize(digits, 0);
    for record in from {
        ends[digit(record)] += 1;
    }
    let mut start = 0;
    for end in &mut *ends {
        start += std::mem::replace(end, start);
    }
    for record in from {
        let end = &mut ends[digit(record)];
        to[*end] = record.clone();
        *end += 1;
    }
}

fn sort_groups<T>(records: &mut [T], ends: &[usize], compare: impl Fn(&T, &T) -> Ordering) {
    let mut start = 0;
    for end in ends {
        let group = &mut records[start..*end];
        start = *end;
        if group.len() > 1 {
            group.sort_by(&compare);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Pairs of a key and the position in the input, by which the order of equal keys is seen.
    fn numbered(keys: impl IntoIterator<Item = u64>) -> Vec<(u64, usize)> {
        keys.into_iter().zip(0..).collect()
    }

    fn check(keys: impl IntoIterator<Item = u64>, prefix: impl Fn(&(u64, usize)) -> u64) {
        let mut sorted = numbered(keys);
        let mut expected = sorted.clone();
        sort(&mut sorted, prefix, |a, b| a.0.cmp(&b.0));
        expected.sort_by_key(|pair| pair.0);
        assert!(sorted == expected);
    }

    /// Pseudo-random numbers.
    fn random(count: usize) -> impl Iterator<Item = u64> {
        std::iter::successors(Some(0x9E37_79B9_7F4A_7C15_u64), |x| {
            let x = x ^ (x << 13);
            let x = x ^ (x >> 7);
            Some(x ^ (x << 17))
        })
        .take(count)
    }

    #[test]
    fn sorts_spread_crowded_and_ordered_keys() {
        const N: usize = 3 * WORTHWHILE + 17;
        check(random(N), |r| r.0);
        check(random(N).map(|x| x % 1_000), |r| r.0);
        check(random(N).map(|x| x >> 40), |r| r.0);
        check(random(N).map(|x| x % 3 * (u64::MAX / 2)), |r| r.0);
        check(std::iter::repeat_n(7, N), |r| r.0);
        check(0..N as u64, |r| r.0);
        check((0..N as u64).rev(), |r| r.0);
        check([0, u64::MAX].into_iter().chain(random(N)), |r| r.0);
    }

    #[test]
    fn a_few_outliers_leave_the_rest_in_one_bucket() {
        let keys = random(4 * WORTHWHILE).map(|x| x >> 30);
        check([u64::MAX].into_iter().chain(keys), |r| r.0);
    }

    #[test]
    fn prefixes_may_be_equal_for_different_keys() {
        check(random(2 * WORTHWHILE), |r| r.0 >> 50);
        check(random(2 * WORTHWHILE), |_| 0);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(8))]
        #[test]
        fn equals_a_stable_sort(
            keys in prop::collection::vec(any::<u64>(), WORTHWHILE..WORTHWHILE + 500),
            cut in 0_u32..64,
        ) {
            check(keys.iter().map(|key| key >> cut), |r| r.0);
        }
    }
}
