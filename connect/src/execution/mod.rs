//! Executions: plans that run, whoever is connected.
//!
//! An [`Execution`] has a thread that runs its plan and pushes responses into its [`Buffer`], from
//! which the client's calls read. It ends when its plan has ended or it is interrupted; it goes when
//! the client releases it, when a client that cannot come back is gone, or when nobody has asked for
//! it for [`ABANDONED`].

mod buffer;

pub(crate) use buffer::{Buffer, Lost, Next, Reader};

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use flint_connect_protocol::spark::connect::get_status_response::operation_status::OperationState;
use flint_sql::SparkSession;
use parking_lot::Mutex;
use tonic::Status;

/// How long a finished or running execution waits for a client that reads it.
pub(crate) const ABANDONED: Duration = Duration::from_secs(300);

/// A plan that runs, or has run.
#[derive(Debug)]
pub(crate) struct Execution {
    /// The client's id for it.
    pub(crate) id: String,
    /// The client's tags.
    pub(crate) tags: Vec<String>,
    /// Whether a client that loses the connection may come back.
    pub(crate) reattachable: bool,
    pub(crate) buffer: Buffer,
    session: SparkSession,
    interrupted: AtomicBool,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    operation: OperationState,
    /// Calls that read.
    readers: usize,
    last_read: Instant,
}

impl Execution {
    pub(crate) fn new(
        id: String,
        tags: Vec<String>,
        reattachable: bool,
        session: SparkSession,
    ) -> Execution {
        Execution {
            id,
            tags,
            reattachable,
            buffer: Buffer::default(),
            session,
            interrupted: AtomicBool::new(false),
            state: Mutex::new(State {
                operation: OperationState::Running,
                readers: 0,
                last_read: Instant::now(),
            }),
        }
    }

    /// What its jobs are tagged with.
    pub(crate) fn job_tag(&self) -> String {
        format!("connect-operation-{}", self.id)
    }

    /// What it is at.
    pub(crate) fn operation(&self) -> OperationState {
        self.state.lock().operation
    }

    pub(crate) fn is_running(&self) -> bool {
        matches!(
            self.operation(),
            OperationState::Running | OperationState::Terminating
        )
    }

    /// Whether somebody wants it to stop.
    pub(crate) fn is_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Acquire)
    }

    /// Ends it with what it came to.
    pub(crate) fn end(&self, end: Result<(), Status>) {
        let operation = match &end {
            Ok(()) => OperationState::Succeeded,
            Err(_) if self.is_interrupted() => OperationState::Cancelled,
            Err(_) => OperationState::Failed,
        };
        self.state.lock().operation = operation;
        self.buffer.end(end);
    }

    /// Stops it. False if it had ended, or was stopped before.
    pub(crate) fn interrupt(&self) -> bool {
        {
            let mut state = self.state.lock();
            if state.operation != OperationState::Running {
                return false;
            }
            state.operation = OperationState::Terminating;
        }
        self.interrupted.store(true, Ordering::Release);
        self.session.interrupt_tag_for_good(&self.job_tag());
        true
    }

    /// Notes that somebody reads, until the guard is dropped.
    pub(crate) fn reading(self: &Arc<Self>) -> Reading {
        self.state.lock().readers += 1;
        Reading(Arc::clone(self))
    }

    /// Whether nobody has read it for a long time.
    pub(crate) fn is_abandoned(&self) -> bool {
        let state = self.state.lock();
        state.readers == 0 && state.last_read.elapsed() > ABANDONED
    }
}

/// The thread of an execution. When it ends without an end of its own, because it panicked, the
/// execution ends with an error, and its client does not wait for ever.
#[derive(Debug)]
pub(crate) struct Ending(pub(crate) Arc<Execution>);

impl Drop for Ending {
    fn drop(&mut self) {
        if self.0.is_running() {
            self.0
                .end(Err(Status::internal("the execution's thread panicked")));
        }
    }
}

/// Somebody reads an execution.
#[derive(Debug)]
pub(crate) struct Reading(Arc<Execution>);

impl Reading {
    pub(crate) fn execution(&self) -> &Arc<Execution> {
        &self.0
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        let mut state = self.0.state.lock();
        state.readers -= 1;
        state.last_read = Instant::now();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_execution_whose_thread_panics_ends() {
        let session = SparkSession::builder().master("local[1]").create();
        let session = session.expect("a session");
        let execution = Arc::new(Execution::new("one".to_owned(), Vec::new(), true, session));
        let mut reader = execution.buffer.read_after(None).expect("it is new");
        let ending = Ending(Arc::clone(&execution));
        let thread = std::thread::spawn(move || {
            let _ending = ending;
            panic!("as a plan might");
        });
        assert!(thread.join().is_err());
        assert_eq!(execution.operation(), OperationState::Failed);
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let next = runtime
            .expect("a runtime")
            .block_on(execution.buffer.next(&mut reader));
        assert!(matches!(next, Ok(Next::End(Err(_)))));
    }
}
