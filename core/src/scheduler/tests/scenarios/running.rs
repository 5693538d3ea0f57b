//! Jobs that run: stages, order, shared shuffles, places.

use std::sync::Arc;

use super::super::rig::{Rig, map, result};
use crate::error::Error;
use crate::scheduler::*;

#[test]
fn a_job_of_one_task() {
    let mut rig = Rig::new(1);
    assert_eq!(
        rig.submit(0, vec![result(0, 1, &[])]),
        ["submit 0.0 1", "launch 0.0/0.0 a"]
    );
    assert_eq!(
        rig.ok("0.0/0.0"),
        ["accept 0.0/0.0 [0]", "end 0.0 ok", "success 0"]
    );
    rig.assert_idle();
}

#[test]
fn a_job_without_partitions_succeeds_at_once() {
    let mut rig = Rig::new(0);
    assert_eq!(
        rig.submit(0, vec![map(0, 4, &[]), result(1, 0, &[0])]),
        ["success 0"]
    );
    let none = StageSpec {
        partitions: Some(Arc::default()),
        ..result(2, 9, &[])
    };
    assert_eq!(rig.submit(1, vec![none]), ["success 1"]);
    rig.assert_idle();
}

#[test]
fn a_map_stage_without_partitions_is_skipped() {
    let mut rig = Rig::new(1);
    let out = rig.submit(0, vec![map(0, 0, &[]), result(1, 1, &[0])]);
    assert_eq!(out, ["submit 1.0 1", "skip 0 0", "launch 1.0/0.0 a"]);
}

#[test]
fn only_wanted_partitions_run_under_their_own_numbers() {
    let mut rig = Rig::new(4);
    let some = StageSpec {
        partitions: Some(Arc::new(vec![70_000, 5])),
        ..result(0, 100_000, &[])
    };
    let out = rig.submit(0, vec![some]);
    assert_eq!(
        out,
        ["submit 0.0 2", "launch 0.0/5.0 a", "launch 0.0/70000.0 a"]
    );
    rig.drain();
    assert_eq!(rig.succeeded, [0]);
}

#[test]
fn a_wrong_spec_fails_the_job_and_leaves_nothing() {
    let wrong = [
        vec![],
        vec![map(0, 1, &[])],
        vec![result(1, 1, &[0])],
        vec![result(0, 1, &[]), result(1, 1, &[])],
        vec![map(0, 1, &[]), map(0, 1, &[]), result(1, 1, &[0])],
        vec![StageSpec {
            partitions: Some(Arc::new(vec![3])),
            ..result(0, 3, &[])
        }],
    ];
    for stages in wrong {
        let mut rig = Rig::new(1);
        assert_eq!(rig.submit(0, stages), ["failure 0"]);
        assert!(matches!(rig.failure(), Error::Internal(_)));
        rig.assert_idle();
    }
}

#[test]
fn stages_run_when_all_their_parents_are_there() {
    let mut rig = Rig::new(2);
    let stages = vec![map(0, 1, &[]), map(1, 1, &[]), result(2, 1, &[0, 1])];
    let out = rig.submit(0, stages);
    assert_eq!(
        out,
        [
            "submit 1.0 1",
            "submit 0.0 1",
            "launch 0.0/0.0 a",
            "launch 1.0/0.0 a"
        ]
    );
    assert_eq!(rig.ok("1.0/0.0"), ["accept 1.0/0.0 [0]", "end 1.0 ok"]);
    let out = rig.ok("0.0/0.0");
    assert_eq!(
        out,
        [
            "accept 0.0/0.0 [0]",
            "end 0.0 ok",
            "submit 2.0 1",
            "launch 2.0/0.0 a"
        ]
    );
}

#[test]
fn jobs_get_slots_first_in_first_out() {
    let mut rig = Rig::new(1);
    rig.submit(7, vec![result(5, 2, &[])]);
    rig.submit(8, vec![result(3, 1, &[])]);
    assert_eq!(rig.ok("5.0/0.0").last().unwrap(), "launch 5.0/1.0 a");
    assert_eq!(rig.ok("5.0/1.0").last().unwrap(), "launch 3.0/0.0 a");
}

#[test]
fn a_shuffle_is_computed_once_for_all_jobs() {
    let mut rig = Rig::new(1);
    rig.submit(0, vec![map(0, 2, &[]), result(1, 1, &[0])]);
    assert!(
        rig.submit(1, vec![map(0, 2, &[]), result(2, 1, &[0])])
            .is_empty()
    );
    assert_eq!(rig.ok("0.0/0.0")[0], "accept 0.0/0.0 [0, 1]");
    rig.drain();
    assert_eq!((rig.succeeded.as_slice(), rig.launches), (&[0, 1][..], 4));
    let out = rig.submit(2, vec![map(0, 2, &[]), result(3, 1, &[0])]);
    assert_eq!(out, ["submit 3.0 1", "skip 0 2", "launch 3.0/0.0 a"]);
    rig.drain();
    rig.assert_idle();
    assert_eq!(rig.scheduler.stage(0).map(|s| s.done), Some(2));
    rig.step(Event::ShuffleDropped { shuffle: 0 });
    assert_eq!(rig.scheduler.stage(0), None);
}

#[test]
fn a_shuffle_dropped_in_use_goes_with_its_last_job() {
    let mut rig = Rig::new(1);
    rig.submit(0, vec![map(0, 1, &[]), result(1, 1, &[0])]);
    rig.step(Event::ShuffleDropped { shuffle: 0 });
    rig.drain();
    assert_eq!(
        (rig.succeeded.as_slice(), rig.scheduler.stage(0)),
        (&[0][..], None)
    );
}

#[test]
fn tasks_go_where_they_prefer_while_there_is_room() {
    let mut rig = Rig::new(1);
    rig.add("b", 1);
    rig.add("c", 1);
    let on = |name: &str| vec![Location::Executor(ExecutorId::new(name))];
    let at = |name: &str| vec![Location::Host(format!("{name}-host").into())];
    let preferred = Arc::new(vec![vec![], at("b"), on("c"), on("c"), on("z")]);
    let out = rig.submit(
        0,
        vec![StageSpec {
            preferred,
            ..result(0, 5, &[])
        }],
    );
    assert_eq!(
        out[1..],
        ["launch 0.0/2.0 c", "launch 0.0/1.0 b", "launch 0.0/0.0 a"]
    );
    // A slot of another executor comes first: the task doesn't wait for the one that it prefers.
    assert_eq!(rig.ok("0.0/0.0").last().unwrap(), "launch 0.0/3.0 a");
    assert_eq!(rig.ok("0.0/2.0").last().unwrap(), "launch 0.0/4.0 c");
}

#[test]
fn few_tasks_choose_among_many_slots() {
    let mut rig = Rig::new(4);
    rig.add("b", 4);
    let near = vec![
        Location::Host("b-host".into()),
        Location::Executor(ExecutorId::new("b")),
    ];
    let preferred = Arc::new(vec![vec![], near]);
    let out = rig.submit(
        0,
        vec![StageSpec {
            preferred,
            ..result(0, 2, &[])
        }],
    );
    assert_eq!(out[1..], ["launch 0.0/1.0 b", "launch 0.0/0.0 a"]);
}

#[test]
fn tasks_without_preference_spread_over_executors() {
    let mut rig = Rig::new(2);
    rig.add("b", 2);
    rig.submit(0, vec![result(0, 2, &[])]);
    assert_eq!(rig.lose("a", true), ["launch 0.0/0.1 b"]);
}
