//! Sizes at which quadratic time would not end.

use std::sync::Arc;
use std::time::Duration;

use super::rig::{Rig, fetch, job, map, result};
use crate::scheduler::*;

/// Runs a job to its end, with all events taken in launch order.
fn run(scheduler: &mut Scheduler, spec: JobSpec) -> u32 {
    let mut out = Vec::new();
    scheduler.step_into(Event::JobSubmitted(spec), Duration::ZERO, &mut out);
    let (mut next, mut launched) = (0, 0);
    while next < out.len() {
        match &out[next] {
            Action::Launch { id, .. } => {
                launched += 1;
                let end = Event::TaskEnded {
                    id: *id,
                    end: TaskEnd::Success,
                };
                scheduler.step_into(end, Duration::ZERO, &mut out);
            }
            Action::JobSucceeded { .. } => return launched,
            _ => {}
        }
        next += 1;
    }
    panic!("the job did not end");
}

fn thousand_executors() -> Scheduler {
    let mut scheduler = Scheduler::new(SchedulerConf::default());
    for i in 0..1000 {
        let (executor, host) = (
            ExecutorId::new(format!("e{i}")),
            format!("h{}", i % 100).into(),
        );
        scheduler.step(
            Event::ExecutorAdded {
                executor,
                host,
                slots: 4,
            },
            Duration::ZERO,
        );
    }
    scheduler
}

#[test]
fn a_thousand_executors_and_a_hundred_thousand_tasks() {
    let mut scheduler = thousand_executors();
    let launched = run(
        &mut scheduler,
        job(0, vec![map(0, 100_000, &[]), result(1, 1000, &[0])]),
    );
    assert_eq!(launched, 101_000);
    assert!(scheduler.is_idle());
}

#[test]
fn a_hundred_thousand_tasks_with_preferences() {
    let place = |i: u32| match i % 3 {
        0 => vec![],
        1 => vec![Location::Executor(ExecutorId::new(format!(
            "e{}",
            i % 1000
        )))],
        _ => vec![
            Location::Host(format!("h{}", i % 100).into()),
            Location::Host("far".into()),
        ],
    };
    let preferred = Arc::new((0..100_000).map(place).collect());
    let mut scheduler = thousand_executors();
    let stage = StageSpec {
        preferred,
        ..result(0, 100_000, &[])
    };
    assert_eq!(run(&mut scheduler, job(0, vec![stage])), 100_000);
}

#[test]
fn a_lineage_of_ten_thousand_stages() {
    let mut stages = vec![map(0, 1, &[])];
    stages.extend((1..10_000).map(|id| map(id, 1, &[id - 1])));
    stages.push(result(10_000, 1, &[9_999]));
    let mut rig = Rig::new(1);
    rig.submit(0, stages);
    rig.drain();
    assert_eq!((rig.succeeded.as_slice(), rig.launches), (&[0][..], 10_001));
}

#[test]
fn every_map_of_a_wide_stage_lost_in_turn() {
    let mut rig = Rig::new(1);
    rig.submit(0, vec![map(0, 2_000, &[]), result(1, 1, &[0])]);
    rig.drain_stage(0);
    for map in 0..2_000 {
        rig.step(Event::OutputLost { shuffle: 0, map });
    }
    rig.fail("1.0/0.0", fetch(0, 0));
    rig.drain();
    assert_eq!(rig.succeeded, [0]);
}
