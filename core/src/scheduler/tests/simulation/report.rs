//! What a run has seen ([`Report`]), so that a test can tell whether its faults happened.

/// How often what was seen in a run.
#[derive(Clone, Debug, Default)]
pub(super) struct Report {
    pub(super) launches: u64,
    pub(super) accepted: u64,
    pub(super) yields: u64,
    pub(super) fetch_failures: u64,
    pub(super) refused_successes: u64,
    pub(super) accepted_from_zombies: u64,
    pub(super) kills: u64,
    pub(super) outputs_dropped: u64,
    pub(super) lost_messages: u64,
    pub(super) succeeded: u64,
    pub(super) cancelled: u64,
    pub(super) without_executor: u64,
    pub(super) indeterminate: u64,
    pub(super) aborted: u64,
    pub(super) excluded: u64,
    pub(super) copies: u64,
    pub(super) copies_accepted: u64,
}

impl Report {
    pub(super) fn failed(&self) -> u64 {
        self.cancelled + self.without_executor + self.indeterminate + self.aborted + self.excluded
    }

    fn counts(&mut self) -> [&mut u64; 17] {
        [
            &mut self.launches,
            &mut self.accepted,
            &mut self.yields,
            &mut self.fetch_failures,
            &mut self.refused_successes,
            &mut self.accepted_from_zombies,
            &mut self.kills,
            &mut self.outputs_dropped,
            &mut self.lost_messages,
            &mut self.succeeded,
            &mut self.cancelled,
            &mut self.without_executor,
            &mut self.indeterminate,
            &mut self.aborted,
            &mut self.excluded,
            &mut self.copies,
            &mut self.copies_accepted,
        ]
    }

    pub(super) fn add(&mut self, other: &Report) {
        let mut other = other.clone();
        for (sum, n) in self.counts().into_iter().zip(other.counts()) {
            *sum += *n;
        }
    }

    pub(super) fn assert_all_seen(&mut self) {
        let seen = self.counts().iter().all(|n| **n > 0);
        assert!(seen, "something never happened: {self:?}");
    }
}
