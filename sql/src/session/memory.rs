//! [`QueryMemory`]: a query's part of core's memory, as DataFusion asks for it.
//!
//! A query is a task of core, and draws on what core gives to a task: with N tasks at work up to the
//! N-th part, for which cached blocks make way. So a query that takes much leaves others their part,
//! and SQL, RDDs and caches share one pool.
//!
//! Inside of a query, operators that can spill share what the others leave, but for a quarter: each
//! gets as much as any other, so that it spills in time and not when a neighbour has taken all. What
//! cannot spill takes what is there, and fails when nothing is. Each may always hold a floor, without
//! which it could do nothing at all, not even merge what was spilled. DataFusion also grows some
//! reservations that it cannot do without. What core refuses of these is a debt, paid back first.
//!
//! A query's part shrinks when others begin. Sorts that hold more than their share then spill, for
//! which they must merge what they hold, and a merge needs up to as much again (the keys of its runs).
//! So merges may make debts up to what the query had been granted, each its share where many sorts
//! work side by side. They last until the spill is done.

use std::fmt;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{DataFusionError, Result as DataFusionResult};
use datafusion::execution::memory_pool::{
    MemoryConsumer, MemoryLimit, MemoryPool, MemoryReservation,
};
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::physical_plan::joins::SortMergeJoinExec;
use datafusion::physical_plan::sorts::sort::SortExec;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties};
use flint_core::storage::memory::{Reservation, TaskMemory};
use flint_sql_columnar::from_datafusion;
use flint_sql_spec::Result;
use parking_lot::Mutex;

/// An operator's floor is this part of the query's, within bounds: room for some batches.
const FLOOR_PART: usize = 8;
const MIN_FLOOR_BYTES: usize = 64 << 10;
const MAX_FLOOR_BYTES: usize = 2 << 20;

/// How DataFusion calls what the merges of its sorts take.
const MERGE: &str = "ExternalSorterMerge";

/// How many sorts of a query hold rows at the same time: those below joins of sorted sides, one for
/// each partition. They fill up one after the other, and what the first ones took by then they do not
/// give back, so their shares are known before any of them begins.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Crowd {
    sorts: usize,
}

impl Crowd {
    pub(super) fn of(plan: &Arc<dyn ExecutionPlan>) -> Result<Crowd> {
        let mut sorts = 0;
        let counted = plan.apply(|node| {
            if node.is::<SortMergeJoinExec>() {
                let sides = node.children().into_iter();
                sorts += sides.filter_map(sorts_of).sum::<usize>();
            }
            Ok(TreeNodeRecursion::Continue)
        });
        counted.map_err(from_datafusion)?;
        Ok(Crowd { sorts })
    }
}

/// How many sorts a plan begins with, if with any.
fn sorts_of(plan: &Arc<dyn ExecutionPlan>) -> Option<usize> {
    plan.is::<SortExec>()
        .then(|| plan.output_partitioning().partition_count())
}

/// The memory of one query.
pub(super) struct QueryMemory {
    task: TaskMemory,
    crowd: Crowd,
    state: Mutex<State>,
    /// Goes with the query's last reservation.
    _in_use: Mutex<Sender<()>>,
}

struct State {
    /// What core has granted.
    granted: Reservation,
    /// What was taken although core refused it.
    debt: usize,
    /// What consumers that cannot spill hold.
    fixed: usize,
    /// What all hold.
    used: usize,
    /// The most that all held without a debt.
    peak: usize,
    /// How many consumers can spill.
    spilling: usize,
}

impl QueryMemory {
    /// The surroundings of a query that draws on the memory of a task; and what is disconnected when
    /// nobody in the query holds memory or files any more.
    pub(super) fn over(
        env: &RuntimeEnv,
        task: &TaskMemory,
        crowd: Crowd,
    ) -> (Arc<RuntimeEnv>, Receiver<()>) {
        let (in_use, unused) = channel();
        let state = State {
            granted: task.reservation(),
            debt: 0,
            fixed: 0,
            used: 0,
            peak: 0,
            spilling: 0,
        };
        let memory = QueryMemory {
            task: task.clone(),
            crowd,
            state: Mutex::new(state),
            _in_use: Mutex::new(in_use),
        };
        let env = RuntimeEnv {
            memory_pool: Arc::new(memory),
            ..env.clone()
        };
        (Arc::new(env), unused)
    }

    fn part_bytes(&self) -> usize {
        usize::try_from(self.task.part_bytes()).unwrap_or(usize::MAX)
    }
}

impl State {
    fn take(&mut self, bytes: usize, can_spill: bool) {
        self.used += bytes;
        if self.debt == 0 {
            self.peak = self.peak.max(self.used);
        }
        if !can_spill {
            self.fixed += bytes;
        }
    }

    /// What a consumer may take in addition, as far as the query's other consumers are concerned.
    fn fair(&self, part: usize, held: usize, can_spill: bool, crowd: Crowd) -> usize {
        if !can_spill {
            return part.saturating_sub(self.used);
        }
        let shared = part - self.fixed.max(part / 4).min(part);
        let sharing = self.spilling.max(crowd.sorts).max(1);
        (shared / sharing).saturating_sub(held)
    }

    /// Takes memory that core may refuse.
    fn take_anyway(&mut self, bytes: usize, can_spill: bool) {
        if !self.granted.try_grow(bytes as u64) {
            self.debt += bytes;
        }
        self.take(bytes, can_spill);
    }
}

impl MemoryPool for QueryMemory {
    fn name(&self) -> &str {
        "flint"
    }

    fn register(&self, consumer: &MemoryConsumer) {
        if consumer.can_spill() {
            self.state.lock().spilling += 1;
        }
    }

    fn unregister(&self, consumer: &MemoryConsumer) {
        if consumer.can_spill() {
            let mut state = self.state.lock();
            state.spilling = state.spilling.saturating_sub(1);
        }
    }

    fn grow(&self, reservation: &MemoryReservation, additional: usize) {
        let can_spill = reservation.consumer().can_spill();
        self.state.lock().take_anyway(additional, can_spill);
    }

    fn shrink(&self, reservation: &MemoryReservation, by: usize) {
        let mut state = self.state.lock();
        let repaid = by.min(state.debt);
        state.debt -= repaid;
        state.granted.shrink((by - repaid) as u64);
        state.used = state.used.saturating_sub(by);
        if !reservation.consumer().can_spill() {
            state.fixed = state.fixed.saturating_sub(by);
        }
    }

    fn try_grow(&self, reservation: &MemoryReservation, additional: usize) -> DataFusionResult<()> {
        let can_spill = reservation.consumer().can_spill();
        let part = self.part_bytes();
        let mut state = self.state.lock();
        let floor = (part / FLOOR_PART).clamp(MIN_FLOOR_BYTES, MAX_FLOOR_BYTES);
        let is_merge = reservation.consumer().name().starts_with(MERGE);
        let held = reservation.size().saturating_add(additional);
        // A merge of spilled runs takes as many of them at once as it gets memory for.
        let most = state.peak.max(part);
        let can_owe = is_merge
            && held <= most / self.crowd.sorts.max(1)
            && state.debt.saturating_add(additional) <= most;
        if can_owe || held <= floor {
            state.take_anyway(additional, can_spill);
            return Ok(());
        }
        let fair = state.fair(part, reservation.size(), can_spill, self.crowd);
        if additional > fair || !state.granted.try_grow(additional as u64) {
            return Err(DataFusionError::ResourcesExhausted(format!(
                "{additional} bytes for {}, which has {}; {} of the query's {part} are in use",
                reservation.consumer().name(),
                reservation.size(),
                state.used,
            )));
        }
        state.take(additional, can_spill);
        Ok(())
    }

    fn reserved(&self) -> usize {
        self.state.lock().used
    }

    fn memory_limit(&self) -> MemoryLimit {
        MemoryLimit::Finite(self.part_bytes())
    }
}

impl fmt::Debug for QueryMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state.lock();
        f.debug_struct("QueryMemory")
            .field("used", &state.used)
            .field("debt", &state.debt)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for QueryMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "memory of a query, {} bytes in use", self.reserved())
    }
}
