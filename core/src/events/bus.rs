//! The way from the driver to its listeners.
//!
//! [`EventBus`] is one bounded queue and one thread, which is not started before the first
//! listener is added. Posting never waits: when the queue is full the new event is dropped,
//! counted and, at most once a minute, warned of (Spark's `listenerbus`, with one queue for all
//! listeners in place of one for each group).
//!
//! Invariants: each listener sees the events posted between its adding and its removal (less those
//! dropped), each once, in the order of posting, with no two calls at the same time. No lock is
//! held while a listener runs, so it may use the bus itself.
//!
//! Cost: without listeners, one atomic load per event. With, one lock and a move on each side.

use std::any::Any;
use std::collections::VecDeque;
use std::fmt;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::{self, JoinHandle, ThreadId};
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex, MutexGuard};

use super::event::Event;
use super::listener::Listener;
use crate::error::{Error, Result};

/// How many events wait for delivery at most, unless
/// `spark.scheduler.listenerbus.eventqueue.capacity` says otherwise.
pub const DEFAULT_CAPACITY: usize = 10_000;

/// Dropped events are warned of once in this time at most.
const WARN_EVERY: Duration = Duration::from_secs(60);

/// A listener's place on its bus, to remove it by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ListenerId(u64);

/// Delivers the events of a context to its listeners.
///
/// Dropping the bus closes it as [`EventBus::stop`] does, but does not wait: events that are still
/// queued are delivered by the bus's thread, which then ends.
pub struct EventBus {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
    /// Stays known while `stop` waits for the thread.
    thread_id: OnceLock<ThreadId>,
}

struct Shared {
    capacity: usize,
    /// Whether an event would reach anybody; changes under the lock of `state` alone.
    listening: AtomicBool,
    state: Mutex<State>,
    /// There is an event to deliver, or the bus was closed.
    work: Condvar,
    /// `State::delivered` grew.
    progress: Condvar,
}

#[derive(Default)]
struct State {
    queue: VecDeque<Event>,
    listeners: Arc<[Entry]>,
    next_listener: u64,
    /// Events ever queued; those still waiting are the last ones.
    posted: u64,
    /// Events that every listener has seen.
    delivered: u64,
    drops: Drops,
    closed: bool,
}

#[derive(Clone)]
struct Entry {
    id: ListenerId,
    /// The first event that it sees, counted from 0.
    since: u64,
    listener: Arc<dyn Listener>,
}

impl EventBus {
    /// A bus on which `capacity` events (at least one) can wait for delivery.
    pub fn new(capacity: usize) -> Self {
        let shared = Shared {
            capacity: capacity.max(1),
            listening: AtomicBool::new(false),
            state: Mutex::default(),
            work: Condvar::new(),
            progress: Condvar::new(),
        };
        EventBus {
            shared: Arc::new(shared),
            thread: Mutex::new(None),
            thread_id: OnceLock::new(),
        }
    }

    /// Adds a listener; it is called for every event posted from now on. After
    /// [`EventBus::stop`] it is never called.
    ///
    /// # Errors
    /// [`Error::Io`] if this is the first listener and the bus's thread can't be started.
    pub fn add_listener(&self, listener: Arc<dyn Listener>) -> Result<ListenerId> {
        self.start_thread()?;
        let mut state = self.shared.state.lock();
        let id = ListenerId(state.next_listener);
        state.next_listener += 1;
        let entry = Entry {
            id,
            since: state.posted,
            listener,
        };
        state.listeners = state.listeners.iter().cloned().chain([entry]).collect();
        self.shared
            .listening
            .store(!state.closed, Ordering::Release);
        Ok(id)
    }

    /// Removes a listener; returns whether it was there. A call that is under way may still
    /// finish afterwards; events that wait in the queue no longer reach it.
    pub fn remove_listener(&self, id: ListenerId) -> bool {
        let mut state = self.shared.state.lock();
        let before = Arc::clone(&state.listeners);
        state.listeners = before.iter().filter(|e| e.id != id).cloned().collect();
        if state.listeners.is_empty() {
            self.shared.listening.store(false, Ordering::Release);
        }
        let removed = state.listeners.len() < before.len();
        drop(state); // the listener's own destructor may use the bus
        removed
    }

    /// Whether an event posted now would reach a listener.
    pub fn is_listening(&self) -> bool {
        self.shared.listening.load(Ordering::Acquire)
    }

    /// Queues an event for all listeners. Never waits.
    pub fn post(&self, event: Event) {
        self.post_with(|| event);
    }

    /// Queues the event that `make` returns; `make` is not called while nobody listens.
    pub fn post_with(&self, make: impl FnOnce() -> Event) {
        if !self.is_listening() {
            return;
        }
        let event = make();
        let mut state = self.shared.state.lock();
        if state.closed || state.listeners.is_empty() {
            return;
        }
        if state.queue.len() >= self.shared.capacity {
            let warning = state.drops.count(Instant::now());
            drop(state);
            warn_of_drops(warning, self.shared.capacity);
            return;
        }
        state.queue.push_back(event);
        state.posted += 1;
        drop(state);
        self.shared.work.notify_one();
    }

    /// How many events were dropped because the queue was full.
    pub fn dropped(&self) -> u64 {
        self.shared.state.lock().drops.total
    }

    /// Waits until every event posted so far has been delivered, `timeout` at most. Returns
    /// whether it has. A listener can't wait for itself: on the bus's own thread this returns
    /// `false` at once.
    pub fn flush(&self, timeout: Duration) -> bool {
        if self.on_own_thread() {
            return false;
        }
        let deadline = Instant::now().checked_add(timeout);
        let mut state = self.shared.state.lock();
        let target = state.posted;
        while state.delivered < target {
            match deadline {
                None => self.shared.progress.wait(&mut state),
                Some(deadline) => {
                    if self
                        .shared
                        .progress
                        .wait_until(&mut state, deadline)
                        .timed_out()
                    {
                        return state.delivered >= target;
                    }
                }
            }
        }
        true
    }

    /// Closes the bus: takes no more events, delivers those that wait, and ends its thread.
    /// Returns when that is done, however long the listeners take, except when a listener itself
    /// calls it. The listeners are dropped. Further calls do nothing.
    pub fn stop(&self) {
        self.shared.close();
        if self.on_own_thread() {
            return;
        }
        let thread = self.thread.lock().take();
        if let Some(thread) = thread
            && thread.join().is_err()
        {
            tracing::error!("the event bus's thread panicked");
        }
    }

    /// Starts the thread unless it runs or the bus is closed.
    fn start_thread(&self) -> Result<()> {
        let mut thread = self.thread.lock();
        if thread.is_some() || self.shared.state.lock().closed {
            return Ok(());
        }
        let shared = Arc::clone(&self.shared);
        let started = thread::Builder::new()
            .name("flint-events".into())
            .spawn(move || shared.deliver_all());
        let started = started.map_err(|e| Error::io("start", "thread flint-events", e))?;
        self.thread_id.get_or_init(|| started.thread().id());
        *thread = Some(started);
        Ok(())
    }

    fn on_own_thread(&self) -> bool {
        self.thread_id.get() == Some(&thread::current().id())
    }
}

impl Drop for EventBus {
    fn drop(&mut self) {
        self.shared.close();
    }
}

impl fmt::Debug for EventBus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.shared.state.lock();
        f.debug_struct("EventBus")
            .field("capacity", &self.shared.capacity)
            .field("listeners", &state.listeners.len())
            .field("waiting", &state.queue.len())
            .field("dropped", &state.drops.total)
            .field("closed", &state.closed)
            .finish()
    }
}

impl Shared {
    fn close(&self) {
        let mut state = self.state.lock();
        state.closed = true;
        self.listening.store(false, Ordering::Release);
        drop(state);
        self.work.notify_one();
    }

    /// The life of the bus's thread.
    fn deliver_all(&self) {
        let mut state = self.state.lock();
        while let Some(event) = self.next_event(&mut state) {
            // Events are queued and delivered in one order, so this is the event's number.
            let number = state.delivered;
            let listeners = Arc::clone(&state.listeners);
            MutexGuard::unlocked(&mut state, || {
                for entry in listeners.iter().filter(|e| e.since <= number) {
                    call(entry, &event);
                }
                drop((listeners, event));
            });
            state.delivered += 1;
            self.progress.notify_all();
        }
        let listeners = std::mem::take(&mut state.listeners);
        let warning = state.drops.unreported();
        drop(state);
        drop(listeners);
        warn_of_drops(warning, self.capacity);
    }

    /// Waits for the next event; `None` once the bus is closed and the queue empty.
    fn next_event(&self, state: &mut MutexGuard<'_, State>) -> Option<Event> {
        loop {
            if let Some(event) = state.queue.pop_front() {
                return Some(event);
            }
            if state.closed {
                return None;
            }
            self.work.wait(state);
        }
    }
}

/// Calls a listener; a panic goes to the log.
fn call(entry: &Entry, event: &Event) {
    if let Err(payload) = panic::catch_unwind(AssertUnwindSafe(|| entry.listener.on_event(event))) {
        tracing::error!(
            listener = entry.id.0,
            panic = panic_message(&*payload),
            "a listener panicked"
        );
    }
}

fn panic_message(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or("a panic without a text")
}

fn warn_of_drops(count: Option<u64>, capacity: usize) {
    if let Some(count) = count {
        tracing::warn!(
            count,
            capacity,
            "dropped events because the queue is full: a listener is slow, or \
             spark.scheduler.listenerbus.eventqueue.capacity too small"
        );
    }
}

/// Counts dropped events and says when to warn of them.
#[derive(Debug, Default)]
struct Drops {
    total: u64,
    reported: u64,
    warned_at: Option<Instant>,
}

impl Drops {
    /// Counts a drop; returns how many there were since the last warning, if one is due.
    fn count(&mut self, now: Instant) -> Option<u64> {
        self.total += 1;
        if self
            .warned_at
            .is_some_and(|t| now.saturating_duration_since(t) < WARN_EVERY)
        {
            return None;
        }
        self.warned_at = Some(now);
        self.unreported()
    }

    /// How many drops no warning has told of yet.
    fn unreported(&mut self) -> Option<u64> {
        let count = self.total - self.reported;
        self.reported = self.total;
        (count > 0).then_some(count)
    }
}

#[cfg(test)]
#[path = "bus/tests.rs"]
mod tests;
