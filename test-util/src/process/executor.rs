//! The child's side: an executor with stores of its own.
//!
//! The main thread reads the control socket, `cores` threads run tasks, one thread per connection
//! serves blocks. The process ends when the control socket does.

use std::collections::{HashMap, VecDeque};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flint_core::conf::Conf;
use flint_core::exec::{
    ExecutorEnv, KillFlag, ShuffleInputs, TaskSpec, TaskSuccess, run_task, store_map_output,
};
use flint_core::scheduler::{AttemptId, ExecutorId, ShuffleId};
use flint_core::{Error, Result, StageProgram, backend::Forgotten, build_hash};
use parking_lot::{Condvar, Mutex};

use super::blocks::{BlockServer, SocketTransport, socket_of};
use super::wire::{Program, Report, Success, ToDriver, ToExecutor, receive, send};
use super::{BUILD_VAR, ID_VAR};

/// Is an executor until the driver says that it should end, or is gone.
pub(super) fn run(driver_socket: &Path) -> Result<()> {
    let control = std::io::stdin()
        .as_fd()
        .try_clone_to_owned()
        .map(UnixStream::from)
        .map_err(|e| Error::io("take over", "the control socket", e))?;
    let build = match std::env::var(BUILD_VAR) {
        Ok(build) => build,
        Err(_) => build_hash()?.to_owned(),
    };
    send(&control, &ToDriver::Hello { build })?;
    let (conf, cores) = match receive(&control)? {
        Some(ToExecutor::Welcome { conf, cores }) => (conf, cores),
        Some(ToExecutor::Refused(error)) => return Err(error),
        Some(_) => return Err(Error::Internal("the driver did not say welcome".to_owned())),
        None => return Ok(()),
    };
    let executor = Arc::new(Executor::new(driver_socket, &conf, &control)?);
    let dir = directory_of(driver_socket);
    let _server = BlockServer::start(&socket_of(&dir, &executor.env.id), &executor.env)?;
    for i in 0..cores {
        let executor = Arc::clone(&executor);
        std::thread::Builder::new()
            .name(format!("flint-task-{i}"))
            .spawn(move || executor.work())
            .map_err(|e| Error::io("start", "a task thread", e))?;
    }
    executor.listen(&control)
}

fn directory_of(driver_socket: &Path) -> PathBuf {
    driver_socket
        .parent()
        .map_or_else(PathBuf::new, Path::to_owned)
}

struct Executor {
    env: Arc<ExecutorEnv>,
    out: Mutex<UnixStream>,
    queue: Mutex<Queue>,
    changed: Condvar,
    /// Which attempt made the map output that is kept: a late one of an earlier run of the stage
    /// must not take the place of a newer one.
    made_by: Mutex<HashMap<(ShuffleId, u32), AttemptId>>,
}

#[derive(Default)]
struct Queue {
    tasks: VecDeque<(TaskSpec, Arc<KillFlag>)>,
    /// Of tasks that wait or run.
    flags: HashMap<AttemptId, Arc<KillFlag>>,
}

/// A program that the driver sent, or why it can't be run.
struct Loaded {
    code: Result<Arc<StageProgram>>,
    inputs: Arc<ShuffleInputs>,
    shuffle: Option<ShuffleId>,
}

impl Executor {
    fn new(
        driver_socket: &Path,
        settings: &[(String, String)],
        control: &UnixStream,
    ) -> Result<Self> {
        let mut conf = Conf::new();
        for (key, value) in settings {
            conf.set(key, value)?;
        }
        let id = std::env::var(ID_VAR)
            .map_err(|e| Error::argument(ID_VAR, format!("the executor has no name: {e}")))?;
        let transport = SocketTransport::new(&directory_of(driver_socket));
        let out = control
            .try_clone()
            .map_err(|e| Error::io("share", "the control socket", e))?;
        Ok(Executor {
            env: ExecutorEnv::new(ExecutorId::new(id), Arc::new(conf), transport)?,
            out: Mutex::new(out),
            queue: Mutex::default(),
            changed: Condvar::new(),
            made_by: Mutex::default(),
        })
    }

    /// Does what the driver says. Never waits for a task, so that the driver never waits for it.
    fn listen(self: &Arc<Self>, control: &UnixStream) -> Result<()> {
        let mut programs: HashMap<u64, Loaded> = HashMap::new();
        while let Some(message) = receive(control)? {
            match message {
                ToExecutor::Program(program) => {
                    programs.insert(program.number, load(&program));
                }
                ToExecutor::DropProgram(number) => drop(programs.remove(&number)),
                ToExecutor::Task { id, program } => self.start(id, programs.get(&program)),
                ToExecutor::Kill { id, reason } => {
                    if let Some(flag) = self.queue.lock().flags.get(&id) {
                        flag.kill(&reason);
                    }
                }
                ToExecutor::Forget(what) => self.forget(what),
                ToExecutor::Drain => {
                    self.drain();
                    return Ok(());
                }
                ToExecutor::Welcome { .. } | ToExecutor::Refused(_) => {
                    return Err(Error::Internal("welcome came twice".to_owned()));
                }
            }
        }
        Ok(())
    }

    fn start(&self, id: AttemptId, program: Option<&Loaded>) {
        let Some(loaded) = program else {
            let error = Error::Internal(format!("no program was sent for {id}"));
            return self.report(error_report(id, error));
        };
        let code = match &loaded.code {
            Ok(code) => Arc::clone(code),
            Err(error) => return self.report(error_report(id, error.clone())),
        };
        let spec = TaskSpec {
            id,
            program: code,
            inputs: Arc::clone(&loaded.inputs),
            shuffle: loaded.shuffle,
        };
        let flag = Arc::new(KillFlag::default());
        let mut queue = self.queue.lock();
        queue.flags.insert(id, Arc::clone(&flag));
        queue.tasks.push_back((spec, flag));
        drop(queue);
        self.changed.notify_all();
    }

    fn work(&self) {
        loop {
            let (spec, flag) = {
                let mut queue = self.queue.lock();
                loop {
                    if let Some(task) = queue.tasks.pop_front() {
                        break task;
                    }
                    self.changed.wait(&mut queue);
                }
            };
            let report = run_task(&self.env, &spec, &flag);
            let end = report.end.and_then(|success| self.finish(&spec, success));
            let id = spec.id;
            drop(spec);
            self.report(Report::new(id, end, &report.counters));
            self.queue.lock().flags.remove(&id);
            self.changed.notify_all();
        }
    }

    /// Keeps a map output, and encodes what goes to the driver. Encoding calls user code, which
    /// may panic.
    fn finish(&self, spec: &TaskSpec, success: TaskSuccess) -> Result<Success> {
        let encode = || {
            let output = spec.program.encode_output(&success.output)?.into();
            let updates = success.accumulators.iter();
            let accumulators = updates
                .map(|update| update.to_wire().map(|(id, bytes)| (id, bytes.into())))
                .collect::<Result<_>>()?;
            Ok(Success {
                output,
                deep_bytes: success.output.deep_bytes(),
                accumulators,
            })
        };
        let encoded = catch_unwind(AssertUnwindSafe(encode)).unwrap_or_else(|payload| {
            let text = payload.downcast_ref::<&str>().map(|s| (*s).to_owned());
            Err(Error::Panic {
                message: text
                    .or_else(|| payload.downcast_ref::<String>().cloned())
                    .unwrap_or_default(),
                site: None,
            })
        })?;
        if let Some(shuffle) = spec.shuffle {
            let mut made_by = self.made_by.lock();
            let newest = made_by
                .entry((shuffle, spec.id.partition))
                .or_insert(spec.id);
            if *newest <= spec.id {
                *newest = spec.id;
                store_map_output(&self.env, shuffle, spec.id.partition, success.output)?;
            }
        }
        Ok(encoded)
    }

    /// A driver that is gone ends the process from the thread that listens to it.
    fn report(&self, report: Report) {
        let id = report.id();
        // Held for one message, so that two don't mix.
        let out = self.out.lock();
        let sent = match send(&*out, &ToDriver::Ended(report)) {
            Err(error @ Error::Codec { .. }) => {
                send(&*out, &ToDriver::Ended(error_report(id, error)))
            }
            sent => sent,
        };
        if let Err(error) = sent {
            tracing::debug!(%error, "a report is lost with the driver");
        }
    }

    fn forget(&self, what: Forgotten) {
        match what {
            Forgotten::Shuffle(shuffle) => {
                self.env.shuffles.remove_shuffle(shuffle);
                self.made_by.lock().retain(|(s, _), _| *s != shuffle);
            }
            Forgotten::Rdd(rdd) => {
                self.env.blocks.remove_rdd(rdd);
            }
        }
    }

    fn drain(&self) {
        let mut queue = self.queue.lock();
        while !queue.flags.is_empty() {
            self.changed.wait(&mut queue);
        }
    }
}

fn load(program: &Program) -> Loaded {
    Loaded {
        code: StageProgram::decode(&program.code).map(Arc::new),
        inputs: program.inputs(),
        shuffle: program.shuffle,
    }
}

fn error_report(id: AttemptId, error: Error) -> Report {
    Report::new(id, Err(error), &Default::default())
}
