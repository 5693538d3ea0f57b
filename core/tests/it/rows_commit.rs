//! Row B14: several attempts at one partition want to commit, and one does.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use flint_core::TaskContext;
use flint_core::durable::{DurableFs, LocalFs};
use flint_core::output::{
    Compression, OutputCommitCoordinator, OutputJob, OutputLayout, TaskCommit, TaskOutput,
};
use flint_core::scheduler::AttemptId;
use serde::{Deserialize, Serialize};

use crate::loss::{Loss, spilled, spilling_context};
use crate::{Random, eventually, names, numbers};

const PARTITIONS: u32 = 2;
/// Attempts at each partition that run at once.
const RACERS: u32 = 3;

/// An attempt, and how far it came.
enum Racer {
    Writing(TaskOutput),
    Asking(TaskOutput),
    Granted(TaskOutput),
}

/// What happened in all races: what never happened was never tested.
#[derive(Debug, Default)]
struct Seen {
    refused: u32,
    failed_with_the_grant: u32,
    failed_after_the_commit: u32,
}

/// One race: attempts advance in any order and fail at any moment, until each partition has been
/// committed by an attempt that also got its answer through.
struct Race {
    random: Random,
    fs: Arc<dyn DurableFs>,
    layout: OutputLayout,
    coordinator: OutputCommitCoordinator,
    racers: BTreeMap<(u32, u32), Racer>,
    next_attempt: u32,
    accepted: BTreeMap<u32, TaskCommit>,
    seen: Seen,
}

impl Race {
    fn id(partition: u32, attempt: u32) -> AttemptId {
        AttemptId {
            stage: 1,
            stage_attempt: 0,
            partition,
            attempt,
        }
    }

    fn start(&mut self, partition: u32) {
        let attempt = self.next_attempt;
        self.next_attempt += 1;
        let id = Race::id(partition, attempt);
        let output = TaskOutput::begin(Arc::clone(&self.fs), &self.layout, id).unwrap();
        self.racers
            .insert((partition, attempt), Racer::Writing(output));
    }

    fn run(&mut self) {
        for partition in 0..PARTITIONS {
            (0..RACERS).for_each(|_| self.start(partition));
        }
        while !self.racers.is_empty() {
            let at = self.random.below(self.racers.len() as u64) as usize;
            let (&(partition, attempt), _) = self.racers.iter().nth(at).unwrap();
            let racer = self.racers.remove(&(partition, attempt)).unwrap();
            self.advance(partition, attempt, racer);
            let gone = !self.racers.keys().any(|(p, _)| *p == partition);
            if gone && !self.accepted.contains_key(&partition) {
                self.start(partition);
            }
        }
    }

    fn advance(&mut self, partition: u32, attempt: u32, racer: Racer) {
        let id = Race::id(partition, attempt);
        if self.random.below(8) == 0 {
            self.seen.failed_with_the_grant += u32::from(matches!(racer, Racer::Granted(_)));
            drop(racer);
            self.coordinator.attempt_failed(id);
            return;
        }
        match racer {
            Racer::Writing(output) => {
                let next = Racer::Asking(output);
                self.racers.insert((partition, attempt), next);
            }
            Racer::Asking(output) if self.coordinator.can_commit(id) => {
                let rival = |(key, racer): (&(u32, u32), &Racer)| {
                    key.0 == partition && matches!(racer, Racer::Granted(_))
                };
                assert!(!self.racers.iter().any(rival), "two attempts are granted");
                assert!(
                    !self.accepted.contains_key(&partition),
                    "granted after the commit"
                );
                let next = Racer::Granted(output);
                self.racers.insert((partition, attempt), next);
            }
            Racer::Asking(output) => {
                self.seen.refused += 1;
                output.abort().unwrap();
                self.coordinator.attempt_failed(id);
            }
            Racer::Granted(output) => self.commit(id, output),
        }
    }

    fn commit(&mut self, id: AttemptId, output: TaskOutput) {
        let mut part = output.part(Compression::None).unwrap();
        writeln!(part, "{id}").unwrap();
        let file = part.finish().unwrap();
        let commit = output.commit(vec![file]).unwrap();
        if self.random.below(4) == 0 {
            // Its executor died before it could tell.
            self.seen.failed_after_the_commit += 1;
            self.coordinator.attempt_failed(id);
        } else {
            let before = self.accepted.insert(id.partition, commit);
            assert!(before.is_none(), "{id} is the second to commit");
        }
    }
}

fn race(seed: u64, path: &Path) -> Seen {
    let fs: Arc<dyn DurableFs> = Arc::new(LocalFs::new());
    let mut job = OutputJob::begin(Arc::clone(&fs), path, true).unwrap();
    let mut race = Race {
        random: Random::new(seed),
        fs,
        layout: job.layout().clone(),
        coordinator: OutputCommitCoordinator::new(),
        racers: BTreeMap::new(),
        next_attempt: 0,
        accepted: BTreeMap::new(),
        seen: Seen::default(),
    };
    race.coordinator.stage_started(1);
    race.run();
    race.coordinator.stage_ended(1);
    assert!(race.coordinator.is_empty());
    let commits: Vec<TaskCommit> = race.accepted.values().cloned().collect();
    job.commit(&commits).unwrap();
    assert_eq!(names(path), ["_SUCCESS", "part-00000", "part-00001"]);
    for commit in &commits {
        let part = path.join(format!("part-{:05}", commit.attempt.partition));
        let winner = format!("{}\n", commit.attempt);
        assert_eq!(fs::read_to_string(part).unwrap(), winner, "seed {seed}");
    }
    race.seen
}

#[test]
fn b14_one_of_several_attempts_commits_in_200_seeded_orders() {
    // In memory where that is possible: a thousand files are made durable.
    let root = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir());
    let root = root.unwrap();
    let mut all = Seen::default();
    for seed in 0..200 {
        let seen = race(seed, &root.path().join(seed.to_string()));
        all.refused += seen.refused;
        all.failed_with_the_grant += seen.failed_with_the_grant;
        all.failed_after_the_commit += seen.failed_after_the_commit;
    }
    let happened = [
        all.refused,
        all.failed_with_the_grant,
        all.failed_after_the_commit,
    ];
    assert!(happened.iter().all(|&n| n > 20), "{all:?}");
}

/// Attempts at partition 1 that are about to commit.
static AT_THE_GATE: AtomicUsize = AtomicUsize::new(0);

/// A record that lets a test into the save, between the computation and the question whether to
/// commit.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Line(i64);

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if TaskContext::get().unwrap().partition_id() == 1 {
            AT_THE_GATE.fetch_add(1, Ordering::SeqCst);
            eventually("two attempts want to commit", || {
                AT_THE_GATE.load(Ordering::SeqCst) >= 2
            });
        }
        self.0.fmt(f)
    }
}

/// The first attempt at partition 1 goes on while the stage is tried again for the sake of
/// partition 0, and reaches its commit together with the second one.
#[test]
fn b14_two_attempts_that_commit_at_once_write_one_part() {
    let local = tempfile::tempdir().unwrap();
    let out = local.path().join("out");
    let ctx = spilling_context("local[4]", local.path());
    let spilled = spilled(&numbers(&ctx, 4000, 4), 2);
    let loss = Loss::new(&ctx);
    let sums = spilled.map_partitions(move |records| {
        if records.partition_index() == 0 {
            loss.once_when(|| AT_THE_GATE.load(Ordering::SeqCst) >= 1);
        }
        [Line(records.map(|(x, _)| x).sum())]
    });
    sums.save_as_text_file(&out).unwrap();
    assert!(AT_THE_GATE.load(Ordering::SeqCst) >= 2, "nobody raced");
    assert_eq!(names(&out), ["_SUCCESS", "part-00000", "part-00001"]);
    let sum: i64 = ["part-00000", "part-00001"]
        .map(|part| fs::read_to_string(out.join(part)).unwrap())
        .map(|text| text.trim().parse::<i64>().unwrap())
        .iter()
        .sum();
    assert_eq!(sum, 3999 * 4000 / 2);
}

#[cfg(feature = "fault-points")]
mod faults {
    use std::sync::Arc;

    use flint_core::TaskContext;
    use flint_core::events::TaskOutcome;
    use flint_core::fault::{Action, arm, release};

    use crate::loss::{Loss, PAYLOAD, Seen, spilled, spilling_context, watch};
    use crate::{child, eventually, names, numbers};

    /// An attempt whose stage was rolled back gets the commit, and its success is of no use any more.
    /// The attempts of the second run must not wait for ever to be granted.
    #[test]
    fn b14_a_commit_granted_to_a_zombie_of_a_rolled_back_stage_is_taken_back() {
        let Some(place) = child::place() else {
            let name = "rows_commit::faults::b14_a_commit_granted_to_a_zombie_of_a_rolled_back_stage_is_taken_back";
            return child::run(name, "");
        };
        let out = place.join("out");
        let ctx = spilling_context("local[4]", &place);
        let unordered = numbers(&ctx, 4000, 4)
            .map(|x| (x, vec![0_u8; PAYLOAD]))
            .reduce_by_key(|a, _| a, 4);
        let indeterminate = unordered.repartition(2).unwrap();
        let loss = Loss::new(&ctx);
        // The zombie has looked whether it was killed, and now makes its part durable.
        let held = arm(
            "output.part.finish[part-00001]",
            Action::Block("zombie".to_owned()),
            1,
        );
        let held = Arc::new(held);
        let (at_the_gate, unfinished) = (Arc::clone(&held), out.join("_temporary/0"));
        let sums = indeterminate.map_partitions(move |records| {
            let attempt = TaskContext::get().unwrap().attempt();
            match (attempt.partition, attempt.stage_attempt) {
                (0, 0) => loss.once_when(|| at_the_gate.fired() == 1),
                (1, 1..) => {
                    release("zombie");
                    eventually("the zombie commits", || {
                        let zombie = format!("task-{}.0-1.", attempt.stage);
                        names(&unfinished).iter().any(|n| n.starts_with(&zombie))
                    });
                }
                _ => {}
            }
            [records.map(|(x, _)| x).sum::<i64>()]
        });
        sums.save_as_text_file(&out).unwrap();
        assert_eq!(held.fired(), 1);
        assert_eq!(names(&out), ["_SUCCESS", "part-00000", "part-00001"]);
        let saved = ctx.text_file(&out, 2).unwrap().collect().unwrap();
        let sum: i64 = saved.iter().map(|t| t.parse::<i64>().unwrap()).sum();
        assert_eq!(sum, 3999 * 4000 / 2);
        child::done();
    }

    /// The first attempt at partition 1 has the grant and is committing, when its stage is tried again.
    #[test]
    fn b14_a_commit_under_way_is_not_granted_again_when_the_stage_is_tried_again() {
        let Some(place) = child::place() else {
            let name = "rows_commit::faults::b14_a_commit_under_way_is_not_granted_again_when_the_stage_is_tried_again";
            return child::run(name, "");
        };
        let out = place.join("out");
        let ctx = spilling_context("local[4]", &place);
        let seen = watch(&ctx);
        let held = arm("output.task.commit", Action::Block("held".to_owned()), 1);
        let held = Arc::new(held);
        let (loss, committing) = (Loss::new(&ctx), Arc::clone(&held));
        let sums = spilled(&numbers(&ctx, 4000, 4), 2).map_partitions(move |records| {
            if records.partition_index() == 0 {
                loss.once_when(|| committing.fired() == 1);
            }
            [records.map(|(x, _)| x).sum::<i64>()]
        });
        let save = {
            let out = out.clone();
            std::thread::spawn(move || sums.save_as_text_file(&out))
        };
        let later = |seen: &Seen, wanted: &TaskOutcome| {
            seen.ends.iter().any(|(id, outcome, _)| {
                id.partition == 1
                    && id.stage == seen.last_stage
                    && id.stage_attempt > 0
                    && outcome == wanted
            })
        };
        eventually("the second attempt is refused", || {
            later(&seen.lock(), &TaskOutcome::Killed)
        });
        release("held");
        save.join().unwrap().unwrap();
        assert_eq!(held.fired(), 1);
        assert!(!later(&seen.lock(), &TaskOutcome::Success));
        assert_eq!(names(&out), ["_SUCCESS", "part-00000", "part-00001"]);
        child::done();
    }
}
