//! Wakes the scheduler when it asked for it.

use std::sync::{Arc, Weak};
use std::time::Duration;

use parking_lot::{Condvar, Mutex};

use super::driver::Driver;
use crate::clock::Clock;
use crate::error::{Error, Result};

/// One deadline at a time, on a thread that is started with the first.
pub(crate) struct Timer {
    shared: Arc<Shared>,
    clock: Arc<dyn Clock>,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    deadline: Option<Duration>,
    started: bool,
    stopped: bool,
}

impl Timer {
    pub(crate) fn new(clock: &Arc<dyn Clock>) -> Self {
        let shared = Shared {
            state: Mutex::new(State::default()),
            changed: Condvar::new(),
        };
        Timer {
            shared: Arc::new(shared),
            clock: Arc::clone(clock),
        }
    }

    /// Ticks after `delay`, or earlier if it was asked for before.
    pub(crate) fn wake_after(&self, delay: Duration, driver: &Arc<Driver>) -> Result<()> {
        let deadline = self.clock.now() + delay;
        let mut state = self.shared.state.lock();
        state.deadline = Some(state.deadline.map_or(deadline, |d| d.min(deadline)));
        if !state.started && !state.stopped {
            self.start(Arc::downgrade(driver))?;
            state.started = true;
        }
        drop(state);
        self.shared.changed.notify_all();
        Ok(())
    }

    fn start(&self, driver: Weak<Driver>) -> Result<()> {
        let (shared, clock) = (Arc::clone(&self.shared), Arc::clone(&self.clock));
        std::thread::Builder::new()
            .name("flint-timer".to_owned())
            .spawn(move || shared.run(&*clock, &driver))
            .map(drop)
            .map_err(|e| Error::io("start", "the timer thread", e))
    }

    pub(crate) fn stop(&self) {
        self.shared.state.lock().stopped = true;
        self.shared.changed.notify_all();
    }
}

impl Shared {
    fn run(&self, clock: &dyn Clock, driver: &Weak<Driver>) {
        let mut state = self.state.lock();
        while !state.stopped {
            let deadline = state.deadline;
            if deadline.is_some_and(|d| clock.now() >= d) {
                state.deadline = None;
                drop(state);
                let Some(driver) = driver.upgrade() else {
                    return;
                };
                driver.tick();
                drop(driver);
                state = self.state.lock();
                continue;
            }
            clock.wait_until(&self.changed, &mut state, deadline);
        }
    }
}
