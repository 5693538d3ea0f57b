//! A set of small numbers as bits ([`BitSet`]): one bit for each task, and a kept count.

/// Which of the numbers `0..len` are in the set. The count is O(1), all else O(1) or one pass over
/// `len / 64` words.
#[derive(Clone, Debug)]
pub(super) struct BitSet {
    words: Vec<u64>,
    ones: u32,
}

impl BitSet {
    /// The empty set with room for `0..len`.
    pub(super) fn new(len: u32) -> Self {
        BitSet {
            words: vec![0; (len as usize).div_ceil(64)],
            ones: 0,
        }
    }

    /// Number of members.
    pub(super) fn count(&self) -> u32 {
        self.ones
    }

    /// Whether `i` is a member. A number out of range is none.
    pub(super) fn contains(&self, i: u32) -> bool {
        self.words
            .get(i as usize / 64)
            .is_some_and(|w| w & bit(i) != 0)
    }

    /// Adds `i`, which is in range. Returns whether it was not a member before.
    pub(super) fn insert(&mut self, i: u32) -> bool {
        self.update(i, |word| word | bit(i))
    }

    /// Takes `i` out. Returns whether it was a member.
    pub(super) fn remove(&mut self, i: u32) -> bool {
        self.contains(i) && self.update(i, |word| word & !bit(i))
    }

    /// Changes the word of `i`, and the count by as much. Returns whether the count changed.
    ///
    /// By population counts, not by a test of the one bit: rustc 1.95 makes code from
    /// "test, then set" that loses the test when it inlines this with optimisation.
    fn update(&mut self, i: u32, change: impl Fn(u64) -> u64) -> bool {
        let word = &mut self.words[i as usize / 64];
        let before = word.count_ones();
        *word = change(*word);
        let after = word.count_ones();
        self.ones = self.ones + after - before;
        before != after
    }

    /// Takes all out.
    pub(super) fn clear(&mut self) {
        self.words.fill(0);
        self.ones = 0;
    }

    /// All of `0..len`, the range of this set, that are not members.
    pub(super) fn complement(&self, len: u32) -> BitSet {
        let mut words: Vec<u64> = self.words.iter().map(|w| !w).collect();
        if let Some(last) = words.last_mut()
            && !len.is_multiple_of(64)
        {
            *last &= bit(len) - 1;
        }
        BitSet {
            words,
            ones: len - self.ones,
        }
    }

    /// The smallest member that is at least `from`.
    pub(super) fn next_from(&self, from: u32) -> Option<u32> {
        let mut at = from as usize / 64;
        let mut word = self.words.get(at)? & !(bit(from) - 1);
        while word == 0 {
            at += 1;
            word = *self.words.get(at)?;
        }
        Some(at as u32 * 64 + word.trailing_zeros())
    }

    /// All members, ascending.
    pub(super) fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        let mut from = Some(0);
        std::iter::from_fn(move || {
            let next = self.next_from(from?)?;
            from = next.checked_add(1);
            Some(next)
        })
    }
}

fn bit(i: u32) -> u64 {
    1 << (i % 64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_counted_and_found_in_order() {
        let mut s = BitSet::new(130);
        for i in [129, 0, 64, 63, 64] {
            s.insert(i);
        }
        assert_eq!(s.count(), 4);
        assert_eq!(s.iter().collect::<Vec<_>>(), [0, 63, 64, 129]);
        assert!(s.remove(64) && !s.remove(64) && !s.contains(500));
        assert_eq!(s.next_from(64), Some(129));
        assert_eq!(s.next_from(130), None);
    }

    #[test]
    fn complement_stays_in_range() {
        for len in [0, 1, 63, 64, 65, 128, 130] {
            let empty = BitSet::new(len);
            let all = empty.complement(len);
            assert_eq!(all.count(), len);
            assert_eq!(all.iter().count() as u32, len);
            assert_eq!(all.complement(len).count(), 0);
        }
    }
}
