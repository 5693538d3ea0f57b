//! Which tasks are slow ([`Pace`]), and when to look for them.
//!
//! Spark's rule: when enough tasks of an attempt are done, one that has run for longer than a
//! multiple of their median gets a copy on another executor. The first success is taken, the other
//! try is killed. A try gets one copy; if that fails, another one.
//!
//! Spark also asks for another host, and weighs how many records a slow task has read so far, which
//! executors don't report while a task runs.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use std::time::Duration;

use super::conf::SpeculationConf;
use super::machine::Scheduler;
use super::task_set::{SetKey, SetState};

/// The upper median of what was put in, in O(log n).
#[derive(Debug, Default)]
struct Median {
    low: BinaryHeap<Duration>,
    high: BinaryHeap<Reverse<Duration>>,
}

impl Median {
    fn push(&mut self, time: Duration) {
        self.low.push(time);
        self.high.extend(self.low.pop().map(Reverse));
        if self.high.len() > self.low.len() + 1 {
            self.low.extend(self.high.pop().map(|Reverse(time)| time));
        }
    }

    fn get(&self) -> Option<Duration> {
        self.high.peek().map(|Reverse(time)| *time)
    }

    fn len(&self) -> usize {
        self.low.len() + self.high.len()
    }
}

/// How fast the tasks of one stage attempt are.
#[derive(Debug)]
pub(super) struct Pace {
    /// Tasks of the attempt.
    tasks: u32,
    /// Since when the tries run that have no copy.
    since: BTreeMap<u32, Duration>,
    /// Tasks whose present try got its copy, or is to get it.
    asked: BTreeSet<u32>,
    done: Median,
}

impl Pace {
    pub(super) fn new(tasks: u32) -> Self {
        Pace {
            tasks,
            since: BTreeMap::new(),
            asked: BTreeSet::new(),
            done: Median::default(),
        }
    }

    /// A try runs that a copy may be made of, once.
    pub(super) fn started(&mut self, task: u32, since: Duration) {
        self.since.insert(task, since);
        self.asked.remove(&task);
    }

    /// A copy took the place of the try that it was made of. Since when that one ran; none if
    /// nobody waits for the task any more.
    pub(super) fn promoted(&mut self, task: u32, since: Duration) -> Option<Duration> {
        let first = self.since.get_mut(&task)?;
        Some(std::mem::replace(first, since))
    }

    /// The copy of a task is lost, and another one may be made.
    pub(super) fn copy_failed(&mut self, task: u32) {
        self.asked.remove(&task);
    }

    /// No try of a task runs that a copy could be made of. Since when the last one ran.
    pub(super) fn ended(&mut self, task: u32) -> Option<Duration> {
        self.asked.remove(&task);
        self.since.remove(&task)
    }

    pub(super) fn stop(&mut self) {
        self.since.clear();
        self.asked.clear();
    }

    pub(super) fn succeeded(&mut self, time: Duration) {
        self.done.push(time);
    }

    /// From which time on a task is slow, if that can be said.
    fn limit(&self, conf: &SpeculationConf, slots_of_one: u32) -> Option<Duration> {
        if self.since.len() == self.asked.len() || self.tasks <= 1 && conf.threshold.is_none() {
            return None;
        }
        let enough = ((conf.quantile * f64::from(self.tasks)) as usize).max(1);
        let slow = match self.done.get() {
            Some(median) if self.done.len() >= enough => {
                let slow = median.as_secs_f64() * conf.multiplier;
                Duration::try_from_secs_f64(slow).unwrap_or(Duration::MAX)
            }
            _ => conf.threshold.filter(|_| self.tasks <= slots_of_one)?,
        };
        Some(slow.max(conf.min_task_runtime))
    }

    /// The tasks that are slow now, once each.
    fn slow(&mut self, limit: Duration, now: Duration) -> Vec<u32> {
        let slow = |since: &Duration| now.saturating_sub(*since) > limit;
        let tasks = self.since.iter().filter(|(_, since)| slow(since));
        let slow: Vec<u32> = tasks.map(|(&task, _)| task).collect();
        slow.into_iter()
            .filter(|&task| self.asked.insert(task))
            .collect()
    }
}

impl Scheduler {
    /// Looks for slow tasks, if it is time to.
    pub(super) fn speculate(&mut self) {
        let Some(conf) = self.conf.speculation else {
            return;
        };
        if self.look_at.is_none_or(|at| at > self.now) {
            return;
        }
        self.look_at = None;
        let slots = self.executors.slots_of_one();
        let mut keys: Vec<SetKey> = self.sets.keys().copied().collect();
        keys.sort_unstable();
        for key in keys {
            let Some(set) = self.sets.get_mut(&key) else {
                continue;
            };
            let pace = set.pace().filter(|_| set.state == SetState::Active);
            let limit = pace.and_then(|pace| pace.limit(&conf, slots));
            let Some((limit, pace)) = limit.zip(set.pace_mut()) else {
                continue;
            };
            let slow = pace.slow(limit, self.now);
            slow.into_iter().for_each(|task| set.want_copy(task));
            if set.pending() > 0 {
                self.pools.insert(set.pool(), set.rank());
            }
        }
    }

    /// When to look for slow tasks, if any could be found.
    pub(super) fn next_look(&mut self) -> Option<Duration> {
        let conf = self.conf.speculation?;
        if self.look_at.is_none() {
            let slots = self.executors.slots_of_one();
            let may_be_slow = self.sets.values().any(|set| {
                let pace = set.pace().filter(|_| set.state == SetState::Active);
                pace.is_some_and(|pace| pace.limit(&conf, slots).is_some())
            });
            // A tick at once would be asked for again for ever.
            let interval = conf.interval.max(Duration::from_millis(1));
            self.look_at = may_be_slow.then(|| self.now.saturating_add(interval));
        }
        self.look_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_upper_one() {
        let mut median = Median::default();
        assert_eq!(median.get(), None);
        for (time, expected) in [(5, 5), (1, 5), (3, 3), (9, 5), (9, 5), (9, 9)] {
            median.push(Duration::from_secs(time));
            assert_eq!(median.get(), Some(Duration::from_secs(expected)));
        }
    }
}
