//! The armed points of this process, and what happens when one is reached.
//!
//! A hit takes one short lock, asks which rule applies and performs the action after the lock is
//! released, so that a blocked or slow point holds up nobody else.

use std::collections::HashSet;
use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex, MutexGuard};

use super::{barrier, rules};
use crate::error::{Error, Result};

/// What an armed point does when it is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// Returns [`Error::Injected`] from the enclosing function.
    Fail,
    /// Returns this very error.
    Error(Error),
    /// Panics.
    Panic,
    /// Waits, then goes on.
    Delay(Duration),
    /// Ends the process at once, without destructors, like a `kill -9`.
    Abort,
    /// Waits at the barrier of this name until [`release`](super::release), then goes on. Fails
    /// with [`Error::Injected`] after a minute, so that a forgotten release never hangs a test.
    Block(String),
}

impl Action {
    fn perform(self, point: &str, tokens: Option<PathBuf>) -> Result<()> {
        match self {
            Action::Fail => Err(Error::Injected {
                point: point.to_owned(),
            }),
            Action::Error(error) => Err(error),
            Action::Panic => panic!("injected panic at `{point}`"),
            Action::Delay(time) => {
                thread::sleep(time);
                Ok(())
            }
            Action::Abort => std::process::abort(),
            Action::Block(name) => barrier::wait(&name, tokens.as_deref())
                .then_some(())
                .ok_or_else(|| Error::Injected {
                    point: format!("{point}: barrier {name} was never released"),
                }),
        }
    }
}

/// One armed point.
pub(super) struct Rule {
    /// `point` or `point[key]`.
    pub(super) target: String,
    pub(super) action: Action,
    /// Hits that pass before the first that fires.
    pub(super) skip: usize,
    /// How often it may still fire; `usize::MAX` is always.
    pub(super) left: usize,
    pub(super) fired: Arc<Fired>,
    /// Where its tokens are, if other processes share its budget.
    pub(super) tokens: Option<PathBuf>,
    /// The only thread that it fires on, if there is one.
    pub(super) thread: Option<ThreadId>,
}

impl Rule {
    fn fire(&mut self, point: &str, full: &str) -> bool {
        if (self.target != point && self.target != full) || self.left == 0 {
            return false;
        }
        if self
            .thread
            .is_some_and(|only| only != thread::current().id())
        {
            return false;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return false;
        }
        if self
            .tokens
            .as_deref()
            .is_some_and(|dir| !rules::take_token(dir, &self.target))
        {
            return false;
        }
        if self.left != usize::MAX {
            self.left -= 1;
        }
        self.fired.add();
        true
    }
}

/// How often a rule fired, with waiting.
#[derive(Debug, Default)]
pub(super) struct Fired {
    count: AtomicUsize,
    lock: Mutex<()>,
    changed: Condvar,
}

impl Fired {
    fn add(&self) {
        let _lock = self.lock.lock();
        self.count.fetch_add(1, Ordering::SeqCst);
        self.changed.notify_all();
    }

    fn get(&self) -> usize {
        self.count.load(Ordering::SeqCst)
    }

    fn wait(&self, times: usize, timeout: Duration) -> bool {
        let deadline = Instant::now() + timeout;
        let mut lock = self.lock.lock();
        while self.get() < times {
            if self.changed.wait_until(&mut lock, deadline).timed_out() {
                return self.get() >= times;
            }
        }
        true
    }
}

#[derive(Default)]
struct Points {
    rules: Vec<Rule>,
    /// Points in the order of their first hit on each thread.
    reached: Vec<(ThreadId, String)>,
    known: HashSet<(ThreadId, String)>,
}

static POINTS: LazyLock<Mutex<Points>> = LazyLock::new(|| {
    Mutex::new(Points {
        rules: rules::from_environment(),
        ..Points::default()
    })
});

/// Keeps a point armed, and tells what it did. Disarms on drop.
#[must_use = "the point is disarmed when this is dropped"]
pub struct Armed {
    fired: Arc<Fired>,
    barrier: Option<String>,
}

impl Armed {
    /// How often the fault fired so far. A test asserts that it is not 0.
    pub fn fired(&self) -> usize {
        self.fired.get()
    }

    /// Waits until the fault fired at least `times` times. Returns false if it did not in
    /// `timeout`.
    pub fn wait_fired(&self, times: usize, timeout: Duration) -> bool {
        self.fired.wait(times, timeout)
    }
}

impl fmt::Debug for Armed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Armed")
            .field("fired", &self.fired())
            .finish_non_exhaustive()
    }
}

impl Drop for Armed {
    fn drop(&mut self) {
        POINTS
            .lock()
            .rules
            .retain(|r| !Arc::ptr_eq(&r.fired, &self.fired));
        if let Some(name) = &self.barrier {
            // A test that fails must not leave threads behind that wait for it.
            barrier::release(name);
        }
    }
}

/// Arms a point (`name`, or `name[key]` for one key): its next `times` hits perform `action`.
/// `usize::MAX` is every hit.
///
/// ```
/// use flint_core::fault::{Action, arm};
/// # fn save() -> flint_core::Result<()> { flint_core::fault!("doc.save"); Ok(()) }
/// let fault = arm("doc.save", Action::Fail, 1);
/// assert!(save().is_err());
/// assert!(save().is_ok());
/// assert_eq!(fault.fired(), 1);
/// ```
pub fn arm(point: &str, action: Action, times: usize) -> Armed {
    arm_from(point, 1, action, times)
}

/// Like [`arm`], but lets hits pass until the `nth`, counted from 1 (0 counts as 1).
pub fn arm_from(point: &str, nth: usize, action: Action, times: usize) -> Armed {
    arm_rule(point, nth, action, times, None)
}

/// Like [`arm`], but only for hits on the calling thread: tests of code that starts no thread can
/// so arm the same point side by side.
pub fn arm_here(point: &str, action: Action, times: usize) -> Armed {
    arm_rule(point, 1, action, times, Some(thread::current().id()))
}

fn arm_rule(
    point: &str,
    nth: usize,
    action: Action,
    times: usize,
    thread: Option<ThreadId>,
) -> Armed {
    let barrier = match &action {
        Action::Block(name) => {
            barrier::close(name);
            Some(name.clone())
        }
        _ => None,
    };
    let fired = Arc::new(Fired::default());
    POINTS.lock().rules.push(Rule {
        target: point.to_owned(),
        action,
        skip: nth.saturating_sub(1),
        left: times,
        fired: Arc::clone(&fired),
        tokens: None,
        thread,
    });
    Armed { fired, barrier }
}

/// What `fault!` expands to.
///
/// # Errors
/// What the armed action says.
///
/// # Panics
/// If the armed action is [`Action::Panic`].
pub fn hit(point: &str, key: Option<&dyn fmt::Display>) -> Result<()> {
    let full = key.map_or_else(|| point.to_owned(), |k| format!("{point}[{k}]"));
    let armed = {
        let mut points = POINTS.lock();
        let here = (thread::current().id(), full.clone());
        if points.known.insert(here.clone()) {
            points.reached.push(here);
        }
        points.rules.iter_mut().find_map(|r| {
            r.fire(point, &full)
                .then(|| (r.action.clone(), r.tokens.clone()))
        })
    };
    armed.map_or(Ok(()), |(action, tokens)| action.perform(&full, tokens))
}

/// The points that this process reached since its start, or since [`exclusive`] was last called:
/// `name` or `name[key]`, in the order of their first hit. A crash-point matrix walks this list.
pub fn reached() -> Vec<String> {
    let points = POINTS.lock();
    let mut known = HashSet::new();
    points
        .reached
        .iter()
        .filter(|(_, p)| known.insert(p))
        .map(|(_, p)| p.clone())
        .collect()
}

/// The points that the calling thread reached, as [`reached`].
pub fn reached_here() -> Vec<String> {
    let here = thread::current().id();
    POINTS
        .lock()
        .reached
        .iter()
        .filter(|(t, _)| *t == here)
        .map(|(_, p)| p.clone())
        .collect()
}

static TURN: Mutex<()> = Mutex::new(());

/// The turn of a test that must be the only one of its process to arm points.
#[must_use = "the turn ends when this is dropped"]
pub struct Exclusive {
    _turn: MutexGuard<'static, ()>,
}

impl fmt::Debug for Exclusive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Exclusive")
    }
}

/// Waits until no other test holds the turn, takes it, and empties the list of [`reached`].
pub fn exclusive() -> Exclusive {
    let turn = TURN.lock();
    let mut points = POINTS.lock();
    points.reached.clear();
    points.known.clear();
    Exclusive { _turn: turn }
}
