//! The driver: carries events to the scheduler and its actions to the backend.
//!
//! There is no event-loop thread. Whoever brings an event steps the state machine under its lock;
//! the actions go into one queue, and one thread at a time performs them in order, so that a job's
//! results are always taken before its end is told. A one-task job thus costs two thread wake-ups.

use std::any::Any;
use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Weak};

use hashbrown::HashMap;
use parking_lot::Mutex;

use super::timer::Timer;
use crate::backend::{BackendEvents, Forgotten, TaskBackend};
use crate::clock::Clock;
use crate::conf::Conf;
use crate::error::{Error, Result};
use crate::events::{Event as BusEvent, EventBus, StageInfo, TaskMetrics, TaskOutcome, unix_ms};
use crate::exec::{
    ExecutorEnv, ShuffleInputs, TaskReport, TaskSpec, TaskSuccess, catching, store_map_output,
};
use crate::plan::SinkValue;
use crate::plan::{SinkHandle, SinkOutput, StageProgram, planner};
use crate::rdd::node::{RddNode, ShuffleDep};
use crate::scheduler::{
    Action, AttemptId, Event, ExecutorId, JobId, JobSpec, Scheduler, SchedulerConf, ShuffleId,
    StageId, StageSpec, TaskEnd,
};
use crate::shared::AccumulatorRegistry;
use crate::shuffle::FlintBuildHasher;
use crate::storage::block_store::BlockEvent;

type Map<K, V> = HashMap<K, V, FlintBuildHasher>;

/// What becomes of the results of a job.
pub(crate) trait ResultHandler: Send {
    /// Takes the result of one partition, once for each.
    fn take(&mut self, partition: u32, value: Box<dyn Any + Send>) -> Result<()>;
    /// The job ended.
    fn end(self: Box<Self>, result: Result<()>);
}

/// What a stage runs.
#[derive(Clone)]
pub(crate) enum StageWork {
    Map(Arc<ShuffleDep>),
    Result(Arc<RddNode>, SinkHandle),
}

impl StageWork {
    fn root(&self) -> &Arc<RddNode> {
        match self {
            StageWork::Map(dep) => &dep.parent,
            StageWork::Result(node, _) => node,
        }
    }

    fn shuffle(&self) -> Option<ShuffleId> {
        match self {
            StageWork::Map(dep) => Some(dep.id),
            StageWork::Result(..) => None,
        }
    }

    fn sink(&self) -> &SinkHandle {
        match self {
            StageWork::Map(dep) => &dep.sink,
            StageWork::Result(_, sink) => sink,
        }
    }
}

/// A stage of a running job.
struct StageRun {
    work: StageWork,
    /// How many running jobs brought it along.
    jobs: usize,
    program: Option<Arc<StageProgram>>,
    inputs: Arc<ShuffleInputs>,
}

struct JobRun {
    handler: Option<Box<dyn ResultHandler>>,
    stages: Vec<StageId>,
    result_bytes: u64,
    /// What failed on the driver. Takes the place of what the scheduler says.
    error: Option<Error>,
}

#[derive(Default)]
struct State {
    jobs: Map<JobId, JobRun>,
    stages: Map<StageId, StageRun>,
    outputs: Map<ShuffleId, Vec<Option<ExecutorId>>>,
    next_job: JobId,
    stopped: bool,
}

#[derive(Default)]
struct Queue {
    actions: VecDeque<Step>,
    draining: bool,
}

/// What is done in the order of the scheduler's steps.
enum Step {
    /// An action, with the report of the task that it is about if it accepts one.
    Act {
        action: Action,
        success: Option<(ExecutorId, TaskSuccess)>,
    },
    /// Listeners are told. In the queue like actions: else the end of a stage, performed by another
    /// thread, could be told before that of its last task.
    Tell(Box<BusEvent>),
}

/// See the module's text.
pub(crate) struct Driver {
    scheduler: Mutex<Scheduler>,
    queue: Mutex<Queue>,
    state: Mutex<State>,
    backend: Mutex<Option<Arc<dyn TaskBackend>>>,
    early: Mutex<Vec<Event>>,
    accumulators: AccumulatorRegistry,
    bus: Arc<EventBus>,
    timer: Timer,
    clock: Arc<dyn Clock>,
    env: Arc<ExecutorEnv>,
    max_result_bytes: Option<u64>,
}

impl fmt::Debug for Driver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Driver({} jobs)", self.state.lock().jobs.len())
    }
}

impl Driver {
    pub(super) fn new(
        scheduler: SchedulerConf,
        conf: &Conf,
        env: &Arc<ExecutorEnv>,
        clock: &Arc<dyn Clock>,
    ) -> Result<Arc<Self>> {
        let capacity = conf.get_int("spark.scheduler.listenerbus.eventqueue.capacity")?;
        Ok(Arc::new(Driver {
            scheduler: Mutex::new(Scheduler::new(scheduler)),
            queue: Mutex::default(),
            state: Mutex::default(),
            backend: Mutex::new(None),
            early: Mutex::default(),
            accumulators: AccumulatorRegistry::default(),
            bus: Arc::new(EventBus::new(usize::try_from(capacity).unwrap_or(1).max(1))),
            timer: Timer::new(clock),
            clock: Arc::clone(clock),
            env: Arc::clone(env),
            max_result_bytes: conf.max_result_bytes()?,
        }))
    }

    /// What time is told by.
    pub(crate) fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    pub(crate) fn bus(&self) -> &EventBus {
        &self.bus
    }

    pub(crate) fn accumulators(&self) -> &AccumulatorRegistry {
        &self.accumulators
    }

    pub(crate) fn with_scheduler<R>(&self, f: impl FnOnce(&Scheduler) -> R) -> R {
        f(&self.scheduler.lock())
    }

    /// Tells listeners what becomes of cached blocks.
    pub(super) fn watch_blocks(&self) {
        let (bus, executor) = (Arc::clone(&self.bus), self.env.id.clone());
        self.env.blocks.set_listener(Arc::new(move |event| {
            bus.post_with(|| block_event(&executor, &event));
        }));
    }

    /// From now on tasks can be launched. Executors that came earlier are told to the scheduler.
    pub(super) fn set_backend(self: &Arc<Self>, backend: Arc<dyn TaskBackend>) {
        *self.backend.lock() = Some(backend);
        for event in std::mem::take(&mut *self.early.lock()) {
            self.deliver(event, None);
        }
    }

    fn backend(&self) -> Option<Arc<dyn TaskBackend>> {
        self.backend.lock().as_ref().map(Arc::clone)
    }

    /// Whether executors keep blocks where the driver and each other find them, or there are none
    /// any more that could not.
    pub(crate) fn shares_blocks(&self) -> bool {
        self.backend().is_none_or(|b| !b.needs_portable())
    }

    fn now_ms(&self) -> u64 {
        unix_ms(self.clock.wall())
    }

    /// Starts a job. Its end comes to `handler`, perhaps before this returns.
    pub(crate) fn submit(
        self: &Arc<Self>,
        make: impl FnOnce(JobId) -> (JobSpec, Vec<(StageId, StageWork)>),
        started: impl FnOnce(JobId) -> Result<()>,
        handler: Box<dyn ResultHandler>,
    ) {
        let mut told = Vec::new();
        let (spec, error) = {
            let mut state = self.state.lock();
            if state.stopped {
                drop(state);
                handler.end(Err(Error::ContextStopped));
                return;
            }
            let id = state.next_job;
            state.next_job += 1;
            let (spec, works) = make(id);
            let stages = works.iter().map(|(id, _)| *id).collect();
            if self.bus.is_listening() {
                told = works.iter().map(|(_, work)| work.clone()).collect();
            }
            state.jobs.insert(
                id,
                JobRun {
                    handler: Some(handler),
                    stages,
                    result_bytes: 0,
                    error: None,
                },
            );
            for (stage, work) in works {
                let run = state.stages.entry(stage).or_insert_with(|| StageRun {
                    work,
                    jobs: 0,
                    program: None,
                    inputs: Arc::default(),
                });
                run.jobs += 1;
            }
            (spec, started(id).err())
        };
        let job = spec.id;
        self.bus
            .post_with(|| job_start(&spec, &told, self.now_ms()));
        drop(told);
        if let Some(error) = error {
            self.finish(job, Err(error));
            return;
        }
        self.deliver(Event::JobSubmitted(spec), None);
    }

    pub(crate) fn cancel_job(self: &Arc<Self>, job: JobId, reason: &str) {
        self.deliver(
            Event::JobCancelled {
                job,
                reason: reason.to_owned(),
            },
            None,
        );
    }

    pub(crate) fn cancel_tag(self: &Arc<Self>, tag: &str, reason: String) {
        let tag = Arc::from(tag);
        self.deliver(Event::TagCancelled { tag, reason }, None);
    }

    /// Frees a shuffle that no lineage holds any more.
    pub(crate) fn forget_shuffle(&self, shuffle: ShuffleId) {
        self.scheduler
            .lock()
            .step(Event::ShuffleDropped { shuffle }, self.clock.now());
        self.state.lock().outputs.remove(&shuffle);
        self.env.shuffles.remove_shuffle(shuffle);
        self.forget(Forgotten::Shuffle(shuffle));
    }

    /// Tells executors elsewhere that nobody needs something any more.
    pub(crate) fn forget(&self, what: Forgotten) {
        if let Some(backend) = self.backend() {
            backend.forget(what);
        }
    }

    pub(super) fn tick(self: &Arc<Self>) {
        self.deliver(Event::Tick, None);
    }

    /// Fails all jobs and stops the backend; tells listeners, the end of the application last.
    pub(crate) fn stop(&self) {
        let jobs: Vec<(JobId, JobRun)> = {
            let mut state = self.state.lock();
            state.stopped = true;
            state.stages.clear();
            state.jobs.drain().collect()
        };
        for (job, run) in jobs {
            self.bus.post_with(|| BusEvent::JobEnd {
                job,
                error: Some(Error::ContextStopped),
                time_ms: self.now_ms(),
            });
            if let Some(handler) = run.handler {
                handler.end(Err(Error::ContextStopped));
            }
        }
        self.timer.stop();
        let backend = self.backend.lock().take();
        if let Some(backend) = backend {
            backend.stop();
        }
        self.bus.post_with(|| BusEvent::ApplicationEnd {
            time_ms: self.now_ms(),
        });
        self.bus.stop();
    }

    /// Steps the scheduler, and performs what it answers unless another thread is at it.
    fn deliver(self: &Arc<Self>, event: Event, report: Option<(ExecutorId, TaskReport)>) {
        {
            let mut scheduler = self.scheduler.lock();
            let actions = scheduler.step(event, self.clock.now());
            self.enqueue(actions, report);
        }
        self.drain();
    }

    /// Queues actions in the order of steps (the scheduler's lock is held), and before them, if
    /// anybody listens, the end of the task that brought them.
    fn enqueue(&self, actions: Vec<Action>, report: Option<(ExecutorId, TaskReport)>) {
        let now = self.now_ms();
        let mut queue = self.queue.lock();
        let Some((executor, report)) = report else {
            let steps = actions.into_iter().map(|action| Step::Act {
                action,
                success: None,
            });
            queue.actions.extend(steps);
            return;
        };
        let id = report.id;
        let taken = |a: &Action| matches!(a, Action::TaskAccepted { id: t, .. } if *t == id);
        let accepted = actions.iter().any(taken);
        if !accepted {
            // Also of a success that came too late: the attempt that takes its place must get the
            // commit.
            self.env.commits.attempt_failed(id);
        }
        let metrics = metrics_of(&report);
        let (outcome, mut success) = match report.end {
            Ok(success) => (TaskOutcome::Success, Some((executor.clone(), success))),
            Err(Error::TaskKilled { .. }) => (TaskOutcome::Killed, None),
            Err(e) => (TaskOutcome::Failed(e), None),
        };
        if self.bus.is_listening() {
            queue
                .actions
                .push_back(Step::Tell(Box::new(BusEvent::TaskEnd {
                    attempt: id,
                    executor,
                    outcome,
                    metrics,
                    accepted,
                    time_ms: now,
                })));
        }
        for action in actions {
            let success = if taken(&action) { success.take() } else { None };
            queue.actions.push_back(Step::Act { action, success });
        }
    }

    fn drain(self: &Arc<Self>) {
        loop {
            let batch = {
                let mut queue = self.queue.lock();
                if queue.draining || queue.actions.is_empty() {
                    return;
                }
                queue.draining = true;
                std::mem::take(&mut queue.actions)
            };
            self.perform_all(batch);
            self.queue.lock().draining = false;
        }
    }

    fn perform_all(self: &Arc<Self>, batch: VecDeque<Step>) {
        let mut launches = Vec::new();
        for step in batch {
            match step {
                Step::Tell(event) => self.bus.post(*event),
                Step::Act {
                    action: Action::Launch { id, executor },
                    ..
                } => {
                    self.bus.post_with(|| BusEvent::TaskStart {
                        attempt: id,
                        executor: executor.clone(),
                        time_ms: self.now_ms(),
                    });
                    launches.push((id, executor));
                }
                Step::Act { action, success } => {
                    self.launch(std::mem::take(&mut launches));
                    self.perform(action, success);
                }
            }
        }
        self.launch(launches);
    }

    fn launch(self: &Arc<Self>, launches: Vec<(AttemptId, ExecutorId)>) {
        if launches.is_empty() {
            return;
        }
        let (mut tasks, mut orphans) = (Vec::with_capacity(launches.len()), Vec::new());
        {
            let state = self.state.lock();
            // Else a task that is told to have ended here would be launched again, for ever.
            if state.stopped {
                return;
            }
            for (id, executor) in launches {
                let run = state.stages.get(&id.stage);
                match run.and_then(|r| Some((r.program.as_ref()?, &r.inputs, r.work.shuffle()))) {
                    Some((program, inputs, shuffle)) => {
                        let (program, inputs) = (Arc::clone(program), Arc::clone(inputs));
                        tasks.push((
                            TaskSpec {
                                id,
                                program,
                                inputs,
                                shuffle,
                            },
                            executor,
                        ));
                    }
                    None => orphans.push(id),
                }
            }
        }
        // A stage whose program could not be made: its jobs are being failed.
        for id in orphans {
            self.deliver(
                Event::TaskEnded {
                    id,
                    end: TaskEnd::Killed,
                },
                None,
            );
        }
        if tasks.is_empty() {
            return;
        }
        let ids: Vec<AttemptId> = tasks.iter().map(|(spec, _)| spec.id).collect();
        let result = match self.backend() {
            Some(backend) => backend.launch(tasks),
            None => Err(Error::ContextStopped),
        };
        if let Err(error) = result {
            for id in ids {
                let end = TaskEnd::Failed(error.clone());
                self.deliver(Event::TaskEnded { id, end }, None);
            }
        }
    }

    fn perform(self: &Arc<Self>, action: Action, success: Option<(ExecutorId, TaskSuccess)>) {
        match action {
            // Gathered by `perform_all`.
            Action::Launch { .. } => {}
            Action::Kill {
                id,
                executor,
                reason,
            } => {
                if let Some(backend) = self.backend() {
                    backend.kill(id, &executor, &reason);
                }
            }
            Action::TaskAccepted { id, jobs } => {
                if let Some((executor, success)) = success {
                    self.accept(id, &jobs, executor, success);
                }
            }
            Action::OutputDropped { shuffle, map } => self.drop_output(shuffle, map),
            Action::StageSubmitted {
                stage,
                attempt,
                num_tasks,
            } => {
                self.env.commits.stage_started(stage);
                self.prepare_stage(stage);
                let time_ms = self.now_ms();
                self.bus.post_with(|| BusEvent::StageSubmitted {
                    stage,
                    attempt,
                    num_tasks,
                    time_ms,
                });
            }
            Action::StageEnded {
                stage,
                attempt,
                error,
            } => {
                // When it is tried again, tasks of this attempt may still be committing.
                if error.is_none() {
                    self.env.commits.stage_ended(stage);
                }
                let time_ms = self.now_ms();
                self.bus.post_with(|| BusEvent::StageCompleted {
                    stage,
                    attempt,
                    error,
                    time_ms,
                });
            }
            Action::StageSkipped { job, stage } => {
                self.bus.post_with(|| BusEvent::StageSkipped { job, stage });
            }
            Action::JobSucceeded { job } => self.finish(job, Ok(())),
            Action::JobFailed { job, error } => self.finish(job, Err(error)),
            Action::WakeAfter(delay) => {
                if let Err(error) = self.timer.wake_after(delay, self) {
                    tracing::error!(%error, "waiting jobs can't be timed out");
                }
            }
        }
    }

    /// Makes the program of a stage attempt, and notes where its inputs are now.
    fn prepare_stage(self: &Arc<Self>, stage: StageId) {
        let Some(work) = self.state.lock().stages.get(&stage).map(|r| r.work.clone()) else {
            return;
        };
        let program = Arc::new(planner::program(work.root(), Arc::clone(work.sink())));
        let portable = self.backend().is_some_and(|b| b.needs_portable());
        if portable && let Err(error) = program.encode() {
            self.fail_stage(stage, &error);
            return;
        }
        let reads = planner::shuffles_of(work.root());
        let mut state = self.state.lock();
        let mut inputs = ShuffleInputs::default();
        for dep in reads {
            let maps = dep.parent.num_partitions;
            let holders = state
                .outputs
                .get(&dep.id)
                .cloned()
                .unwrap_or_else(|| vec![None; maps]);
            // A missing one is found by its reader, and made again.
            let holders = holders
                .into_iter()
                .map(|h| h.unwrap_or_else(ExecutorId::driver));
            inputs.insert(dep.id, Arc::new(holders.collect()));
        }
        if let Some(run) = state.stages.get_mut(&stage) {
            run.program = Some(program);
            run.inputs = Arc::new(inputs);
        }
    }

    fn fail_stage(self: &Arc<Self>, stage: StageId, error: &Error) {
        let jobs: Vec<JobId> = {
            let mut state = self.state.lock();
            let users = state
                .jobs
                .iter_mut()
                .filter(|(_, run)| run.stages.contains(&stage));
            users
                .map(|(id, run)| {
                    run.error.get_or_insert_with(|| error.clone());
                    *id
                })
                .collect()
        };
        for job in jobs {
            self.cancel_job(job, "its program can't be made");
        }
    }

    /// Takes what an accepted task leaves behind.
    fn accept(
        self: &Arc<Self>,
        id: AttemptId,
        jobs: &[JobId],
        executor: ExecutorId,
        success: TaskSuccess,
    ) {
        for update in success.accumulators {
            let merged = catching(|| self.accumulators.merge(update));
            if let Err(error) = merged {
                self.fail_stage(id.stage, &error);
            }
        }
        let Some(work) = self
            .state
            .lock()
            .stages
            .get(&id.stage)
            .map(|r| r.work.clone())
        else {
            return;
        };
        let taken = match &work {
            StageWork::Map(dep) => self.accept_map(dep, id.partition, executor, success.output),
            StageWork::Result(_, sink) => self.accept_result(sink, id, jobs, success.output),
        };
        if let Err(error) = taken {
            self.fail_stage(id.stage, &error);
        }
    }

    fn accept_map(
        &self,
        dep: &ShuffleDep,
        map: u32,
        executor: ExecutorId,
        output: SinkOutput,
    ) -> Result<()> {
        store_map_output(&self.env, dep.id, map, output)?;
        let mut state = self.state.lock();
        let maps = dep.parent.num_partitions;
        let holders = state
            .outputs
            .entry(dep.id)
            .or_insert_with(|| vec![None; maps]);
        holders[map as usize] = Some(executor);
        Ok(())
    }

    fn accept_result(
        self: &Arc<Self>,
        sink: &SinkHandle,
        id: AttemptId,
        jobs: &[JobId],
        output: SinkOutput,
    ) -> Result<()> {
        let Some(&job) = jobs.first() else {
            return Ok(());
        };
        let bytes = output.bytes;
        let handler = {
            let mut state = self.state.lock();
            let Some(run) = state.jobs.get_mut(&job) else {
                return Ok(());
            };
            run.result_bytes += bytes;
            if let Some(limit) = self.max_result_bytes.filter(|&l| run.result_bytes > l) {
                return Err(Error::ResultTooLarge {
                    job,
                    bytes: run.result_bytes,
                    limit,
                });
            }
            run.handler.take()
        };
        let Some(mut handler) = handler else {
            return Ok(());
        };
        let taken = catching(|| {
            let value = match output.value {
                SinkValue::Local(value) => value,
                SinkValue::Wire(bytes) => sink.decode_result(&bytes)?,
            };
            handler.take(id.partition, value)
        });
        match self.state.lock().jobs.get_mut(&job) {
            Some(run) => run.handler = Some(handler),
            // The context was stopped meanwhile.
            None => handler.end(Err(Error::ContextStopped)),
        }
        taken
    }

    fn drop_output(&self, shuffle: ShuffleId, map: u32) {
        if let Some(holders) = self.state.lock().outputs.get_mut(&shuffle) {
            holders[map as usize] = None;
        }
        self.env.shuffles.remove_output(shuffle, map);
    }

    fn finish(&self, job: JobId, result: Result<()>) {
        let (run, works) = {
            let mut state = self.state.lock();
            let Some(run) = state.jobs.remove(&job) else {
                return;
            };
            let mut works = Vec::new();
            for stage in &run.stages {
                if let Some(s) = state.stages.get_mut(stage) {
                    s.jobs -= 1;
                    if s.jobs == 0 {
                        works.extend(state.stages.remove(stage));
                        self.env.commits.stage_ended(*stage);
                    }
                }
            }
            (run, works)
        };
        // Also of a job whose last task had ended when the driver failed to take a result.
        let result = run.error.map_or(result, Err);
        self.bus.post_with(|| BusEvent::JobEnd {
            job,
            error: result.as_ref().err().cloned(),
            time_ms: self.now_ms(),
        });
        // Before the caller goes on: it may ask whether memory was given back.
        drop(works);
        if let Some(handler) = run.handler {
            handler.end(result);
        }
    }
}

/// The driver as its backend sees it. Weak: the driver owns the backend, not the other way round.
pub(super) struct DriverEvents(pub(super) Weak<Driver>);

impl DriverEvents {
    /// Passes an event on, or keeps it until the backend is set.
    fn deliver(&self, driver: &Arc<Driver>, event: Event) {
        {
            let backend = driver.backend.lock();
            if backend.is_none() {
                driver.early.lock().push(event);
                return;
            }
        }
        driver.deliver(event, None);
    }
}

impl BackendEvents for DriverEvents {
    fn executor_added(&self, executor: ExecutorId, host: &str, slots: u32) {
        let Some(driver) = self.0.upgrade() else {
            return;
        };
        let time_ms = driver.now_ms();
        driver.bus.post_with(|| BusEvent::ExecutorAdded {
            executor: executor.clone(),
            host: host.to_owned(),
            slots,
            time_ms,
        });
        self.deliver(
            &driver,
            Event::ExecutorAdded {
                executor,
                host: Arc::from(host),
                slots,
            },
        );
    }

    fn executor_lost(&self, executor: ExecutorId, reason: &str, announced: bool) {
        let Some(driver) = self.0.upgrade() else {
            return;
        };
        let time_ms = driver.now_ms();
        let reason = reason.to_owned();
        driver.bus.post_with(|| BusEvent::ExecutorRemoved {
            executor: executor.clone(),
            reason: reason.clone(),
            time_ms,
        });
        self.deliver(
            &driver,
            Event::ExecutorLost {
                executor,
                reason,
                announced,
            },
        );
    }

    fn task_ended(&self, executor: &ExecutorId, report: TaskReport) {
        let Some(driver) = self.0.upgrade() else {
            return;
        };
        let id = report.id;
        let end = match &report.end {
            Ok(_) => TaskEnd::Success,
            Err(Error::TaskKilled { .. }) => TaskEnd::Killed,
            Err(error) => TaskEnd::Failed(error.clone()),
        };
        driver.deliver(
            Event::TaskEnded { id, end },
            Some((executor.clone(), report)),
        );
    }
}

fn metrics_of(report: &TaskReport) -> TaskMetrics {
    use std::sync::atomic::Ordering::Relaxed;
    let c = &report.counters;
    TaskMetrics {
        records_read: c.records_read.load(Relaxed),
        bytes_read: c.bytes_read.load(Relaxed),
        shuffle_records_read: c.shuffle_records_read.load(Relaxed),
        shuffle_records_written: c.shuffle_records_written.load(Relaxed),
        shuffle_bytes_written: c.shuffle_bytes_written.load(Relaxed),
        spill_bytes: c.spill_bytes.load(Relaxed),
        records_written: c.records_written.load(Relaxed),
        run_time_us: c.run_time_us.load(Relaxed),
    }
}

fn job_start(spec: &JobSpec, works: &[StageWork], time_ms: u64) -> BusEvent {
    let stage = |(i, s): (usize, &StageSpec)| {
        let work = works.get(i);
        let site = s.call_site.as_ref().map(|c| c.to_string());
        StageInfo {
            id: s.id,
            name: match (work, site.unwrap_or_default()) {
                (Some(StageWork::Map(dep)), site) => format!("{} at {site}", dep.parent.operator),
                (_, site) => site,
            },
            num_tasks: s
                .partitions
                .as_ref()
                .map_or(s.num_partitions, |p| p.len() as u32),
            parents: s.parents.clone(),
            rdds: work
                .map(|w| planner::rdd_infos(w.root()))
                .unwrap_or_default(),
        }
    };
    BusEvent::JobStart {
        job: spec.id,
        stages: spec.stages.iter().enumerate().map(stage).collect(),
        group: spec.group.as_deref().map(str::to_owned),
        tags: spec.tags.iter().map(|t| t.to_string()).collect(),
        description: spec.description.as_deref().map(str::to_owned),
        pool: spec.pool.as_deref().map(str::to_owned),
        time_ms,
    }
}

fn block_event(executor: &ExecutorId, event: &BlockEvent) -> BusEvent {
    let (id, level, memory_bytes, disk_bytes) = match event {
        BlockEvent::Stored(s) | BlockEvent::DroppedToDisk(s) => {
            (s.id, s.level.to_string(), s.memory_bytes, s.disk_bytes)
        }
        BlockEvent::Evicted(id) | BlockEvent::Removed(id) | BlockEvent::Lost(id) => {
            (*id, "NONE".to_owned(), 0, 0)
        }
    };
    BusEvent::BlockUpdated {
        rdd: id.rdd,
        partition: id.partition,
        executor: executor.clone(),
        level,
        memory_bytes,
        disk_bytes,
    }
}
