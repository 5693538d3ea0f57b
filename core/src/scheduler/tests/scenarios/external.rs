//! Stages whose tasks another layer runs.

use super::super::rig::{Rig, attempt, boom, fetch, job_failure, map, result, stage};
use crate::scheduler::*;

fn external(id: StageId, n: u32) -> StageSpec {
    stage(id, StageKind::External, n, &[])
}

#[test]
fn external_tasks_get_slots_when_they_ask_in_turn_with_others() {
    let mut rig = Rig::new(1);
    assert_eq!(rig.submit(0, vec![external(0, 2)]), ["submit 0.0 2"]);
    assert_eq!(rig.ask(0, 0, 1), ["launch 0.0/1.0 a"]);
    assert!(rig.ask(0, 0, 1).is_empty(), "it has one");
    assert!(rig.ask(0, 0, 0).is_empty());
    assert!(rig.submit(1, vec![result(1, 1, &[])]).len() == 1);
    assert_eq!(
        rig.step(Event::SlotYielded {
            id: attempt("0.0/1.0")
        }),
        ["launch 0.0/0.0 a"]
    );
    assert!(rig.ask(0, 0, 1).is_empty());
    assert_eq!(
        rig.ok("0.0/0.0"),
        ["accept 0.0/0.0 [0]", "launch 0.0/1.1 a"]
    );
    let out = rig.ok("0.0/1.1");
    assert_eq!(
        out,
        [
            "accept 0.0/1.1 [0]",
            "end 0.0 ok",
            "success 0",
            "launch 1.0/0.0 a"
        ]
    );
    rig.drain();
    rig.assert_idle();
}

#[test]
fn an_external_failure_fails_the_job_at_once() {
    let mut rig = Rig::new(2);
    rig.submit(0, vec![external(0, 2)]);
    rig.ask(0, 0, 0);
    rig.ask(0, 0, 1);
    let out = rig.fail("0.0/1.0", boom("x"));
    assert_eq!(out, ["kill 0.0/0.0", "end 0.0 failed", "failure 0"]);
    assert_eq!(job_failure(rig.failure()).failures, 1);
    rig.killed("0.0/0.0");
    rig.assert_idle();
}

#[test]
fn an_external_task_may_end_without_a_slot() {
    let mut rig = Rig::new(1);
    rig.submit(0, vec![external(0, 2)]);
    rig.ask(0, 0, 0);
    rig.step(Event::SlotYielded {
        id: attempt("0.0/0.0"),
    });
    assert_eq!(rig.ok("0.0/0.0"), ["accept 0.0/0.0 [0]"]);
    assert!(rig.ok("0.0/0.0").is_empty());
    assert_eq!(rig.ok("0.0/1.0").last().unwrap(), "success 0");
    rig.assert_idle();
}

#[test]
fn external_stages_of_one_job_run_side_by_side() {
    let mut rig = Rig::new(2);
    let second = stage(1, StageKind::External, 1, &[0]);
    assert_eq!(
        rig.submit(0, vec![external(0, 1), second]),
        ["submit 0.0 1", "submit 1.0 1"]
    );
    rig.ask(0, 1, 0);
    rig.ask(0, 0, 0);
    assert_eq!(rig.ok("1.0/0.0"), ["accept 1.0/0.0 [0]", "end 1.0 ok"]);
    assert_eq!(rig.ok("0.0/0.0").last().unwrap(), "success 0");
}

#[test]
fn an_external_stage_reads_a_shuffle_and_waits_for_it() {
    let mut rig = Rig::new(2);
    rig.submit(
        0,
        vec![map(0, 1, &[]), stage(1, StageKind::External, 1, &[0])],
    );
    assert!(rig.ask(0, 1, 0).is_empty());
    assert_eq!(rig.ok("0.0/0.0").last().unwrap(), "launch 1.0/0.0 a");
    let out = rig.fail("1.0/0.0", fetch(0, 0));
    assert_eq!(out[0], "drop 0/0");
    assert_eq!(*job_failure(rig.failure()).cause, fetch(0, 0));
    rig.assert_idle();
}
