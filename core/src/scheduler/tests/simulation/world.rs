//! The world of a simulation ([`World`]): executors, a network and a driver in one queue of
//! happenings, ordered by time.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use super::check::{Checked, Rules, Value};
use super::plan::{Fault, JobPlan, Plan, Random};
use super::report::Report;
use crate::error::Error;
use crate::scheduler::*;

/// Something in the queue.
#[derive(Clone, Debug)]
pub(super) enum Happening {
    /// An event reaches the driver, from this life of an executor if from any.
    Deliver {
        event: Event,
        from: Option<(usize, u32)>,
        value: Option<Value>,
    },
    /// A task reaches its executor.
    Arrive {
        id: AttemptId,
        executor: usize,
        life: u32,
    },
    /// A task has run.
    Finish {
        id: AttemptId,
        executor: usize,
        life: u32,
        value: Value,
    },
    /// The word to stop a task reaches its executor.
    Stop {
        id: AttemptId,
        executor: usize,
    },
    Fault(Fault),
    Back {
        executor: usize,
    },
}

#[derive(Debug, Default)]
pub(super) struct ExecutorModel {
    pub(super) slots: u32,
    /// Counts its deaths; odd while it is dead.
    pub(super) life: u32,
    /// Its life as the driver knows it.
    pub(super) known_life: u32,
    pub(super) gone_for_good: bool,
    pub(super) running: BTreeSet<AttemptId>,
    pub(super) outputs: BTreeMap<AttemptId, Value>,
}

impl ExecutorModel {
    pub(super) fn is_alive(&self) -> bool {
        self.life.is_multiple_of(2)
    }
}

/// A run of a plan.
pub(super) struct World<'a> {
    pub(super) plan: &'a Plan,
    pub(super) random: Random,
    pub(super) scheduler: Scheduler,
    pub(super) rules: Rules<'a>,
    pub(super) now: u64,
    pub(super) queue: BTreeMap<(u64, u64), Happening>,
    pub(super) queued: u64,
    pub(super) executors: Vec<ExecutorModel>,
    /// The driver's map output tracker.
    pub(super) tracker: BTreeMap<(ShuffleId, u32), (usize, AttemptId)>,
    pub(super) ended_stages: BTreeSet<(StageId, u32)>,
    pub(super) dropped: BTreeSet<ShuffleId>,
    pub(super) copies: BTreeSet<AttemptId>,
    pub(super) starts: u64,
    pub(super) messages: u64,
    pub(super) report: Report,
    pub(super) log: Option<Vec<String>>,
}

const GRACE: u64 = 500;

impl<'a> World<'a> {
    pub(super) fn new(plan: &'a Plan) -> Self {
        let conf = SchedulerConf {
            max_task_failures: plan.max_task_failures,
            executor_grace: Duration::from_millis(GRACE),
            mode: match plan.pools {
                Some(_) => SchedulingMode::Fair,
                None => SchedulingMode::Fifo,
            },
            pools: plan.pools.clone().unwrap_or_default(),
            speculation: plan.speculation,
            exclusion: plan.exclusion,
            ..SchedulerConf::default()
        };
        let executors = plan.executors.iter();
        let mut world = World {
            plan,
            random: Random::new(plan.seed),
            scheduler: Scheduler::new(conf),
            rules: Rules::new(plan),
            now: 0,
            queue: BTreeMap::new(),
            queued: 0,
            executors: executors
                .map(|&slots| ExecutorModel {
                    slots,
                    ..Default::default()
                })
                .collect(),
            tracker: BTreeMap::new(),
            ended_stages: BTreeSet::new(),
            dropped: BTreeSet::new(),
            copies: BTreeSet::new(),
            starts: 0,
            messages: 0,
            report: Report::default(),
            log: None,
        };
        world.fill_queue();
        world
    }

    pub(super) fn fill_queue(&mut self) {
        for executor in 0..self.executors.len() {
            let at = self.random.range(0, 5);
            self.push(at, Happening::Back { executor });
        }
        for job in &self.plan.jobs {
            self.tell(job.at, Event::JobSubmitted(self.spec(job)));
        }
        for fault in &self.plan.faults {
            let at = match fault {
                Fault::Kill { at, .. } | Fault::Delete { at, .. } => *at,
                Fault::Lose { at, .. } | Fault::Drop { at, .. } | Fault::Cancel { at, .. } => *at,
                _ => continue,
            };
            self.push(at, Happening::Fault(fault.clone()));
        }
        if self.plan.ends_alone {
            let at = self.random.range(10, 200);
            for executor in 0..self.executors.len() {
                let (announced, noticed_after, back_after) = (false, 3, u64::MAX);
                let end = Fault::Kill {
                    at,
                    executor,
                    announced,
                    noticed_after,
                    back_after,
                };
                self.push(at, Happening::Fault(end));
            }
        }
    }

    pub(super) fn spec(&self, job: &JobPlan) -> JobSpec {
        let map = |&id: &u64| {
            let plan = &self.plan.shuffles[id as usize];
            let spec = super::super::rig::map(id, plan.maps, &plan.parents);
            StageSpec {
                indeterminate: plan.indeterminate,
                ..spec
            }
        };
        let mut stages: Vec<_> = self.plan.ancestors(&job.parents).iter().map(map).collect();
        let kind = if job.external {
            StageKind::External
        } else {
            StageKind::Result
        };
        let last = super::super::rig::stage(100 + job.id, kind, job.tasks, &job.parents);
        let partitions = job.wanted.clone().map(Arc::new);
        stages.push(StageSpec {
            partitions,
            indeterminate: job.indeterminate,
            ..last
        });
        JobSpec {
            pool: Some(format!("p{}", job.id % 3).into()),
            ..super::super::rig::job(job.id, stages)
        }
    }

    pub(super) fn run(mut self) -> Result<Report, String> {
        self.play()?;
        Ok(self.report)
    }

    pub(super) fn run_logged(mut self) -> (Checked, Vec<String>) {
        self.log = Some(Vec::new());
        let played = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| self.play()));
        (
            played.unwrap_or_else(|_| Err("panic".to_owned())),
            self.log.unwrap_or_default(),
        )
    }

    pub(super) fn play(&mut self) -> Checked {
        let mut happenings = 0;
        while let Some(((at, _), happening)) = self.queue.pop_first() {
            self.now = at;
            happenings += 1;
            if happenings > 100_000 {
                return Err("it never ends".to_owned());
            }
            self.happen(happening)?;
        }
        self.rules.at_the_end(&self.scheduler, &self.dropped)
    }

    // The queue.

    pub(super) fn push(&mut self, at: u64, happening: Happening) {
        self.queued += 1;
        self.queue.insert((at, self.queued), happening);
    }

    pub(super) fn tell(&mut self, at: u64, event: Event) {
        self.push(
            at,
            Happening::Deliver {
                event,
                from: None,
                value: None,
            },
        );
    }

    /// Sends a message of an executor, over a network that may play tricks.
    pub(super) fn send(&mut self, executor: usize, event: Event, value: Option<Value>) {
        let nth = self.messages;
        self.messages += 1;
        let mut at = self.now + self.random.range(0, 3);
        let from = Some((executor, self.executors[executor].life));
        for fault in &self.plan.faults {
            match fault {
                Fault::Delay { nth: n, by } if *n == nth => at += by,
                Fault::Repeat { nth: n, after } if *n == nth => {
                    let (event, value) = (event.clone(), value.clone());
                    self.push(at + after, Happening::Deliver { event, from, value });
                }
                _ => {}
            }
        }
        self.push(at, Happening::Deliver { event, from, value });
    }

    pub(super) fn end(
        &mut self,
        executor: usize,
        id: AttemptId,
        end: TaskEnd,
        value: Option<Value>,
    ) {
        self.executors[executor].running.remove(&id);
        self.send(executor, Event::TaskEnded { id, end }, value);
    }

    pub(super) fn happen(&mut self, happening: Happening) -> Checked {
        match happening {
            Happening::Deliver { event, from, value } => self.deliver(event, from, value)?,
            Happening::Arrive { id, executor, life } => self.arrive(id, executor, life),
            Happening::Finish {
                id,
                executor,
                life,
                value,
            } => self.finish(id, executor, life, value),
            Happening::Stop { id, executor } => {
                if self.executors[executor].running.contains(&id) {
                    // A task that is stopped may take it for an error of its own.
                    let error = Error::User {
                        message: "stopped".to_owned(),
                    };
                    let confused = self.random.chance(30);
                    let end = if confused {
                        TaskEnd::Failed(error)
                    } else {
                        TaskEnd::Killed
                    };
                    self.end(executor, id, end, None);
                }
            }
            Happening::Fault(fault) => self.fault(fault),
            Happening::Back { executor } => self.back(executor),
        }
        Ok(())
    }

    // Faults.

    pub(super) fn fault(&mut self, fault: Fault) {
        match fault {
            Fault::Kill {
                executor,
                announced,
                noticed_after,
                back_after,
                ..
            } => {
                self.die(executor, announced, noticed_after, back_after);
            }
            Fault::Delete { shuffle, map, .. } => self.delete(shuffle, map),
            Fault::Lose { shuffle, map, .. } => {
                self.delete(shuffle, map);
                self.tell(self.now + 1, Event::OutputLost { shuffle, map });
            }
            Fault::Drop { shuffle, .. } => {
                let mut to_come = self.plan.jobs.iter().filter(|job| job.at >= self.now);
                if !to_come.any(|job| self.plan.ancestors(&job.parents).contains(&shuffle)) {
                    self.dropped.insert(shuffle);
                    self.tell(self.now, Event::ShuffleDropped { shuffle });
                }
            }
            Fault::Cancel { job, .. } => {
                self.tell(
                    self.now,
                    Event::JobCancelled {
                        job,
                        reason: "fault".to_owned(),
                    },
                );
            }
            _ => {}
        }
    }

    pub(super) fn delete(&mut self, shuffle: ShuffleId, map: u32) {
        if let Some((executor, id)) = self.tracker.get(&(shuffle, map)) {
            self.executors[*executor].outputs.remove(id);
        }
    }

    pub(super) fn die(&mut self, at: usize, announced: bool, noticed_after: u64, back_after: u64) {
        let executor = &mut self.executors[at];
        executor.gone_for_good |= back_after == u64::MAX;
        if !executor.is_alive() {
            return;
        }
        executor.life += 1;
        executor.running.clear();
        executor.outputs.clear();
        let (name, reason) = (name(at), "killed".to_owned());
        let noticed = self.now + noticed_after;
        self.tell(
            noticed,
            Event::ExecutorLost {
                executor: name,
                reason,
                announced,
            },
        );
        if back_after != u64::MAX {
            self.push(noticed + back_after, Happening::Back { executor: at });
        }
    }

    pub(super) fn back(&mut self, at: usize) {
        let executor = &mut self.executors[at];
        if executor.gone_for_good && executor.life > 0 {
            return;
        }
        executor.life += executor.life % 2;
        let slots = executor.slots;
        let host = format!("h{}", at % 2).into();
        self.tell(
            self.now,
            Event::ExecutorAdded {
                executor: name(at),
                host,
                slots,
            },
        );
    }
}

pub(super) fn name(at: usize) -> ExecutorId {
    ExecutorId::new(format!("e{at}"))
}

pub(super) fn index(executor: &ExecutorId) -> usize {
    executor.as_str()[1..].parse().unwrap()
}
