//! Tasks on threads of the driver's process: master `local[N]`.

use std::fmt;
use std::sync::Arc;
use std::thread::JoinHandle;

use hashbrown::HashMap;
use parking_lot::{Condvar, Mutex};

use super::{BackendEvents, BlockTransport, NoTransport, TaskBackend};
use crate::error::{Error, Result};
use crate::exec::{ExecutorEnv, KillFlag, TaskSpec, run_task};
use crate::scheduler::{AttemptId, ExecutorId};
use crate::shuffle::FlintBuildHasher;

/// A fixed pool of threads, one per slot.
pub struct ThreadBackend {
    shared: Arc<Shared>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

struct Shared {
    env: Arc<ExecutorEnv>,
    events: Arc<dyn BackendEvents>,
    queue: Mutex<Queue>,
    wake: Condvar,
}

#[derive(Default)]
struct Queue {
    tasks: std::collections::VecDeque<(TaskSpec, Arc<KillFlag>)>,
    flags: HashMap<AttemptId, Arc<KillFlag>, FlintBuildHasher>,
    stopped: bool,
}

impl fmt::Debug for ThreadBackend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ThreadBackend({} threads)", self.threads.lock().len())
    }
}

impl ThreadBackend {
    /// Starts `slots` threads and announces them as one executor.
    ///
    /// # Errors
    /// [`Error::Io`] if a thread can't be started.
    pub fn start(
        env: Arc<ExecutorEnv>,
        slots: u32,
        events: Arc<dyn BackendEvents>,
    ) -> Result<Self> {
        let id = env.id.clone();
        let shared = Arc::new(Shared {
            env,
            events: Arc::clone(&events),
            queue: Mutex::new(Queue::default()),
            wake: Condvar::new(),
        });
        let backend = ThreadBackend {
            shared: Arc::clone(&shared),
            threads: Mutex::new(Vec::new()),
        };
        for i in 0..slots {
            let shared = Arc::clone(&shared);
            let thread = std::thread::Builder::new()
                .name(format!("flint-task-{i}"))
                .spawn(move || shared.work())
                .map_err(|e| Error::io("start", "a task thread", e));
            match thread {
                Ok(t) => backend.threads.lock().push(t),
                Err(e) => {
                    backend.stop();
                    return Err(e);
                }
            }
        }
        events.executor_added(id, "localhost", slots);
        Ok(backend)
    }
}

impl Shared {
    fn work(&self) {
        loop {
            let (spec, flag) = {
                let mut queue = self.queue.lock();
                loop {
                    if let Some(task) = queue.tasks.pop_front() {
                        break task;
                    }
                    if queue.stopped {
                        return;
                    }
                    self.wake.wait(&mut queue);
                }
            };
            let report = run_task(&self.env, &spec, &flag);
            // The program may hold the last handle of something that takes time to free.
            drop(spec);
            let stopped = {
                let mut queue = self.queue.lock();
                queue.flags.remove(&report.id);
                queue.stopped
            };
            if !stopped {
                self.events.task_ended(&self.env.id, report);
            }
        }
    }
}

impl TaskBackend for ThreadBackend {
    fn needs_portable(&self) -> bool {
        false
    }

    fn launch(&self, tasks: Vec<(TaskSpec, ExecutorId)>) -> Result<()> {
        let many = tasks.len() > 1;
        let mut queue = self.shared.queue.lock();
        if queue.stopped {
            return Err(Error::ContextStopped);
        }
        for (spec, _) in tasks {
            let flag = Arc::new(KillFlag::default());
            queue.flags.insert(spec.id, Arc::clone(&flag));
            queue.tasks.push_back((spec, flag));
        }
        drop(queue);
        if many {
            self.shared.wake.notify_all();
        } else {
            self.shared.wake.notify_one();
        }
        Ok(())
    }

    fn kill(&self, id: AttemptId, _: &ExecutorId, reason: &str) {
        if let Some(flag) = self.shared.queue.lock().flags.get(&id) {
            flag.kill(reason);
        }
    }

    fn blocks(&self) -> Arc<dyn BlockTransport> {
        Arc::new(NoTransport)
    }

    /// Asks running tasks to stop and waits for the threads, unless a thread of the pool itself
    /// asks.
    fn stop(&self) {
        {
            let mut queue = self.shared.queue.lock();
            queue.stopped = true;
            queue.tasks.clear();
            for flag in queue.flags.values() {
                flag.kill("the context is stopped");
            }
        }
        self.shared.wake.notify_all();
        let me = std::thread::current().id();
        for thread in std::mem::take(&mut *self.threads.lock()) {
            if thread.thread().id() != me {
                // A task's panic is caught in `run_task`; a thread has no other way to panic.
                let _ = thread.join();
            }
        }
    }
}

impl Drop for ThreadBackend {
    fn drop(&mut self) {
        self.stop();
    }
}
