//! Ctrl-C: it cancels the running statement and not the shell.
//!
//! A thread waits for the signal. While a [`Running`] statement exists, the signal cancels its jobs,
//! again and again until it ends, because a statement may be between two of them. Without a shell it
//! ends the program: at once when nothing runs or when it comes a second time, else when the statement
//! has ended.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use flint_sql::SparkSession;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The exit code of a program that Ctrl-C ended.
const INTERRUPTED: i32 = 130;

/// How long a cancelled statement is waited for before it is cancelled again.
const AGAIN: Duration = Duration::from_millis(20);

#[derive(Debug, Default)]
struct State {
    is_running: AtomicBool,
    is_cancelled: AtomicBool,
}

/// Watches for Ctrl-C.
#[derive(Debug)]
pub(crate) struct Interrupts {
    state: Arc<State>,
}

/// A statement that runs; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Running {
    state: Arc<State>,
}

impl Interrupts {
    /// Begins to watch. With `keeps_on` the program outlives the signal.
    pub(crate) fn watch(session: &SparkSession, keeps_on: bool) -> io::Result<Interrupts> {
        let state = Arc::<State>::default();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()?;
        let mut signals = {
            let _entered = runtime.enter();
            signal(SignalKind::interrupt())?
        };
        let (watched, session) = (Arc::clone(&state), session.clone());
        std::thread::Builder::new()
            .name("flint-interrupts".into())
            .spawn(move || {
                runtime.block_on(async {
                    while signals.recv().await.is_some() {
                        cancel(&watched, &session, &mut signals, keeps_on).await;
                    }
                });
            })?;
        Ok(Interrupts { state })
    }

    /// Says that a statement begins.
    pub(crate) fn begin(&self) -> Running {
        self.state.is_cancelled.store(false, Ordering::Release);
        self.state.is_running.store(true, Ordering::Release);
        Running {
            state: Arc::clone(&self.state),
        }
    }
}

impl Running {
    /// Whether the user has had enough of it.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.state.is_cancelled.load(Ordering::Acquire)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.state.is_running.store(false, Ordering::Release);
    }
}

/// Cancels what runs, until it has ended.
async fn cancel(state: &State, session: &SparkSession, signals: &mut Signal, keeps_on: bool) {
    if !keeps_on && !state.is_running.load(Ordering::Acquire) {
        session.stop();
        std::process::exit(INTERRUPTED);
    }
    state.is_cancelled.store(true, Ordering::Release);
    while state.is_running.load(Ordering::Acquire) {
        session.interrupt_all();
        let again = tokio::time::timeout(AGAIN, signals.recv()).await.is_ok();
        if again && !keeps_on {
            std::process::exit(INTERRUPTED);
        }
    }
}
