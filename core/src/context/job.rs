//! A running job as its caller holds it: waiting, cancelling, the future of an async action.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as PollContext, Poll, Waker};

use parking_lot::{Condvar, Mutex};

use super::driver::Driver;
use crate::error::{Error, Result};
use crate::scheduler::JobId;

/// Where a job's end is left, and whoever waits for it is woken.
pub(crate) struct Completion<R> {
    state: Mutex<State<R>>,
    changed: Condvar,
}

struct State<R> {
    result: Option<Result<R>>,
    waker: Option<Waker>,
    jobs: Vec<JobId>,
    cancelled: Option<String>,
}

impl<R> Completion<R> {
    pub(crate) fn new() -> Arc<Self> {
        let state = State {
            result: None,
            waker: None,
            jobs: Vec::new(),
            cancelled: None,
        };
        Arc::new(Completion {
            state: Mutex::new(state),
            changed: Condvar::new(),
        })
    }

    /// The first result counts.
    pub(crate) fn complete(&self, result: Result<R>) {
        let waker = {
            let mut state = self.state.lock();
            if state.result.is_none() {
                state.result = Some(result);
            }
            state.waker.take()
        };
        self.changed.notify_all();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    pub(crate) fn wait(&self) -> Result<R> {
        let mut state = self.state.lock();
        loop {
            if let Some(result) = state.result.take() {
                return result;
            }
            self.changed.wait(&mut state);
        }
    }
}

/// An action that runs: Spark's `FutureAction`.
///
/// The work has started when this is returned. Await it in any async runtime, or
/// [`wait`](Self::wait) for it. Dropping it does not cancel the work; [`cancel`](Self::cancel)
/// does.
///
/// ```
/// use flint_core::Context;
/// let ctx = Context::local("local[2]")?;
/// let count = ctx.range(0, 1000, 1, 4)?.count_async();
/// while !count.is_completed() {
///     std::thread::yield_now();
/// }
/// assert_eq!(count.job_ids().len(), 1);
/// count.cancel(); // too late: it has its result
/// assert_eq!(count.wait()?, 1000);
/// # Ok::<(), flint_core::Error>(())
/// ```
#[must_use = "the work runs on, but nobody learns how it ends"]
pub struct JobFuture<R> {
    completion: Arc<Completion<R>>,
    driver: Arc<Driver>,
}

impl<R> std::fmt::Debug for JobFuture<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "JobFuture({:?})", self.job_ids())
    }
}

impl<R> JobFuture<R> {
    /// Cancels what of the action still runs. It then ends with [`Error::Cancelled`].
    pub fn cancel(&self) {
        let jobs = {
            let mut state = self.completion.state.lock();
            state.cancelled = Some("cancelled by its caller".to_owned());
            state.jobs.clone()
        };
        for job in jobs {
            self.driver.cancel_job(job, "cancelled by its caller");
        }
    }

    /// The jobs that the action has started so far.
    pub fn job_ids(&self) -> Vec<JobId> {
        self.completion.state.lock().jobs.clone()
    }

    /// Whether the action has ended, and its result was not taken yet.
    pub fn is_completed(&self) -> bool {
        self.completion.state.lock().result.is_some()
    }

    /// Blocks until the action ends.
    ///
    /// # Errors
    /// What the action ended with.
    pub fn wait(self) -> Result<R> {
        self.completion.wait()
    }
}

impl<R> Future for JobFuture<R> {
    type Output = Result<R>;

    fn poll(self: Pin<&mut Self>, cx: &mut PollContext<'_>) -> Poll<Result<R>> {
        let mut state = self.completion.state.lock();
        match state.result.take() {
            Some(result) => Poll::Ready(result),
            None => {
                state.waker = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}

/// What the code of an async action is given to start jobs with.
pub(crate) trait JobWatch: Send + Sync {
    /// Notes a job of the action. Fails if the action was cancelled already.
    fn started(&self, job: JobId) -> Result<()>;

    /// Why the action was cancelled, if it was.
    fn cancelled(&self) -> Option<String>;
}

impl<R: Send> JobWatch for Completion<R> {
    fn started(&self, job: JobId) -> Result<()> {
        let mut state = self.state.lock();
        state.jobs.push(job);
        match &state.cancelled {
            Some(reason) => Err(Error::Cancelled {
                job,
                reason: reason.clone(),
            }),
            None => Ok(()),
        }
    }

    fn cancelled(&self) -> Option<String> {
        self.state.lock().cancelled.clone()
    }
}

thread_local! {
    static WATCH: std::cell::RefCell<Option<Arc<dyn JobWatch>>> = const { std::cell::RefCell::new(None) };
}

/// The async action that this thread works for, if any.
pub(crate) fn current_watch() -> Option<Arc<dyn JobWatch>> {
    WATCH.with_borrow(Clone::clone)
}

/// Runs a blocking action on a thread of its own and gives its future.
pub(crate) fn start_async<R: Send + 'static>(
    driver: &Arc<Driver>,
    action: impl FnOnce() -> Result<R> + Send + 'static,
) -> JobFuture<R> {
    let completion = Completion::new();
    let done = Arc::clone(&completion);
    let thread = std::thread::Builder::new()
        .name("flint-action".to_owned())
        .spawn(move || {
            WATCH.set(Some(Arc::clone(&done) as Arc<dyn JobWatch>));
            let result = crate::exec::catching(action);
            WATCH.set(None);
            done.complete(result);
        });
    if let Err(e) = thread {
        completion.complete(Err(Error::io("start", "a thread for an async action", e)));
    }
    JobFuture {
        completion,
        driver: Arc::clone(driver),
    }
}
