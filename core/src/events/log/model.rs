//! From our events to Spark's.
//!
//! One event of ours makes none, one or several of Spark's. The model numbers task attempts, as Spark
//! does over a whole application, remembers stages until no running job has them (Spark's events
//! repeat a stage whole), and ends what ours leave open: the running tasks of an executor that is
//! lost, the running stages of a job that is given up, the jobs of a context that stops. Without
//! that the history server would show them running for ever.
//!
//! It knows what events tell: where some were dropped, what they were about is left out. Its memory
//! is that of the running jobs and tasks.

mod stages;
mod tasks;

use std::collections::BTreeMap;

use self::stages::{JobProperties, Jobs};
use self::tasks::Tasks;
use super::json::{BlockManagerId, BlockUpdatedInfo, ExecutorInfo, Level, Line, Resource, Texts};
use crate::events::Event;
use crate::scheduler::ExecutorId;
use crate::storage::level::StorageLevel;

/// The version of Spark whose log this is.
const SPARK_VERSION: &str = "4.3.0";

/// What takes the place of the port of an executor's blocks: executors here have none, and Spark
/// can't read 0.
const PORT: u16 = 1;

/// Where lines go.
pub(super) type Out<'o> = dyn FnMut(Line<'_>) + 'o;

pub(super) struct Model {
    /// Bytes that an executor's blocks can take.
    memory_bytes: u64,
    block_updates: bool,
    user: String,
    hosts: BTreeMap<ExecutorId, String>,
    jobs: Jobs,
    tasks: Tasks,
}

impl Model {
    pub(super) fn new(memory_bytes: u64, block_updates: bool) -> Self {
        let user = ["SPARK_USER", "USER", "LOGNAME"];
        let user = user.iter().find_map(|name| std::env::var(name).ok());
        Model {
            memory_bytes,
            block_updates,
            user: user.unwrap_or_else(|| "unknown".to_owned()),
            hosts: BTreeMap::new(),
            jobs: Jobs::default(),
            tasks: Tasks::default(),
        }
    }

    /// What a log begins with.
    pub(super) fn head(&self, out: &mut Out<'_>) {
        out(Line::LogStart {
            spark_version: SPARK_VERSION,
        });
        let request = |name, amount| Resource {
            name,
            amount,
            discovery_script: Some(""),
            vendor: Some(""),
        };
        let cpus = Resource {
            discovery_script: None,
            vendor: None,
            ..request("cpus", 1)
        };
        // Spark counts in MiB here.
        let memory = request("memory", self.memory_bytes >> 20);
        out(Line::ResourceProfileAdded {
            id: 0,
            executor: BTreeMap::from([("cores", request("cores", 1)), ("memory", memory)]),
            task: BTreeMap::from([("cpus", cpus)]),
        });
    }

    /// Writes what an event means.
    pub(super) fn record(&mut self, event: &Event, out: &mut Out<'_>) {
        match event {
            Event::ApplicationStart {
                name, id, time_ms, ..
            } => out(Line::ApplicationStart {
                app_name: name,
                app_id: id,
                timestamp: *time_ms,
                user: &self.user,
            }),
            Event::ApplicationEnd { time_ms } => {
                self.jobs.end_all(*time_ms, out);
                out(Line::ApplicationEnd {
                    timestamp: *time_ms,
                });
            }
            Event::EnvironmentUpdate { conf } => environment(conf, out),
            Event::JobStart {
                job,
                stages,
                time_ms,
                ..
            } => {
                self.jobs
                    .start(*job, stages, JobProperties::of(event), *time_ms, out);
            }
            Event::JobEnd {
                job,
                error,
                time_ms,
            } => {
                self.jobs.end(*job, error.as_ref(), *time_ms, out);
            }
            Event::StageSubmitted {
                stage,
                attempt,
                num_tasks,
                time_ms,
            } => {
                self.jobs
                    .submit((*stage, *attempt), *num_tasks, *time_ms, out);
            }
            Event::StageCompleted {
                stage,
                attempt,
                error,
                time_ms,
            } => {
                self.jobs
                    .complete((*stage, *attempt), error.as_ref(), *time_ms, out);
            }
            // Spark tells of a skipped stage by saying nothing.
            Event::StageSkipped { .. } => {}
            Event::TaskStart {
                attempt,
                executor,
                time_ms,
            } => {
                let of_results = self.jobs.is_of_results(attempt.stage);
                let host = host(&self.hosts, executor);
                self.tasks
                    .start(*attempt, executor, host, of_results, *time_ms, out);
            }
            Event::TaskEnd { .. } => self.tasks.end(event, &self.hosts, out),
            Event::ExecutorAdded {
                executor,
                host,
                slots,
                time_ms,
            } => {
                self.add_executor(executor, host, *slots, *time_ms, out);
            }
            Event::ExecutorRemoved {
                executor,
                reason,
                time_ms,
            } => {
                self.tasks
                    .lose(executor, host(&self.hosts, executor), reason, *time_ms, out);
                self.remove_executor(executor, reason, *time_ms, out);
            }
            Event::BlockUpdated { .. } if self.block_updates => self.update_block(event, out),
            Event::BlockUpdated { .. } => {}
            Event::RddUnpersisted { rdd } => out(Line::UnpersistRdd { rdd: *rdd }),
        }
    }

    fn add_executor(
        &mut self,
        executor: &ExecutorId,
        host: &str,
        slots: u32,
        time_ms: u64,
        out: &mut Out<'_>,
    ) {
        self.hosts.insert(executor.clone(), host.to_owned());
        out(Line::ExecutorAdded {
            timestamp: time_ms,
            executor: executor.as_str(),
            info: ExecutorInfo {
                host,
                cores: slots,
                log_urls: Texts::new(),
                attributes: Texts::new(),
                resources: Texts::new(),
                resource_profile: 0,
            },
        });
        out(Line::BlockManagerAdded {
            id: manager(executor.as_str(), host),
            maximum_memory: self.memory_bytes,
            timestamp: time_ms,
            maximum_onheap_memory: self.memory_bytes,
            maximum_offheap_memory: 0,
        });
    }

    fn remove_executor(
        &mut self,
        executor: &ExecutorId,
        reason: &str,
        time_ms: u64,
        out: &mut Out<'_>,
    ) {
        out(Line::BlockManagerRemoved {
            id: manager(executor.as_str(), host(&self.hosts, executor)),
            timestamp: time_ms,
        });
        out(Line::ExecutorRemoved {
            timestamp: time_ms,
            executor: executor.as_str(),
            reason,
        });
    }

    fn update_block(&self, event: &Event, out: &mut Out<'_>) {
        let Event::BlockUpdated {
            rdd,
            partition,
            executor,
            level,
            memory_bytes,
            disk_bytes,
        } = event
        else {
            return;
        };
        out(Line::BlockUpdated {
            info: BlockUpdatedInfo {
                manager: manager(executor.as_str(), host(&self.hosts, executor)),
                block: format!("rdd_{rdd}_{partition}"),
                level: level_now(level, *memory_bytes, *disk_bytes),
                memory_size: *memory_bytes,
                disk_size: *disk_bytes,
            },
        });
    }
}

/// The host of an executor. One that was removed keeps it: events of its tasks may come later.
fn host<'h>(hosts: &'h BTreeMap<ExecutorId, String>, executor: &ExecutorId) -> &'h str {
    hosts.get(executor).map_or("localhost", String::as_str)
}

fn manager<'a>(executor: &'a str, host: &'a str) -> BlockManagerId<'a> {
    BlockManagerId {
        executor,
        host,
        port: PORT,
    }
}

fn environment(conf: &[(String, String)], out: &mut Out<'_>) {
    out(Line::EnvironmentUpdate {
        jvm_information: Texts::new(),
        spark_properties: conf.iter().map(|(k, v)| (&**k, &**v)).collect(),
        hadoop_properties: Texts::new(),
        system_properties: Texts::new(),
        metrics_properties: Texts::new(),
        classpath_entries: Texts::new(),
    });
}

/// A block's level as Spark means it here: where it is, not where it may be.
fn level_now(name: &str, memory_bytes: u64, disk_bytes: u64) -> Level {
    let level: StorageLevel = name.parse().unwrap_or_else(|_| unnamed(name));
    let level = Level::of(level);
    if memory_bytes == 0 && disk_bytes == 0 {
        return level;
    }
    Level {
        use_memory: memory_bytes > 0,
        use_disk: disk_bytes > 0,
        deserialized: level.deserialized && memory_bytes > 0,
        ..level
    }
}

/// A level without a name, from what it shows: `StorageLevel(disk, memory, 4 replicas)`.
fn unnamed(text: &str) -> StorageLevel {
    let has = |word: &str| text.contains(word);
    let copies = text.rsplit(", ").next().and_then(|last| {
        let digits = last.split(' ').next()?;
        digits.parse().ok()
    });
    let level = StorageLevel::new(
        has("disk"),
        has("memory"),
        has("offheap"),
        has("deserialized"),
        copies.unwrap_or(1),
    );
    level.unwrap_or(StorageLevel::NONE)
}

#[cfg(test)]
mod tests;
