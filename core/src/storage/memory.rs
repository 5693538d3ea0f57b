//! Who may use how much memory: one pool for execution (sorts, hash tables, buffers) and storage
//! (cached blocks).
//!
//! The manager counts; it allocates nothing. Whoever wants to hold records first grows a
//! [`Reservation`], and gives the bytes back by shrinking or dropping it. *Nobody ever waits*: a
//! refused reservation means that the asker must do with what it has, that is spill, or serve a
//! block without caching it.
//!
//! # Policy
//! - Execution and storage share the whole pool. Storage uses what execution leaves free.
//! - Execution takes memory back from storage, but not below the protected region
//!   (`storage_fraction` of the pool).
//! - With N active tasks, a task may hold up to 1/N of what execution can have, so that each of N
//!   gets its part. It may always hold a small floor ([`MemoryManager::floor_bytes`]), even beyond
//!   the pool, so that progress never depends on others.
//! - On shortage the manager first has cached blocks evicted, then finished shuffle outputs moved
//!   to disk ([`Reclaimer`]), then refuses. Storage only ever evicts storage.
//!
//! Reclaimers are called without any lock of the manager. Two askers may thus reclaim at once and
//! free a little more than needed; neither can be stuck behind the other.
//!
//! Cost: one short critical section for a reservation that grows or shrinks. Grow by the chunk, not
//! by the record.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};

use parking_lot::{Mutex, RwLock};

#[cfg(test)]
mod tests;

/// A task's floor is this part of the pool.
const FLOOR_PART: u64 = 64;

/// No floor is larger, in bytes.
const MAX_FLOOR_BYTES: u64 = 1 << 20;

/// How often a shortage is met by reclaiming before it is refused: what one asker had freed,
/// another may have taken.
const MAX_RECLAIM_ROUNDS: usize = 3;

/// In which order memory is taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReclaimClass {
    /// Cached blocks: first, and only what storage holds above its protected region.
    Cache,
    /// Outputs of finished map tasks, which can go to disk.
    ShuffleOutput,
}

/// Something that holds reserved memory and can give it back.
///
/// # Contract
/// `reclaim` may do I/O. It must not wait for a task, nor take a lock that anyone holds while
/// growing a reservation.
pub trait Reclaimer: Send + Sync {
    /// When this one is asked.
    fn class(&self) -> ReclaimClass;

    /// Gives back about `wanted` bytes by shrinking or dropping reservations. Returns how many
    /// bytes it gave back; 0 if it has nothing to give.
    fn reclaim(&self, wanted: u64) -> u64;
}

/// The memory manager of one executor. Clones are handles to the same one.
///
/// ```
/// use flint_core::storage::memory::MemoryManager;
///
/// let memory = MemoryManager::new(1 << 20, 0.5);
/// let task = memory.task();
/// let mut sort = task.reservation();
/// assert!(sort.try_grow(600 << 10));
/// assert!(!sort.try_grow(600 << 10), "now the sort must spill");
/// drop(sort);
/// assert_eq!(memory.used_execution(), 0);
/// ```
#[derive(Clone)]
pub struct MemoryManager {
    inner: Arc<Inner>,
}

struct Inner {
    total: u64,
    /// What execution can't take from storage.
    protected: u64,
    floor: u64,
    state: Mutex<State>,
    reclaimers: RwLock<Vec<Weak<dyn Reclaimer>>>,
}

#[derive(Debug, Default)]
struct State {
    execution: u64,
    storage: u64,
    peak_execution: u64,
    active_tasks: u64,
}

/// What a reservation that can't be granted at once lacks.
enum Shortage {
    /// Bytes that reclaiming might free: from storage above its protected region, and in all.
    Reclaim { cache: u64, all: u64 },
    /// Nothing helps: the task has its part, or storage can't have so much.
    Refused,
}

impl MemoryManager {
    /// A manager of `total_bytes`. `storage_fraction` (0 to 1, else cut to that) of them is
    /// protected from execution once storage uses it.
    pub fn new(total_bytes: u64, storage_fraction: f64) -> Self {
        // A fraction that is no number protects nothing.
        let protected = (total_bytes as f64 * storage_fraction.clamp(0.0, 1.0)) as u64;
        MemoryManager {
            inner: Arc::new(Inner {
                total: total_bytes,
                protected: protected.min(total_bytes),
                floor: (total_bytes / FLOOR_PART).min(MAX_FLOOR_BYTES),
                state: Mutex::default(),
                reclaimers: RwLock::default(),
            }),
        }
    }

    /// Registers an active task, until the last clone of the returned handle and the last
    /// reservation made from it are dropped.
    pub fn task(&self) -> TaskMemory {
        self.inner.state.lock().active_tasks += 1;
        TaskMemory {
            share: Arc::new(Share {
                manager: self.clone(),
                used: AtomicU64::new(0),
            }),
        }
    }

    /// Reserves memory for cached data. It may have cached blocks evicted through the reclaimers;
    /// `None` if that is not enough. The reservation grows under the same rule.
    pub fn reserve_storage(&self, bytes: u64) -> Option<Reservation> {
        let mut reservation = self.storage_reservation();
        reservation.try_grow(bytes).then_some(reservation)
    }

    /// An empty reservation for cached data.
    pub(crate) fn storage_reservation(&self) -> Reservation {
        Reservation {
            manager: self.clone(),
            owner: Owner::Storage,
            bytes: 0,
        }
    }

    /// Adds something that memory can be taken back from, until it is dropped.
    pub fn add_reclaimer(&self, r: Weak<dyn Reclaimer>) {
        let mut reclaimers = self.inner.reclaimers.write();
        reclaimers.retain(|r| r.strong_count() > 0);
        reclaimers.push(r);
    }

    /// The size of the pool.
    pub fn total_bytes(&self) -> u64 {
        self.inner.total
    }

    /// What execution holds now, detached reservations included.
    pub fn used_execution(&self) -> u64 {
        self.inner.state.lock().execution
    }

    /// What storage holds now.
    pub fn used_storage(&self) -> u64 {
        self.inner.state.lock().storage
    }

    /// The most that execution ever held at once.
    pub fn peak_execution(&self) -> u64 {
        self.inner.state.lock().peak_execution
    }

    /// What a task may hold whatever the others do: a 64th of the pool, at most 1 MiB.
    pub fn floor_bytes(&self) -> u64 {
        self.inner.floor
    }

    /// Grants `by` bytes, reclaiming memory if it must.
    fn acquire(&self, owner: &Owner, by: u64) -> bool {
        for _ in 0..MAX_RECLAIM_ROUNDS {
            let freed = match self.inner.grant(owner, by) {
                Ok(()) => return true,
                Err(Shortage::Refused) => return false,
                Err(Shortage::Reclaim { cache, all }) => self.inner.reclaim(owner, cache, all),
            };
            if freed == 0 {
                break;
            }
        }
        self.inner.grant(owner, by).is_ok() || self.inner.grant_floor(owner, by)
    }
}

impl Inner {
    /// Grants `by` bytes if they are free and within the owner's part.
    fn grant(&self, owner: &Owner, by: u64) -> Result<(), Shortage> {
        let mut state = self.state.lock();
        if let Owner::Task(share) = owner
            && share.used().saturating_add(by) > self.part(&state)
        {
            return Err(Shortage::Refused);
        }
        let used = state.execution.saturating_add(state.storage);
        let missing = used.saturating_add(by).saturating_sub(self.total);
        if missing > 0 {
            let evictable = match owner {
                // Not even an empty cache would do: then evict nothing.
                Owner::Storage if missing > state.storage => return Err(Shortage::Refused),
                Owner::Storage => state.storage,
                Owner::Task(_) | Owner::Detached => state.storage.saturating_sub(self.protected),
            };
            return Err(Shortage::Reclaim {
                cache: missing.min(evictable),
                all: missing,
            });
        }
        state.add(owner, by);
        Ok(())
    }

    /// What each of the active tasks may hold.
    fn part(&self, state: &State) -> u64 {
        let pool = self.total - state.storage.min(self.protected);
        (pool / state.active_tasks.max(1)).max(self.floor)
    }

    /// Grants `by` bytes to a task that stays within its floor with them, free or not.
    fn grant_floor(&self, owner: &Owner, by: u64) -> bool {
        let Owner::Task(share) = owner else {
            return false;
        };
        let mut state = self.state.lock();
        let within = share.used().saturating_add(by) <= self.floor;
        if within {
            state.add(owner, by);
        }
        within
    }

    /// Has memory given back, with no lock held. Returns the bytes.
    fn reclaim(&self, owner: &Owner, cache: u64, all: u64) -> u64 {
        let freed = self.reclaim_class(ReclaimClass::Cache, cache);
        match owner {
            Owner::Storage => freed,
            Owner::Task(_) | Owner::Detached => freed.saturating_add(
                self.reclaim_class(ReclaimClass::ShuffleOutput, all.saturating_sub(freed)),
            ),
        }
    }

    fn reclaim_class(&self, class: ReclaimClass, wanted: u64) -> u64 {
        if wanted == 0 {
            return 0;
        }
        let reclaimers: Vec<_> = self
            .reclaimers
            .read()
            .iter()
            .filter_map(Weak::upgrade)
            .collect();
        let mut freed = 0_u64;
        for reclaimer in reclaimers.iter().filter(|r| r.class() == class) {
            freed = freed.saturating_add(reclaimer.reclaim(wanted - freed));
            if freed >= wanted {
                break;
            }
        }
        freed
    }

    fn release(&self, owner: &Owner, bytes: u64) {
        let mut state = self.state.lock();
        match owner {
            Owner::Storage => state.storage -= bytes,
            Owner::Detached => state.execution -= bytes,
            Owner::Task(share) => {
                state.execution -= bytes;
                share.used.fetch_sub(bytes, Ordering::Relaxed);
            }
        }
    }
}

impl State {
    fn add(&mut self, owner: &Owner, bytes: u64) {
        match owner {
            Owner::Storage => {
                self.storage += bytes;
                return;
            }
            Owner::Detached => {}
            Owner::Task(share) => {
                share.used.fetch_add(bytes, Ordering::Relaxed);
            }
        }
        self.execution += bytes;
        self.peak_execution = self.peak_execution.max(self.execution);
    }
}

impl fmt::Debug for MemoryManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.inner.state.lock();
        f.debug_struct("MemoryManager")
            .field("total", &self.inner.total)
            .field("execution", &state.execution)
            .field("storage", &state.storage)
            .field("active_tasks", &state.active_tasks)
            .finish_non_exhaustive()
    }
}

/// The memory of one active task. Clones are handles to the same one.
#[derive(Clone, Debug)]
pub struct TaskMemory {
    share: Arc<Share>,
}

impl TaskMemory {
    /// An empty reservation of this task.
    pub fn reservation(&self) -> Reservation {
        Reservation {
            manager: self.manager().clone(),
            owner: Owner::Task(Arc::clone(&self.share)),
            bytes: 0,
        }
    }

    /// The manager that the task draws on.
    pub fn manager(&self) -> &MemoryManager {
        &self.share.manager
    }

    /// The most that the task may hold now: its part of the pool, or the floor if that is more.
    pub fn part_bytes(&self) -> u64 {
        self.manager()
            .inner
            .part(&self.manager().inner.state.lock())
    }

    /// What the task's reservations hold now.
    pub fn used_bytes(&self) -> u64 {
        self.share.used()
    }
}

/// What one task holds. Active while it lives.
#[derive(Debug)]
struct Share {
    manager: MemoryManager,
    /// Changed under the manager's lock only.
    used: AtomicU64,
}

impl Share {
    fn used(&self) -> u64 {
        self.used.load(Ordering::Relaxed)
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.manager.inner.state.lock().active_tasks -= 1;
    }
}

#[derive(Clone, Debug)]
enum Owner {
    Task(Arc<Share>),
    /// Execution memory that no task is charged for.
    Detached,
    Storage,
}

/// Bytes of the pool, given back on drop.
#[derive(Debug)]
#[must_use = "a reservation gives its bytes back when dropped"]
pub struct Reservation {
    manager: MemoryManager,
    owner: Owner,
    bytes: u64,
}

impl Reservation {
    /// Makes the reservation `bytes` large. Growing may be refused: then false, and nothing
    /// changed. Shrinking always succeeds.
    pub fn try_resize(&mut self, bytes: u64) -> bool {
        if bytes <= self.bytes {
            self.shrink(self.bytes - bytes);
            return true;
        }
        self.try_grow(bytes - self.bytes)
    }

    /// Grows by `by` bytes, if need be at the cost of cached blocks and finished outputs. False:
    /// nothing changed, spill instead.
    pub fn try_grow(&mut self, by: u64) -> bool {
        let granted = by == 0 || self.manager.acquire(&self.owner, by);
        if granted {
            self.bytes += by;
        }
        granted
    }

    /// Grows by `by` bytes if they are free, without having anything reclaimed. `Err`: nothing
    /// changed, and so many bytes are missing.
    pub(crate) fn try_grow_free(&mut self, by: u64) -> Result<(), u64> {
        match self.manager.inner.grant(&self.owner, by) {
            Ok(()) => {
                self.bytes += by;
                Ok(())
            }
            Err(Shortage::Reclaim { all, .. }) => Err(all),
            Err(Shortage::Refused) => Err(by),
        }
    }

    /// Gives `by` bytes back, at most all.
    pub fn shrink(&mut self, by: u64) {
        let by = by.min(self.bytes);
        if by > 0 {
            self.manager.inner.release(&self.owner, by);
            self.bytes -= by;
        }
    }

    /// What it holds.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Keeps the bytes but charges them to no task any more: for what outlives its task, such as
    /// finished map outputs. (Storage is never charged to a task, and stays as it is.)
    pub fn detach(mut self) -> Reservation {
        if let Owner::Task(share) = &self.owner {
            {
                let _state = self.manager.inner.state.lock();
                share.used.fetch_sub(self.bytes, Ordering::Relaxed);
            }
            self.owner = Owner::Detached;
        }
        self
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.shrink(self.bytes);
    }
}
