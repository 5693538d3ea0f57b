//! Pools: whose turn it is when a slot is free ([`Pools`]).
//!
//! Under FIFO there is one nameless pool, and sets are served by rank. Under FAIR the root holds
//! named pools, and the one that Spark's comparator puts first has the turn: pools below their
//! minimum share before others, by the part of it that they have; then by running tasks per
//! weight; then by name. Inside of a pool sets are served by rank, or, if it is a FAIR one, the set
//! with fewest running tasks first.
//!
//! Spark sorts once for each offer of slots and then serves the first set with all that it can
//! use. Here the order is found anew for each slot, so that pools are fair also when many slots
//! come free at once. A turn costs O(pools), and O(sets) in a FAIR pool.

use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::conf::{PoolConf, SchedulingMode};
use super::task_set::{SetKey, SetRank, TaskSet};

/// The number of a pool. Pools are never forgotten, as in Spark.
pub(super) type PoolIx = u32;

/// The pool of jobs that name none.
const DEFAULT: &str = "default";

#[derive(Debug)]
struct Pool {
    conf: PoolConf,
    /// Tries that hold a slot.
    running: u32,
    /// Active attempts with waiting tasks (and some without).
    ready: BTreeSet<SetRank>,
}

impl Pool {
    fn new(conf: PoolConf) -> Self {
        Pool {
            conf,
            running: 0,
            ready: BTreeSet::new(),
        }
    }

    fn share(&self) -> Share {
        Share {
            running: self.running,
            weight: self.conf.weight,
            min_share: self.conf.min_share,
        }
    }

    /// The set that is next, leaving out those that can't use what is free.
    fn next(&self, sets: &HashMap<SetKey, TaskSet>, passed: &BTreeSet<SetRank>) -> Option<SetRank> {
        let mut open = self.ready.iter().filter(|rank| !passed.contains(rank));
        match self.conf.mode {
            SchedulingMode::Fifo => open.next().copied(),
            SchedulingMode::Fair => open
                .min_by_key(|rank| {
                    let key = (rank.1, rank.2);
                    (sets.get(&key).map_or(0, TaskSet::running), key)
                })
                .copied(),
        }
    }
}

/// What a pool has, and what it should have.
#[derive(Clone, Copy, Debug)]
struct Share {
    running: u32,
    weight: u32,
    min_share: u32,
}

impl Share {
    fn is_needy(self) -> bool {
        self.running < self.min_share
    }

    /// Which of two goes first, without floats: a/b < c/d is a*d < c*b.
    fn compare(self, other: Share) -> Ordering {
        let ratio = |a: u32, b: u32, c: u32, d: u32| {
            (u64::from(a) * u64::from(d.max(1))).cmp(&(u64::from(c) * u64::from(b.max(1))))
        };
        match (self.is_needy(), other.is_needy()) {
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (true, true) => ratio(self.running, self.min_share, other.running, other.min_share),
            (false, false) => ratio(self.running, self.weight, other.running, other.weight),
        }
    }
}

/// A set that may take slots now.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turn {
    pub(super) pool: PoolIx,
    pub(super) rank: SetRank,
    /// How many slots, until the next turn has to be found.
    pub(super) slots: u32,
}

/// All pools.
#[derive(Debug)]
pub(super) struct Pools {
    mode: SchedulingMode,
    pools: Vec<Pool>,
    by_name: HashMap<Arc<str>, PoolIx>,
}

impl Pools {
    pub(super) fn new(mode: SchedulingMode, confs: &[PoolConf]) -> Self {
        let mut pools = Pools {
            mode,
            pools: Vec::new(),
            by_name: HashMap::new(),
        };
        match mode {
            SchedulingMode::Fifo => pools.pools.push(Pool::new(PoolConf::new(""))),
            SchedulingMode::Fair => {
                confs.iter().for_each(|conf| _ = pools.add(conf.clone()));
                pools.named(DEFAULT);
            }
        }
        pools
    }

    fn add(&mut self, conf: PoolConf) -> PoolIx {
        let ix = self.pools.len() as PoolIx;
        self.by_name.insert(Arc::clone(&conf.name), ix);
        self.pools.push(Pool::new(conf));
        ix
    }

    fn named(&mut self, name: &str) -> PoolIx {
        match self.by_name.get(name) {
            Some(&ix) => ix,
            None => self.add(PoolConf::new(name)),
        }
    }

    /// The pool of a job. One that is not known is made with defaults.
    pub(super) fn of_job(&mut self, name: Option<&str>) -> PoolIx {
        match self.mode {
            SchedulingMode::Fifo => 0,
            SchedulingMode::Fair => self.named(name.unwrap_or(DEFAULT)),
        }
    }

    /// A set of this pool has waiting tasks.
    pub(super) fn insert(&mut self, pool: PoolIx, rank: SetRank) {
        self.pools[pool as usize].ready.insert(rank);
    }

    /// A set of this pool has none any more.
    pub(super) fn remove(&mut self, pool: PoolIx, rank: SetRank) {
        self.pools[pool as usize].ready.remove(&rank);
    }

    pub(super) fn started(&mut self, pool: PoolIx, tries: u32) {
        self.pools[pool as usize].running += tries;
    }

    pub(super) fn ended(&mut self, pool: PoolIx) {
        self.pools[pool as usize].running -= 1;
    }

    /// Whether no task waits and none runs.
    pub(super) fn is_idle(&self) -> bool {
        let idle = |pool: &Pool| pool.ready.is_empty() && pool.running == 0;
        self.pools.iter().all(idle)
    }

    /// All sets with waiting tasks.
    pub(super) fn ready(&self) -> impl Iterator<Item = SetRank> + '_ {
        self.pools
            .iter()
            .flat_map(|pool| pool.ready.iter().copied())
    }

    /// Whose turn it is, leaving out sets that can't use what is free.
    pub(super) fn next(
        &self,
        sets: &HashMap<SetKey, TaskSet>,
        passed: &BTreeSet<SetRank>,
    ) -> Option<Turn> {
        let mut best: Option<(&Pool, Turn)> = None;
        let mut alone = true;
        for (ix, pool) in self.pools.iter().enumerate() {
            let Some(rank) = pool.next(sets, passed) else {
                continue;
            };
            let goes_first = |other: &Pool| {
                let by_share = pool.share().compare(other.share());
                by_share.then_with(|| pool.conf.name.cmp(&other.conf.name)) == Ordering::Less
            };
            alone &= best.is_none();
            if best.as_ref().is_none_or(|(other, _)| goes_first(other)) {
                let (pool_ix, slots) = (ix as PoolIx, 1);
                let turn = Turn {
                    pool: pool_ix,
                    rank,
                    slots,
                };
                best = Some((pool, turn));
            }
        }
        let (pool, turn) = best?;
        let slots = match pool.conf.mode {
            SchedulingMode::Fifo if alone => u32::MAX,
            _ => 1,
        };
        Some(Turn { slots, ..turn })
    }

    /// What can be seen of the pools of FAIR, in the order in which they were made.
    pub(super) fn status(&self) -> impl Iterator<Item = (&PoolConf, u32)> + '_ {
        let named = self
            .pools
            .iter()
            .filter(|_| self.mode == SchedulingMode::Fair);
        named.map(|pool| (&pool.conf, pool.running))
    }

    pub(super) fn mode(&self) -> SchedulingMode {
        self.mode
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(running: u32, weight: u32, min_share: u32) -> Share {
        Share {
            running,
            weight,
            min_share,
        }
    }

    #[test]
    fn the_needy_go_first_then_the_ratios_decide() {
        use Ordering::*;
        for (a, b, order) in [
            // Below its minimum before others, however little they have.
            (share(1, 1, 2), share(0, 9, 0), Less),
            (share(2, 1, 2), share(1, 1, 3), Greater),
            // Both below: 1 of 2 is more than 1 of 3.
            (share(1, 1, 2), share(1, 1, 3), Greater),
            (share(2, 1, 4), share(1, 1, 2), Equal),
            // Neither: running tasks per weight.
            (share(3, 2, 0), share(2, 1, 0), Less),
            (share(2, 2, 0), share(1, 1, 1), Equal),
            (share(0, 0, 0), share(0, 1, 0), Equal),
        ] {
            assert_eq!(a.compare(b), order, "{a:?} {b:?}");
            assert_eq!(b.compare(a), order.reverse(), "{b:?} {a:?}");
        }
    }
}
