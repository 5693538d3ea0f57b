//! [`PartialResult`]: an answer that is there at a deadline, and a better one that follows.

use std::fmt;
use std::sync::Arc;

use parking_lot::{Condvar, Mutex};

use crate::error::{Error, Result};
use crate::exec::catching;

/// A number that is known to lie within bounds with some confidence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BoundedDouble {
    /// The estimate.
    pub mean: f64,
    /// The probability, from 0 to 1, that the bounds hold. 1 for what is known.
    pub confidence: f64,
    /// The lower bound.
    pub low: f64,
    /// The upper bound.
    pub high: f64,
}

impl BoundedDouble {
    /// A number that is known.
    pub(super) fn exactly(value: f64) -> Self {
        BoundedDouble {
            mean: value,
            confidence: 1.0,
            low: value,
            high: value,
        }
    }
}

impl fmt::Display for BoundedDouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{:.3}, {:.3}]", self.low, self.high)
    }
}

type Handler<R> = Box<dyn FnOnce(Result<R>) + Send>;

/// Where the final value is left.
struct Outcome<R> {
    state: Mutex<State<R>>,
    ended: Condvar,
}

struct State<R> {
    result: Option<Result<R>>,
    handlers: Vec<Handler<R>>,
}

/// What an approximate action answers: Spark's `PartialResult`.
///
/// [`initial_value`](Self::initial_value) is what was known at the timeout. If that was not
/// everything, the job goes on, and its end gives the final value, to whoever waits for it
/// ([`get_final_value`](Self::get_final_value)) and to handlers
/// ([`on_complete`](Self::on_complete), [`on_fail`](Self::on_fail)). Dropping the result does not
/// cancel the job; its job group or tag does.
///
/// ```
/// use std::sync::mpsc;
/// use std::time::Duration;
/// use flint_core::Context;
/// let ctx = Context::local("local[2]")?;
/// let count = ctx.range(0, 1000, 1, 4)?.count_approx(Duration::from_millis(1), 0.95)?;
/// let known = count.initial_value();
/// assert!(known.low <= known.mean && known.mean <= known.high);
/// assert!(!count.is_initial_value_final() || known.mean == 1000.0);
///
/// assert_eq!(count.get_final_value()?.mean, 1000.0);
/// let (sent, told) = mpsc::channel();
/// count.map(|n| n.mean as u64).on_complete(move |n| sent.send(n).expect("it is awaited"));
/// assert_eq!(told.recv(), Ok(1000));
/// count.on_fail(|error| panic!("{error}"));
/// # Ok::<(), flint_core::Error>(())
/// ```
pub struct PartialResult<R> {
    initial: R,
    initial_is_final: bool,
    outcome: Arc<Outcome<R>>,
}

impl<R: fmt::Debug> fmt::Debug for PartialResult<R> {
    /// As Spark writes it: `(final: ..)` or `(partial: ..)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.outcome.state.lock().result {
            Some(Ok(value)) => write!(f, "(final: {value:?})"),
            _ => write!(f, "(partial: {:?})", self.initial),
        }
    }
}

impl<R: Clone + Send + 'static> PartialResult<R> {
    /// A result whose end is told to `awaited`.
    pub(super) fn new(initial: R, initial_is_final: bool, awaited: Awaited<R>) -> Self {
        PartialResult {
            initial,
            initial_is_final,
            outcome: awaited.0,
        }
    }

    /// The answer at the timeout.
    pub fn initial_value(&self) -> &R {
        &self.initial
    }

    /// Whether the job had ended by then, so that the initial value is the final one.
    pub fn is_initial_value_final(&self) -> bool {
        self.initial_is_final
    }

    /// Blocks until the job ends, and gives its whole answer.
    ///
    /// # Errors
    /// What the job ended with.
    pub fn get_final_value(&self) -> Result<R> {
        let mut state = self.outcome.state.lock();
        loop {
            if let Some(result) = &state.result {
                return result.clone();
            }
            self.outcome.ended.wait(&mut state);
        }
    }

    /// Calls `handler` with the final value: at once if it is there, else on the thread that ends
    /// the action. Not called if the job fails. There may be several (in Spark: one); a panic in
    /// one of those called later is logged.
    pub fn on_complete(&self, handler: impl FnOnce(R) + Send + 'static) -> &Self {
        self.when_ended(Box::new(|result| {
            if let Ok(value) = result {
                handler(value);
            }
        }));
        self
    }

    /// Calls `handler` with what the job failed with, if it does; as
    /// [`on_complete`](Self::on_complete).
    pub fn on_fail(&self, handler: impl FnOnce(Error) + Send + 'static) -> &Self {
        self.when_ended(Box::new(|result| {
            if let Err(error) = result {
                handler(error);
            }
        }));
        self
    }

    /// The result with `f` applied to its values, the initial one at once. A panic in `f` over the
    /// final value is [`Error::Panic`] there.
    pub fn map<T, F>(&self, f: F) -> PartialResult<T>
    where
        T: Clone + Send + 'static,
        F: Fn(R) -> T + Send + 'static,
    {
        let ending = Ending::new();
        let mapped = f(self.initial.clone());
        let mapped = PartialResult::new(mapped, self.initial_is_final, ending.awaited());
        self.when_ended(Box::new(move |result| {
            ending.end(result.and_then(|value| catching(|| Ok(f(value)))));
        }));
        mapped
    }

    fn when_ended(&self, handler: Handler<R>) {
        let mut state = self.outcome.state.lock();
        match &state.result {
            None => state.handlers.push(handler),
            Some(result) => {
                let result = result.clone();
                // User code runs without the lock.
                drop(state);
                handler(result);
            }
        }
    }
}

/// The other side of an [`Ending`].
pub(super) struct Awaited<R>(Arc<Outcome<R>>);

/// The end of an action, to be told once. One that is dropped untold has failed.
pub(super) struct Ending<R: Clone + Send + 'static>(Arc<Outcome<R>>);

impl<R: Clone + Send + 'static> Ending<R> {
    pub(super) fn new() -> Self {
        Ending(Arc::new(Outcome {
            state: Mutex::new(State {
                result: None,
                handlers: Vec::new(),
            }),
            ended: Condvar::new(),
        }))
    }

    /// What this end is told to.
    pub(super) fn awaited(&self) -> Awaited<R> {
        Awaited(Arc::clone(&self.0))
    }

    /// The first end counts.
    pub(super) fn end(&self, result: Result<R>) {
        let handlers = {
            let mut state = self.0.state.lock();
            if state.result.is_some() {
                return;
            }
            state.result = Some(result.clone());
            std::mem::take(&mut state.handlers)
        };
        self.0.ended.notify_all();
        for handler in handlers {
            let result = result.clone();
            let called = catching(|| {
                handler(result);
                Ok(())
            });
            if let Err(error) = called {
                tracing::error!(%error, "a handler of a partial result failed");
            }
        }
    }
}

impl<R: Clone + Send + 'static> Drop for Ending<R> {
    fn drop(&mut self) {
        self.end(Err(Error::Internal(
            "an approximate action ended without an answer".to_owned(),
        )));
    }
}
