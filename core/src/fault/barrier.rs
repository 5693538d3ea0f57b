//! Named barriers: where [`Action::Block`](super::Action::Block) waits.
//!
//! A barrier is closed when it is armed and open after [`release`]. With a token directory it also
//! opens when the file `released.<name>` appears there, which is how one process releases another;
//! that file is looked for every few milliseconds.

use std::collections::HashSet;
use std::path::Path;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

/// How long a barrier holds at most.
const LIMIT: Duration = Duration::from_secs(60);

/// How often a barrier that another process may open looks for that.
const LOOK: Duration = Duration::from_millis(5);

static OPEN: Mutex<Option<HashSet<String>>> = Mutex::new(None);
static CHANGED: Condvar = Condvar::new();

/// Opens the barrier of this name for all that wait there and all that come later.
pub fn release(name: &str) {
    OPEN.lock().get_or_insert_default().insert(name.to_owned());
    CHANGED.notify_all();
}

pub(super) fn close(name: &str) {
    OPEN.lock().get_or_insert_default().remove(name);
}

/// Waits at the barrier. False if it was not released within the limit.
pub(super) fn wait(name: &str, tokens: Option<&Path>) -> bool {
    let released = tokens.map(|dir| dir.join(format!("released.{name}")));
    let deadline = Instant::now() + LIMIT;
    let mut open = OPEN.lock();
    loop {
        if open.as_ref().is_some_and(|names| names.contains(name))
            || released.as_ref().is_some_and(|f| f.exists())
        {
            return true;
        }
        let now = Instant::now();
        if now >= deadline {
            return false;
        }
        let wake = if released.is_some() {
            deadline.min(now + LOOK)
        } else {
            deadline
        };
        CHANGED.wait_until(&mut open, wake);
    }
}
