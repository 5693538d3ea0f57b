//! The driver's side: children, what they are sent, and what they say.
//!
//! Each child has one thread here, which reads its reports and, at their end, waits for the
//! process. Writes go out under the child's own lock. A child always reads, so no write waits for
//! long, and no lock is held while the scheduler is told something.

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Weak};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use flint_core::backend::{BackendEvents, BlockTransport, ExecutorRequest, Forgotten, TaskBackend};
use flint_core::conf::Conf;
use flint_core::exec::{ExecutorEnv, TaskSpec};
use flint_core::scheduler::{AttemptId, ExecutorId};
use flint_core::{Error, Result, StageProgram, build_hash};
use parking_lot::{Condvar, Mutex};
use tempfile::TempDir;

use super::blocks::{BlockServer, SocketTransport, socket_of};
use super::wire::{Program, ToDriver, ToExecutor, frame, receive, send};
use super::{BUILD_VAR, ID_VAR, SOCKET_VAR};

/// How long a context waits for its first executors.
const START_DEADLINE: Duration = Duration::from_secs(60);
/// Children that end in a row without having said hello, before no further one is started.
const MAX_STILLBORN: u32 = 3;

/// Runs tasks in child processes.
pub(super) struct ProcessBackend {
    cluster: Arc<Cluster>,
}

impl fmt::Debug for ProcessBackend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProcessBackend({:?})", self.cluster)
    }
}

/// What the threads of a backend share.
pub(super) struct Cluster {
    dir: TempDir,
    conf: Vec<(String, String)>,
    build: Option<String>,
    driver: Arc<ExecutorEnv>,
    events: Arc<dyn BackendEvents>,
    transport: Arc<SocketTransport>,
    server: Mutex<Option<BlockServer>>,
    programs: Mutex<Programs>,
    state: Mutex<State>,
    changed: Condvar,
}

impl fmt::Debug for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cluster({:?})", self.executors())
    }
}

struct State {
    request: ExecutorRequest,
    /// By the order in which they were started.
    children: BTreeMap<u64, Arc<Executor>>,
    threads: Vec<JoinHandle<()>>,
    next: u64,
    stillborn: u32,
    /// Why an executor did not come up.
    failure: Option<Error>,
    stopped: bool,
}

/// A child process.
struct Executor {
    id: ExecutorId,
    number: u64,
    cores: u32,
    pid: u32,
    child: Mutex<Child>,
    control: UnixStream,
    live: Mutex<Live>,
}

/// What changes about a child. The lock is held while one message is written.
#[derive(Default)]
struct Live {
    ready: bool,
    announced: bool,
    running: HashSet<AttemptId>,
    programs: HashSet<u64>,
}

impl Executor {
    /// A child that is gone is found by the thread that reads from it.
    fn tell(&self, message: &ToExecutor) {
        match frame(message) {
            Ok(bytes) => {
                let live = self.live.lock();
                self.write(&bytes);
                drop(live);
            }
            Err(error) => tracing::error!(executor = %self.id, %error, "a message can't be sent"),
        }
    }

    fn write(&self, bytes: &[u8]) {
        use std::io::Write;
        if let Err(error) = (&self.control).write_all(bytes) {
            tracing::debug!(executor = %self.id, %error, "an executor can't be told something");
        }
    }
}

/// Programs that were sent, as long as the driver has them.
#[derive(Default)]
struct Programs {
    sent: Vec<Sent>,
    next: u64,
}

#[derive(Clone)]
struct Sent {
    program: Weak<StageProgram>,
    number: u64,
    frame: Arc<Vec<u8>>,
}

impl Programs {
    /// The program of a task as it is sent, and the numbers of those that nobody needs now.
    fn get(&mut self, spec: &TaskSpec) -> Result<(Sent, Vec<u64>)> {
        let same = |s: &&Sent| std::ptr::eq(s.program.as_ptr(), Arc::as_ptr(&spec.program));
        if let Some(sent) = self.sent.iter().find(same) {
            return Ok((sent.clone(), Vec::new()));
        }
        let (kept, gone): (Vec<_>, Vec<_>) = std::mem::take(&mut self.sent)
            .into_iter()
            .partition(|s| s.program.strong_count() > 0);
        self.sent = kept;
        let number = self.next;
        self.next += 1;
        let message = ToExecutor::Program(Program {
            number,
            code: spec.program.encode()?.into(),
            inputs: Program::inputs_of(&spec.inputs),
            shuffle: spec.shuffle,
        });
        let sent = Sent {
            program: Arc::downgrade(&spec.program),
            number,
            frame: Arc::new(frame(&message)?),
        };
        self.sent.push(sent.clone());
        Ok((sent, gone.into_iter().map(|s| s.number).collect()))
    }
}

impl ProcessBackend {
    /// Starts executors, and waits until they can take tasks.
    ///
    /// # Errors
    /// [`Error::ForeignBuild`] if they are of another build; [`Error::ExecutorLost`] if they end
    /// or say nothing; [`Error::Io`].
    pub(super) fn start(
        request: ExecutorRequest,
        conf: &Arc<Conf>,
        driver: &Arc<ExecutorEnv>,
        events: Arc<dyn BackendEvents>,
        build: Option<String>,
    ) -> Result<Self> {
        let dir = tempfile::Builder::new()
            .prefix(&format!("flint-cluster-{}-", std::process::id()))
            .tempdir()
            .map_err(|e| Error::io("make", "a directory for executors", e))?;
        let server = BlockServer::start(&socket_of(dir.path(), &ExecutorId::driver()), driver)?;
        let conf = conf.get_all();
        let wanted = request.executors as usize;
        let cluster = Arc::new(Cluster {
            transport: SocketTransport::new(dir.path()),
            dir,
            conf: conf.map(|(k, v)| (k.to_owned(), v.to_owned())).collect(),
            build,
            driver: Arc::clone(driver),
            events,
            server: Mutex::new(Some(server)),
            programs: Mutex::default(),
            state: Mutex::new(State {
                request,
                children: BTreeMap::new(),
                threads: Vec::new(),
                next: 0,
                stillborn: 0,
                failure: None,
                stopped: false,
            }),
            changed: Condvar::new(),
        });
        // From here on a failure stops what has been started.
        let backend = ProcessBackend { cluster };
        backend.cluster.grow()?;
        backend.cluster.wait_for(wanted)?;
        Ok(backend)
    }

    pub(super) fn cluster(&self) -> &Arc<Cluster> {
        &self.cluster
    }
}

impl Cluster {
    /// Executors that can take tasks.
    pub(super) fn executors(&self) -> Vec<(ExecutorId, u32)> {
        let state = self.state.lock();
        let ready = state.children.values().filter(|e| e.live.lock().ready);
        ready.map(|e| (e.id.clone(), e.pid)).collect()
    }

    fn wait_for(&self, wanted: usize) -> Result<()> {
        let deadline = Instant::now() + START_DEADLINE;
        let mut state = self.state.lock();
        loop {
            if let Some(error) = &state.failure {
                return Err(error.clone());
            }
            let ready = state.children.values().filter(|e| e.live.lock().ready);
            if ready.count() >= wanted {
                return Ok(());
            }
            if self.changed.wait_until(&mut state, deadline).timed_out() {
                return Err(Error::ExecutorLost {
                    executor: "of a new cluster".to_owned(),
                    reason: format!("it said nothing for {START_DEADLINE:?}"),
                });
            }
        }
    }

    /// Starts as many executors as are missing.
    fn grow(self: &Arc<Self>) -> Result<()> {
        let mut state = self.state.lock();
        while !state.stopped
            && state.stillborn < MAX_STILLBORN
            && state.children.len() < state.request.executors as usize
        {
            let (number, request) = (state.next, state.request.clone());
            state.next += 1;
            let executor = Arc::new(self.spawn(number, &request)?);
            state.children.insert(number, Arc::clone(&executor));
            let cluster = Arc::clone(self);
            let thread = std::thread::Builder::new()
                .name(format!("flint-executor-{number}"))
                .spawn(move || cluster.attend(&executor, &request))
                .map_err(|e| Error::io("start", "a thread for an executor", e))?;
            state.threads.retain(|t| !t.is_finished());
            state.threads.push(thread);
        }
        Ok(())
    }

    fn spawn(&self, number: u64, request: &ExecutorRequest) -> Result<Executor> {
        let io = |e| Error::io("start", "an executor", e);
        let id = ExecutorId::new(number.to_string());
        let local = self.dir.path().join(id.as_str());
        std::fs::create_dir(&local).map_err(|e| Error::io("create directory", &local, e))?;
        let (control, theirs) = UnixStream::pair().map_err(io)?;
        let binary = std::env::current_exe().map_err(io)?;
        let mut command = Command::new(binary);
        command
            .env(
                SOCKET_VAR,
                socket_of(self.dir.path(), &ExecutorId::driver()),
            )
            .env(ID_VAR, id.as_str())
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .stdout(Stdio::null());
        if let Some(build) = &self.build {
            command.env(BUILD_VAR, build);
        }
        let child = command.spawn().map_err(io)?;
        Ok(Executor {
            id,
            number,
            cores: request.cores,
            pid: child.id(),
            child: Mutex::new(child),
            control,
            live: Mutex::default(),
        })
    }

    /// Looks after an executor until it is gone.
    fn attend(self: &Arc<Self>, executor: &Arc<Executor>, request: &ExecutorRequest) {
        let ended = self
            .greet(executor, request)
            .and_then(|()| self.take_reports(executor));
        let reason = match &ended {
            Ok(()) => "its process ended".to_owned(),
            Err(error) => error.to_string(),
        };
        let status = {
            let mut child = executor.child.lock();
            // Fails if the process ended by itself.
            let _ = child.kill();
            child.wait()
        };
        let reason = match status {
            Ok(status) => format!("{reason} ({status})"),
            Err(error) => format!("{reason} ({error})"),
        };
        self.bury(executor, reason, ended.err());
    }

    fn greet(&self, executor: &Executor, request: &ExecutorRequest) -> Result<()> {
        let ours = build_hash()?;
        let refusal = match receive(&executor.control)? {
            Some(ToDriver::Hello { build }) if build == ours => None,
            Some(ToDriver::Hello { build }) => Some(Error::ForeignBuild {
                theirs: ours.to_owned(),
                ours: build,
            }),
            Some(ToDriver::Ended(_)) => {
                Some(Error::Internal("a report came before hello".to_owned()))
            }
            None => return Ok(()),
        };
        if let Some(error) = refusal {
            send(&executor.control, &ToExecutor::Refused(error.clone()))?;
            return Err(error);
        }
        let mut conf = self.conf.clone();
        let local = self.dir.path().join(executor.id.as_str());
        conf.push(("spark.local.dir".to_owned(), local.display().to_string()));
        conf.push((
            "flint.memory.size".to_owned(),
            request.memory_bytes.to_string(),
        ));
        let welcome = ToExecutor::Welcome {
            conf,
            cores: executor.cores,
        };
        executor.tell(&welcome);
        executor.live.lock().ready = true;
        self.events
            .executor_added(executor.id.clone(), "localhost", executor.cores);
        let mut state = self.state.lock();
        state.stillborn = 0;
        drop(state);
        self.changed.notify_all();
        Ok(())
    }

    fn take_reports(&self, executor: &Executor) -> Result<()> {
        while let Some(message) = receive(&executor.control)? {
            let ToDriver::Ended(report) = message else {
                return Err(Error::Internal("an executor said hello twice".to_owned()));
            };
            executor.live.lock().running.remove(&report.id());
            if self.state.lock().stopped {
                return Ok(());
            }
            self.events.task_ended(&executor.id, report.into_report());
        }
        Ok(())
    }

    /// Takes note of an executor's end, and replaces it.
    fn bury(self: &Arc<Self>, executor: &Executor, reason: String, error: Option<Error>) {
        let (ready, announced, running) = {
            let mut live = executor.live.lock();
            let running = std::mem::take(&mut live.running);
            (live.ready, live.announced, running)
        };
        {
            let mut state = self.state.lock();
            state.children.remove(&executor.number);
            if state.stopped {
                return;
            }
            if !ready {
                state.stillborn += 1;
                let lost = || Error::ExecutorLost {
                    executor: executor.id.to_string(),
                    reason: reason.clone(),
                };
                state.failure = Some(match error {
                    Some(error @ Error::ForeignBuild { .. }) => error,
                    _ => lost(),
                });
            }
        }
        self.changed.notify_all();
        // Another attempt must get what the lost ones were granted.
        for id in running {
            self.driver.commits.attempt_failed(id);
        }
        if ready {
            self.events
                .executor_lost(executor.id.clone(), &reason, announced);
        }
        if let Err(error) = self.grow() {
            tracing::error!(%error, "a lost executor can't be replaced");
        }
    }

    fn find(&self, id: &ExecutorId) -> Option<Arc<Executor>> {
        let number = id.as_str().parse::<u64>().ok()?;
        self.state.lock().children.get(&number).map(Arc::clone)
    }

    fn known(&self, id: &ExecutorId) -> Result<Arc<Executor>> {
        self.find(id)
            .ok_or_else(|| Error::argument("executor", format!("there is no executor {id}")))
    }

    pub(super) fn request(self: &Arc<Self>, request: ExecutorRequest) -> Result<()> {
        let surplus: Vec<Arc<Executor>> = {
            let mut state = self.state.lock();
            state.request = request;
            let wanted = state.request.executors as usize;
            state.children.values().skip(wanted).cloned().collect()
        };
        for executor in surplus {
            self.decommission(&executor.id)?;
        }
        self.grow()
    }

    pub(super) fn kill(&self, id: &ExecutorId) -> Result<()> {
        let executor = self.known(id)?;
        let killed = executor.child.lock().kill();
        killed.map_err(|e| Error::io("kill", format!("executor {id}"), e))
    }

    pub(super) fn decommission(&self, id: &ExecutorId) -> Result<()> {
        let executor = self.known(id)?;
        executor.live.lock().announced = true;
        executor.tell(&ToExecutor::Drain);
        Ok(())
    }

    fn all(&self) -> Vec<Arc<Executor>> {
        self.state.lock().children.values().cloned().collect()
    }

    /// Sends a task, after its program if that was not sent there before.
    fn send_task(&self, spec: &TaskSpec, executor: &Executor) -> Result<()> {
        let (program, gone) = self.programs.lock().get(spec)?;
        if !gone.is_empty() {
            self.drop_programs(&gone);
        }
        let task = frame(&ToExecutor::Task {
            id: spec.id,
            program: program.number,
        })?;
        let mut live = executor.live.lock();
        live.running.insert(spec.id);
        if live.programs.insert(program.number) {
            executor.write(&program.frame);
        }
        executor.write(&task);
        Ok(())
    }

    fn drop_programs(&self, numbers: &[u64]) {
        for executor in self.all() {
            for number in numbers {
                if executor.live.lock().programs.remove(number) {
                    executor.tell(&ToExecutor::DropProgram(*number));
                }
            }
        }
    }
}

impl TaskBackend for ProcessBackend {
    fn needs_portable(&self) -> bool {
        true
    }

    /// Tasks for an executor that is gone are dropped: its loss is told, and they go elsewhere.
    fn launch(&self, tasks: Vec<(TaskSpec, ExecutorId)>) -> Result<()> {
        for (spec, executor) in tasks {
            let Some(executor) = self.cluster.find(&executor) else {
                continue;
            };
            if let Err(error) = self.cluster.send_task(&spec, &executor) {
                let report = flint_core::exec::TaskReport {
                    id: spec.id,
                    end: Err(error),
                    counters: Default::default(),
                };
                self.cluster.events.task_ended(&executor.id, report);
            }
        }
        Ok(())
    }

    fn kill(&self, id: AttemptId, executor: &ExecutorId, reason: &str) {
        if let Some(executor) = self.cluster.find(executor) {
            executor.tell(&ToExecutor::Kill {
                id,
                reason: reason.to_owned(),
            });
        }
    }

    fn blocks(&self) -> Arc<dyn BlockTransport> {
        Arc::clone(&self.cluster.transport) as Arc<dyn BlockTransport>
    }

    fn forget(&self, what: Forgotten) {
        for executor in self.cluster.all() {
            executor.tell(&ToExecutor::Forget(what));
        }
    }

    /// Kills the children: what they hold is of no use to anybody, and what they have on disk is
    /// in the cluster's directory.
    fn stop(&self) {
        let (children, threads) = {
            let mut state = self.cluster.state.lock();
            state.stopped = true;
            let children: Vec<_> = state.children.values().cloned().collect();
            (children, std::mem::take(&mut state.threads))
        };
        for executor in children {
            // Ends the child's thread here, which kills and waits for the process. Fails if the
            // process is gone already.
            let _ = executor.control.shutdown(std::net::Shutdown::Both);
        }
        let me = std::thread::current().id();
        for thread in threads {
            if thread.thread().id() != me {
                let _ = thread.join();
            }
        }
        drop(self.cluster.server.lock().take());
    }
}

impl Drop for ProcessBackend {
    fn drop(&mut self) {
        self.stop();
    }
}
