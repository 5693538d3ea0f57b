//! Executors that are lost.

use std::time::Duration;

use super::super::rig::{Rig, job_failure, map, result};
use crate::error::Error;
use crate::scheduler::*;

#[test]
fn a_lost_executor_counts_unless_it_was_announced() {
    for announced in [false, true] {
        let conf = SchedulerConf {
            max_task_failures: 2,
            ..SchedulerConf::default()
        };
        let mut rig = Rig::with(conf, 1);
        rig.submit(0, vec![result(0, 1, &[])]);
        for _ in 0..5 {
            rig.lose("a", announced);
            rig.running.clear();
            rig.add("a", 1);
        }
        if announced {
            assert_eq!(rig.launches, 6);
            rig.drain();
            assert_eq!(rig.succeeded, [0]);
        } else {
            assert_eq!(rig.launches, 2);
            let failure = job_failure(rig.failure());
            assert!(matches!(*failure.cause, Error::ExecutorLost { .. }));
        }
        rig.assert_idle();
    }
}

#[test]
fn outputs_of_a_lost_executor_are_made_again_if_needed() {
    let mut rig = Rig::new(1);
    rig.add("b", 1);
    rig.submit(0, vec![map(0, 2, &[]), result(1, 1, &[0])]);
    rig.drain();
    assert_eq!(rig.lose("b", false), ["drop 0/1"], "nobody needs it");
    let out = rig.submit(1, vec![map(0, 2, &[]), result(2, 1, &[0])]);
    assert_eq!(out, ["submit 0.1 1", "launch 0.1/1.0 a"]);
    rig.drain();
    assert_eq!(rig.succeeded, [0, 1]);
}

#[test]
fn outputs_lost_while_the_map_stage_runs_join_its_attempt() {
    let mut rig = Rig::new(1);
    rig.add("b", 1);
    rig.submit(0, vec![map(0, 3, &[]), result(1, 1, &[0])]);
    rig.ok("0.0/1.0");
    rig.ok("0.0/2.0");
    let out = rig.lose("b", true);
    assert_eq!(out, ["drop 0/1", "drop 0/2"]);
    rig.drain();
    assert_eq!((rig.succeeded.as_slice(), rig.launches), (&[0][..], 6));
}

#[test]
fn a_loss_stops_launches_of_readers_before_they_fail() {
    let mut rig = Rig::new(1);
    rig.add("b", 1);
    rig.submit(0, vec![map(0, 2, &[]), result(1, 3, &[0])]);
    rig.ok("0.0/0.0");
    rig.ok("0.0/1.0");
    rig.running.retain(|id| id.partition != 1);
    let out = rig.lose("b", true);
    assert_eq!(out, ["drop 0/1", "end 1.0 failed", "submit 0.1 1"]);
    assert_eq!(
        rig.ok("1.0/0.0"),
        ["accept 1.0/0.0 [0]", "launch 0.1/1.0 a"]
    );
    rig.drain();
    assert_eq!(rig.succeeded, [0]);
}

#[test]
fn a_task_that_kills_its_executor_is_given_up_although_inputs_go_along() {
    let mut rig = Rig::new(1);
    rig.submit(0, vec![map(0, 1, &[]), result(1, 1, &[0])]);
    for n in 0..4 {
        rig.ok(&format!("0.{n}/0.0"));
        rig.lose("a", false);
        rig.running.clear();
        rig.add("a", 1);
    }
    assert_eq!(job_failure(rig.failure()).failures, 4);
    rig.assert_idle();
}

#[test]
fn jobs_wait_for_an_executor_as_long_as_the_grace() {
    let mut rig = Rig::new(0);
    assert_eq!(
        rig.submit(0, vec![result(0, 1, &[])]),
        ["submit 0.0 1", "wake 120"]
    );
    rig.now = Duration::from_secs(100);
    assert_eq!(rig.step(Event::Tick), ["wake 20"]);
    assert!(
        rig.submit(1, vec![result(1, 1, &[])])
            .iter()
            .all(|a| !a.starts_with("wake"))
    );
    rig.now = Duration::from_secs(120);
    assert_eq!(
        rig.step(Event::Tick),
        ["end 0.0 failed", "failure 0", "wake 100"]
    );
    assert!(matches!(rig.failure(), Error::ExecutorLost { .. }));
    assert_eq!(rig.add("a", 1), ["launch 1.0/0.0 a"]);
    rig.now = Duration::from_secs(1000);
    assert!(rig.step(Event::Tick).is_empty());
    let out = rig.lose("a", true);
    assert_eq!(out, ["wake 120"]);
    rig.now = Duration::from_secs(1120);
    rig.step(Event::Tick);
    assert!(
        rig.failed[1].1.to_string().contains("died"),
        "{}",
        rig.failed[1].1
    );
    rig.assert_idle();
}
