//! Stages that would not come out the same again (SPARK-23207).

use super::super::rig::{Rig, attempt, fetch, map, result};
use crate::error::Error;
use crate::scheduler::*;

fn random(id: StageId, n: u32, parents: &[StageId]) -> StageSpec {
    StageSpec {
        indeterminate: true,
        ..map(id, n, parents)
    }
}

#[test]
fn an_indeterminate_stage_is_run_again_as_a_whole_with_all_that_read_it() {
    let mut rig = Rig::new(1);
    rig.add("b", 1);
    rig.submit(
        0,
        vec![random(0, 2, &[]), map(1, 2, &[0]), result(2, 1, &[1])],
    );
    rig.drain_stage(0);
    rig.ok("1.0/0.0");
    let out = rig.fail("1.0/1.0", fetch(0, 1));
    assert_eq!(
        out,
        [
            "drop 0/1",
            "end 1.0 failed",
            "drop 0/0",
            "drop 1/0",
            "submit 0.1 2",
            "launch 0.1/0.0 a",
            "launch 0.1/1.0 b"
        ]
    );
    rig.drain();
    assert_eq!((rig.succeeded.as_slice(), rig.launches), (&[0][..], 9));
}

#[test]
fn results_taken_from_an_indeterminate_stage_can_not_be_taken_back() {
    let mut rig = Rig::new(2);
    rig.submit(0, vec![random(0, 2, &[]), result(1, 2, &[0])]);
    rig.drain_stage(0);
    rig.ok("1.0/0.0");
    let out = rig.fail("1.0/1.0", fetch(0, 1));
    assert_eq!(out, ["drop 0/1", "end 1.0 failed", "drop 0/0", "failure 0"]);
    assert_eq!(
        *rig.failure(),
        Error::Indeterminate {
            job: 0,
            shuffle: 0,
            stage: 0
        }
    );
    rig.assert_idle();
}

#[test]
fn a_later_job_does_not_skip_what_a_roll_back_takes_along() {
    let mut rig = Rig::new(1);
    rig.submit(
        0,
        vec![random(0, 2, &[]), map(1, 1, &[0]), result(2, 1, &[1])],
    );
    rig.drain();
    rig.step(Event::OutputLost { shuffle: 0, map: 1 });
    // Shuffle 1 is whole. It may be read by itself, but not beside a second run of shuffle 0.
    let out = rig.submit(
        1,
        vec![random(0, 2, &[]), map(1, 1, &[0]), result(3, 1, &[1])],
    );
    assert_eq!(
        out,
        ["submit 3.0 1", "skip 0 1", "skip 1 1", "launch 3.0/0.0 a"]
    );
    rig.drain();
    let out = rig.submit(
        2,
        vec![random(0, 2, &[]), map(1, 1, &[0]), result(4, 1, &[0, 1])],
    );
    assert_eq!(
        out,
        ["drop 0/0", "drop 1/0", "submit 0.1 2", "launch 0.1/0.0 a"]
    );
    rig.drain();
    assert_eq!(rig.succeeded, [0, 1, 2]);
}

#[test]
fn a_zombie_of_a_first_run_is_not_mixed_with_the_second() {
    let mut rig = reducing_random();
    let out = rig.fail("1.0/1.0", fetch(0, 1));
    assert_eq!(
        out[..4],
        ["drop 0/1", "end 1.0 failed", "drop 0/0", "kill 1.0/0.0"]
    );
    assert!(rig.ok("1.0/0.0").iter().all(|a| !a.starts_with("accept")));
    rig.drain();
    assert_eq!(rig.succeeded, [0]);
}

fn reducing_random() -> Rig {
    let mut rig = Rig::new(2);
    rig.submit(0, vec![random(0, 2, &[]), result(1, 2, &[0])]);
    rig.drain_stage(0);
    rig
}

#[test]
fn an_indeterminate_stage_that_nobody_read_yet_only_fills_its_gaps() {
    let mut rig = Rig::new(1);
    rig.add("b", 1);
    rig.submit(0, vec![random(0, 3, &[]), result(1, 1, &[0])]);
    rig.ok("0.0/0.0");
    assert_eq!(rig.lose("a", true), ["drop 0/0"]);
    rig.running.retain(|id| *id == attempt("0.0/1.0"));
    rig.drain();
    assert_eq!((rig.succeeded.as_slice(), rig.launches), (&[0][..], 6));
}
