//! Time as the engine sees it, so that tests can turn it by hand.
//!
//! Whatever waits, expires or measures takes a [`Clock`] instead of asking the system. Deadlines
//! are points of [`Clock::now`]: a duration since the clock's start that never goes back.
//! [`SystemClock`] is the real one; [`ManualClock`] stands still until a test moves it.

use std::fmt;
use std::time::{Duration, Instant, SystemTime};

use parking_lot::{Condvar, Mutex, MutexGuard};

/// A source of time.
pub trait Clock: Send + Sync + fmt::Debug {
    /// Time since the clock's start. Never goes back.
    fn now(&self) -> Duration;

    /// The time of day, for logs and file names; it may jump.
    fn wall(&self) -> SystemTime;

    /// Waits until `condvar` is notified or [`Clock::now`] reaches `deadline` (`None`: never).
    /// The guard's lock is released meanwhile. May wake without a reason, like every condition
    /// variable: the caller checks its condition again. Returns whether the deadline has passed.
    ///
    /// ```
    /// use flint_core::clock::{Clock, SystemClock};
    /// use parking_lot::{Condvar, Mutex};
    /// use std::time::Duration;
    ///
    /// let (clock, ready, changed) = (SystemClock::new(), Mutex::new(false), Condvar::new());
    /// let deadline = clock.now() + Duration::from_millis(5);
    /// let mut guard = ready.lock();
    /// while !*guard {
    ///     if clock.wait_until(&changed, &mut guard, Some(deadline)) {
    ///         break;
    ///     }
    /// }
    /// assert!(!*guard && clock.now() >= deadline);
    /// ```
    fn wait_until(
        &self,
        condvar: &Condvar,
        guard: &mut dyn WaitGuard,
        deadline: Option<Duration>,
    ) -> bool;
}

/// A lock that a condition variable can release: any [`MutexGuard`].
pub trait WaitGuard {
    /// Releases the lock until `condvar` is notified, or for `timeout` at most (`None`: for ever).
    fn wait_on(&mut self, condvar: &Condvar, timeout: Option<Duration>);
}

impl<T: ?Sized> WaitGuard for MutexGuard<'_, T> {
    fn wait_on(&mut self, condvar: &Condvar, timeout: Option<Duration>) {
        match timeout {
            None => condvar.wait(self),
            Some(timeout) => {
                condvar.wait_for(self, timeout);
            }
        }
    }
}

/// The system's clocks.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock {
    start: Instant,
}

impl SystemClock {
    /// A clock that starts now.
    pub fn new() -> Self {
        SystemClock {
            start: Instant::now(),
        }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        SystemClock::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Duration {
        self.start.elapsed()
    }

    fn wall(&self) -> SystemTime {
        SystemTime::now()
    }

    fn wait_until(
        &self,
        condvar: &Condvar,
        guard: &mut dyn WaitGuard,
        deadline: Option<Duration>,
    ) -> bool {
        let Some(deadline) = deadline else {
            guard.wait_on(condvar, None);
            return false;
        };
        let left = deadline.saturating_sub(self.now());
        if !left.is_zero() {
            guard.wait_on(condvar, Some(left));
        }
        self.now() >= deadline
    }
}

/// A clock that moves only when told to.
///
/// Those who wait notice a move within about a millisecond of real time: the clock can't know the
/// locks of those that wait on it, and so looks again instead of risking a lost notification.
#[derive(Debug)]
pub struct ManualClock {
    now: Mutex<Duration>,
    epoch: SystemTime,
}

/// How soon a waiter notices that a manual clock was moved.
const LOOK: Duration = Duration::from_millis(1);

impl ManualClock {
    /// A clock that stands at zero; its time of day is the Unix epoch.
    pub fn new() -> Self {
        ManualClock::starting_at(SystemTime::UNIX_EPOCH)
    }

    /// A clock that stands at zero, with the time of day given.
    pub fn starting_at(wall: SystemTime) -> Self {
        ManualClock {
            now: Mutex::new(Duration::ZERO),
            epoch: wall,
        }
    }

    /// Moves the clock forward; whoever waits for a deadline up to there wakes.
    pub fn advance(&self, by: Duration) {
        *self.now.lock() += by;
    }
}

impl Default for ManualClock {
    fn default() -> Self {
        ManualClock::new()
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Duration {
        *self.now.lock()
    }

    fn wall(&self) -> SystemTime {
        self.epoch + self.now()
    }

    fn wait_until(
        &self,
        condvar: &Condvar,
        guard: &mut dyn WaitGuard,
        deadline: Option<Duration>,
    ) -> bool {
        let Some(deadline) = deadline else {
            guard.wait_on(condvar, None);
            return false;
        };
        if self.now() < deadline {
            guard.wait_on(condvar, Some(LOOK));
        }
        self.now() >= deadline
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, mpsc};

    use super::*;

    const SOON: Duration = Duration::from_secs(20);

    #[test]
    fn the_system_clock_goes_on() {
        let clock = SystemClock::new();
        let first = clock.now();
        let (lock, condvar) = (Mutex::new(()), Condvar::new());
        let deadline = first + Duration::from_millis(3);
        let mut guard = lock.lock();
        while !clock.wait_until(&condvar, &mut guard, Some(deadline)) {}
        assert!(clock.now() >= deadline);
        assert!(
            clock.wait_until(&condvar, &mut guard, Some(first)),
            "a past deadline does not wait"
        );
    }

    #[test]
    fn a_manual_clock_moves_only_when_told() {
        let clock = ManualClock::new();
        assert_eq!(
            (clock.now(), clock.wall()),
            (Duration::ZERO, SystemTime::UNIX_EPOCH)
        );
        clock.advance(Duration::from_secs(90));
        assert_eq!(clock.now(), Duration::from_secs(90));
        assert_eq!(
            clock.wall(),
            SystemTime::UNIX_EPOCH + Duration::from_secs(90)
        );
    }

    /// A thread that waits on a clock for its flag, at most until 10 s, and tells how it ended.
    fn waiter(
        clock: Arc<dyn Clock>,
        shared: Arc<(Mutex<bool>, Condvar)>,
    ) -> mpsc::Receiver<&'static str> {
        let (sent, ended) = mpsc::channel();
        std::thread::spawn(move || {
            let mut guard = shared.0.lock();
            sent.send("waiting").unwrap();
            while !*guard {
                if clock.wait_until(&shared.1, &mut guard, Some(Duration::from_secs(10))) {
                    return sent.send("deadline").unwrap();
                }
            }
            sent.send("notified").unwrap();
        });
        assert_eq!(ended.recv_timeout(SOON), Ok("waiting"));
        ended
    }

    #[test]
    fn advancing_wakes_those_whose_deadline_came() {
        let clock = Arc::new(ManualClock::new());
        let ended = waiter(clock.clone(), Arc::default());
        clock.advance(Duration::from_secs(9));
        assert!(ended.recv_timeout(Duration::from_millis(20)).is_err());
        clock.advance(Duration::from_secs(1));
        assert_eq!(ended.recv_timeout(SOON), Ok("deadline"));
    }

    #[test]
    fn a_notification_wakes_before_the_deadline() {
        for clock in [
            Arc::new(ManualClock::new()) as Arc<dyn Clock>,
            Arc::new(SystemClock::new()),
        ] {
            let shared = Arc::new((Mutex::new(false), Condvar::new()));
            let ended = waiter(clock, Arc::clone(&shared));
            *shared.0.lock() = true;
            shared.1.notify_all();
            assert_eq!(ended.recv_timeout(SOON), Ok("notified"));
        }
    }
}
