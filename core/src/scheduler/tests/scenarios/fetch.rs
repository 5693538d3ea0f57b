//! Map outputs that can not be read, and the zombies they make.

use super::super::rig::{Rig, boom, fetch, job_failure, map, result};
use crate::scheduler::*;

/// Two maps done, both reducers of stage 1 running.
fn reducing() -> Rig {
    let mut rig = Rig::new(2);
    rig.submit(0, vec![map(0, 2, &[]), result(1, 2, &[0])]);
    rig.ok("0.0/0.0");
    rig.ok("0.0/1.0");
    rig
}

#[test]
fn a_fetch_failure_re_runs_only_the_lost_map_and_the_missing_partitions() {
    let mut rig = reducing();
    rig.ok("1.0/0.0");
    let out = rig.fail("1.0/1.0", fetch(0, 1));
    assert_eq!(
        out,
        [
            "drop 0/1",
            "end 1.0 failed",
            "submit 0.1 1",
            "launch 0.1/1.0 a"
        ]
    );
    let out = rig.ok("0.1/1.0");
    assert_eq!(
        out,
        [
            "accept 0.1/1.0 [0]",
            "end 0.1 ok",
            "submit 1.1 1",
            "launch 1.1/1.0 a"
        ]
    );
    rig.drain();
    assert_eq!((rig.succeeded.as_slice(), rig.launches), (&[0][..], 6));
    rig.assert_idle();
}

#[test]
fn fetch_failures_do_not_count_as_task_failures() {
    let conf = SchedulerConf {
        max_task_failures: 1,
        ..SchedulerConf::default()
    };
    let mut rig = Rig::with(conf, 1);
    rig.submit(0, vec![map(0, 1, &[]), result(1, 1, &[0])]);
    rig.ok("0.0/0.0");
    rig.fail("1.0/0.0", fetch(0, 0));
    rig.drain();
    assert_eq!(rig.succeeded, [0]);
}

#[test]
fn the_success_of_a_zombie_is_taken_once() {
    let mut rig = reducing();
    rig.fail("1.0/1.0", fetch(0, 1));
    rig.ok("0.1/1.0");
    // Partition 0 still runs as a zombie, and waits in the new attempt beside partition 1.
    assert_eq!(
        rig.ok("1.0/0.0"),
        ["accept 1.0/0.0 [0]", "kill 1.1/0.0", "launch 1.1/1.0 a"]
    );
    assert!(rig.ok("1.1/0.0").is_empty(), "the same partition again");
    assert_eq!(
        rig.ok("1.1/1.0"),
        ["accept 1.1/1.0 [0]", "end 1.1 ok", "success 0"]
    );
    rig.assert_idle();
}

#[test]
fn a_task_that_another_one_overtook_may_fail_for_nothing() {
    let conf = SchedulerConf {
        max_task_failures: 1,
        ..SchedulerConf::default()
    };
    let mut rig = Rig::with(conf, 2);
    rig.submit(0, vec![map(0, 2, &[]), result(1, 2, &[0])]);
    rig.drain_stage(0);
    rig.fail("1.0/1.0", fetch(0, 1));
    rig.ok("0.1/1.0");
    rig.ok("1.0/0.0");
    assert!(rig.fail("1.1/0.0", boom("stopped")).is_empty());
    rig.drain();
    assert_eq!(rig.succeeded, [0]);
}

#[test]
fn nothing_is_launched_for_what_a_zombie_did() {
    let mut rig = Rig::new(1);
    rig.add("b", 1);
    rig.submit(0, vec![map(0, 2, &[]), result(1, 2, &[0])]);
    rig.drain_stage(0);
    rig.fail("1.0/1.0", fetch(0, 1));
    assert_eq!(rig.ok("0.1/1.0").last().unwrap(), "launch 1.1/0.0 b");
    rig.fail("1.1/0.0", boom("x"));
    // Now partition 0 has failed in the new attempt and runs again, partition 1 waits.
    rig.ok("1.0/0.0");
    rig.drain();
    assert_eq!((rig.succeeded.as_slice(), rig.launches), (&[0][..], 8));
}

#[test]
fn zombies_of_an_indeterminate_stage_are_stopped_and_not_taken() {
    let mut rig = Rig::new(2);
    let random = StageSpec {
        indeterminate: true,
        ..result(1, 2, &[0])
    };
    rig.submit(0, vec![map(0, 2, &[]), random]);
    rig.drain_stage(0);
    let out = rig.fail("1.0/1.0", fetch(0, 1));
    assert_eq!(out[..3], ["drop 0/1", "kill 1.0/0.0", "end 1.0 failed"]);
    assert!(rig.ok("1.0/0.0").is_empty());
    rig.drain();
    assert_eq!(rig.succeeded, [0]);
}

#[test]
fn a_zombie_s_failure_is_nothing() {
    let conf = SchedulerConf {
        max_task_failures: 1,
        ..SchedulerConf::default()
    };
    let mut rig = Rig::with(conf, 2);
    rig.submit(0, vec![map(0, 1, &[]), result(1, 2, &[0])]);
    rig.ok("0.0/0.0");
    rig.fail("1.0/0.0", fetch(0, 0));
    rig.fail("1.0/1.0", boom("late"));
    rig.drain();
    assert_eq!(rig.succeeded, [0]);
}

#[test]
fn a_late_fetch_failure_does_not_drop_what_was_made_again() {
    let mut rig = reducing();
    rig.fail("1.0/1.0", fetch(0, 1));
    rig.ok("0.1/1.0");
    assert_eq!(
        rig.fail("1.0/0.0", fetch(0, 1)),
        ["launch 1.1/1.0 a"],
        "no output is dropped"
    );
}

#[test]
fn a_stage_gives_up_after_four_fetch_failures_in_a_row() {
    let mut rig = Rig::new(1);
    rig.submit(0, vec![map(0, 1, &[]), result(1, 1, &[0])]);
    for n in 0..4 {
        rig.ok(&format!("0.{n}/0.0"));
        rig.fail(&format!("1.{n}/0.0"), fetch(0, 0));
    }
    let failure = job_failure(rig.failure());
    assert_eq!((failure.failures, failure.stage_attempt), (4, 3));
    assert_eq!(*failure.cause, fetch(0, 0));
    assert_eq!(rig.launches, 8);
    rig.assert_idle();
}

#[test]
fn a_second_fetch_failure_in_a_row_drops_all_outputs_of_that_executor() {
    let mut rig = Rig::new(3);
    rig.submit(0, vec![map(0, 3, &[]), result(1, 1, &[0])]);
    rig.drain_stage(0);
    rig.fail("1.0/0.0", fetch(0, 0));
    rig.ok("0.1/0.0");
    let out = rig.fail("1.1/0.0", fetch(0, 1));
    assert_eq!(
        out[..4],
        ["drop 0/0", "drop 0/1", "drop 0/2", "end 1.1 failed"]
    );
    rig.drain();
    assert_eq!(rig.succeeded, [0]);
}

#[test]
fn a_fetch_failure_of_a_foreign_shuffle_counts_as_a_failure() {
    let conf = SchedulerConf {
        max_task_failures: 1,
        ..SchedulerConf::default()
    };
    let mut rig = Rig::with(conf, 1);
    rig.submit(0, vec![result(1, 1, &[])]);
    rig.fail("1.0/0.0", fetch(77, 0));
    assert_eq!(*job_failure(rig.failure()).cause, fetch(77, 0));
}

#[test]
fn an_output_that_is_lost_again_and_again_comes_to_an_end() {
    let mut rig = Rig::new(1);
    rig.submit(0, vec![map(0, 1, &[]), result(1, 1, &[0])]);
    for n in 0..4 {
        rig.ok(&format!("0.{n}/0.0"));
        rig.step(Event::OutputLost { shuffle: 0, map: 0 });
        // The reader that was stopped short may not finish.
        rig.fail(&format!("1.{n}/0.0"), boom("late"));
    }
    assert_eq!(job_failure(rig.failure()).failures, 4);
    rig.assert_idle();
}
