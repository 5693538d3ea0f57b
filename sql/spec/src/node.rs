//! A shared child of a tree, safe at any depth.
//!
//! Plans made by programs get deep: ten thousand chained filters, a sum of ten thousand terms. Every
//! operation that a compiler derives for a tree recurses once per level and would overflow the
//! stack. [`Node`] is where a tree branches, so it is the one place that takes care of depth:
//!
//! - *clone* copies a pointer;
//! - *drop* is iterative: the last owner of a node puts it in a queue of its thread, and whoever
//!   started the drop empties the queue, so the stack holds one level whatever the tree's shape;
//! - *compare*, *hash*, *print*, *encode* and *decode* recurse, on a stack that grows on the heap
//!   (about a kilobyte a level) when the thread's own runs low.
//!
//! Comparing two nodes that are the same allocation costs nothing.

use std::any::Any;
use std::cell::RefCell;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A stack for trees of any reasonable depth.
const LARGE_STACK_BYTES: usize = 64 << 20;

/// Stack that must be left before a level is entered; derived code for our widest enums, unoptimised
/// and through a serializer, stays well below it.
const RED_ZONE_BYTES: usize = 128 * 1024;
/// Stack taken from the heap when less than the red zone is left.
const SEGMENT_BYTES: usize = 2 * 1024 * 1024;

/// Runs `f` with enough stack for one more level of a recursive walk.
///
/// Walks over [`Expr`](crate::Expr) and [`Relation`](crate::Relation) that recurse call this once per
/// level, and are then safe at any depth that fits in memory.
///
/// ```
/// fn sum_to(n: u64) -> u64 {
///     flint_sql_spec::with_stack(|| if n == 0 { 0 } else { n + sum_to(n - 1) })
/// }
/// assert_eq!(sum_to(200_000), 20_000_100_000);
/// ```
pub fn with_stack<R>(f: impl FnOnce() -> R) -> R {
    stacker::maybe_grow(RED_ZONE_BYTES, SEGMENT_BYTES, f)
}

/// Runs `f` on a stack of 64 MiB: for code of others that walks deep trees without asking for room.
/// The stack costs what it uses.
pub fn with_large_stack<R>(f: impl FnOnce() -> R) -> R {
    stacker::grow(LARGE_STACK_BYTES, f)
}

type Doomed = Arc<dyn Any + Send + Sync>;

thread_local! {
    /// Nodes whose last owner went away while another drop was running on this thread; `None` when
    /// no drop is running.
    static DOOMED: RefCell<Option<Vec<Doomed>>> = const { RefCell::new(None) };
}

/// A shared, immutable child in a tree of any depth.
pub struct Node<T: Any + Send + Sync>(Option<Arc<T>>);

impl<T: Any + Send + Sync> Node<T> {
    /// Puts `value` behind a shared pointer.
    pub fn new(value: T) -> Self {
        Node(Some(Arc::new(value)))
    }

    /// Whether both are one allocation.
    pub fn same(&self, other: &Self) -> bool {
        Arc::ptr_eq(self.shared(), other.shared())
    }

    fn shared(&self) -> &Arc<T> {
        self.0.as_ref().expect("only drop takes the pointer out")
    }
}

impl<T: Any + Send + Sync> Drop for Node<T> {
    fn drop(&mut self) {
        let Some(shared) = self.0.take() else { return };
        // Not the last owner, as it seems. If another thread lets go at this very moment, this drop
        // does run the value's destructor, but its children come back here one by one.
        if Arc::strong_count(&shared) > 1 {
            return;
        }
        bury(shared);
    }
}

/// Queues `node` for the drop that is running on this thread, or becomes that drop.
fn bury(node: Doomed) {
    let mut node = Some(node);
    let queued = DOOMED.try_with(|doomed| {
        let mut doomed = doomed.borrow_mut();
        match doomed.as_mut() {
            Some(queue) => {
                queue.extend(node.take());
                true
            }
            None => {
                *doomed = Some(Vec::new());
                false
            }
        }
    });
    if queued != Ok(false) {
        return; // queued, or the thread is ending and `node` drops here
    }
    while let Some(next) = node.take().or_else(next_doomed) {
        drop(next);
    }
    // The queue is empty and no drop runs: the next one starts afresh. A failure means that the
    // thread is ending, and then nothing is left to reset.
    let _ = DOOMED.try_with(|doomed| *doomed.borrow_mut() = None);
}

fn next_doomed() -> Option<Doomed> {
    DOOMED
        .try_with(|doomed| doomed.borrow_mut().as_mut().and_then(Vec::pop))
        .ok()
        .flatten()
}

impl<T: Any + Send + Sync> Clone for Node<T> {
    fn clone(&self) -> Self {
        Node(self.0.clone())
    }
}

impl<T: Any + Send + Sync> Deref for Node<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.shared()
    }
}

impl<T: Any + Send + Sync + PartialEq> PartialEq for Node<T> {
    fn eq(&self, other: &Self) -> bool {
        self.same(other) || with_stack(|| **self == **other)
    }
}

impl<T: Any + Send + Sync + Eq> Eq for Node<T> {}

impl<T: Any + Send + Sync + Hash> Hash for Node<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        with_stack(|| (**self).hash(state));
    }
}

impl<T: Any + Send + Sync + fmt::Debug> fmt::Debug for Node<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        with_stack(|| (**self).fmt(f))
    }
}

impl<T: Any + Send + Sync + Serialize> Serialize for Node<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        with_stack(|| (**self).serialize(serializer))
    }
}

impl<'de, T: Any + Send + Sync + Deserialize<'de>> Deserialize<'de> for Node<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        with_stack(|| T::deserialize(deserializer)).map(Node::new)
    }
}
